using Wanda.Imaging.Native;
using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>Camera RAW: the preview that the camera put into the file; the sensor's data is not developed.</summary>
internal static unsafe class RawRenderer
{
    // The package's name carries the version of the library.
    private const string Package = "libraw20 libturbojpeg0 (from Debian 13: libraw23t64 libturbojpeg0)";

    public static Task<Rendering> RenderAsync(
        string path, FrameFormat format, ThumbnailOptions options, CancellationToken cancellationToken)
    {
        NativeCodecs.Require(NativeCodecs.Raw, format, Package);
        return Task.Run(() => Render(path, format, options), cancellationToken);
    }

    private static Rendering Render(string path, FrameFormat format, ThumbnailOptions options)
    {
        var raw = LibRaw.Init(0);
        if (raw == 0)
            throw new NoPreviewException(NoPreviewReason.Damaged, "LibRaw could not start");
        LibRaw.Image* image = null;
        try
        {
            Check(LibRaw.Open(raw, path), format);
            Check(LibRaw.UnpackThumbnail(raw), format);
            image = LibRaw.MakeThumbnail(raw, out var error);
            if (image is null)
                Check(error == 0 ? -1 : error, format);
            return Render(image, format, options);
        }
        finally
        {
            if (image is not null)
                LibRaw.Clear(image);
            LibRaw.Close(raw);
        }
    }

    private static Rendering Render(LibRaw.Image* image, FrameFormat format, ThumbnailOptions options)
    {
        var bytes = new ReadOnlySpan<byte>(&image->FirstByte, checked((int)image->Length));
        if (image->Type == LibRaw.TypeJpeg)
        {
            NativeCodecs.Require(NativeCodecs.TurboJpeg, format, JpegDecoder.Package);
            return JpegDecoder.Decode(bytes, options);
        }

        var (width, height, channels) = (image->Width, image->Height, image->Colors);
        if (image->Type != LibRaw.TypeBitmap || image->Bits != 8 || channels is not (1 or 3)
            || bytes.Length < (long)width * height * channels || bytes.IsEmpty)
        {
            throw new NoPreviewException(NoPreviewReason.Unsupported, $"the {format} holds a preview of a kind that is not read here");
        }

        Rendering.CheckSize(width, height, options);
        return new Rendering(
            new Picture(width, height, channels, bytes[..(width * height * channels)].ToArray()).ShrinkTo(options.LongEdge));
    }

    private static void Check(int error, FrameFormat format)
    {
        if (error != 0)
            throw new NoPreviewException(NoPreviewReason.Damaged, $"no preview can be taken from the {format}: {LibRaw.Error(error)}");
    }
}
