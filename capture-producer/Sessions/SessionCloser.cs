using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>Ends the sessions that nobody adds to any more: nights that are over, and what a crash left open.</summary>
internal sealed class SessionCloser(
    Catalogue catalogue, ActiveSessions active, WandaOptions options, TimeProvider time, PeriodicSettings settings)
    : PeriodicService("closing sessions", TimeSpan.FromMinutes(1), settings)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var session in (await catalogue.Sessions.ListAsync(cancellationToken)).Where(s => s.EndedAt is null))
        {
            // Old frames may come in one after another (a folder that is watched for the first time): an archive for each would be waste.
            await active.EndIfLeftAsync(session.Name,
                async () => time.GetUtcNow()
                    - (await catalogue.Captures.LastSavedAsync(session.Name, cancellationToken) ?? session.StartedAt)
                    <= options.Archive.Interval,
                cancellationToken);
        }
    }
}
