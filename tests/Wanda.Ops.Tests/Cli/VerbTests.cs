using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops.Tests.Cli;

/// <summary>The operator's verbs, beside a node that has its files open.</summary>
public sealed class VerbTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(_node.Options.Data, "wanda.json"), JsonSerializer.Serialize(new
        {
            data = _node.Options.Data,
            clock = new { requireSync = false }, // as in a container
            destinations = new[] { new { name = "altermundi", url = "https://pin.example.org", token = "t" } },
        }));
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task Status_says_the_sentence_and_fails_its_check_only_in_trouble()
    {
        await _node.SaveAsync();
        var calm = await RunAsync("status", "--check");
        Assert.Equal((0, ""), (calm.Code, calm.Error));
        Assert.StartsWith("1 frame tonight, none safe yet, 1 only here", calm.Out);
        await using var bus = await QueueSeed.StartAsync(_node, new QueueSeed.Refusal { Cause = "its file changed" });
        await bus.RefuseAsync(_node, await _node.SaveAsync());
        Assert.Equal(3, (await RunAsync("status", "--check")).Code);
        Assert.Equal("needsYou", (string?)(await JsonAsync("status"))["severity"]);
    }

    [Fact]
    public async Task Status_fails_its_check_when_capture_has_stopped()
    {
        File.Delete(Path.Combine(_node.Root.Path, StorageRoot.IdFileName));
        var stopped = await RunAsync("status", "--check");
        Assert.Equal((4, ""), (stopped.Code, stopped.Error));
        Assert.StartsWith("Capture has stopped since ", stopped.Out);
        Assert.Equal("captureStopped", (string?)(await JsonAsync("status"))["severity"]);
    }

    [Fact]
    public async Task Sources_are_listed_with_what_was_not_taken()
    {
        await _node.Catalogue.Intake.ReportAsync("inbox", SourceKind.Folder, "/mnt/nina", SourceState.Running, null, default);
        Assert.Contains("Every file that was seen is taken.", (await RunAsync("sources")).Out);
        await _node.Catalogue.Intake.RefusedAsync("inbox", new RawName([0x70, 0xe9, 0x1b]), new(RefusalCode.Pipe), 0, default);
        var shown = await RunAsync("sources");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        foreach (var words in new[] { "inbox (/mnt/nina) runs since", "1 seen and not taken", @"p\xe9\x1b", "it is a pipe, not a file" })
            Assert.Contains(words, shown.Out);
        Assert.Equal(@"p\xe9\x1b", (string?)(await JsonAsync("sources"))["refusals"]![0]!["path"]);
    }

    [Fact]
    public async Task A_frame_s_timeline_is_printed_by_number_or_by_the_beginning_of_its_id()
    {
        var capture = await _node.SaveAsync();
        await _node.AddCidAsync(capture);
        await _node.ProveAsync(capture);
        foreach (var what in new[] { "m42/1", capture.Id.ToString()[..12] })
        {
            var shown = await RunAsync("capture", "show", what);
            Assert.Equal((0, ""), (shown.Code, shown.Error));
            foreach (var words in new[] { "safe on altermundi, and here", "saved", "CID computed", TestNode.Cid, "proven", "next" })
                Assert.Contains(words, shown.Out);
        }

        Assert.Equal("proven", (string?)(await JsonAsync("capture", "show", "m42/1"))["frame"]!["state"]);
        Assert.Equal(1, (int?)(await JsonAsync("capture", "ls", "--state", "safe"))["total"]);
        Assert.Equal(0, (int?)(await JsonAsync("capture", "ls", "--state", "only-here"))["total"]);
    }

    [Fact]
    public async Task A_discard_needs_a_reason_and_where_nobody_can_be_asked_a_yes()
    {
        await _node.SaveAsync();
        Assert.Equal(2, (await RunAsync("capture", "discard", "m42/1", "--yes")).Code);
        var asked = await RunAsync("capture", "discard", "m42/1", "--reason", "a lamp");
        Assert.Equal(1, asked.Code);
        Assert.Contains("erased for ever from this node", asked.Error);
        Assert.Equal(0, (int?)(await JsonAsync("capture", "ls", "--state", "discarded"))["total"]);
        Assert.Equal(0, (await RunAsync("capture", "discard", "m42/1", "--reason", "a lamp", "--yes")).Code);
        Assert.Contains("a lamp", (await RunAsync("capture", "show", "m42/1")).Out);
        Assert.Equal(1, (int?)(await JsonAsync("capture", "ls", "--state", "discarded"))["total"]);
    }

    [Fact]
    public async Task A_session_is_listed_shown_and_fetched()
    {
        await _node.SaveAsync(name: "a.fits", bytes: [1, 2, 3]);
        Assert.Contains("m42", (await RunAsync("session", "ls")).Out);
        Assert.Contains("1 frame, 3 B: 0 safe, 1 only here", (await RunAsync("session", "show", "m42")).Out);
        var folder = Path.Combine(_node.Options.Data, "back");
        var fetched = await RunAsync("session", "fetch", "m42", folder);
        Assert.Equal((0, ""), (fetched.Code, fetched.Error));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(folder, "a.fits")));

        await File.WriteAllBytesAsync(Path.Combine(folder, "a.fits"), [9]);
        var refused = await RunAsync("session", "fetch", "m42", folder);
        Assert.Equal(1, refused.Code);
        Assert.Contains("a.fits: the folder holds a different file", refused.Out);
    }

    [Fact]
    public async Task A_frame_is_written_to_a_file_or_to_a_pipe_or_it_is_said_where_it_was_looked_for()
    {
        var capture = await _node.SaveAsync(name: "a.fits", bytes: [1, 2, 3]);
        var file = Path.Combine(_node.Options.Data, "back.fits");
        var got = await RunAsync("capture", "get", capture.Id.ToString()[..12], file);
        Assert.Equal((0, ""), (got.Code, got.Error));
        Assert.Contains($"{file}: 3 B from this node's file, SHA-256 {capture.Sha256}.", got.Out);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(file));
        Assert.Equal(capture.Sha256, (string?)(await JsonAsync("capture", "get", "m42/1", file))["sha256"]);

        var piped = await StartAsync("capture", "get", "m42/1", "-");
        Assert.Equal((0, "\u0001\u0002\u0003"), (piped.Code, piped.Out));
        Assert.Contains(capture.Sha256, piped.Error);

        await _node.AddCidAsync(capture);
        await _node.ReleaseAsync(capture);
        File.Delete(file);
        var failed = await RunAsync("capture", "get", TestNode.Cid, file);
        Assert.Equal((1, ""), (failed.Code, failed.Out));
        Assert.StartsWith($"wanda: m42/1 ({TestNode.Cid}) was found nowhere. this node: ", failed.Error);
        Assert.Contains("altermundi: ", failed.Error);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_queue_is_shown_retried_purged_paused_and_resumed()
    {
        var refusal = new QueueSeed.Refusal { Cause = "its file changed" };
        await using var bus = await QueueSeed.StartAsync(_node, refusal);
        await bus.RefuseAsync(_node, await _node.SaveAsync());
        // First of all: it is of the last minute.
        Assert.Equal(1, (double?)(await JsonAsync("queue", "ls"))[0]!["inPerMinute"]);
        Assert.Contains("stuck", (await RunAsync("queue", "ls")).Out);
        Assert.Contains("its file changed", (await RunAsync("queue", "show", "ipfs-add")).Out);
        var stuck = (await JsonAsync("queue", "show", "ipfs-add"))["stuck"]![0]!["deliveryId"]!.ToString();
        Assert.Contains("PoisonException", (await RunAsync("queue", "show", "ipfs-add", "--message", stuck)).Out);
        refusal.Cause = null;
        Assert.Equal(1, (int?)(await JsonAsync("queue", "retry", "ipfs-add", "--limit", "5", "--rate", "100"))["retried"]);
        await Eventually.HoldsAsync(
            async () => await _node.Queues.FindAsync(QueueNames.IpfsAdd) is { Error: 0, Ready: 0, InFlight: 0, Scheduled: 0 },
            "the retried message to be taken");
        Assert.Contains("0 stuck in ipfs-add would be forgotten", (await RunAsync("queue", "purge", "ipfs-add")).Error);
        Assert.Equal(0, (int?)(await JsonAsync("queue", "purge", "ipfs-add", "--yes"))["purged"]);
        Assert.NotNull(
            (string?)(await JsonAsync("queue", "pause", "ipfs-add", "--reason", "changing the disk", "--for", "01:00:00"))["until"]);
        Assert.Equal("changing the disk", (await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused!.Reason);
        await bus.PublishLaterAsync(await _node.SaveAsync(), TimeSpan.FromHours(1));
        Assert.Equal(1, (int?)(await JsonAsync("queue", "retry", "ipfs-add", "--later"))["retried"]);
        Assert.Equal(1, (await RunAsync("queue", "retry", "ipfs-add", "--later", "--message", "1")).Code);
        // From another process, as always in a node.
        Assert.Equal(0, (await StartAsync("queue", "resume", "ipfs-add")).Code);
        Assert.Null((await _node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused);
    }

    [Fact]
    public async Task A_torn_block_is_told_with_its_frame_and_repaired_from_the_frame()
    {
        var capture = await _node.SaveAsync(name: "a.fits", bytes: new byte[3 << 20]);
        var folder = new DataFolder(_node.Options.Data).Ipfs;
        await using (var store = await BlockStore.OpenAsync(folder, TimeProvider.System))
            await new EmbeddedNode(store).AddFileAsync(_node.Root.Resolve(capture.Path), capture.Id.ToString());
        Assert.Equal(0, (int?)(await JsonAsync("store", "verify"))["damage"]!.AsArray().Count);
        await File.WriteAllBytesAsync(Directory.GetFiles(folder, "*.block", SearchOption.AllDirectories).Single(), []);

        var torn = await RunAsync("store", "verify");
        Assert.Equal(1, torn.Code);
        Assert.Contains("m42/1: ", torn.Out);
        Assert.Contains("--repair", torn.Out);
        Assert.Equal(1, (int?)(await JsonAsync("store", "verify", "--repair"))["rebuilt"]);
        Assert.Contains("Every block is what its CID says.", (await RunAsync("store", "verify")).Out);
    }

    [Fact]
    public async Task The_clock_is_accepted_as_it_is()
    {
        await _node.Catalogue.Node.AcceptTimeAsync(TimeProvider.System.GetUtcNow().AddYears(5), default);
        Assert.Equal(0, (await RunAsync("clock", "accept")).Code);
        var newest = (await _node.Catalogue.Node.NewestTimeAsync(default))!.Value;
        Assert.True((newest - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(1, "No frame is called", "capture", "show", "ffff")]
    [InlineData(1, "There is no queue", "queue", "retry", "no-such")]
    [InlineData(1, "There is no block store", "store", "verify")]
    [InlineData(1, "No session is called", "session", "show", "no-such")]
    [InlineData(2, "--reason", "queue", "pause", "ipfs-add")]
    [InlineData(2, "00:30:00 is half an hour", "queue", "pause", "ipfs-add", "--reason", "disk", "--for", "30")]
    [InlineData(1, "There is no queue", "queue", "purge", "no-such")]
    [InlineData(2, "--rate: '0'", "queue", "retry", "ipfs-add", "--rate", "0")]
    [InlineData(2, "--reason", "pinning-server", "unpin", "x")]
    [InlineData(1, "The reason is", "pinning-server", "unpin", "x", "--reason", "")]
    [InlineData(1, "There is no pin x", "pinning-server", "unpin", "x", "--reason", "lost")]
    [InlineData(2, "no-such-verb", "no-such-verb")]
    [InlineData(2, "only-here", "capture", "ls", "--state", "wrong")]
    public async Task What_cannot_be_done_is_one_line_and_a_code(int code, string words, params string[] arguments)
    {
        var failed = await RunAsync(arguments);
        Assert.Equal(code, failed.Code);
        Assert.Contains(words, failed.Error);
        Assert.DoesNotContain("   at ", failed.Error);
        Assert.Equal("", failed.Out.Trim());
    }

    [Theory]
    [InlineData("--interval: 'abc'", "demo", "--interval", "abc")]
    [InlineData("--timeout: '80x' cannot be used. Write seconds, or hh:mm:ss: 90 and 00:01:30 are the same; a day at most.",
        "demo", "--timeout", "80x")]
    [InlineData("--timeout: '1.00:00:01'", "demo", "--timeout", "1.00:00:01")]
    [InlineData("--frames: '-3'", "demo", "--frames", "-3")]
    [InlineData("--size: '5x5'", "demo", "--size", "5x5")]
    [InlineData("--watch: '/no/such/folder'", "demo", "--watch", "/no/such/folder")]
    [InlineData("--listen: 'http://0.0.0.0:80'", "demo", "--listen", "http://0.0.0.0:80")]
    [InlineData("No configuration", "up")]
    [InlineData("TokenFile /no/such/file does not exist", "pinning-server", "--data", "server", "--node", "a=/no/such/file")]
    public async Task A_wrong_command_line_is_refused_before_anything_is_made(string words, params string[] arguments)
    {
        var empty = Directory.CreateTempSubdirectory("wanda-empty-").FullName;
        var failed = await WandaCommand.RunAsync(empty, arguments);
        Assert.Equal((2, ""), (failed.Code, failed.Out.Trim()));
        Assert.Contains(words, failed.Error);
        Assert.DoesNotContain("   at ", failed.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
        Directory.Delete(empty);
    }

    [Fact]
    public async Task A_console_whose_port_is_taken_names_its_key()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var file = Path.Combine(_node.Options.Data, "taken.json");
        await File.WriteAllTextAsync(file,
            JsonSerializer.Serialize(new { data = _node.Options.Data, ops = new { listen = $"http://{taken.LocalEndpoint}" } }));
        var failed = await WandaCommand.RunAsync(_node.Options.Data, "up", "--config", file);
        Assert.Equal((2, ""), (failed.Code, failed.Out));
        Assert.Contains("ops.listen: http://127.0.0.1:", failed.Error);
    }

    [Fact]
    public async Task A_folder_without_a_node_stays_as_it_is()
    {
        var empty = Directory.CreateTempSubdirectory("wanda-empty-").FullName;
        var failed = await WandaCommand.RunAsync(empty, "status", "--data", empty);
        Assert.Equal(1, failed.Code);
        Assert.Contains("There is no catalogue", failed.Error);
        Assert.Equal(2, (await WandaCommand.RunAsync(empty, "status")).Code);
        Assert.Empty(Directory.GetFileSystemEntries(empty));
        Directory.Delete(empty);
    }

    [Fact]
    public async Task What_goes_into_a_pipe_holds_no_colours()
    {
        await _node.SaveAsync();
        foreach (var verb in new[] { "status", "capture ls", "queue ls", "session ls" })
        {
            var piped = await StartAsync(verb.Split(' '));
            Assert.DoesNotContain('\u001b', piped.Out);
            Assert.Equal(await RunAsync(verb.Split(' ')), piped); // what the other tests do here is what users start
        }
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        WandaCommand.RunHereAsync([.. arguments, "--data", _node.Options.Data]);

    private Task<(int Code, string Out, string Error)> StartAsync(params string[] arguments) =>
        WandaCommand.RunAsync(_node.Options.Data, [.. arguments, "--data", _node.Options.Data]);

    private async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var (code, text, error) = await RunAsync([.. arguments, "--json"]);
        Assert.Equal((0, ""), (code, error));
        return JsonNode.Parse(text)!;
    }
}
