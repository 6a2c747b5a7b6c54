using Microsoft.Playwright;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Wanda.Ops.Tests.Web;

/// <summary>The console in a real browser: what an operator sees and does.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private TestConsole _console = null!;

    private TestNode Node => _console.Node;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync();

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task A_frame_becomes_safe_on_the_open_page_without_a_reload()
    {
        var capture = await Node.SaveAsync();
        var (page, faults) = await browser.OpenAsync(_console.Address);
        await page.EvaluateAsync("window.sameDocument = true");
        var tile = page.Locator($"#f-{capture.Id}");
        await Expect(page.Locator("#sentence")).ToContainTextAsync("1 frame tonight, none safe yet, 1 only here");
        await Expect(tile.Locator(".state")).ToHaveTextAsync("only here");

        await Node.AddCidAsync(capture);
        await Node.ProveAsync(capture);
        await Expect(tile.Locator(".state")).ToHaveTextAsync("safe, here too");
        await Expect(page.Locator("#sentence")).ToHaveTextAsync("1 frame tonight, all safe on altermundi.");

        var second = await Node.SaveAsync();
        await Expect(page.Locator($"#f-{second.Id}")).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument"));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Sentence_colour_and_tab_say_that_capture_has_stopped_and_that_it_goes_on()
    {
        var capture = await Node.SaveAsync();
        await Node.AddCidAsync(capture);
        await Node.ProveAsync(capture);
        var (page, faults) = await browser.OpenAsync(_console.Address);
        await Expect(page).ToHaveTitleAsync("Calm · dome");
        var file = Path.Combine(Node.Root.Path, StorageRoot.IdFileName);
        File.Move(file, file + ".away");
        await Expect(page).ToHaveTitleAsync("Capture stopped · dome");
        await Expect(page.Locator("#sentence")).ToContainTextAsync("the storage is not there. 1 frame tonight, all safe on altermundi.");
        await Expect(page.Locator(".answer")).ToHaveClassAsync("answer trouble stopped");
        File.Move(file + ".away", file);
        await Expect(page).ToHaveTitleAsync("Calm · dome");
        await Expect(page.Locator(".answer")).ToHaveClassAsync("answer calm");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Retry_sends_a_stuck_message_back_to_work()
    {
        var refusal = new QueueSeed.Refusal { Cause = "the frame's file is no FITS" };
        await using var bus = await QueueSeed.StartAsync(Node, refusal);
        var capture = await Node.SaveAsync();
        await bus.RefuseAsync(Node, capture);

        var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, "/queues"));
        await page.GetByRole(AriaRole.Link, new() { Name = "computing CIDs" }).ClickAsync();
        await Expect(page.GetByText("the frame's file is no FITS")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "m42/1" })).ToBeVisibleAsync();

        refusal.Cause = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry all" }).ClickAsync();
        await Expect(page.Locator("#said")).ToHaveTextAsync("1 tried again.");
        await Expect(page.GetByText("the frame's file is no FITS")).ToHaveCountAsync(0);
        await Eventually.HoldsAsync(
            async () => await Node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 0, Ready: 0, InFlight: 0, Scheduled: 0 },
            "the message to be taken");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task What_is_stuck_comes_back_at_the_pace_that_the_operator_wrote_however_often_the_page_changes_meanwhile()
    {
        var refusal = new QueueSeed.Refusal { Cause = "the frame's file is no FITS" };
        await using var bus = await QueueSeed.StartAsync(Node, refusal);
        await bus.RefuseAsync(Node, await Node.SaveAsync(), await Node.SaveAsync());
        var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, "/queues/ipfs-add"));
        var pace = page.GetByLabel("How many a second");
        await Expect(pace).ToHaveValueAsync("20");
        await pace.FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry all" }).ClickAsync();
        Assert.Equal(2, (await Node.Queues.FindAsync(QueueNames.IpfsAdd))!.Error);

        await pace.FillAsync("0.01");
        await bus.PublishAsync(await Node.SaveAsync());
        await Expect(page.Locator("#state")).ToContainTextAsync("3 stuck");
        await Expect(pace).ToHaveValueAsync("0.01");
        refusal.Cause = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry all" }).ClickAsync();
        await Expect(page.Locator("#said")).ToHaveTextAsync("3 tried again.");

        // The first at once, the others 100 and 200 seconds later.
        await Eventually.HoldsAsync(
            async () => await Node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 0, Ready: 0, InFlight: 0, Scheduled: 2 },
            "the first to be taken");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_queue_is_paused_with_a_reason_and_resumed()
    {
        await Node.Queues.PauseAsync(QueueNames.Offload("altermundi"), "made");
        await Node.Queues.ResumeAsync(QueueNames.Offload("altermundi"));
        var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, "/queues/offload-altermundi"));
        await page.GetByLabel("Why").FillAsync("changing the disk");
        await page.GetByLabel("How long").SelectOptionAsync("an hour");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator("#state")).ToContainTextAsync("changing the disk");
        var paused = (await Node.Queues.FindAsync(QueueNames.Offload("altermundi")))!.Paused!;
        Assert.Equal("changing the disk", paused.Reason);
        Assert.InRange(paused.Until!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60));
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        Assert.Null((await Node.Queues.FindAsync(QueueNames.Offload("altermundi")))!.Paused);
        Assert.Empty(faults);
    }

    [Fact]
    public async Task What_is_stuck_is_forgotten_only_when_that_is_meant()
    {
        await using var bus = await QueueSeed.StartAsync(Node, new QueueSeed.Refusal { Cause = "its file changed" });
        await bus.RefuseAsync(Node, await Node.SaveAsync());
        var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, "/queues/ipfs-add"));
        var forget = page.GetByRole(AriaRole.Button, new() { Name = "Forget all that is stuck" });
        await page.GetByText("Forget them instead").ClickAsync();
        await forget.ClickAsync();
        Assert.Equal(1, (await Node.Queues.FindAsync(QueueNames.IpfsAdd))!.Error);
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await forget.ClickAsync();
        await Expect(page.Locator("#said")).ToHaveTextAsync("1 forgotten.");
        Assert.Equal(0, (await Node.Queues.FindAsync(QueueNames.IpfsAdd))!.Error);
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Every_page_fits_its_width_and_can_be_used_by_keyboard()
    {
        await SeedNightAsync();
        await using var bus = await QueueSeed.StartAsync(Node,
            new QueueSeed.Refusal { Cause = "Capture has another CID already: its file changed after it was saved." });
        var frames = await Node.Catalogue.Captures.NewestAsync(2, default);
        await bus.RefuseAsync(Node, [.. frames]);
        await Node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503 Service Unavailable",
            TimeProvider.System.GetUtcNow().AddMinutes(9), default);
        await Node.Queues.PauseAsync(QueueNames.Offload("altermundi"), "503 Service Unavailable",
            TimeProvider.System.GetUtcNow().AddMinutes(9));

        await Node.Queues.PauseAsync(QueueNames.IpnsPublish, "moving to the new key");
        await Node.Catalogue.Intake.ReportAsync("all-sky", SourceKind.Camera, "simulator", SourceState.Running, null, default);
        await Node.Catalogue.Intake.ReportAsync("inbox", SourceKind.Folder, "/mnt/nina", SourceState.Waiting,
            new(SourceCode.Folder, "Cannot open the folder /mnt/nina: No such file or directory."), default);
        await Node.Catalogue.Intake.MissedAsync("inbox", 4, exactly: false, default);
        await Node.Catalogue.Intake.RefusedAsync("inbox",
            new RawName([0x4c, 0xff, .. "/a name that is far too long for any line of a phone_0001.fits"u8]), new(RefusalCode.Pipe), 0,
            default);
        var safe = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.Freed, null, null, 1, false, default))[0].Capture.Id;
        var only = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.OnlyHere, null, null, 1, false, default))[0].Capture.Id;
        var discarded = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.Discarded, null, null, 1, false, default))[0].Capture.Id;
        var due = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.Expired, null, null, 1, false, default))[0].Capture.Id;
        var lost = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.Lost, null, null, 1, false, default))[0].Capture.Id;
        var near = (await Node.Catalogue.Reports.FramesAsync(FrameFilter.Near, null, null, 1, false, default))[0].Capture.Id;
        Directory.CreateDirectory(Browser.Screenshots);
        foreach (var (name, path) in new[]
                 {
                     ("tonight", "/"), ("frames", "/frames"), ("frames-list", "/frames?view=list"), ("frame", $"/frames/{safe}"),
                     ("frame-stuck", $"/frames/{only}"), ("frame-discarded", $"/frames/{discarded}"),
                     ("frame-due", $"/frames/{due}"), ("frame-lost", $"/frames/{lost}"),
                     ("frame-near", $"/frames/{near}"), ("sessions", "/sessions"),
                     ("sources", "/sources"), ("queues", "/queues"), ("queue", "/queues/ipfs-add"),
                     ("queue-paused", "/queues/offload-altermundi"),
                 })
        {
            // One browser window, made narrow and loaded again: half the time of two.
            var (page, faults) = await browser.OpenAsync(new Uri(_console.Address, path), width: 1280);
            await FitsAsync(page, name, 1280);
            await page.SetViewportSizeAsync(390, 900);
            await page.ReloadAsync();
            await FitsAsync(page, name, 390);
            Assert.Empty(faults);
            await page.Context.CloseAsync();
        }
    }

    private static async Task FitsAsync(IPage page, string name, int width)
    {
        await page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(Browser.Screenshots, $"{name}-{width}.png"), FullPage = true });
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} px");
        Assert.False(await page.EvaluateAsync<bool>("""
            [...document.querySelectorAll(".preview.none, .preview.none span")].some(e => e.scrollHeight > e.clientHeight + 1)
            """), $"{name} cuts the reason why a frame has no preview at {width} px");
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        Assert.Equal(1, await page.GetByRole(AriaRole.Main).CountAsync());
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("To the content", await page.EvaluateAsync<string>("document.activeElement.textContent"));
    }

    // A night with every state in it; previews of stars, so that a screenshot shows what an operator sees.
    private async Task SeedNightAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Node.Queues.PauseAsync(QueueNames.Thumbnail, "made");
        await Node.Queues.ResumeAsync(QueueNames.Thumbnail);
        foreach (var (session, count, nightsAgo) in new[] { ("2026-11-20", 12, 1), ("m42-ha", 40, 0) })
        {
            for (var i = 0; i < count; i++)
            {
                var capture = await Node.SaveAsync(session, now.AddDays(-nightsAgo).AddSeconds(i - count), $"{session}_{i + 1:0000}.fits",
                    metadata: """{"exposureSeconds":120,"filter":"Ha","gain":100,"object":"M 42","sensorTemperature":-10.1}""");
                if (i % 11 == 5)
                {
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(capture.Id,
                        "it is no FITS, JPEG or PNG, and nothing installed reads it"), default);
                }
                else if (i < count - 2)
                {
                    await Stars.WriteAsync(Node.Data.PreviewOf(capture.Id), i);
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(capture.Id, null), default);
                }

                if (nightsAgo == 0 && i == count - 3)
                {
                    await Node.Catalogue.Ledger.ApplyAsync(
                        new Fact.FileLost(
                            capture.Id, $"its file {capture.Path} is missing, and it was not released: look for who removed it"),
                        default);
                }

                if (i >= count - 3 && nightsAgo == 0)
                    continue;
                await Node.AddCidAsync(capture);
                if (nightsAgo == 0 && i == count - 5)
                    await Node.ProveAsync(capture, here: true);
                if (i >= count - 6 && nightsAgo == 0)
                    continue;
                // The first of last night was proven too long ago.
                await Node.ProveAsync(capture, at: (nightsAgo, i) == (1, 0) ? now.AddDays(-40) : null);
                if (i < count / 2)
                    await Node.ReleaseAsync(capture);
                if (nightsAgo == 0 && i == count - 12)
                    await Node.Get<DiscardCommand>().RunAsync(capture.Id.ToString(), "ana@dome", "a lamp was on in the dome", default);
            }
        }

        await Node.Catalogue.Node.SawTimeAsync(now, default);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(new("2026-11-20")), default);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Archived(new("2026-11-20"),
            "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", 31_000_000, 12, PublishedHeaders.Written([])), default);
    }
}
