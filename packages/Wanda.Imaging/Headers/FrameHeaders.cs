using System.IO.Compression;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Headers;
using Wanda.Imaging.Reading;

namespace Wanda.Imaging;

/// <summary>
/// What a frame's headers say: of FITS (as it is, tile-compressed, in gzip), XISF, and the EXIF of JPEG, PNG, TIFF and camera RAW. The
/// picture itself is not read. Whatever the file holds, an answer comes, and in bounded memory.
/// </summary>
public static class FrameHeaders
{
    /// <summary>Reads them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A file without headers, or with some that cannot be read, says nothing but perhaps a remark.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<FrameMetadata> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        await using var _ = stream.ConfigureAwait(false);
        return await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads them from a seekable stream.</summary>
    /// <inheritdoc cref="ReadAsync(string, CancellationToken)"/>
    public static async Task<FrameMetadata> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var file = new FilePieces(stream);
        var start = await file.ReadAsync(0, FrameFormat.DetectionLength, cancellationToken).ConfigureAwait(false);
        var format = FrameFormat.Detect(start);
        try
        {
            if (format == FrameFormat.Fits || format == FrameFormat.CompressedFits)
                return (await FitsFile.ReadAsync(stream, cancellationToken).ConfigureAwait(false)).Metadata;
            if (start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
                return await GzipAsync(stream, cancellationToken).ConfigureAwait(false);
            return format == FrameFormat.Xisf
                ? await XisfHeader.ReadAsync(file, cancellationToken).ConfigureAwait(false)
                : await ExifHeader.ReadAsync(file, format, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FitsFormatException or InvalidDataException)
        {
            return new FrameMetadata { Remarks = [$"Its headers cannot be read: {HeaderText.Clean(e.Message)}."] };
        }
    }

    // What stands behind the first image would have to be unpacked.
    private static async Task<FrameMetadata> GzipAsync(Stream stream, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        await using var _ = unpacked.ConfigureAwait(false);
        FitsHeader primary;
        try
        {
            primary = await FitsHeaderReader.ReadAsync(unpacked, FitsHeaderReader.Primary, cancellationToken).ConfigureAwait(false);
        }
        catch (FitsFormatException e) when (e.Fault == FitsFault.NotFits)
        {
            return new FrameMetadata(); // Something else in gzip.
        }

        if (FitsStructure.Of(primary).DataLength > 0)
            return FrameMetadata.From(primary);
        try
        {
            var image = await FitsHeaderReader.ReadAsync(unpacked, FitsHeaderReader.Extension, cancellationToken).ConfigureAwait(false);
            return FrameMetadata.From(image, primary);
        }
        catch (FitsFormatException)
        {
            return FrameMetadata.From(primary);
        }
    }
}
