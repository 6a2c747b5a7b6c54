using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests.App;

/// <summary>The page, our endpoint, and the app behind it, which misbehaves as the real one does.</summary>
public class AppRelayTests
{
    [Fact]
    public async Task Events_and_what_the_page_sends_pass_both_ways()
    {
        await using var app = await StandInApp.StartAsync();
        await using var console = await LiveConsole.StartAsync(app.Address);
        await using var page = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/camera", "/ws/mount");
        Assert.Equal(800, (int)(await page.NextAsync("/ws/camera", "status"))!["iso"]!);
        Assert.False((bool)(await page.NextAsync("/ws/mount", "status"))!["tracking"]!);

        await page.SayAsync("/ws/camera", "update_settings", new { iso = 1600, note = "\u00fc" });
        Assert.Equal(1600, (int)(await page.NextAsync("/ws/camera", "status"))!["iso"]!);
        Assert.Equal("\u00fc", (string)(await page.NextAsync("/ws/camera", "answer"))!["data"]!["note"]!);
        var answer = await page.AskAsync("/ws/mount", "start_tracking");
        Assert.Equal((true, true), ((bool)answer!["success"]!, (bool)answer["data"]!["tracking"]!));
    }

    [Fact]
    public async Task A_session_goes_on_for_the_page_though_its_events_kill_their_connections()
    {
        await using var app = await StandInApp.StartAsync();
        await using var console = await LiveConsole.StartAsync(app.Address);
        await using var page = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/session", "/ws/mount");
        await page.NextAsync("/ws/session", "status");
        await app.StartSessionAsync("M31 \u00fc", 6);

        Assert.Equal("M31 \u00fc", (string)(await page.NextAsync("/ws/session", "session_start"))!["name"]!);
        var progress = await page.NextAsync("/ws/session", "session_progress", p => (int)p!["captured_images"]! > 1);
        Assert.True((bool)progress!["active"]!);
        Assert.Null(progress["session_dir"]);
        // Its end as well, whichever way it is heard of.
        await page.NextAsync("/ws/session", "session_progress", p => !(bool)p!["active"]! && (int)p["captured_images"]! == 6);
        Assert.True((bool)(await page.AskAsync("/ws/mount", "start_tracking"))!["success"]!);
        Assert.False(page.Heard("/ws/session", "disconnect"));
    }

    [Fact]
    public async Task While_the_app_exposes_ours_go_on()
    {
        using var folder = new TemporaryFolder();
        await using var app = await StandInApp.StartAsync(ping: 60_000);
        await using var console = await LiveConsole.StartAsync(app.Address);
        await using var page = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/camera");
        await page.NextAsync("/ws/camera", "ipfs_daemon_status");
        await page.AskAsync("/ws/camera", "update_settings", new { }); // it is joined

        var exposing = await app.ExposeAsync(Path.Combine(folder.Path, "done"));
        await console.SaveAsync("meanwhile.jpg", 1);
        Assert.Equal("meanwhile.jpg", (string)(await page.NextAsync("/ws/camera", "ipfs_upload_start"))!["file"]!);
        await using var late = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/camera", "/ws/session");
        await late.NextAsync("/ws/camera", "ipfs_status");
        Assert.False(exposing.IsCompleted);

        await File.WriteAllTextAsync(Path.Combine(folder.Path, "done"), "");
        await exposing;
        await page.NextAsync("/ws/camera", "capture_complete");
    }

    [Fact]
    public async Task The_page_is_taken_in_while_the_app_is_away_and_hears_it_when_it_comes()
    {
        using var port = new HeldPort();
        await using var console = await LiveConsole.StartAsync(new($"http://127.0.0.1:{port.Number}"));
        await using var page = await PageProcess.OpenAsync(console.Address, PageProcess.Page, "/ws/mount", "/ws/session");
        var answer = await page.AskAsync("/ws/mount", "start_tracking");
        Assert.Equal((false, "APP_UNREACHABLE"), ((bool)answer!["success"]!, (string)answer["code"]!));

        await using var app = await StandInApp.StartAsync(port.Number);
        await Eventually.HoldsAsync(
            async () => (bool)(await page.AskAsync("/ws/mount", "start_tracking"))!["success"]!, "the app is joined");
        Assert.False(page.Heard("/ws/mount", "disconnect"));
    }
}
