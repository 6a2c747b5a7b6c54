using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.IpnsPublish;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Reconcile;

/// <summary>
/// Law 5: any store can be rebuilt from the others. Compares the catalogue with queue and disk, and sends to the queue of each consumer the
/// work that has no message. It adds none for work that has one (law 3), and concludes nothing from a storage root that is not there.
/// </summary>
internal sealed partial class Reconciler(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, DestinationSet destinations, ISqliteQueues queues, IpnsPublisher name,
    JournalRound journals, FrameFiles files, IBus bus, TimeProvider time, ILogger<Reconciler> log)
{
    private const int Page = 200;

    // The first round, and one before which something was lost or moved, looks at all that is here. The others look at so many in turn:
    // what had its message once has it still.
    private const int WorkARound = 4000;

    // Each look costs a card a read or two: all of 60,000 frames are seen in eight hours. What is sent or released is looked at then.
    private const int LooksARound = 2000;

    private static readonly SqliteQueuePart[] Waiting =
        [SqliteQueuePart.Ready, SqliteQueuePart.Scheduled, SqliteQueuePart.Error, SqliteQueuePart.DeadLetter];

    private readonly Dictionary<string, CaptureId?> _sought = [];
    private CaptureId? _looked;
    private string? _known;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        await ArriveAsync(cancellationToken);
        if (await KnownAsync(cancellationToken) is var known && known != _known)
            _sought.Clear();
        var everybody = known != _known;
        var sent = 0;
        sent += await SendAsync(PendingAsync(catalogue.Captures.UnpreviewedAsync), QueueNames.Thumbnail, c => c.ToSaved(), everybody,
            cancellationToken);
        sent += await SendAsync(PendingAsync(catalogue.Captures.UnaddedAsync), QueueNames.IpfsAdd, c => c.ToSaved(), everybody,
            cancellationToken);
        foreach (var destination in destinations.Taking)
        {
            sent += await SendAsync(MissingAsync(destination), QueueNames.Offload(destination.Name), c => c.ToAdded(), everybody,
                cancellationToken);
        }

        _known = known;
        sent += await SessionsAsync(cancellationToken);
        await EmptyFormerAsync(cancellationToken);
        await journals.RunAsync(cancellationToken);
        await FilesAsync(cancellationToken);
        if (sent > 0)
            PutBack(sent);
    }

    /// <summary>What can make all that was proven missing: another place, a doubt, a copy that an audit did not find.</summary>
    private async Task<string> KnownAsync(CancellationToken cancellationToken) => string.Join('\n',
        (await catalogue.Destinations.ListAsync(cancellationToken))
            .Select(d => d.Standing)
            .Append($"{await catalogue.Audits.LastLossAsync(cancellationToken):O}"));

    /// <summary>The next few, and where the next after them begin; null: there are none.</summary>
    private delegate Task<(IReadOnlyList<CaptureRecord> Frames, CaptureId? Next)> Seek(
        CaptureId? after, CancellationToken cancellationToken);

    private static Seek PendingAsync(Func<CaptureId?, int, CancellationToken, Task<IReadOnlyList<CaptureRecord>>> pending) =>
        async (after, cancellationToken) =>
        {
            var page = await pending(after, Page, cancellationToken);
            return (page, page.Count == Page ? page[^1].Id : null);
        };

    private Seek MissingAsync(Offloader destination) => async (after, cancellationToken) =>
    {
        if (await catalogue.Captures.EndOfHereAsync(after, Page, cancellationToken) is not { } end)
            return ([], null);
        return (destination.GivesProof
            ? await catalogue.Captures.UnprovenAtAsync(destination.Name, after, end, Page, cancellationToken)
            : await catalogue.Captures.UntakenAtAsync(destination.Name, after, end, Page, cancellationToken), end);
    };

    private async Task<int> SendAsync<T>(
        Seek missing, string queue, Func<CaptureRecord, T> message, bool everybody, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        var sent = 0;
        var after = _sought.GetValueOrDefault(queue);
        for (var looked = 0; everybody || looked < WorkARound; looked += Page)
        {
            (var page, after) = await missing(after, cancellationToken);
            foreach (var capture in page)
            {
                if (await HasAsync(queue, capture.Id.Value, cancellationToken))
                    continue;
                await endpoint.Send(message(capture), c => c.SetPriority(Turn.Of(capture.SavedAt, time.LocalTimeZone)), cancellationToken);
                sent++;
            }

            if (after is null)
                break;
        }

        _sought[queue] = after;
        return sent;
    }

    /// <summary>
    /// What waits, failed or paused the queue where a destination pointed before says nothing of where it points now: it is sent anew.
    /// </summary>
    private async Task ArriveAsync(CancellationToken cancellationToken)
    {
        var known = await catalogue.Destinations.ListAsync(cancellationToken);
        foreach (var moved in known.Where(d => d is { Configured: true, MovedAt: not null }))
        {
            var queue = QueueNames.Offload(moved.Name);
            foreach (var part in Waiting)
                await queues.PurgeAsync(queue, part, cancellationToken);
            // An operator's pause, and one for its hours, are of the name.
            if ((await queues.FindAsync(queue, cancellationToken))?.Paused?.Why()
                is PauseCode.Outage or PauseCode.NeedsOperator or PauseCode.MonthlyVolume)
            {
                await queues.ResumeAsync(queue, cancellationToken);
            }

            await catalogue.Destinations.ArrivedAsync(moved.Name, cancellationToken);
        }
    }

    /// <summary>
    /// What is in the queue of a destination that is not configured any more, and the archives that still come into it, nobody works on.
    /// Were it back, all of it would be found missing, and sent.
    /// </summary>
    private async Task EmptyFormerAsync(CancellationToken cancellationToken)
    {
        var today = destinations.All.Select(d => QueueNames.Offload(d.Name)).ToHashSet();
        foreach (var queue in await queues.ListAsync(cancellationToken))
        {
            if (!queue.Name.StartsWith(QueueNames.Offload(""), StringComparison.Ordinal) || today.Contains(queue.Name))
                continue;
            foreach (var part in Waiting)
                await queues.PurgeAsync(queue.Name, part, cancellationToken);
            await queues.ResumeAsync(queue.Name, cancellationToken);
        }
    }

    private async Task<int> SessionsAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        SessionProven? proven = null;
        foreach (var session in await catalogue.Sessions.ListAsync(cancellationToken))
        {
            // A session without an archive is left to the timer of the archives, which looks for those at its own start as well.
            if (session.DirectoryCid is not { } directory)
                continue;
            foreach (var destination in destinations.Taking)
            {
                if (await catalogue.Custody.FindProofAsync(destination.Name, session.Name.Value, directory, cancellationToken) is not null)
                {
                    proven = new SessionProven { Session = session.Name, DirectoryCid = directory, Destination = destination.Name };
                }
                else if (destination.GivesProof
                    || (await catalogue.Custody.FindPushAsync(destination.Name, session.Name.Value, cancellationToken))?.Cid != directory)
                {
                    sent += await SendAsync(QueueNames.Offload(destination.Name),
                        new SessionArchived { Session = session.Name, DirectoryCid = directory, Frames = session.ArchivedFrames },
                        session.Name, cancellationToken);
                }
            }
        }

        // One message is enough, whichever session it names: the publisher always takes the newest state of all sessions.
        if (proven is not null && await name.IsDueAsync(cancellationToken))
            sent += await SendAsync(QueueNames.IpnsPublish, proven, proven.Session, cancellationToken);
        return sent;
    }

    private async Task<int> SendAsync<T>(string queue, T message, SessionName session, CancellationToken cancellationToken)
        where T : class
    {
        if (await HasAsync(queue, session.CorrelationId, cancellationToken))
            return 0;
        await (await bus.GetSendEndpoint(new Uri($"queue:{queue}"))).Send(message, c => c.SetPriority(Turn.First), cancellationToken);
        return 1;
    }

    /// <summary>
    /// One look: a message that fails meanwhile is not missed. A failed one is not sent a second time: it waits for the operator.
    /// </summary>
    private Task<bool> HasAsync(string queue, Guid work, CancellationToken cancellationToken) =>
        queues.ContainsAsync(queue, work, orFailed: true, cancellationToken);

    /// <summary>
    /// Looks whether files are here as they were saved: those that were missing, which may be back, and of the others the next few in turn.
    /// </summary>
    private async Task FilesAsync(CancellationToken cancellationToken)
    {
        foreach (var capture in await catalogue.Captures.FilesLostAsync(null, Page, cancellationToken))
            await LookAsync(capture, () => files.WrongAsync(capture, everyByte: false, cancellationToken));
        for (var looked = 0; looked < LooksARound;)
        {
            var page = await catalogue.Captures.HereAsync(_looked, Page, cancellationToken);
            foreach (var capture in page.Where(c => c.ReleasingAt is null))
            {
                await LookAsync(capture, async () =>
                {
                    if (await files.WrongAsync(capture, everyByte: false, cancellationToken) is null)
                        await RestoreBlocksAsync(capture, cancellationToken);
                });
            }

            _looked = page.Count < Page ? null : page[^1].Id;
            if (_looked is null)
                return;
            looked += page.Count;
        }
    }

    /// <summary>One file that cannot be looked at, or read, holds up no other (law 8).</summary>
    private async Task LookAsync(CaptureRecord capture, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CannotBeRead(capture.Session, capture.Number, e.Message);
        }
    }

    /// <summary>A block store that was lost is made again from the frames: the same file gives the same CID and the same pin.</summary>
    private async Task RestoreBlocksAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (capture.Cid is null || await ipfs.FindAsync(Cid.Parse(capture.Cid), cancellationToken) is not null)
            return;
        try
        {
            await ipfs.AddFileAsync(root.Resolve(capture.Path), capture.Id.ToString(), capture.Sha256, cancellationToken);
            AddedAgain(capture.Session, capture.Number);
        }
        catch (FileContentException)
        {
            await files.WrongAsync(capture, everyByte: true, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Put {Count} pieces of work back into their queues: they had no message.")]
    private partial void PutBack(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of {Session}/{Number} cannot be looked at now: {Reason}")]
    private partial void CannotBeRead(SessionName session, int number, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Added {Session}/{Number} again: its blocks were gone.")]
    private partial void AddedAgain(SessionName session, int number);
}
