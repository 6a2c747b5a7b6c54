using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Operator;

/// <summary>What the operator's pages show, and what their buttons do.</summary>
public sealed class OperatorPagesTests : IAsyncLifetime
{
    private const string Script = "<script>alert(1)</script>";

    private TestServer _server = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { OperatorListen = "127.0.0.1:0", PublicUrl = "https://pin.example.org" });
        _browser = await Browser.LoggedInAsync(_server);
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_first_page_has_nodes_disk_and_uploads()
    {
        await SendAsync(_server.Client, 1);
        var upload = await _server.Client.BeginAsync(5_000_000, "");
        using var part = await _server.Client.AppendAsync(new Uri(_server.Address, upload.AbsolutePath), 0, new byte[2000]);

        string page = await _browser.PageAsync("/");

        Assert.Contains("<a href=\"/pins?node=dome\">dome</a>", page);
        Assert.Contains("in 1 pins", page);
        Assert.Contains("by --node", page);
        Assert.Contains("2 kB of 5 MB", page);
        Assert.Contains("a day, over the last 7 days", page);
        Assert.DoesNotContain("silent", page);
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public async Task An_invite_is_shown_once_with_what_to_type_and_its_node_may_join()
    {
        string page = await _browser.DoAsync("/invite", ("node", "ridge"), ("quota", "0.5"), ("days", "3"), ("addOnly", "on"));

        string code = Regex.Match(page, "wanda join https://pin.example.org (wandainvite_[A-Za-z0-9_-]+)").Groups[1].Value;
        Assert.Contains("<svg class=\"qr\"", page);
        Assert.DoesNotContain(code, await _browser.PageAsync("/"));
        Assert.Contains("invite open until", await _browser.PageAsync("/"));
        var joined = await _server.JoinAsync(code, AccessToken.Generate()).JsonAsync();
        Assert.Equal(("ridge", 500_000_000, true), ((string)joined["node"]!, (long)joined["quotaBytes"]!, (bool)joined["addOnly"]!));
        Assert.Contains("% of 500 MB", await _browser.PageAsync("/"));
        Assert.Contains("adds only", await _browser.PageAsync("/"));

        Assert.Contains("--replace", WebUtility.HtmlDecode(await _browser.DoAsync("/invite", ("node", "ridge"), ("days", "3"))));
        Assert.Contains("An invite for ridge", await _browser.DoAsync("/invite", ("node", "ridge"), ("days", "3"), ("replace", "on")));
        Assert.Contains("looks like dome", await _browser.DoAsync("/invite", ("node", "D0me"), ("days", "3")));
        Assert.Contains("number of GB", await _browser.DoAsync("/invite", ("node", "far"), ("days", "3"), ("quota", "much")));
        Assert.Contains("1 to 64 letters", await _browser.DoAsync("/invite", ("node", Script), ("days", "3")));
        Assert.Contains("1 day or more", await _browser.DoAsync("/invite", ("node", "far"), ("days", "-1")));
        Assert.DoesNotContain("far", await _browser.PageAsync("/"));
    }

    [Fact]
    public async Task A_node_is_revoked_and_removed()
    {
        await using var operators = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
        using var ridge = await _server.JoinedAsync(operators, new("ridge"));
        await SendAsync(ridge, 1);

        Assert.Contains("token of ridge is revoked", await _browser.DoAsync("/revoke", ("node", "ridge")));
        Assert.Contains("revoked", await ridge.RefusalAsync());
        Assert.DoesNotContain("token of ridge is revoked", await _browser.PageAsync("/")); // said once

        Assert.Contains("Its 1 pins are kept for 7 days", await _browser.DoAsync("/remove", ("node", "ridge")));
        Assert.Equal("unpinned", Assert.Single(await operators.UnpinnedAsync("ridge")).State);
        Assert.Contains("removed", await _browser.PageAsync("/log?node=ridge"));
        Assert.Contains("--node", await _browser.DoAsync("/remove", ("node", "dome")));
        Assert.Contains("No node nobody", await _browser.DoAsync("/remove", ("node", "nobody")));
        Assert.Contains("1 pins of ridge stand again", await _browser.DoAsync("/restore-all", ("node", "ridge"), ("days", "1")));
        Assert.Equal("pinned", Assert.Single(await operators.PinsAsync("ridge")).State);
    }

    [Fact]
    public async Task A_pin_is_restored_and_dropped_with_a_reason()
    {
        var (first, second) = (await SendAsync(_server.Client, 1), await SendAsync(_server.Client, 2));
        using var ended = await _server.Client.DeleteAsync($"/v0/pins/{first}");

        string page = await _browser.PageAsync("/pins?node=dome");
        Assert.Contains(first, page);
        Assert.Contains("stands again", await _browser.DoAsync("/restore", ("id", first), ("of", "dome")));
        Assert.Equal(2, (await _server.Client.PinsAsync()).Count);

        Assert.Contains("1 to 120 characters", await _browser.DoAsync("/unpin", ("id", second), ("reason", " ")));
        Assert.Contains("is dropped", await _browser.DoAsync("/unpin", ("id", second), ("reason", "a lamp was on"), ("of", "")));
        Assert.Equal(first, (string)(await _server.Client.PinsAsync()).Single()!["pinId"]!);
        Assert.Contains("no such pin", await _browser.DoAsync("/unpin", ("id", second), ("reason", "again")));
        Assert.Contains("no such pin", await _browser.DoAsync("/restore", ("id", second)));
        Assert.Contains("a lamp was on (on the operator&#x27;s page)", await _browser.PageAsync("/log"));
    }

    [Fact]
    public async Task A_certificate_that_ends_is_told_without_any_channel_and_what_was_ended_is_counted()
    {
        string file = Path.Combine(_server.Folder, "certificate.pem");
        var now = TimeProvider.System.GetUtcNow();
        using var key = System.Security.Cryptography.ECDsa.Create();
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=pin.example.org", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(2.5));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        _server.Change = o => o with { OperatorListen = "127.0.0.1:0", CertificateFile = file };
        await _server.RestartAsync();
        using var browser = await Browser.LoggedInAsync(_server);
        string id = await SendAsync(_server.Client, 1);
        using var ended = await _server.Client.DeleteAsync($"/v0/pins/{id}");

        string page = await browser.PageAsync("/");

        Assert.Contains("The certificate ends in 2.5 days", page);
        Assert.Contains("in 0 pins, and 1 that ended", page);
        Assert.Contains("more than 10 years", page);
    }

    [Fact]
    public async Task Every_pin_and_every_line_of_the_log_is_on_some_page()
    {
        var wanted = Enumerable.Range(0, 510).Select(i => Dags.Raw($"{i}").Cid.ToString()).ToList();
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cid, ended) =>
            await _server.Client.PostAsync("/psa/pins", Api.Json(new { cid }), ended).JsonAsync(HttpStatusCode.Accepted));

        foreach (string first in (string[])["/pins", "/log", "/pins?node=dome", "/log?node=dome"])
        {
            var seen = new List<string>();
            for (string? next = first; next is not null;)
            {
                string page = await _browser.PageAsync(next);
                seen.AddRange(Regex.Matches(page, "<code>(bafk[a-z2-7]+)</code>").Select(m => m.Groups[1].Value));
                next = Regex.Match(page, "<a href=\"([^\"]+)\">Older ones</a>") is { Success: true } link
                    ? WebUtility.HtmlDecode(link.Groups[1].Value)
                    : null;
            }

            Assert.Equal(wanted.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_lost_bytes_comes_first_and_is_told_on_the_first_page()
    {
        string pin = await SendAsync(_server.Client, 1);
        await SendAsync(_server.Client, 2);
        _server.Change = o => o with { OperatorListen = "127.0.0.1:0", MaintainEvery = TimeSpan.FromSeconds(1) };
        foreach (string block in _server.Blocks())
            File.Delete(block);
        await _server.RestartAsync();
        using var browser = await Browser.LoggedInAsync(_server);
        await Eventually.HoldsAsync(
            async () => (await browser.PageAsync("/")).Contains("has 2 pins that lost bytes here"), "they are found");

        string page = await browser.PageAsync("/pins");
        Assert.InRange(page.IndexOf(pin, StringComparison.Ordinal), 0, page.IndexOf("Newest", StringComparison.Ordinal));
        Assert.Contains("<strong class=\"bad\">broken</strong>", page);
    }

    [Fact]
    public async Task A_node_that_is_silent_for_two_nights_is_told()
    {
        await _server.StopAsync();
        await SawAsync("quiet", hours: 49);
        await SawAsync("early", hours: 47);
        await _server.StartAgainAsync();
        using var browser = await Browser.LoggedInAsync(_server);

        string notices = Regex.Match(await browser.PageAsync("/"), "<ul class=\"notices\">.*?</ul>", RegexOptions.Singleline).Value;

        Assert.Contains(">quiet</a> is silent for 2 nights", notices);
        Assert.DoesNotContain("early", notices);
    }

    [Theory]
    [InlineData("session=SCRIPT&number=1")]
    [InlineData("capture=SCRIPT&name=SCRIPT")]
    [InlineData("name=\" onmouseover=alert(1) '")]
    public async Task What_nodes_say_of_themselves_is_text(string labels)
    {
        var frame = await Frame.MakeAsync(1000);
        string query = string.Join('&', labels.Replace("SCRIPT", Script, StringComparison.Ordinal).Split('&')
            .Select(l => l.Split('=', 2)).Select(l => $"{l[0]}={Uri.EscapeDataString(l[1])}"));
        await _server.Client.UploadAsync(await frame.CarAsync(), query);
        await _server.Client.PostAsync("/psa/pins", Api.Json(new { cid = $"{frame.Root}", name = Script + "\" onfocus=x" }))
            .JsonAsync(HttpStatusCode.Accepted);

        foreach (string path in (string[])["/", "/pins", "/log", $"/pins?node={Uri.EscapeDataString(Script)}", "/log?node=%22%3E" + Script])
        {
            string page = await _browser.PageAsync(path);
            Assert.DoesNotContain("<script", page);
            Assert.DoesNotMatch("<[^>]* on[a-z]+=", page);
        }

        Assert.Contains("&lt;script&gt;", await _browser.PageAsync("/log"));
        string refused = await _browser.DoAsync("/revoke", ("node", Script));
        Assert.Contains("&lt;script&gt;", refused);
        Assert.DoesNotContain("<script", refused);
    }

    private async Task SawAsync(string node, double hours)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_server.Folder, "pins.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO node (name, seen) VALUES ($node, $seen)";
        command.Parameters.AddWithValue("$node", node);
        command.Parameters.AddWithValue("$seen", TimeProvider.System.GetUtcNow().AddHours(-hours).ToUnixTimeMilliseconds());
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> SendAsync(HttpClient node, int seed)
    {
        var frame = await Frame.MakeAsync(3000, seed: seed);
        return (string)(await node.UploadAsync(await frame.CarAsync(), $"capture=c{seed}&session=M31&number={seed}")
            .JsonAsync(HttpStatusCode.Created))["pinId"]!;
    }
}
