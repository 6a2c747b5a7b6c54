using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Offload;

/// <summary>
/// Brings frames and session directories to one destination and makes it prove that it holds them. One instance and one queue a
/// destination.
/// </summary>
internal sealed class OffloadConsumer(
    Offloader destination, Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, FrameFiles files, JournalWriter journal,
    ReleaseNews release, ILogger<OffloadConsumer> log) :
    IConsumer<CaptureAdded>, IConsumer<SessionArchived>
{
    public async Task Consume(ConsumeContext<CaptureAdded> context)
    {
        var cancellationToken = context.CancellationToken;
        if (await catalogue.Captures.FindOrTellAsync(context.Message.CaptureId, log, cancellationToken)
            is not { DiscardedAt: null, Cid: not null } capture)
        {
            return;
        }

        var item = OffloadItem.Of(capture);
        if (!await destination.IsProvenAsync(item, cancellationToken))
        {
            if (await OffloadAsync(item, capture, cancellationToken) is not { } proof)
                return;
            await journal.WriteAsync(capture.Session, cancellationToken);
        }

        if (!await release.IsAwaitedAsync(cancellationToken))
            return;
        // Sent again when the message comes a second time: a crash may have come between the proof and this (law 3).
        await context.Publish(
            new CaptureProven { CaptureId = capture.Id, Session = capture.Session, Cid = capture.Cid, Destination = destination.Name },
            cancellationToken);
    }

    public async Task Consume(ConsumeContext<SessionArchived> context)
    {
        var cancellationToken = context.CancellationToken;
        // The newest archive, whatever the message says: an older one has nothing to add.
        var session = await catalogue.Sessions.FindAsync(context.Message.Session, cancellationToken);
        if (session?.DirectoryCid is not { } directory)
            return;
        var item = OffloadItem.Of(session, await catalogue.Captures.OfSessionAsync(session.Name, cancellationToken));
        try
        {
            if (!await destination.IsProvenAsync(item, cancellationToken)
                && (destination.Options.Drain || await destination.OffloadAsync(item, cancellationToken) is null))
            {
                return;
            }
        }
        catch (PoisonException e) when (e.Find<BlockNotFoundException>() is not null)
        {
            // Its blocks are gone from here: the block store was lost, or the catalogue is older than it. It is made anew from the rows.
            await context.Publish(new SessionArchiveDue { Session = session.Name }, cancellationToken);
            return;
        }

        await context.Publish(
            new SessionProven { Session = session.Name, DirectoryCid = directory, Destination = destination.Name }, cancellationToken);
    }

    /// <summary>
    /// Null when there is no proof to be had, nothing new is to go there, or its bytes are gone (proven elsewhere, discarded, damaged):
    /// then nothing is sent.
    /// </summary>
    private async Task<CustodyProof?> OffloadAsync(
        OffloadItem item, CaptureRecord capture, CancellationToken cancellationToken, bool again = false)
    {
        if (destination.Options.Drain || capture.ReleasingAt is not null || capture.FileLostAt is not null)
            return null;
        try
        {
            return await destination.OffloadAsync(item, cancellationToken);
        }
        catch (PoisonException e)
        {
            // Released while it was on its way (its other proofs were enough), or discarded: that is no damage, and nobody has to act.
            if (await catalogue.Captures.GetAsync(capture.Id, cancellationToken) is { ReleasingAt: not null } or { DiscardedAt: not null })
                return null;
            // A disk that is not there is no damage either.
            await root.EnsurePresentAsync(cancellationToken);
            if (again || e.Find<BlockNotFoundException>() is null)
                throw;
            // Damaged or gone here: that is on record with the frame, and no retry mends it.
            if (await files.WrongAsync(capture, everyByte: true, cancellationToken) is not null)
                return null;
            // It came back since the read failed, or the block store was lost: the same file gives the same blocks (law 5).
            await ipfs.AddFileAsync(root.Resolve(capture.Path), capture.Id.ToString(), capture.Sha256, cancellationToken);
            return await OffloadAsync(item, capture, cancellationToken, again: true);
        }
    }
}
