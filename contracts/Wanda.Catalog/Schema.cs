using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Wanda.Catalog;

/// <summary>
/// The catalogue's schema as numbered migrations: entry N brings a file from version N to N+1. Entries never change once released
/// (law 9); samples of every released version are kept under <c>tests/Formats.Tests/Samples</c>.
/// </summary>
internal static partial class Schema
{
    public static readonly IReadOnlyList<string> Migrations = [Version1, Custody, Warnings, Gate, Runs, Originals, Imports, ImportBytes];

    // A column of each migration after those of 0.2, in their order.
    private static readonly IReadOnlyList<(string Table, string Column)> Added =
        [("captures", "kind"), ("sessions", "run_at"), ("captures", "original"), ("imports", "path"), ("imports", "left")];

    /// <summary>
    /// For 0.2 to read a file of 0.3 its number is set back to 3 (CHANGELOG.md). What 0.3 added is still in it when it comes home, and is
    /// not added twice.
    /// </summary>
    public static void ComeHome(SqliteConnection db)
    {
        var version = db.ExecuteScalar<long>("PRAGMA user_version");
        if (version == 3 && Added.TakeWhile(a => Has(db, a.Table, a.Column)).Count() is > 0 and var added)
            db.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version + added}"));
    }

    private static bool Has(SqliteConnection db, string table, string column) =>
        db.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM pragma_table_info(@table) WHERE name = @column)", new { table, column });

    // Times are UTC text (2026-11-21T03:04:05.678Z): they sort as text and read well in any SQLite shell.
    private const string Version1 = """
        CREATE TABLE node (
            key    TEXT PRIMARY KEY,
            value  TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE sessions (
            name        TEXT PRIMARY KEY,
            kind        TEXT NOT NULL,                   -- Camera | Watched | Rebuilt
            started_at  TEXT NOT NULL,
            ended_at    TEXT
        ) WITHOUT ROWID;

        -- The directories made of a session, one a revision from 1. An older one stays published until a newer one is proven.
        CREATE TABLE archives (
            session          TEXT NOT NULL REFERENCES sessions(name),
            revision         INTEGER NOT NULL,
            directory_cid    TEXT NOT NULL,
            directory_bytes  INTEGER NOT NULL,           -- of its blocks and all they link to
            frames           INTEGER NOT NULL,
            archived_at      TEXT NOT NULL,
            PRIMARY KEY (session, revision)
        ) WITHOUT ROWID;

        CREATE VIEW sessions_with_archive AS
            SELECT s.*, a.directory_cid, a.archived_at, coalesce(a.frames, 0) AS archived_frames, coalesce(a.revision, 0) AS revision
            FROM sessions s
            LEFT JOIN archives a ON a.session = s.name AND a.revision = (SELECT max(b.revision) FROM archives b WHERE b.session = s.name);

        CREATE TABLE captures (
            id              TEXT PRIMARY KEY,
            session         TEXT NOT NULL REFERENCES sessions(name),
            number          INTEGER NOT NULL,            -- in its session, from 1
            file_name       TEXT NOT NULL,               -- the name its user knows
            path            TEXT NOT NULL,               -- below the storage root
            size_bytes      INTEGER NOT NULL,
            modified_ns     INTEGER NOT NULL,            -- with inode and size: has the file changed since it was saved?
            inode           INTEGER NOT NULL,
            sha256          TEXT NOT NULL,
            format          TEXT NOT NULL,
            source          TEXT NOT NULL,               -- camera or watched folder
            source_key      TEXT UNIQUE,                 -- watched files: what was taken, so that it is not taken twice
            taken_at        TEXT NOT NULL,
            saved_at        TEXT NOT NULL,
            clock_trusted   INTEGER NOT NULL,            -- law 10: frames carry a mark
            metadata        TEXT NOT NULL DEFAULT '{}',  -- exposure, gain, filter, object, ... as JSON
            cid             TEXT,
            dag_bytes       INTEGER,
            added_at        TEXT,
            preview         TEXT NOT NULL DEFAULT 'Pending',  -- Pending | Ready | None
            preview_reason  TEXT,                        -- why there is none
            hold_reason     TEXT,                        -- why a proven frame is still here
            releasing_at    TEXT,                        -- the release door was opened: the file may be gone
            released_at     TEXT,
            discarded_at    TEXT,                        -- an operator's tombstone: obeyed for ever
            discard_reason  TEXT,
            UNIQUE (session, number)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX captures_path ON captures(path);
        CREATE INDEX captures_cid ON captures(cid) WHERE cid IS NOT NULL;
        CREATE INDEX captures_unadded ON captures(id) WHERE cid IS NULL AND discarded_at IS NULL;
        CREATE INDEX captures_unpreviewed ON captures(id) WHERE preview = 'Pending' AND discarded_at IS NULL;
        CREATE INDEX captures_here ON captures(id) WHERE released_at IS NULL AND discarded_at IS NULL;

        -- What a destination said it took. Not a proof: it only saves a second upload.
        CREATE TABLE pins (
            destination  TEXT NOT NULL,
            subject      TEXT NOT NULL,                  -- capture id, or session name
            cid          TEXT NOT NULL,
            remote_id    TEXT,
            pushed_at    TEXT NOT NULL,
            PRIMARY KEY (destination, subject)
        ) WITHOUT ROWID;

        CREATE TABLE proofs (
            id               TEXT PRIMARY KEY,
            subject_kind     TEXT NOT NULL,              -- Capture | Session
            subject          TEXT NOT NULL,
            cid              TEXT NOT NULL,
            destination      TEXT NOT NULL,
            failure_domain   TEXT NOT NULL,
            on_this_machine  INTEGER NOT NULL,
            method           TEXT NOT NULL,              -- Possession | ReadBack
            bytes            INTEGER NOT NULL,
            digest           TEXT NOT NULL,
            endpoint         TEXT NOT NULL,
            proven_at        TEXT NOT NULL,
            expires_at       TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX proofs_subject ON proofs(subject, destination, proven_at);

        CREATE TABLE destinations (
            name            TEXT PRIMARY KEY,
            kind            TEXT NOT NULL,
            failure_domain  TEXT NOT NULL,
            state           TEXT NOT NULL DEFAULT 'Open',  -- Open | Paused
            reason          TEXT,
            paused_since    TEXT,
            next_try_at     TEXT,
            failures        INTEGER NOT NULL DEFAULT 0,  -- in a row
            last_ok_at      TEXT
        ) WITHOUT ROWID;

        CREATE TABLE ipns (
            name          TEXT PRIMARY KEY,
            root_cid      TEXT NOT NULL,
            sequence      INTEGER NOT NULL,
            record        BLOB NOT NULL,
            signed_at     TEXT NOT NULL,
            published_at  TEXT,
            problem       TEXT                           -- why it is not published
        ) WITHOUT ROWID;

        CREATE TABLE events (
            seq      INTEGER PRIMARY KEY,
            at       TEXT NOT NULL,
            subject  TEXT NOT NULL,                      -- capture id, session name or destination name
            kind     TEXT NOT NULL,
            detail   TEXT NOT NULL
        );
        CREATE INDEX events_subject ON events(subject, seq);
        """;

    // Audits of released frames, and the second door.
    private const string Custody = """
        ALTER TABLE captures ADD COLUMN discarded_by TEXT;      -- whose word it was
        ALTER TABLE captures ADD COLUMN erased_at TEXT;         -- a discarded frame's local bytes are gone
        CREATE INDEX captures_discarded ON captures(id) WHERE discarded_at IS NOT NULL;
        CREATE INDEX captures_released ON captures(id) WHERE released_at IS NOT NULL AND discarded_at IS NULL;
        CREATE INDEX proofs_expiry ON proofs(destination, expires_at);

        -- Possession questions with their answers, made while the frame was here; each is asked once (law 2: the nonce is fresh).
        CREATE TABLE challenges (
            subject  TEXT NOT NULL,
            cid      TEXT NOT NULL,
            nonce    BLOB NOT NULL,
            digest   BLOB NOT NULL,
            PRIMARY KEY (subject, nonce)
        ) WITHOUT ROWID;

        -- The last audit of each copy.
        CREATE TABLE audits (
            destination  TEXT NOT NULL,
            subject      TEXT NOT NULL,
            at           TEXT NOT NULL,
            outcome      TEXT NOT NULL,                         -- Held | Lost | Waits
            bytes        INTEGER NOT NULL,                      -- read back from the destination; 0 for a possession answer
            PRIMARY KEY (destination, subject)
        ) WITHOUT ROWID;
        CREATE INDEX audits_at ON audits(at);
        CREATE INDEX audits_lost ON audits(at) WHERE outcome = 'Lost';
        """;

    // What a destination says is going to end its service.
    private const string Warnings = """
        ALTER TABLE destinations ADD COLUMN warning TEXT;
        ALTER TABLE destinations ADD COLUMN warned_at TEXT;
        """;

    // Everything that was seen is accounted for: names as bytes, files known by what they are, sources and refusals. All of it is additive:
    // the version before reads such a file when it is told to (CHANGELOG.md says how).
    private const string Gate = """
        ALTER TABLE captures ADD COLUMN kind TEXT NOT NULL DEFAULT 'Frame';  -- Frame | Video | Sidecar
        ALTER TABLE captures ADD COLUMN part_of TEXT;           -- a sidecar's frame
        ALTER TABLE captures ADD COLUMN original_name BLOB;     -- the name's bytes, where it came from a watched folder
        ALTER TABLE captures ADD COLUMN folder BLOB;            -- in which it lay below the watched folder
        ALTER TABLE captures ADD COLUMN source_path BLOB;       -- where the original was seen last
        CREATE INDEX captures_content ON captures(sha256);
        CREATE INDEX captures_untied ON captures(session) WHERE kind = 'Sidecar' AND part_of IS NULL;
        CREATE INDEX captures_unbelieved ON captures(id) WHERE clock_trusted = 0;
        CREATE INDEX captures_source_path ON captures(source_path) WHERE source_path IS NOT NULL;

        -- What frames come from, and how it is.
        CREATE TABLE sources (
            name            TEXT PRIMARY KEY,
            kind            TEXT NOT NULL,                      -- Camera | Folder
            place           TEXT NOT NULL,                      -- the folder, or the camera's name
            state           TEXT NOT NULL,                      -- Running | Waiting | Stopped
            code            TEXT,                               -- why it does not run (SourceCode)
            reason          TEXT,                               -- the code's detail
            since           TEXT NOT NULL,                      -- it is so
            seen_at         TEXT NOT NULL,                      -- the process that runs it last said so
            missed          INTEGER NOT NULL DEFAULT 0,         -- versions that were gone before they could be taken
            missed_exactly  INTEGER NOT NULL DEFAULT 1,         -- 0: there may have been more
            missed_at       TEXT                                -- the last of them
        ) WITHOUT ROWID;

        -- Files that were seen and are not taken.
        CREATE TABLE refusals (
            source   TEXT NOT NULL,
            path     BLOB NOT NULL,                             -- below the watched folder
            code     TEXT,                                      -- why (RefusalCode)
            reason   TEXT NOT NULL,                             -- the code's detail
            bytes    INTEGER NOT NULL,
            since    TEXT NOT NULL,
            seen_at  TEXT NOT NULL,
            PRIMARY KEY (source, path)
        ) WITHOUT ROWID;

        -- The private facts of headers that its metadata.json tells, as "Coordinates Names"; NULL: made before they were held back.
        ALTER TABLE archives ADD COLUMN published TEXT;
        DROP VIEW sessions_with_archive;
        CREATE VIEW sessions_with_archive AS
            SELECT s.*, a.directory_cid, a.archived_at, coalesce(a.frames, 0) AS archived_frames, coalesce(a.revision, 0) AS revision, a.published
            FROM sessions s
            LEFT JOIN archives a ON a.session = s.name AND a.revision = (SELECT max(b.revision) FROM archives b WHERE b.session = s.name);

        -- How the destination flushes, as it was when it proved: Yes | ByUs | No | Unknown; NULL: not asked.
        ALTER TABLE proofs ADD COLUMN flushes TEXT;
        ALTER TABLE destinations ADD COLUMN flushes TEXT;

        -- Its file here was found missing or damaged though nobody released it: what was saved is not here.
        ALTER TABLE captures ADD COLUMN file_lost_at TEXT;
        ALTER TABLE captures ADD COLUMN file_lost_why TEXT;
        CREATE INDEX captures_file_lost ON captures(id) WHERE file_lost_at IS NOT NULL;
        CREATE INDEX captures_releasing ON captures(id) WHERE releasing_at IS NOT NULL AND released_at IS NULL AND discarded_at IS NULL;

        -- How long the session's journal was when all of it was known here: one that grew meanwhile may know more.
        ALTER TABLE sessions ADD COLUMN journal_bytes INTEGER;

        -- What a proof is worth ends with the place that gave it.
        ALTER TABLE destinations ADD COLUMN place TEXT;                             -- where it points, whatever its name
        ALTER TABLE destinations ADD COLUMN configured INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE proofs ADD COLUMN place TEXT;                                   -- where it pointed then; NULL: not known yet
        CREATE INDEX proofs_unplaced ON proofs(destination) WHERE place IS NULL;

        -- It missed a copy then, or pointed elsewhere before: everything that it proved before that moment is asked for again, at once.
        ALTER TABLE destinations ADD COLUMN doubted_at TEXT;
        ALTER TABLE destinations ADD COLUMN doubted_until TEXT;                     -- no proof from before expires later than this

        -- On which machine a destination is (This | Other | Unknown), how that was found, whether its proofs count as of this machine, and
        -- the operator's word; NULL: not looked at, not given. Those from before are judged by their address, as they were.
        ALTER TABLE destinations ADD COLUMN machine TEXT;
        ALTER TABLE destinations ADD COLUMN machine_how TEXT;
        ALTER TABLE destinations ADD COLUMN machine_here INTEGER;
        ALTER TABLE destinations ADD COLUMN same_machine INTEGER;
        ALTER TABLE destinations ADD COLUMN judged_by_address INTEGER NOT NULL DEFAULT 0;
        UPDATE destinations SET judged_by_address = 1;

        -- What destinations on one other machine have in common, and the failure domain that they are given then.
        ALTER TABLE destinations ADD COLUMN machine_token TEXT;
        ALTER TABLE destinations ADD COLUMN machine_domain TEXT;

        -- Which disk is at a folder, as the id file on it says, and which one a proof was read from; NULL: not known. A proof of another
        -- disk than the one that is there has a place of its own.
        ALTER TABLE destinations ADD COLUMN disk TEXT;
        ALTER TABLE proofs ADD COLUMN disk TEXT;

        -- The operator takes it out: nothing new goes there, and what is only there is brought to the others.
        ALTER TABLE destinations ADD COLUMN drains INTEGER NOT NULL DEFAULT 0;

        -- What the event's line in the session's journal is about: '' for the frame, a proof's id, a destination; NULL: it has no line.
        ALTER TABLE events ADD COLUMN line TEXT;

        -- It was taken out or points elsewhere since then, and its queue still has pauses, waits and failures of the place before.
        ALTER TABLE destinations ADD COLUMN moved_at TEXT;

        -- Why it is paused, by a code (PauseCode) whose detail is the reason; NULL: not paused, or the reason is a sentence.
        ALTER TABLE destinations ADD COLUMN pause_code TEXT;

        -- What was learnt while the preview was made: what is wrong with the picture, and figures of the whole frame as JSON.
        ALTER TABLE captures ADD COLUMN preview_warning TEXT;
        ALTER TABLE captures ADD COLUMN figures TEXT;
        """;
}
