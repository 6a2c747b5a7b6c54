using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.Hosting;

/// <summary>What work on a timer needs of its process.</summary>
public sealed record PeriodicSettings(IHostApplicationLifetime Lifetime, TimeProvider Time, ILoggerFactory Logs);

/// <summary>
/// Work that is done when the process is up, and then on a timer. A failure is logged, and the work is done again the next time.
/// </summary>
/// <param name="what">What it does, for the log: "releasing frames".</param>
/// <param name="interval">The time between two runs.</param>
/// <param name="settings">The process.</param>
public abstract partial class PeriodicService(string what, TimeSpan interval, PeriodicSettings settings) : BackgroundService
{
    private readonly TaskCompletionSource _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the work was done, or tried, for the first time.</summary>
    internal Task FirstRun => _ran.Task;

    /// <summary>Does the work once.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var log = settings.Logs.CreateLogger(GetType());
        try
        {
            await StartedAsync(stoppingToken);
            using var timer = new PeriodicTimer(interval, settings.Time);
            do
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    DidNotWork(log, what, interval, e.Message);
                    WholeError(log, e);
                }

                _ran.TrySetResult();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the work is taken up at the next start.
        }
    }

    /// <summary>The bus is started with the process: before that there is nothing to send through.</summary>
    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = settings.Lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} did not work; it is tried again in {Interval}: {Reason}")]
    private static partial void DidNotWork(ILogger log, string work, TimeSpan interval, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The whole error.")]
    private static partial void WholeError(ILogger log, Exception e);
}
