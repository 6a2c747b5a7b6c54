using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Wanda.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Wanda.Ops.Tests.Web;

/// <summary>The console's forms in a real browser that runs no script, wherever the console stands; and forms of other sites.</summary>
public sealed class FormTests(Browser browser) : IClassFixture<Browser>
{
    private const string Token = "a long and random token";

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_browser_without_script_logs_in_and_uses_every_form(int width)
    {
        await using var console = await StartAsync();
        await UseEveryFormAsync(console, console.Address, width);
    }

    // Neither is trustworthy to a browser by its name alone: over plain http it says nothing but the Origin.
    [Theory]
    [InlineData("http://127.0.0.1:0", "dome.home.arpa")]
    [InlineData("http://127.0.0.1:0", "Dome.HOME.arpa")]
    [InlineData("http://[::1]:0", "[::1]")]
    [InlineData("http://[::1]:0", "[0:0:0:0:0:0:0:1]")]
    public async Task It_does_so_under_every_name_of_the_console(string listen, string host)
    {
        await using var console = await StartAsync(listen);
        await UseEveryFormAsync(console, new Uri($"http://{host}:{console.Address.Port}"));
    }

    [Theory]
    [InlineData("$http_host")]
    [InlineData("$host")] // as many write it: the port is lost
    [InlineData("$proxy_host")] // nginx's own default: what follows proxy_pass
    public async Task It_does_so_behind_a_proxy_with_TLS_on_another_port(string host)
    {
        await using var console = await StartAsync();
        await using var proxy = await TlsProxy.StartAsync(console.Address, host);
        await UseEveryFormAsync(console, new Uri($"https://{Browser.NameOfDome}:{proxy.Port}"));
    }

    [Theory]
    [InlineData("127.0.0.1", "")]
    [InlineData("127.0.0.1", "sandbox='allow-forms'")]
    [InlineData(Browser.NameOfDome, "")]
    [InlineData(Browser.NameOfDome, "sandbox='allow-forms'")]
    public async Task A_form_in_another_site_s_page_is_refused(string host, string sandbox)
    {
        await using var console = await StartAsync();
        await console.Node.Queues.PauseAsync(QueueNames.Release, "kept");
        var address = new Uri($"http://{host}:{console.Address.Port}");
        var (page, _) = await browser.OpenWithoutScriptAsync(address);
        await LogInAsync(page);
        await page.GotoAsync(new Uri(address, "/queues/release").ToString());
        var formToken = await page.Locator("form[action$=resume] input[type=hidden]").GetAttributeAsync("value");

        // Even with a form's token, and in the browser that is logged in.
        var form = $"<form method=post action={address}queues/release/resume>"
            + $"<input name=__RequestVerificationToken value={formToken}><button>Win</button></form>";
        await using var site = await SiteAsync($"<iframe {sandbox} srcdoc=\"{form}\"></iframe>");
        await page.GotoAsync($"http://elsewhere.home.arpa:{new Uri(site.Urls.Single()).Port}");
        var frame = page.FrameLocator("iframe");
        var answered = page.WaitForResponseAsync(answer => answer.Url.EndsWith("/resume", StringComparison.Ordinal));
        await frame.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal(403, (await answered).Status);
        Assert.NotNull((await console.Node.Queues.FindAsync(QueueNames.Release))!.Paused);
    }

    private static Task<TestConsole> StartAsync(string listen = "http://127.0.0.1:0") =>
        TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = Token } }, listen);

    private static async Task<WebApplication> SiteAsync(string html)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var site = builder.Build();
        site.Run(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(html);
        });
        await site.StartAsync();
        return site;
    }

    private static async Task LogInAsync(IPage page)
    {
        await page.GetByLabel("Token").FillAsync(Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the console" }).ClickAsync();
        await Expect(page.Locator("#sentence")).ToBeVisibleAsync();
    }

    private async Task UseEveryFormAsync(TestConsole console, Uri address, int width = 390)
    {
        var node = console.Node;
        var refusal = new QueueSeed.Refusal { Cause = "the frame's file is no FITS" };
        await using var bus = await QueueSeed.StartAsync(node, refusal);
        await bus.RefuseAsync(node, await node.SaveAsync(), await node.SaveAsync());

        var (page, faults) = await browser.OpenWithoutScriptAsync(address, width);
        await Expect(page).ToHaveURLAsync(new Uri(address, "/login").ToString());
        await LookAsync("login");
        await LogInAsync(page);
        await LookAsync("logged-in");

        await page.GetByRole(AriaRole.Link, new() { Name = "Queues" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "computing CIDs" }).ClickAsync();
        await page.GetByLabel("Why").FillAsync("changing the disk");
        await page.GetByLabel("How long").SelectOptionAsync("an hour");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator("#state")).ToContainTextAsync("changing the disk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();

        await page.GetByText("Forget them instead").ClickAsync();
        await LookAsync("forms");
        refusal.Cause = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).First.ClickAsync();
        await Expect(page.Locator("#stuck .count")).ToHaveTextAsync("1");
        await page.GetByText("Forget them instead").ClickAsync();
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget all that is stuck" }).ClickAsync();
        await Expect(page.Locator("#stuck")).ToHaveCountAsync(0);

        refusal.Cause = "the frame's file is no FITS";
        await bus.RefuseAsync(node, await node.SaveAsync());
        await page.ReloadAsync();
        refusal.Cause = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry all" }).ClickAsync();
        await Expect(page.Locator("#stuck")).ToHaveCountAsync(0);

        await bus.PublishLaterAsync(await node.SaveAsync(), TimeSpan.FromHours(1));
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await Eventually.HoldsAsync(
            async () => await node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 0, Ready: 0, InFlight: 0, Scheduled: 0 },
            "what was to come back later to be taken");

        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GotoAsync(address.ToString());
        await Expect(page).ToHaveURLAsync(new Uri(address, "/login").ToString());
        Assert.Empty(faults);
        await page.Context.CloseAsync();

        async Task LookAsync(string name)
        {
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} px");
            Directory.CreateDirectory(Browser.Screenshots);
            await page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(Browser.Screenshots, $"{name}-{width}.png"), FullPage = true });
        }
    }
}
