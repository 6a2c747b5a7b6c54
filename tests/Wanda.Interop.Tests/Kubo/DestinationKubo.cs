using Wanda.Destinations.Kubo;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A Kubo itself that flushes, with a node beside it that sends it frames.</summary>
internal sealed class DestinationKubo : IAsyncDisposable
{
    private const string Syncing = """
        {"type":"mount","mounts":[
        {"mountpoint":"/blocks","path":"blocks","prefix":"flatfs.datastore",
        "shardFunc":"/repo/flatfs/shard/v1/next-to-last/2","sync":true,"type":"flatfs"},
        {"compression":"none","mountpoint":"/","path":"datastore","prefix":"leveldb.datastore","type":"levelds"}]}
        """;

    private readonly List<SendingNode> _nodes = [];
    private KuboServer? _server;

    public required GoKubo Daemon { get; init; }

    public KuboClient Client => _server!.Client;

    public DestinationOptions Options { get; private set; } = null!;

    /// <summary>Starts it; without it the test is skipped.</summary>
    public static async Task<DestinationKubo> StartAsync(string? parent = null, params (string Key, string Json)[] more)
    {
        var kubo = new DestinationKubo { Daemon = new GoKubo { Parent = parent, Configuration = [("Datastore.Spec", Syncing), .. more] } };
        await kubo.Daemon.InitializeAsync();
        kubo._server = await kubo.Daemon.FoundAsync();
        kubo.Options = new()
        {
            Name = "kubo",
            Kind = "kubo",
            Url = kubo.Daemon.Address.ToString(),
            Public = true,
            Timeout = TimeSpan.FromSeconds(5),
        };
        return kubo;
    }

    /// <summary>A node that sends there, and a destination of it.</summary>
    /// <param name="known">A client that its daemon knows; null where it knows everybody.</param>
    public async Task<(SendingNode Node, KuboDestination Destination)> NodeAsync(KuboClient? known = null)
    {
        var node = new SendingNode(UnixFsProfile.CidV1);
        _nodes.Add(node);
        await node.OpenAsync();
        await node.SawRestartedAsync(known ?? Client);
        return (node, Destination(node));
    }

    public KuboDestination Destination(SendingNode node, Func<DestinationOptions, DestinationOptions>? with = null)
    {
        var options = with?.Invoke(Options) ?? Options;
        return new KuboDestination(options, node.Tools, node.LineOf(options));
    }

    /// <summary>The file of a block.</summary>
    public string FileOf(Cid cid)
    {
        var key = Multibase.Encode(cid.Hash.Bytes, MultibaseEncoding.Base32)[1..].ToUpperInvariant();
        return Path.Combine(Daemon.Repository, "blocks", key[^3..^1], key + ".data");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        await Daemon.DisposeAsync();
    }
}
