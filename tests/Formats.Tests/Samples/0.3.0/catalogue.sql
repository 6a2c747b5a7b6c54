PRAGMA application_id = 1463897668;
PRAGMA user_version = 8;
CREATE TABLE node (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO node VALUES ('newest_time', '2026-11-21T03:04:05.678Z');
INSERT INTO node VALUES ('stopped/Clock', '2026-11-21T03:04:05.678Z');
INSERT INTO node VALUES ('storage_root', '6119d8fb-0f71-4ce3-aba5-71c024d129d3');
CREATE TABLE sessions (
    name        TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,                   -- Camera | Watched | Rebuilt
    started_at  TEXT NOT NULL,
    ended_at    TEXT
, journal_bytes INTEGER, source TEXT, folder BLOB, run_night TEXT, run_at TEXT, application TEXT) WITHOUT ROWID;
INSERT INTO sessions VALUES ('2026-11-20-dome', 'Camera', '2026-11-21T03:04:05.678Z', '2026-11-21T03:04:05.678Z', NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE archives (
    session          TEXT NOT NULL REFERENCES sessions(name),
    revision         INTEGER NOT NULL,
    directory_cid    TEXT NOT NULL,
    directory_bytes  INTEGER NOT NULL,           -- of its blocks and all they link to
    frames           INTEGER NOT NULL,
    archived_at      TEXT NOT NULL, published TEXT,
    PRIMARY KEY (session, revision)
) WITHOUT ROWID;
INSERT INTO archives VALUES ('2026-11-20-dome', 1, 'bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 8589934593, 2, '2026-11-21T03:04:05.678Z', '');
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
    discard_reason  TEXT, discarded_by TEXT, erased_at TEXT, kind TEXT NOT NULL DEFAULT 'Frame', part_of TEXT, original_name BLOB, folder BLOB, source_path BLOB, file_lost_at TEXT, file_lost_why TEXT, preview_warning TEXT, figures TEXT, original TEXT, original_at TEXT, original_why TEXT,
    UNIQUE (session, number)
) WITHOUT ROWID;
INSERT INTO captures VALUES ('019aa456-7a1e-7000-8000-0123456789ab', '2026-11-20-dome', 1, 'Light M 31 1.fits', '2026-11-20-dome/light-1.fits', 4294967296, 1790000000123456789, 1234567, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fits', 'dome', 'light-1.fits|4294967296|1790000000123456789', '2026-11-21T03:02:05.678Z', '2026-11-21T03:04:05.678Z', 1, '{"exposure":120,"filter":"Ha","object":"M 31 \u00e9"}', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 4294967696, '2026-11-21T03:04:05.678Z', 'None', 'the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)', NULL, '2026-11-21T03:04:05.678Z', '2026-11-21T03:04:05.678Z', NULL, NULL, NULL, NULL, 'Frame', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO captures VALUES ('019aa456-7a1f-7000-8000-0123456789ac', '2026-11-20-dome', 2, 'Light M 31 2.fits', '2026-11-20-dome/light-2.fits', 4294967297, 1790000000123456789, 1234567, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fits', 'dome', 'light-2.fits|4294967296|1790000000123456789', '2026-11-21T03:02:05.678Z', '2026-11-21T03:04:05.678Z', 0, '{"exposure":120,"filter":"Ha","object":"M 31 \u00e9"}', NULL, NULL, NULL, 'Pending', NULL, 'not proven yet', NULL, NULL, NULL, NULL, NULL, NULL, 'Frame', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO captures VALUES ('019aa456-7a21-7000-8000-0123456789ae', '2026-11-20-dome', 3, 'Light M 31 3.fits', '2026-11-20-dome/light-3.fits', 4294967298, 1790000000123456789, 1234567, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fits', 'dome', 'light-3.fits|4294967296|1790000000123456789', '2026-11-21T03:02:05.678Z', '2026-11-21T03:04:05.678Z', 0, '{"exposure":120,"filter":"Ha","object":"M 31 \u00e9"}', NULL, NULL, NULL, 'None', 'discarded', NULL, NULL, NULL, '2026-11-21T03:04:05.678Z', 'the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)', 'ana@dome', NULL, 'Frame', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE pins (
    destination  TEXT NOT NULL,
    subject      TEXT NOT NULL,                  -- capture id, or session name
    cid          TEXT NOT NULL,
    remote_id    TEXT,
    pushed_at    TEXT NOT NULL,
    PRIMARY KEY (destination, subject)
) WITHOUT ROWID;
INSERT INTO pins VALUES ('altermundi', '019aa456-7a1e-7000-8000-0123456789ab', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 'pin-7', '2026-11-21T03:04:05.678Z');
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
, flushes TEXT, place TEXT, disk TEXT) WITHOUT ROWID;
INSERT INTO proofs VALUES ('019aa456-7a20-7000-8000-0123456789ad', 'Capture', '019aa456-7a1e-7000-8000-0123456789ab', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 'altermundi', 'altermundi.example', 0, 'Possession', 4294967296, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'https://pin.example.org', '2026-11-21T03:04:05.678Z', '2026-12-21T03:04:05.678Z', NULL, 'wanda https://pin.example.org', NULL);
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
, warning TEXT, warned_at TEXT, flushes TEXT, place TEXT, configured INTEGER NOT NULL DEFAULT 0, doubted_at TEXT, doubted_until TEXT, machine TEXT, machine_how TEXT, machine_here INTEGER, same_machine INTEGER, judged_by_address INTEGER NOT NULL DEFAULT 0, machine_token TEXT, machine_domain TEXT, disk TEXT, drains INTEGER NOT NULL DEFAULT 0, moved_at TEXT, pause_code TEXT) WITHOUT ROWID;
INSERT INTO destinations VALUES ('altermundi', 'wanda', 'altermundi.example', 'Paused', 'it does not answer', '2026-11-21T03:04:05.678Z', '2026-11-21T03:09:05.678Z', 1, NULL, NULL, NULL, NULL, 'wanda https://pin.example.org', 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, 'Outage');
CREATE TABLE ipns (
    name          TEXT PRIMARY KEY,
    root_cid      TEXT NOT NULL,
    sequence      INTEGER NOT NULL,
    record        BLOB NOT NULL,
    signed_at     TEXT NOT NULL,
    published_at  TEXT,
    problem       TEXT                           -- why it is not published
) WITHOUT ROWID;
INSERT INTO ipns VALUES ('k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew', 'bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 41, X'010203FE', '2026-11-21T03:04:05.678Z', '2026-11-21T03:04:05.678Z', NULL);
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    subject  TEXT NOT NULL,                      -- capture id, session name or destination name
    kind     TEXT NOT NULL,
    detail   TEXT NOT NULL
, line TEXT);
INSERT INTO events VALUES (1, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Saved', 'Light M 31 1.fits, 4,294,967,296 bytes, from dome', '');
INSERT INTO events VALUES (2, '2026-11-21T03:04:05.678Z', '019aa456-7a1f-7000-8000-0123456789ac', 'Saved', 'Light M 31 2.fits, 4,294,967,297 bytes, from dome', '');
INSERT INTO events VALUES (3, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Added', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', '');
INSERT INTO events VALUES (4, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Previewed', 'the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)', NULL);
INSERT INTO events VALUES (5, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Pushed', 'altermundi took bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', NULL);
INSERT INTO events VALUES (6, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Proven', 'altermundi (altermundi.example) proved 4,294,967,296 bytes by possession', '019aa456-7a20-7000-8000-0123456789ad');
INSERT INTO events VALUES (7, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Releasing', 'proven by altermundi (possession, 2026-11-21 03:04:05 UTC)', NULL);
INSERT INTO events VALUES (8, '2026-11-21T03:04:05.678Z', '019aa456-7a1e-7000-8000-0123456789ab', 'Released', 'local bytes freed', '');
INSERT INTO events VALUES (9, '2026-11-21T03:04:05.678Z', '019aa456-7a1f-7000-8000-0123456789ac', 'Held', 'not proven yet', NULL);
INSERT INTO events VALUES (10, '2026-11-21T03:04:05.678Z', 'altermundi', 'Paused', 'Outage: it does not answer', NULL);
INSERT INTO events VALUES (11, '2026-11-21T03:04:05.678Z', '2026-11-20-dome', 'Archived', 'bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku, 2 frames', NULL);
INSERT INTO events VALUES (12, '2026-11-21T03:04:05.678Z', '019aa456-7a21-7000-8000-0123456789ae', 'Saved', 'Light M 31 3.fits, 4,294,967,298 bytes, from dome', '');
INSERT INTO events VALUES (13, '2026-11-21T03:04:05.678Z', '019aa456-7a21-7000-8000-0123456789ae', 'Discarded', 'ana@dome: the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)', '');
CREATE TABLE challenges (
    subject  TEXT NOT NULL,
    cid      TEXT NOT NULL,
    nonce    BLOB NOT NULL,
    digest   BLOB NOT NULL,
    PRIMARY KEY (subject, nonce)
) WITHOUT ROWID;
INSERT INTO challenges VALUES ('019aa456-7a21-7000-8000-0123456789ae', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', X'0102', X'0304');
CREATE TABLE audits (
    destination  TEXT NOT NULL,
    subject      TEXT NOT NULL,
    at           TEXT NOT NULL,
    outcome      TEXT NOT NULL,                         -- Held | Lost | Waits
    bytes        INTEGER NOT NULL,                      -- read back from the destination; 0 for a possession answer
    PRIMARY KEY (destination, subject)
) WITHOUT ROWID;
INSERT INTO audits VALUES ('altermundi', '019aa456-7a21-7000-8000-0123456789ae', '2026-11-21T03:04:05.678Z', 'Lost', 7);
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
CREATE TABLE adoptions (
    source         TEXT PRIMARY KEY,
    place          TEXT NOT NULL,                   -- the folder; the word is of no other under its name
    since          TEXT NOT NULL,                   -- what was there before is not touched
    root           TEXT,                            -- which folder it was when an original was seen in it last
    problem        TEXT,                            -- why nothing can be removed there
    problem_since  TEXT
) WITHOUT ROWID;
INSERT INTO adoptions VALUES ('dome', '/home/astro/captures', '2026-11-21T03:04:05.678Z', NULL, NULL, NULL);
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
, "left" INTEGER NOT NULL DEFAULT 0, found_bytes INTEGER NOT NULL DEFAULT 0, done_bytes INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX captures_path ON captures(path);
CREATE INDEX captures_cid ON captures(cid) WHERE cid IS NOT NULL;
CREATE INDEX captures_unadded ON captures(id) WHERE cid IS NULL AND discarded_at IS NULL;
CREATE INDEX captures_unpreviewed ON captures(id) WHERE preview = 'Pending' AND discarded_at IS NULL;
CREATE INDEX captures_here ON captures(id) WHERE released_at IS NULL AND discarded_at IS NULL;
CREATE INDEX proofs_subject ON proofs(subject, destination, proven_at);
CREATE INDEX events_subject ON events(subject, seq);
CREATE INDEX captures_discarded ON captures(id) WHERE discarded_at IS NOT NULL;
CREATE INDEX captures_released ON captures(id) WHERE released_at IS NOT NULL AND discarded_at IS NULL;
CREATE INDEX proofs_expiry ON proofs(destination, expires_at);
CREATE INDEX audits_at ON audits(at);
CREATE INDEX audits_lost ON audits(at) WHERE outcome = 'Lost';
CREATE INDEX captures_content ON captures(sha256);
CREATE INDEX captures_untied ON captures(session) WHERE kind = 'Sidecar' AND part_of IS NULL;
CREATE INDEX captures_unbelieved ON captures(id) WHERE clock_trusted = 0;
CREATE INDEX captures_source_path ON captures(source_path) WHERE source_path IS NOT NULL;
CREATE VIEW sessions_with_archive AS
    SELECT s.*, a.directory_cid, a.archived_at, coalesce(a.frames, 0) AS archived_frames, coalesce(a.revision, 0) AS revision, a.published
    FROM sessions s
    LEFT JOIN archives a ON a.session = s.name AND a.revision = (SELECT max(b.revision) FROM archives b WHERE b.session = s.name);
CREATE INDEX captures_file_lost ON captures(id) WHERE file_lost_at IS NOT NULL;
CREATE INDEX captures_releasing ON captures(id) WHERE releasing_at IS NOT NULL AND released_at IS NULL AND discarded_at IS NULL;
CREATE INDEX proofs_unplaced ON proofs(destination) WHERE place IS NULL;
CREATE INDEX sessions_run ON sessions(source, folder) WHERE source IS NOT NULL;
CREATE INDEX captures_original ON captures(source, original) WHERE original IS NOT NULL;
CREATE INDEX captures_in_place ON captures(id) WHERE original = 'InPlace';
CREATE INDEX captures_original_due ON captures(source, id) WHERE original IN ('Here', 'Freeing') AND released_at IS NOT NULL;
