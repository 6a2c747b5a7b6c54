namespace Wanda.Imaging;

/// <summary>A format in which frames come, told by the first bytes of the file and never by its name.</summary>
/// <param name="Name">For people: "FITS", "Canon CR2".</param>
/// <param name="Extension">The usual one, with its dot; empty for <see cref="Unknown"/>.</param>
/// <param name="MediaType">For HTTP.</param>
public sealed record FrameFormat(string Name, string Extension, string MediaType)
{
    /// <summary>Bytes at the beginning of a file that <see cref="Detect"/> wants; with fewer it may know less.</summary>
    public const int DetectionLength = 8192;

    /// <summary>None of the others.</summary>
    public static readonly FrameFormat Unknown = new("unknown", "", "application/octet-stream");

    /// <summary>Flexible Image Transport System.</summary>
    public static readonly FrameFormat Fits = new("FITS", ".fits", "image/fits");

    /// <summary>FITS with a tile-compressed image.</summary>
    public static readonly FrameFormat CompressedFits = new("compressed FITS", ".fits.fz", "image/fits");

    /// <summary>JPEG.</summary>
    public static readonly FrameFormat Jpeg = new("JPEG", ".jpg", "image/jpeg");

    /// <summary>PNG.</summary>
    public static readonly FrameFormat Png = new("PNG", ".png", "image/png");

    /// <summary>TIFF that is no camera RAW.</summary>
    public static readonly FrameFormat Tiff = new("TIFF", ".tif", "image/tiff");

    /// <summary>PixInsight's Extensible Image Serialization Format.</summary>
    public static readonly FrameFormat Xisf = new("XISF", ".xisf", "image/x-xisf");

    /// <summary>Canon RAW 2.</summary>
    public static readonly FrameFormat CanonCr2 = new("Canon CR2", ".cr2", "image/x-canon-cr2");

    /// <summary>Canon RAW 3.</summary>
    public static readonly FrameFormat CanonCr3 = new("Canon CR3", ".cr3", "image/x-canon-cr3");

    /// <summary>Nikon RAW.</summary>
    public static readonly FrameFormat NikonNef = new("Nikon NEF", ".nef", "image/x-nikon-nef");

    /// <summary>Sony RAW.</summary>
    public static readonly FrameFormat SonyArw = new("Sony ARW", ".arw", "image/x-sony-arw");

    /// <summary>Adobe Digital Negative.</summary>
    public static readonly FrameFormat Dng = new("DNG", ".dng", "image/x-adobe-dng");

    /// <summary>Fujifilm RAW.</summary>
    public static readonly FrameFormat FujifilmRaf = new("Fujifilm RAF", ".raf", "image/x-fuji-raf");

    /// <summary>Olympus and OM System RAW.</summary>
    public static readonly FrameFormat OlympusOrf = new("Olympus ORF", ".orf", "image/x-olympus-orf");

    /// <summary>Panasonic RAW.</summary>
    public static readonly FrameFormat PanasonicRw2 = new("Panasonic RW2", ".rw2", "image/x-panasonic-rw2");

    /// <summary>Whether it is a camera's own RAW format.</summary>
    public bool IsRaw => this == CanonCr2 || this == CanonCr3 || this == NikonNef || this == SonyArw || this == Dng || this == FujifilmRaf
        || this == OlympusOrf
        || this == PanasonicRw2;

    /// <summary>Tells the format.</summary>
    /// <param name="start">The first bytes of the file, up to <see cref="DetectionLength"/>.</param>
    public static FrameFormat Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("SIMPLE  ="u8))
            return start.IndexOf("ZIMAGE  ="u8) >= 0 ? CompressedFits : Fits;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (start.StartsWith(PngSignature))
            return Png;
        if (start.StartsWith("XISF0100"u8))
            return Xisf;
        if (start.StartsWith("FUJIFILMCCD-RAW"u8))
            return FujifilmRaf;
        if (start.Length >= 12 && start[4..].StartsWith("ftypcrx "u8))
            return CanonCr3;
        if (start.StartsWith("IIRO"u8) || start.StartsWith("IIRS"u8) || start.StartsWith("MMOR"u8))
            return OlympusOrf;
        if (start.StartsWith("IIU\0"u8))
            return PanasonicRw2;
        if (start.StartsWith("II*\0"u8) && start.Length >= 10 && start[8..].StartsWith("CR"u8))
            return CanonCr2;
        return TiffDirectory.IsTiff(start) ? TiffDirectory.FormatOf(start) : Unknown;
    }

    internal static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
