using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Workers.Offload;

/// <summary>
/// A destination's circuit breaker (law 4). An outage pauses its queue, in the queue's own file, and no attempt is burnt: that pause
/// survives a restart, and the queue shortens it when the clock was set back. After it one item goes alone; when it is through two, then
/// four, up to all.
/// </summary>
internal sealed class DestinationBreaker(
    DestinationOptions destination, Catalogue catalogue, ISqliteQueues queues, TimeProvider time) : IDisposable
{
    /// <summary>A server that asks for more is not believed: it may have been set up wrongly, and nobody is awake.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(6);

    private readonly string _queue = QueueNames.Offload(destination.Name);
    private readonly RampUp _ramp = new(destination.Concurrency);
    private readonly SemaphoreSlim _pausing = new(1, 1);

    /// <summary>Runs one piece of work against the destination, or says how long to wait.</summary>
    /// <exception cref="NotNowException">It is paused, or just failed.</exception>
    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(work, opens: true, cancellationToken);

    /// <summary>
    /// Runs one piece of many, of which one that fails says nothing of the destination yet: the caller does (<see cref="DownAsync"/>). One
    /// that was down before the piece is down still.
    /// </summary>
    /// <exception cref="DestinationDownException">It failed at this piece.</exception>
    /// <exception cref="NotNowException">It is paused, or down as it was before.</exception>
    public Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(work, opens: false, cancellationToken);

    /// <summary>Pauses a destination that failed at one piece after the other.</summary>
    /// <returns>What its callers are told until it is tried again.</returns>
    public async Task<NotNowException> DownAsync(DestinationDownException down)
    {
        _ramp.Narrow();
        return new NotNowException(down.Message, await OpenAsync(down), down);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work, bool opens, CancellationToken cancellationToken)
    {
        if (await HasFailedAsync(cancellationToken))
            _ramp.Narrow();
        await _ramp.EnterAsync(cancellationToken);
        try
        {
            // The queue is paused, but messages that were fetched before the pause are already in this process: they have to wait too.
            if (await HasFailedAsync(cancellationToken) && await PauseAsync(cancellationToken) is { } pause)
                throw new NotNowException($"{destination.Name} is paused: {pause.Reason}", Rest(pause));
            await AttemptAsync(work, opens, cancellationToken);
        }
        finally
        {
            _ramp.Leave();
        }
    }

    public void Dispose() => _pausing.Dispose();

    private async Task AttemptAsync(Func<CancellationToken, Task> work, bool opens, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (DestinationDownException e)
        {
            if (opens || await HasFailedAsync(CancellationToken.None))
                throw await DownAsync(e);
            throw;
        }

        await catalogue.Destinations.SucceededAsync(destination.Name, cancellationToken);
        _ramp.Widen();
    }

    /// <summary>Opens the circuit. No cancellation: an outage that was seen is on record.</summary>
    private async Task<TimeSpan> OpenAsync(DestinationDownException down)
    {
        await _pausing.WaitAsync(CancellationToken.None);
        try
        {
            // Several uploads at once see the same outage: the first one pauses the queue, and it counts as one failure. A pause by the
            // operator has no end, and is not replaced by this one, which has.
            if (await PauseAsync(CancellationToken.None) is { } paused)
                return Rest(paused);
            var failures = (await catalogue.Destinations.FindAsync(destination.Name, CancellationToken.None))?.Failures ?? 0;
            var pause = down.NeedsOperator ? destination.MaxPause : Backoff.Delay(failures, destination.MinPause, destination.MaxPause);
            if (down.RetryAfter > pause)
                pause = down.RetryAfter.Value < MaxRetryAfter ? down.RetryAfter.Value : MaxRetryAfter;
            var until = time.GetUtcNow() + pause;
            var code = down.NeedsOperator ? PauseCode.NeedsOperator : PauseCode.Outage;
            await catalogue.Destinations.PauseAsync(destination.Name, code, down.Words, until, CancellationToken.None);
            await queues.PauseAsync(_queue, code, down.Words, until, CancellationToken.None);
            return pause;
        }
        finally
        {
            _pausing.Release();
        }
    }

    private async Task<bool> HasFailedAsync(CancellationToken cancellationToken) =>
        await catalogue.Destinations.FindAsync(destination.Name, cancellationToken) is { State: DestinationState.Paused };

    private async Task<SqliteQueuePause?> PauseAsync(CancellationToken cancellationToken) =>
        (await queues.FindAsync(_queue, cancellationToken))?.Paused;

    private TimeSpan Rest(SqliteQueuePause pause)
    {
        var rest = pause.Until - time.GetUtcNow() ?? destination.MaxPause;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
