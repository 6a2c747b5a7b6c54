using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>A token that ends is said beforehand, to its node and to whoever watches the server.</summary>
public sealed class TokenWarningTests
{
    [Theory]
    [InlineData(13, true)]
    [InlineData(15, false)]
    public async Task A_node_is_warned_two_weeks_before_its_token_ends(int days, bool warned)
    {
        var end = TimeProvider.System.GetUtcNow().AddDays(days);
        await using var server = await EndingAsync(end);

        using var answer = await server.Client.GetAsync("/v0/node");
        using var refused = await server.Client.GetAsync("/v0/pins/none");

        foreach (var told in new[] { answer, refused })
        {
            Assert.Equal(warned, Warnings(told)
                .Any(w => w.StartsWith($"TOKEN_ENDS the token of dome ends {end:yyyy-MM-dd HH:mm} UTC", StringComparison.Ordinal)));
        }

        var node = await server.Client.GetAsync("/v0/node").JsonAsync();
        Assert.Equal(end.ToUnixTimeSeconds(), ((DateTimeOffset)node["tokenExpires"]!).ToUnixTimeSeconds());
        Assert.Equal(warned, ((string?)node["warning"] ?? "").Contains("TOKEN_ENDS", StringComparison.Ordinal));
        await server.Client.UploadAsync(await (await Frame.MakeAsync(1000)).CarAsync()).JsonAsync(HttpStatusCode.Created);
        Assert.Contains($"wanda_pinning_node_token_expires_timestamp_seconds{{node=\"dome\"}} {end.ToUnixTimeSeconds()}\n",
            await server.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Each_warning_has_a_line_of_its_own()
    {
        await using var server = await EndingAsync(TimeProvider.System.GetUtcNow().AddDays(1), quota: 100_000);
        using var taken = await server.Client.UploadAsync(await (await Frame.MakeAsync(95_000)).CarAsync());

        Assert.Equal(["TOKEN_ENDS", "QUOTA_LOW"], Warnings(taken).Select(w => w.Split(' ')[0]));
    }

    private static Task<TestServer> EndingAsync(DateTimeOffset end, long? quota = null) =>
        TestServer.StartAsync(o => o with { Nodes = [.. o.Nodes.Select(n => n with { Expires = end, QuotaBytes = quota })] });

    private static IEnumerable<string> Warnings(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Wanda-Warning", out var warnings) ? warnings : [];
}
