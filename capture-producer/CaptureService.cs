using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>
/// Runs every camera and watched folder of the node. One process a node does: numbers are given by it, and what a crash left is recovered
/// before its first frame.
/// </summary>
internal sealed partial class CaptureService(
    CaptureRuns runs, OrphanRecovery recovery, WandaOptions options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<CaptureService> log)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The lock goes with the process, however it ends.
            await using var only = await TryUntilAsync(LockAsync, stoppingToken);
            await TryUntilAsync(async cancellationToken =>
            {
                await recovery.RunAsync(cancellationToken);
                return true;
            }, stoppingToken);
            await runs.RunAsync(stoppingToken);
            Complete();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sessions stay open and go on at the next start.
        }
        catch (Exception e)
        {
            Stopped(e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.Data, "producer.lock");
        try
        {
            return Task.FromResult(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException(
                $"{path} is held: another capture process runs on this data folder. Stop one of the two. ({e.Message})", e);
        }
    }

    private async Task<T> TryUntilAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await work(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
            {
                CannotBegin(Retry, e.Message);
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Every session has its frames.")]
    private partial void Complete();

    [LoggerMessage(Level = LogLevel.Critical, Message = "Capturing stopped.")]
    private partial void Stopped(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "Capturing cannot begin; it is tried again in {Delay}. {Reason}")]
    private partial void CannotBegin(TimeSpan delay, string reason);
}
