namespace Wanda.PinningServer;

/// <summary>Every statement on alerts.</summary>
internal static class AlertSql
{
    public const string All = "SELECT key, grade, severity, title, text, since FROM alert ORDER BY severity DESC, since, key";

    public const string Clear = "DELETE FROM alert";

    public const string Add = "INSERT INTO alert (key, grade, severity, title, text, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    public const string Told = "SELECT key, grade, title, since FROM told WHERE channel = ?1 ORDER BY since, key";

    public const string Tell = "INSERT OR REPLACE INTO told (channel, key, grade, title, since) VALUES (?1, ?2, ?3, ?4, ?5)";

    public const string Forget = "DELETE FROM told WHERE channel = ?1 AND key = ?2";
}
