using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What an operator may do to a queue.</summary>
public sealed class QueueCommands(ISqliteQueues queues, Catalogue catalogue, TimeProvider time)
{
    /// <summary>
    /// So many stuck messages come back a second unless told otherwise: a destination that has just recovered is not buried (law 4).
    /// </summary>
    public const double RetriesPerSecond = 20;

    /// <summary>The fewest that may be asked for: one in about a quarter of an hour.</summary>
    public const double SlowestRetries = 0.001;

    /// <summary>The most.</summary>
    public const double FastestRetries = 10_000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(365);

    /// <summary>Tries what is stuck in a queue again, oldest first.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="limit">At most so many; null for all.</param>
    /// <param name="perSecond">So many a second, 0.001 to 10,000; null for <see cref="RetriesPerSecond"/>.</param>
    /// <param name="cancellationToken">Stops between batches; what went back stays so.</param>
    /// <returns>How many messages went back.</returns>
    /// <exception cref="OpsException">There is no such queue, or a number is out of its range.</exception>
    public async Task<int> RetryAsync(string queue, int? limit, double? perSecond, CancellationToken cancellationToken)
    {
        await EnsureAsync(queue, limit, perSecond, cancellationToken);
        var count = 0;
        foreach (var part in StuckWork.Parts.TakeWhile(_ => limit is null || count < limit))
            count += await queues.RequeueAsync(queue, part, limit - count, perSecond ?? RetriesPerSecond, cancellationToken);
        return count;
    }

    /// <summary>
    /// Tries what would come back later now, the next one first. Nothing comes later than it would have, and no attempt is forgotten.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="limit">At most so many; null for all.</param>
    /// <param name="perSecond">So many a second, 0.001 to 10,000; null for <see cref="RetriesPerSecond"/>.</param>
    /// <param name="cancellationToken">Stops between batches; what was brought forward stays so.</param>
    /// <returns>How many come sooner.</returns>
    /// <exception cref="OpsException">There is no such queue, or a number is out of its range.</exception>
    public async Task<int> RetryLaterAsync(string queue, int? limit, double? perSecond, CancellationToken cancellationToken)
    {
        await EnsureAsync(queue, limit, perSecond, cancellationToken);
        return await queues.BringForwardAsync(queue, limit, perSecond ?? RetriesPerSecond, cancellationToken);
    }

    /// <summary>Tries one stuck message again.</summary>
    /// <returns>False when it is not stuck any more.</returns>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<bool> RetryAsync(string queue, long deliveryId, CancellationToken cancellationToken)
    {
        await EnsureAsync(queue, cancellationToken);
        return await queues.RequeueAsync(queue, deliveryId, cancellationToken);
    }

    /// <summary>Stops a queue's work, in every process and across restarts.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="reason">Why: 1 to 200 characters.</param>
    /// <param name="length">After which it resumes by itself, a year at most; null until it is resumed.</param>
    /// <param name="cancellationToken">Withdraws the request.</param>
    /// <returns>When it resumes by itself, UTC, or null.</returns>
    /// <exception cref="OpsException">There is no such queue, no reason was given, or the length makes no sense.</exception>
    public async Task<DateTimeOffset?> PauseAsync(string queue, string reason, TimeSpan? length, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 200)
            throw new OpsException("Say why in 1 to 200 characters: whoever looks at 3 a.m. will want to know.");
        if (length is { } asked && (asked <= TimeSpan.Zero || asked > LongestPause))
            throw new OpsException("A pause lasts longer than no time and at most a year; without a length it lasts until it is resumed.");
        await EnsureAsync(queue, cancellationToken);
        var until = length is { } span ? time.GetUtcNow() + span : (DateTimeOffset?)null;
        await queues.PauseAsync(queue, PauseCode.Operator, reason.Trim(), until, cancellationToken);
        return until;
    }

    /// <summary>
    /// Lets a queue's work go on; a destination whose breaker paused it is tried at once. What waits there for its time is tried now too,
    /// <see cref="RetriesPerSecond"/> a second: its delay was reckoned for the pause.
    /// </summary>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<ResumedQueue> ResumeAsync(string queue, CancellationToken cancellationToken)
    {
        await EnsureAsync(queue, cancellationToken);
        // The queue's pause may be over, and the destination not tried yet.
        var wasPaused = false;
        foreach (var destination in await catalogue.Destinations.ListAsync(cancellationToken))
        {
            if (QueueNames.Offload(destination.Name) != queue)
                continue;
            wasPaused = destination.State == DestinationState.Paused;
            await catalogue.Destinations.TryNowAsync(destination.Name, cancellationToken);
        }

        wasPaused |= await queues.ResumeAsync(queue, cancellationToken);
        return new(wasPaused, wasPaused ? await queues.BringForwardAsync(queue, null, RetriesPerSecond, cancellationToken) : 0);
    }

    /// <summary>
    /// Forgets what is stuck in a queue. No frame goes with it: the catalogue knows what each one still needs, and the next reconciliation
    /// queues that again.
    /// </summary>
    /// <returns>How many messages are forgotten.</returns>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<int> PurgeAsync(string queue, CancellationToken cancellationToken)
    {
        await EnsureAsync(queue, cancellationToken);
        var count = 0;
        foreach (var part in StuckWork.Parts)
            count += await queues.PurgeAsync(queue, part, cancellationToken);
        return count;
    }

    private Task EnsureAsync(string queue, int? limit, double? perSecond, CancellationToken cancellationToken)
    {
        if (limit < 1)
            throw new OpsException($"{limit} messages cannot be tried again: name 1 or more, or none for all.");
        if (perSecond is { } rate && !(rate >= SlowestRetries && rate <= FastestRetries))
        {
            throw new OpsException(
                $"Nothing was tried again: {rate} a second is no rate. Write a number from {SlowestRetries} to {FastestRetries}.");
        }

        return EnsureAsync(queue, cancellationToken);
    }

    private async Task EnsureAsync(string queue, CancellationToken cancellationToken)
    {
        if (await queues.FindAsync(queue, cancellationToken) is null)
            throw QueueQuery.NoQueue(queue);
    }
}

/// <summary>What came of a queue that was told to go on.</summary>
/// <param name="WasPaused">Whether it was paused.</param>
/// <param name="Sooner">How many of its messages come sooner than they would have.</param>
public sealed record ResumedQueue(bool WasPaused, int Sooner);
