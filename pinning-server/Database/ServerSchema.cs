namespace Wanda.PinningServer;

/// <summary>The tables of <c>pins.db</c>.</summary>
internal static class ServerSchema
{
    /// <summary>Marks the file as this program's ("WPIN").</summary>
    public const int ApplicationId = 0x5750494E;

    /// <summary>Script n takes the schema from version n to n + 1; released scripts never change.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE pin (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            node TEXT NOT NULL,
            cid TEXT NOT NULL,
            scope INTEGER NOT NULL,
            state INTEGER NOT NULL,
            capture TEXT,
            session TEXT,
            number INTEGER,
            name TEXT,
            bytes INTEGER NOT NULL,
            blocks INTEGER NOT NULL,
            created INTEGER NOT NULL UNIQUE, -- Unix milliseconds
            origins TEXT NOT NULL,           -- JSON array
            meta TEXT NOT NULL               -- JSON object
        ) STRICT;
        CREATE INDEX pin_by_cid ON pin (node, cid);
        CREATE INDEX pin_by_session ON pin (node, session);
        CREATE INDEX pin_queued ON pin (state) WHERE state = 0;
        CREATE TABLE ipns (
            name TEXT PRIMARY KEY,
            node TEXT NOT NULL,
            record BLOB NOT NULL,
            stored INTEGER NOT NULL          -- Unix milliseconds
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE node (
            name TEXT PRIMARY KEY,
            seen INTEGER NOT NULL            -- Unix milliseconds
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE upload (
            id TEXT PRIMARY KEY,
            node TEXT NOT NULL,
            length INTEGER NOT NULL,
            stored INTEGER NOT NULL,         -- bytes of it that are fsynced
            metadata TEXT NOT NULL,          -- Upload-Metadata as it was sent
            expires INTEGER NOT NULL,        -- Unix milliseconds
            pin TEXT                         -- what became of it
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX upload_open ON upload (node) WHERE pin IS NULL;
        """,
        // The log is written by triggers: in the transaction of what it tells of, whoever does it, a running server or its operator's
        // command.
        $"""
        CREATE TABLE account (
            name TEXT PRIMARY KEY,
            token BLOB NOT NULL,             -- SHA-256
            quota INTEGER,                   -- bytes; none: what the disk has
            expires INTEGER,                 -- Unix milliseconds; none: never
            joined INTEGER NOT NULL,
            revoked INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE invite (
            code BLOB PRIMARY KEY,           -- SHA-256
            node TEXT NOT NULL,
            quota INTEGER,
            token_expires INTEGER,
            expires INTEGER NOT NULL,
            token BLOB                       -- SHA-256 of the token that it was redeemed for
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            node TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT,
            detail TEXT
        ) STRICT;
        CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'The audit log is added to and never changed.'); END;
        CREATE TRIGGER audit_pin AFTER INSERT ON pin
        BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES ({Now}, new.node, iif(new.state, 'pinned', 'wanted'), new.cid, {Frame("new")}); END;
        CREATE TRIGGER audit_state AFTER UPDATE OF state ON pin WHEN old.state <> new.state
        BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES ({Now}, new.node, iif(new.state, 'pinned', 'missing'), new.cid, {Frame("new")}); END;
        CREATE TRIGGER audit_unpin AFTER DELETE ON pin
        BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES ({Now}, old.node, 'unpinned', old.cid, {Frame("old")}); END;
        CREATE TRIGGER audit_invite AFTER INSERT ON invite
        BEGIN INSERT INTO audit (at, node, action) VALUES ({Now}, new.node, 'invited'); END;
        CREATE TRIGGER audit_join AFTER UPDATE OF token ON invite
        BEGIN INSERT INTO audit (at, node, action) VALUES ({Now}, new.node, 'joined'); END;
        CREATE TRIGGER audit_revoke AFTER UPDATE OF revoked ON account WHEN new.revoked IS NOT NULL
        BEGIN INSERT INTO audit (at, node, action) VALUES ({Now}, new.name, 'revoked'); END;
        """,
        """
        CREATE TABLE promise (               -- room kept for a session
            node TEXT NOT NULL,
            session TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            expires INTEGER NOT NULL,        -- Unix milliseconds
            PRIMARY KEY (node, session)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE kubo_pin (              -- ours in the daemon, which may have those of others
            cid TEXT PRIMARY KEY
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pin_cid ON pin (cid);
        """,
        // The operator's command deletes the row of a pin; what else there is of it, the running server lets go of in its own time.
        $"""
        CREATE TABLE dropped (               -- pins that the operator ended
            id TEXT PRIMARY KEY,
            node TEXT NOT NULL,
            cid TEXT NOT NULL,
            session TEXT,
            pins INTEGER NOT NULL,           -- 1 when it was settled, and so on the node's account
            bytes INTEGER NOT NULL,          -- of that account
            at INTEGER NOT NULL,             -- Unix milliseconds
            reason TEXT NOT NULL,            -- with who said so
            pending INTEGER NOT NULL         -- the server still has claims and an account of it
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX dropped_cid ON dropped (node, cid);
        CREATE INDEX dropped_pending ON dropped (pending) WHERE pending = 1;
        CREATE VIEW kept AS
            SELECT node, session, 1 AS pins, bytes FROM pin WHERE state = 1
            UNION ALL SELECT node, session, pins, bytes FROM dropped WHERE pending = 1;
        DROP TRIGGER audit_unpin;
        CREATE TRIGGER audit_unpin AFTER DELETE ON pin WHEN NOT EXISTS (SELECT 1 FROM dropped WHERE id = old.id)
        BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES ({Now}, old.node, 'unpinned', old.cid, {Frame("old")}); END;
        CREATE TRIGGER audit_drop AFTER INSERT ON dropped
        BEGIN INSERT INTO audit (at, node, action, subject, detail)
            SELECT {Now}, new.node, 'dropped', new.cid, coalesce({Frame("pin")} || ': ', '') || new.reason FROM pin WHERE id = new.id; END;
        """,
        // A pin that its node ended stays for a while. What has ended for good is remembered by its id: a claim of it that a crash left
        // behind is let go of, while one that this table never knew is a pin that it has lost.
        $"""
        ALTER TABLE pin ADD COLUMN covered TEXT;     -- of a directory: the CIDs that it keeps, a space between them
        ALTER TABLE pin ADD COLUMN unpinned INTEGER; -- Unix milliseconds; its node has ended it, and it is kept a while
        ALTER TABLE pin ADD COLUMN awaits TEXT;      -- the pin that takes its place: kept until that one is settled
        ALTER TABLE pin ADD COLUMN restored INTEGER; -- by how many the running server has yet to count it again, after the operator
        CREATE INDEX pin_unpinned ON pin (unpinned) WHERE unpinned IS NOT NULL;
        CREATE INDEX pin_awaits ON pin (awaits) WHERE awaits IS NOT NULL;
        CREATE INDEX pin_restored ON pin (restored) WHERE restored = 1;
        CREATE TABLE clock (                 -- one row: the time that was believed last
            at INTEGER NOT NULL,             -- Unix milliseconds
            boot TEXT NOT NULL,              -- of the kernel that it was
            up INTEGER NOT NULL              -- milliseconds that this had run
        ) STRICT;
        CREATE TABLE ended (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL              -- Unix milliseconds
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE dropped ADD COLUMN overhead INTEGER NOT NULL DEFAULT 0; -- bytes on the disk besides
        INSERT OR IGNORE INTO ended SELECT id, at FROM dropped;
        CREATE TRIGGER pin_ended AFTER DELETE ON pin
        BEGIN INSERT OR REPLACE INTO ended VALUES (old.id, {Now}); END;
        DROP VIEW kept;
        CREATE VIEW kept AS
            SELECT node, session, iif(unpinned IS NULL, 1, 0) AS pins, bytes, {PinSql.Overhead} AS overhead FROM pin WHERE state = 1
            UNION ALL SELECT node, session, pins, bytes, overhead FROM dropped WHERE pending = 1;
        DROP TRIGGER audit_unpin;
        CREATE TRIGGER audit_unpin AFTER UPDATE OF unpinned ON pin WHEN (old.unpinned IS NULL) <> (new.unpinned IS NULL)
        BEGIN INSERT INTO audit (at, node, action, subject, detail)
            VALUES ({Now}, new.node, iif(new.unpinned IS NULL, 'restored', 'unpinned'), new.cid, {Frame("new")}); END;
        CREATE TRIGGER audit_end AFTER DELETE ON pin WHEN NOT EXISTS (SELECT 1 FROM dropped WHERE id = old.id)
        BEGIN INSERT INTO audit (at, node, action, subject, detail)
            VALUES ({Now}, old.node, iif(old.unpinned IS NULL, 'unpinned', 'ended'), old.cid, {Frame("old")}); END;
        """,
        // An invite from before may give no token to a name that is known by now: "replace" is 0.
        $"""
        ALTER TABLE invite ADD COLUMN replace INTEGER NOT NULL DEFAULT 0;  -- may be redeemed for a name that is known here
        ALTER TABLE invite ADD COLUMN add_only INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE account ADD COLUMN add_only INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE account ADD COLUMN former BLOB;                        -- SHA-256 of the token that the last invite replaced
        ALTER TABLE account ADD COLUMN replaced INTEGER;                   -- when; Unix milliseconds
        CREATE TABLE configured (            -- the nodes of the server's options, as it last started with
            name TEXT PRIMARY KEY
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER audit_replace AFTER UPDATE OF token ON account WHEN old.token <> new.token
        BEGIN INSERT INTO audit (at, node, action) VALUES ({Now}, new.name, 'replaced'); END;
        """,
        // What the operator removes or restores from outside, the running server counts again: "restored" says by how many pins.
        $"""
        CREATE TABLE removed (               -- nodes that the operator removed, until they join again
            name TEXT PRIMARY KEY,
            at INTEGER NOT NULL,             -- Unix milliseconds
            detail TEXT NOT NULL             -- by whom, and what it had
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER audit_remove AFTER INSERT ON removed
        BEGIN INSERT INTO audit (at, node, action, detail) VALUES ({Now}, new.name, 'removed', new.detail); END;
        DROP INDEX pin_restored;
        CREATE INDEX pin_restored ON pin (restored) WHERE restored IS NOT NULL;
        """,
        // Whose a block is, where nodes read their own alone; made from the pins' lists, and made again when it is gone.
        """
        CREATE TABLE held (
            cid BLOB NOT NULL,
            pin INTEGER NOT NULL,            -- its row
            PRIMARY KEY (cid, pin)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE pin ADD COLUMN listed INTEGER; -- its blocks when "held" was made
        CREATE INDEX pin_unlisted ON pin (node) WHERE listed IS NOT blocks AND (state = 1 OR bytes > 0);
        """,
        // What the operator is told of.
        """
        CREATE TABLE alert (                 -- what is so now
            key TEXT PRIMARY KEY,            -- disk, silent/NODE
            grade INTEGER NOT NULL,          -- how bad it is, 1 or more
            severity INTEGER NOT NULL,       -- 0 info, 1 warning, 2 urgent
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            since INTEGER NOT NULL           -- Unix milliseconds
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE told (                  -- what a channel was told, and not yet that it is over
            channel TEXT NOT NULL,
            key TEXT NOT NULL,
            grade INTEGER NOT NULL,
            title TEXT NOT NULL,
            since INTEGER NOT NULL,          -- of the alert; Unix milliseconds
            PRIMARY KEY (channel, key)
        ) STRICT, WITHOUT ROWID;
        """,
        // What this server has in a Kubo by pins that are nobody else's, and what was seen of the daemon. "kubo_pin" is of servers before.
        """
        CREATE TABLE kubo_own (
            root TEXT NOT NULL,              -- of our own pin in the daemon
            cid TEXT NOT NULL,               -- what it is for: a pin's
            scope INTEGER NOT NULL,          -- and how much of it
            PRIMARY KEY (root, cid, scope)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kubo_own_cid ON kubo_own (cid, scope);
        CREATE TABLE kubo_seen (             -- daemons that are configured to flush
            peer TEXT PRIMARY KEY,
            started TEXT                     -- when it had been as we saw that first, in its words; none: started again since
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    // Unix milliseconds.
    private const string Now = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

    private static string Frame(string pin) => $"coalesce({pin}.session || '/' || {pin}.number, {pin}.name)";
}
