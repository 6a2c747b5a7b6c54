using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>What is pinned stays, whatever others pin beside it; what nobody pins goes.</summary>
public sealed class CollectionTests : IAsyncLifetime
{
    private static readonly Block[] Leaves = [.. Enumerable.Range(0, 4).Select(i => Dags.Raw($"leaf {i} of a frame"))];
    private static readonly Block Root = Dags.Node(Leaves.Select(l => l.Cid));

    private TestServer _server = null!;
    private HttpClient _hill = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.Zero });
        _hill = _server.ClientOf(TestServer.Hill);
    }

    public async Task DisposeAsync()
    {
        _hill.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(Codec.Libp2pKey, true)]
    [InlineData(Codec.Libp2pKey, false)]
    [InlineData(Codec.Raw, true)]
    [InlineData(Codec.Raw, false)]
    public async Task The_same_digest_under_another_codec_hides_no_links(Codec codec, bool strangerFirst)
    {
        var other = Root.As(codec);
        var stranger = Dags.Node(other.Cid);
        if (strangerFirst)
            await SendAsync(_hill, stranger, other);
        await SendAsync(_server.Client, Root, Leaves);
        if (!strangerFirst)
            await SendAsync(_hill, stranger, other);

        await _server.CollectedAsync();

        Assert.All(Leaves, l => Assert.True(_server.Client.HasAsync(l.Cid).Result));
    }

    [Fact]
    public async Task Another_hash_function_and_links_inside_a_cid_hide_nothing_either()
    {
        var inner = Dags.Node(Leaves[0].Cid);
        var inCid = inner.AsIdentity();
        var sha512 = Root.AsSha512();
        await SendAsync(_server.Client, Dags.Node(inCid.Cid, sha512.Cid), [inCid, sha512, .. Leaves]);
        await SendAsync(_hill, Dags.Node(inner.As(Codec.Libp2pKey).Cid, sha512.As(Codec.Raw).Cid), inner, sha512);

        await _server.CollectedAsync();

        Assert.All(Leaves, l => Assert.True(_server.Client.HasAsync(l.Cid).Result));
    }

    [Theory]
    [InlineData("inner")]
    [InlineData("root")]
    [InlineData("leaf")]
    public async Task A_broken_pin_keeps_what_is_left_of_it_and_stops_nobody(string lost)
    {
        var inner = Dags.Node(Leaves[1].Cid, Leaves[2].Cid);
        var root = Dags.Node(Leaves[0].Cid, inner.Cid);
        await SendAsync(_server.Client, root, [inner, .. Leaves[..3]]);
        string id = await SendAsync(_hill, Dags.Node(Leaves[3].Cid), Leaves[3]);
        var gone = lost == "inner" ? inner : lost == "root" ? root : Leaves[2];
        File.Delete(_server.Blocks().Single(b => new FileInfo(b).Length == gone.Data.Length
            && gone.Cid.Matches(File.ReadAllBytes(b))));

        using (await _hill.DeleteAsync($"/v0/pins/{id}"))
            await _server.CollectedAsync();

        Assert.False(await _hill.HasAsync(Leaves[3].Cid));
        foreach (var block in new[] { root, inner, Leaves[0], Leaves[1], Leaves[2] })
            Assert.Equal(block.Cid != gone.Cid, await _hill.HasAsync(block.Cid));
        using (await _server.Client.UploadAsync(await Dags.CarAsync(root.Cid, gone)))
            Assert.True(await _hill.HasAsync(gone.Cid));
    }

    [Fact]
    public async Task What_nothing_links_is_not_stored()
    {
        var hidden = Enumerable.Range(0, 50).Select(i => Dags.Raw($"hidden {i}")).ToList();

        await SendAsync(_server.Client, Root, [.. Leaves, .. hidden]);

        Assert.Equal(Leaves.Length + 1, _server.Blocks().Length);
        Assert.Equal(Root.Data.Length + Leaves.Sum(l => l.Data.Length),
            (int)(await _server.Client.GetAsync("/v0/node").JsonAsync())["bytes"]!);
    }

    private static async Task<string> SendAsync(HttpClient client, Block root, params IEnumerable<Block> blocks) =>
        (string)(await client.UploadAsync(await Dags.CarAsync(root.Cid, [root, .. blocks])).JsonAsync(HttpStatusCode.Created))["pinId"]!;
}
