using System.Globalization;
using System.Reflection;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>Reads the node as an IPFS node: the embedded store, and the Kubo beside it where there is one.</summary>
internal sealed class IpfsNodeQuery(
    WandaOptions options, Catalogue catalogue, IpfsQuery kubo, FrameRetrieval retrieval, TimeProvider time) : IDisposable
{
    // What a Kubo tells peers in libp2p's identify; its RPC has no word for it.
    private const string KuboProtocol = "ipfs/0.1.0";

    // Counting walks the whole store.
    private static readonly TimeSpan Counted = TimeSpan.FromMinutes(1);

    private static readonly string Version =
        typeof(IpfsNodeQuery).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly SemaphoreSlim _one = new(1);
    private (long At, StoreStatistics Store, IpfsPinCounts Pins)? _counted;

    public async Task<IpfsNodeView> StatusAsync(CancellationToken cancellationToken)
    {
        var name = (await catalogue.Node.NamesAsync(cancellationToken)).MaxBy(n => n.SignedAt)?.Name;
        var facts = (await kubo.ReadAsync(cancellationToken)).Facts;
        PeerId.TryParse(facts?.PeerId ?? name, out var id);
        return new IpfsNodeView(!IsKubo || facts is not null, IsKubo ? "kubo" : "embedded", id?.ToString(),
            facts is null ? $"wanda/{Version}" : $"kubo/{facts.Version}", facts is null ? null : KuboProtocol, facts?.Addresses ?? [],
            id is not null && id.TryGetPublicKey(out var key) ? Convert.ToBase64String(key.ToLibp2p()) : null, name);
    }

    public async Task<IpfsStatsView> StatsAsync(CancellationToken cancellationToken)
    {
        var facts = (await kubo.ReadAsync(cancellationToken)).Facts;
        var (store, pins) = await CountAsync(cancellationToken);
        var bytes = facts?.RepositoryBytes ?? store.Bytes + store.ReferencedBytes;
        var most = facts?.StorageMaxBytes ?? bytes + new DriveInfo(options.Data).AvailableFreeSpace;
        var (rate, total) = facts is null ? ("0 B/s", 0L) : ((string?)null, (long?)null);
        return new IpfsStatsView(
            new IpfsStorageView(bytes, Human(bytes), most, Human(most), store.Blocks + store.Files,
                most > 0 ? Math.Round(100d * bytes / most, 1) : 100),
            new IpfsNetworkView(facts?.Peers.Count ?? 0, rate, rate, total, total), pins, new WandaNetworkView(0, 0, 0));
    }

    /// <param name="wandaOnly">Whether others than nodes of ours are left out.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IpfsPeersView> PeersAsync(bool wandaOnly, CancellationToken cancellationToken)
    {
        var peers = (await kubo.ReadAsync(cancellationToken)).Facts?.Peers ?? [];
        return new IpfsPeersView(peers.Count, wandaOnly ? [] : [.. peers.Select(p => new IpfsPeerView(p.Id, p.Address))], []);
    }

    /// <summary>Connects the Kubo to a peer.</summary>
    /// <returns>The peer's id.</returns>
    /// <exception cref="AppException">There is no Kubo, it does not answer, or there is no way to the peer.</exception>
    public async Task<string> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var at = address.LastIndexOf("/p2p/", StringComparison.Ordinal);
        if (address.Length > 500 || address is not ['/', ..] || at < 0 || !PeerId.TryParse(address[(at + 5)..], out var peer))
            throw new AppException(AppError.InvalidRequest, "multiaddr: write an address that ends in /p2p/PEER.");
        if (!IsKubo || kubo.Client is not { } client)
        {
            throw new AppException(AppError.DaemonOffline,
                "This node speaks to no peers: its embedded store keeps the blocks. A Kubo of its own is turned on with ipfs.kubo.manage.");
        }

        try
        {
            await client.Swarm.ConnectAsync(address, cancellationToken);
            return peer.ToString();
        }
        catch (KuboException e)
        {
            throw new AppException(AppError.PeerUnreachable, $"There is no way to {peer}: {e.Message}", e);
        }
        catch (RemoteException e)
        {
            throw new AppException(AppError.DaemonUnreachable, $"Kubo does not answer: {e.Message}", e);
        }
    }

    public void Dispose() => _one.Dispose();

    private bool IsKubo => options.Ipfs.Kubo.IsUsed && options.Ipfs.Mode != IpfsMode.Embedded;

    private async Task<(StoreStatistics Store, IpfsPinCounts Pins)> CountAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_counted is not { } last || time.GetElapsedTime(last.At) > Counted)
            {
                var store = await retrieval.Own.FindAsync(cancellationToken);
                var pins = store is null ? [] : await store.PinsAsync(cancellationToken: cancellationToken);
                var direct = pins.Count(p => p.Mode == PinMode.Direct);
                last = (time.GetTimestamp(), store is null ? new(0, 0, 0, 0, 0) : await store.StatAsync(cancellationToken),
                    new IpfsPinCounts(pins.Count, pins.Count - direct, direct));
                _counted = last;
            }

            return (last.Store, last.Pins);
        }
        finally
        {
            _one.Release();
        }
    }

    private static string Human(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]}");
    }
}
