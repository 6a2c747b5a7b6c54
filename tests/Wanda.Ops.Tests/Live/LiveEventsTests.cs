using System.Text.Json.Nodes;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Live;

/// <summary>What a page hears of frames, sessions and the node, over the real endpoint.</summary>
public sealed class LiveEventsTests : IAsyncLifetime
{
    private TestConsole _console = null!;

    private TestNode Node => _console.Node;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync(options => options with
    {
        Watch = [new WatchOptions { Path = "/srv/watched/My Telescope" }],
    });

    public async Task DisposeAsync() => await _console.DisposeAsync();

    [Theory]
    [InlineData("/ws/camera")]
    [InlineData("/ws/session")]
    [InlineData("/ws/ipfs")]
    public async Task Who_comes_is_told_how_the_node_is(string name)
    {
        await using var page = await LivePage.OpenAsync(_console.Address, name);
        Assert.Equal("""["ipfs_status",{"daemon":true,"peers":0}]""", await page.NextAsync());
        var daemon = await page.NextAsync("ipfs_daemon_status");
        Assert.Equal((true, 0), ((bool)daemon["running"]!, (int)daemon["peers_connected"]!));
        Assert.InRange((int)daemon["storage_used_percent"]!, 0, 100);
        if (name == "/ws/ipfs")
            Assert.Equal("embedded", (string)(await page.NextAsync("status"))["mode"]!);
    }

    [Fact]
    public async Task How_far_a_long_upload_is_is_told_and_that_it_is_done_before_its_proof()
    {
        var frame = await Node.SaveAsync(watched: "M 31/image_0001.jpg");
        await Node.AddCidAsync(frame);
        await using var page = await OpenAsync("/ws/ipfs");
        await using var camera = await OpenAsync("/ws/camera");
        foreach (var (bytes, percent) in new[] { (260_000, 10), (2_599_999, 99) })
        {
            await Node.Catalogue.Destinations.UploadingAsync(
                new("altermundi", frame.Id.ToString(), bytes, frame.SizeBytes, TimeProvider.System.GetUtcNow()), default);
            var told = await page.NextAsync("ipfs_upload_progress");
            Assert.Equal(("image_0001.jpg", bytes, 2_600_000, percent, "altermundi", "/captures/M 31/image_0001.jpg"),
                ((string)told["file"]!, (int)told["bytes_uploaded"]!, (int)told["total_bytes"]!, (int)told["percent"]!,
                    (string)told["destination"]!, (string)told["path"]!));
        }

        await Node.ProveAsync(frame);
        await Node.Catalogue.Destinations.UploadedAsync("altermundi", frame.Id.ToString(), default);
        Assert.Equal(100, (int)(await page.NextAsync("ipfs_upload_progress"))["percent"]!);
        for (var percent = 0; percent < 100;)
            percent = (int)(await camera.NextAsync("ipfs_upload_progress"))["percent"]!;
        Assert.Equal("altermundi", (string)(await camera.NextAsync("ipfs_upload_complete"))["destination"]!);
    }

    [Fact]
    public async Task What_a_killed_worker_left_is_no_upload()
    {
        var (left, now) = (await Node.SaveAsync(), await Node.SaveAsync());
        var at = TimeProvider.System.GetUtcNow();
        await Node.Catalogue.Destinations.UploadingAsync(new("altermundi", $"{left.Id}", 1, 2, at.AddHours(-1)), default);
        await Node.Catalogue.Destinations.UploadingAsync(new("altermundi", $"{now.Id}", 1, 2, at), default);
        var uploads = JsonNode.Parse(await _console.Client.GetStringAsync("/api/ipfs/uploads"))!["data"]!["uploads"]!.AsArray();
        Assert.Equal(now.Id.ToString(), (string)Assert.Single(uploads)!["id"]!);
    }

    [Fact]
    public async Task A_frame_is_told_from_its_saving_to_its_proof()
    {
        await using var page = await OpenAsync("/ws/camera");
        var frame = await Node.SaveAsync("night", bytes: [1, 2, 3], original: Contracts.RawName.FromText("image_0001.jpg"),
            folder: Contracts.RawName.FromText("M31 \u00fc"));
        var start = await page.NextAsync("ipfs_upload_start");
        Assert.Equal(("image_0001.jpg", 3, "/captures/M31 \u00fc/image_0001.jpg", frame.Id.ToString()),
            ((string)start["file"]!, (int)start["size"]!, (string)start["path"]!, (string)start["id"]!));
        var started = await page.NextAsync("ipfs_upload_started");
        Assert.Equal(("image_0001.jpg", 3, 0),
            ((string)started["file"]!, (int)started["size_bytes"]!, (int)started["queue_position"]!));

        await Node.AddCidAsync(frame);
        var added = await page.NextAsync("ipfs_upload_complete");
        Assert.Equal(("image_0001.jpg", TestNode.Cid, 3, 0, false), Complete(added));
        Assert.Null(added["destination"]);
        Assert.True((long)added["upload_time_ms"]! >= 0);

        await Node.ProveAsync(frame);
        var proven = await page.NextAsync("ipfs_upload_complete");
        Assert.Equal(("image_0001.jpg", TestNode.Cid, 3, 1, true), Complete(proven));
        Assert.Equal("altermundi", (string)proven["destination"]!);

        static (string, string, int, int, bool) Complete(JsonNode e) => ((string)e["file"]!, (string)e["cid"]!, (int)e["size_bytes"]!,
            (int)e["replicas"]!, (bool)e["synced"]!);
    }

    [Fact]
    public async Task What_did_not_work_is_told_without_a_place_on_this_machine()
    {
        await using var page = await OpenAsync("/ws/camera");
        var frame = await Node.SaveAsync(name: "a.fits");
        await Node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "down",
            TimeProvider.System.GetUtcNow().AddSeconds(90), default);
        await Node.Catalogue.Events.FailedAsync(frame.Id.ToString(),
            $"altermundi: {Node.Options.Data}/frames/a.fits, /srv/watched/My Telescope/M31/a.fits and /mnt/usb/x/b.fits of "
                + "https://pin.example.org/v1/car went wrong", default);

        var error = await page.NextAsync("ipfs_upload_error");
        Assert.Equal("altermundi: \u2026/a.fits, \u2026/M31/a.fits and \u2026/b.fits of https://pin.example.org/v1/car went wrong",
            (string)error["error"]!);
        Assert.Equal(("a.fits", true), ((string)error["file"]!, (bool)error["will_retry"]!));
        Assert.InRange((int)error["retry_in_seconds"]!, 0, 90);
    }

    [Fact]
    public async Task A_session_that_is_whole_elsewhere_is_told_once()
    {
        await using var page = await OpenAsync("/ws/session");
        var frame = await Node.SaveAsync("m42", bytes: [1, 2, 3]);
        await Node.AddCidAsync(frame);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Archived(frame.Session, "bafydirectory", 100, 1, ""), default);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Proven(new CustodyProof
        {
            Id = "p",
            SubjectKind = SubjectKind.Session,
            Subject = "m42",
            Cid = "bafydirectory",
            Destination = "altermundi",
            FailureDomain = "altermundi",
            OnThisMachine = false,
            Method = ProofMethod.Possession,
            Bytes = 100,
            Digest = new string('b', 64),
            Endpoint = "https://pin.example.org",
            Place = Node.Options.Destinations[0].Place,
            ProvenAt = TimeProvider.System.GetUtcNow(),
            ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(30),
        }), default);
        await Node.ProveAsync(frame); // the last that it waited for

        var synced = await page.NextAsync("ipfs_session_synced");
        Assert.Equal("""{"session_name":"m42","session_cid":"bafydirectory","total_images":1,"total_size_bytes":3}""",
            synced.ToJsonString());

        var at = TimeProvider.System.GetUtcNow();
        var name = new IpnsState { Name = "k51q", RootCid = "bafyroot", Sequence = 1, SignedAt = at, PublishedAt = at };
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.NameSigned(name), default);
        Assert.StartsWith("[\"ipfs_ipns_updated\",{\"ipns_name\":\"k51q\",\"resolves_to\":\"bafyroot\"", await page.NextAsync());
    }

    [Fact]
    public async Task Hundreds_of_frames_at_once_lose_no_page()
    {
        await using var page = await OpenAsync("/ws/camera");
        var names = new List<string>();
        for (var i = 0; i < 300; i++)
            names.Add((await Node.SaveAsync(name: $"{i}.fits")).FileName);
        foreach (var name in names)
            Assert.Equal(name, (string)(await page.NextAsync("ipfs_upload_start"))["file"]!);
    }

    [Fact]
    public async Task A_console_that_stops_does_not_wait_for_its_pages()
    {
        await using var page = await OpenAsync("/ws/camera");
        await _console.StopAsync(default).WaitAsync(Eventually.Bound);
    }

    /// <summary>Once it knows how the node is, it misses nothing.</summary>
    private async Task<LivePage> OpenAsync(string name)
    {
        var page = await LivePage.OpenAsync(_console.Address, name);
        await page.NextAsync("ipfs_daemon_status");
        return page;
    }
}
