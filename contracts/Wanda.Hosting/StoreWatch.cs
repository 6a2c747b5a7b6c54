using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>
/// Ends the process when a store is found damaged, and with it all processes of the node: the first that is started again moves it aside
/// and makes it good (<see cref="NodeStores"/>). systemd starts them; nobody has to act (law 7).
/// </summary>
internal sealed partial class StoreWatch(
    Catalogue catalogue, ISqliteQueues queues, RunningNode running, DataFolder data, ILogger<StoreWatch> log, PeriodicSettings settings)
    : PeriodicService("looking for damaged stores", TimeSpan.FromSeconds(20), settings)
{
    private readonly PeriodicSettings _settings = settings;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var damaged = catalogue.IsDamaged ? data.Catalogue : await IsQueueDamagedAsync(cancellationToken) ? data.Queue : null;
        if (damaged is not null)
            running.AskToEnd();
        if (!running.IsAskedToEnd)
            return;
        Ends(damaged ?? "a store");
        Environment.ExitCode = 1;
        _settings.Lifetime.StopApplication();
    }

    private async Task<bool> IsQueueDamagedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await queues.ListAsync(cancellationToken);
            return false;
        }
        catch (SqliteTransportException e)
        {
            return e.Failure is SqliteTransportFailure.Corrupt or SqliteTransportFailure.NotADatabase;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "{Path} is damaged. This process ends; at the next start the file is moved aside and made again from the others.")]
    private partial void Ends(string path);
}
