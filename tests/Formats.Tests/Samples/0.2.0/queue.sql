PRAGMA application_id = 1297371985;
PRAGMA user_version = 1;
CREATE TABLE queue (
  id                 INTEGER PRIMARY KEY,
  name               TEXT NOT NULL,
  kind               INTEGER NOT NULL,
  auto_delete        INTEGER,            -- seconds of idleness after which a temporary queue goes
  max_delivery_count INTEGER,            -- null: the default of 10
  touched            INTEGER NOT NULL DEFAULT 0, -- changes while a receiver is there
  paused_since       INTEGER,
  paused_until       INTEGER,
  pause_reason       TEXT,
  enqueued           INTEGER NOT NULL DEFAULT 0, -- totals, for rates
  completed          INTEGER NOT NULL DEFAULT 0,
  failed             INTEGER NOT NULL DEFAULT 0,
  UNIQUE (name, kind)
) STRICT;
INSERT INTO queue VALUES (1, 'samples', 1, NULL, 2147483647, 1, 1795230245678, NULL, 'the samples wait here', 12, 0, 0);
INSERT INTO queue VALUES (2, 'samples', 2, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0);
INSERT INTO queue VALUES (3, 'samples', 3, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0);
INSERT INTO queue VALUES (4, 'samples', 4, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0);
CREATE TABLE topic (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO topic VALUES (1, 'Wanda.Contracts:IpnsPublished');
INSERT INTO topic VALUES (2, 'Wanda.Contracts:SessionEnded');
INSERT INTO topic VALUES (3, 'Wanda.Contracts:ThumbnailUnavailable');
INSERT INTO topic VALUES (4, 'Wanda.Contracts:CaptureSaved');
INSERT INTO topic VALUES (5, 'Wanda.Contracts:SessionProven');
INSERT INTO topic VALUES (6, 'Wanda.Contracts:CaptureAdded');
INSERT INTO topic VALUES (7, 'Wanda.Contracts:CaptureProven');
INSERT INTO topic VALUES (8, 'Wanda.Contracts:SessionArchived');
INSERT INTO topic VALUES (9, 'Wanda.Contracts:SessionArchiveDue');
INSERT INTO topic VALUES (10, 'Wanda.Contracts:CaptureReleased');
INSERT INTO topic VALUES (11, 'Wanda.Contracts:ThumbnailCreated');
INSERT INTO topic VALUES (12, 'Wanda.Contracts:CaptureDiscarded');
CREATE TABLE topic_subscription (
  source_id      INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
  destination_id INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
  type           INTEGER NOT NULL,
  routing_key    TEXT NOT NULL,
  PRIMARY KEY (source_id, destination_id, type, routing_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_subscription (
  source_id      INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE,
  destination_id INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE,
  type           INTEGER NOT NULL,
  routing_key    TEXT NOT NULL,
  PRIMARY KEY (source_id, destination_id, type, routing_key)
) STRICT, WITHOUT ROWID;
INSERT INTO queue_subscription VALUES (1, 1, 1, '');
INSERT INTO queue_subscription VALUES (2, 1, 1, '');
INSERT INTO queue_subscription VALUES (3, 1, 1, '');
INSERT INTO queue_subscription VALUES (4, 1, 1, '');
INSERT INTO queue_subscription VALUES (5, 1, 1, '');
INSERT INTO queue_subscription VALUES (6, 1, 1, '');
INSERT INTO queue_subscription VALUES (7, 1, 1, '');
INSERT INTO queue_subscription VALUES (8, 1, 1, '');
INSERT INTO queue_subscription VALUES (9, 1, 1, '');
INSERT INTO queue_subscription VALUES (10, 1, 1, '');
INSERT INTO queue_subscription VALUES (11, 1, 1, '');
INSERT INTO queue_subscription VALUES (12, 1, 1, '');
CREATE TABLE message (
  id                   INTEGER PRIMARY KEY,
  transport_message_id BLOB NOT NULL,
  content_type         TEXT,
  message_type         TEXT,
  body                 BLOB NOT NULL,
  message_id           BLOB,
  correlation_id       BLOB,
  conversation_id      BLOB,
  request_id           BLOB,
  initiator_id         BLOB,
  source_address       TEXT,
  destination_address  TEXT,
  response_address     TEXT,
  fault_address        TEXT,
  sent                 INTEGER,
  headers              TEXT
) STRICT;
INSERT INTO message VALUES (1, X'B377000047ACE6DAD10208DF4AABA82B', 'application/json', 'urn:message:Wanda.Contracts:CaptureSaved;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "number": 2,
  "sizeBytes": 4294967297,
  "savedAt": "2026-11-21T03:04:05.678+00:00"
}' AS BLOB), X'B377000047ACE6DA173108DF4AABA82A', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DA523C08DF4AABA831', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureSaved?type=topic', NULL, NULL, 1795580523109, NULL);
INSERT INTO message VALUES (2, X'B377000047ACE6DA2A8608DF4AABA843', 'application/json', 'urn:message:Wanda.Contracts:ThumbnailCreated;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome"
}' AS BLOB), X'B377000047ACE6DA24EA08DF4AABA843', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DA5F0A08DF4AABA843', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:ThumbnailCreated?type=topic', NULL, NULL, 1795580523273, NULL);
INSERT INTO message VALUES (3, X'B377000047ACE6DA8BB108DF4AABA846', 'application/json', 'urn:message:Wanda.Contracts:ThumbnailUnavailable;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "reason": "the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)"
}' AS BLOB), X'B377000047ACE6DA86C908DF4AABA846', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DAB47108DF4AABA846', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:ThumbnailUnavailable?type=topic', NULL, NULL, 1795580523295, NULL);
INSERT INTO message VALUES (4, X'B377000047ACE6DA923808DF4AABA848', 'application/json', 'urn:message:Wanda.Contracts:CaptureAdded;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "cid": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "sizeBytes": 4294967297
}' AS BLOB), X'B377000047ACE6DA8D8A08DF4AABA848', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DAD89708DF4AABA848', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureAdded?type=topic', NULL, NULL, 1795580523308, NULL);
INSERT INTO message VALUES (5, X'B377000047ACE6DA40DD08DF4AABA84A', 'application/json', 'urn:message:Wanda.Contracts:CaptureProven;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "cid": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "destination": "altermundi"
}' AS BLOB), X'B377000047ACE6DA3C4208DF4AABA84A', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DA672008DF4AABA84A', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureProven?type=topic', NULL, NULL, 1795580523320, NULL);
INSERT INTO message VALUES (6, X'B377000047ACE6DA53B808DF4AABA84B', 'application/json', 'urn:message:Wanda.Contracts:CaptureReleased;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "sizeBytes": 4294967297
}' AS BLOB), X'B377000047ACE6DA4F5608DF4AABA84B', X'019AA4567A1F700080000123456789AC', X'B377000047ACE6DA7F4608DF4AABA84B', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureReleased?type=topic', NULL, NULL, 1795580523327, NULL);
INSERT INTO message VALUES (7, X'B377000047ACE6DA5B1408DF4AABA84C', 'application/json', 'urn:message:Wanda.Contracts:CaptureDiscarded;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a21-7000-8000-0123456789ae",
  "session": "2026-11-20-dome"
}' AS BLOB), X'B377000047ACE6DA56C308DF4AABA84C', X'019AA4567A21700080000123456789AE', X'B377000047ACE6DA8B5E08DF4AABA84C', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureDiscarded?type=topic', NULL, NULL, 1795580523333, NULL);
INSERT INTO message VALUES (8, X'B377000047ACE6DA307A08DF4AABA84D', 'application/json', 'urn:message:Wanda.Contracts:SessionEnded;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "frames": 2
}' AS BLOB), X'B377000047ACE6DA2ABA08DF4AABA84D', X'54005A7C608B85E58F111E9AFFEC26CD', X'B377000047ACE6DA0C4108DF4AABA84E', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:SessionEnded?type=topic', NULL, NULL, 1795580523339, NULL);
INSERT INTO message VALUES (9, X'B377000047ACE6DA85AE08DF4AABA851', 'application/json', 'urn:message:Wanda.Contracts:SessionArchiveDue;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome"
}' AS BLOB), X'B377000047ACE6DA80BD08DF4AABA851', X'54005A7C608B85E58F111E9AFFEC26CD', X'B377000047ACE6DAB31F08DF4AABA851', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:SessionArchiveDue?type=topic', NULL, NULL, 1795580523367, NULL);
INSERT INTO message VALUES (10, X'B377000047ACE6DA7ACB08DF4AABA852', 'application/json', 'urn:message:Wanda.Contracts:SessionArchived;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "directoryCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "frames": 2
}' AS BLOB), X'B377000047ACE6DA768A08DF4AABA852', X'54005A7C608B85E58F111E9AFFEC26CD', X'B377000047ACE6DAAB3608DF4AABA852', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:SessionArchived?type=topic', NULL, NULL, 1795580523373, NULL);
INSERT INTO message VALUES (11, X'B377000047ACE6DA545408DF4AABA853', 'application/json', 'urn:message:Wanda.Contracts:SessionProven;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "directoryCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "destination": "altermundi"
}' AS BLOB), X'B377000047ACE6DA4D9E08DF4AABA853', X'54005A7C608B85E58F111E9AFFEC26CD', X'B377000047ACE6DA823408DF4AABA853', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:SessionProven?type=topic', NULL, NULL, 1795580523379, NULL);
INSERT INTO message VALUES (12, X'B377000047ACE6DAC59E08DF4AABA855', 'application/json', 'urn:message:Wanda.Contracts:IpnsPublished', CAST('{
  "name": "k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew",
  "rootCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "sequence": 9007199254740993
}' AS BLOB), X'B377000047ACE6DAC12C08DF4AABA855', NULL, X'B377000047ACE6DAECB508DF4AABA855', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_sp5oyyn8iuupigmrbdxwik78dn?autodelete=300', 'db://localhost/Wanda.Contracts:IpnsPublished?type=topic', NULL, NULL, 1795580523395, NULL);
CREATE TABLE delivery (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id        INTEGER NOT NULL,
  shared            INTEGER NOT NULL,     -- 1: the message went to several queues
  queue_id          INTEGER NOT NULL,
  priority          INTEGER NOT NULL,
  position          INTEGER NOT NULL,     -- place in line within the priority
  due               INTEGER,
  since             INTEGER,              -- when due was set, to tell a clock that was wrong then
  held              INTEGER NOT NULL DEFAULT 0,
  lock_id           BLOB,
  consumer_id       BLOB,
  enqueued          INTEGER NOT NULL,
  expires           INTEGER,
  delivery_count    INTEGER NOT NULL DEFAULT 0, -- deliveries that failed
  attempt           INTEGER NOT NULL DEFAULT 0, -- see Attempt
  partition_key     TEXT,
  routing_key       TEXT,
  correlation_id    BLOB,
  scheduling_token  BLOB,
  transport_headers TEXT,
  reason            TEXT
) STRICT;
INSERT INTO delivery VALUES (1, 1, 0, 1, 100, 1, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (2, 2, 0, 1, 100, 2, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (3, 3, 0, 1, 100, 3, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (4, 4, 0, 1, 100, 4, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (5, 5, 0, 1, 100, 5, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (6, 6, 0, 1, 100, 6, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A1F700080000123456789AC', NULL, NULL, NULL);
INSERT INTO delivery VALUES (7, 7, 0, 1, 100, 7, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'019AA4567A21700080000123456789AE', NULL, NULL, NULL);
INSERT INTO delivery VALUES (8, 8, 0, 1, 100, 8, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'54005A7C608B85E58F111E9AFFEC26CD', NULL, NULL, NULL);
INSERT INTO delivery VALUES (9, 9, 0, 1, 100, 9, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'54005A7C608B85E58F111E9AFFEC26CD', NULL, NULL, NULL);
INSERT INTO delivery VALUES (10, 10, 0, 1, 100, 10, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'54005A7C608B85E58F111E9AFFEC26CD', NULL, NULL, NULL);
INSERT INTO delivery VALUES (11, 11, 0, 1, 100, 11, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, X'54005A7C608B85E58F111E9AFFEC26CD', NULL, NULL, NULL);
INSERT INTO delivery VALUES (12, 12, 0, 1, 100, 12, NULL, NULL, 0, NULL, NULL, 1795230245678, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE topology (version INTEGER NOT NULL) STRICT;
INSERT INTO topology VALUES (5805780444746969576);
CREATE TABLE listener (address TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE INDEX queue_subscription_destination ON queue_subscription (destination_id);
CREATE INDEX delivery_ready ON delivery (queue_id, priority, position) WHERE due IS NULL;
CREATE INDEX delivery_due ON delivery (queue_id, held, due, since) WHERE due IS NOT NULL;
CREATE INDEX delivery_partition ON delivery (queue_id, partition_key, priority) WHERE partition_key IS NOT NULL;
CREATE INDEX delivery_correlation ON delivery (queue_id, correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX delivery_scheduling ON delivery (scheduling_token) WHERE scheduling_token IS NOT NULL;
CREATE INDEX delivery_shared ON delivery (message_id) WHERE shared = 1;
CREATE VIEW queue_overview AS
  SELECT q.name,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS ready,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 1 AND d.due IS NOT NULL) AS in_flight,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 0 AND d.due IS NOT NULL) AS scheduled,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 2) AS error,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 4) AS skipped,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 3) AS dead_letter,
    q.pause_reason
  FROM queue q WHERE q.kind = 1 ORDER BY q.name;
