using System.Net.Sockets;
using System.Text.Json;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// Whether a Kubo of ours serves blocks. Rule: it does, unless its own configuration says that it cannot: <c>Bitswap.ServerEnabled</c> is
/// false, or it listens to no peer and asks none (<c>Addresses.Swarm</c> is empty and <c>Routing.Type</c> is <c>none</c>). Which CIDs it
/// holds is not asked: it may get them at any moment.
/// </summary>
public sealed class ServingKubo(KuboClient client) : IServingNode
{
    public async Task<string?> ServingAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = await client.ConfigurationAsync(cancellationToken);
            var alone = At(configuration, "Addresses", "Swarm") is { ValueKind: JsonValueKind.Array } swarm && swarm.GetArrayLength() == 0
                && At(configuration, "Routing", "Type") is { ValueKind: JsonValueKind.String } routing && routing.GetString() == "none";
            return alone || At(configuration, "Bitswap", "ServerEnabled") is { ValueKind: JsonValueKind.False }
                ? null
                : $"{client.Name} serves its blocks to the network. Run \"ipfs config --json Bitswap.ServerEnabled false\" and restart it; "
                    + "frames then leave by upload alone.";
        }
        catch (RemoteException e) when (e.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return null; // The connection was refused: the daemon does not run, so it serves nothing. A time-out would not tell that.
        }
        catch (RemoteException e)
        {
            return $"it cannot be told whether {client.Name} serves its blocks: {e.Message}";
        }
    }

    private static JsonElement? At(JsonElement configuration, string section, string key) =>
        configuration.ValueKind == JsonValueKind.Object && configuration.TryGetProperty(section, out var found)
        && found.ValueKind == JsonValueKind.Object && found.TryGetProperty(key, out var value) ? value : null;
}
