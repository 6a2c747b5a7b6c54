using Microsoft.Playwright;

namespace Wanda.Ops.Tests.Web;

/// <summary>The system's chromium, shared by the tests of a class. Nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>A name of this machine that is not "localhost": a browser holds it for another, and trusts it less without https.</summary>
    public const string NameOfDome = "dome.home.arpa";

    private const string Executable = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where screenshots go, for people to look at.</summary>
    public static string Screenshots { get; } = Path.Combine(
        typeof(Browser).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!, "artifacts", "screenshots");

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(Executable),
            $"{Executable} is missing, and the console is tested in a real browser. Install it: apt-get install -y --no-install-recommends "
                + "chromium");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(60_000);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args =
            [
                "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP *.home.arpa 127.0.0.1",
            ],
        });
    }

    /// <summary>
    /// A page of its own, which fails the test when it asks another host for anything, or when its policy refuses something.
    /// </summary>
    public Task<(IPage Page, List<string> Faults)> OpenAsync(Uri address, int width = 1440, int height = 900) => OpenAsync(address,
        new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });

    /// <summary>The same, in a browser that runs no script; on a phone, unless it is wide.</summary>
    public Task<(IPage Page, List<string> Faults)> OpenWithoutScriptAsync(Uri address, int width = 390) => OpenAsync(address,
        new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 844 },
            IsMobile = width < 640,
            HasTouch = width < 640,
            JavaScriptEnabled = false,
            IgnoreHTTPSErrors = true,
        });

    private async Task<(IPage Page, List<string> Faults)> OpenAsync(Uri address, BrowserNewContextOptions options)
    {
        var context = await _browser!.NewContextAsync(options);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
                faults.Add($"it asked for {request.Url}");
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                faults.Add(message.Text);
        };
        page.PageError += (_, error) => faults.Add(error);
        await page.GotoAsync(address.ToString());
        return (page, faults);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
