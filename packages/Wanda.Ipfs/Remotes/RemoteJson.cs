using System.Text;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>The JSON of a remote: whatever is wrong with it is a <see cref="JsonException"/>. It may be 64 levels deep.</summary>
internal static class RemoteJson
{
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // Text that is no UTF-8, or half of a surrogate pair, is noticed only when it is read.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>What an error body of the Pinning Service API says, <c>{"error":{"reason","details"}}</c>; nulls when it is none.</summary>
    public static (string? Reason, string? Details) Error(string body)
    {
        try
        {
            return Read<(string?, string?)>(Encoding.UTF8.GetBytes(body), json =>
                json.ValueKind == JsonValueKind.Object && json.TryGetProperty("error", out var error) && Text(error, "reason") is { } reason
                    ? (reason, Text(error, "details"))
                    : default);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
