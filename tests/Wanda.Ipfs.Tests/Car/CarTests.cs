using FsCheck.Fluent;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Car;

[Trait("Rerun", "Never")]
public class CarTests
{
    [Theory]
    [InlineData("unixfs-v1-2025")]
    [InlineData("cid-v0")]
    public async Task A_dag_comes_back_and_its_length_was_known(string profile)
    {
        var (blocks, root) = await DagAsync(UnixFsProfile.Parse(profile), 3 * 1024 * 1024 + 5);
        var listed = await blocks.ListAsync(root).ToListAsync();
        var car = new MemoryStream();

        await CarWriter.WriteAsync(car, [root], blocks.BlocksAsync(root));

        Assert.Equal(CarWriter.LengthOf([root], listed), car.Length);
        using var reader = await CarReader.OpenAsync(new Trickle(car.ToArray()));
        Assert.Equal([root], reader.Roots);
        var back = new MemoryBlocks();
        var order = new List<Cid>();
        await foreach (var block in reader.ReadBlocksAsync())
        {
            back.Put(block);
            order.Add(block.Cid);
        }

        Assert.Equal(listed.Select(b => b.Cid), order);
        Assert.Equal(root, order[0]);
        Assert.Equal(await blocks.ReadFileAsync(root), await back.ReadFileAsync(root));
    }

    [Fact]
    public void Any_blocks_and_roots_survive() => Prop.ForAll<byte[][], int>((contents, roots) =>
    {
        var blocks = contents.Where(c => c is not null).Select(c => Block.Create(c.Length % 2 == 0 ? Codec.Raw : Codec.DagCbor, c))
            .ToList();
        var named = blocks.Take(Math.Abs(roots % 4)).Select(b => b.Cid).ToList();
        var car = new MemoryStream();
        CarWriter.WriteAsync(car, named, blocks.ToAsyncEnumerable()).GetAwaiter().GetResult();
        Assert.Equal(CarWriter.LengthOf(named, blocks.Select(b => new BlockInfo(b.Cid, b.Data.Length))), car.Length);

        var (readRoots, read) = ReadAsync(car.ToArray()).GetAwaiter().GetResult();
        Assert.Equal(named, readRoots);
        Assert.Equal(blocks.Select(b => (b.Cid, Convert.ToHexString(b.Data.Span))), read);
    }).MustHold();

    [Fact]
    public void Any_stretch_of_a_car_is_that_stretch_of_the_whole() => Prop.ForAll<byte[][], int, int>((contents, from, many) =>
    {
        var source = new MemoryBlocks();
        var blocks = new List<BlockInfo>();
        foreach (var block in contents.Where(c => c is not null).Select(c => Block.Create(Codec.Raw, c)))
        {
            source.Put(block);
            blocks.Add(new(block.Cid, block.Data.Length));
        }

        Cid[] roots = [.. blocks.Take(1).Select(b => b.Cid)];
        var whole = new MemoryStream();
        CarWriter.WriteAsync(whole, roots, source.BlocksAsync(blocks.Select(b => b.Cid))).GetAwaiter().GetResult();
        int offset = Math.Abs(from * 7 % ((int)whole.Length + 1));
        int count = Math.Abs(many * 11 % ((int)whole.Length - offset + 1));

        var part = new MemoryStream();
        CarWriter.WriteRangeAsync(part, roots, blocks, source, offset, count).GetAwaiter().GetResult();

        Assert.Equal(whole.ToArray()[offset..(offset + count)], part.ToArray());
    }).MustHold();

    [Fact]
    public async Task A_stretch_reads_no_block_outside_of_it()
    {
        var (source, root) = await DagAsync(UnixFsProfile.CidV1, 3 * 1024 * 1024);
        var blocks = await source.ListAsync(root).ToListAsync();
        int before = source.Reads;

        await CarWriter.WriteRangeAsync(new MemoryStream(), [root], blocks, source, 1_000_000, 300_000);

        Assert.InRange(source.Reads - before, 2, 3);
    }

    [Fact]
    public async Task A_changed_block_is_refused_with_both_cids()
    {
        var (car, _) = await SmallCarAsync();
        car[^1] ^= 1;

        var mismatch = await Assert.ThrowsAsync<BlockMismatchException>(() => ReadAsync(car));

        Assert.NotEqual(mismatch.Expected, mismatch.Actual);
        Assert.Contains(mismatch.Actual.ToString(), mismatch.Message);
    }

    [Theory]
    [InlineData("")] // nothing
    [InlineData("0aa16776657273696f6e02")] // the pragma of version 2
    [InlineData("0aa16776657273696f6e01")] // no roots
    [InlineData("808008")] // header of 128 KiB
    [InlineData("ffffffffffffffffff01")] // length over 63 bits
    [InlineData("11a265726f6f7473806776657273696f6e0100")] // zero-length section
    [InlineData("11a265726f6f7473806776657273696f6e01ffffff01")] // section of 4 MiB
    [InlineData("11a265726f6f7473806776657273696f6e010401551204")] // block without a whole CID
    public async Task What_is_no_car_is_refused(string hex) =>
        await Assert.ThrowsAsync<CarFormatException>(() => ReadAsync(Convert.FromHexString(hex)));

    [Fact]
    public async Task A_car_cut_anywhere_is_refused_or_ends_between_blocks()
    {
        var (car, starts) = await SmallCarAsync();
        for (int length = 0; length < car.Length; length++)
        {
            if (starts.Contains(length))
                await ReadAsync(car[..length]); // A shorter CAR is a CAR; whether the DAG is whole is for its reader to see.
            else
                await Assert.ThrowsAsync<CarFormatException>(() => ReadAsync(car[..length]));
        }
    }

    [Fact]
    public async Task Flipped_bits_throw_nothing_undocumented()
    {
        var (car, _) = await SmallCarAsync();
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            var damaged = car.ToArray();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                await ReadAsync(damaged);
            }
            catch (Exception e) when (e is CarFormatException or BlockMismatchException)
            {
            }
        }
    }

    private static async Task<(byte[] Car, HashSet<long> Starts)> SmallCarAsync()
    {
        var blocks = Enumerable.Range(0, 5).Select(i => Block.Create(Codec.Raw, TemporaryFolder.RandomBytes(i, 20 * i + 1))).ToList();
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [blocks[0].Cid], blocks.ToAsyncEnumerable());
        var starts = Enumerable.Range(0, 5)
            .Select(n => CarWriter.LengthOf([blocks[0].Cid], blocks.Take(n).Select(b => new BlockInfo(b.Cid, b.Data.Length))));
        return (car.ToArray(), starts.ToHashSet());
    }

    private static async Task<(IReadOnlyList<Cid>, List<(Cid, string)>)> ReadAsync(byte[] car)
    {
        using var reader = await CarReader.OpenAsync(new MemoryStream(car));
        var blocks = new List<(Cid, string)>();
        await foreach (var block in reader.ReadBlocksAsync())
            blocks.Add((block.Cid, Convert.ToHexString(block.Data.Span)));
        return (reader.Roots, blocks);
    }

    private static async Task<(MemoryBlocks, Cid)> DagAsync(UnixFsProfile profile, int size)
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(3, size)), blocks);
        return (blocks, file.Root);
    }

    /// <summary>A network: gives less than was asked for, at odd boundaries.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + _reads++ * 977 % 70_000)], cancellationToken);
    }
}
