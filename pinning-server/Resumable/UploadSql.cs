namespace Wanda.PinningServer;

/// <summary>Every statement on resumable uploads.</summary>
internal static class UploadSql
{
    public const string Columns = "id, node, length, stored, metadata, expires, pin";

    public const string Insert = $"INSERT INTO upload ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    public const string ById = $"SELECT {Columns} FROM upload WHERE id = ?1 AND node = ?2";

    public const string OpenLike =
        $"SELECT {Columns} FROM upload WHERE node = ?1 AND pin IS NULL AND length = ?2 AND metadata = ?3 LIMIT 1";

    public const string OpenOf = "SELECT count(*) FROM upload WHERE node = ?1 AND pin IS NULL";

    public const string Open = $"SELECT {Columns} FROM upload WHERE pin IS NULL";

    public const string OpenSum = "SELECT count(*), total(length - stored) FROM upload WHERE pin IS NULL AND (?1 IS NULL OR node = ?1)";

    public const string Expired = $"SELECT {Columns} FROM upload WHERE expires <= ?1";

    public const string Store = "UPDATE upload SET stored = ?2, expires = ?3 WHERE id = ?1";

    public const string Finish = "UPDATE upload SET stored = length, pin = ?2, expires = ?3 WHERE id = ?1";

    public const string Delete = "DELETE FROM upload WHERE id = ?1";
}
