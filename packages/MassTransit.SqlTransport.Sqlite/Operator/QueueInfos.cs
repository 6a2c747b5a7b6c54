using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Counting what is in queues.</summary>
internal static class QueueInfos
{
    /// <summary>Reads one queue, or all when <paramref name="name"/> is null.</summary>
    public static List<SqliteQueueInfo> Read(SqliteConnection connection, string? name, long now)
    {
        List<string> names = [];
        var read = connection.Statement(OperatorSql.Queues).Bind(1, name);
        while (read.Step())
            names.Add(read.Text(0)!);
        return [.. names.Select(queue => ReadOne(connection, queue, now))];
    }

    public static bool Contains(SqliteConnection connection, string queue, Guid correlationId, bool orFailed) =>
        Number(connection.Statement(OperatorSql.Contains).Bind(1, queue).Bind(2, correlationId).Bind(3, orFailed ? 1 : 0)) == 1;

    /// <summary>The id of a queue's place; null when there is no such queue.</summary>
    public static long? Place(SqliteConnection connection, string queue, QueueKind kind) =>
        Number(connection.Statement(Sql.FindQueue).Bind(1, queue).Bind(2, (long)kind));

    private static SqliteQueueInfo ReadOne(SqliteConnection connection, string name, long now)
    {
        var info = new SqliteQueueInfo(name, 0, 0, 0, 0, 0, 0);
        List<(long Id, QueueKind Kind)> places = [];
        var read = connection.Statement(OperatorSql.Places).Bind(1, name);
        while (read.Step())
        {
            var place = (Id: read.Int64(0), Kind: (QueueKind)read.Int32(1));
            places.Add(place);
            if (place.Kind is QueueKind.Main)
                info = ReadSettings(info, read, now);
        }

        foreach (var (id, kind) in places)
            info = Count(connection, info, id, kind, now);
        return info;
    }

    private static SqliteQueueInfo ReadSettings(SqliteQueueInfo info, SqliteStatement row, long now)
    {
        var until = row.IsNull(9) ? (long?)null : row.Int64(9);
        return info with
        {
            TotalEnqueued = row.Int64(2),
            TotalCompleted = row.Int64(3),
            TotalFailed = row.Int64(4),
            MaxDeliveryCount = row.Int32(5) is > 0 and < int.MaxValue and var limit ? limit : null,
            AutoDeleteOnIdle = row.IsNull(6) ? null : TimeSpan.FromSeconds(row.Int32(6)),
            Paused = row.IsNull(8) || until <= now
                ? null
                : new SqliteQueuePause(row.Text(7) ?? "", Clock.ToTime(row.Int64(8)), until is { } time ? Clock.ToTime(time) : null)
                {
                    Code = row.Text(10),
                },
        };
    }

    private static SqliteQueueInfo Count(SqliteConnection connection, SqliteQueueInfo info, long id, QueueKind kind, long now)
    {
        var ready = Number(connection.Statement(OperatorSql.CountReady).Bind(1, id)) ?? 0;
        return kind switch
        {
            QueueKind.Error => info with { Error = ready },
            QueueKind.Skipped => info with { Skipped = ready },
            QueueKind.DeadLetter => info with { DeadLetter = ready },
            not QueueKind.Main => info, // nothing of ours
            _ => QueueSamples.Rates(connection, info, id, now) with
            {
                Ready = ready,
                InFlight = Number(connection.Statement(OperatorSql.CountDue).Bind(1, id).Bind(2, 1)) ?? 0,
                Scheduled = Number(connection.Statement(OperatorSql.CountDue).Bind(1, id).Bind(2, 0)) ?? 0,
                OldestAge = Number(connection.Statement(OperatorSql.OldestReady).Bind(1, id)) is { } enqueued
                    ? TimeSpan.FromTicks(Math.Max(0, (Clock.ToTime(now) - Clock.ToTime(enqueued)).Ticks))
                    : null,
                NextDue = Number(connection.Statement(OperatorSql.NextDue).Bind(1, id)) is { } due ? Clock.ToTime(due) : null,
            },
        };
    }

    private static long? Number(SqliteStatement read)
    {
        long? number = read.Step() && !read.IsNull(0) ? read.Int64(0) : null;
        read.Reset();
        return number;
    }
}
