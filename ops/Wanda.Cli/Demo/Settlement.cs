using MassTransit.SqlTransport.Sqlite;
using Wanda.CaptureProducer;
using Wanda.Catalog;

namespace Wanda.Cli.Demo;

/// <summary>
/// Whether everything is done: each frame previewed (or known to have none), proven and released, each session archived and proven, the name
/// published, and no message left.
/// </summary>
internal sealed class Settlement(Catalogue catalogue, ISqliteQueues queues, CaptureProgress capture)
{
    private const int Page = 500;

    /// <summary>What is not done yet, a sentence a frame, session or queue; empty when all is settled. At most <paramref name="limit"/> sentences.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(int limit, CancellationToken cancel)
    {
        var problems = new List<string>();
        if (!capture.IsIdle)
            problems.Add("frames are still being taken");
        await foreach (var problem in AllAsync(cancel))
        {
            if (problems.Count >= limit)
                break;
            problems.Add(problem);
        }

        return problems;
    }

    private async IAsyncEnumerable<string> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        Contracts.CaptureId? after = null;
        while (await catalogue.Captures.HereAsync(after, Page, cancel) is { Count: > 0 } page)
        {
            foreach (var frame in page)
                yield return $"{frame.Session}/{frame.Number} {frame.FileName}: {await WhyHereAsync(frame, cancel)}";
            after = page[^1].Id;
        }

        foreach (var session in await catalogue.Sessions.ListAsync(cancel))
        {
            if (await WhyUnsettledAsync(session, cancel) is { } why)
                yield return $"session {session.Name}: {why}";
        }

        if (await catalogue.Captures.NewestAsync(1, cancel) is [])
        {
            yield return "no frame has come yet";
            yield break;
        }

        var names = await catalogue.Node.NamesAsync(cancel);
        if (names.Count == 0 || names.Any(n => n.PublishedAt is null))
            yield return $"the node's name is not published{(names.FirstOrDefault()?.Problem is { } problem ? $": {problem}" : " yet")}";
        foreach (var queue in await queues.ListAsync(cancel))
        {
            if (queue.Ready + queue.InFlight + queue.Scheduled is var waiting and > 0)
                yield return $"queue {queue.Name}: {waiting} messages{(queue.Paused is { } pause ? $", paused: {pause.Reason}" : "")}";
            if (queue.Error + queue.DeadLetter is var failed and > 0)
                yield return $"queue {queue.Name}: {failed} messages failed; see 'wanda queue show {queue.Name}'";
        }
    }

    private async Task<string> WhyHereAsync(CaptureRecord frame, CancellationToken cancel)
    {
        if (frame.Cid is null)
            return "has no CID yet";
        if (frame.HoldReason is { } hold)
            return $"not released: {hold}";
        var proofs = await catalogue.Custody.ProofsOfAsync(frame.Id.ToString(), cancel);
        if (proofs.Count > 0)
            return frame.Preview == PreviewState.Pending ? "has no preview yet" : "proven, about to be released";
        var last = (await catalogue.Events.OfAsync(frame.Id.ToString(), 1, cancel)).LastOrDefault();
        return last is { Kind: EventKind.Failed or EventKind.Lost } ? $"not proven: {last.Detail}" : "not proven yet";
    }

    private async Task<string?> WhyUnsettledAsync(SessionRecord session, CancellationToken cancel)
    {
        var frames = await catalogue.Captures.OfSessionAsync(session.Name, cancel);
        if (frames.Count == 0)
            return null;
        if (session.DirectoryCid is not { } directory || session.ArchivedFrames < frames.Count(f => f.DiscardedAt is null) || session.EndedAt > session.ArchivedAt)
            return "not archived yet";
        var proofs = await catalogue.Custody.ProofsOfAsync(session.Name.Value, cancel);
        return proofs.Any(p => p.Cid == directory) ? null : "its archive is not proven yet";
    }
}
