using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wanda.SocketIO;

/// <summary>An event: a name and its arguments, kept as the JSON that travels, so that it can be passed on as it came.</summary>
public sealed record SocketIOEvent
{
    /// <summary>How deep arguments may be nested.</summary>
    internal const int MaxDepth = 32;

    private static readonly string[] Reserved =
        ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

    // For a wire, never for a page's markup: what is not ASCII stays as it is.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SocketIOEvent(string name, string json) => (Name, Json) = (name, json);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The JSON array that travels: the name, then the arguments.</summary>
    public string Json { get; }

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name; none of those that Socket.IO keeps for itself.</param>
    /// <param name="arguments">What goes with it; each is serialized.</param>
    /// <exception cref="ArgumentException">The name is one of Socket.IO's own.</exception>
    public static SocketIOEvent Create(string name, params ReadOnlySpan<object?> arguments)
    {
        if (Reserved.Contains(name))
            throw new ArgumentException($"'{name}' is a word of Socket.IO's own; call the event something else.", nameof(name));
        return new(name, JsonSerializer.Serialize((object?[])[name, .. arguments], Plain));
    }

    /// <summary>Reads what travels; null when it is no event.</summary>
    internal static SocketIOEvent? Parse(string json)
    {
        if (Open(json) is not { } document)
            return null;
        using (document)
        {
            return document.RootElement.GetArrayLength() > 0 && document.RootElement[0] is { ValueKind: JsonValueKind.String } first
                && Text(first) is { } name && !Reserved.Contains(name)
                    ? new(name, json)
                    : null;
        }
    }

    /// <summary>Whether a text is a JSON array, as events and acknowledgements are.</summary>
    internal static bool IsArray(string json)
    {
        using var document = Open(json);
        return document is not null;
    }

    private static JsonDocument? Open(string json)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                return document;
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // the latter: half of a surrogate pair
        {
        }

        document?.Dispose();
        return null;
    }

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException) // "\ud800": JSON, and no text
        {
            return null;
        }
    }
}
