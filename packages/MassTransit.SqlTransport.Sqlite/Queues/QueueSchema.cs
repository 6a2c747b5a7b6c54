using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// The file's format. Script n takes version n to n + 1; a script that was released is never changed. Times are milliseconds since 1970
/// (UTC), identifiers 16 bytes in their written order.
/// </summary>
internal static class QueueSchema
{
    /// <summary>"MTSQ": marks the file as a queue file (<c>PRAGMA application_id</c>).</summary>
    public const int ApplicationId = 0x4D545351;

    public static readonly string[] Scripts = [Version1, Version2, Version3];

    /// <summary>
    /// A program of version 2 reads a file of version 3 when its number is set back to 2. What version 3 added is still in it when it
    /// comes home, and is not added twice; the codes of pauses are of another time.
    /// </summary>
    public static void ComeHome(SqliteConnection connection)
    {
        var file = (SqliteFileConnection)connection;
        if (file.Number("PRAGMA user_version") == 2
            && file.Number("SELECT count(*) FROM pragma_table_info('queue') WHERE name = 'pause_code'") > 0)
        {
            file.Run("UPDATE queue SET pause_code = NULL");
            file.Run("PRAGMA user_version = 3");
        }
    }

    private const string Version1 = """
        -- One row for each kind of place a queue has (see QueueKind).
        CREATE TABLE queue (
          id                 INTEGER PRIMARY KEY,
          name               TEXT NOT NULL,
          kind               INTEGER NOT NULL,
          auto_delete        INTEGER,            -- seconds of idleness after which a temporary queue goes
          max_delivery_count INTEGER,            -- null: the default of 10
          touched            INTEGER NOT NULL DEFAULT 0, -- changes while a receiver is there
          paused_since       INTEGER,
          paused_until       INTEGER,
          pause_reason       TEXT,
          enqueued           INTEGER NOT NULL DEFAULT 0, -- totals, for rates
          completed          INTEGER NOT NULL DEFAULT 0,
          failed             INTEGER NOT NULL DEFAULT 0,
          UNIQUE (name, kind)
        ) STRICT;

        CREATE TABLE topic (
          id   INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE topic_subscription (
          source_id      INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
          destination_id INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
          type           INTEGER NOT NULL,
          routing_key    TEXT NOT NULL,
          PRIMARY KEY (source_id, destination_id, type, routing_key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE queue_subscription (
          source_id      INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
          destination_id INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE,
          type           INTEGER NOT NULL,
          routing_key    TEXT NOT NULL,
          PRIMARY KEY (source_id, destination_id, type, routing_key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX queue_subscription_destination ON queue_subscription (destination_id);

        -- What was sent; never changed.
        CREATE TABLE message (
          id                   INTEGER PRIMARY KEY,
          transport_message_id BLOB NOT NULL,
          content_type         TEXT,
          message_type         TEXT,
          body                 BLOB NOT NULL,
          message_id           BLOB,
          correlation_id       BLOB,
          conversation_id      BLOB,
          request_id           BLOB,
          initiator_id         BLOB,
          source_address       TEXT,
          destination_address  TEXT,
          response_address     TEXT,
          fault_address        TEXT,
          sent                 INTEGER,
          headers              TEXT
        ) STRICT;

        -- Where it goes: one row a queue. Small, because its state changes: ready (due is null), in flight (held = 1, due is when the lock
        -- ends) or scheduled (held = 0, due is when it becomes ready). Being ready does not depend on the clock.
        CREATE TABLE delivery (
          id                INTEGER PRIMARY KEY AUTOINCREMENT,
          message_id        INTEGER NOT NULL,
          shared            INTEGER NOT NULL,     -- 1: the message went to several queues
          queue_id          INTEGER NOT NULL,
          priority          INTEGER NOT NULL,
          position          INTEGER NOT NULL,     -- place in line within the priority
          due               INTEGER,
          since             INTEGER,              -- when due was set, to tell a clock that was wrong then
          held              INTEGER NOT NULL DEFAULT 0,
          lock_id           BLOB,
          consumer_id       BLOB,
          enqueued          INTEGER NOT NULL,
          expires           INTEGER,
          delivery_count    INTEGER NOT NULL DEFAULT 0, -- deliveries that failed
          attempt           INTEGER NOT NULL DEFAULT 0, -- see Attempt
          partition_key     TEXT,
          routing_key       TEXT,
          correlation_id    BLOB,
          scheduling_token  BLOB,
          transport_headers TEXT,
          reason            TEXT
        ) STRICT;
        CREATE INDEX delivery_ready ON delivery (queue_id, priority, position) WHERE due IS NULL;
        CREATE INDEX delivery_due ON delivery (queue_id, held, due, since) WHERE due IS NOT NULL;
        CREATE INDEX delivery_partition ON delivery (queue_id, partition_key, priority) WHERE partition_key IS NOT NULL;
        CREATE INDEX delivery_correlation ON delivery (queue_id, correlation_id) WHERE correlation_id IS NOT NULL;
        CREATE INDEX delivery_scheduling ON delivery (scheduling_token) WHERE scheduling_token IS NOT NULL;
        CREATE INDEX delivery_shared ON delivery (message_id) WHERE shared = 1;

        -- Changes with every change of topics and subscriptions, so that processes know when to read them again.
        CREATE TABLE topology (version INTEGER NOT NULL) STRICT;
        INSERT INTO topology VALUES (0);

        -- Sockets of the processes that want to be woken.
        CREATE TABLE listener (address TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

        -- For people with a SQL shell.
        CREATE VIEW queue_overview AS
          SELECT q.name,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS ready,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 1 AND d.due IS NOT NULL) AS in_flight,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 0 AND d.due IS NOT NULL) AS scheduled,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 2) AS error,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 4) AS skipped,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 3) AS dead_letter,
            q.pause_reason
          FROM queue q WHERE q.kind = 1 ORDER BY q.name;
        """;

    private const string Version2 = """
        -- The totals of queues as they were, while they change: for rates (see QueueSamples).
        CREATE TABLE queue_sample (
          queue_id  INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE,
          taken     INTEGER NOT NULL,
          enqueued  INTEGER NOT NULL,
          completed INTEGER NOT NULL,
          failed    INTEGER NOT NULL,
          PRIMARY KEY (queue_id, taken)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_expiring ON delivery (enqueued) WHERE expires IS NOT NULL; -- for a clock that is set

        INSERT INTO queue_sample SELECT id, 0, enqueued, completed, failed FROM queue WHERE kind = 1;

        -- For people with a SQL shell: what SqliteQueueInfo and SqliteQueuedMessage are for programs.
        DROP VIEW queue_overview;
        CREATE VIEW queue_overview AS
          WITH now AS (SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000 AS ms),
          base AS (
            SELECT q.id, now.ms,
              (SELECT max(taken) FROM queue_sample s WHERE s.queue_id = q.id AND s.taken <= now.ms - 60000) AS taken
            FROM queue q, now WHERE q.kind = 1),
          rate AS (
            SELECT base.id, base.ms, s.enqueued, s.completed, s.failed,
              CASE WHEN base.ms - s.taken < 75000 THEN 60000.0 / (base.ms - s.taken) ELSE 1.0 END AS scale
            FROM base LEFT JOIN queue_sample s ON s.queue_id = base.id AND s.taken = base.taken)
          SELECT q.name,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS ready,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 1 AND d.due IS NOT NULL) AS in_flight,
            (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 0 AND d.due IS NOT NULL) AS scheduled,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 2) AS error,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 4) AS skipped,
            (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 3) AS dead_letter,
            (SELECT max(0, rate.ms - min(enqueued)) / 1000 FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS oldest_seconds,
            round((q.enqueued - coalesce(rate.enqueued, 0)) * coalesce(rate.scale, 1), 1) AS enqueued_per_minute,
            round((q.completed - coalesce(rate.completed, 0)) * coalesce(rate.scale, 1), 1) AS completed_per_minute,
            round((q.failed - coalesce(rate.failed, 0)) * coalesce(rate.scale, 1), 1) AS failed_per_minute,
            CASE WHEN q.paused_until IS NULL OR q.paused_until > rate.ms THEN q.pause_reason END AS pause_reason,
            CASE WHEN q.paused_until > rate.ms THEN datetime(q.paused_until / 1000, 'unixepoch') END AS paused_until
          FROM queue q JOIN rate ON rate.id = q.id ORDER BY q.name;

        CREATE VIEW queue_message AS
          SELECT q.name AS queue,
            CASE q.kind WHEN 2 THEN 'error' WHEN 3 THEN 'dead_letter' WHEN 4 THEN 'skipped'
              ELSE CASE WHEN d.due IS NULL THEN 'ready' WHEN d.held THEN 'in_flight' ELSE 'scheduled' END END AS part,
            d.id AS delivery_id, m.message_type, d.priority, d.delivery_count, d.reason,
            datetime(d.enqueued / 1000, 'unixepoch') AS enqueued, datetime(d.due / 1000, 'unixepoch') AS due, datetime(d.expires / 1000, 'unixepoch') AS expires,
            d.partition_key, d.routing_key, lower(hex(d.correlation_id)) AS correlation_id,
            m.content_type, m.headers, d.transport_headers, CAST(m.body AS TEXT) AS body
          FROM delivery d JOIN queue q ON q.id = d.queue_id JOIN message m ON m.id = d.message_id;
        """;

    private const string Version3 = """
        ALTER TABLE queue ADD COLUMN pause_code TEXT; -- what the application tells the pause by
        """;
}

/// <summary>The places of a queue; the first three are MassTransit's <see cref="SqlQueueType"/>.</summary>
internal enum QueueKind
{
    Main = 1,
    Error = 2,
    DeadLetter = 3,
    Skipped = 4,
}

/// <summary>
/// Whether a delivery whose lock ends had begun. Most never need to know, so nothing is written when a consumer begins; only a message
/// whose lock has ended once is marked before the next try, and from then on a process that dies over it is counted.
/// </summary>
internal enum Attempt
{
    Unmarked = 0,
    Interrupted = 1,
    Begun = 2,
}
