using Files.Shared;
using Wanda.Imaging.Thumbnails;

namespace Wanda.Imaging;

/// <summary>
/// Makes small JPEGs of frames. FITS, PNG and TIFF need nothing installed; JPEG needs libturbojpeg, camera RAW libraw, and without them the
/// exception names the package. Safe for use by several threads.
/// </summary>
public sealed class ThumbnailMaker
{
    private readonly ThumbnailOptions _options;

    /// <summary>A maker.</summary>
    /// <param name="options">Default: 512 pixels, quality 85.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public ThumbnailMaker(ThumbnailOptions? options = null) => _options = (options ?? new ThumbnailOptions()).Validated();

    /// <summary>Makes a thumbnail and writes it to a file, which appears whole and durable or not at all.</summary>
    /// <param name="framePath">The frame.</param>
    /// <param name="thumbnailPath">Overwritten when it exists; its folder must exist.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="NoPreviewException">
    /// No preview can be made of this content; trying again is of no use unless a decoder was missing.
    /// </exception>
    /// <exception cref="IOException">The frame cannot be read, or the thumbnail not written.</exception>
    public async Task<Thumbnail> MakeAsync(string framePath, string thumbnailPath, CancellationToken cancellationToken = default)
    {
        var (thumbnail, jpeg) = await RenderAsync(framePath, cancellationToken).ConfigureAwait(false);
        // A thumbnail outlives its frame: after a power cut it must not be an empty file.
        await DurableFile.WriteAsync(Path.GetFullPath(thumbnailPath), overwrite: true,
            file => file.WriteAsync(jpeg, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        return thumbnail;
    }

    /// <summary>Makes a thumbnail and writes it to a stream.</summary>
    /// <param name="framePath">The frame.</param>
    /// <param name="output">Is neither flushed nor closed.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <inheritdoc cref="MakeAsync(string, string, CancellationToken)"/>
    public async Task<Thumbnail> MakeAsync(string framePath, Stream output, CancellationToken cancellationToken = default)
    {
        var (thumbnail, jpeg) = await RenderAsync(framePath, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(jpeg, cancellationToken).ConfigureAwait(false);
        return thumbnail;
    }

    private async Task<(Thumbnail Thumbnail, byte[] Jpeg)> RenderAsync(string path, CancellationToken cancellationToken)
    {
        var start = new byte[FrameFormat.DetectionLength];
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            start = start[..await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false,
                cancellationToken).ConfigureAwait(false)];
        }

        var format = FrameFormat.Detect(start);
        var rendering = await RenderAsync(path, format, start, cancellationToken).ConfigureAwait(false);
        var picture = rendering.Picture;
        var jpeg = await Task.Run(() => JpegEncoder.Encode(picture, _options.Quality), cancellationToken).ConfigureAwait(false);
        return (new Thumbnail(picture.Width, picture.Height, format, rendering.Statistics, rendering.Warning), jpeg);
    }

    private Task<Rendering> RenderAsync(string path, FrameFormat format, byte[] start, CancellationToken cancellationToken)
    {
        if (format == FrameFormat.Fits || format == FrameFormat.CompressedFits)
            return FitsRenderer.RenderAsync(path, _options, cancellationToken);
        if (format == FrameFormat.Jpeg)
            return JpegRenderer.RenderAsync(path, _options, cancellationToken);
        if (format == FrameFormat.Png || format == FrameFormat.Tiff)
            return VipsRenderer.RenderAsync(path, format, _options, cancellationToken);
        if (format.IsRaw)
            return RawRenderer.RenderAsync(path, format, _options, cancellationToken);
        if (format == FrameFormat.Xisf)
            throw new NoPreviewException(NoPreviewReason.Unsupported, "XISF frames have no preview; save as FITS to get one");
        throw new NoPreviewException(
            NoPreviewReason.NotAnImage,
            start.Length == 0 ? "the file is empty (0 bytes)"
            : start.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? "the file begins with zero bytes only: its content was never written"
            : "the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)");
    }
}
