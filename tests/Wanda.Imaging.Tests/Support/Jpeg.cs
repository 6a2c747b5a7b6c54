using System.Runtime.InteropServices;

namespace Wanda.Imaging.Tests.Support;

/// <summary>Decodes thumbnails with libjpeg-turbo, which knows nothing of the encoder under test.</summary>
internal sealed unsafe partial class Jpeg
{
    private readonly byte[] _rgb;

    public Jpeg(byte[] file)
    {
        var handle = tjInitDecompress();
        fixed (byte* bytes = file)
        {
            Assert.Equal(0,
                tjDecompressHeader3(handle, bytes, new CULong((nuint)file.Length), out var width, out var height, out _, out _));
            (Width, Height) = (width, height);
            _rgb = new byte[width * height * 3];
            fixed (byte* pixels = _rgb)
                Assert.Equal(0, tjDecompress2(handle, bytes, new CULong((nuint)file.Length), pixels, width, 0, height, 0, 0));
        }

        _ = tjDestroy(handle);
    }

    public int Width { get; }

    public int Height { get; }

    public (int R, int G, int B) this[int x, int y] =>
        (_rgb[(y * Width + x) * 3], _rgb[(y * Width + x) * 3 + 1], _rgb[(y * Width + x) * 3 + 2]);

    /// <summary>Mean of the three channels over a rectangle.</summary>
    public (double R, double G, double B) Mean(int left, int top, int width, int height)
    {
        var cells = (from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width) select this[x, y]).ToList();
        return (cells.Average(c => c.R), cells.Average(c => c.G), cells.Average(c => c.B));
    }

    [LibraryImport("libturbojpeg.so.0")]
    private static partial nint tjInitDecompress();

    [LibraryImport("libturbojpeg.so.0")]
    private static partial int tjDestroy(nint handle);

    [LibraryImport("libturbojpeg.so.0")]
    private static partial int tjDecompressHeader3(
        nint handle, byte* jpeg, CULong size, out int width, out int height, out int sub, out int space);

    [LibraryImport("libturbojpeg.so.0")]
    private static partial int tjDecompress2(
        nint handle, byte* jpeg, CULong size, byte* pixels, int width, int pitch, int height, int format, int flags);
}
