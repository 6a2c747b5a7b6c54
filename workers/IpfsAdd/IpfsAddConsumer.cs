using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.IpfsAdd;

/// <summary>Computes a frame's CID and pins its blocks here, in one read and without a copy.</summary>
internal sealed class IpfsAddConsumer(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, FrameFiles files, DestinationSet destinations, TimeProvider time,
    ILogger<IpfsAddConsumer> log)
    : IConsumer<CaptureSaved>
{
    public async Task Consume(ConsumeContext<CaptureSaved> context)
    {
        var cancellationToken = context.CancellationToken;
        if (await catalogue.Captures.FindOrTellAsync(context.Message.CaptureId, log, cancellationToken)
            is not { DiscardedAt: null } capture)
        {
            return;
        }

        if (capture.Cid is null)
            capture = await AddAsync(capture, cancellationToken);
        if (capture.DiscardedAt is not null)
        {
            // Discarded while it was read: what was pinned after the door closed would stay for ever.
            await ipfs.UnpinAsync(capture.Id.ToString(), cancellationToken);
            return;
        }

        // Sent again when the message comes a second time: a crash may have come between the row and this (law 3).
        await destinations.SendAsync(capture, context, time.LocalTimeZone, cancellationToken);
        // While a session is open the timer of the archives coalesces its frames. After its end its last frame is what they waited for.
        if (await catalogue.Sessions.FindAsync(capture.Session, cancellationToken) is { EndedAt: not null }
            && await catalogue.Sessions.UnaddedFramesAsync(capture.Session, cancellationToken) == 0)
        {
            await context.Publish(new SessionArchiveDue { Session = capture.Session }, cancellationToken);
        }
    }

    private async Task<CaptureRecord> AddAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (capture.FileLostAt is not null && await files.WrongAsync(capture, everyByte: false, cancellationToken) is { } still)
            throw Lost(capture, still);
        AddedFile added;
        try
        {
            // Held against what was saved in the same read, and pinned before the row says so: after a crash in between the same call gives
            // the same CID and the same pin.
            added = await ipfs.AddFileAsync(root.Resolve(capture.Path), capture.Id.ToString(), capture.Sha256, cancellationToken);
        }
        catch (IOException e) when (e is FileContentException or FileNotFoundException or DirectoryNotFoundException)
        {
            if (await files.WrongAsync(capture, everyByte: true, cancellationToken) is not { } wrong)
                throw; // It is right again: a disk that answers wrongly now and then. It is added the next time.
            throw Lost(capture, wrong);
        }

        await catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, added.Root.ToString(), added.DagSize), cancellationToken);
        // Its line in the journal comes with that of its proof, or in the journals' next round: the file gives the same CID again.
        return await catalogue.Captures.GetAsync(capture.Id, cancellationToken);
    }

    /// <summary>Its bytes were never sent anywhere: what is wrong with them no retry mends.</summary>
    private static PoisonException Lost(CaptureRecord capture, string wrong) => new(
        $"Frame {capture.Session}/{capture.Number}: {wrong}. It was not added, and no copy of it exists anywhere. What is there stays. If "
            + "you have the file as it was saved, put it back and retry this message.");
}
