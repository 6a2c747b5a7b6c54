using System.Net;
using System.Text.RegularExpressions;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Metrics_are_Prometheus_text_and_count_what_happened()
    {
        await using var server = await TestServer.StartAsync();
        var frame = await Frame.MakeAsync(1000);
        byte[] car = await frame.CarAsync();
        await server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
        using var refused = await server.Client.UploadAsync([1, 2, 3]);

        string text = await server.Client.GetStringAsync("/metrics");

        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches(new Regex("""^(# (HELP|TYPE) wanda_pinning_\w+ .+|wanda_pinning_\w+(\{\w+="[^"]+"\})? [0-9.E+]+)$"""), line);
        Assert.Contains("wanda_pinning_uploads_total 1\n", text);
        Assert.Contains("wanda_pinning_upload_failures_total 1\n", text);
        Assert.Contains($"wanda_pinning_upload_bytes_total {car.Length}\n", text);
        Assert.Contains("wanda_pinning_resumable_uploads_open 0\n", text);
        Assert.Contains("wanda_pinning_node_pins{node=\"dome\"} 1\n", text);
        Assert.Contains("wanda_pinning_node_last_seen_timestamp_seconds{node=\"dome\"}", text);
        Assert.DoesNotContain("node=\"hill\"", text);
    }

    [Fact]
    public async Task A_node_is_told_of_itself_and_of_nobody_else()
    {
        await using var server = await TestServer.StartAsync();
        byte[] car = await (await Frame.MakeAsync(1000)).CarAsync();
        await server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
        await server.Client.BeginAsync(5000);
        using var hill = server.ClientOf(TestServer.Hill);
        using var refused = await hill.UploadAsync([1, 2, 3]);

        string text = await hill.GetStringAsync("/metrics");

        Assert.DoesNotContain("dome", text);
        Assert.Contains("wanda_pinning_uploads_total 0\n", text);
        Assert.Contains("wanda_pinning_upload_failures_total 1\n", text);
        Assert.Contains("wanda_pinning_upload_bytes_total 0\n", text);
        Assert.Contains("wanda_pinning_resumable_uploads_open 0\n", text);
        Assert.Contains("wanda_pinning_resumable_upload_missing_bytes 0\n", text);
        Assert.Contains("wanda_pinning_node_pins{node=\"hill\"} 0\n", text);
        Assert.DoesNotContain("disk_free", text);
        Assert.DoesNotContain("collections", text);
    }

    [Fact]
    public async Task The_last_sign_of_life_outlives_a_restart()
    {
        await using var server = await TestServer.StartAsync();
        using (var hill = server.ClientOf(TestServer.Hill))
            await hill.GetAsync("/v0/node").JsonAsync();

        await server.RestartAsync();

        Assert.Contains("wanda_pinning_node_last_seen_timestamp_seconds{node=\"hill\"}", await server.Client.GetStringAsync("/metrics"));
    }
}
