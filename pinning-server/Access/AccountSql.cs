namespace Wanda.PinningServer;

/// <summary>Every statement on accounts, invites and the audit log.</summary>
internal static class AccountSql
{
    public const string Accounts = "SELECT name, token, quota, expires, joined, revoked FROM account ORDER BY name";

    public const string Invites = "SELECT count(*) FROM invite";

    public const string Invite = "INSERT INTO invite (code, node, quota, token_expires, expires) VALUES (?1, ?2, ?3, ?4, ?5)";

    public const string FindInvite = "SELECT node, quota, token_expires, token FROM invite WHERE code = ?1 AND expires > ?2";

    public const string Redeem = "UPDATE invite SET token = ?2 WHERE code = ?1";

    public const string Join =
        """
        INSERT INTO account (name, token, quota, expires, joined) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (name) DO UPDATE SET token = ?2, quota = ?3, expires = ?4, joined = ?5, revoked = NULL
        """;

    public const string Revoke = "UPDATE account SET revoked = ?2 WHERE name = ?1 AND revoked IS NULL";

    public const string DropInvites = "DELETE FROM invite WHERE node = ?1";

    public const string DropExpired = "DELETE FROM invite WHERE expires <= ?1";

    public const string Audit =
        "SELECT row, at, node, action, subject, detail FROM audit WHERE (?1 IS NULL OR node = ?1) ORDER BY row DESC LIMIT ?2";

    public const string DropAudit = "DELETE FROM audit WHERE row <= (SELECT max(row) FROM audit) - ?1";
}
