using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a node has on a WANDA pinning server.</summary>
/// <param name="LeftBytes">What would fit besides.</param>
/// <param name="ReservedBytes">What is on its way there, or kept free for its sessions.</param>
public sealed record NodeUse(long LeftBytes, long ReservedBytes)
{
    internal static NodeUse Read(JsonElement json) => new(json.NumberOrNull("leftBytes") ?? 0, json.NumberOrNull("reservedBytes") ?? 0);
}
