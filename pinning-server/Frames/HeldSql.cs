namespace Wanda.PinningServer;

/// <summary>Every statement on which blocks the pins of a node keep.</summary>
internal static class HeldSql
{
    // Whatever became of the pin: what is left of a broken one, and of one that is kept a while, is its node's.
    public const string Holds =
        "SELECT EXISTS (SELECT 1 FROM held JOIN pin ON pin.row = held.pin WHERE held.cid = ?1 AND pin.node = ?2)";

    public const string NextUnlisted =
        $"SELECT {PinSql.Columns} FROM pin WHERE node = ?1 AND row > ?2 AND listed IS NOT blocks AND (state = 1 OR bytes > 0) "
            + "ORDER BY row LIMIT 1";

    public const string NodesUnlisted = "SELECT DISTINCT node FROM pin WHERE listed IS NOT blocks AND (state = 1 OR bytes > 0)";

    public const string Hold = "INSERT OR IGNORE INTO held (cid, pin) VALUES (?1, ?2)";

    public const string Listed = "UPDATE pin SET listed = ?2 WHERE row = ?1";

    public const string DropEnded = "DELETE FROM held WHERE pin NOT IN (SELECT row FROM pin)";
}
