using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Wanda.Notify.Tests.Support;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Alerts;

/// <summary>The five things that the operator is told.</summary>
public sealed class AlertRuleTests
{
    private static readonly TimeSpan TwoNights = TimeSpan.FromHours(49);

    [Fact]
    public async Task A_node_that_is_silent_is_told_once_and_that_it_is_heard_of_again()
    {
        await using var server = await AlertServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });
        await server.HearAsync();
        int kept = server.Log.Count("Collected ");
        await Eventually.HoldsAsync(() => server.Log.Count("Collected ") >= kept + 2, "it is written that it was seen");
        await server.PassAsync(TimeSpan.FromHours(47));
        Assert.Empty(server.Titles);

        await server.PassAsync(TimeSpan.FromHours(2));
        await server.PassAsync();
        await server.RestartAsync();
        await server.PassAsync();
        Assert.Equal(["dome is silent for 2 nights"], server.Titles);
        Assert.Contains("It was last heard of", (string)server.Told[0]["message"]!);

        await server.HearAsync();
        await server.PassAsync();
        await server.PassAsync();

        Assert.Equal(["dome is silent for 2 nights", "no more: dome is silent for 2 nights"], server.Titles);
    }

    [Fact]
    public async Task Of_a_server_that_was_off_itself_nobody_is_silent_at_once()
    {
        await using var server = await AlertServer.StartAsync();
        await server.HearAsync();
        await server.StopAsync();
        server.Time.Advance(TwoNights);
        await server.StartAgainAsync();

        await server.PassAsync(TimeSpan.FromMinutes(50));
        Assert.Empty(server.Titles);
        await server.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(["dome is silent for 2 nights"], server.Titles);
    }

    [Fact]
    public async Task The_disk_is_told_at_80_and_90_percent_and_not_for_every_file()
    {
        await using var server = await AlertServer.StartAsync();

        foreach (int percent in (int[])[79, 80, 85, 79, 80, 90, 89, 91, 85, 90, 77])
        {
            server.PercentUsed = percent;
            await server.PassAsync();
        }

        Assert.Equal(
            ["The disk is 80 % full", "The disk is 90 % full", "The disk is 90 % full", "no more: The disk is 90 % full"], server.Titles);
        Assert.Equal([4, 5, 5, 3], server.Told.Select(t => (int)t["priority"]!));
    }

    [Fact]
    public async Task A_block_that_rots_is_told()
    {
        await using var server = await AlertServer.StartAsync(
            o => o with { MaintainEvery = TimeSpan.FromSeconds(1), InspectEvery = TimeSpan.FromSeconds(1) });
        var block = Dags.Raw("a frame");
        await server.Client.UploadAsync(await Dags.CarAsync(block.Cid, block), "capture=c1").JsonAsync(HttpStatusCode.Created);
        await server.PassAsync();
        Assert.Empty(server.Titles);

        File.Delete(Directory.GetFiles(Path.Combine(server.Folder, "blocks", "blocks"), "*", SearchOption.AllDirectories).Single());
        await Eventually.HoldsAsync(async () => await server.MetricAsync("lost_pins_total") == 1, "it is found");
        await server.PassAsync();
        await server.PassAsync();

        Assert.Equal(["Pins of dome lost bytes here"], server.Titles);
        await server.Client.UploadAsync(await Dags.CarAsync(block.Cid, block), "capture=c1").JsonAsync(HttpStatusCode.Created);
        await server.PassAsync();
        Assert.Equal("no more: Pins of dome lost bytes here", server.Titles[^1]);
    }

    [Fact]
    public async Task A_mass_unpin_is_told_and_a_restart_does_not_end_it()
    {
        await using var server = await AlertServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });
        for (int i = 0; i < 20; i++)
        {
            var block = Dags.Raw($"frame {i}");
            var pin = await server.Client.UploadAsync(await Dags.CarAsync(block.Cid, block), $"capture=c{i}")
                .JsonAsync(HttpStatusCode.Created);
            using var ended = await server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }

        await Eventually.HoldsAsync(() => server.Log.Count("were ended within a day") > 0, "it is seen");
        await server.PassAsync();
        await server.RestartAsync();
        await server.PassAsync();
        Assert.Equal(["dome ended 20 of its 20 pins within a day"], server.Titles);
        Assert.Contains("wanda pinning-server revoke dome", (string)server.Told[0]["message"]!);

        int looked = server.Log.Count("Collected ");
        server.Time.Advance(TimeSpan.FromHours(25));
        await Eventually.HoldsAsync(() => server.Log.Count("Collected ") >= looked + 2, "the day is over");
        await server.PassAsync();
        Assert.Equal("no more: dome ended 20 of its 20 pins within a day", server.Titles[^1]);
    }

    [Fact]
    public async Task A_certificate_in_a_file_is_told_14_and_3_days_before_it_ends_and_when_there_is_another()
    {
        using var first = Certificates.For("pin.example.org", days: 30);
        using var second = Certificates.For("pin.example.org", days: 50);
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, first.ExportCertificatePem());
        await using var server = await AlertServer.StartAsync(o => o with { CertificateFile = file });
        await server.PassAsync(TimeSpan.FromDays(15.5));
        Assert.Empty(server.Titles);

        await server.PassAsync(TimeSpan.FromDays(1));
        await server.PassAsync(TimeSpan.FromDays(5));
        Assert.Equal(["The certificate ends in 13.5 days"], server.Titles);
        await server.PassAsync(TimeSpan.FromDays(6));
        Assert.Equal("The certificate ends in 2.5 days", server.Titles[^1]);
        File.Delete(file); // It is not seen for a moment: nothing is known, and nothing is told.
        await server.PassAsync(TimeSpan.FromHours(7));
        Assert.Equal(2, server.Titles.Count);
        await File.WriteAllTextAsync(file, second.ExportCertificatePem());
        await server.PassAsync(TimeSpan.FromHours(7));

        Assert.Equal("no more: The certificate ends in 2.5 days", server.Titles[^1]);
        Assert.Equal([4, 5, 3], server.Told.Select(t => (int)t["priority"]!));
        File.Delete(file);
    }

    [Fact]
    public async Task The_certificate_of_the_public_address_is_asked_for()
    {
        using var certificate = Certificates.For("localhost", days: 2);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var proxy = builder.Build();
        proxy.Run(_ => throw new InvalidOperationException("Nothing is to be asked."));
        await proxy.StartAsync();
        int port = new Uri(proxy.Urls.Single()).Port;

        await using var server = await AlertServer.StartAsync(o => o with { PublicUrl = $"https://localhost:{port}" });

        Assert.StartsWith("localhost: The certificate ends in ", (string)Assert.Single(server.Told)["title"]!);
        Assert.Equal(5, (int)server.Told[0]["priority"]!);
    }
}
