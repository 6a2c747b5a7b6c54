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

    /// <summary>Completes when something changed since <paramref name="last"/> or a refresh is due, with the state to give the next time.</summary>
    public async Task<object> NextAsync(object? last, CancellationToken cancel)
    {
        var until = time.GetUtcNow() + Refresh;
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var now = await StateAsync(cancel);
            if (!now.Equals(last) || time.GetUtcNow() >= until)
                return now;
        }

        throw new OperationCanceledException(cancel);
    }

    private async Task<(long Events, long Queues)> StateAsync(CancellationToken cancel)
    {
        var hash = new HashCode();
        foreach (var q in await queues.ListAsync(cancel))
            hash.Add((q.Name, q.Ready, q.InFlight, q.Scheduled, q.Error + q.Skipped + q.DeadLetter, q.TotalEnqueued, q.Paused));
        return (await catalogue.Events.NewestAsync(cancel), hash.ToHashCode());
    }
}
