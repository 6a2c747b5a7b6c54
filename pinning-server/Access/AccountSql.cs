namespace Wanda.PinningServer;

/// <summary>Every statement on accounts, invites and the audit log.</summary>
internal static class AccountSql
{
    public const string Accounts =
        "SELECT name, token, quota, expires, joined, revoked, add_only, former, replaced FROM account ORDER BY name";

    // Pins of a node that had a token say the same as its account, should that be lost with pins.db. Two ranges: an index has them.
    public const string Invites =
        """
        SELECT (SELECT count(*) FROM invite) + EXISTS (SELECT 1 FROM pin WHERE node < 'local')
            + EXISTS (SELECT 1 FROM pin WHERE node > 'local')
        """;

    public const string OpenInvites = "SELECT node, max(expires) FROM invite WHERE token IS NULL AND expires > ?1 GROUP BY node";

    public const string Invite =
        "INSERT INTO invite (code, node, quota, token_expires, expires, replace, add_only) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    public const string FindInvite =
        "SELECT node, quota, token_expires, token, replace, add_only FROM invite WHERE code = ?1 AND expires > ?2";

    public const string Redeem = "UPDATE invite SET token = ?2 WHERE code = ?1";

    public const string Join =
        """
        INSERT INTO account (name, token, quota, expires, joined, add_only) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (name) DO UPDATE SET token = ?2, quota = ?3, expires = ?4, joined = ?5, add_only = ?6, revoked = NULL,
            former = iif(token = ?2, former, token), replaced = iif(token = ?2, replaced, ?5)
        """;

    /// <summary>Whether a token for this name would be given what somebody has here.</summary>
    public const string IsKnown =
        """
        SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1) OR EXISTS (SELECT 1 FROM pin WHERE node = ?1)
            OR EXISTS (SELECT 1 FROM upload WHERE node = ?1)
        """;

    public const string IsConfigured = "SELECT EXISTS (SELECT 1 FROM configured WHERE name = ?1)";

    public const string Names =
        """
        SELECT name FROM account UNION SELECT name FROM configured UNION SELECT name FROM node
            UNION SELECT node FROM invite WHERE expires > ?1
        """;

    public const string DropConfigured = "DELETE FROM configured";

    public const string Configure = "INSERT INTO configured (name) VALUES (?1)";

    public const string Revoke = "UPDATE account SET revoked = ?2 WHERE name = ?1 AND revoked IS NULL";

    public const string Remove = "INSERT OR REPLACE INTO removed (name, at, detail) VALUES (?1, ?2, ?3)";

    public const string Removed = "SELECT name, at FROM removed";

    public const string DropRemoved = "DELETE FROM removed WHERE name = ?1";

    public const string DropInvites = "DELETE FROM invite WHERE node = ?1";

    public const string DropOpenInvites = "DELETE FROM invite WHERE node = ?1 AND token IS NULL";

    public const string DropOtherInvites = "DELETE FROM invite WHERE node = ?1 AND code <> ?2";

    public const string DropExpired = "DELETE FROM invite WHERE expires <= ?1";

    public const string Audit =
        "SELECT row, at, node, action, subject, detail FROM audit WHERE (?1 IS NULL OR node = ?1) AND row < ?3 "
            + "ORDER BY row DESC LIMIT ?2";

    public const string DropAudit = "DELETE FROM audit WHERE row <= (SELECT max(row) FROM audit) - ?1";
}
