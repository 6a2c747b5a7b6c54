using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Whether what a daemon has taken outlives a power cut, as its configuration tells: its flatfs flushes a block before it answers only with
/// <c>sync</c>, which Kubo's own default leaves off; its other stores are flushed when a pin is made.
/// </summary>
/// <remarks>Source: Kubo, docs/datastores.md.</remarks>
internal sealed partial class KuboDurability(KuboClient kubo, ILogger<KuboDurability> log)
{
    private int _told;

    /// <summary>Why a yes over this daemon would be no promise; null when it would be one, or the daemon does not tell.</summary>
    /// <exception cref="RemoteException">The daemon does not answer, or refuses us.</exception>
    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        string reason = "its configuration names no store";
        try
        {
            if (Member(Member(await kubo.ConfigurationAsync(cancellationToken), "Datastore"), "Spec") is { } spec
                && StoresOf(spec).ToList() is { Count: > 0 } stores)
            {
                return stores.All(Syncs)
                    ? null
                    : $"{kubo.Name} does not write its blocks through to the disk: uploads are refused until \"sync\" of its flatfs is "
                        + "true (in its configuration, Datastore.Spec) and it was started again.";
            }
        }
        catch (RemoteException e) when (e.Failure is not (RemoteFailure.Unavailable or RemoteFailure.Denied))
        {
            reason = e.Message;
        }

        if (Interlocked.Exchange(ref _told, 1) == 0)
            Unknown(reason);
        return null;
    }

    private static bool Syncs(JsonElement store) =>
        Member(store, "type") is not { ValueKind: JsonValueKind.String } type || type.GetString() != "flatfs"
            || Member(store, "sync") is { ValueKind: JsonValueKind.True };

    /// <summary>The stores below mounts and wrappers. JSON that deep does not get here.</summary>
    private static IEnumerable<JsonElement> StoresOf(JsonElement spec) => spec switch
    {
        _ when Member(spec, "mounts") is { ValueKind: JsonValueKind.Array } mounts => mounts.EnumerateArray().SelectMany(StoresOf),
        _ when Member(spec, "child") is { } child => StoresOf(child),
        _ => Member(spec, "type") is null ? [] : [spec],
    };

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "It is not known whether the Kubo daemon writes its blocks through to the disk ({Reason}): a promise of this server is "
            + "as durable as that daemon's repository")]
    private partial void Unknown(string reason);
}
