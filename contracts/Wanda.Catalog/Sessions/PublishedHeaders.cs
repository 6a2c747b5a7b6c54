using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// The part of a frame's metadata that goes into <c>metadata.json</c>, and with it to every destination (law 12). It is a list of what may
/// go: whatever is not on it stays here, so that a header which is read one day does not leave by itself. Remarks quote headers and name
/// the time zone; they stay as well.
/// </summary>
public static partial class PublishedHeaders
{
    /// <summary>The key that marks a capture whose bytes tell a path of the machine.</summary>
    public const string TellsPath = "tellsPath";

    private const string Hidden = "...";

    // A shorter name stands in too many words.
    private const int MinHeld = 4;

    private static readonly HashSet<string> Always = new(StringComparer.Ordinal)
    {
        "exposureSeconds", "gain", "iso", "offset", "sensorTemperature", "setTemperature", "filter", "object", "type", "bayerPattern",
        "bayerOffsetX", "bayerOffsetY", "rowOrder", "binningX", "binningY", "pixelSize", "focalLength", "instrument", "telescope",
        "rightAscension", "declination", "focuserPosition", "pierSide", "takenFrom",
    };

    private static readonly Dictionary<string, PrivateFact> OnWord = new(StringComparer.Ordinal)
    {
        ["siteLatitude"] = PrivateFact.Coordinates,
        ["siteLongitude"] = PrivateFact.Coordinates,
        ["airMass"] = PrivateFact.Coordinates,
        ["cameraSerial"] = PrivateFact.Serials,
        ["observer"] = PrivateFact.Names,
        [TellsPath] = PrivateFact.Paths,
    };

    /// <summary>What may be published of a catalogue row's metadata; null when that is nothing, or it cannot be read.</summary>
    /// <param name="metadata">The row's JSON object.</param>
    /// <param name="publish">What the operator said may be read by others.</param>
    public static JsonObject? Of(string metadata, IReadOnlyCollection<PrivateFact> publish)
    {
        try
        {
            using var document = JsonDocument.Parse(metadata);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var held = Held(document.RootElement, publish);
            var published = new JsonObject();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if ((Always.Contains(property.Name) || (OnWord.TryGetValue(property.Name, out var fact) && publish.Contains(fact)))
                    && Value(property, held, publish) is { } value)
                {
                    published[property.Name] = value;
                }
            }

            return published.Count > 0 ? published : null;
        }
        catch (JsonException)
        {
            return null; // One bad row must not keep its session from being archived (law 8).
        }
    }

    /// <summary>The facts as one text, the same for the same facts: <c>Coordinates Names</c>.</summary>
    public static string Written(IEnumerable<PrivateFact> publish) => string.Join(' ', publish.Distinct().Order());

    /// <summary>Whether an archive that tells some facts (<see cref="SessionRecord.Published"/>) tells more than it should.</summary>
    public static bool TellsMore(string? published, IEnumerable<PrivateFact> publish) => published is null
        || published.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(publish.Select(p => p.ToString())).Any();

    /// <summary>Whether a file stays out of what others read, as a whole: it tells a path of the machine.</summary>
    public static bool HoldsBack(CaptureRecord capture, IReadOnlyCollection<PrivateFact> publish) =>
        !publish.Contains(PrivateFact.Paths) && capture.Metadata.Contains($"\"{TellsPath}\"", StringComparison.Ordinal);

    /// <summary>Whether a frame's metadata holds anything private.</summary>
    public static bool HasPrivate(CaptureRecord capture) =>
        OnWord.Keys.Any(k => capture.Metadata.Contains($"\"{k}\"", StringComparison.Ordinal));

    /// <summary>A condition in SQL: whether a row's metadata holds anything private.</summary>
    internal static string HasPrivate(string column) =>
        $"({string.Join(" OR ", OnWord.Keys.Select(key => $"""{column} LIKE '%"{key}"%'"""))})";

    private static JsonNode? Value(JsonProperty property, IReadOnlyList<string> held, IReadOnlyCollection<PrivateFact> publish)
    {
        try
        {
            return property.Value.ValueKind switch
            {
                JsonValueKind.Number => property.Value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
                JsonValueKind.String => Text(property.Name, property.Value.GetString()!, held, publish),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null; // A string that is no Unicode.
        }
    }

    private static string Text(string name, string text, IReadOnlyList<string> held, IReadOnlyCollection<PrivateFact> publish)
    {
        if (name is "instrument" or "telescope" && !publish.Contains(PrivateFact.Serials))
            text = Serial().Replace(text, Hidden);
        return held.Aggregate(text, (left, fact) => left.Replace(fact, Hidden, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// The frame's own private facts that stay here, as texts: they stay also where somebody wrote them into a text that goes, such as the
    /// object's name. Of a coordinate its degrees with two decimals, about a kilometre.
    /// </summary>
    private static List<string> Held(JsonElement metadata, IReadOnlyCollection<PrivateFact> publish)
    {
        var held = new List<string>();
        foreach (var property in metadata.EnumerateObject())
        {
            if (!OnWord.TryGetValue(property.Name, out var fact) || publish.Contains(fact) || property.Name == "airMass")
                continue;
            if (property.Value.ValueKind == JsonValueKind.Number)
            {
                if (property.Value.TryGetDouble(out var degrees) && double.IsFinite(degrees))
                    held.Add((Math.Truncate(Math.Abs(degrees) * 100) / 100).ToString("F2", CultureInfo.InvariantCulture));
            }
            else if (property.Value.ValueKind == JsonValueKind.String && IsUnicode(property.Value, out var text) && text.Length >= MinHeld)
            {
                held.Add(text);
            }
        }

        return held;
    }

    private static bool IsUnicode(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    // Some drivers write a camera's serial number behind its model: "QHY CCD QHY268M-f3e8b2a9", "ASI2600 SN0123456789", "RC8 [S/N 12345]".
    // What is said to be one, a word of hexadecimal digits, and a long word that is mostly digits.
    [GeneratedRegex("""
        (?<=(?<![0-9a-z])(?:s/?n|serial(?:\s*(?:no|nr|number))?)[\s.:\#=]*)(?=[a-z-]*[0-9])[0-9a-z-]{3,}
        | (?<![0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{6,}(?![0-9a-z])
        | (?<![0-9a-z])(?=(?:[a-z]*[0-9]){6})[0-9a-z]{8,}(?![0-9a-z])
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Serial();
}
