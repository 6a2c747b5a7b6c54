using System.Globalization;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>
/// Members of answers, read as tolerantly as daemons write them: numbers as strings, CIDs in any base or inside of a link object,
/// null for an empty list.
/// </summary>
internal static class KuboJson
{
    public static string Text(this JsonElement json, string name) =>
        json.Find(name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new JsonException($"\"{name}\" is missing or no text.");

    public static string TextOr(this JsonElement json, string name, string otherwise) =>
        json.Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : otherwise;

    public static long Number(this JsonElement json, string name) =>
        json.NumberOrNull(name) ?? throw new JsonException($"\"{name}\" is missing or no number.");

    public static long? NumberOrNull(this JsonElement json, string name) => json.Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long value) => value,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() is >= 0 and < long.MaxValue and var value => (long)value,
        // js writes its big integers with an n.
        { ValueKind: JsonValueKind.String } text
            when long.TryParse(text.GetString()!.TrimEnd('n'), NumberStyles.None, CultureInfo.InvariantCulture, out long value) => value,
        _ => null,
    };

    public static Cid CidOf(this JsonElement json, string name) =>
        (json.Find(name) ?? throw new JsonException($"\"{name}\" is missing.")).AsCid();

    public static Cid AsCid(this JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? Cid.Parse(json.Text("/"))
        : Cid.Parse(
            json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new JsonException("A CID is neither text nor a link."));

    public static IEnumerable<JsonElement> List(this JsonElement json, string name) => json.Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        null or { ValueKind: JsonValueKind.Null } => [],
        _ => throw new JsonException($"\"{name}\" is no list."),
    };

    public static JsonElement? Find(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;

    /// <summary>What an error object says; null when this is none.</summary>
    public static string? ErrorMessage(this JsonElement json) =>
        json.Find("Message") is { ValueKind: JsonValueKind.String } message
            && (json.Find("Code") is not null || json.TextOr("Type", "") == "error")
            ? message.GetString()
            : null;
}
