using System.Text.Json.Nodes;

namespace Wanda.Ipfs;

/// <summary>One key of Kubo's configuration.</summary>
/// <param name="Key">Its path, such as <c>Swarm.ConnMgr.LowWater</c>.</param>
/// <param name="Value">What it is to be; null takes the key out, so that Kubo's default holds.</param>
public sealed record KuboSetting(string Key, JsonNode? Value);

/// <summary>One key that is not as it should be.</summary>
/// <param name="Key">Its path.</param>
/// <param name="Now">What it is, as JSON; null when it is not there.</param>
/// <param name="Then">What it is to be, as JSON; null when it goes.</param>
public sealed record KuboChange(string Key, string? Now, string? Then);

/// <summary>
/// Kubo's configuration as data: which keys we answer for, and what they are to be. All other keys stay the operator's.
/// </summary>
/// <param name="settings">The keys; a later one of the same name wins.</param>
public sealed class KuboConfiguration(IEnumerable<KuboSetting> settings)
{
    private const string FlushKey = "Datastore.Spec (sync of each flatfs)";

    /// <summary>The keys that we answer for.</summary>
    public IReadOnlyList<KuboSetting> Settings { get; } =
        [.. settings.GroupBy(s => s.Key, StringComparer.Ordinal).Select(g => g.Last())];

    /// <summary>
    /// A daemon that flushes, dials nobody and announces nothing: no bootstrap, no routing, no discovery, no relay, no port mapping, no
    /// certificates, nothing fetched from the network about itself. It listens for no peer.
    /// </summary>
    public static KuboConfiguration Private { get; } = new(
    [
        new("Addresses.Gateway", new JsonArray()),
        new("Addresses.Swarm", new JsonArray()),
        new("Addresses.Announce", new JsonArray()),
        new("AutoConf.Enabled", false), // or it asks conf.ipfs-mainnet.org at each start, for 15 s where there is no network
        new("AutoTLS.Enabled", false),
        new("Bootstrap", new JsonArray()),
        new("DNS.Resolvers", new JsonObject()),
        new("Datastore.BlockKeyCacheSize", 0), // with it a put of a key that it knows is dropped, and a rotted block stays rotted
        new("Discovery.MDNS.Enabled", false),
        new("Internal.Bitswap.MaxOutstandingBytesPerPeer", 16 << 20), // 1 MiB of default is one block on its way, on a long line too
        new("Ipns.DelegatedPublishers", new JsonArray()),
        new("Provide.Enabled", false),
        new("Routing.DelegatedRouters", new JsonArray()),
        new("Routing.Type", "none"),
        new("Swarm.DisableNatPortMap", true),
        new("Swarm.RelayClient.Enabled", false),
        new("Swarm.RelayService.Enabled", false),
        new("Swarm.Transports.Network.Websocket", false),
    ]);

    /// <summary>These keys, and others that win over them.</summary>
    public KuboConfiguration With(params IEnumerable<KuboSetting> others) => new(Settings.Concat(others));

    /// <summary>The keys that are not as they should be.</summary>
    /// <param name="file">The daemon's configuration.</param>
    public IReadOnlyList<KuboChange> Compare(JsonObject file)
    {
        var changes = new List<KuboChange>();
        foreach (var setting in Settings)
        {
            var now = Find(file, setting.Key);
            if (!JsonNode.DeepEquals(now, setting.Value))
                changes.Add(new(setting.Key, now?.ToJsonString(), setting.Value?.ToJsonString()));
        }

        if (Stores(file).Any(s => !IsTrue(s["sync"])))
            changes.Add(new(FlushKey, "false", "true"));
        return changes;
    }

    /// <summary>Makes the keys what they should be; all others stay.</summary>
    /// <param name="file">The daemon's configuration, which is changed.</param>
    public void Apply(JsonObject file)
    {
        foreach (var setting in Settings)
        {
            string[] path = setting.Key.Split('.');
            var at = file;
            foreach (string name in path[..^1])
            {
                if (at[name] is not JsonObject below)
                    at[name] = below = [];
                at = below;
            }

            if (setting.Value is null)
                at.Remove(path[^1]);
            else
                at[path[^1]] = setting.Value.DeepClone();
        }

        foreach (var store in Stores(file))
            store["sync"] = true;
    }

    private static JsonNode? Find(JsonObject file, string key)
    {
        JsonNode? at = file;
        foreach (string name in key.Split('.'))
            at = (at as JsonObject)?[name];
        return at;
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool yes) && yes;

    /// <summary>The stores that keep a block as a file: those that do not flush unless they are told to.</summary>
    private static IEnumerable<JsonObject> Stores(JsonObject file) => StoresOf(Find(file, "Datastore.Spec"));

    private static IEnumerable<JsonObject> StoresOf(JsonNode? spec) => spec switch
    {
        JsonObject store when store["mounts"] is JsonArray mounts => mounts.SelectMany(StoresOf),
        JsonObject store when store["child"] is JsonObject child => StoresOf(child),
        JsonObject store when store["type"] is JsonValue type && type.TryGetValue(out string? name) && name == "flatfs" => [store],
        _ => [],
    };
}
