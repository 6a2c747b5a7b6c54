using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Wanda.Ipfs;
using Wanda.PinningServer;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>The pinning server, a process of its own, over a real daemon.</summary>
[Collection("Kubo")]
public sealed class PinningServerOverKuboTests(KuboDaemon daemon) : IAsyncLifetime
{
    private static async Task<int> StatusAsync(HttpClient client, Cid block)
    {
        using var answer = await client.GetAsync($"/ipfs/{block}?format=raw");
        return (int)answer.StatusCode;
    }

    private readonly ServerProcess _server = new(daemon.Address);
    private readonly KuboClient _kubo = daemon.Connect().Client;

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _kubo.Dispose();
    }

    [Fact]
    public async Task A_frame_is_pinned_in_the_daemon_proven_from_it_and_unpinned_with_its_last_owner()
    {
        var frame = await Frame.MakeAsync(3_000_000, seed: 1);

        var pin = await _server.Client.UploadAsync(await frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(PinMode.Recursive, (await _kubo.Pins.FindAsync(frame.Root))!.Value.Mode);
        Assert.Empty(Directory.GetFiles(Path.Combine(_server.Folder, "blocks", "blocks"), "*", SearchOption.AllDirectories));
        await AssertProvenAsync(frame);
        await _server.KillAsync();
        await _server.StartAsync();
        await AssertProvenAsync(frame);
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));

        using var deleted = await _server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Eventually.HoldsAsync(async () => await _kubo.Pins.FindAsync(frame.Root) is null, "the daemon's pin is gone");
    }

    [Fact]
    public async Task Where_nodes_read_their_own_what_others_have_in_the_daemon_is_not_here()
    {
        var frame = await Frame.MakeAsync(3_000_000, seed: 30);
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Own, Kubo = daemon.Address.AbsoluteUri });
        using var hill = server.ClientOf(TestServer.Hill);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created); // another server's

        Assert.Equal(404, await StatusAsync(server.Client, frame.Root));
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        foreach (var block in frame.Blocks)
            Assert.Equal((200, 404), (await StatusAsync(server.Client, block), await StatusAsync(hill, block)));
    }

    [Fact]
    public async Task A_directory_is_pinned_direct_without_the_frames_that_it_lists()
    {
        var blocks = await Frame.MakeAsync("{}"u8.ToArray());
        var elsewhere = Cid.V1(Codec.Raw, Multihash.Sha256(RandomNumberGenerator.GetBytes(32)));
        var directory = UnixFsDirectory.Build(
            UnixFsProfile.UnixFsV1_2025,
            [new DagPbLink("m31-001.fits", elsewhere, 1_200_000), new DagPbLink("metadata.json", blocks.Root, 2)]).Blocks[0];
        await blocks.NodeAsync(directory, default);

        await _server.Client.UploadAsync(await blocks.CarAsync([directory.Cid, blocks.Root], directory.Cid), "scope=directory")
            .JsonAsync(HttpStatusCode.Created);

        Assert.Equal(PinMode.Direct, (await _kubo.Pins.FindAsync(directory.Cid, PinMode.Direct))!.Value.Mode);
        Assert.Equal("{}", await _server.Client.GetStringAsync($"/ipfs/{directory.Cid}/metadata.json"));
    }

    [Fact]
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
            var upload = _server.Client.UploadAsync(car);
            // When the daemon has it and the server's own row may not be there yet, or at a moment that is drawn, from the first byte to
            // the answer.
            await Task.WhenAny(upload, kill % 2 == 0
                ? Eventually.HoldsAsync(
                    async () => await _kubo.Pins.FindAsync(frame.Root, PinMode.Recursive) is not null, "the daemon has pinned it")
                : Task.Delay(TimeSpan.FromMilliseconds(moments.Next(0, 800)), TimeProvider.System));
            await _server.KillAsync();
            try
            {
                promised.Add((string)(await upload.JsonAsync(HttpStatusCode.Created))["pinId"]!, frame);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Killed before it could say yes.
            }

            await _server.StartAsync();
        }

        var pins = await _server.Client.PinsAsync();
        Assert.Subset(pins.Select(p => (string)p!["pinId"]!).ToHashSet(), promised.Keys.ToHashSet());
        // A pin without an answer may exist, but only whole.
        foreach (var frame in frames.Where(f => pins.Any(p => (string)p!["cid"]! == f.Root.ToString())))
            await AssertProvenAsync(frame);
        foreach (var pin in pins)
            (await _server.Client.DeleteAsync($"/v0/pins/{pin!["pinId"]}")).Dispose();
        var roots = frames.Select(f => f.Root.Hash).ToHashSet();
        await Eventually.HoldsAsync(async () => !await _kubo.Pins.ListAsync().AnyAsync(p => roots.Contains(p.Cid.Hash)),
            "the daemon pins none of them any more");
    }

    [Fact]
    public async Task A_daemon_that_is_told_not_to_flush_is_given_nothing()
    {
        var frame = await Frame.MakeAsync(100_000, seed: 2);
        byte[] car = await frame.CarAsync();
        var spec = (await _kubo.ConfigurationAsync()).GetProperty("Datastore").GetProperty("Spec").GetRawText();
        Assert.Contains("\"sync\":true", spec, StringComparison.Ordinal);
        await ConfigureAsync(spec.Replace("\"sync\":true", "\"sync\":false", StringComparison.Ordinal));
        try
        {
            Assert.Equal("STORE_UNAVAILABLE", await _server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.ServiceUnavailable));
            Assert.Contains("\"sync\"",
                (string)(await _server.Client.GetAsync("/health").JsonAsync(HttpStatusCode.ServiceUnavailable))["details"]!);
        }
        finally
        {
            await ConfigureAsync(spec);
        }

        await _server.Client.UploadAsync(car).JsonAsync(HttpStatusCode.Created);
    }

    private async Task AssertProvenAsync(Frame frame)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        JsonNode answer = await _server.Client.PostAsync("/v0/possession",
            Api.Json(new { cid = frame.Root.ToString(), nonce = Convert.ToBase64String(nonce) })).JsonAsync();
        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(frame, nonce, frame.Blocks)), (string)answer["digest"]!);
        Assert.True((bool)answer["pinned"]!);
    }

    private async Task ConfigureAsync(string spec)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            new Uri(daemon.Address, $"/api/v0/config?arg=Datastore.Spec&arg={Uri.EscapeDataString(spec)}&json=true"), null);
        answer.EnsureSuccessStatusCode();
    }
}
