using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>
/// Asks a daemon whether what it took outlives a power cut: its flatfs flushes a block before it answers only with <c>sync</c>, which
/// Kubo's own default leaves off; its other stores are flushed when a pin is made.
/// </summary>
/// <remarks>
/// Source: Kubo, docs/datastores.md. What a daemon tells is its file, and it may run with an older one: so one that was seen without
/// <c>sync</c> counts for one that flushes when it was started again. A file that was changed before the first question is believed.
/// </remarks>
public sealed class KuboFlushing
{
    private static readonly string[] Known = ["flatfs", "levelds", "badgerds", "pebbleds"];

    /// <summary>When the daemon that did not flush was started; null while none was seen.</summary>
    private volatile string? _without;

    /// <summary>Asks the daemon, which is the same one each time, whichever client it is asked by.</summary>
    /// <exception cref="RemoteException">It does not answer, or refuses us (<see cref="RemoteFailure.Denied"/>).</exception>
    public async Task<KuboFlush> AskAsync(KuboClient kubo, CancellationToken cancellationToken = default)
    {
        List<JsonElement> stores;
        try
        {
            var spec = Member(Member(await kubo.ConfigurationAsync(cancellationToken).ConfigureAwait(false), "Datastore"), "Spec");
            stores = spec is { } known ? [.. StoresOf(known)] : [];
        }
        catch (RemoteException e) when (e is KuboException || e.Failure is RemoteFailure.NotFound or RemoteFailure.Malformed)
        {
            return new(Flushing.Unknown, $"does not tell its configuration: {e.Detail}");
        }

        if (stores.Any(s => TypeOf(s) == "flatfs" && Member(s, "sync") is not { ValueKind: JsonValueKind.True }))
        {
            _without = await kubo.StartedAsync(cancellationToken).ConfigureAwait(false);
            return new(Flushing.No, "does not write its blocks through to the disk: set \"sync\" of its flatfs to true (in its "
                + "configuration, Datastore.Spec) and start it again.");
        }

        if (_without is { } start && (await kubo.StartedAsync(cancellationToken).ConfigureAwait(false) ?? start) == start)
            return new(Flushing.No, "has \"sync\" in its configuration by now and does not run with it yet: start it again.");
        if (stores.Count == 0)
            return new(Flushing.Unknown, "names no store in its configuration.");
        return stores.Select(TypeOf).FirstOrDefault(t => !Known.Contains(t)) is { } other
            ? new(Flushing.Unknown, $"keeps blocks in a store of which that is not known ({Short(other)}).")
            : new(Flushing.Yes, "");
    }

    private static string TypeOf(JsonElement store) =>
        Member(store, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString()! : "";

    private static string Short(string type) => type.Length <= 40 ? type : type[..40] + "…";

    /// <summary>The stores below mounts and wrappers. JSON that is too deep does not get here.</summary>
    private static IEnumerable<JsonElement> StoresOf(JsonElement spec) => spec switch
    {
        _ when Member(spec, "mounts") is { ValueKind: JsonValueKind.Array } mounts => mounts.EnumerateArray().SelectMany(StoresOf),
        _ when Member(spec, "child") is { } child => StoresOf(child),
        _ => Member(spec, "type") is null ? [] : [spec],
    };

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;
}
