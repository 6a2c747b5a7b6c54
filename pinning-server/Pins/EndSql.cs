namespace Wanda.PinningServer;

/// <summary>Every statement on how pins end: by their node, and kept a while; restored; for good.</summary>
internal static class EndSql
{
    // What never was here is nothing to be kept.
    public const string DeleteWanted =
        $"DELETE FROM pin WHERE id = ?1 AND node = ?2 AND state = 0 AND bytes = 0 AND unpinned IS NULL RETURNING {PinSql.Columns}";

    public const string Unpin =
        $"UPDATE pin SET unpinned = ?3, awaits = ?4 WHERE id = ?1 AND node = ?2 AND unpinned IS NULL RETURNING {PinSql.Columns}";

    public const string AwaitNext = "UPDATE pin SET awaits = ?2 WHERE awaits = ?1";

    // The running server counts settled pins: by how many its count is behind is added up, whatever is done before it looks.
    private const string OneMore = "restored = nullif(coalesce(restored, 0) + state, 0)";
    private const string OneLess = "restored = nullif(coalesce(restored, 0) - state, 0)";

    public const string Restore =
        $"UPDATE pin SET unpinned = NULL, awaits = NULL, {OneMore} WHERE id = ?1 AND unpinned IS NOT NULL RETURNING {PinSql.Columns}";

    public const string RestoreAll =
        $"UPDATE pin SET unpinned = NULL, awaits = NULL, {OneMore} WHERE node = ?1 AND unpinned >= ?2";

    public const string NextMoved = "SELECT id, node, session, restored FROM pin WHERE restored IS NOT NULL LIMIT 1";

    public const string TakeMoved = "UPDATE pin SET restored = NULL WHERE id = ?1";

    public const string TakeAllMoved = "UPDATE pin SET restored = NULL WHERE restored IS NOT NULL";

    public const string DropWantedOf = "DELETE FROM pin WHERE node = ?1 AND state = 0 AND bytes = 0 AND unpinned IS NULL";

    public const string UnpinAll = $"UPDATE pin SET unpinned = ?2, {OneLess} WHERE node = ?1 AND unpinned IS NULL";

    // Of a pin that was replaced, the one in its place must be here first.
    public const string OutOfTime =
        $"""
        SELECT {PinSql.Columns} FROM pin WHERE unpinned <= ?1 AND restored IS NULL
            AND NOT EXISTS (SELECT 1 FROM pin AS next WHERE next.id = pin.awaits AND next.state = 0 AND next.unpinned IS NULL)
        ORDER BY unpinned LIMIT ?2
        """;

    public const string End =
        $"""
        DELETE FROM pin WHERE id = ?1 AND unpinned IS NOT NULL AND restored IS NULL
            AND NOT EXISTS (SELECT 1 FROM pin AS next WHERE next.id = pin.awaits AND next.state = 0 AND next.unpinned IS NULL)
        RETURNING {PinSql.Columns}
        """;

    public const string Ended = "SELECT EXISTS (SELECT 1 FROM ended WHERE id = ?1)";

    public const string ForgetEnded = "DELETE FROM ended WHERE at < ?1";

    public const string ReplacedBy = "SELECT coalesce(sum(bytes), 0) FROM pin WHERE awaits = ?1 AND state = 1";

    public const string Clock = "SELECT at, boot, up FROM clock";

    public const string DropClock = "DELETE FROM clock";

    public const string SetClock = "INSERT INTO clock (at, boot, up) VALUES (?1, ?2, ?3)";

    public const string Unpinned =
        $"SELECT {PinSql.Columns} FROM pin WHERE unpinned IS NOT NULL AND (?1 IS NULL OR node = ?1) ORDER BY unpinned DESC LIMIT ?2";

    public const string UnpinnedByNode = "SELECT node, count(*) FROM pin WHERE unpinned IS NOT NULL GROUP BY node";

    public const string UnpinnedOf = "SELECT count(*), coalesce(sum(bytes), 0) FROM pin WHERE node = ?1 AND unpinned IS NOT NULL";

    // A node that ends half of what it has within a day, and more than a handful; not one that the operator removed.
    public const string MassUnpins =
        """
        SELECT node, sum(unpinned >= ?1), count(*) FROM pin
        WHERE (unpinned IS NULL OR unpinned >= ?1) AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.name = pin.node)
        GROUP BY node HAVING sum(unpinned >= ?1) >= ?2 AND 2 * sum(unpinned >= ?1) >= count(*)
        """;
}
