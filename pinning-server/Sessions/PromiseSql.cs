namespace Wanda.PinningServer;

/// <summary>Every statement on what sessions were promised.</summary>
internal static class PromiseSql
{
    public const string Columns = "node, session, bytes, expires";

    public const string Put =
        $"INSERT INTO promise ({Columns}) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (node, session) DO UPDATE SET bytes = ?3, expires = ?4";

    public const string Others = "SELECT count(*) FROM promise WHERE node = ?1 AND session <> ?2";

    public const string Find = $"SELECT {Columns} FROM promise WHERE node = ?1 AND session = ?2";

    public const string All = $"SELECT {Columns} FROM promise";

    public const string Delete = "DELETE FROM promise WHERE node = ?1 AND session = ?2";

    public const string Arrived = "SELECT coalesce(sum(bytes), 0) FROM kept WHERE node = ?1 AND session = ?2";
}
