using System.Text.Json;

namespace Wanda.Ops;

/// <summary>A frame's metadata as names and texts.</summary>
public static class FrameMetadata
{
    /// <summary>A name and its value as they read on a screen: <c>exposure</c>, <c>1 s</c>.</summary>
    public static (string Name, string Value) Words(string name, string value) => name switch
    {
        "exposureSeconds" => ("exposure", $"{value} s"),
        "sensorTemperature" => ("sensor", $"{value} °C"),
        "setTemperature" => ("sensor set to", $"{value} °C"),
        "pixelSize" => ("pixel size", $"{value} µm"),
        "focalLength" => ("focal length", $"{value} mm"),
        "takenFrom" => ("time taken from", value),
        _ => (string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")), value),
    };

    /// <summary>Reads the catalogue's JSON object. Metadata that cannot be read is shown as none: it must not hide a frame.</summary>
    internal static IReadOnlyDictionary<string, string> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? new Dictionary<string, string>()
                : document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null)
                    .GroupBy(p => p.Name).ToDictionary(g => g.Key, g => Text(g.Last().Value));
        }
        catch (JsonException)
        {
            return new Dictionary<string, string>();
        }
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(Text)) : value.ToString();
}
