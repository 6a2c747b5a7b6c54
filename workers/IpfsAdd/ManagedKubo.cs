using System.Globalization;
using System.Text.Json.Nodes;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.IpfsAdd;

/// <summary>What the node's configuration means for a Kubo of its own; docs/configuration.md has it as a table.</summary>
public static class ManagedKubo
{
    private const string Model = "/proc/device-tree/model";

    /// <summary>How the node's daemon is run.</summary>
    public static KuboManagerOptions OptionsOf(WandaOptions options)
    {
        var kubo = options.Ipfs.Kubo;
        return new()
        {
            Repository = KuboOptions.RepositoryIn(options.Data),
            Program = kubo.Program,
            MinVersion = Version.Parse(kubo.MinVersion),
            Profile = kubo.Profile ?? (IsPi() ? "lowpower" : null),
            Configuration = ConfigurationOf(kubo),
            Migrate = kubo.Migrate,
            IsUnits = kubo.Unit,
        };
    }

    /// <summary>What the daemon's own configuration is made to say.</summary>
    public static KuboConfiguration ConfigurationOf(KuboOptions kubo)
    {
        var settings = new List<KuboSetting>
        {
            new("Addresses.Swarm", List(kubo.SwarmAddresses)),
            new("Addresses.Announce", List(kubo.AnnounceAddresses)),
            new("Bootstrap", List(kubo.BootstrapNodes)),
            new("Datastore.StorageGCWatermark", kubo.GcWatermark),
            new("Provide.Enabled", kubo.DhtMode != KuboDhtMode.None),
            new("Routing.Type", kubo.DhtMode switch
            {
                KuboDhtMode.Client => "dhtclient",
                KuboDhtMode.Server => "dhtserver",
                KuboDhtMode.Auto => "auto",
                _ => "none",
            }),
            new("Swarm.RelayClient.Enabled", kubo.RelayEnabled),
        };
        if (kubo.ApiPort is { } api)
            settings.Add(new("Addresses.API", Loopback(kubo.DaemonAddr ?? "127.0.0.1", api)));
        if (kubo.GatewayPort is { } gateway)
            settings.Add(new("Addresses.Gateway", Loopback("127.0.0.1", gateway)));
        if (kubo.MaxStorage is { } most)
            settings.Add(new("Datastore.StorageMax", string.Create(CultureInfo.InvariantCulture, $"{most.Bytes}B")));
        if (kubo.BootstrapNodes.Contains("auto"))
        {
            settings.Add(new("AutoConf.Enabled", true));
            settings.Add(new("DNS.Resolvers", new JsonObject { ["."] = "auto" }));
            settings.Add(new("Routing.DelegatedRouters", new JsonArray("auto")));
            settings.Add(new("Ipns.DelegatedPublishers", new JsonArray("auto")));
        }

        return KuboConfiguration.Private.With(settings);
    }

    private static JsonArray List(IReadOnlyList<string> values) => [.. values.Select(v => JsonValue.Create(v))];

    private static string Loopback(string host, int port) => string.Create(
        CultureInfo.InvariantCulture, $"/{(host.Contains(':', StringComparison.Ordinal) ? "ip6" : "ip4")}/{host}/tcp/{port}");

    private static bool IsPi() =>
        File.Exists(Model) && File.ReadAllText(Model).Contains("Raspberry Pi", StringComparison.Ordinal);
}
