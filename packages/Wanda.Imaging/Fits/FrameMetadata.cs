namespace Wanda.Imaging.Fits;

/// <summary>
/// What a frame's headers say, by meaning and in the keywords' names of FITS; null where the file does not say. Numbers are finite and of a
/// size that can be, texts printable and at most 200 characters: what is not is left out, with a remark.
/// </summary>
public sealed record FrameMetadata
{
    /// <summary>
    /// The first of <see cref="Times"/> that can be read and says its zone: start of the exposure, UTC, whether it can be true or not.
    /// </summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>All that the file says of when the exposure began, the most trustworthy first; at most about ten.</summary>
    public IReadOnlyList<TimeStatement> Times { get; init; } = [];

    /// <summary>EXPTIME or EXPOSURE, seconds.</summary>
    public double? ExposureSeconds { get; init; }

    /// <summary>GAIN, in the camera's own unit.</summary>
    public double? Gain { get; init; }

    /// <summary>ISO speed, of a photographic camera (EXIF, XISF).</summary>
    public double? Iso { get; init; }

    /// <summary>OFFSET, in the camera's own unit.</summary>
    public double? Offset { get; init; }

    /// <summary>CCD-TEMP, degrees Celsius.</summary>
    public double? SensorTemperature { get; init; }

    /// <summary>SET-TEMP, degrees Celsius.</summary>
    public double? SetTemperature { get; init; }

    /// <summary>FILTER.</summary>
    public string? Filter { get; init; }

    /// <summary>OBJECT: the target's name.</summary>
    public string? Object { get; init; }

    /// <summary>IMAGETYP; "Light Frame" and "LIGHT" are the same.</summary>
    public FrameType Type { get; init; }

    /// <summary>
    /// BAYERPAT, for example RGGB, with which the colours of the top left 2x2 pixels are given; null for a monochrome sensor.
    /// </summary>
    public string? BayerPattern { get; init; }

    /// <summary>XBAYROFF, pixels.</summary>
    public int BayerOffsetX { get; init; }

    /// <summary>YBAYROFF, pixels.</summary>
    public int BayerOffsetY { get; init; }

    /// <summary>ROWORDER.</summary>
    public RowOrder RowOrder { get; init; }

    /// <summary>XBINNING, pixels.</summary>
    public int? BinningX { get; init; }

    /// <summary>YBINNING, pixels.</summary>
    public int? BinningY { get; init; }

    /// <summary>XPIXSZ: micrometres.</summary>
    public double? PixelSize { get; init; }

    /// <summary>FOCALLEN: millimetres.</summary>
    public double? FocalLength { get; init; }

    /// <summary>INSTRUME: the camera.</summary>
    public string? Instrument { get; init; }

    /// <summary>TELESCOP.</summary>
    public string? Telescope { get; init; }

    /// <summary>RA, or OBJCTRA (hours, minutes, seconds): degrees.</summary>
    public double? RightAscension { get; init; }

    /// <summary>DEC, or OBJCTDEC (degrees, minutes, seconds): degrees.</summary>
    public double? Declination { get; init; }

    /// <summary>SITELAT: degrees, north positive.</summary>
    public double? SiteLatitude { get; init; }

    /// <summary>SITELONG: degrees, east positive as most programs write it.</summary>
    public double? SiteLongitude { get; init; }

    /// <summary>AIRMASS.</summary>
    public double? AirMass { get; init; }

    /// <summary>FOCUSPOS or FOCPOS: the focuser's steps.</summary>
    public double? FocuserPosition { get; init; }

    /// <summary>PIERSIDE: EAST or WEST.</summary>
    public string? PierSide { get; init; }

    /// <summary>OBSERVER, or EXIF's owner or artist: a person.</summary>
    public string? Observer { get; init; }

    /// <summary>CAMSERNO, SERIALNO and their like, or EXIF's serial number of the body.</summary>
    public string? CameraSerial { get; init; }

    /// <summary>What was left out or read with indulgence, a short sentence each; at most 16.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Reads the keywords of a header.</summary>
    /// <param name="header">The header of the image.</param>
    /// <param name="fallback">Where a keyword is looked up that the first does not have, for an image in an extension.</param>
    public static FrameMetadata From(FitsHeader header, FitsHeader? fallback = null) => new FrameKeywords(header, fallback).Read();
}
