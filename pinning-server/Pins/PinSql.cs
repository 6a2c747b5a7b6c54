namespace Wanda.PinningServer;

/// <summary>Every statement on pins, names and sightings.</summary>
internal static class PinSql
{
    public const string Columns =
        "row, id, node, cid, scope, state, capture, session, number, name, bytes, blocks, created, origins, meta, "
            + "covered, unpinned";

    // A clock that was set back, or many pins within a millisecond, must not give the same time twice.
    public const string Insert =
        """
        INSERT INTO pin (id, node, cid, scope, state, capture, session, number, name, bytes, blocks, created, origins, meta,
            covered)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, max(?12, coalesce((SELECT max(created) + 1 FROM pin), 0)), ?13, ?14, ?15)
        """;

    public const string ById = $"SELECT {Columns} FROM pin WHERE id = ?1";

    // One that its node ended and is kept still stands again.
    public const string Same =
        $"SELECT {Columns} FROM pin WHERE node = ?1 AND cid = ?2 AND scope = ?3 AND state = 1 AND capture IS ?4 AND session IS ?5 AND "
            + "number IS ?6 ORDER BY unpinned IS NOT NULL LIMIT 1";

    // A pin that lost its bytes here, when the node sends the same frame again. Pins of the Pinning Service API have no labels, and are
    // left alone.
    public const string DropQueuedSame =
        $"""
        DELETE FROM pin WHERE node = ?1 AND cid = ?2 AND scope = ?3 AND state = 0 AND capture IS ?4 AND session IS ?5 AND number IS ?6
            AND (capture IS NOT NULL OR session IS NOT NULL) RETURNING {Columns}
        """;

    public const string StandAgain = "UPDATE pin SET unpinned = NULL, awaits = NULL WHERE id = ?1";

    public const string Extend = "UPDATE pin SET bytes = ?2, blocks = ?3, covered = ?4 WHERE id = ?1 AND unpinned IS NULL";

    public const string Cover = "UPDATE pin SET covered = ?2 WHERE id = ?1 AND covered IS NULL";

    public const string Uncovered = "SELECT id FROM pin WHERE scope = 1 AND covered IS NULL";

    public const string Settle = "UPDATE pin SET state = 1, bytes = ?2, blocks = ?3, listed = NULL WHERE id = ?1 AND state = 0";

    public const string Unsettle = "UPDATE pin SET state = 0 WHERE id = ?1 AND state = 1";

    public const string Queued = $"SELECT {Columns} FROM pin WHERE state = 0 AND unpinned IS NULL AND row > ?1 ORDER BY row LIMIT ?2";

    public const string NextSettled = $"SELECT {Columns} FROM pin WHERE state = 1 AND unpinned IS NULL AND row > ?1 ORDER BY row LIMIT 1";

    public const string LastRow = "SELECT coalesce(max(row), 0) FROM pin";

    public const string QueuedOf = "SELECT count(*) FROM pin WHERE state = 0 AND bytes = 0 AND node = ?1";

    public const string Covers = "SELECT EXISTS (SELECT 1 FROM pin WHERE node = ?1 AND cid = ?2 AND state = 1 AND unpinned IS NULL)";

    /// <summary><see cref="Pin.Overhead"/> of a row.</summary>
    public const string Overhead = "(4096 * max(0, blocks - bytes / 65536) + length(origins) + length(meta) - 4)";

    public const string Usage = "SELECT node, sum(pins), sum(bytes), sum(overhead) FROM kept GROUP BY node";

    public const string Newest =
        $"SELECT {Columns} FROM pin WHERE unpinned IS NULL AND (?1 IS NULL OR node = ?1) AND row < ?3 "
            + "ORDER BY row DESC LIMIT ?2";

    // Pins that lost bytes here. A pin whose bytes never came is queued too, but has no size.
    public const string Broken =
        $"SELECT {Columns} FROM pin WHERE state = 0 AND bytes > 0 AND unpinned IS NULL AND (?1 IS NULL OR node = ?1) AND row < ?3 "
            + "ORDER BY row DESC LIMIT ?2";

    public const string BrokenOf = "SELECT count(*) FROM pin WHERE node = ?1 AND state = 0 AND bytes > 0 AND unpinned IS NULL";

    public const string BrokenByNode =
        "SELECT node, count(*) FROM pin WHERE state = 0 AND bytes > 0 AND unpinned IS NULL GROUP BY node";

    public const string Grown = "SELECT coalesce(sum(bytes), 0) FROM pin WHERE state = 1 AND created >= ?1";

    public const string NoteDrop =
        $"""
        INSERT INTO dropped (id, node, cid, session, pins, bytes, overhead, at, reason, pending)
        SELECT id, node, cid, session, iif(unpinned IS NULL, state, 0), iif(state, bytes, 0), iif(state, {Overhead}, 0), ?2, ?3, 1
        FROM pin WHERE id = ?1
        """;

    public const string Drop = $"DELETE FROM pin WHERE id = ?1 RETURNING {Columns}";

    public const string TakeDropped =
        """
        UPDATE dropped SET pending = 0 WHERE id = (SELECT id FROM dropped WHERE pending = 1 LIMIT 1)
        RETURNING id, node, session, pins, bytes, overhead
        """;

    public const string WhyDropped =
        """
        SELECT at, reason FROM dropped WHERE node = ?1 AND cid = ?2
            AND NOT EXISTS (SELECT 1 FROM pin WHERE pin.node = ?1 AND pin.cid = ?2 AND state = 1 AND unpinned IS NULL)
        ORDER BY at DESC LIMIT 1
        """;

    public const string Ids = "SELECT id, state, bytes FROM pin";

    // A name stays on the account of whoever brought it first, although anybody may bring what its key has signed.
    public const string PutName =
        """
        INSERT INTO ipns (name, node, record, stored) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE SET record = ?3, stored = ?4
        """;

    public const string RecordsOf = "SELECT name, record FROM ipns WHERE node = ?1";

    public const string DropName = "DELETE FROM ipns WHERE name = ?1";

    public const string GetName = "SELECT record FROM ipns WHERE name = ?1 AND (?2 IS NULL OR node = ?2)";

    public const string NamesOf = "SELECT count(*) FROM ipns WHERE node = ?1";

    public const string Saw = "INSERT INTO node (name, seen) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seen = max(seen, ?2)";

    public const string Sightings = "SELECT name, seen FROM node";
}
