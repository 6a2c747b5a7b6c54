using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Makes a destination prove once more that it holds one copy, every byte of it: by a live question while the bytes are here, by one that
/// was prepared when they are not, and by reading the copy back when there is none left.
/// </summary>
internal sealed class CopyAudit(
    Catalogue catalogue, StorageRoot root, ReadBack readBack, Challenges challenges, WandaOptions options, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The new proof; null when it has to wait for tomorrow's bytes.</summary>
    /// <param name="destination">Where the copy is.</param>
    /// <param name="item">What it is.</param>
    /// <param name="capture">The frame; null for a directory, whose blocks are always here.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NotHeldException">The copy is gone, or is another.</exception>
    /// <exception cref="DestinationDownException">It did not answer this time: one copy alone does not say that it is down.</exception>
    /// <exception cref="NotNowException">The destination is down, or paused.</exception>
    public async Task<CustodyProof?> RunAsync(
        Offloader destination, OffloadItem item, CaptureRecord? capture, CancellationToken cancellationToken)
    {
        if (capture is null || IsHere(capture))
        {
            return await ProveAsync(destination,
                cancellationToken => destination.Destination.ProveAsync(item, cancellationToken), cancellationToken);
        }

        return await AnsweredAsync(destination, item, cancellationToken)
            ?? await ReadBackAsync(destination, item, capture, cancellationToken);
    }

    /// <summary>Bytes that may still be read back today.</summary>
    public async Task<long> BytesLeftAsync(CancellationToken cancellationToken) =>
        options.Audit.DailyBytes.Bytes - await catalogue.Audits.BytesSinceAsync(time.GetUtcNow() - Day, cancellationToken);

    private bool IsHere(CaptureRecord capture) =>
        capture.ReleasingAt is null && capture.FileLostAt is null && File.Exists(root.Resolve(capture.Path));

    private async Task<CustodyProof?> AnsweredAsync(Offloader destination, OffloadItem item, CancellationToken cancellationToken)
    {
        if (destination.Destination is not IAnswersChallenges there
            || await catalogue.Audits.TakeAsync(item.Subject, item.Cid.ToString(), cancellationToken) is not { } challenge)
        {
            return null;
        }

        try
        {
            return await ProveAsync(destination,
                async cancellationToken => await there.AnswerAsync(item, challenge, cancellationToken), cancellationToken);
        }
        catch (PoisonException)
        {
            return null; // A server older than 0.2 asks for the list of blocks, which this node no longer has once the frame is released.
        }
    }

    private async Task<CustodyProof?> ReadBackAsync(
        Offloader destination, OffloadItem item, CaptureRecord capture, CancellationToken cancellationToken)
    {
        // A frame that is larger than the bytes of a whole day is read when nothing else was read that day.
        var left = await BytesLeftAsync(cancellationToken);
        if (left < (capture.DagBytes ?? capture.SizeBytes) && left < options.Audit.DailyBytes.Bytes)
            return null;
        if (destination.Destination is not IAnswersChallenges there)
        {
            return await ProveAsync(destination,
                cancellationToken => destination.Destination.ProveAsync(item, cancellationToken), cancellationToken);
        }

        // The whole frame is downloaded anyway, so the answers to the questions of the next audits are computed from the same bytes.
        using var set = new ChallengeSet(await challenges.MissingAsync(capture, cancellationToken));
        var proof = await ProveAsync(destination, async cancellationToken =>
        {
            var copy = await there.ThereAsync(item, cancellationToken);
            return await readBack.ProveAsync(item, destination.Options,
                copy with { Source = new ObservedSource(copy.Source, set.Append) }, cancellationToken);
        }, cancellationToken);
        await challenges.KeepAsync(capture, set, cancellationToken);
        return proof;
    }

    private static async Task<CustodyProof?> ProveAsync(
        Offloader destination, Func<CancellationToken, Task<CustodyProof?>> prove, CancellationToken cancellationToken)
    {
        CustodyProof? proof = null;
        await destination.TryAsync(async cancellationToken => proof = await prove(cancellationToken), cancellationToken);
        return proof;
    }

    /// <summary>Shows each block that is read to somebody else as well.</summary>
    private sealed class ObservedSource(IBlockSource inner, Action<ReadOnlySpan<byte>> seen) : IBlockSource
    {
        public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var block = await inner.ReadAsync(cid, buffer, cancellationToken);
            seen(block.Data.Span);
            return block;
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => inner.FindAsync(cid, cancellationToken);
    }
}
