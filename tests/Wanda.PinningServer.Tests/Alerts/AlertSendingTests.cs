using Wanda.Notify.Tests.Support;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Alerts;

/// <summary>What does not get through, comes too often, or is written wrongly.</summary>
public sealed class AlertSendingTests
{
    [Fact]
    public async Task What_did_not_get_through_is_told_later_and_only_to_who_has_not_heard()
    {
        await using var other = await Receiver.StartAsync();
        await using var server = await AlertServer.StartAsync();
        server.Change = o => o with { Notify = [.. o.Notify, $"webhook {other.Address}s3cret"] };
        (server.Refuses, server.PercentUsed) = (true, 95);
        await server.RestartAsync();
        Assert.Equal((1, 1), (server.Told.Count, other.Requests.Count));
        Assert.Equal(1, await server.MetricAsync($"notification_failures_total{{channel=\"ntfy at {server.Ntfy.Address.Authority}\"}}"));
        Assert.True(server.Log.Count($"An alert did not get through and is told again later. ntfy at {server.Ntfy.Address.Authority}: "
            + "it answered 403") > 0);

        server.Refuses = false;
        await server.RestartAsync();
        await server.PassAsync();

        Assert.Equal(["The disk is 90 % full", "The disk is 90 % full"], server.Titles);
        Assert.Equal("disk", (string)Assert.Single(other.Requests).Json["key"]!);
        Assert.Equal(0, server.Log.Count("s3cret"));
        Assert.Equal(1, await server.MetricAsync("alerts{kind=\"disk\"}"));
    }

    [Fact]
    public async Task A_channel_that_refuses_is_asked_ever_more_rarely()
    {
        await using var server = await AlertServer.StartAsync();
        (server.Refuses, server.PercentUsed) = (true, 95);
        var tried = new List<int>();

        for (int i = 0; i < 13; i++)
        {
            await server.PassAsync();
            tried.Add(server.Told.Count);
        }

        Assert.Equal([1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4], tried); // after 5, 10 and 20 minutes, and then 40
        (server.Refuses, server.PercentUsed) = (false, 10);
        await server.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(4, server.Told.Count); // what is over before anybody heard of it is told to nobody
    }

    [Fact]
    public async Task No_more_than_so_many_are_told_in_an_hour()
    {
        await using var server = await AlertServer.StartAsync(o => o with { MaxAlertsPerHour = 3 });

        foreach (int percent in (int[])[85, 10, 85, 10, 85, 10, 85])
        {
            server.PercentUsed = percent;
            await server.PassAsync();
        }

        Assert.Equal(["The disk is 80 % full", "no more: The disk is 80 % full", "The disk is 80 % full"], server.Titles);
        await server.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(3, server.Titles.Count); // It is so, as it was told.
        server.PercentUsed = 10;
        await server.PassAsync();
        Assert.Equal("no more: The disk is 80 % full", server.Titles[^1]);
    }

    [Fact]
    public async Task The_last_one_in_an_hour_says_that_more_wait()
    {
        using var certificate = Certificates.For("pin.example.org", days: 1);
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await using var server = await AlertServer.StartAsync();
        server.PercentUsed = 85;
        server.Change = o => o with { MaxAlertsPerHour = 1, CertificateFile = file };

        await server.RestartAsync();
        Assert.StartsWith("The certificate ends", Assert.Single(server.Titles)); // the worst first
        Assert.Contains("\n1 more wait", (string)server.Told[0]["message"]!);
        await server.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal("The disk is 80 % full", server.Titles[^1]);
        File.Delete(file);
    }

    [Fact]
    public async Task Without_a_channel_nothing_is_looked_for_and_nothing_sent()
    {
        await using var server = await TestServer.StartAsync(o => o with { PublicUrl = "https://pin.invalid", CertificateFile = null });

        Assert.Contains("wanda_pinning_alert_looks_total 0\n", await server.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task The_operators_page_says_that_alerts_do_not_get_through()
    {
        using var certificate = Certificates.For("pin.example.org", days: 1);
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await using var ntfy = await Receiver.StartAsync(c =>
        {
            c.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using var server = await TestServer.StartAsync(o => o with
        {
            OperatorListen = "127.0.0.1:0",
            CertificateFile = file,
            Notify = [$"ntfy {ntfy.Address}s3cret"],
        });
        using var browser = await Browser.LoggedInAsync(server);

        await Eventually.HoldsAsync(async () => (await browser.PageAsync("/")).Contains("Alerts do not get through"), "the page says it");

        string page = await browser.PageAsync("/");
        Assert.Contains($"ntfy at {ntfy.Address.Authority}: it answered 403 Forbidden", page);
        Assert.DoesNotContain("s3cret", page);
        File.Delete(file);
    }

    [Fact]
    public void Mistakes_name_the_option_and_repeat_no_secret()
    {
        var wrong = Assert.Throws<PinningServerOptionsException>(new PinningServerOptions
        {
            DataFolder = "data",
            Notify = ["ntfy s3cret", "mail smtp://me:s3cret@mail.example.org from=a@example.org to=b@example.org"],
            CertificateFile = "/nowhere/at/all",
            MaxAlertsPerHour = 0,
        }.Validate);

        Assert.Equal(4, wrong.Errors.Count);
        Assert.All(
            ["Notify setting 1: write KIND", "Notify setting 2: write the server", "CertificateFile /nowhere", "MaxAlertsPerHour is 0"],
            start => Assert.Contains(wrong.Errors, e => e.StartsWith(start, StringComparison.Ordinal)));
        Assert.DoesNotContain("s3cret", wrong.Message);
    }
}
