using MassTransit.SqlTransport.Sqlite;
using Wanda.CaptureProducer;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>
/// Whether everything is done: each frame previewed (or known to have none), proven and released, each session archived and proven, the
/// name published, and no message left.
/// </summary>
internal sealed class Settlement(Catalogue catalogue, HoldQuery holds, ISqliteQueues queues, CaptureProgress capture)
{
    private const int Page = 500;

    /// <summary>
    /// What is not done yet, a sentence a frame, session or queue; empty when all is settled. At most <paramref name="limit"/> sentences.
    /// </summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(int limit, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (!capture.IsIdle)
            problems.Add("frames are still being taken");
        await foreach (var problem in AllAsync(cancellationToken))
        {
            if (problems.Count >= limit)
                break;
            problems.Add(problem);
        }

        return problems;
    }

    private async IAsyncEnumerable<string> AllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Contracts.CaptureId? after = null;
        while (await catalogue.Captures.HereAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var frame in page)
                yield return $"{frame.Session}/{frame.Number} {frame.FileName}: {await WhyHereAsync(frame, cancellationToken)}";
            after = page[^1].Id;
        }

        var due = (await catalogue.Originals.CountsAsync(cancellationToken))
            .Where(c => c is { State: OriginalState.Here or OriginalState.Freeing, Released: true }).Sum(c => c.Files);
        if (due > 0)
            yield return $"{due} originals are not freed yet";
        foreach (var session in await catalogue.Sessions.ListAsync(cancellationToken))
        {
            if (await WhyUnsettledAsync(session, cancellationToken) is { } why)
                yield return $"session {session.Name}: {why}";
        }

        if (await catalogue.Captures.NewestAsync(1, cancellationToken) is [])
        {
            yield return "no frame has come yet";
            yield break;
        }

        var names = await catalogue.Node.NamesAsync(cancellationToken);
        if (names.Count == 0 || names.Any(n => n.PublishedAt is null))
            yield return $"the node's name is not published{(names.FirstOrDefault()?.Problem is { } problem ? $": {problem}" : " yet")}";
        foreach (var queue in await queues.ListAsync(cancellationToken))
        {
            if (queue.Ready + queue.InFlight + queue.Scheduled is var waiting and > 0)
            {
                var why = QueuePause.Of(queue.Paused) is { } pause ? $", paused: {pause.Reason}" : "";
                yield return $"queue {queue.Name}: {waiting} messages{why}";
            }

            if (queue.Error + queue.DeadLetter is var failed and > 0)
                yield return $"queue {queue.Name}: {failed} messages failed; see 'wanda queue show {queue.Name}'";
        }
    }

    private async Task<string> WhyHereAsync(CaptureRecord frame, CancellationToken cancellationToken)
    {
        if (frame.Cid is null)
            return "has no CID yet";
        if ((await catalogue.Custody.ProofsOfAsync(frame.Id.ToString(), cancellationToken)).Count > 0)
        {
            return await holds.OfAsync(frame, cancellationToken) is { } hold ? $"not released: {HoldWords.Of(hold)}"
                : frame.HoldReason is { } reason ? $"not released: {HoldWords.Of(reason)}" : "proven, about to be released";
        }

        var last = (await catalogue.Events.OfAsync(frame.Id.ToString(), 1, cancellationToken)).LastOrDefault();
        return last is { Kind: EventKind.Failed or EventKind.Lost } ? $"not proven: {last.Detail}" : "not proven yet";
    }

    private async Task<string?> WhyUnsettledAsync(SessionRecord session, CancellationToken cancellationToken)
    {
        var frames = await catalogue.Captures.OfSessionAsync(session.Name, cancellationToken);
        if (frames.Count == 0)
            return null;
        if (session.DirectoryCid is not { } directory || session.ArchivedFrames < frames.Count(f => f.DiscardedAt is null)
            || session.EndedAt > session.ArchivedAt)
        {
            return "not archived yet";
        }

        var proofs = await catalogue.Custody.ProofsOfAsync(session.Name.Value, cancellationToken);
        return proofs.Any(p => p.Cid == directory) ? null : "its archive is not proven yet";
    }
}
