using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Making what is scheduled ready sooner, in batches.</summary>
internal static class BringingForward
{
    /// <summary>What is scheduled now, the next one first: what is scheduled meanwhile was not asked for.</summary>
    public static (long Now, long Place, List<long> Ids) Find(SqliteConnection connection, string queue, int? limit, TimeProvider time)
    {
        var now = time.Milliseconds();
        List<long> ids = [];
        if (QueueInfos.Place(connection, queue, QueueKind.Main) is not { } place)
            return (now, 0, ids);
        var read = connection.Statement(OperatorSql.Scheduled).Bind(1, place).Bind(2, limit ?? -1L);
        while (read.Step())
            ids.Add(read.Int64(0));
        return (now, place, ids);
    }

    /// <summary>Brings a batch forward.</summary>
    /// <param name="transaction">The write.</param>
    /// <param name="place">The queue's place.</param>
    /// <param name="ids">The deliveries.</param>
    /// <param name="first">How many went before in this run, for the rate.</param>
    /// <param name="began">When the run began.</param>
    /// <param name="perSecond">The rate; null: at once.</param>
    /// <returns>How many come sooner; the others came, or come sooner by themselves.</returns>
    public static int Bring(QueueTransaction transaction, long place, List<long> ids, int first, long began, double? perSecond)
    {
        var sooner = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            var due = perSecond is { } rate ? Clock.Add(began, Requeueing.Spread((first + i) / rate)) : began;
            sooner += transaction.Statement(OperatorSql.BringForward)
                .Bind(1, ids[i]).Bind(2, place).Bind(3, due).Bind(4, transaction.Now).Execute();
        }

        if (sooner > 0)
            transaction.Changes.Wake(place);
        return sooner;
    }
}
