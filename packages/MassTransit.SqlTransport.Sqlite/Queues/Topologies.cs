using System.Text.RegularExpressions;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Queues, topics and subscriptions. Creating what exists changes nothing but the settings that are given.</summary>
internal static class Topologies
{
    /// <returns>The id of the queue's main place.</returns>
    public static long CreateQueue(QueueTransaction transaction, string name, TimeSpan? autoDelete, int? maxDeliveryCount)
    {
        long id = 0;
        foreach (var kind in Enum.GetValues<QueueKind>())
        {
            var create = transaction.Statement(Sql.CreateQueue)
                .Bind(1, name)
                .Bind(2, (long)kind)
                .Bind(3, autoDelete is { } idle ? Math.Max(1, (long)idle.TotalSeconds) : null)
                .Bind(4, maxDeliveryCount);
            create.Step();
            if (kind is QueueKind.Main)
                id = create.Int64(0);
            create.Reset();
        }

        return id;
    }

    public static long CreateTopic(QueueTransaction transaction, string name)
    {
        var create = transaction.Statement(Sql.CreateTopic).Bind(1, name);
        create.Step();
        var id = create.Int64(0);
        create.Reset();
        transaction.Statement(Sql.ChangeTopology).Execute();
        return id;
    }

    public static long SubscribeTopic(
        QueueTransaction transaction, string source, string destination, SqlSubscriptionType type, string? routingKey) =>
        Subscribe(transaction, Sql.SubscribeTopic, source, destination, type, routingKey);

    public static long SubscribeQueue(
        QueueTransaction transaction, string source, string destination, SqlSubscriptionType type, string? routingKey) =>
        Subscribe(transaction, Sql.SubscribeQueue, source, destination, type, routingKey);

    private static long Subscribe(
        QueueTransaction transaction, string sql, string source, string destination, SqlSubscriptionType type, string? routingKey)
    {
        if (type is SqlSubscriptionType.Pattern)
            CheckPattern(routingKey);
        var added = transaction.Statement(sql).Bind(1, source).Bind(2, destination).Bind(3, (long)type).Bind(4, routingKey ?? "").Execute();
        if (added > 0)
            transaction.Statement(Sql.ChangeTopology).Execute();
        return added;
    }

    private static void CheckPattern(string? pattern)
    {
        try
        {
            _ = new Regex(pattern ?? "");
        }
        catch (ArgumentException error)
        {
            throw new SqlTopologyException($"The routing key pattern is not a regular expression: {pattern}", error);
        }
    }
}
