using System.Net;
using System.Text.Json.Nodes;

namespace Wanda.Ops.Tests.App;

/// <summary>The app's list, as if nothing had ever been let go.</summary>
public sealed class CaptureListTests : AppConsole
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 30, 22, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Freed_ones_stand_where_their_time_is_and_no_JSON_does()
    {
        for (var i = 1; i <= 4; i++)
        {
            var at = Evening.AddMinutes(i);
            if (i is 2 or 4)
                await FreedAsync($"capture_000{i}.jpg", 1000 + i, at);
            else
                await ThereAsync($"capture_000{i}.jpg", at);
        }

        App.Write("session_config.json", "{}"u8.ToArray());
        App.Write("capture_0005.jpg", Picture(50), Evening.AddMinutes(5).UtcDateTime); // not taken yet

        var data = await DataAsync("/api/captures");
        Assert.Equal(["capture_0005.jpg", "capture_0004.jpg", "capture_0003.jpg", "capture_0002.jpg", "capture_0001.jpg"],
            data["files"]!.AsArray().Select(f => (string)f!));
        var captures = data["captures"]!.AsArray();
        Assert.Equal(["queued", "complete", "queued", "complete", "queued"], captures.Select(c => (string)c!["ipfs"]!["status"]!));
        Assert.Equal([false, true, false, true, false], captures.Select(c => (bool)c!["ipfs"]!["pinned"]!));
        Assert.Equal((null, "/captures/capture_0005.jpg"), ((string?)captures[0]!["id"], (string?)captures[0]!["path"]));
        Assert.Equal(1004, (int)captures[1]!["size_bytes"]!);

        var objects = await DataAsync("/api/captures?ipfs=1&limit=2&offset=1");
        Assert.Equal(["capture_0004.jpg", "capture_0003.jpg"], objects["files"]!.AsArray().Select(f => (string)f!["name"]!));
        Assert.Equal(5, (int)objects["total"]!);
    }

    [Theory]
    [InlineData("M 31")]
    [InlineData("Galaxia ★ ñ")]
    [InlineData("100%")]
    public async Task A_folder_s_list_is_its_own(string folder)
    {
        await FreedAsync($"{folder}/image_0001.jpg", 500, Evening);
        await FreedAsync($"{folder}0/image_0002.jpg", 501, Evening);
        await FreedAsync("image_0003.jpg", 502, Evening);
        App.Write($"{folder}/image_0004.jpg", Picture(20));
        App.Write($"{folder}/session_metadata.json", "{}"u8.ToArray());
        var data = await DataAsync($"/api/captures?folder={Uri.EscapeDataString(folder)}");
        Assert.Equal(["image_0004.jpg", "image_0001.jpg"], data["files"]!.AsArray().Select(f => (string)f!));
        Assert.Equal($"/captures/{folder}/image_0001.jpg", (string)data["captures"]![1]!["path"]!);
        Assert.Equal(["image_0003.jpg"], (await DataAsync("/api/captures"))["files"]!.AsArray().Select(f => (string)f!));
    }

    [Fact]
    public async Task A_folder_that_leads_elsewhere_has_nothing_of_ours()
    {
        await FreedAsync("image_0001.jpg");
        foreach (var folder in new[] { "..", "../x", "/etc", "a//b" })
            Assert.DoesNotContain((await DataAsync($"/api/captures?folder={folder}"))["captures"]!.AsArray(), c => c!["id"] is not null);
    }

    [Fact]
    public async Task While_an_exposure_keeps_the_app_from_answering_the_list_is_ours()
    {
        await FreedAsync("capture_0001.jpg");
        App.Expose();
        Assert.Equal(["capture_0001.jpg"], (await DataAsync("/api/captures"))["files"]!.AsArray().Select(f => (string)f!));
        App.GoOn();
    }

    [Fact]
    public async Task Folders_are_the_app_s_and_those_that_were_emptied()
    {
        await FreedAsync("M 31/image_0001.jpg");
        await FreedAsync("\u65b0\u661f \U0001F30C/Ha/image_0001.jpg");
        await FreedAsync("capture_0001.jpg");
        await Node.SaveAsync(watched: "b/session_metadata.json", kind: Wanda.Custody.CaptureKind.Sidecar);
        App.Write("Luna-3/image_0001.jpg", Picture(20));
        App.Write("M 31/image_0002.jpg", Picture(21));
        Assert.Equal(["Luna-3", "M 31", "b", "\u65b0\u661f \U0001F30C"], await FoldersAsync());
        App.Expose();
        Assert.Equal(["M 31", "b", "\u65b0\u661f \U0001F30C"], await FoldersAsync());
        App.GoOn();
        await App.StopAsync();
        var answer = await GoodAsync(await Client.GetAsync("/api/captures/folders"));
        Assert.Equal(("Capture folders retrieved", 3), ((string)answer["message"]!, answer["data"]!["folders"]!.AsArray().Count));

        async Task<IEnumerable<string>> FoldersAsync() =>
            (await DataAsync("/api/captures/folders"))["folders"]!.AsArray().Select(f => (string)f!);
    }

    [Fact]
    public async Task When_we_are_slow_the_answer_is_the_app_s()
    {
        await using var console = await StartAsync(time: new OutOfTime());
        App.Session = "M 31";
        App.Write("capture_0001.jpg", Picture(20));
        await FreedAsync("M 31/image_0001.jpg");
        foreach (var address in new[] { "/api/captures", "/api/captures/folders", "/api/session/status" })
        {
            using var direct = new HttpClient { BaseAddress = new Uri(App.Address) };
            Assert.Equal(await direct.GetStringAsync(address), await console.Client.GetStringAsync(address));
        }
    }

    [Fact]
    public async Task A_session_s_status_has_how_far_its_newest_run_is()
    {
        App.Session = "M 31";
        Assert.Equal((0, 0), Counts(await DataAsync("/api/session/status")));
        await Node.SaveAsync(session: "old", watched: "M 31/image_0001.jpg", name: "a");
        await FreedAsync("M 31/image_0001.jpg");
        await Node.SaveAsync(session: "night", watched: "M 31/image_0002.jpg", name: "b");
        await Node.SaveAsync(session: "other", watched: "image_0002.jpg", name: "c");
        var data = await DataAsync("/api/session/status");
        Assert.Equal((1, 1), Counts(data));
        Assert.Equal((50, true, 2), ((int)data["ipfs"]!["upload_progress_percent"]!, (bool)data["active"]!, (int)data["captured_images"]!));
        var runs = (await DataAsync("/api/session/M%2031/ipfs"))["runs"]!.AsArray();
        Assert.Equal(["night", "old"], runs.Select(r => (string)r!["session"]!));
        Assert.Equal(["image_0002.jpg", "image_0001.jpg"], runs[0]!["images"]!.AsArray().Select(i => (string)i!["name"]!));
        Assert.Equal("night", (string)(await DataAsync("/api/session/night/ipfs"))["session"]!);
        await RefusedAsync(await Client.GetAsync("/api/session/M%2032/ipfs"), HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_session_in_two_folders_is_one_name()
    {
        await Node.SaveAsync(session: "night", watched: "M31/Ha/image_0001.jpg", name: "a");
        Assert.Equal("night", (string)(await DataAsync("/api/session/M31%2FHa/ipfs"))["session"]!);
        Assert.Equal("M31/Ha", (string)(await DataAsync("/api/session/M31%2FHa/ipfs"))["name"]!);
    }

    [Fact]
    public async Task A_capture_that_was_just_made_is_told_where_it_stands()
    {
        await Node.SaveAsync(watched: "capture_0000.jpg");
        var data = (await GoodAsync(await Client.PostAsync("/api/camera/capture", null)))["data"]!;
        Assert.Equal(("capture_0001.jpg", "/captures/capture_0001.jpg", 5),
            ((string)data["filename"]!, (string)data["path"]!, (int)data["size_bytes"]!));
        Assert.Equal(("queued", 2), ((string)data["ipfs"]!["status"]!, (int)data["ipfs"]!["queue_position"]!));
    }

    [Fact]
    public async Task Where_a_capture_is_is_told_by_its_id_or_its_path()
    {
        await FreedAsync("M 31/image_0001.jpg");
        var frame = Assert.Single(await Node.Catalogue.Captures.NewestAsync(1, default));
        foreach (var id in new[] { frame.Id.ToString(), frame.Id.ToString()[..13], "M%2031%2Fimage_0001.jpg" })
        {
            var data = await DataAsync($"/api/captures/{id}/cid");
            Assert.Equal((frame.Cid, frame.Id.ToString(), "/captures/M 31/image_0001.jpg", 1),
                ((string?)data["cid"], (string?)data["id"], (string?)data["path"], (int)data["ipfs"]!["replicas"]!));
        }

        await RefusedAsync(await Client.GetAsync("/api/captures/nothing.jpg/cid"), HttpStatusCode.NotFound, "NOT_FOUND");
    }

    private async Task ThereAsync(string name, DateTimeOffset at)
    {
        App.Write(name, Picture(30), at.UtcDateTime);
        await Node.SaveAsync(watched: name, at: at);
    }

    private static (int Uploaded, int Pending) Counts(JsonNode data) =>
        ((int)data["ipfs"]!["images_uploaded"]!, (int)data["ipfs"]!["images_pending"]!);

    /// <summary>A clock by which each second that is waited for is over at once.</summary>
    private sealed class OutOfTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromSeconds(1))
                callback(state);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
