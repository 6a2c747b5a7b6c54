using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a daemon's configuration says of its stores, and of itself.</summary>
/// <param name="Peer">Its peer id; null when it does not tell.</param>
/// <param name="Syncs">Whether each flatfs of it is to flush a block before it answers for it.</param>
/// <param name="Problem">Why nothing follows from that, as the rest of a sentence about the daemon; null when something does.</param>
internal sealed record KuboStores(string? Peer, bool Syncs, string? Problem)
{
    /// <summary>Flushed when a pin is made, so good for pins and not for blocks, which may come after.</summary>
    private static readonly string[] Flushed = ["levelds", "badgerds", "pebbleds"];

    public static KuboStores Of(JsonElement configuration)
    {
        string? peer = Member(Member(configuration, "Identity"), "PeerID") is { ValueKind: JsonValueKind.String } id
            ? id.GetString()
            : null;
        var stores = Member(Member(configuration, "Datastore"), "Spec") is { } spec ? StoresOf(spec, "/").ToList() : [];
        bool syncs = stores.Where(s => TypeOf(s.Store) == "flatfs").All(s => Member(s.Store, "sync") is { ValueKind: JsonValueKind.True });
        return new(peer, syncs, ProblemOf(stores));
    }

    private static string? ProblemOf(List<(JsonElement Store, string At)> stores)
    {
        if (stores.Count == 0)
            return "names no store in its configuration.";
        var other = stores.Select(s => TypeOf(s.Store)).FirstOrDefault(t => t != "flatfs" && !Flushed.Contains(t))
            ?? (stores.Any(s => s.At == "/blocks" && TypeOf(s.Store) == "flatfs") ? null : TypeOf(stores[0].Store));
        return other is null ? null
            : "keeps blocks in a store of which it is not known when they are on the disk "
                + $"({(other.Length <= 40 ? other : other[..40] + "…")}). "
                + "Use a Kubo with flatfs, as \"ipfs init\" makes it.";
    }

    private static string TypeOf(JsonElement store) =>
        Member(store, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString()! : "";

    /// <summary>The stores below mounts and wrappers, and where they are mounted. JSON that is too deep does not get here.</summary>
    private static IEnumerable<(JsonElement Store, string At)> StoresOf(JsonElement spec, string at)
    {
        at = Member(spec, "mountpoint") is { ValueKind: JsonValueKind.String } mount ? mount.GetString()! : at;
        return spec switch
        {
            _ when Member(spec, "mounts") is { ValueKind: JsonValueKind.Array } mounts =>
                mounts.EnumerateArray().SelectMany(m => StoresOf(m, at)),
            _ when Member(spec, "child") is { } child => StoresOf(child, at),
            _ => Member(spec, "type") is null ? [] : [(spec, at)],
        };
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;
}
