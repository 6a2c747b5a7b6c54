using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Which queues a topic reaches. Kept in memory on the writer thread and read again when the file says that the topology changed, so that
/// publishing does not walk the subscriptions in SQL.
/// </summary>
internal sealed class Routes
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, long> _topics = [];
    private readonly Dictionary<long, List<Subscription>> _toTopics = [];
    private readonly Dictionary<long, List<Subscription>> _toQueues = [];
    private readonly Dictionary<(string Topic, string? RoutingKey), long[]> _found = [];
    private long _version = -1;

    /// <summary>The queues that a message with this routing key reaches, through any number of topics, each once.</summary>
    /// <exception cref="SqlTopologyException">There is no such topic.</exception>
    public long[] QueuesOf(SqliteConnection connection, string topic, string? routingKey)
    {
        Refresh(connection);
        if (_found.TryGetValue((topic, routingKey), out var queues))
            return queues;
        if (!_topics.TryGetValue(topic, out var start))
            throw new SqlTopologyException($"Topic not found: {topic}");
        queues = Walk(start, routingKey);
        if (_found.Count < 10_000) // routing keys are data: do not let them fill the memory
            _found.Add((topic, routingKey), queues);
        return queues;
    }

    private long[] Walk(long start, string? routingKey)
    {
        HashSet<long> topics = [start];
        HashSet<long> queues = [];
        Queue<long> open = new([start]);
        while (open.TryDequeue(out var topic))
        {
            foreach (var subscription in _toQueues.GetValueOrDefault(topic, []).Where(s => s.Matches(routingKey)))
                queues.Add(subscription.Destination);
            foreach (var subscription in _toTopics.GetValueOrDefault(topic, []).Where(s => s.Matches(routingKey)))
            {
                if (topics.Add(subscription.Destination))
                    open.Enqueue(subscription.Destination);
            }
        }

        return [.. queues];
    }

    private void Refresh(SqliteConnection connection)
    {
        var read = connection.Statement(Sql.TopologyVersion);
        read.Step();
        var version = read.Int64(0);
        read.Reset();
        if (version == _version)
            return;
        _found.Clear();
        _topics.Clear();
        var topics = connection.Statement(Sql.Topics);
        while (topics.Step())
            _topics[topics.Text(1) ?? ""] = topics.Int64(0);
        Load(connection.Statement(Sql.TopicSubscriptions), _toTopics);
        Load(connection.Statement(Sql.QueueSubscriptions), _toQueues);
        _version = version;
    }

    private static void Load(SqliteStatement read, Dictionary<long, List<Subscription>> subscriptions)
    {
        subscriptions.Clear();
        while (read.Step())
        {
            var source = read.Int64(0);
            if (!subscriptions.TryGetValue(source, out var list))
                subscriptions.Add(source, list = []);
            list.Add(new Subscription(read.Int64(1), (SqlSubscriptionType)read.Int32(2), read.Text(3) ?? ""));
        }
    }

    private sealed record Subscription(long Destination, SqlSubscriptionType Type, string RoutingKey)
    {
        private static readonly Regex Nothing = new("(?!)");
        private Regex? _pattern;

        public bool Matches(string? routingKey) => Type switch
        {
            SqlSubscriptionType.All => true,
            SqlSubscriptionType.RoutingKey => routingKey == RoutingKey,
            SqlSubscriptionType.Pattern => routingKey is not null && MatchesPattern(routingKey),
            _ => false,
        };

        // A pattern that is none, or that never ends, is of one subscription: the others get their messages.
        private bool MatchesPattern(string routingKey)
        {
            try
            {
                return (_pattern ??= new Regex(RoutingKey, RegexOptions.CultureInvariant, PatternTimeout)).IsMatch(routingKey);
            }
            catch (RegexMatchTimeoutException)
            {
                return false;
            }
            catch (ArgumentException)
            {
                _pattern = Nothing;
                return false;
            }
        }
    }
}
