using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Whether what a daemon has taken outlives a power cut; one that does not tell is warned of once.</summary>
internal sealed partial class KuboDurability(KuboClient kubo, ILogger<KuboDurability> log)
{
    private readonly KuboFlushing _flushing = new();
    private int _told;

    /// <summary>Why a yes over this daemon would be no promise; null when it would be one, or the daemon does not tell.</summary>
    /// <exception cref="RemoteException">The daemon does not answer, or refuses us.</exception>
    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        var (flushing, reason) = await AskAsync(cancellationToken);
        return flushing == Flushing.No ? $"Uploads are refused: {kubo.Name} {reason}" : null;
    }

    /// <summary>What a node that asks is told of it.</summary>
    public async Task<Flushing> FlushingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await AskAsync(cancellationToken)).Flushing;
        }
        catch (RemoteException)
        {
            return Flushing.Unknown;
        }
    }

    private async Task<KuboFlush> AskAsync(CancellationToken cancellationToken)
    {
        var flush = await _flushing.AskAsync(kubo, cancellationToken);
        if (flush.Flushing == Flushing.Unknown && Interlocked.Exchange(ref _told, 1) == 0)
            Unknown($"it {flush.Reason}");
        return flush;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "It is not known whether the Kubo daemon writes its blocks through to the disk ({Reason}): what this server takes is as "
            + "durable as that daemon's repository, and nodes from 0.4 on release nothing by it")]
    private partial void Unknown(string reason);
}
