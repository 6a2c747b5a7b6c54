using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Whether a daemon can be given anything, and if not, what its operator is to do.</summary>
internal sealed partial class KuboHealth(KuboClient kubo, KuboDurability durability, TimeProvider time, ILogger<KuboHealth> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullFor = TimeSpan.FromMinutes(1);

    private int _told;
    private long? _fullAt;

    /// <summary>
    /// Why a yes over this daemon would be no promise; null when it would be one, or the daemon does not tell how it writes.
    /// </summary>
    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await kubo.RequireAsync(cancellationToken: patience.Token);
            var (flushing, reason) = await AskAsync(patience.Token);
            return flushing == Flushing.No ? $"Uploads are refused: {kubo.Name} {reason}"
                : _fullAt is { } full && time.GetElapsedTime(full) < FullFor ? $"Uploads are refused: {IsFull}"
                : null;
        }
        catch (RemoteException e)
        {
            return $"Uploads are refused: {Sentence(e)}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Uploads are refused: {kubo.Name} does not answer. {IsItRunning}";
        }
    }

    /// <summary>Asks the daemon how it writes; one that does not tell is warned of once.</summary>
    /// <exception cref="RemoteException">The daemon does not answer, or refuses us.</exception>
    public async Task<KuboFlush> AskAsync(CancellationToken cancellationToken)
    {
        var flush = await durability.AskAsync(cancellationToken);
        if (flush.Flushing == Flushing.Unknown && Interlocked.Exchange(ref _told, 1) == 0)
            Unknown($"it {flush.Reason}");
        return flush;
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

    /// <summary>What an upload is answered that the daemon did not take; null when its own words will do.</summary>
    public ApiException? Refusal(RemoteException failure)
    {
        if (KuboAnswers.Of(failure) != KuboAnswer.Full)
            return null;
        _fullAt = time.GetTimestamp();
        return new(507, "DISK_FULL", $"{IsFull} ({failure.Message})", TimeSpan.FromMinutes(5));
    }

    private string IsFull => $"the disk of {kubo.Name} is full. Make room there, or collect what nobody pins: ipfs repo gc.";

    private const string IsItRunning = "Is it running? Its log says why not: a repository that another daemon has locked, or that a newer "
        + "version has changed, keeps it from starting.";

    private string Sentence(RemoteException e) => KuboAnswers.Of(e) switch
    {
        KuboAnswer.Denied => $"{e.Message} Give the server a token (--kubo-token-file) that may do /api/v0/version, /api/v0/config/show, "
            + "/api/v0/block, /api/v0/dag/import, /api/v0/pin and /api/v0/repo/stat (its AllowedPaths in API.Authorizations).",
        KuboAnswer.Full => IsFull,
        KuboAnswer.Down => $"{e.Message} {IsItRunning}",
        _ => e.Message,
    };

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "It is not known whether the Kubo daemon writes its blocks through to the disk ({Reason}): what this server takes is as "
            + "durable as that daemon's repository, and nodes from 0.4 on release nothing by it")]
    private partial void Unknown(string reason);
}
