using System.Globalization;

namespace Wanda.Imaging.Fits;

/// <summary>What a frame was taken for.</summary>
public enum FrameType
{
    /// <summary>IMAGETYP is absent or unknown.</summary>
    Unknown,

    /// <summary>The sky.</summary>
    Light,

    /// <summary>Shutter closed.</summary>
    Dark,

    /// <summary>An evenly lit field.</summary>
    Flat,

    /// <summary>Shortest exposure, shutter closed.</summary>
    Bias,
}

/// <summary>In which order rows are stored (keyword ROWORDER).</summary>
public enum RowOrder
{
    /// <summary>The keyword is absent.</summary>
    Unknown,

    /// <summary>The first row in the file is the top of the image.</summary>
    TopDown,

    /// <summary>The first row in the file is the bottom of the image, as the FITS standard draws it.</summary>
    BottomUp,
}

/// <summary>The keywords of a frame by meaning; null where the file does not say. Values are as written, not checked for sense.</summary>
public sealed record FrameMetadata
{
    /// <summary>DATE-OBS: start of the exposure, UTC.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>EXPTIME or EXPOSURE, seconds.</summary>
    public double? ExposureSeconds { get; init; }

    /// <summary>GAIN, in the camera's own unit.</summary>
    public double? Gain { get; init; }

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

    /// <summary>Reads the keywords of a header.</summary>
    /// <param name="header">The header of the image.</param>
    /// <param name="fallback">Where a keyword is looked up that the first does not have, for an image in an extension.</param>
    public static FrameMetadata From(FitsHeader header, FitsHeader? fallback = null)
    {
        string? Text(string keyword) => (header.GetString(keyword) ?? fallback?.GetString(keyword)) is { Length: > 0 } text ? text : null;
        double? Real(string keyword) => header.GetReal(keyword) ?? fallback?.GetReal(keyword);
        int? Integer(string keyword) =>
            (header.GetInteger(keyword) ?? fallback?.GetInteger(keyword)) is >= int.MinValue and <= int.MaxValue and var n ? (int)n : null;
        return new FrameMetadata
        {
            TakenAt = Date(Text("DATE-OBS"), Text("TIME-OBS")),
            ExposureSeconds = Real("EXPTIME") ?? Real("EXPOSURE"),
            Gain = Real("GAIN"),
            Offset = Real("OFFSET"),
            SensorTemperature = Real("CCD-TEMP"),
            SetTemperature = Real("SET-TEMP"),
            Filter = Text("FILTER"),
            Object = Text("OBJECT"),
            Type = TypeOf(Text("IMAGETYP")),
            BayerPattern = Text("BAYERPAT")?.Trim().ToUpperInvariant(),
            BayerOffsetX = Integer("XBAYROFF") ?? 0,
            BayerOffsetY = Integer("YBAYROFF") ?? 0,
            RowOrder = Text("ROWORDER")?.Trim().ToUpperInvariant() switch
            {
                "TOP-DOWN" => RowOrder.TopDown,
                "BOTTOM-UP" => RowOrder.BottomUp,
                _ => RowOrder.Unknown,
            },
            BinningX = Integer("XBINNING"),
            BinningY = Integer("YBINNING"),
            PixelSize = Real("XPIXSZ"),
            FocalLength = Real("FOCALLEN"),
            Instrument = Text("INSTRUME"),
            Telescope = Text("TELESCOP"),
            RightAscension = Real("RA") ?? Sexagesimal(Text("OBJCTRA")) * 15,
            Declination = Real("DEC") ?? Sexagesimal(Text("OBJCTDEC")),
            SiteLatitude = Real("SITELAT") ?? Sexagesimal(Text("SITELAT")),
            SiteLongitude = Real("SITELONG") ?? Sexagesimal(Text("SITELONG")),
            AirMass = Real("AIRMASS"),
            FocuserPosition = Real("FOCUSPOS") ?? Real("FOCPOS"),
            PierSide = Text("PIERSIDE"),
        };
    }

    private static FrameType TypeOf(string? text) =>
        text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.ToUpperInvariant() switch
        {
            "LIGHT" or "OBJECT" or "SCIENCE" => FrameType.Light,
            "DARK" => FrameType.Dark,
            "FLAT" => FrameType.Flat,
            "BIAS" or "OFFSET" or "ZERO" => FrameType.Bias,
            _ => FrameType.Unknown,
        };

    private static DateTimeOffset? Date(string? date, string? time)
    {
        if (date is null)
            return null;
        var text = date.Contains('T') || time is null ? date : $"{date}T{time}";
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out var taken) ? taken : null;
    }

    private static double? Sexagesimal(string? text)
    {
        var parts = text?.Split([' ', ':', '*', '\'', '"'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not { Length: 1 or 2 or 3 })
            return null;
        double value = 0, unit = 1;
        foreach (var part in parts)
        {
            if (!double.TryParse(part.TrimStart('-', '+'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            value += number * unit;
            unit /= 60;
        }

        return parts[0].StartsWith('-') ? -value : value;
    }
}
