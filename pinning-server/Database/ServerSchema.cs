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
    ];
}
