using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Ops.Web;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>
/// Reads the catalogue for all pages at once, for as long as there is one, and tells them what happened. What happened before they came,
/// or while they were away, they ask for.
/// </summary>
internal sealed partial class LiveFeed(
    LiveHub hub, LiveStatus status, UploadEvents uploads, SessionEvents sessions, Catalogue catalogue, Pulse pulse, TimeProvider time,
    ILogger<LiveFeed> log)
    : BackgroundService
{
    private const int LinesAtOnce = 100;

    /// <summary>Farther behind than this, as an import can leave it, it goes on with the newest: old news helps nobody.</summary>
    private const int MostBehind = 2_000;

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await hub.HeardAsync(stoppingToken);
                try
                {
                    await FollowAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    DidNotWork(log, AfterFault, e.Message);
                    await Task.Delay(AfterFault, time, stoppingToken);
                }
                finally
                {
                    hub.FollowsNoMore();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var seq = await catalogue.Events.NewestAsync(cancellationToken);
        await sessions.BeginAsync(cancellationToken);
        var told = await status.ReadAsync(cancellationToken);
        hub.Follows();
        object? state = null;
        while (hub.IsHeard)
        {
            var lines = await catalogue.Events.AfterAsync(seq, LinesAtOnce, cancellationToken);
            foreach (var line in lines)
            {
                foreach (var what in await uploads.OfAsync(line, cancellationToken))
                    hub.TellOfUpload(what);
            }

            foreach (var what in await sessions.AfterAsync(lines, cancellationToken))
                hub.Session.Broadcast(what);
            foreach (var what in await NewsAsync(cancellationToken))
                hub.Broadcast(what);
            if (lines.Count > 0)
                seq = lines[^1].Seq;
            if (lines.Count == LinesAtOnce)
                seq = Math.Max(seq, await catalogue.Events.NewestAsync(cancellationToken) - MostBehind);
            else
                state = await pulse.NextAsync(state, cancellationToken);
        }

        async Task<IReadOnlyList<SocketIOEvent>> NewsAsync(CancellationToken cancellationToken)
        {
            var before = told;
            told = await status.ReadAsync(cancellationToken);
            return [.. told.Except(before)];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Pages that hear live are told nothing for {Wait}: {Reason}")]
    private static partial void DidNotWork(ILogger log, TimeSpan wait, string reason);
}
