using FsCheck.Fluent;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.UnixFs;

[Trait("Rerun", "Never")]
public class UnixFsReaderTests
{
    // Small chunks and few links make deep trees from little data.
    private static readonly UnixFsProfile Deep = UnixFsProfile.UnixFsV1_2025 with { ChunkSize = 7, MaxLinks = 3 };

    [Fact]
    public void Any_range_of_any_file_is_what_was_imported() => Prop.ForAll<byte[], byte, byte>((content, start, count) =>
    {
        foreach (var profile in new[] { Deep, Deep with { RawLeaves = false, CidVersion = 0 } })
        {
            var blocks = new MemoryBlocks();
            var file = new UnixFsImporter(profile, 1 + start % 3).ImportAsync(new MemoryStream(content), blocks).GetAwaiter().GetResult();
            using var stream = UnixFsReader.OpenAsync(blocks, file.Root).GetAwaiter().GetResult();
            Assert.Equal(content.Length, stream.Length);
            Assert.Equal(file.DagSize, Sum(blocks, file.Root));

            stream.Position = start;
            var part = new byte[count];
            int read = stream.ReadAtLeastAsync(part, count, throwOnEndOfStream: false).AsTask().GetAwaiter().GetResult();
            Assert.Equal(content.Skip(start).Take(count), part.Take(read));
        }
    }).MustHold();

    [Fact]
    public async Task A_range_reads_its_own_blocks_only()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(1, 9 << 20)), blocks);
        await using var stream = await UnixFsReader.OpenAsync(blocks, file.Root);
        int before = blocks.Reads;

        stream.Position = 5 << 20;
        await stream.ReadExactlyAsync(new byte[100]);

        Assert.Equal(2, blocks.Reads - before); // Root and one leaf.
    }

    [Fact]
    public async Task A_missing_leaf_throws_when_it_is_read()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(Deep).ImportAsync(new MemoryStream(new byte[100].Select((_, i) => (byte)i).ToArray()), blocks);
        blocks.Blocks.Remove(Cid.V1(Codec.Raw, Multihash.Sha256([98, 99])));

        await using var stream = await UnixFsReader.OpenAsync(blocks, file.Root);
        await stream.ReadExactlyAsync(new byte[98]);
        await Assert.ThrowsAsync<BlockNotFoundException>(async () => await stream.ReadExactlyAsync(new byte[2]));
    }

    [Theory]
    [InlineData(5, 5, 10)] // leaves are 4 bytes
    [InlineData(4, 5, 9)]
    [InlineData(4, 4, 9)] // sum and size differ
    [InlineData(4, -1, 4)] // fewer sizes than links
    [InlineData(4, long.MaxValue, 8)]
    public async Task A_parent_that_lies_about_sizes_is_refused(long first, long second, long total)
    {
        var blocks = new MemoryBlocks();
        var leaf = Block.Create(Codec.Raw, new byte[] { 1, 2, 3, 4 });
        blocks.Put(leaf);
        var root = Node(UnixFsType.File, [new("", leaf.Cid, 4), new("", leaf.Cid, 4)], total, second < 0 ? [first] : [first, second]);
        blocks.Put(root);

        await Assert.ThrowsAsync<DagFormatException>(() => blocks.ReadFileAsync(root.Cid));
    }

    [Fact]
    public async Task What_is_no_file_or_directory_says_so()
    {
        var blocks = new MemoryBlocks();
        var raw = Block.Create(Codec.Raw, new byte[] { 1 });
        var cbor = Block.Create(Codec.DagCbor, new byte[] { 0xA0 });
        var git = Block.Create((Codec)0x78, new byte[] { 1 });
        var directory = UnixFsDirectory.Build(UnixFsProfile.CidV1, [new("a", raw.Cid, 1)]).Blocks[0];
        foreach (var block in new[] { raw, cbor, git, directory })
            blocks.Put(block);

        await Assert.ThrowsAsync<DagFormatException>(() => blocks.ReadFileAsync(directory.Cid));
        await Assert.ThrowsAsync<DagFormatException>(() => blocks.ReadFileAsync(cbor.Cid));
        await Assert.ThrowsAsync<DagFormatException>(async () => await blocks.ListAsync(git.Cid).ToListAsync());
        await Assert.ThrowsAsync<DagFormatException>(async () => await UnixFsReader.ListAsync(blocks, raw.Cid).ToListAsync());
        await Assert.ThrowsAsync<PathNotFoundException>(() => UnixFsReader.ResolveAsync(blocks, directory.Cid, "a/b"));
        Assert.Equal(UnixFsType.Directory, (await UnixFsReader.StatAsync(blocks, directory.Cid)).Type);
    }

    [Fact]
    public async Task A_shard_linked_from_every_slot_is_refused_at_its_first_entry()
    {
        var blocks = new MemoryBlocks();
        var x = Block.Create(Codec.Raw, "x"u8.ToArray());
        byte slot = (byte)(Murmur("name") >> 56);
        var below = Shard([new($"{slot:X2}name", x.Cid, 1)]);
        for (int level = 0; level < 4; level++)
        {
            blocks.Put(below);
            below = Shard([.. Enumerable.Range(0, 256).Select(i => new DagPbLink($"{i:X2}", below.Cid, 1))]);
        }

        blocks.Put(below);

        await Assert.ThrowsAsync<DagFormatException>(async () => await UnixFsReader.ListAsync(blocks, below.Cid).ToListAsync());
    }

    [Fact]
    public void Every_directory_of_any_names_lists_what_it_was_made_from() => Prop.ForAll<string[]>(names =>
    {
        var wanted = names.Where(n => n is not (null or "" or "." or "..") && !n.AsSpan().ContainsAny('/', '\0') && IsText(n)).Distinct()
            .ToList();
        var x = Block.Create(Codec.Raw, "x"u8.ToArray());
        foreach (int threshold in new[] { 256 * 1024, 16 })
        {
            var blocks = new MemoryBlocks();
            var directory = UnixFsDirectory.Build(UnixFsProfile.UnixFsV1_2025 with { DirectoryThreshold = threshold },
                wanted.Select(n => new DagPbLink(n, x.Cid, 1)));
            directory.Blocks.ToList().ForEach(blocks.Put);

            var listed = UnixFsReader.ListAsync(blocks, directory.Root).ToListAsync().AsTask().GetAwaiter().GetResult();
            Assert.Equal(wanted.Order(StringComparer.Ordinal), listed.Select(l => l.Name).Order(StringComparer.Ordinal));
            foreach (string name in wanted)
                Assert.Equal(x.Cid, UnixFsReader.ResolveAsync(blocks, directory.Root, name).GetAwaiter().GetResult().Cid);
        }
    }).MustHold();

    [Theory]
    [InlineData("a", "a")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void Impossible_names_are_refused(params string[] names) => Assert.Throws<ArgumentException>(() =>
        UnixFsDirectory.Build(UnixFsProfile.CidV1, names.Select(n => new DagPbLink(n, Block.Create(Codec.Raw, default).Cid, 0))));

    [Fact]
    public async Task Damaged_nodes_throw_nothing_undocumented()
    {
        var random = new Random(11);
        var source = new MemoryBlocks();
        await new UnixFsImporter(Deep with { RawLeaves = false }).ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(2, 60)), source);
        var links = Enumerable.Range(0, 40).Select(i => new DagPbLink($"name-{i}", source.Blocks.Keys.First(), 1));
        UnixFsDirectory.Build(Deep with { DirectoryThreshold = 1 }, links).Blocks.ToList().ForEach(source.Put);
        var seeds = source.Blocks.Values.ToList();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = seeds[random.Next(seeds.Count)].ToArray();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var damaged = Block.Create(Codec.DagPb, bytes.AsMemory(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)));
            var blocks = new MemoryBlocks();
            blocks.Put(damaged);
            try
            {
                if (i % 2 == 0)
                    await blocks.ReadFileAsync(damaged.Cid);
                else
                    await UnixFsReader.ListAsync(blocks, damaged.Cid).ToListAsync();
            }
            catch (Exception e) when (e is DagFormatException or BlockNotFoundException)
            {
            }
        }
    }

    private static Block Node(UnixFsType type, IReadOnlyList<DagPbLink> links, long fileSize, long[] sizes)
    {
        List<byte> data = [1 << 3, (byte)type, 3 << 3, .. Varint(fileSize)];
        foreach (long size in sizes)
            data.AddRange([4 << 3, .. Varint(size)]);
        return Block.Create(Codec.DagPb, new DagPbNode(links, data.ToArray()).Encode());
    }

    private static Block Shard(IReadOnlyList<DagPbLink> links) =>
        Block.Create(Codec.DagPb,
            new DagPbNode(links, new byte[] { 1 << 3, (byte)UnixFsType.HamtShard, 5 << 3, 0x22, 6 << 3, 0x80, 2 }).Encode());

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    // What slot a name belongs in, as a one-entry HAMT shows it.
    private static ulong Murmur(string name)
    {
        var shard = UnixFsDirectory.Build(UnixFsProfile.UnixFsV1_2025 with { DirectoryThreshold = 1 },
            [new(name, Block.Create(Codec.Raw, default).Cid, 0)]);
        return ulong.Parse(DagPbNode.Decode(shard.Blocks[0].Data).Links[0].Name.AsSpan(0, 2), System.Globalization.NumberStyles.HexNumber)
            << 56;
    }

    private static bool IsText(string name) => name.EnumerateRunes().All(r => r != System.Text.Rune.ReplacementChar);

    private static long Sum(MemoryBlocks blocks, Cid cid)
    {
        byte[] bytes = blocks.Blocks[cid];
        return bytes.Length + (cid.Codec == Codec.Raw ? 0 : DagPbNode.Decode(bytes).Links.Sum(l => Sum(blocks, l.Cid)));
    }
}
