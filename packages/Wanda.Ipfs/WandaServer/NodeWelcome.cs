using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a WANDA pinning server gives a node that has joined it.</summary>
/// <param name="Node">What it calls the node.</param>
/// <param name="QuotaBytes">How much the node may keep there; null when nothing is set.</param>
/// <param name="Expires">When its token ends; null when never.</param>
public sealed record NodeWelcome(string Node, long? QuotaBytes, DateTimeOffset? Expires)
{
    /// <summary>It may add and read there, and remove nothing.</summary>
    public bool AddOnly { get; init; }

    internal static NodeWelcome Read(JsonElement json) =>
        new(json.Text("node"), json.NumberOrNull("quotaBytes"), json.Find("expires") switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } time when time.TryGetDateTimeOffset(out var expires) => expires,
            _ => throw new JsonException("\"expires\" is no time."),
        })
        {
            AddOnly = json.Find("addOnly") is { ValueKind: JsonValueKind.True },
        };
}
