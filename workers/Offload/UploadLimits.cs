using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Workers.Offload;

/// <summary>
/// The hours and the monthly volume in which a destination is sent to. Outside of them its queue is paused, with the reason and until when,
/// and no attempt is burnt. What is under way is finished, and audits go on.
/// </summary>
internal sealed class UploadLimits(DestinationOptions destination, Catalogue catalogue, ISqliteQueues queues, TimeProvider time)
{
    private readonly string _queue = QueueNames.Offload(destination.Name);

    /// <summary>Returns when something may be sent now.</summary>
    /// <exception cref="NotNowException">It may not.</exception>
    public async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (await ClosedAsync(cancellationToken) is not { } closed)
            return;
        // The first to come pauses it; and an operator's own pause is not replaced by one that ends.
        if (await PauseAsync(cancellationToken) is null)
        {
            // For the policy a month that is used up is an outage: frames that are proven elsewhere are not kept for it until the next one.
            if (closed.Code == PauseCode.MonthlyVolume)
            {
                await catalogue.Destinations.PauseAsync(
                    destination.Name, closed.Code, closed.Limit, closed.Until, cancellationToken);
            }

            await queues.PauseAsync(_queue, closed.Code, closed.Limit, closed.Until, cancellationToken);
        }

        // The queue's pause alone holds the message: when that ends before its time, so does the message's wait.
        throw new NotNowException($"{destination.Name}: {closed.Code}, {closed.Limit}.", destination.MinPause);
    }

    /// <summary>Ends a pause of ours that the configuration, or the clock, has overtaken.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        // Others' are left alone.
        if ((await PauseAsync(cancellationToken))?.Why() is PauseCode.UploadWindow or PauseCode.MonthlyVolume
            && await ClosedAsync(cancellationToken) is null)
        {
            await queues.ResumeAsync(_queue, cancellationToken);
        }
    }

    private async Task<(PauseCode Code, string Limit, DateTimeOffset Until)?> ClosedAsync(CancellationToken cancellationToken)
    {
        if (destination.Window is { } window && window.OpensAt(time.GetUtcNow(), time.LocalTimeZone) is { } opens)
            return (PauseCode.UploadWindow, window.ToString(), opens);
        if (destination.MonthlyVolume is { } volume
            && await catalogue.Destinations.SentAsync(destination.Name, UploadMonth.Of(time), cancellationToken) >= volume.Bytes)
        {
            return (PauseCode.MonthlyVolume, volume.ToString(), UploadMonth.NextBegins(time));
        }

        return null;
    }

    private async Task<SqliteQueuePause?> PauseAsync(CancellationToken cancellationToken) =>
        (await queues.FindAsync(_queue, cancellationToken))?.Paused;
}
