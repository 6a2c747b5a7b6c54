namespace Wanda.PinningServer;

/// <summary>Every statement on the pins that this server has in a Kubo daemon, and on what it saw of daemons.</summary>
internal static class KuboPinSql
{
    public const string Add = "INSERT INTO kubo_own (root, cid, scope) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

    public const string Remove = "DELETE FROM kubo_own WHERE root = ?1";

    public const string All = "SELECT root, cid, scope FROM kubo_own";

    // A tree of the same blocks may be for two: it goes when neither is wanted.
    public const string Unwanted =
        "SELECT root FROM kubo_own GROUP BY root "
            + "HAVING NOT max(EXISTS (SELECT 1 FROM pin WHERE pin.cid = kubo_own.cid AND pin.scope = kubo_own.scope))";

    public const string Settled = $"SELECT {PinSql.Columns} FROM pin WHERE state = 1 ORDER BY row";

    public const string RemoveFormer = "DELETE FROM kubo_pin WHERE cid = ?1";

    public const string Former = "SELECT cid FROM kubo_pin";

    public const string IsFormer = "SELECT EXISTS (SELECT 1 FROM kubo_pin WHERE cid = ?1)";

    // While one that is settled has none of our own, a former pin may be all that keeps it.
    public const string FormerUnwanted =
        """
        SELECT cid FROM kubo_pin WHERE NOT EXISTS (SELECT 1 FROM pin WHERE state = 1 AND NOT EXISTS
            (SELECT 1 FROM kubo_own WHERE kubo_own.cid = pin.cid AND kubo_own.scope = pin.scope))
        AND (EXISTS (SELECT 1 FROM kubo_own WHERE kubo_own.cid = kubo_pin.cid)
            OR NOT EXISTS (SELECT 1 FROM pin WHERE pin.cid = kubo_pin.cid))
        """;

    public const string Seen = "SELECT started FROM kubo_seen WHERE peer = ?1";

    public const string See = "INSERT INTO kubo_seen (peer, started) VALUES (?1, ?2) ON CONFLICT (peer) DO UPDATE SET started = ?2";

    public const string Forget = "DELETE FROM kubo_seen WHERE peer = ?1";
}
