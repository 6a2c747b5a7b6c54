using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Rates, from the totals of a minute ago. Totals are noted while they change and not otherwise, so that a resting file is not written;
/// what is noted lies in the file, so that every process and every SQL shell sees the same.
/// </summary>
internal static class QueueSamples
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A sample of at most this age was taken while the totals changed; an older one still holds because they did not.</summary>
    private static readonly TimeSpan Fresh = Window * 1.25;

    /// <summary>Notes the totals that have changed, unless another process just has.</summary>
    public static async Task TakeAsync(QueueFile file, TimeSpan interval, CancellationToken cancellationToken)
    {
        if (!await file.ReadAsync(IsDue, cancellationToken).ConfigureAwait(false))
            return;
        await file.WriteRelaxedAsync(transaction =>
        {
            var taken = transaction.Statement(Sql.Sample).Bind(1, transaction.Now)
                .Bind(2, transaction.Now - (long)(interval.TotalMilliseconds / 2)).Execute();
            transaction.Statement(Sql.ForgetSamples).Bind(1, transaction.Now - (long)Fresh.TotalMilliseconds).Execute();
            return taken;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the rates to what is known of a queue.</summary>
    public static SqliteQueueInfo Rates(SqliteConnection connection, SqliteQueueInfo info, long queue, long now)
    {
        var read = connection.Statement(Sql.SampleAt).Bind(1, queue).Bind(2, now - (long)Window.TotalMilliseconds);
        // Without one the queue is younger than the window.
        var (age, enqueued, completed, failed) = read.Step()
            ? (now - Math.Max(0, read.Int64(0)), read.Int64(1), read.Int64(2), read.Int64(3))
            : ((long)Window.TotalMilliseconds, 0, 0, 0);
        read.Reset();
        var scale = age < Fresh.TotalMilliseconds ? Window.TotalMilliseconds / age : 1;
        return info with
        {
            EnqueuedPerMinute = (info.TotalEnqueued - enqueued) * scale,
            CompletedPerMinute = (info.TotalCompleted - completed) * scale,
            FailedPerMinute = (info.TotalFailed - failed) * scale,
        };
    }

    private static bool IsDue(SqliteConnection connection)
    {
        var read = connection.Statement(Sql.SampleDue);
        read.Step();
        var due = read.Int32(0) == 1;
        read.Reset();
        return due;
    }
}
