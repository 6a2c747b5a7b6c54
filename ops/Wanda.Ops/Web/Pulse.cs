using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;

namespace Wanda.Ops.Web;

/// <summary>Tells a stream when there may be something new to show.</summary>
internal sealed class Pulse(Catalogue catalogue, ISqliteQueues queues, TimeProvider time)
{
    /// <summary>How soon a change is seen.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a view is drawn again though nothing happened: ages grow, and not every change has an event.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Completes when something changed since <paramref name="last"/> or a refresh is due, with the state to give the next time.
    /// </summary>
    public async Task<object> NextAsync(object? last, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Refresh;
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = await StateAsync(cancellationToken);
            if (!now.Equals(last) || time.GetUtcNow() >= until)
                return now;
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task<(long Events, long Queues)> StateAsync(CancellationToken cancellationToken)
    {
        var hash = new HashCode();
        foreach (var q in await queues.ListAsync(cancellationToken))
            hash.Add((q.Name, q.Ready, q.InFlight, q.Scheduled, q.Error + q.Skipped + q.DeadLetter, q.TotalEnqueued, q.Paused));
        return (await catalogue.Events.NewestAsync(cancellationToken), hash.ToHashCode());
    }
}
