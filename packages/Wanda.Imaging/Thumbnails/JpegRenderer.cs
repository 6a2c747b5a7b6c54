using System.Buffers;
using Wanda.Imaging.Native;

namespace Wanda.Imaging.Thumbnails;

/// <summary>JPEG files. They are developed already: no stretch.</summary>
internal static class JpegRenderer
{
    // A camera's largest JPEG has some 60 MB; the compressed file is held in memory while it is decoded.
    private const int MaxLength = 256 * 1024 * 1024;

    public static async Task<Rendering> RenderAsync(string path, ThumbnailOptions options, CancellationToken cancellationToken)
    {
        NativeCodecs.Require(NativeCodecs.TurboJpeg, FrameFormat.Jpeg, JpegDecoder.Package);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        await using var _ = stream.ConfigureAwait(false);
        if (stream.Length > MaxLength)
        {
            throw new NoPreviewException(NoPreviewReason.TooLarge,
                $"the JPEG has {stream.Length} bytes; previews are made up to {MaxLength}");
        }

        var length = (int)stream.Length;
        var jpeg = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var read = await stream.ReadAtLeastAsync(jpeg.AsMemory(0, length), length, throwOnEndOfStream: false,
                cancellationToken).ConfigureAwait(false);
            return await Task.Run(() => JpegDecoder.Decode(jpeg.AsSpan(0, read), options), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(jpeg);
        }
    }
}
