using System.Text.Json;

namespace Wanda.Ops;

/// <summary>A frame's metadata as names and texts.</summary>
internal static class FrameMetadata
{
    /// <summary>Reads the catalogue's JSON object. Metadata that cannot be read is shown as none: it must not hide a frame.</summary>
    public static IReadOnlyDictionary<string, string> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? new Dictionary<string, string>()
                : document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null)
                    .GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.Last().Value.ToString());
        }
        catch (JsonException)
        {
            return new Dictionary<string, string>();
        }
    }
}
