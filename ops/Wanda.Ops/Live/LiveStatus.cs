using Wanda.Catalog;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>How the node is, in the words of the WANDA app's design.</summary>
internal sealed class LiveStatus(IpfsQuery ipfs, StorageRoot root)
{
    /// <summary>As every namespace of ours is told: in the short form and in the long one.</summary>
    public async Task<IReadOnlyList<SocketIOEvent>> ReadAsync(CancellationToken cancellationToken)
    {
        var (running, peers, used, _) = await FactsAsync(cancellationToken);
        return
        [
            SocketIOEvent.Create("ipfs_status", new { daemon = running, peers }),
            SocketIOEvent.Create("ipfs_daemon_status", new { running, peers_connected = peers, storage_used_percent = used }),
        ];
    }

    /// <summary>The status of <c>/ws/ipfs</c>, which is nobody else's.</summary>
    public async Task<SocketIOEvent> OwnAsync(CancellationToken cancellationToken)
    {
        var (running, peers, used, mode) = await FactsAsync(cancellationToken);
        return SocketIOEvent.Create("status", new { running, mode, peers_connected = peers, storage_used_percent = used });
    }

    /// <summary>Without a Kubo the node keeps the blocks itself, and is "the daemon"; its room is the disk of the frames.</summary>
    private async Task<(bool Running, int Peers, int Used, string Mode)> FactsAsync(CancellationToken cancellationToken)
    {
        var view = await ipfs.ReadAsync(cancellationToken);
        if (!view.IsUsed)
            return (true, 0, Percent(root.TotalBytes - root.FreeBytes, root.TotalBytes), "embedded");
        return (view.Facts is not null, view.Facts?.Peers.Count ?? 0,
            Percent(view.Facts?.RepositoryBytes ?? 0, view.MaxBytes ?? view.Facts?.StorageMaxBytes ?? 0), "kubo");
    }

    private static int Percent(long part, long whole) => whole <= 0 ? 0 : (int)Math.Clamp(100 * part / whole, 0, 100);
}
