using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Car;

public class CarSourceTests
{
    [Theory]
    [InlineData("unixfs-v1-2025")]
    [InlineData("cid-v0")]
    public async Task In_the_order_of_the_car_it_never_goes_back(string profile)
    {
        var (car, root, order) = await CarAsync(profile);
        var stream = new NoWayBack(car);
        var source = await CarSource.OpenAsync(stream);
        Assert.Equal([root], source.Roots);
        var read = new List<Cid>();
        await foreach (var block in source.BlocksAsync(root))
            read.Add(block.Cid);
        Assert.Equal(order, read);
        Assert.Equal(car.Length, stream.Position);
    }

    [Fact]
    public async Task In_any_other_order_it_finds_them_too()
    {
        var (car, _, order) = await CarAsync("cid-v1");
        var source = await CarSource.OpenAsync(new MemoryStream(car));
        byte[] buffer = new byte[Block.MaxBytes];
        var shuffled = order.ToArray();
        new Random(1).Shuffle(shuffled);
        foreach (var cid in shuffled.Concat(order))
        {
            int? length = await source.FindAsync(cid, default);
            Assert.Equal(length, (await source.ReadAsync(cid, buffer, default)).Data.Length);
        }

        var absent = Block.Create(Codec.Raw, new byte[] { 1, 2, 3 }).Cid;
        Assert.Null(await source.FindAsync(absent, default));
        await Assert.ThrowsAsync<BlockNotFoundException>(async () => await source.ReadAsync(absent, buffer, default));
    }

    [Fact]
    public async Task Each_flipped_bit_and_each_cut_is_noticed_by_who_reads_it_all()
    {
        var (car, root, _) = await CarAsync("cid-v1", 70_000);
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] broken = [.. car];
            int at = random.Next(car.Length);
            if (i % 2 == 0)
                broken[at] ^= (byte)(1 << random.Next(8));
            else
                broken = broken[..at];
            bool sound = true;
            try
            {
                var source = await CarSource.OpenAsync(new MemoryStream(broken));
                await foreach (var block in source.BlocksAsync(root))
                {
                }

                // Only the header's own words are nobody's bytes.
                sound = source.Roots.SequenceEqual([root]);
            }
            catch (Exception e) when (e is CarFormatException or BlockNotFoundException or CidFormatException)
            {
                sound = false;
            }

            Assert.False(sound, $"Case {i}: byte {at} of {car.Length}");
        }
    }

    private static async Task<(byte[] Car, Cid Root, List<Cid> Order)> CarAsync(string profile, int length = 3 * 1024 * 1024 + 5)
    {
        var blocks = new MemoryBlocks();
        byte[] content = new byte[length];
        new Random(3).NextBytes(content);
        var file = await new UnixFsImporter(UnixFsProfile.Parse(profile)).ImportAsync(new MemoryStream(content), blocks);
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [file.Root], blocks.BlocksAsync(file.Root));
        return (car.ToArray(), file.Root, await blocks.ListAsync(file.Root).Select(b => b.Cid).ToListAsync());
    }

    /// <summary>A stream in which a step back of more than a section's head is a failure.</summary>
    private sealed class NoWayBack(byte[] content) : MemoryStream(content)
    {
        public override long Position
        {
            get => base.Position;
            set => base.Position = value >= base.Position - 256
                ? value
                : throw new InvalidOperationException($"Went back from {base.Position} to {value}.");
        }
    }
}
