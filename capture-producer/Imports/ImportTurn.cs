using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Imports;

/// <summary>
/// When an old frame may be taken: tonight's go first, and a backlog before an import (law 4). It is asked before each few files; nothing
/// that an import brings is then ahead of anything else in a queue, since the queues are all but empty.
/// </summary>
internal sealed class ImportTurn(FrameIntake intake, ISqliteQueues queues, DiskSpace space, WandaOptions options, TimeProvider time)
{
    /// <summary>So long nothing else must have been taken.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    // So many messages keep workers and lines busy; more would make tonight's wait behind them.
    private const long MostWaiting = 16;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private long? _lookedAt;
    private long _waiting;

    /// <summary>What an import waits for; null when it is its turn.</summary>
    /// <param name="bytes">Of the next file.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<ImportWait?> WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        if (intake.SinceOthers < Quiet)
            return ImportWait.Others;
        if (space.FreeBytes - bytes < Math.Max(options.Release.LowWater.Bytes, options.Storage.Floor.Bytes))
            return ImportWait.Room;
        if (_lookedAt is not { } last || time.GetElapsedTime(last) >= Fresh)
        {
            _waiting = (await queues.ListAsync(cancellationToken)).Max(q => (long?)q.Ready + q.InFlight) ?? 0;
            _lookedAt = time.GetTimestamp();
        }

        return ++_waiting > MostWaiting ? ImportWait.Queues : null;
    }
}
