using System.Buffers;
using Wanda.Custody;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Kinds;

/// <summary>
/// What a file of another program is: a picture, a video, or something beside them. All three are kept and offloaded; it decides what is
/// counted. Content goes before the name, except where neither tells: then it is a frame, since a poisoned image is still data (law 8).
/// </summary>
internal static class FileKinds
{
    /// <summary>Bytes from the beginning of a file that <see cref="Of"/> wants; with fewer it goes more by the name.</summary>
    public const int StartLength = FrameFormat.DetectionLength;

    private static readonly HashSet<string> Pictures = Set(
        "fit fits fts fz xisf jpg jpeg png tif tiff bmp webp heic heif avif jxl jp2 pgm ppm raw bin cr2 cr3 crw nef nrw arw srf sr2 dng "
            + "raf orf rw2 pef srw x3f 3fr iiq erf mrw dcr kdc");

    private static readonly HashSet<string> Videos = Set("ser avi mp4 m4v mkv mov adv aav webm mpg mpeg ts m2ts wmv h264 h265");

    // Notes, settings, logs and tables of capture programs, and what systems leave in folders.
    private static readonly HashSet<string> Beside = Set(
        "json txt csv log xmp ini cfg conf config xml yaml yml toml html htm md pdf ecsv esq esl ekos analyze cal pp3 on1 dop lua py sh "
            + "bat db sqlite lnk url md5 sha1 sha256 sfv par2 zip tar bz2 xz zst 7z rar");

    // astrometry.net writes its answers as FITS without a picture, under the frame's name.
    private static readonly HashSet<string> Solutions = Set("wcs axy corr rdls xyls match solved indx");

    // In control characters text has these at most.
    private static readonly SearchValues<byte> NoText =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b).Except("\t\n\v\f\r\u001b"u8.ToArray())]);

    /// <summary>Tells the kind of a file of ours, whose neighbours are not those that it had.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<CaptureKind> OfAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var start = new byte[StartLength];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return Of(Path.GetFileName(path), start.AsSpan(0, read), () => false);
    }

    /// <summary>Tells the kind.</summary>
    /// <param name="name">The file's name, without a folder.</param>
    /// <param name="start">Its first bytes, up to <see cref="StartLength"/>.</param>
    /// <param name="isBesideFrame">Whether a picture of the same stem lies beside it; asked only where nothing else tells.</param>
    public static CaptureKind Of(string name, ReadOnlySpan<byte> start, Func<bool> isBesideFrame)
    {
        var extension = Extension(name);
        if (Solutions.Contains(extension) || IsFieldSum(name))
            return CaptureKind.Sidecar;
        if (FrameFormat.Detect(start) != FrameFormat.Unknown)
            return CaptureKind.Frame;
        if (IsVideo(start) || IsFireball(name))
            return CaptureKind.Video;
        // A name that says so, with content that does not: still being written, cut off, zeros.
        if (IsPictureName(name))
            return CaptureKind.Frame;
        if (Videos.Contains(extension))
            return CaptureKind.Video;
        return Beside.Contains(extension) || extension == "gz" || IsText(start) || isBesideFrame()
            ? CaptureKind.Sidecar
            : CaptureKind.Frame;
    }

    /// <summary>Whether a name is one that pictures have.</summary>
    public static bool IsPictureName(string name) =>
        Pictures.Contains(Extension(name)) || (Extension(name) == "gz" && Pictures.Contains(Extension(name[..^3])));

    // SER (LUCAM-RECORDER), AVI, Matroska and WebM, MP4 and MOV, Astronomical Digital Video.
    private static bool IsVideo(ReadOnlySpan<byte> start) =>
        start.StartsWith("LUCAM-RECORDER"u8) || start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) || start.StartsWith("FSTF"u8)
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("AVI "u8))
        || (start.Length >= 12 && start[4..].StartsWith("ftyp"u8) && !IsStill(start.Slice(8, 4)))
        || (start.Length >= 8 && (start[4..].StartsWith("moov"u8) || start[4..].StartsWith("mdat"u8)));

    // Brands of pictures in the same container: Canon's RAW, HEIC, AVIF.
    private static bool IsStill(ReadOnlySpan<byte> brand) => brand.StartsWith("crx"u8) || brand.StartsWith("hei"u8)
        || brand.StartsWith("hev"u8) || brand.StartsWith("mif"u8) || brand.StartsWith("msf"u8) || brand.StartsWith("avi"u8);

    // RMS, the meteor recorder: FR_ are some seconds of video around a fireball, FS_ the brightness of the field.
    private static bool IsFireball(string name) => name.StartsWith("FR_", StringComparison.Ordinal) && Extension(name) == "bin";

    private static bool IsFieldSum(string name) => name.StartsWith("FS_", StringComparison.Ordinal) && Extension(name) is "bin" or "bz2";

    private static bool IsText(ReadOnlySpan<byte> start) => !start.IsEmpty && start.IndexOfAny(NoText) < 0;

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 || name.Length - dot > 12 ? "" : name[(dot + 1)..].ToLowerInvariant();
    }

    private static HashSet<string> Set(string words) => new(words.Split(' '), StringComparer.Ordinal);
}
