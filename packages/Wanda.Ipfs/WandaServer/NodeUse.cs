using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a node has on a WANDA pinning server.</summary>
/// <param name="LeftBytes">What would fit besides.</param>
/// <param name="ReservedBytes">What is on its way there, or kept free for its sessions.</param>
public sealed record NodeUse(long LeftBytes, long ReservedBytes)
{
    /// <summary>
    /// What the server knows it has lost some bytes of, and wants to be sent again: the newest 100. A server before 0.4 does not tell.
    /// </summary>
    public IReadOnlyList<Cid> Broken { get; init; } = [];

    internal static NodeUse Read(JsonElement json) => new(json.NumberOrNull("leftBytes") ?? 0, json.NumberOrNull("reservedBytes") ?? 0)
    {
        Broken = json.TryGetProperty("broken", out var broken) && broken.ValueKind == JsonValueKind.Object
            && broken.TryGetProperty("cids", out var cids) && cids.ValueKind == JsonValueKind.Array
            ? [.. cids.EnumerateArray().Select(c => Cid.Parse(c.ValueKind == JsonValueKind.String ? c.GetString()! : ""))]
            : [],
    };
}
