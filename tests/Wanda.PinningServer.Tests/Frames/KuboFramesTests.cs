using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Frames;

/// <summary>The same server over a Kubo daemon: blocks and pins live there, and the answers are the same.</summary>
public sealed class KuboFramesTests : IAsyncLifetime
{
    private readonly KuboStandIn _standIn = new() { Started = "1.7e+09" };
    private volatile bool _down;
    private volatile int _status = 200;
    private StandIn _daemon = null!;
    private KuboClient _kubo = null!;
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _daemon = await StandIn.StartAsync(context =>
        {
            if (!_down && _status == 200)
                return _standIn.AnswerAsync(context);
            context.Response.StatusCode = _down ? 503 : _status;
            return Task.CompletedTask;
        });
        _kubo = new KuboClient(_daemon.Endpoint, TimeProvider.System);
        _server = await TestServer.StartAsync(o => o with
        {
            Kubo = _daemon.Address.AbsoluteUri,
            MaintainEvery = TimeSpan.FromSeconds(1),
            KeepUnpinned = TimeSpan.Zero,
        });
        _standIn.Started = "1.7000001e+09"; // again, since the server saw how it is set up
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _kubo.Dispose();
        await _daemon.DisposeAsync();
    }

    [Fact]
    public async Task A_frame_lives_in_the_daemon_and_not_in_the_folder()
    {
        var frame = await Frame.MakeAsync(3_000_000);

        var pin = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1&session=M31&name=c1")
            .JsonAsync(HttpStatusCode.Created);

        Assert.Null(await _kubo.Pins.FindAsync(frame.Root)); // which would be anybody's
        Assert.Equal("c1", Assert.Single(await KeepersAsync(frame.Root)).Name);
        Assert.Empty(_server.Blocks());
        Assert.Empty(_server.Staged());
        await _server.RestartAsync();
        Assert.Equal((string)pin["pinId"]!, (string)Assert.Single(await _server.Client.PinsAsync())!["pinId"]!);
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        var answer = await _server.Client.PostAsync("/v0/possession", Api.Json(new
        {
            cid = frame.Root.ToString(),
            nonce = Convert.ToBase64String(nonce),
            blocks = frame.Blocks.Select(b => b.ToString()),
        })).JsonAsync();
        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(frame, nonce, [.. frame.Blocks], default)),
            (string)answer["digest"]!);
        Assert.Contains(_daemon.Requests,
            r => r.Contains("block/get", StringComparison.Ordinal) && r.Contains("offline=true", StringComparison.Ordinal));
        Assert.DoesNotContain(_daemon.Requests,
            r => r.Contains("block/get", StringComparison.Ordinal) && !r.Contains("offline=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_parts_it_goes_there_too()
    {
        var frame = await Frame.MakeAsync(2_000_000);

        var (pin, _) = await _server.Client.SendAsync(await frame.CarAsync(), Tus.Metadata(("cid", frame.Root.ToString())), maxBreaks: 0);

        Assert.NotNull(pin);
        Assert.Single(await KeepersAsync(frame.Root));
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task A_whole_upload_that_the_daemon_cannot_take_now_is_kept_and_becomes_a_pin_without_a_byte_more()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        byte[] car = await frame.CarAsync();
        var upload = await _server.Client.BeginAsync(car.Length, Tus.Metadata(("cid", frame.Root.ToString())));
        _down = true;
        using var refused = await _server.Client.AppendAsync(upload, 0, car);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        await _server.RestartAsync();
        upload = new Uri(upload.AbsolutePath, UriKind.Relative); // on another port
        Assert.Equal(car.Length, await _server.Client.OffsetAsync(upload));
        _down = false;
        using var taken = await _server.Client.AppendAsync(upload, car.Length, Array.Empty<byte>());
        Assert.NotNull(taken.Pin());
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task A_pin_goes_from_the_daemon_with_its_last_owner_and_those_of_others_stay()
    {
        var frame = await Frame.MakeAsync(1_500_000);
        var foreign = await Frame.MakeAsync(1000, seed: 2);
        await _kubo.Dag.ImportAsync(null,
            async (stream, cancellationToken) => await stream.WriteAsync(await foreign.CarAsync(), cancellationToken), pinRoots: true);
        var first = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);
        var second = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c2").JsonAsync(HttpStatusCode.Created);

        using (await _server.Client.DeleteAsync($"/v0/pins/{first["pinId"]}"))
        {
            await _server.CollectedAsync();
            Assert.Single(await KeepersAsync(frame.Root));
        }

        using (await _server.Client.DeleteAsync($"/v0/pins/{second["pinId"]}"))
            await Eventually.HoldsAsync(async () => (await KeepersAsync(frame.Root)).Count == 0, "the daemon's pin is gone");
        Assert.NotNull(await _kubo.Pins.FindAsync(foreign.Root));
    }

    [Fact]
    public async Task A_directory_is_kept_without_its_frames_and_given_to_the_daemon()
    {
        string folder = Directory.CreateTempSubdirectory("wanda-dir-").FullName;
        await using var store = await BlockStore.OpenAsync(folder, TimeProvider.System);
        var elsewhere = Cid.V1(Codec.Raw, Multihash.Sha256(new byte[] { 1 }));
        var directory = await new EmbeddedNode(store).AddDirectoryAsync(
            [new DagPbLink("m31-001.fits", elsewhere, 1_200_000)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = "{}"u8.ToArray() }, "archive");
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [directory.Root], store.BlocksAsync(directory.Blocks.Select(b => b.Cid)));

        var pin = await _server.Client.UploadAsync(car.ToArray(), "scope=directory&session=M31").JsonAsync(HttpStatusCode.Created);

        await _server.CollectedAsync();
        Assert.Single(await KeepersAsync(directory.Root));
        Assert.Empty(await KeepersAsync(elsewhere));
        Assert.Equal("{}", await _server.Client.GetStringAsync($"/ipfs/{directory.Root}/metadata.json"));
        using var deleted = await _server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");
        await Eventually.HoldsAsync(async () => (await KeepersAsync(directory.Root)).Count == 0,
            "the daemon's pin is gone");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_daemon_that_is_down_is_an_outage_and_no_missing_block()
    {
        var frame = await Frame.MakeAsync(1_500_000);
        byte[] car = await frame.CarAsync();
        await _server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
        _down = true;

        using var refused = await _server.Client.UploadAsync(car, "capture=c2");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        var question = new
        {
            cid = frame.Root.ToString(),
            nonce = Convert.ToBase64String(new byte[32]),
            blocks = frame.Blocks.Select(b => b.ToString()),
        };
        Assert.Equal("STORE_UNAVAILABLE",
            await _server.Client.PostAsync("/v0/possession", Api.Json(question)).RefusedAsync(HttpStatusCode.ServiceUnavailable));
        Assert.Contains("Kubo",
            (string)(await _server.Client.GetAsync("/health").JsonAsync(HttpStatusCode.ServiceUnavailable))["details"]!);
        await _server.RestartAsync();
        Assert.Single(await _server.Client.PinsAsync());

        _down = false;
        await _server.Client.UploadAsync(car, "capture=c2").JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, "no")]
    [InlineData(true, HttpStatusCode.Created, "yes")]
    [InlineData(null, HttpStatusCode.Created, "unknown")] // The log says it too.
    public async Task A_daemon_that_does_not_flush_is_given_nothing_and_nodes_are_told(bool? sync, HttpStatusCode expected, string told)
    {
        var before = await Frame.MakeAsync(100_000, seed: 3);
        await _server.Client.UploadAsync(await before.CarAsync()).JsonAsync(HttpStatusCode.Created);
        _standIn.Sync = sync;
        var frame = await Frame.MakeAsync(1_500_000);
        byte[] car = await frame.CarAsync();
        // As a node asks: a refusal comes before the frame goes over the line.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0/car")
        {
            Content = Api.Car(car),
            Headers = { ExpectContinue = true },
        };

        using var answer = await _server.Client.SendAsync(request);
        using var health = await _server.Client.GetAsync("/health");

        Assert.Equal(expected, answer.StatusCode);
        var question = new { cid = before.Root.ToString(), nonce = Convert.ToBase64String(new byte[32]) };
        Assert.Equal(told, (string)(await _server.Client.PostAsync("/v0/possession", Api.Json(question)).JsonAsync())["flushes"]!);
        Assert.Equal(expected == HttpStatusCode.Created, health.IsSuccessStatusCode);
        if (sync is false)
        {
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Contains("\"sync\"", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["details"]!);
        }
    }

    [Fact]
    public async Task What_the_daemon_lost_is_no_longer_called_pinned()
    {
        var frame = await Frame.MakeAsync(1_500_000);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await _server.StopAsync();
        foreach (var pin in await KeepersAsync(frame.Root))
            await _kubo.Pins.RemoveAsync(pin.Cid);
        await _kubo.Repo.CollectAsync();

        await _server.StartAgainAsync();

        Assert.Empty(await _server.Client.PinsAsync());
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/ipfs/{frame.Root}").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task What_somebody_unpinned_there_is_pinned_again_and_what_is_gone_is_told_while_the_server_runs()
    {
        var frames = new[] { await Frame.MakeAsync(1_500_000, seed: 4), await Frame.MakeAsync(1_500_000, seed: 5) };
        foreach (var frame in frames)
            await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        foreach (var pin in await KeepersAsync(frames[0].Root))
            await _kubo.Pins.RemoveAsync(pin.Cid);
        await Eventually.HoldsAsync(async () => (await KeepersAsync(frames[0].Root)).Count == 1, "it is pinned again");
        foreach (var block in frames[1].Blocks)
            _standIn.Blocks.Blocks.Remove(block);
        foreach (var pin in (await _kubo.Pins.ListAsync().ToListAsync()).Where(p => p.Cid.Codec == Codec.DagPb))
            await _kubo.Pins.RemoveAsync(pin.Cid);

        await Eventually.HoldsAsync(async () => (await _server.Client.PinsAsync()).Count == 1, "one is lost");
        Assert.Equal(frames[0].Root.ToString(), (string)(await _server.Client.PinsAsync())[0]!["cid"]!);
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/ipfs/{frames[1].Root}").RefusedAsync(HttpStatusCode.NotFound));
        await _server.Client.UploadAsync(await frames[1].CarAsync()).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(frames[1].Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frames[1].Root}"));
    }

    [Fact]
    public async Task Pins_of_a_server_before_get_one_of_their_own_and_only_nameless_ones_go()
    {
        var frames = new[] { await Frame.MakeAsync(1_500_000, seed: 6), await Frame.MakeAsync(1_500_000, seed: 7) };
        foreach (var frame in frames)
            await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await _server.StopAsync();
        foreach (var pin in await _kubo.Pins.ListAsync().ToListAsync())
            await _kubo.Pins.RemoveAsync(pin.Cid);
        await _kubo.Pins.AddAsync(frames[0].Root);
        await _kubo.Pins.AddAsync(frames[1].Root, name: "somebody's by now");
        await using (var table = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_server.Folder, "pins.db")};Pooling=False"))
        {
            await table.OpenAsync();
            using var command = table.CreateCommand();
            command.CommandText = "INSERT INTO kubo_pin SELECT DISTINCT cid FROM pin; DELETE FROM kubo_own";
            await command.ExecuteNonQueryAsync();
        }

        await _server.StartAgainAsync();

        Assert.Equal(2, (await _server.Client.PinsAsync()).Count);
        await Eventually.HoldsAsync(async () => await _kubo.Pins.FindAsync(frames[0].Root) is null, "the former pin is gone");
        Assert.NotNull(await _kubo.Pins.FindAsync(frames[1].Root));
        await _server.CollectedAsync();
        Assert.Single(await KeepersAsync(frames[0].Root));
        Assert.Equal(2, (await KeepersAsync(frames[1].Root)).Count);
        Assert.Equal(2, (await _server.Client.PinsAsync()).Count);
    }

    [Theory]
    [InlineData("0.42.0", 200, "0.43")]
    [InlineData("0.43.1", 404, "5001")]
    [InlineData("0.43.1", 403, "--kubo-token-file")]
    public async Task What_is_wrong_with_a_daemon_is_said_and_uploads_are_refused(string version, int status, string said)
    {
        var frame = await Frame.MakeAsync(100_000, seed: 8);
        (_standIn.Version, _status) = (version, status);

        var health = await _server.Client.GetAsync("/health").JsonAsync(HttpStatusCode.ServiceUnavailable);

        Assert.Contains(said, (string)health["details"]!, StringComparison.Ordinal);
        Assert.Equal("STORE_UNAVAILABLE",
            await _server.Client.UploadAsync(await frame.CarAsync()).RefusedAsync(HttpStatusCode.ServiceUnavailable));
    }

    private Task<List<KuboPin>> KeepersAsync(Cid block) => _kubo.KeepersAsync(block);
}
