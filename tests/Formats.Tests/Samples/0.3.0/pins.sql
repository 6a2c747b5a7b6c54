PRAGMA application_id = 1464879438;
PRAGMA user_version = 11;
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
, covered TEXT, unpinned INTEGER, awaits TEXT, restored INTEGER, listed INTEGER) STRICT;
INSERT INTO pin VALUES (1, '8f8d3acde985454fa36e5b447de01cd2', 'dome-1', 'bafkreie7mstupynzp4jr7k5wwrdss3e3n4badz47wpctk3tmo7ujw2uani', 0, 1, 'c1', 'M31', 7, 'm31-007.fits', 4, 1, 1796138089331, '[]', '{}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO pin VALUES (2, 'a8515d23b7bb4d32ab4397541eaa2396', 'dome-1', 'bafkreid3dn3d52hwf24i4r2cu5qpsewqwgn42wfsxfejtf4exlgblj7u24', 0, 0, NULL, NULL, NULL, 'later', 0, 0, 1796138089469, '[]', '{"app":"x"}', NULL, NULL, NULL, NULL, NULL);
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
INSERT INTO node VALUES ('dome-1', 1796138089536);
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    length INTEGER NOT NULL,
    stored INTEGER NOT NULL,         -- bytes of it that are fsynced
    metadata TEXT NOT NULL,          -- Upload-Metadata as it was sent
    expires INTEGER NOT NULL,        -- Unix milliseconds
    pin TEXT                         -- what became of it
) STRICT, WITHOUT ROWID;
INSERT INTO upload VALUES ('343a1def323d49abad7abf519051f226', 'dome-1', 1000, 0, 'session TTMx', 1796742889542, NULL);
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    token BLOB NOT NULL,             -- SHA-256
    quota INTEGER,                   -- bytes; none: what the disk has
    expires INTEGER,                 -- Unix milliseconds; none: never
    joined INTEGER NOT NULL,
    revoked INTEGER
, add_only INTEGER NOT NULL DEFAULT 0, former BLOB, replaced INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO account VALUES ('dome-2', X'FA7ECFD626F1F331D6E3B994E3C37059691AABEB09C2F11CED566C42735B2C20', 2000000000000, NULL, 1796138089186, NULL, 0, NULL, NULL);
CREATE TABLE invite (
    code BLOB PRIMARY KEY,           -- SHA-256
    node TEXT NOT NULL,
    quota INTEGER,
    token_expires INTEGER,
    expires INTEGER NOT NULL,
    token BLOB                       -- SHA-256 of the token that it was redeemed for
, replace INTEGER NOT NULL DEFAULT 0, add_only INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO invite VALUES (X'7ED855A3C97172A5401EF52BE1DD90D72B8233C0BA401D981043BF5CFBB7A13F', 'dome-2', 2000000000000, NULL, 1796742888852, X'FA7ECFD626F1F331D6E3B994E3C37059691AABEB09C2F11CED566C42735B2C20', 0, 0);
INSERT INTO invite VALUES (X'A86B1AF5108C23695E2FEC48B28737FABCDE082354F306CD36D6F3EF6F528C0C', 'dome-3', NULL, NULL, 1796742889239, NULL, 0, 0);
CREATE TABLE audit (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    node TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT,
    detail TEXT
) STRICT;
INSERT INTO audit VALUES (1, 1796138088861, 'dome-2', 'invited', NULL, NULL);
INSERT INTO audit VALUES (2, 1796138089194, 'dome-2', 'joined', NULL, NULL);
INSERT INTO audit VALUES (3, 1796138089240, 'dome-3', 'invited', NULL, NULL);
INSERT INTO audit VALUES (4, 1796138089420, 'dome-1', 'pinned', 'bafkreie7mstupynzp4jr7k5wwrdss3e3n4badz47wpctk3tmo7ujw2uani', 'M31/7');
INSERT INTO audit VALUES (5, 1796138089471, 'dome-1', 'wanted', 'bafkreid3dn3d52hwf24i4r2cu5qpsewqwgn42wfsxfejtf4exlgblj7u24', 'later');
INSERT INTO audit VALUES (6, 1796138089494, 'dome-1', 'wanted', 'bafkreibav37qjfhifdiyrrye4h2irjmjwfnoahir63frfh3cckoku3gfim', 'unwanted');
INSERT INTO audit VALUES (7, 1796138089505, 'dome-1', 'dropped', 'bafkreibav37qjfhifdiyrrye4h2irjmjwfnoahir63frfh3cckoku3gfim', 'unwanted: nobody has it (ana)');
CREATE TABLE promise (               -- room kept for a session
    node TEXT NOT NULL,
    session TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    expires INTEGER NOT NULL,        -- Unix milliseconds
    PRIMARY KEY (node, session)
) STRICT, WITHOUT ROWID;
INSERT INTO promise VALUES ('dome-1', 'M31', 1000000, 1796397289523);
CREATE TABLE kubo_pin (              -- ours in the daemon, which may have those of others
    cid TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
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
, overhead INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO dropped VALUES ('32027d3a0f78458ca652a6db94fa3297', 'dome-1', 'bafkreibav37qjfhifdiyrrye4h2irjmjwfnoahir63frfh3cckoku3gfim', NULL, 0, 0, 1796138089503, 'nobody has it (ana)', 1, 0);
CREATE TABLE clock (                 -- one row: the time that was believed last
    at INTEGER NOT NULL,             -- Unix milliseconds
    boot TEXT NOT NULL,              -- of the kernel that it was
    up INTEGER NOT NULL              -- milliseconds that this had run
) STRICT;
INSERT INTO clock VALUES (1796138088791, 'ebb70a31-3d45-4ecf-9398-d812f65c6d81', 16965602);
CREATE TABLE ended (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL              -- Unix milliseconds
) STRICT, WITHOUT ROWID;
INSERT INTO ended VALUES ('32027d3a0f78458ca652a6db94fa3297', 1796138089506);
CREATE TABLE configured (            -- the nodes of the server's options, as it last started with
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO configured VALUES ('dome-1');
CREATE TABLE removed (               -- nodes that the operator removed, until they join again
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL,             -- Unix milliseconds
    detail TEXT NOT NULL             -- by whom, and what it had
) STRICT, WITHOUT ROWID;
CREATE TABLE held (
    cid BLOB NOT NULL,
    pin INTEGER NOT NULL,            -- its row
    PRIMARY KEY (cid, pin)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE kubo_own (
    root TEXT NOT NULL,              -- of our own pin in the daemon
    cid TEXT NOT NULL,               -- what it is for: a pin's
    scope INTEGER NOT NULL,          -- and how much of it
    PRIMARY KEY (root, cid, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE kubo_seen (             -- daemons that are configured to flush
    peer TEXT PRIMARY KEY,
    started TEXT                     -- when it had been as we saw that first, in its words; none: started again since
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
CREATE TRIGGER audit_invite AFTER INSERT ON invite
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, 'invited'); END;
CREATE TRIGGER audit_join AFTER UPDATE OF token ON invite
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, 'joined'); END;
CREATE TRIGGER audit_revoke AFTER UPDATE OF revoked ON account WHEN new.revoked IS NOT NULL
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.name, 'revoked'); END;
CREATE INDEX pin_cid ON pin (cid);
CREATE INDEX dropped_cid ON dropped (node, cid);
CREATE INDEX dropped_pending ON dropped (pending) WHERE pending = 1;
CREATE TRIGGER audit_drop AFTER INSERT ON dropped
BEGIN INSERT INTO audit (at, node, action, subject, detail)
    SELECT CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, 'dropped', new.cid, coalesce(coalesce(pin.session || '/' || pin.number, pin.name) || ': ', '') || new.reason FROM pin WHERE id = new.id; END;
CREATE INDEX pin_unpinned ON pin (unpinned) WHERE unpinned IS NOT NULL;
CREATE INDEX pin_awaits ON pin (awaits) WHERE awaits IS NOT NULL;
CREATE TRIGGER pin_ended AFTER DELETE ON pin
BEGIN INSERT OR REPLACE INTO ended VALUES (old.id, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE VIEW kept AS
    SELECT node, session, iif(unpinned IS NULL, 1, 0) AS pins, bytes, (4096 * max(0, blocks - bytes / 65536) + length(origins) + length(meta) - 4) AS overhead FROM pin WHERE state = 1
    UNION ALL SELECT node, session, pins, bytes, overhead FROM dropped WHERE pending = 1;
CREATE TRIGGER audit_unpin AFTER UPDATE OF unpinned ON pin WHEN (old.unpinned IS NULL) <> (new.unpinned IS NULL)
BEGIN INSERT INTO audit (at, node, action, subject, detail)
    VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.node, iif(new.unpinned IS NULL, 'restored', 'unpinned'), new.cid, coalesce(new.session || '/' || new.number, new.name)); END;
CREATE TRIGGER audit_end AFTER DELETE ON pin WHEN NOT EXISTS (SELECT 1 FROM dropped WHERE id = old.id)
BEGIN INSERT INTO audit (at, node, action, subject, detail)
    VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), old.node, iif(old.unpinned IS NULL, 'unpinned', 'ended'), old.cid, coalesce(old.session || '/' || old.number, old.name)); END;
CREATE TRIGGER audit_replace AFTER UPDATE OF token ON account WHEN old.token <> new.token
BEGIN INSERT INTO audit (at, node, action) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.name, 'replaced'); END;
CREATE TRIGGER audit_remove AFTER INSERT ON removed
BEGIN INSERT INTO audit (at, node, action, detail) VALUES (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER), new.name, 'removed', new.detail); END;
CREATE INDEX pin_restored ON pin (restored) WHERE restored IS NOT NULL;
CREATE INDEX pin_unlisted ON pin (node) WHERE listed IS NOT blocks AND (state = 1 OR bytes > 0);
CREATE INDEX kubo_own_cid ON kubo_own (cid, scope);
