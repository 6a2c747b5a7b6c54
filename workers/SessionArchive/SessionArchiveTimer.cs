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
            await AskAsync(session.Name, cancellationToken);
        // Archives that tell what they should not are made anew, but one a round: after an upgrade there may be years of them, and tonight
        // goes first.
        var publish = options.Privacy.Publish;
        var telling = await catalogue.Sessions.TellingOtherwiseAsync(publish, cancellationToken);
        if (telling.Count == 0)
            await catalogue.Sessions.NoneTellsOtherwiseAsync(publish, cancellationToken);
        foreach (var session in telling)
        {
            if (await AskAsync(session.Name, cancellationToken))
                return;
        }
    }

    private async Task<bool> AskAsync(SessionName session, CancellationToken cancellationToken)
    {
        if (await queues.ContainsAsync(QueueNames.SessionArchive, session.CorrelationId, orFailed: true, cancellationToken))
            return false;
        await bus.Publish(new SessionArchiveDue { Session = session }, cancellationToken);
        return true;
    }
}
