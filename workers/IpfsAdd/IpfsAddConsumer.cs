using MassTransit;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.IpfsAdd;

/// <summary>Computes a frame's CID and pins its blocks here, in one read and without a copy.</summary>
internal sealed class IpfsAddConsumer(Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, TimeProvider time) : IConsumer<CaptureSaved>
{
    public async Task Consume(ConsumeContext<CaptureSaved> context)
    {
        var cancellationToken = context.CancellationToken;
        var capture = await catalogue.Captures.GetAsync(context.Message.CaptureId, cancellationToken);
        if (capture.DiscardedAt is not null)
            return;
        if (capture.Cid is null)
            capture = await AddAsync(capture, cancellationToken);
        if (capture.DiscardedAt is not null)
        {
            // Discarded while it was read: what was pinned after the door closed would stay for ever.
            await ipfs.UnpinAsync(capture.Id.ToString(), cancellationToken);
            return;
        }

        // Sent again when the message comes a second time: a crash may have come between the row and this (law 3).
        await context.Publish(capture.ToAdded(), c => c.SetPriority(Turn.Of(capture.SavedAt, time.LocalTimeZone)), cancellationToken);
    }

    private async Task<CaptureRecord> AddAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        var path = root.Resolve(capture.Path);
        var missing = !File.Exists(path);
        // Looked at after the file, not before: a disk that goes in between takes the file with it, and that is no evidence (law 5).
        await root.EnsurePresentAsync(cancellationToken);
        if (missing)
        {
            throw new PoisonException(
                $"Frame {capture.Session}/{capture.Number}: its file {capture.Path} is missing, and no copy of it exists anywhere. "
                    + "If you have it, put it back and retry this message.");
        }

        if (await SavedFile.ChangeAsync(capture, path, cancellationToken) is { } changed)
        {
            throw new PoisonException(
                $"Frame {capture.Session}/{capture.Number}: {changed}. Put the saved file back and retry this message.");
        }

        // Pinned before the row says so: after a crash in between the same call gives the same CID and the same pin.
        var added = await ipfs.AddFileAsync(path, capture.Id.ToString(), cancellationToken);
        await catalogue.Captures.AddedAsync(capture.Id, added.Root.ToString(), added.DagSize, cancellationToken);
        await SessionJournal.AppendAsync(
            root.FolderOf(capture.Session),
            new JournalEntry.FrameAdded { Id = capture.Id, Cid = added.Root.ToString(), DagBytes = added.DagSize }, cancellationToken);
        return await catalogue.Captures.GetAsync(capture.Id, cancellationToken);
    }
}
