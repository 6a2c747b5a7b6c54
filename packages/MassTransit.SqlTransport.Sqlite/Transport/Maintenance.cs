using MassTransit.SqlTransport.Sqlite.Queues;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// What a bus does for the file now and then: deletes temporary queues that nobody uses, notes totals for rates, repairs times when the
/// clock is set back, and tells MassTransit's health check how the file is.
/// </summary>
internal sealed class Maintenance(Func<Task<QueueFile>> open, SqliteSqlHostSettings settings) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _loop;

    public void EnsureStarted()
    {
        if (_loop is not null)
            return;
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested)
                _loop ??= Task.Run(RunAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_loop is not null)
            await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var file = await open().ConfigureAwait(false);
        if (SqliteLibrary.Notice is { } notice)
            LogContext.Warning?.Log("{Path}: {Notice}", file.Path, notice);
        var idle = new IdleQueues(file.Time);
        var cleaned = file.Time.GetTimestamp();
        using var timer = new PeriodicTimer(settings.MaintenanceInterval, file.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    settings.Endpoints.Show(await file.FindTroubleAsync(_stop.Token).ConfigureAwait(false));
                    await file.CheckClockAsync(_stop.Token).ConfigureAwait(false);
                    if (!settings.MaintenanceEnabled)
                        continue;
                    await QueueSamples.TakeAsync(file, settings.MaintenanceInterval, _stop.Token).ConfigureAwait(false);
                    if (file.Time.GetElapsedTime(cleaned) < settings.QueueCleanupInterval)
                        continue;
                    cleaned = file.Time.GetTimestamp();
                    await idle.DeleteAsync(file, _stop.Token).ConfigureAwait(false);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogContext.Warning?.Log(error, "Maintenance of {Path} waits: {Reason}", file.Path, error.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
