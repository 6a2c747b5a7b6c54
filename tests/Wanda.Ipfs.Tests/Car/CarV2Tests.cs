using System.Buffers.Binary;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Car;

/// <summary>A CAR version 2 is read as the version 1 that it holds, whatever lies around that.</summary>
public sealed class CarV2Tests
{
    private static readonly byte[] Pragma = [0x0a, 0xa1, 0x67, 0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x02];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 500)]
    [InlineData(100_000, 300_000)]
    public async Task Its_blocks_are_those_of_its_data(int padding, int index)
    {
        var (root, blocks, inner) = await SampleAsync();
        byte[] car = V2(inner, padding, index);

        using var reader = await CarReader.OpenAsync(new MemoryStream(car));
        Assert.Equal([root], reader.Roots);
        Assert.Equal(blocks, await reader.ReadBlocksAsync().Select(b => b.Cid).ToListAsync());

        var source = await CarSource.OpenAsync(new MemoryStream(car));
        Assert.Equal([root], source.Roots);
        Assert.Equal(blocks, await source.BlocksAsync(root).Select(b => b.Cid).ToListAsync());
        Assert.Null(await source.FindAsync(Block.Create(Codec.Raw, new byte[] { 1 }).Cid, default));
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        var (_, _, inner) = await SampleAsync();
        byte[] sound = V2(inner, 0, 0);
        foreach (var (at, value) in new[] { (27, 50L), (27, long.MaxValue), (27, -1L), (35, 0L), (35, -5L) })
            await RefusedAsync(With(sound, at, value));
        await RefusedAsync(sound[..30]);
        await RefusedAsync(V2(V2(inner, 0, 0), 0, 0));
    }

    [Fact]
    public async Task One_that_is_cut_short_is_noticed()
    {
        var (_, _, inner) = await SampleAsync();
        byte[] car = V2(inner, 3, 0);
        using var reader = await CarReader.OpenAsync(new MemoryStream(car[..^10]));

        await Assert.ThrowsAsync<CarFormatException>(async () => await reader.ReadBlocksAsync().CountAsync());
    }

    private static async Task RefusedAsync(byte[] car)
    {
        await Assert.ThrowsAsync<CarFormatException>(() => CarReader.OpenAsync(new MemoryStream(car)));
        await Assert.ThrowsAsync<CarFormatException>(() => CarSource.OpenAsync(new MemoryStream(car)));
    }

    private static byte[] With(byte[] car, int at, long value)
    {
        byte[] changed = [.. car];
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(at), value);
        return changed;
    }

    private static byte[] V2(byte[] inner, int padding, int index)
    {
        byte[] head = new byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), 51 + padding);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), inner.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(32), index == 0 ? 0 : 51 + padding + inner.Length);
        return [.. Pragma, .. head, .. new byte[padding], .. inner, .. TemporaryFolder.RandomBytes(4, index)];
    }

    private static async Task<(Cid Root, List<Cid> Blocks, byte[] Car)> SampleAsync()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(UnixFsProfile.CidV1 with { ChunkSize = 50_000 })
            .ImportAsync(new MemoryStream(TemporaryFolder.RandomBytes(2, 400_000)), blocks);
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [file.Root], blocks.BlocksAsync(file.Root));
        return (file.Root, await blocks.BlocksAsync(file.Root).Select(b => b.Cid).ToListAsync(), car.ToArray());
    }
}
