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
        var due = await catalogue.Sessions.DueForArchiveAsync(cancellationToken);
        // Archives that tell what they should not are made anew, but one a round: after an upgrade there may be years of them, and tonight
        // goes first.
        var telling = await catalogue.Sessions.TellingOtherwiseAsync(options.Privacy.Publish, cancellationToken);
        foreach (var session in due.UnionBy(telling.ExceptBy(due.Select(d => d.Name), t => t.Name).Take(1), s => s.Name))
        {
            if (!await queues.ContainsAsync(QueueNames.SessionArchive, session.Name.CorrelationId, orFailed: true, cancellationToken))
                await bus.Publish(new SessionArchiveDue { Session = session.Name }, cancellationToken);
        }
    }
}
