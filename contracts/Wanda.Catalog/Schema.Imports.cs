namespace Wanda.Catalog;

internal static partial class Schema
{
    // Old folders whose frames are taken once, behind everything else.
    private const string Imports = """
        CREATE TABLE imports (
            id        INTEGER PRIMARY KEY,
            path      TEXT NOT NULL,
            preset    TEXT,
            asked_at  TEXT NOT NULL,
            state     TEXT NOT NULL DEFAULT 'Open',          -- Open | Done | Stopped
            found     INTEGER NOT NULL DEFAULT 0,            -- files that are there
            taken     INTEGER NOT NULL DEFAULT 0,
            known     INTEGER NOT NULL DEFAULT 0,            -- captures already, by their content
            refused   INTEGER NOT NULL DEFAULT 0,
            position  BLOB,                                  -- the last file that was dealt with
            wait      TEXT,                                  -- what it waits for, by ImportWait; NULL: it goes on
            detail    TEXT,
            ended_at  TEXT
        );
        """;

    // What an import left because somebody was writing to it, and how far it is in bytes.
    private const string ImportBytes = """
        ALTER TABLE imports ADD COLUMN "left" INTEGER NOT NULL DEFAULT 0;       -- being written to when it ended
        ALTER TABLE imports ADD COLUMN found_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE imports ADD COLUMN done_bytes INTEGER NOT NULL DEFAULT 0;   -- of what was taken, known or refused
        """;
}
