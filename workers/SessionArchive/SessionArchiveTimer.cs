using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.Workers.SessionArchive;

/// <summary>Asks for the next archive of every session that has news: one a session and interval, however many frames came.</summary>
internal sealed class SessionArchiveTimer(
    Catalogue catalogue, IBus bus, ISqliteQueues queues, WandaOptions options, PeriodicSettings settings)
    : PeriodicService("archiving sessions", options.Archive.Interval, settings)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var session in await catalogue.Sessions.DueForArchiveAsync(cancellationToken))
        {
            if (!await queues.ContainsAsync(QueueNames.SessionArchive, session.Name.CorrelationId, orFailed: true, cancellationToken))
                await bus.Publish(new SessionArchiveDue { Session = session.Name }, cancellationToken);
        }
    }
}
