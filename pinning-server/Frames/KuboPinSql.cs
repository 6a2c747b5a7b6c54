namespace Wanda.PinningServer;

/// <summary>Every statement on the pins that this server has in a Kubo daemon.</summary>
internal static class KuboPinSql
{
    public const string Add = "INSERT INTO kubo_pin (cid) VALUES (?1) ON CONFLICT DO NOTHING";

    public const string Remove = "DELETE FROM kubo_pin WHERE cid = ?1";

    public const string Unwanted = "SELECT cid FROM kubo_pin WHERE NOT EXISTS (SELECT 1 FROM pin WHERE pin.cid = kubo_pin.cid)";

    public const string Promised = "SELECT id, cid, scope FROM pin WHERE state = 1";
}
