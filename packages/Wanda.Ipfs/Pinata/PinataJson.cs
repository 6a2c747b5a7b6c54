using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>The JSON of Pinata's API, both ways. What is read is taken by what the client needs and nothing more.</summary>
internal static class PinataJson
{
    private const int MaxIdLength = 1024;

    public static byte[] Pin(Cid cid, PinataLabels labels, IReadOnlyList<string> hostNodes) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["cid"] = cid.ToString(),
            ["name"] = labels.Name,
            ["group_id"] = labels.GroupId,
            ["keyvalues"] = labels.KeyValues.Count > 0 ? labels.KeyValues : null,
            ["host_nodes"] = hostNodes.Count > 0 ? hostNodes : null,
        }.Where(m => m.Value is not null).ToDictionary());

    public static string KeyValues(PinataLabels labels) => JsonSerializer.Serialize(labels.KeyValues);

    /// <summary>What an answer is about.</summary>
    /// <exception cref="JsonException">It is no answer of this API.</exception>
    public static JsonElement Data(JsonElement answer) => answer.Find("data") ?? throw new JsonException("\"data\" is missing.");

    /// <exception cref="JsonException">
    /// A member is missing or not what it should be, or the file is on another network than the public one.
    /// </exception>
    public static PinataFile File(JsonElement file)
    {
        if (file.TextOr("network", "public") is not "public" and var network)
            throw new JsonException($"the file is on the {Quote(network)} network, and this is about the public one");
        return new(
            Id(file),
            file.Text("cid") is "pending" ? null : CidOf(file),
            file.NumberOrNull("size"),
            new PinataLabels
            {
                Name = TextOrNull(file, "name"),
                GroupId = TextOrNull(file, "group_id"),
                KeyValues = file.Find("keyvalues") is { ValueKind: JsonValueKind.Object } map
                    ? map.EnumerateObject().GroupBy(m => m.Name).ToDictionary(m => m.Key, m => m.Last().Value.ToString())
                    : [],
            },
            file.Find("is_duplicate") is { ValueKind: JsonValueKind.True });
    }

    /// <exception cref="JsonException">A member is missing or not what it should be.</exception>
    public static PinataPin Pin(JsonElement pin) => new(Id(pin), CidOf(pin), pin.Text("status"));

    /// <summary>A page: its members under <paramref name="name"/>, and the token of the next page, or null.</summary>
    public static (List<T> Items, string? Next) Page<T>(JsonElement data, string name, Func<JsonElement, T> read) =>
        (data.List(name).Select(read).ToList(), TextOrNull(data, "next_page_token") is { Length: > 0 } next ? next : null);

    private static string Id(JsonElement json) => json.Text("id") is { Length: > 0 and <= MaxIdLength } id
        ? id
        : throw new JsonException($"\"id\" is not 1 to {MaxIdLength} characters.");

    private static Cid CidOf(JsonElement json) =>
        Cid.TryParse(json.Text("cid"), out var cid)
            ? cid
            : throw new JsonException($"\"cid\" is {Quote(json.Text("cid"))}, which is no CID.");

    private static string? TextOrNull(JsonElement json, string name) =>
        json.Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string Quote(string text) => $"\"{(text.Length <= 100 ? text : text[..100] + "…")}\"";
}
