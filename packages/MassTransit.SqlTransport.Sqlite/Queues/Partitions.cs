using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Chooses messages in the partitioned modes: of one partition only so many at a time, and all of them by one consumer; in the ordered
/// modes also nothing that would overtake an earlier message of its partition, in flight or waiting for redelivery as that may be.
/// </summary>
internal static class Partitions
{
    public static List<long> Choose(QueueTransaction transaction, long queue, FetchRequest request)
    {
        List<long> chosen = [];
        Dictionary<string, int> room = [];
        foreach (var (id, partition) in Ready(transaction, queue))
        {
            if (chosen.Count == request.Limit)
                break;
            if (partition is null)
            {
                chosen.Add(id); // to be found unreadable
                continue;
            }

            ref var left = ref CollectionsMarshal.GetValueRefOrAddDefault(room, partition, out var known);
            if (!known)
                left = Room(transaction, queue, partition, request);
            if (left == 0 || (IsOrdered(request.Mode) && !IsAmongFirst(transaction, queue, partition, id, request.ConcurrentPerPartition)))
                continue;
            left--;
            chosen.Add(id);
        }

        return chosen;
    }

    private static bool IsOrdered(SqlReceiveMode mode) =>
        mode is SqlReceiveMode.PartitionedOrdered or SqlReceiveMode.PartitionedOrderedConcurrent;

    private static IEnumerable<(long Id, string? Partition)> Ready(QueueTransaction transaction, long queue)
    {
        var read = transaction.Statement(Sql.ReadyPartitions).Bind(1, queue);
        try
        {
            while (read.Step())
                yield return (read.Int64(0), Utf8.IsValid(read.Blob(1)) ? read.Text(1) : null);
        }
        finally
        {
            read.Reset();
        }
    }

    private static int Room(QueueTransaction transaction, long queue, string partition, FetchRequest request)
    {
        var read = transaction.Statement(Sql.PartitionInFlight).Bind(1, queue).Bind(2, partition).Bind(3, request.ConsumerId);
        read.Step();
        var (inFlight, elsewhere) = (read.Int32(0), read.Int32(1));
        read.Reset();
        return elsewhere > 0 ? 0 : Math.Max(0, request.ConcurrentPerPartition - inFlight);
    }

    private static bool IsAmongFirst(QueueTransaction transaction, long queue, string partition, long id, int first)
    {
        var read = partition.Length > 0
            ? transaction.Statement(Sql.PartitionHead).Bind(1, queue).Bind(2, partition).Bind(3, first)
            : transaction.Statement(Sql.EmptyPartitionHead).Bind(1, queue).Bind(2, first);
        var found = false;
        while (read.Step())
            found |= read.Int64(0) == id;
        return found;
    }
}
