namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>The statements behind <see cref="ISqliteQueues"/>.</summary>
internal static class OperatorSql
{
    public const string Queues = "SELECT DISTINCT name FROM queue WHERE ?1 IS NULL OR name = ?1 ORDER BY name";

    public const string Places = """
        SELECT id, kind, enqueued, completed, failed, coalesce(max_delivery_count, 10), auto_delete, pause_reason, paused_since, paused_until,
          pause_code
        FROM queue WHERE name = ?1
        """;

    public const string CountReady = "SELECT count(*) FROM delivery WHERE queue_id = ?1 AND due IS NULL";
    public const string CountDue = "SELECT count(*) FROM delivery WHERE queue_id = ?1 AND held = ?2 AND due IS NOT NULL";
    public const string NextDue = "SELECT due FROM delivery WHERE queue_id = ?1 AND held = 0 AND due IS NOT NULL ORDER BY due LIMIT 1";

    // The head of each priority: the oldest ready message is among them, since messages of one priority wait in line.
    public const string OldestReady = """
        WITH RECURSIVE head (priority) AS (
          SELECT min(priority) FROM delivery WHERE queue_id = ?1 AND due IS NULL
          UNION ALL
          SELECT (SELECT min(priority) FROM delivery WHERE queue_id = ?1 AND due IS NULL AND priority > head.priority) FROM head WHERE head.priority IS NOT NULL)
        SELECT min((SELECT enqueued FROM delivery WHERE queue_id = ?1 AND due IS NULL AND priority = head.priority ORDER BY position LIMIT 1))
        FROM head WHERE head.priority IS NOT NULL
        """;

    private const string Peek = $"SELECT {MessageRow.Columns}, d.due, d.reason {MessageRow.Tables}";

    public const string PeekReady = Peek + " WHERE d.queue_id = ?1 AND d.due IS NULL ORDER BY d.priority, d.position LIMIT ?2 OFFSET ?3";
    public const string PeekDue = Peek + " WHERE d.queue_id = ?1 AND d.held = ?4 AND d.due IS NOT NULL ORDER BY d.due LIMIT ?2 OFFSET ?3";

    public const string Contains = """
        SELECT EXISTS (SELECT 1 FROM queue q JOIN delivery d ON d.queue_id = q.id
          WHERE q.name = ?1 AND (q.kind = 1 OR (?3 AND q.kind IN (2, 3))) AND d.correlation_id = ?2)
        """;

    public const string Pause = """
        UPDATE queue SET pause_reason = ?2, paused_since = ?3, paused_until = ?4, pause_code = ?5 WHERE name = ?1 AND kind = 1 RETURNING id
        """;

    public const string Resume = """
        UPDATE queue SET pause_reason = NULL, paused_since = NULL, paused_until = NULL, pause_code = NULL
        WHERE name = ?1 AND kind = 1 AND paused_since IS NOT NULL RETURNING id, coalesce(paused_until, 0)
        """;

    public const string FailedIds = "SELECT id FROM delivery WHERE queue_id = ?1 AND due IS NULL ORDER BY id LIMIT ?2";
    public const string FailedId = """
        SELECT d.id, d.transport_headers FROM delivery d JOIN queue q ON q.id = d.queue_id WHERE d.id = ?1 AND q.name = ?2 AND q.kind > 1
        """;

    public const string Scheduled =
        "SELECT id FROM delivery WHERE queue_id = ?1 AND held = 0 AND due IS NOT NULL ORDER BY due, id LIMIT ?2";
    public const string BringForward = """
        UPDATE delivery SET due = ?3, since = ?4 WHERE id = ?1 AND queue_id = ?2 AND held = 0 AND due > ?3
        """;

    // Back in line at the end, as if it had just been sent.
    public const string Requeue = """
        UPDATE delivery SET queue_id = ?2, position = ?3, due = ?4, since = ?5, transport_headers = ?6, delivery_count = 0, attempt = 0, reason = NULL
        WHERE id = ?1
        """;

    public const string DeleteReady = """
        DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE queue_id = ?1 AND due IS NULL LIMIT ?2) RETURNING message_id, shared
        """;

    public const string DeleteDue = """
        DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE queue_id = ?1 AND held = ?3 AND due IS NOT NULL LIMIT ?2)
        RETURNING message_id, shared
        """;
}
