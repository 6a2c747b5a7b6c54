using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Gate;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>Keeps one source going (law 8): whatever ends it is said, and it is begun again, while the others never hear of it.</summary>
internal sealed partial class Supervisor(TimeProvider time, ILogger<Supervisor> log)
{
    // A source that ran so long was well: the next failure is a first one.
    private static readonly TimeSpan Well = TimeSpan.FromMinutes(5);

    /// <summary>Runs a source until it has given all it has, or the process stops.</summary>
    public async Task RunAsync(SourceAccount account, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        await account.IntroduceAsync(cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beating = BeatAsync(account, done.Token);
        try
        {
            await KeepGoingAsync(account, run, cancellationToken);
        }
        finally
        {
            await done.CancelAsync();
            await beating;
        }
    }

    /// <summary>An exposure, or a frame that waits for room, may take longer than the screens wait for a word.</summary>
    private async Task BeatAsync(SourceAccount account, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(SourceAccount.Heartbeat, time, cancellationToken);
                await account.RepeatAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The source has given all it has, or the process stops.
        }
    }

    private async Task KeepGoingAsync(SourceAccount account, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            var started = time.GetTimestamp();
            try
            {
                await run(cancellationToken);
                await account.ReportAsync(SourceState.Done, null, cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failures = time.GetElapsedTime(started) >= Well ? 0 : failures;
                var delay = Backoff.Delay(failures);
                Failed(e, account.Name, delay);
                await account.ReportAsync(
                    SourceState.Waiting, new(SourceCode.Failed, e.Message), cancellationToken);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Source {Source} failed; it is begun again in {Delay}.")]
    private partial void Failed(Exception e, string source, TimeSpan delay);
}
