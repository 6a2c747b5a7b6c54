PRAGMA application_id = 1297371985;
PRAGMA user_version = 3;
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
  failed             INTEGER NOT NULL DEFAULT 0, pause_code TEXT,
  UNIQUE (name, kind)
) STRICT;
INSERT INTO queue VALUES (1, 'samples', 1, NULL, 2147483647, 1, 1795230245678, NULL, 'the samples wait here', 12, 0, 0, NULL);
INSERT INTO queue VALUES (2, 'samples', 2, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0, NULL);
INSERT INTO queue VALUES (3, 'samples', 3, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0, NULL);
INSERT INTO queue VALUES (4, 'samples', 4, NULL, 2147483647, 1, NULL, NULL, NULL, 0, 0, 0, NULL);
CREATE TABLE topic (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO topic VALUES (1, 'Wanda.Contracts:SessionEnded');
INSERT INTO topic VALUES (2, 'Wanda.Contracts:SessionArchived');
INSERT INTO topic VALUES (3, 'Wanda.Contracts:CaptureDiscarded');
INSERT INTO topic VALUES (4, 'Wanda.Contracts:IpnsPublished');
INSERT INTO topic VALUES (5, 'Wanda.Contracts:ThumbnailUnavailable');
INSERT INTO topic VALUES (6, 'Wanda.Contracts:SessionArchiveDue');
INSERT INTO topic VALUES (7, 'Wanda.Contracts:CaptureSaved');
INSERT INTO topic VALUES (8, 'Wanda.Contracts:CaptureAdded');
INSERT INTO topic VALUES (9, 'Wanda.Contracts:CaptureProven');
INSERT INTO topic VALUES (10, 'Wanda.Contracts:CaptureReleased');
INSERT INTO topic VALUES (11, 'Wanda.Contracts:SessionProven');
INSERT INTO topic VALUES (12, 'Wanda.Contracts:ThumbnailCreated');
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
INSERT INTO message VALUES (1, X'0D260000B71564BB591208DF4FBDD6B5', 'application/json', 'urn:message:Wanda.Contracts:CaptureSaved;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "number": 2,
  "sizeBytes": 4294967297,
  "savedAt": "2026-11-21T03:04:05.678+00:00"
}' AS BLOB), X'0D260000B71564BB39B708DF4FBDD6B4', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BBD72908DF4FBDD6BA', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureSaved?type=topic', NULL, NULL, 1796138087944, NULL);
INSERT INTO message VALUES (2, X'0D260000B71564BB909208DF4FBDD6C7', 'application/json', 'urn:message:Wanda.Contracts:ThumbnailCreated;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome"
}' AS BLOB), X'0D260000B71564BB814408DF4FBDD6C7', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BB05B108DF4FBDD6C8', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:ThumbnailCreated?type=topic', NULL, NULL, 1796138088071, NULL);
INSERT INTO message VALUES (3, X'0D260000B71564BB8C8208DF4FBDD6C9', 'application/json', 'urn:message:Wanda.Contracts:ThumbnailUnavailable;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "reason": "the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)"
}' AS BLOB), X'0D260000B71564BB7F5308DF4FBDD6C9', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BBF33908DF4FBDD6C9', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:ThumbnailUnavailable?type=topic', NULL, NULL, 1796138088084, NULL);
INSERT INTO message VALUES (4, X'0D260000B71564BB7F3D08DF4FBDD6CB', 'application/json', 'urn:message:Wanda.Contracts:CaptureAdded;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "cid": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "sizeBytes": 4294967297
}' AS BLOB), X'0D260000B71564BB730B08DF4FBDD6CB', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BBF31F08DF4FBDD6CB', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureAdded?type=topic', NULL, NULL, 1796138088097, NULL);
INSERT INTO message VALUES (5, X'0D260000B71564BB747908DF4FBDD6CD', 'application/json', 'urn:message:Wanda.Contracts:CaptureProven;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "cid": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "destination": "altermundi"
}' AS BLOB), X'0D260000B71564BB692D08DF4FBDD6CD', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BBDA5F08DF4FBDD6CD', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureProven?type=topic', NULL, NULL, 1796138088109, NULL);
INSERT INTO message VALUES (6, X'0D260000B71564BBD9AD08DF4FBDD6CF', 'application/json', 'urn:message:Wanda.Contracts:CaptureReleased;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a1f-7000-8000-0123456789ac",
  "session": "2026-11-20-dome",
  "sizeBytes": 4294967297
}' AS BLOB), X'0D260000B71564BBC55F08DF4FBDD6CF', X'019AA4567A1F700080000123456789AC', X'0D260000B71564BB432208DF4FBDD6D0', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureReleased?type=topic', NULL, NULL, 1796138088125, NULL);
INSERT INTO message VALUES (7, X'0D260000B71564BB7DCB08DF4FBDD6D1', 'application/json', 'urn:message:Wanda.Contracts:CaptureDiscarded;urn:message:Wanda.Contracts:ICaptureEvent', CAST('{
  "captureId": "019aa456-7a21-7000-8000-0123456789ae",
  "session": "2026-11-20-dome"
}' AS BLOB), X'0D260000B71564BB70C108DF4FBDD6D1', X'019AA4567A21700080000123456789AE', X'0D260000B71564BBE70F08DF4FBDD6D1', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:CaptureDiscarded?type=topic', NULL, NULL, 1796138088136, NULL);
INSERT INTO message VALUES (8, X'0D260000B71564BB278A08DF4FBDD6D3', 'application/json', 'urn:message:Wanda.Contracts:SessionEnded;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "frames": 2
}' AS BLOB), X'0D260000B71564BB1A2908DF4FBDD6D3', X'54005A7C608B85E58F111E9AFFEC26CD', X'0D260000B71564BBD02508DF4FBDD6D4', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:SessionEnded?type=topic', NULL, NULL, 1796138088147, NULL);
INSERT INTO message VALUES (9, X'0D260000B71564BB9F9808DF4FBDD6D6', 'application/json', 'urn:message:Wanda.Contracts:SessionArchiveDue;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome"
}' AS BLOB), X'0D260000B71564BB7B5608DF4FBDD6D6', X'54005A7C608B85E58F111E9AFFEC26CD', X'0D260000B71564BB10DB08DF4FBDD6D7', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:SessionArchiveDue?type=topic', NULL, NULL, 1796138088169, NULL);
INSERT INTO message VALUES (10, X'0D260000B71564BB2B8F08DF4FBDD6D8', 'application/json', 'urn:message:Wanda.Contracts:SessionArchived;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "directoryCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "frames": 2
}' AS BLOB), X'0D260000B71564BB206208DF4FBDD6D8', X'54005A7C608B85E58F111E9AFFEC26CD', X'0D260000B71564BB988F08DF4FBDD6D8', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:SessionArchived?type=topic', NULL, NULL, 1796138088180, NULL);
INSERT INTO message VALUES (11, X'0D260000B71564BBBB4B08DF4FBDD6D9', 'application/json', 'urn:message:Wanda.Contracts:SessionProven;urn:message:Wanda.Contracts:ISessionEvent', CAST('{
  "session": "2026-11-20-dome",
  "directoryCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "destination": "altermundi"
}' AS BLOB), X'0D260000B71564BBADBE08DF4FBDD6D9', X'54005A7C608B85E58F111E9AFFEC26CD', X'0D260000B71564BB1B3108DF4FBDD6DA', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:SessionProven?type=topic', NULL, NULL, 1796138088190, NULL);
INSERT INTO message VALUES (12, X'0D260000B71564BB2C3208DF4FBDD6DB', 'application/json', 'urn:message:Wanda.Contracts:IpnsPublished', CAST('{
  "name": "k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew",
  "rootCid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  "sequence": 9007199254740993
}' AS BLOB), X'0D260000B71564BB226708DF4FBDD6DB', NULL, X'0D260000B71564BB9B5B08DF4FBDD6DB', NULL, NULL, 'db://localhost/dome_FormatsTests_bus_bwuyyyfzni1ms15ebdxw9xqi8t?autodelete=300', 'db://localhost/Wanda.Contracts:IpnsPublished?type=topic', NULL, NULL, 1796138088199, NULL);
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
INSERT INTO topology VALUES (5124575605126480210);
CREATE TABLE listener (address TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE queue_sample (
  queue_id  INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE,
  taken     INTEGER NOT NULL,
  enqueued  INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed    INTEGER NOT NULL,
  PRIMARY KEY (queue_id, taken)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_subscription_destination ON queue_subscription (destination_id);
CREATE INDEX delivery_ready ON delivery (queue_id, priority, position) WHERE due IS NULL;
CREATE INDEX delivery_due ON delivery (queue_id, held, due, since) WHERE due IS NOT NULL;
CREATE INDEX delivery_partition ON delivery (queue_id, partition_key, priority) WHERE partition_key IS NOT NULL;
CREATE INDEX delivery_correlation ON delivery (queue_id, correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX delivery_scheduling ON delivery (scheduling_token) WHERE scheduling_token IS NOT NULL;
CREATE INDEX delivery_shared ON delivery (message_id) WHERE shared = 1;
CREATE INDEX delivery_expiring ON delivery (enqueued) WHERE expires IS NOT NULL;
CREATE VIEW queue_overview AS
  WITH now AS (SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000 AS ms),
  base AS (
    SELECT q.id, now.ms,
      (SELECT max(taken) FROM queue_sample s WHERE s.queue_id = q.id AND s.taken <= now.ms - 60000) AS taken
    FROM queue q, now WHERE q.kind = 1),
  rate AS (
    SELECT base.id, base.ms, s.enqueued, s.completed, s.failed,
      CASE WHEN base.ms - s.taken < 75000 THEN 60000.0 / (base.ms - s.taken) ELSE 1.0 END AS scale
    FROM base LEFT JOIN queue_sample s ON s.queue_id = base.id AND s.taken = base.taken)
  SELECT q.name,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS ready,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 1 AND d.due IS NOT NULL) AS in_flight,
    (SELECT count(*) FROM delivery d WHERE d.queue_id = q.id AND d.held = 0 AND d.due IS NOT NULL) AS scheduled,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 2) AS error,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 4) AS skipped,
    (SELECT count(*) FROM delivery d JOIN queue k ON k.id = d.queue_id WHERE k.name = q.name AND k.kind = 3) AS dead_letter,
    (SELECT max(0, rate.ms - min(enqueued)) / 1000 FROM delivery d WHERE d.queue_id = q.id AND d.due IS NULL) AS oldest_seconds,
    round((q.enqueued - coalesce(rate.enqueued, 0)) * coalesce(rate.scale, 1), 1) AS enqueued_per_minute,
    round((q.completed - coalesce(rate.completed, 0)) * coalesce(rate.scale, 1), 1) AS completed_per_minute,
    round((q.failed - coalesce(rate.failed, 0)) * coalesce(rate.scale, 1), 1) AS failed_per_minute,
    CASE WHEN q.paused_until IS NULL OR q.paused_until > rate.ms THEN q.pause_reason END AS pause_reason,
    CASE WHEN q.paused_until > rate.ms THEN datetime(q.paused_until / 1000, 'unixepoch') END AS paused_until
  FROM queue q JOIN rate ON rate.id = q.id ORDER BY q.name;
CREATE VIEW queue_message AS
  SELECT q.name AS queue,
    CASE q.kind WHEN 2 THEN 'error' WHEN 3 THEN 'dead_letter' WHEN 4 THEN 'skipped'
      ELSE CASE WHEN d.due IS NULL THEN 'ready' WHEN d.held THEN 'in_flight' ELSE 'scheduled' END END AS part,
    d.id AS delivery_id, m.message_type, d.priority, d.delivery_count, d.reason,
    datetime(d.enqueued / 1000, 'unixepoch') AS enqueued, datetime(d.due / 1000, 'unixepoch') AS due, datetime(d.expires / 1000, 'unixepoch') AS expires,
    d.partition_key, d.routing_key, lower(hex(d.correlation_id)) AS correlation_id,
    m.content_type, m.headers, d.transport_headers, CAST(m.body AS TEXT) AS body
  FROM delivery d JOIN queue q ON q.id = d.queue_id JOIN message m ON m.id = d.message_id;
