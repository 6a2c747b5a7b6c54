using Microsoft.Playwright;
using Wanda.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Wanda.Ops.Tests.Web;

/// <summary>The node's elements in a page that is none of ours, as one script tag brings them there.</summary>
public sealed class ComponentTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Hostile = "<img src=x onerror=alert(1)>.fits";

    private readonly DirectoryInfo _captures = Directory.CreateTempSubdirectory("wanda-captures-");
    private TestConsole _console = null!;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync(options => options with
    {
        Watch = [new WatchOptions { Path = _captures.FullName, Name = "captures" }],
    });

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        _captures.Delete();
    }

    [Fact]
    public async Task They_show_how_the_node_is_and_what_becomes_of_each_capture()
    {
        var capture = await _console.Node.SaveAsync(watched: Hostile);
        await _console.Node.AddCidAsync(capture);
        var (page, faults) = await OpenAsync(
            "<ipfs-status></ipfs-status><sync-indicator></sync-indicator><ipfs-gallery count=\"3\"></ipfs-gallery>");
        await Expect(page.Locator("ipfs-status")).ToContainTextAsync("IPFS runs");
        await Expect(page.Locator("ipfs-status")).ToContainTextAsync("0 peers");
        await Expect(page.Locator("sync-indicator")).ToContainTextAsync("1 waiting for upload");
        var tile = page.Locator("ipfs-gallery li");
        await Expect(tile).ToContainTextAsync(Hostile);
        await Expect(tile).ToContainTextAsync("only here");
        await Expect(tile.Locator("cid-display code")).ToHaveTextAsync(TestNode.Cid);

        await _console.Node.ProveAsync(capture);
        await Expect(tile).ToContainTextAsync("safe elsewhere");
        await Expect(page.Locator("sync-indicator")).ToContainTextAsync("All uploaded");
        Assert.DoesNotContain(faults, fault => fault.Contains("alert", StringComparison.Ordinal));
        await page.ScreenshotAsync(new() { Path = Path.Combine(Browser.Screenshots, "components.png"), FullPage = true });
    }

    [Fact]
    public async Task How_far_a_long_upload_is_is_shown_while_it_lasts()
    {
        var capture = await _console.Node.SaveAsync(watched: Hostile);
        await _console.Node.AddCidAsync(capture);
        var (page, faults) = await OpenAsync("<sync-indicator></sync-indicator>");
        await Expect(page.Locator("sync-indicator")).ToContainTextAsync("1 waiting for upload");
        await UploadingAsync(1_040_000);
        var bar = page.GetByRole(AriaRole.Progressbar, new() { Name = $"Uploaded of {Hostile} to altermundi" });
        await Expect(bar).ToHaveAttributeAsync("value", "40");
        await Expect(page.Locator("sync-indicator")).ToContainTextAsync($"{Hostile} to altermundi: 40 %");
        await UploadingAsync(1_950_000);
        await Expect(bar).ToHaveAttributeAsync("value", "75");
        await _console.Node.Catalogue.Destinations.UploadedAsync("altermundi", capture.Id.ToString(), default);
        await Expect(bar).ToHaveCountAsync(0);
        Assert.DoesNotContain(faults, fault => fault.Contains("alert", StringComparison.Ordinal));

        Task UploadingAsync(long bytes) => _console.Node.Catalogue.Destinations.UploadingAsync(
            new("altermundi", capture.Id.ToString(), bytes, capture.SizeBytes, TimeProvider.System.GetUtcNow()), default);
    }

    [Fact]
    public async Task A_cid_is_copied_or_where_the_browser_has_no_clipboard_selected_and_scanned()
    {
        var (page, faults) = await OpenAsync($"<cid-display cid=\"{TestNode.Cid}\"></cid-display>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(page.Locator("cid-display [role=status]")).ToContainTextAsync("Selected");
        Assert.Equal(TestNode.Cid, await page.EvaluateAsync<string>("getSelection().toString()"));
        var show = page.GetByRole(AriaRole.Button, new() { Name = "QR" });
        await show.ClickAsync();
        await Expect(show).ToHaveAttributeAsync("aria-expanded", "true");
        await page.WaitForFunctionAsync(
            "document.querySelector('cid-display').shadowRoot.querySelector('img.qr').naturalWidth > 0");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open" }))
            .ToHaveAttributeAsync("href", new Uri(_console.Address, $"/ipfs/{TestNode.Cid}").ToString());
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Without_a_login_a_pin_is_not_changed_and_the_page_says_what_to_do()
    {
        var capture = await _console.Node.SaveAsync(watched: "a.fits");
        await _console.Node.AddCidAsync(capture);
        var (page, _) = await OpenAsync("<ipfs-gallery></ipfs-gallery>", view: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Unpin a.fits" }).ClickAsync();
        await Expect(page.Locator("ipfs-gallery > [role=status], ipfs-gallery p[role=status]"))
            .ToHaveTextAsync("Log in to change pins.");
    }

    [Fact]
    public async Task With_one_attribute_a_page_that_is_not_changed_has_a_line_of_them()
    {
        var (page, faults) = await OpenAsync("<main>the app</main>", attribute: "data-strip");
        var strip = page.GetByRole(AriaRole.Region, new() { Name = "Node" });
        await Expect(strip).ToContainTextAsync("IPFS runs");
        await Expect(strip).ToContainTextAsync("Nothing to upload");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task When_the_node_is_away_they_say_so()
    {
        var (page, _) = await OpenAsync("<ipfs-status></ipfs-status><sync-indicator></sync-indicator>");
        await Expect(page.Locator("ipfs-status")).ToContainTextAsync("IPFS runs");
        await _console.StopAsync(default);
        await Expect(page.Locator("ipfs-status")).ToContainTextAsync("the node does not answer");
        await Expect(page.Locator("sync-indicator")).ToContainTextAsync("the node does not answer");
    }

    [Fact]
    public async Task They_are_asked_for_again_each_time_and_sent_once()
    {
        var first = await _console.Client.GetAsync("/wanda/components.js");
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/wanda/components.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, (await _console.Client.SendAsync(again)).StatusCode);
        foreach (var name in (string[])["types.ts", "use-ipfs.ts"])
            Assert.Equal("text/plain", (await _console.Client.GetAsync($"/wanda/{name}")).Content.Headers.ContentType!.MediaType);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await _console.Client.GetAsync("/wanda/..%2fconsole.js")).StatusCode);
    }

    private async Task<(IPage Page, List<string> Faults)> OpenAsync(string body, string attribute = "", bool view = false)
    {
        // A page that is made up here may ask this machine only where a browser trusts it, and there is a clipboard then.
        var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, "/wanda/types.ts"), 900, 700);
        await page.AddInitScriptAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        if (view)
            await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["X-Wanda-Role"] = "view" });
        await page.RouteAsync("**/page", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = "<!DOCTYPE html><html lang=\"en\"><head><title>The app</title></head><body>" + body
                + $"<script type=\"module\" src=\"/wanda/components.js\" {attribute}></script></body></html>",
        }));
        await page.GotoAsync(new Uri(_console.Address, "/page").ToString());
        return (page, faults);
    }
}
