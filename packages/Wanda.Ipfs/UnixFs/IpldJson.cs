using System.Globalization;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>Links and paths of a dag-json block.</summary>
/// <remarks>Source: IPLD specs, "DAG-JSON": a link is a map whose only key is "/" with the CID's text.</remarks>
internal static class IpldJson
{
    private const int MaxNesting = 128;

    /// <exception cref="DagFormatException">Not JSON, or nested deeper than 128.</exception>
    public static List<Cid> Links(ReadOnlyMemory<byte> block) => Guard(() =>
    {
        var reader = new Utf8JsonReader(block.Span, new JsonReaderOptions { MaxDepth = MaxNesting });
        var links = new List<Cid>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("/"u8)
                && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                links.Add(Cid.Parse(reader.GetString()!));
            }
        }

        return links;
    });

    /// <inheritdoc cref="IpldCbor.Find"/>
    public static (Cid? Link, int Names)? Find(ReadOnlyMemory<byte> block, IReadOnlyList<string> names, int at) =>
        Guard<(Cid?, int)?>(() =>
        {
            using var document = JsonDocument.Parse(block, new JsonDocumentOptions { MaxDepth = MaxNesting });
            var value = document.RootElement;
            for (int i = at; ; i++)
            {
                if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("/", out var link)
                    && link.ValueKind == JsonValueKind.String)
                {
                    return (Cid.Parse(link.GetString()!), i - at);
                }

                if (i == names.Count)
                    return (null, i - at);
                if (!TryEnter(value, names[i], out value))
                    return null;
            }
        });

    private static bool TryEnter(JsonElement value, string name, out JsonElement below)
    {
        below = default;
        if (value.ValueKind == JsonValueKind.Object)
            return value.TryGetProperty(name, out below);
        if (value.ValueKind != JsonValueKind.Array
            || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= value.GetArrayLength())
        {
            return false;
        }

        below = value[index];
        return true;
    }

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or CidFormatException or InvalidOperationException)
        {
            throw new DagFormatException($"A dag-json block cannot be read: {e.Message}");
        }
    }
}
