namespace Wanda.Catalog;

internal static partial class Schema
{
    // Sessions that are a run of another program, in a folder of its own below a watched one.
    private const string Runs = """
        ALTER TABLE sessions ADD COLUMN source TEXT;            -- the watched folder; NULL: it is no such run
        ALTER TABLE sessions ADD COLUMN folder BLOB;            -- the run's, as bytes: what its user called it
        ALTER TABLE sessions ADD COLUMN run_night TEXT;         -- the night in which it began
        ALTER TABLE sessions ADD COLUMN run_at TEXT;            -- when, as its program said; NULL: it said nothing
        ALTER TABLE sessions ADD COLUMN application TEXT;       -- what its program said of it last (ApplicationReport), as JSON
        CREATE INDEX sessions_run ON sessions(source, folder) WHERE source IS NOT NULL;
        """;
}
