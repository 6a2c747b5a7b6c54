using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wanda.Catalog;

/// <summary>
/// The part of a frame's metadata that goes into <c>metadata.json</c>, and with it to every destination (law 12). It is a list of what may
/// go: whatever is not on it stays here, so that a header which is read one day does not leave by itself. Remarks quote headers and name
/// the time zone; they stay as well.
/// </summary>
public static partial class PublishedHeaders
{
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
            var published = new JsonObject();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if ((Always.Contains(property.Name) || (OnWord.TryGetValue(property.Name, out var fact) && publish.Contains(fact)))
                    && Value(property, publish) is { } value)
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

    /// <summary>Whether a frame's metadata holds anything private.</summary>
    public static bool HasPrivate(CaptureRecord capture) =>
        OnWord.Keys.Any(k => capture.Metadata.Contains($"\"{k}\"", StringComparison.Ordinal));

    /// <summary>A condition in SQL: whether a row's metadata holds anything private.</summary>
    internal static string HasPrivate(string column) =>
        $"({string.Join(" OR ", OnWord.Keys.Select(key => $"""{column} LIKE '%"{key}"%'"""))})";

    private static JsonNode? Value(JsonProperty property, IReadOnlyCollection<PrivateFact> publish)
    {
        try
        {
            return property.Value.ValueKind switch
            {
                JsonValueKind.Number => property.Value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
                JsonValueKind.String when property.Name is "instrument" or "telescope" && !publish.Contains(PrivateFact.Serials) =>
                    Serial().Replace(property.Value.GetString()!, "..."),
                JsonValueKind.String => property.Value.GetString(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null; // A string that is no Unicode.
        }
    }

    // Some drivers write a camera's serial number behind its model: "QHY CCD QHY268M-f3e8b2a9".
    [GeneratedRegex("(?<=[-_#: (]|^)(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{6,}(?=[-_#:) ]|$)")]
    private static partial Regex Serial();
}
