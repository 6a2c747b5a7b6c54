using System.Buffers;
using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Looks at copies once more before a frame's bytes go by proofs of days ago: a destination may have been emptied since, or put back from
/// an old backup. One that answers our questions is asked for every byte; of others the root is read, which costs no download. A look
/// proves nothing: what it misses is audited, and that decides.
/// </summary>
internal sealed class LastLook(DestinationSet destinations, Catalogue catalogue, AuditRound audits, TimeProvider time)
{
    // A proof of this hour is as good as a look.
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    // Frames may have to go because the disk is full: what does not answer by then is taken for down, and not asked about each of them.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterSilence = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _silent = new();

    /// <summary>
    /// Why the frame has to stay (<see cref="DoorCode"/>); null when its copies are there, or nobody says that they are not (law 4).
    /// </summary>
    public async Task<string?> WhyItStaysAsync(
        CaptureRecord capture, IEnumerable<CustodyProof> proofs, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var proof in proofs.Where(p => now - p.ProvenAt > Fresh))
        {
            if (destinations.All.FirstOrDefault(d => d.Name == proof.Destination) is not { } destination
                || (_silent.TryGetValue(proof.Destination, out var since) && (now - since).Duration() < AfterSilence)
                || await catalogue.Destinations.FindAsync(proof.Destination, cancellationToken) is { State: DestinationState.Paused }
                || !await IsMissedAsync(destination.Destination, OffloadItem.Of(capture), cancellationToken))
            {
                continue;
            }

            await audits.AskAsync(destination, proof, cancellationToken);
            return Coded.Text(DoorCode.NotShown, destination.Name);
        }

        return null;
    }

    // Not behind the breaker, where it would wait for the uploads that are under way.
    private async Task<bool> IsMissedAsync(IDestination destination, OffloadItem item, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (destination is IAnswersChallenges)
                await destination.ProveAsync(item, either.Token);
            else if (destination is IReadable there)
                await there.ReadAsync(item, copy => ReadRootAsync(copy, item.Cid, either.Token), either.Token);
            return false;
        }
        catch (Exception e) when (e is NotHeldException or BlockNotFoundException or DagFormatException or CarFormatException)
        {
            return true;
        }
        catch (Exception e) when (e is DestinationDownException or IOException or NotNowException or PoisonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (e is not PoisonException)
                _silent[destination.Name] = time.GetUtcNow();
            return false;
        }
    }

    private static async Task ReadRootAsync(IBlockSource copy, Cid root, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            await copy.ReadAsync(root, buffer, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
