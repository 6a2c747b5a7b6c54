PRAGMA application_id = 1464879438;
PRAGMA user_version = 1;
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
INSERT INTO pin VALUES (1, '00000000000000000000000000000001', 'dome-1', 'bafkreie7mstupynzp4jr7k5wwrdss3e3n4badz47wpctk3tmo7ujw2uani', 0, 1, '0192f0c0-0000-7000-8000-000000000001', 'M31', 7, 'm31-007.fits', 4, 1, 1795053600000, '[]', '{}');
INSERT INTO pin VALUES (2, '00000000000000000000000000000002', 'dome-1', 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e', 0, 0, NULL, NULL, NULL, 'later', 0, 0, 1795053600001, '["/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWSpu5B9f9jJKvSJCHzKa5WvPSEknfUUzy1pWkGxxPf91H"]', '{"app":"x"}');
INSERT INTO node VALUES ('dome-1', 1795053600002);
