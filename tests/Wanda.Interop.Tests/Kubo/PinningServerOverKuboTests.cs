using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.PinningServer;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>The pinning server, a process of its own, over Kubo itself as it comes.</summary>
[Collection("Go Kubo")]
public sealed class PinningServerOverKuboTests(GoKubo daemon) : IAsyncLifetime
{
    private static async Task<int> StatusAsync(HttpClient client, Cid block)
    {
        using var answer = await client.GetAsync($"/ipfs/{block}?format=raw");
        return (int)answer.StatusCode;
    }

    private readonly ServerProcess _server = new(daemon.Repository);
    private KuboServer? _daemon;

    private KuboClient Kubo => _daemon!.Client;

    private ServerProcess Server
    {
        get
        {
            daemon.SkipUnlessFound();
            return _server;
        }
    }

    public async Task InitializeAsync()
    {
        if (!daemon.IsFound)
            return; // each test is skipped
        _daemon = daemon.Connect();
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_daemon is not null)
            await _daemon.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_frame_is_pinned_in_the_daemon_proven_from_it_and_unpinned_with_its_last_owner()
    {
        var frame = await Frame.MakeAsync(3_000_000, seed: 1);

        var pin = await Server.Client.UploadAsync(await frame.CarAsync(), "capture=c1&name=c1.fits").JsonAsync(HttpStatusCode.Created);

        Assert.Null(await Kubo.Pins.FindAsync(frame.Root)); // which would be anybody's
        Assert.Equal("c1.fits", Assert.Single(await Kubo.KeepersAsync(frame.Root)).Name);
        Assert.Empty(Directory.GetFiles(Path.Combine(Server.Folder, "blocks", "blocks"), "*", SearchOption.AllDirectories));
        await AssertProvenAsync(frame);
        await Server.KillAsync();
        await Server.StartAsync();
        await AssertProvenAsync(frame);
        Assert.Equal(frame.Content, await Server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));

        using var deleted = await Server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Eventually.HoldsAsync(async () => (await Kubo.KeepersAsync(frame.Root)).Count == 0, "the daemon's pin is gone");
    }

    [SkippableFact]
    public async Task Where_nodes_read_their_own_what_others_have_in_the_daemon_is_not_here()
    {
        daemon.SkipUnlessFound();
        var frame = await Frame.MakeAsync(3_000_000, seed: 30);
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Own, Kubo = daemon.Repository });
        using var hill = server.ClientOf(TestServer.Hill);
        await Server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created); // another server's

        Assert.Equal(404, await StatusAsync(server.Client, frame.Root));
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        foreach (var block in frame.Blocks)
            Assert.Equal((200, 404), (await StatusAsync(server.Client, block), await StatusAsync(hill, block)));
    }

    [SkippableFact]
    public async Task A_directory_is_pinned_without_the_frames_that_it_lists()
    {
        var blocks = await Frame.MakeAsync("{}"u8.ToArray());
        var elsewhere = Cid.V1(Codec.Raw, Multihash.Sha256(RandomNumberGenerator.GetBytes(32)));
        var directory = UnixFsDirectory.Build(
            UnixFsProfile.UnixFsV1_2025,
            [new DagPbLink("m31-001.fits", elsewhere, 1_200_000), new DagPbLink("metadata.json", blocks.Root, 2)]).Blocks[0];
        await blocks.NodeAsync(directory, default);

        await Server.Client.UploadAsync(await blocks.CarAsync([directory.Cid, blocks.Root], directory.Cid), "scope=directory")
            .JsonAsync(HttpStatusCode.Created);

        Assert.Single(await Kubo.KeepersAsync(directory.Cid));
        Assert.Single(await Kubo.KeepersAsync(blocks.Root));
        Assert.Equal("{}", await Server.Client.GetStringAsync($"/ipfs/{directory.Cid}/metadata.json"));
    }

    [SkippableFact]
    public async Task Killed_at_any_moment_nothing_promised_is_lost_and_nothing_else_stays_pinned()
    {
        var moments = new Random(20261125);
        var promised = new Dictionary<string, Frame>();
        var frames = new List<Frame>();
        for (int kill = 0; kill < 6; kill++)
        {
            var frame = await Frame.MakeAsync(4_000_000, seed: 10 + kill);
            frames.Add(frame);
            byte[] car = await frame.CarAsync();
            var upload = Server.Client.UploadAsync(car);
            // When the daemon has it and the server's own row may not be there yet, or at a moment that is drawn, from the first byte to
            // the answer.
            await Task.WhenAny(upload, kill % 2 == 0
                ? Eventually.HoldsAsync(
                    async () => (await Kubo.KeepersAsync(frame.Root)).Count > 0, "the daemon has pinned it")
                : Task.Delay(TimeSpan.FromMilliseconds(moments.Next(0, 800)), TimeProvider.System));
            await Server.KillAsync();
            try
            {
                promised.Add((string)(await upload.JsonAsync(HttpStatusCode.Created))["pinId"]!, frame);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Killed before it could say yes.
            }

            await Server.StartAsync();
        }

        var pins = await Server.Client.PinsAsync();
        Assert.Subset(pins.Select(p => (string)p!["pinId"]!).ToHashSet(), promised.Keys.ToHashSet());
        // A pin without an answer may exist, but only whole.
        foreach (var frame in frames.Where(f => pins.Any(p => (string)p!["cid"]! == f.Root.ToString())))
            await AssertProvenAsync(frame);
        foreach (var pin in pins)
            (await Server.Client.DeleteAsync($"/v0/pins/{pin!["pinId"]}")).Dispose();
        await Eventually.HoldsAsync(async () => (await Kubo.KeepersAsync([.. frames.Select(f => f.Root)])).Count == 0,
            "the daemon pins none of them any more");
    }

    private async Task AssertProvenAsync(Frame frame)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        JsonNode answer = await Server.Client.PostAsync("/v0/possession",
            Api.Json(new { cid = frame.Root.ToString(), nonce = Convert.ToBase64String(nonce) })).JsonAsync();
        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(frame, nonce, frame.Blocks)), (string)answer["digest"]!);
        Assert.True((bool)answer["pinned"]!);
    }
}
