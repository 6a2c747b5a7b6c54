using System.Globalization;
using Wanda.Imaging.Reading;

namespace Wanda.Imaging.Fits;

/// <summary>Reads <see cref="FrameMetadata"/> from the cards of a header, and says what it leaves out.</summary>
internal sealed class FrameKeywords(FitsHeader header, FitsHeader? fallback)
{
    private readonly Remarks _remarks = new();

    public FrameMetadata Read()
    {
        var times = FitsTimes.Of(Text);
        var metadata = new FrameMetadata
        {
            Times = times,
            TakenAt = times.Select(t => t.Utc).FirstOrDefault(t => t is not null),
            ExposureSeconds = Real("EXPTIME", 0, 1e7) ?? Real("EXPOSURE", 0, 1e7),
            Gain = Real("GAIN", -1e6, 1e6),
            Iso = Real("ISOSPEED", 0, 1e8),
            Offset = Real("OFFSET", -1e6, 1e6),
            SensorTemperature = Real("CCD-TEMP", -273.15, 1000),
            SetTemperature = Real("SET-TEMP", -273.15, 1000),
            Filter = Text("FILTER"),
            Object = Text("OBJECT"),
            Type = TypeOf(Text("IMAGETYP")),
            BayerPattern = Text("BAYERPAT")?.ToUpperInvariant(),
            BayerOffsetX = Integer("XBAYROFF") ?? 0,
            BayerOffsetY = Integer("YBAYROFF") ?? 0,
            RowOrder = Text("ROWORDER")?.ToUpperInvariant() switch
            {
                "TOP-DOWN" => RowOrder.TopDown,
                "BOTTOM-UP" => RowOrder.BottomUp,
                _ => RowOrder.Unknown,
            },
            BinningX = Integer("XBINNING"),
            BinningY = Integer("YBINNING"),
            PixelSize = Real("XPIXSZ", 0, 1e6),
            FocalLength = Real("FOCALLEN", 0, 1e7),
            Instrument = Text("INSTRUME"),
            Telescope = Text("TELESCOP"),
            RightAscension = Real("RA", -360, 360) ?? Angle("OBJCTRA", 24) * 15,
            Declination = Real("DEC", -90, 90) ?? Angle("OBJCTDEC", 90),
            SiteLatitude = Real("SITELAT", -90, 90) ?? Angle("SITELAT", 90),
            SiteLongitude = Real("SITELONG", -360, 360) ?? Angle("SITELONG", 360),
            AirMass = Real("AIRMASS", 0, 1000),
            FocuserPosition = Real("FOCUSPOS", -1e9, 1e9) ?? Real("FOCPOS", -1e9, 1e9),
            PierSide = Text("PIERSIDE"),
            Observer = Text("OBSERVER") ?? Text("AUTHOR"),
            CameraSerial = Text("CAMSERNO") ?? Text("CAMSN") ?? Text("SERIALNO") ?? Text("SERIAL"),
        };
        return metadata with { Remarks = _remarks.ToList() };
    }

    private FitsCard? Card(string keyword) => header.Find(keyword) is { Value.Length: > 0 } card ? card : fallback?.Find(keyword);

    private string? Text(string keyword) => HeaderText.Clean(Card(keyword)?.Value);

    private double? Real(string keyword, double lowest, double highest)
    {
        if (Card(keyword) is not { } card || card.AsReal() is not { } number)
            return null;
        if (number < lowest || number > highest)
            return _remarks.Impossible(keyword, card.Value);
        if (card.HasDecimalComma)
            _remarks.Add($"{keyword} is written with a comma ({HeaderText.Quote(card.Value)}); it is read as a decimal point.");
        return number;
    }

    private int? Integer(string keyword) =>
        Card(keyword)?.AsInteger() is >= -1_000_000 and <= 1_000_000 and var number ? (int)number : null;

    private double? Angle(string keyword, double largest)
    {
        if (Sexagesimal(Text(keyword)) is not { } angle)
            return null;
        return Math.Abs(angle) <= largest ? angle : _remarks.Impossible(keyword, Text(keyword));
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
