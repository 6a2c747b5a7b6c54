using System.Runtime.InteropServices;
using System.Text;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Thumbnails;

/// <summary>
/// libvips tells a file's format by its content, for the whole process. What it would read, were it asked, is asked of the library itself:
/// through our own door only what begins like a PNG or a TIFF comes to it.
/// </summary>
public sealed class LoaderTests : IDisposable
{
    private static readonly string[] Names = ["libvips.so.42", "libvips.42.dylib", "libvips-42.dll"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_png_and_tiff_are_read()
    {
        await new ThumbnailMaker().MakeAsync(_folder.Write("frame", Fixture.Bytes("pillow-mono16.png")), Stream.Null); // starts it

        Assert.NotNull(LoaderOf(Fixture.Bytes("pillow-mono16.png")));
        Assert.NotNull(LoaderOf(Fixture.Bytes("pillow-mono16.tif")));
        Assert.All<byte[]>(
            [
                Text("""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>"""),
                Text("P5\n2 2\n255\nabcd"), // PGM
                Text("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"),
                Text("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\nabcdefgh"),
                Text("GIF89a\u0001\0\u0001\0\0\0\0,\0\0\0\0\u0001\0\u0001\0\0\u0002\u0001\0\0;"),
                Text("RIFF\u001a\0\0\0WEBPVP8L\u000d\0\0\0/\0\0\0\u0010\u0007\u0010\u0011\u0011\u0008\u0008\u0008\0"),
                [0xb6, 0xa6, 0xf2, 0x08, .. new byte[64]], // libvips's own
                Fixture.Bytes("libjpeg-baseline.jpg"), Fixture.Bytes("astropy-int16.fits"),
            ],
            content => Assert.Null(LoaderOf(content)));
    }

    private static byte[] Text(string content) => Encoding.Latin1.GetBytes(content);

    private static unsafe string? LoaderOf(byte[] content)
    {
        var vips = Names.Select(name => NativeLibrary.TryLoad(name, typeof(ThumbnailMaker).Assembly, null, out var handle) ? handle : 0)
            .First(h => h != 0);
        var find = (delegate* unmanaged<byte*, nuint, nint>)NativeLibrary.GetExport(vips, "vips_foreign_find_load_buffer");
        fixed (byte* start = content)
            return Marshal.PtrToStringUTF8(find(start, (nuint)content.Length));
    }
}
