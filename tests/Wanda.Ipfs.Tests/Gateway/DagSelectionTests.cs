using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Gateway;

/// <summary>What a CAR has of a DAG, and that no DAG makes a walk without end.</summary>
public sealed class DagSelectionTests
{
    private readonly MemoryBlocks _blocks = new();

    [Fact]
    public async Task A_few_blocks_with_any_number_of_ways_through_them_are_one_walk_or_a_refusal()
    {
        var below = Put(Codec.Raw, "x"u8.ToArray());
        for (int level = 0; level < 100; level++)
            below = Put(Codec.DagPb, new DagPbNode([new("a", below, 1), new("b", below, 1), new("c", below, 1)], default).Encode());
        var path = await DagPath.ResolveAsync(_blocks, below, []);

        Assert.Equal(101, await new DagSelection().ListAsync(_blocks, path).CountAsync());
        int reads = _blocks.Reads;
        await Assert.ThrowsAsync<DagFormatException>(async () =>
            await new DagSelection(Duplicates: true).ListAsync(_blocks, path).CountAsync());
        Assert.True(_blocks.Reads - reads < 100_000, $"{_blocks.Reads - reads} blocks were read");
    }

    [Fact]
    public async Task Equal_pieces_come_as_often_as_they_are_linked_when_asked_for()
    {
        var file = await new UnixFsImporter(UnixFsProfile.CidV1 with { ChunkSize = 1000 })
            .ImportAsync(new MemoryStream(new byte[20_000]), _blocks);
        var path = await DagPath.ResolveAsync(_blocks, file.Root, []);

        Assert.Equal(2, await new DagSelection(DagScope.Entity).ListAsync(_blocks, path).CountAsync());
        Assert.Equal(21, await new DagSelection(DagScope.Entity, Duplicates: true).ListAsync(_blocks, path).CountAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 999)]
    [InlineData(1500, 61_000)]
    [InlineData(-1, null)]
    [InlineData(-70_000, -69_000)]
    [InlineData(99_999, null)]
    [InlineData(100_000, null)]
    public async Task A_stretch_of_a_deep_file_comes_with_what_proves_it_and_no_more(long from, int? to)
    {
        byte[] content = TemporaryFolder.RandomBytes(5, 100_000);
        var profile = UnixFsProfile.CidV1 with { ChunkSize = 1000, MaxLinks = 4 };
        var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(content), _blocks);
        var path = await DagPath.ResolveAsync(_blocks, file.Root, []);

        var listed = await new DagSelection(DagScope.Entity, new(from, to)).ListAsync(_blocks, path).ToListAsync();

        long start = from < 0 ? content.Length + from : from;
        long end = Math.Min(content.Length, to is null ? content.Length : (to < 0 ? content.Length + to.Value : to.Value) + 1);
        var part = new MemoryBlocks();
        listed.ForEach(b => part.Blocks[b.Cid] = _blocks.Blocks[b.Cid]);
        await using var stream = await UnixFsReader.OpenAsync(part, file.Root);
        stream.Position = start;
        byte[] read = new byte[Math.Max(0, end - start)];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(content[(int)start..((int)start + read.Length)], read);
        int leaves = listed.Count(b => b.Cid.Codec == Codec.Raw);
        Assert.Equal(read.Length == 0 ? 0 : (end - 1) / 1000 - start / 1000 + 1, leaves);
    }

    [Theory]
    [InlineData("0:*", true)]
    [InlineData("-5:*", true)]
    [InlineData("5:-1", true)]
    [InlineData("-5:2", true)]
    [InlineData("5:3", false)]
    [InlineData("-5:-6", false)]
    [InlineData("*:5", false)]
    [InlineData("1:2:3", false)]
    [InlineData("", false)]
    [InlineData(":", false)]
    [InlineData("1", false)]
    [InlineData("99999999999999999999:*", false)]
    public void A_stretch_is_written_as_the_specification_has_it(string text, bool isOne) =>
        Assert.Equal(isOne, EntityBytes.TryParse(text, out _));

    [Fact]
    public async Task Data_in_inner_nodes_is_read_in_its_place()
    {
        // As trickle DAGs have it: a node with bytes of its own, then those of its children.
        var b = Put(Codec.Raw, "bb"u8.ToArray());
        var d = Put(Codec.Raw, "dd"u8.ToArray());
        var inner = Put(Codec.DagPb, new DagPbNode([new("", d, 2)], File("cc", 4, 2)).Encode());
        var root = Put(Codec.DagPb, new DagPbNode([new("", b, 2), new("", inner, 8)], File("aa", 8, 2, 4)).Encode());

        await using var stream = await UnixFsReader.OpenAsync(_blocks, root);
        byte[] read = new byte[8];
        await stream.ReadExactlyAsync(read);
        Assert.Equal("aabbccdd"u8.ToArray(), read);
        for (int at = 7; at >= 0; at--)
            Assert.Equal(read[at], await OneAsync(stream, at));

        var path = await DagPath.ResolveAsync(_blocks, root, []);
        var part = new DagSelection(DagScope.Entity, new(6, 6)).ListAsync(_blocks, path);
        Assert.Equal([root, inner, d], await part.Select(x => x.Cid).ToListAsync());
    }

    private static async Task<byte> OneAsync(Stream stream, int at)
    {
        stream.Position = at;
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one);
        return one[0];
    }

    private static byte[] File(string data, byte size, params byte[] pieces) =>
    [
        8, 2, 18, (byte)data.Length, .. System.Text.Encoding.ASCII.GetBytes(data), 24, size,
        .. pieces.SelectMany(p => new byte[] { 32, p }),
    ];

    private Cid Put(Codec codec, byte[] bytes)
    {
        var block = Block.Create(codec, bytes);
        _blocks.Put(block);
        return block.Cid;
    }
}
