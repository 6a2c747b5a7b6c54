using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Xml;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Reading;

namespace Wanda.Imaging.Headers;

/// <summary>
/// The header of an XISF file (XISF 1.0, section 9): an XML document behind 16 bytes. Its FITSKeyword elements are read as FITS cards, and
/// what they do not say is looked up in its properties.
/// </summary>
internal static class XisfHeader
{
    // PixInsight writes its processing history there.
    private const int MaxLength = 16 << 20;
    private const int MaxDepth = 64;
    private const int MaxProperties = 4096;

    private static readonly XmlReaderSettings Xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <exception cref="InvalidDataException">It is no XML, or larger than anybody writes it.</exception>
    public static async Task<FrameMetadata> ReadAsync(FilePieces file, CancellationToken cancellationToken)
    {
        var start = await file.ReadAsync(8, 8, cancellationToken).ConfigureAwait(false);
        var length = start.Length == 8 ? BinaryPrimitives.ReadUInt32LittleEndian(start) : 0;
        if (length > MaxLength)
            throw new InvalidDataException($"the XISF header is of {length:N0} bytes, of which at most {MaxLength:N0} are read");
        var text = Encoding.UTF8.GetString(await file.ReadAsync(16, (int)length, cancellationToken).ConfigureAwait(false));
        try
        {
            return Read(text.TrimEnd('\0'));
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the XISF header is no XML (line {e.LineNumber})", e);
        }
    }

    private static FrameMetadata Read(string text)
    {
        var keywords = new FitsHeader();
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        using var xml = XmlReader.Create(new StringReader(text), Xml);
        while (xml.Read())
        {
            if (xml.Depth > MaxDepth)
                throw new InvalidDataException("the XISF header is nested too deeply");
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName == "FITSKeyword" && xml.GetAttribute("name") is { } name)
                keywords.AddParsed(FitsCard.Of(name, xml.GetAttribute("value") ?? ""));
            else if (xml.LocalName == "Property" && xml.GetAttribute("id") is { } id && properties.Count < MaxProperties)
                properties.TryAdd(id, xml.GetAttribute("value") ?? Content(xml));
        }

        return WithProperties(FrameMetadata.From(keywords), properties);
    }

    // A string stands between the tags.
    private static string Content(XmlReader xml) => !xml.IsEmptyElement && xml.Read() && xml.NodeType == XmlNodeType.Text ? xml.Value : "";

    private static FrameMetadata WithProperties(FrameMetadata metadata, Dictionary<string, string> properties)
    {
        string? Text(string id) => HeaderText.Clean(properties.GetValueOrDefault(id));
        double? Real(string id, double lowest, double highest) =>
            double.TryParse(Text(id), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= lowest
                && number <= highest ? number : null;
        const string start = "Observation:Time:Start";
        TimeStatement[] times = Text(start) is not { } written ? []
            : DateText.Iso(written) is { Moment: { } moment } date
                ? [new TimeStatement(start, written) { Clock = moment, Offset = date.Offset }]
                : [new TimeStatement(start, written) { Problem = "is no date that has one meaning" }];
        IReadOnlyList<TimeStatement> all = times.Length > 0 ? [.. metadata.Times.Where(t => t.Text.Length > 0), .. times] : metadata.Times;
        return metadata with
        {
            Times = all,
            TakenAt = all.Select(t => t.Utc).FirstOrDefault(t => t is not null),
            ExposureSeconds = metadata.ExposureSeconds ?? Real("Instrument:ExposureTime", 0, 1e7),
            Gain = metadata.Gain ?? Real("Instrument:Camera:Gain", -1e6, 1e6),
            Iso = metadata.Iso ?? Real("Instrument:Camera:ISOSpeed", 0, 1e8),
            SensorTemperature = metadata.SensorTemperature ?? Real("Instrument:Sensor:Temperature", -273.15, 1000),
            Filter = metadata.Filter ?? Text("Instrument:Filter:Name"),
            Object = metadata.Object ?? Text("Observation:Object:Name"),
            Instrument = metadata.Instrument ?? Text("Instrument:Camera:Name"),
            Telescope = metadata.Telescope ?? Text("Instrument:Telescope:Name"),
            Observer = metadata.Observer ?? Text("Observer:Name"),
        };
    }
}
