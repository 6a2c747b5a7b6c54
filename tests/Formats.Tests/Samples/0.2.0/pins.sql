PRAGMA application_id = 1464879438;
PRAGMA user_version = 4;
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
INSERT INTO pin VALUES (1, '890091c1c77b45e4b80c4e8dc1aa26b8', 'dome-1', 'bafkreie7mstupynzp4jr7k5wwrdss3e3n4badz47wpctk3tmo7ujw2uani', 0, 1, 'c1', 'M31', 7, 'm31-007.fits', 4, 1, 1795583004779, '[]', '{}');
INSERT INTO pin VALUES (2, 'a7899e1bcbac45fb831a952210481ad4', 'dome-1', 'bafkreid3dn3d52hwf24i4r2cu5qpsewqwgn42wfsxfejtf4exlgblj7u24', 0, 0, NULL, NULL, NULL, 'later', 0, 0, 1795583004818, '[]', '{"app":"x"}');
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
INSERT INTO node VALUES ('dome-1', 1795583004834);
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    length INTEGER NOT NULL,
    stored INTEGER NOT NULL,         -- bytes of it that are fsynced
    metadata TEXT NOT NULL,          -- Upload-Metadata as it was sent
    expires INTEGER NOT NULL,        -- Unix milliseconds
    pin TEXT                         -- what became of it
) STRICT, WITHOUT ROWID;
INSERT INTO upload VALUES ('15e6a8aaebfe4d4c95586cd51fad2bc1', 'dome-1', 1000, 0, 'session TTMx', 1796187804836, NULL);
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    token BLOB NOT NULL,             -- SHA-256
    quota INTEGER,                   -- bytes; none: what the disk has
    expires INTEGER,                 -- Unix milliseconds; none: never
    joined INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO account VALUES ('dome-2', X'FA7ECFD626F1F331D6E3B994E3C37059691AABEB09C2F11CED566C42735B2C20', 2000000000000, NULL, 1795583004739, NULL);
CREATE TABLE invite (
    code BLOB PRIMARY KEY,           -- SHA-256
    node TEXT NOT NULL,
    quota INTEGER,
    token_expires INTEGER,
    expires INTEGER NOT NULL,
    token BLOB                       -- SHA-256 of the token that it was redeemed for
) STRICT, WITHOUT ROWID;
INSERT INTO invite VALUES (X'4020E4B03B4CBC2C915AB34B41349A5FC607BB31D175AEE8A03818AF9791B79B', 'dome-2', 2000000000000, NULL, 1796187804624, X'FA7ECFD626F1F331D6E3B994E3C37059691AABEB09C2F11CED566C42735B2C20');
INSERT INTO invite VALUES (X'730059447EEE19E7FA637A934366B8304F6ED97018B0D469F5DA338F41B36753', 'dome-3', NULL, NULL, 1796187804749, NULL);
CREATE TABLE audit (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    node TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT,
    detail TEXT
) STRICT;
INSERT INTO audit VALUES (1, 1795583004625, 'dome-2', 'invited', NULL, NULL);
INSERT INTO audit VALUES (2, 1795583004740, 'dome-2', 'joined', NULL, NULL);
INSERT INTO audit VALUES (3, 1795583004749, 'dome-3', 'invited', NULL, NULL);
INSERT INTO audit VALUES (4, 1795583004797, 'dome-1', 'pinned', 'bafkreie7mstupynzp4jr7k5wwrdss3e3n4badz47wpctk3tmo7ujw2uani', 'M31/7');
INSERT INTO audit VALUES (5, 1795583004819, 'dome-1', 'wanted', 'bafkreid3dn3d52hwf24i4r2cu5qpsewqwgn42wfsxfejtf4exlgblj7u24', 'later');
CREATE TABLE promise (               -- room kept for a session
    node TEXT NOT NULL,
    session TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    expires INTEGER NOT NULL,        -- Unix milliseconds
    PRIMARY KEY (node, session)
) STRICT, WITHOUT ROWID;
INSERT INTO promise VALUES ('dome-1', 'M31', 1000000, 1795842204830);
CREATE TABLE kubo_pin (              -- ours in the daemon, which may have those of others
    cid TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE INDEX pin_by_cid ON pin (node, cid);
CREATE INDEX pin_by_session ON pin (node, session);
CREATE INDEX pin_queued ON pin (state) WHERE state = 0;
CREATE INDEX upload_open ON upload (node) WHERE pin IS NULL;
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'The audit log is added to and never changed.'); END;
CREATE TRIGGER audit_pin AFTER INSERT ON pin
BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, iif(new.state, 'pinned', 'wanted'), new.cid, coalesce(new.session || '/' || new.number, new.name)); END;
CREATE TRIGGER audit_state AFTER UPDATE OF state ON pin WHEN old.state <> new.state
BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, iif(new.state, 'pinned', 'missing'), new.cid, coalesce(new.session || '/' || new.number, new.name)); END;
CREATE TRIGGER audit_unpin AFTER DELETE ON pin
BEGIN INSERT INTO audit (at, node, action, subject, detail) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), old.node, 'unpinned', old.cid, coalesce(old.session || '/' || old.number, old.name)); END;
CREATE TRIGGER audit_invite AFTER INSERT ON invite
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, 'invited'); END;
CREATE TRIGGER audit_join AFTER UPDATE OF token ON invite
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, 'joined'); END;
CREATE TRIGGER audit_revoke AFTER UPDATE OF revoked ON account WHEN new.revoked IS NOT NULL
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.name, 'revoked'); END;
CREATE INDEX pin_cid ON pin (cid);
