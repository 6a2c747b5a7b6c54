using MassTransit;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Workers.Reconcile;

namespace Wanda.Workers.SessionArchive;

/// <summary>Asks for the next archive of every session that has news: one a session and interval, however many frames came.</summary>
internal sealed class SessionArchiveTimer(
    Catalogue catalogue, IBus bus, QueuedWork queued, WandaOptions options, PeriodicSettings settings)
    : PeriodicService("archiving sessions", options.Archive.Interval, settings)
{
    protected override async Task RunAsync(CancellationToken cancel)
    {
        await queued.RefreshFailedAsync(cancel);
        foreach (var session in await catalogue.Sessions.DueForArchiveAsync(cancel))
        {
            if (!await queued.HasAsync(QueueNames.SessionArchive, session.Name.CorrelationId, cancel))
                await bus.Publish(new SessionArchiveDue { Session = session.Name }, cancel);
        }
    }
}
