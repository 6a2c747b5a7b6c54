using System.Buffers.Binary;
using FsCheck.Fluent;
using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Tests.Fits;

[Trait("Rerun", "Never")]
public class FitsWriterTests
{
    [Fact]
    public void Any_samples_in_any_pieces_give_a_complete_file_that_holds_them()
    {
        var frames = Gen.Choose(1, 70).Two()
            .SelectMany(size => Gen.Choose(0, 65535).ArrayOf(size.Item1 * size.Item2).Select(s => (size.Item1, size.Item2, s)));
        Prop.ForAll(frames.ToArbitrary(), f => CheckAsync(f.Item1, f.Item2, f.s).GetAwaiter().GetResult()).MustHold();
    }

    [Fact]
    public async Task Too_many_and_too_few_samples_are_errors()
    {
        var writer = await FitsWriter.StartAsync(new MemoryStream(), 4, 4);
        await writer.WriteAsync(new ushort[15]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(new ushort[2]));
    }

    [Theory]
    [InlineData("lower")]
    [InlineData("TOOLONGKEY")]
    [InlineData("")]
    public void A_keyword_that_is_none_is_refused(string keyword) =>
        Assert.Throws<ArgumentException>(() => new FitsHeader().Add(keyword, 1));

    private static async Task<bool> CheckAsync(int width, int height, int[] samples)
    {
        var stream = new MemoryStream();
        var writer = await FitsWriter.StartAsync(stream, width, height);
        foreach (var piece in samples.Select(s => (ushort)s).Chunk(width + 3))
            await writer.WriteAsync(piece);
        await writer.CompleteAsync();
        var file = await FitsFile.ReadAsync(stream);
        var data = stream.ToArray().AsSpan((int)file.Image!.DataOffset);
        for (var i = 0; i < samples.Length; i++)
        {
            if (BinaryPrimitives.ReadInt16BigEndian(data[(2 * i)..]) + 32768 != samples[i])
                return false;
        }

        return file.Length == FitsLength.Complete && (file.Image.Width, file.Image.Height) == (width, height) && file.Image.IsUnsigned16;
    }
}
