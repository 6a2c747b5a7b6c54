namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Every statement that the transport runs; those of operators are in <see cref="OperatorSql"/>.</summary>
internal static class Sql
{
    // A sum that does not fit is no integer to SQLite, and a strict table refuses it: a number that another program left there must not
    // fail every write.
    private const string Most = "4611686018427387904";
    private const string Latest = "253402300799999"; // the end of the year 9999

    // Topology

    public const string CreateQueue = $"""
        INSERT INTO queue (name, kind, auto_delete, max_delivery_count) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name, kind) DO UPDATE SET
          auto_delete = coalesce(excluded.auto_delete, auto_delete),
          max_delivery_count = coalesce(excluded.max_delivery_count, max_delivery_count),
          touched = min(touched, {Most}) + 1
        RETURNING id
        """;

    public const string CreateTopic = "INSERT INTO topic (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id";

    public const string SubscribeTopic = """
        INSERT INTO topic_subscription (source_id, destination_id, type, routing_key)
        SELECT s.id, d.id, ?3, ?4 FROM topic s, topic d WHERE s.name = ?1 AND d.name = ?2
        ON CONFLICT DO NOTHING
        """;

    public const string SubscribeQueue = """
        INSERT INTO queue_subscription (source_id, destination_id, type, routing_key)
        SELECT s.id, d.id, ?3, ?4 FROM topic s, queue d WHERE s.name = ?1 AND d.name = ?2 AND d.kind = 1
        ON CONFLICT DO NOTHING
        """;

    public const string ChangeTopology = "UPDATE topology SET version = abs(random())";
    public const string TopologyVersion = "SELECT version FROM topology";
    public const string Topics = "SELECT id, name FROM topic";
    public const string TopicSubscriptions = "SELECT source_id, destination_id, type, routing_key FROM topic_subscription";
    public const string QueueSubscriptions = "SELECT source_id, destination_id, type, routing_key FROM queue_subscription";

    // Queues

    public const string FindQueue = "SELECT id FROM queue WHERE name = ?1 AND kind = ?2";
    public const string ReceiveFrom = """
        SELECT id, coalesce(max_delivery_count, 10), auto_delete IS NOT NULL, paused_since, paused_until FROM queue WHERE name = ?1 AND kind = 1
        """;
    public const string TouchQueue = $"UPDATE queue SET touched = min(touched, {Most}) + 1 WHERE name = ?1 AND kind = 1";
    public const string TemporaryQueues = """
        SELECT name, auto_delete, touched, EXISTS (SELECT 1 FROM delivery WHERE queue_id = queue.id AND held = 1 AND due > ?1)
        FROM queue WHERE kind = 1 AND auto_delete IS NOT NULL
        """;

    public const string UnusedQueue = """
        SELECT 1 FROM queue WHERE name = ?1 AND kind = 1 AND touched = ?2
          AND NOT EXISTS (SELECT 1 FROM delivery WHERE queue_id = queue.id AND held = 1 AND due > ?3)
        """;

    public const string DeleteQueue = "DELETE FROM queue WHERE name = ?1";
    public const string Count = $"""
        UPDATE queue SET enqueued = min(enqueued, {Most}) + ?2, completed = min(completed, {Most}) + ?3, failed = min(failed, {Most}) + ?4 WHERE id = ?1
        """;

    // Sending

    public const string InsertMessage = """
        INSERT INTO message (transport_message_id, content_type, message_type, body, message_id, correlation_id, conversation_id, request_id,
          initiator_id, source_address, destination_address, response_address, fault_address, sent, headers)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        """;

    // A new delivery takes its place at the end of the line: its position is its id, which only grows.
    public const string InsertDelivery = """
        INSERT INTO delivery (message_id, shared, queue_id, priority, position, due, since, enqueued, expires, partition_key, routing_key,
          correlation_id, scheduling_token)
        VALUES (?1, ?2, ?3, ?4, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0) + 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """;

    // Receiving

    public const string FetchReady = $"SELECT {MessageRow.Columns} {MessageRow.Tables} WHERE d.queue_id = ?1 AND d.due IS NULL ORDER BY "
        + "d.priority, d.position LIMIT ?2";
    public const string FetchOne = $"SELECT {MessageRow.Columns} {MessageRow.Tables} WHERE d.id = ?1";
    public const string Lock = "UPDATE delivery SET lock_id = ?2, consumer_id = ?3, held = 1, due = ?4, since = ?5 WHERE id = ?1";

    // The next time at which something becomes due in queue ?1; null when nothing will.
    private const string FirstDue = """
        (SELECT min(due) FROM (
          SELECT min(due) AS due FROM delivery WHERE queue_id = ?1 AND held = 0 AND due IS NOT NULL
          UNION ALL SELECT min(due) FROM delivery WHERE queue_id = ?1 AND held = 1 AND due IS NOT NULL))
        """;

    // A queue that is gone counts as work: the fetch finds out, and MassTransit makes it again.
    public const string Look = $"""
        SELECT NOT EXISTS (SELECT 1 FROM queue WHERE id = ?1) OR EXISTS (SELECT 1 FROM delivery WHERE queue_id = ?1 AND due IS NULL),
            {FirstDue}
        """;

    // Partitioned receiving. The partition of messages without a key is the empty one.

    public const string ReadyPartitions = """
        SELECT id, coalesce(partition_key, '') FROM delivery WHERE queue_id = ?1 AND due IS NULL ORDER BY priority, position
        """;

    public const string PartitionInFlight = """
        SELECT count(*), count(*) FILTER (WHERE consumer_id IS NOT ?3) FROM delivery INDEXED BY delivery_due
        WHERE queue_id = ?1 AND held = 1 AND due IS NOT NULL AND coalesce(partition_key, '') = ?2
        """;

    public const string PartitionHead = """
        SELECT id FROM delivery WHERE queue_id = ?1 AND partition_key = ?2 ORDER BY priority, id LIMIT ?3
        """;

    public const string EmptyPartitionHead = """
        SELECT id FROM delivery WHERE queue_id = ?1 AND partition_key IS NULL ORDER BY priority, id LIMIT ?2
        """;

    // Becoming ready

    public const string Due = "SELECT id FROM delivery WHERE queue_id = ?1 AND held = ?2 AND due <= ?3 ORDER BY due LIMIT ?4";
    public const string NextDue = $"SELECT {FirstDue}";

    // What was scheduled joins the end of the line, behind all that came before the moment it became ready.
    public const string NextPosition = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'delivery' RETURNING seq";
    public const string ScheduledToReady = "UPDATE delivery SET due = NULL, since = NULL, position = ?2 WHERE id = ?1";

    // What was in flight takes its old place again.
    public const string LockedToReady = """
        UPDATE delivery SET due = NULL, since = NULL, held = 0, lock_id = NULL, consumer_id = NULL,
          delivery_count = min(delivery_count, 2147483646) + (attempt = 2), attempt = 1
        WHERE id = ?1 RETURNING delivery_count
        """;

    // A time that was set later than now came from a wrong clock: keep the wait, drop the date.
    public const string ClampDue = $"""
        UPDATE delivery SET due = ?1 + max(min(due, {Latest}) - since, 0), since = ?1 WHERE due IS NOT NULL AND since > ?2
        """;

    public const string ClampPauses = $"""
        UPDATE queue SET paused_until = ?1 + max(min(paused_until, {Latest}) - paused_since, 0), paused_since = ?1 WHERE paused_since > ?2
        """;

    public const string ClampExpiry = $"""
        UPDATE delivery SET expires = ?1 + max(min(expires, {Latest}) - enqueued, 0), enqueued = ?1 WHERE expires IS NOT NULL AND enqueued > ?2
        """;

    // By ?1, when the clock was set by as much: all that was set before, so long ago that no time of the new clock is as early (?2), or
    // later than it is now (?3).
    public const string MoveDue = $"""
        UPDATE delivery SET due = min(max(due, 0) + ?1, {Latest}), since = ?3
        WHERE due IS NOT NULL AND due < {Latest} AND (since < ?2 OR (?1 < 0 AND since > ?3))
        """;

    public const string KeepExpiry = $"""
        UPDATE delivery SET expires = min(min(expires, {Latest}) + ?1, {Latest}), enqueued = enqueued + ?1 WHERE expires IS NOT NULL AND enqueued <= ?2
        """;

    // Locks

    public const string Finishing =
        "SELECT message_id, shared, queue_id, partition_key IS NOT NULL FROM delivery WHERE id = ?1 AND lock_id = ?2";
    public const string DeleteDelivery = "DELETE FROM delivery WHERE id = ?1";
    public const string DeleteMessage = "DELETE FROM message WHERE id = ?1";
    public const string DeleteUnusedMessage = """
        DELETE FROM message WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE message_id = ?1 AND shared = 1)
        """;

    public const string Renew = "UPDATE delivery SET due = ?3, since = ?4 WHERE id = ?1 AND lock_id = ?2";
    public const string MarkBegun = "UPDATE delivery SET attempt = 2 WHERE id = ?1 AND lock_id = ?2";

    public const string Locked = """
        SELECT d.queue_id, d.delivery_count, d.transport_headers, coalesce(q.max_delivery_count, 10), q.name
        FROM delivery d JOIN queue q ON q.id = d.queue_id WHERE d.id = ?1 AND d.lock_id = ?2
        """;

    public const string Unlock = """
        UPDATE delivery SET due = ?2, since = ?3, held = 0, lock_id = NULL, consumer_id = NULL, delivery_count = ?4, transport_headers = ?5
        WHERE id = ?1
        """;

    public const string Release = """
        UPDATE delivery SET due = NULL, since = NULL, held = 0, lock_id = NULL, consumer_id = NULL WHERE id = ?1 AND lock_id = ?2 RETURNING queue_id
        """;

    // A failed message no longer expires: it waits for an operator.
    public const string Move = """
        UPDATE delivery SET queue_id = ?2, due = NULL, since = NULL, held = 0, lock_id = NULL, consumer_id = NULL, expires = NULL,
          transport_headers = ?3, reason = ?4
        WHERE id = ?1
        """;

    public const string Bury = """
        UPDATE delivery SET queue_id = ?2, due = NULL, since = NULL, held = 0, lock_id = NULL, consumer_id = NULL, expires = NULL, reason = ?3
        WHERE id = ?1
        """;

    // Deleting

    public const string DeleteScheduled = """
        DELETE FROM delivery WHERE scheduling_token = ?1 AND held = 0 AND delivery_count = 0 RETURNING message_id, shared
        """;

    public const string DeleteSome = """
        DELETE FROM delivery WHERE id IN (SELECT d.id FROM delivery d JOIN queue q ON q.id = d.queue_id WHERE q.name = ?1 LIMIT ?2)
        RETURNING message_id, shared
        """;

    // Totals of a minute ago, for rates

    public const string SampleDue = """
        SELECT EXISTS (SELECT 1 FROM queue q WHERE q.kind = 1 AND q.enqueued + q.completed + q.failed <> coalesce(
          (SELECT s.enqueued + s.completed + s.failed FROM queue_sample s WHERE s.queue_id = q.id ORDER BY s.taken DESC LIMIT 1), 0))
        """;

    // Only what has changed, and only when no other process has just done it.
    public const string Sample = """
        INSERT INTO queue_sample (queue_id, taken, enqueued, completed, failed)
        SELECT q.id, ?1, q.enqueued, q.completed, q.failed FROM queue q WHERE q.kind = 1
          AND NOT EXISTS (SELECT 1 FROM queue_sample s WHERE s.queue_id = q.id AND (s.taken > ?2 OR s.enqueued + s.completed + s.failed = q.enqueued + q.completed + q.failed))
        """;

    public const string ForgetSamples = """
        DELETE FROM queue_sample WHERE taken < (SELECT max(b.taken) FROM queue_sample b WHERE b.queue_id = queue_sample.queue_id AND b.taken <= ?1)
        """;

    public const string ForgetSamplesAfter = "DELETE FROM queue_sample WHERE taken > ?1";

    public const string SampleAt = """
        SELECT taken, enqueued, completed, failed FROM queue_sample WHERE queue_id = ?1 AND taken <= ?2 ORDER BY taken DESC LIMIT 1
        """;

    // Waking other processes

    public const string Listeners = "SELECT address FROM listener";
    public const string AddListener = "INSERT OR IGNORE INTO listener VALUES (?1)";
    public const string RemoveListener = "DELETE FROM listener WHERE address = ?1";
}
