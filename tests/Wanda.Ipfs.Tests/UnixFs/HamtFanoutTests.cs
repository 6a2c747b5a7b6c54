using System.Numerics;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.UnixFs;

/// <summary>Directories sharded by every fanout that other implementations take, 8 to 1024.</summary>
public sealed class HamtFanoutTests
{
    private static readonly Block Leaf = Block.Create(Codec.Raw, "x"u8.ToArray());

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1024)]
    public async Task Each_is_listed_searched_and_selected(int fanout)
    {
        var blocks = new MemoryBlocks();
        // A name as long as a slot, and longer ones that begin like one.
        string[] names = ["a", "00", "0F", "3FF", .. Enumerable.Range(0, 2000).Select(i => $"f{i:d4}.fits")];
        var root = Shard.Build(blocks, names, fanout);

        Assert.Equal(names.Order(StringComparer.Ordinal),
            (await UnixFsReader.ListAsync(blocks, root).ToListAsync()).Select(l => l.Name).Order(StringComparer.Ordinal));
        foreach (string name in names)
            Assert.Equal(Leaf.Cid, (await UnixFsReader.ResolveAsync(blocks, root, name)).Cid);
        await Assert.ThrowsAsync<PathNotFoundException>(() => UnixFsReader.ResolveAsync(blocks, root, "f9999.fits"));
        var shards = await UnixFsReader.ListShardsAsync(blocks, root).ToListAsync();
        Assert.Equal(blocks.Blocks.Count, shards.Count);
        var path = await DagPath.ResolveAsync(blocks, root, []);
        Assert.Equal(shards, await new DagSelection(DagScope.Entity).ListAsync(blocks, path).ToListAsync());
        blocks.Put(Leaf);
        Assert.Equal(shards.Count + 1, await new DagSelection().ListAsync(blocks, path).CountAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(2048)]
    public async Task No_other_is_taken(int fanout)
    {
        var blocks = new MemoryBlocks();
        var shard = Shard.Encode([], fanout);
        blocks.Put(shard);

        await Assert.ThrowsAsync<DagFormatException>(async () => await UnixFsReader.ListAsync(blocks, shard.Cid).ToListAsync());
        await Assert.ThrowsAsync<DagFormatException>(() => UnixFsReader.ResolveAsync(blocks, shard.Cid, "a"));
    }

    // Made as other implementations make them: bits of the hash from its highest on, as many a level as the fanout has.
    private static class Shard
    {
        public static Cid Build(MemoryBlocks blocks, string[] names, int fanout) =>
            Build(blocks, [.. names.Select(n => (Hash(n), n))], fanout, 0);

        public static Block Encode(IReadOnlyList<DagPbLink> links, int fanout) => Block.Create(Codec.DagPb,
            new DagPbNode(links, (byte[])[8, 5, 40, 0x22, 48, .. Varint(fanout)]).Encode());

        private static Cid Build(MemoryBlocks blocks, List<(ulong Hash, string Name)> entries, int fanout, int used)
        {
            int bits = BitOperations.Log2((uint)fanout);
            string digits = $"X{(fanout - 1).ToString("X").Length}";
            var links = new List<DagPbLink>();
            foreach (var slot in entries.GroupBy(e => (int)((e.Hash << used) >> (64 - bits))).OrderBy(g => g.Key))
            {
                string prefix = slot.Key.ToString(digits);
                links.Add(slot.Count() == 1
                    ? new(prefix + slot.Single().Name, Leaf.Cid, 1)
                    : new(prefix, Build(blocks, [.. slot], fanout, used + bits), 1));
            }

            var block = Encode(links, fanout);
            blocks.Put(block);
            return block.Cid;
        }

        private static byte[] Varint(int value) =>
            value < 0x80 ? new[] { (byte)value } : new[] { (byte)(value & 0x7F | 0x80), (byte)(value >> 7) };

        private static ulong Hash(string name) => Murmur3X64.Hash(System.Text.Encoding.UTF8.GetBytes(name));
    }
}
