using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Gateway;

/// <summary>What a gateway may do in a CAR, and clients must take: repeats, blocks besides, any order, identity blocks.</summary>
public sealed class GenerousGatewayTests : IAsyncLifetime
{
    private readonly MemoryBlocks _blocks = new();
    private readonly Block _strange = Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(9, 50_000));
    private Cid _root;
    private List<Cid> _order = [];

    public async Task InitializeAsync()
    {
        var profile = UnixFsProfile.CidV1 with { ChunkSize = 10_000, MaxLinks = 8 };
        _root = (await new UnixFsImporter(profile).ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(2, 1_000_000)), _blocks)).Root;
        _order = (await _blocks.ListAsync(_root).ToListAsync()).ConvertAll(b => b.Cid);
        _blocks.Put(_strange);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("each twice")]
    [InlineData("the root at the end")]
    [InlineData("backwards")]
    [InlineData("shuffled")]
    [InlineData("strangers between")]
    [InlineData("all of it again")]
    public async Task It_is_read_whole_parents_first(string how)
    {
        Assert.Equal(Sorted(_order), Sorted(await ReadAsync(Arrange(how))));
    }

    [Fact]
    public async Task An_identity_block_in_a_CAR_is_no_stranger_and_none_is_waited_for()
    {
        byte[] tail = "the last bytes are inlined"u8.ToArray();
        var identity = Cid.V1(Codec.Raw, Multihash.Identity(tail));
        var leaf = Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(3, 1000));
        byte[] inner = new DagPbNode([new("", leaf.Cid, 1000)], default).Encode();
        var identityNode = Cid.V1(Codec.DagPb, Multihash.Identity(inner));
        var root = Block.Create(Codec.DagPb, new DagPbNode([new("", identity, 26), new("", identityNode, 1040)], default).Encode());
        foreach (var block in new[] { root, leaf, Block.Verify(identity, tail), Block.Verify(identityNode, inner) })
            _blocks.Put(block);

        Assert.Equal([root.Cid, leaf.Cid], await ReadAsync([root.Cid, leaf.Cid], root.Cid));
        Assert.Equal([root.Cid, leaf.Cid], await ReadAsync([root.Cid, identity, identityNode, leaf.Cid], root.Cid));
        Assert.Equal(leaf.Cid, (await Assert.ThrowsAsync<BlockNotFoundException>(() => ReadAsync([root.Cid], root.Cid))).Cid);
        Assert.Equal([leaf.Cid], await ReadAsync([leaf.Cid], identityNode));
    }

    private IEnumerable<Cid> Arrange(string how) => how switch
    {
        "each twice" => _order.SelectMany(c => new[] { c, c }),
        "the root at the end" => _order.Skip(1).Append(_root),
        "backwards" => Enumerable.Reverse(_order),
        "shuffled" => _order.OrderBy(c => c.GetHashCode() ^ 77).ToList(),
        "strangers between" => _order.SelectMany(c => new[] { c, _strange.Cid }),
        _ => _order.Concat(_order),
    };

    private static IEnumerable<string> Sorted(IEnumerable<Cid> cids) => cids.Select(c => c.ToString()).Order(StringComparer.Ordinal);

    private async Task<List<Cid>> ReadAsync(IEnumerable<Cid> sent, Cid? root = null)
    {
        var wanted = root ?? _root;
        await using var server = await StandIn.StartAsync(
            c => CarWriter.WriteAsync(c.Response.Body, [wanted], _blocks.BlocksAsync(sent)));
        using var gateway = new TrustlessGateway(server.Endpoint with { Tries = 1 }, TimeProvider.System);
        var seen = new HashSet<Cid>();
        await foreach (var block in gateway.ReadDagAsync(wanted))
        {
            Assert.Equal(_blocks.Blocks[block.Cid], block.Data.ToArray());
            bool isKnown = block.Cid == wanted || wanted != _root
                || seen.Where(s => s.Codec == Codec.DagPb).Any(s => DagPbNode.Decode(_blocks.Blocks[s]).Links.Any(l => l.Cid == block.Cid));
            Assert.True(isKnown, $"{block.Cid} came before what links it");
            Assert.True(seen.Add(block.Cid), $"{block.Cid} came twice");
        }

        return [.. seen];
    }
}
