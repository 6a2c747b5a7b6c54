using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>
/// The JSON of the Pinning Service API, both ways; what is read is taken by the specification's required members and nothing more.
/// </summary>
internal static class PinningServiceJson
{
    private const int MaxIdLength = 1024;

    public static byte[] Write(PinRequest pin) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["cid"] = pin.Cid.ToString(),
        ["name"] = pin.Name,
        ["origins"] = pin.Origins,
        ["meta"] = pin.Meta,
    }.Where(m => m.Value is not null).ToDictionary());

    /// <exception cref="JsonException">A required member is missing or not what it should be.</exception>
    public static PinRequestStatus Status(JsonElement json)
    {
        var pin = Member(json, "pin", JsonValueKind.Object);
        string id = Text(json, "requestid");
        if (id.Length is 0 or > MaxIdLength)
            throw new JsonException($"\"requestid\" is not 1 to {MaxIdLength} characters.");
        return new(
            id,
            Enum.TryParse<PinRequestState>(Text(json, "status"), ignoreCase: true, out var state) && Enum.IsDefined(state)
                ? state
                : throw new JsonException($"\"status\" is \"{Text(json, "status")}\"."),
            Member(json, "created", JsonValueKind.String).TryGetDateTimeOffset(out var created)
                ? created
                : throw new JsonException("\"created\" is no time."),
            new PinRequest(Cid.TryParse(Text(pin, "cid"), out var cid) ? cid : throw new JsonException("\"cid\" is no CID."))
            {
                Name = pin.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null,
                Origins = Texts(pin, "origins"),
                Meta = Map(pin, "meta"),
            },
            Texts(json, "delegates"),
            Map(json, "info"));
    }

    /// <summary>A page: how many there are in all, and the newest of them.</summary>
    public static (long Count, List<PinRequestStatus> Results) Page(JsonElement json) => (
        Member(json, "count", JsonValueKind.Number).TryGetInt64(out long count) && count >= 0
            ? count
            : throw new JsonException("\"count\" is no number of pins."),
        Member(json, "results", JsonValueKind.Array).EnumerateArray().Select(Status).ToList());

    private static JsonElement Member(JsonElement json, string name, JsonValueKind kind) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new JsonException($"\"{name}\" is missing or no {kind}.");

    private static string Text(JsonElement json, string name) => Member(json, name, JsonValueKind.String).GetString()!;

    private static List<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!).ToList()
            : [];

    private static Dictionary<string, string> Map(JsonElement json, string name) =>
        json.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().GroupBy(m => m.Name).ToDictionary(m => m.Key, m => m.Last().Value.ToString())
            : [];
}
