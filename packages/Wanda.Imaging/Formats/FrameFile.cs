using System.Text;
using System.Text.RegularExpressions;
using Wanda.Imaging.Fits;

namespace Wanda.Imaging;

/// <summary>Whether a file holds everything that its format announces.</summary>
public enum FrameCompleteness
{
    /// <summary>The format does not tell, or is not known.</summary>
    Unknown,

    /// <summary>The end that the format prescribes is there.</summary>
    Complete,

    /// <summary>Something announced is missing: still being written, cut off, or damaged.</summary>
    Incomplete,
}

/// <summary>What the ends of a file tell about it.</summary>
/// <param name="Format">By its first bytes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Completeness">Whether header and length agree.</param>
/// <param name="Detail">A sentence for an operator when they do not, else null.</param>
public sealed record FrameInspection(FrameFormat Format, long Length, FrameCompleteness Completeness, string? Detail);

/// <summary>A cheap look at a file: at most its headers and 64 KiB at either end are read, never the image.</summary>
public static partial class FrameFile
{
    private const int Ends = 64 * 1024;

    /// <summary>Tells the format of a file and whether it is complete.</summary>
    /// <param name="path">The file; another process may still be writing to it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<FrameInspection> InspectAsync(string path, CancellationToken cancellationToken = default)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        await using var _ = stream.ConfigureAwait(false);
        var length = stream.Length;
        var start = new byte[Math.Min(length, Ends)];
        start = start[..await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false,
            cancellationToken).ConfigureAwait(false)];
        var format = FrameFormat.Detect(start);
        if (length == 0)
            return new FrameInspection(format, 0, FrameCompleteness.Incomplete, "the file is empty (0 bytes)");
        if (format == FrameFormat.Fits || format == FrameFormat.CompressedFits)
            return await FitsAsync(stream, format, cancellationToken).ConfigureAwait(false);
        stream.Position = Math.Max(0, length - Ends);
        var end = new byte[length - stream.Position];
        end = end[..await stream.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)];
        var missing = Missing(format, start, end, length);
        return new FrameInspection(
            format, length, missing is not null
                ? FrameCompleteness.Incomplete
                : HasEnd(format) ? FrameCompleteness.Complete : FrameCompleteness.Unknown, missing);
    }

    private static bool HasEnd(FrameFormat format) => format == FrameFormat.Jpeg || format == FrameFormat.Png || format == FrameFormat.Xisf;

    private static string? Missing(FrameFormat format, byte[] start, byte[] end, long length)
    {
        // Cameras append a second picture or padding: the end of image is looked for in the last bytes, not only at the very end.
        if (format == FrameFormat.Jpeg)
            return end.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0 ? "the JPEG has no end of image" : null;
        if (format == FrameFormat.Png)
            return end.AsSpan().LastIndexOf("IEND"u8) < 0 ? "the PNG has no IEND" : null;
        if (format == FrameFormat.Xisf)
            return XisfEnd(start) is var announced && announced > length ? Ended(length, announced) : null;
        // Most writers put the directory behind the image and its position into the header last of all.
        if (TiffDirectory.IsTiff(start) && start.Length >= 8 && start[2] == '*' | start[3] == '*'
            && TiffDirectory.FirstDirectory(start) is var at && (at == 0 || at >= length))
        {
            return at == 0 ? "the TIFF has no directory yet" : Ended(length, at);
        }

        return null;
    }

    private static long XisfEnd(byte[] start)
    {
        if (start.Length < 16)
            return 16;
        var header = 16L + BitConverter.ToUInt32(start, 8);
        var blocks = Attachment().Matches(Encoding.Latin1.GetString(start))
            .Select(m => long.TryParse(m.Groups[1].Value, out var position) && long.TryParse(m.Groups[2].Value, out var size)
                ? position + size
                : 0);
        return blocks.Append(header).Max();
    }

    [GeneratedRegex("""attachment:(\d{1,17}):(\d{1,17})""")]
    private static partial Regex Attachment();

    private static async Task<FrameInspection> FitsAsync(Stream stream, FrameFormat format, CancellationToken cancellationToken)
    {
        try
        {
            var file = await FitsFile.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            var complete = file.Length is FitsLength.Complete or FitsLength.TrailingBytes;
            return new FrameInspection(
                file.IsCompressed ? FrameFormat.CompressedFits : format, file.FileLength,
                complete ? FrameCompleteness.Complete : FrameCompleteness.Incomplete,
                complete ? null : Ended(file.FileLength, file.DeclaredLength));
        }
        catch (FitsFormatException e)
        {
            return new FrameInspection(format, stream.Length, FrameCompleteness.Incomplete, e.Message);
        }
    }

    private static string Ended(long length, long announced) =>
        FormattableString.Invariant($"the file ends after {length:N0} of {announced:N0} bytes");
}
