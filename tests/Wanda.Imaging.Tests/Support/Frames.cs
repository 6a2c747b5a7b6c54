using System.Text;
using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Tests.Support;

/// <summary>Frames made on the spot.</summary>
internal static class Frames
{
    public static async Task<byte[]> FitsAsync(int width, int height, Func<int, int, int> sample, FitsHeader? cards = null)
    {
        var stream = new MemoryStream();
        var writer = await FitsWriter.StartAsync(stream, width, height, cards);
        for (var y = 0; y < height; y++)
            await writer.WriteAsync(Enumerable.Range(0, width).Select(x => (ushort)sample(x, y)).ToArray());
        await writer.CompleteAsync();
        return stream.ToArray();
    }

    /// <summary>A header of the given cards, each at most 80 characters, padded to a block.</summary>
    public static byte[] Header(params string[] cards)
    {
        var text = string.Concat(cards.Append("END").Select(c => c.PadRight(80)));
        return Encoding.ASCII.GetBytes(text.PadRight((text.Length + 2879) / 2880 * 2880));
    }

    public static byte[] Image(int bits, int width, int height, params string[] more) => Header(
        [$"SIMPLE  = {"T",20}", $"BITPIX  = {bits,20}", $"NAXIS   = {2,20}", $"NAXIS1  = {width,20}", $"NAXIS2  = {height,20}", .. more]);
}
