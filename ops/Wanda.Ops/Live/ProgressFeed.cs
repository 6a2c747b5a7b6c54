using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.Ops.Live;

/// <summary>Tells the pages once a second how far long uploads are, while somebody listens.</summary>
internal sealed partial class ProgressFeed(
    LiveHub hub, UploadsQuery uploads, UploadProgress progress, TimeProvider time, ILogger<ProgressFeed> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await hub.HeardAsync(stoppingToken);
                await Task.Delay(await TryAsync(stoppingToken) ? Every : AfterFault, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var what in progress.Of(await uploads.ReadAsync(cancellationToken)))
                hub.TellOfUpload(what);
            return true;
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            DidNotWork(log, AfterFault, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pages do not hear how far uploads are for {Wait}: {Reason}")]
    private static partial void DidNotWork(ILogger log, TimeSpan wait, string reason);
}
