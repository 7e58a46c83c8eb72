-- What this phone carries for others, schema 3. See src/journal/carried.rs.
--
-- `what` is the item's type on the wire. `key` tells which one it is among its kind: of an enrolment,
-- a batch, a salvage its `name`; of a poll, an outstanding and a state the device; of a receipt what it names; of a
-- dispatch its id, or its kind where only the newest for all devices matters. The greater `rank` replaces.
-- `name` is the item digest, `digest` what receipts name it by. `device` signed it, or is whom it is for.
-- `status`: 1 waits, 2 done, 4 refused. `receipt_ms` is the hub's time of what settled it. `bytes` are as they
-- came, NULL once dropped (`length` is 0 then): the row stays so that it is known when it comes again.
CREATE TABLE carried (
    tag INTEGER NOT NULL DEFAULT 17 CHECK (tag = 17),
    id INTEGER PRIMARY KEY,
    what INTEGER NOT NULL,
    key BLOB NOT NULL,
    name BLOB NOT NULL,
    digest BLOB NOT NULL,
    device BLOB NOT NULL,
    rank INTEGER NOT NULL,
    length INTEGER NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT,
    receipt_ms INTEGER,
    bytes BLOB,
    UNIQUE (what, key)
) STRICT;
CREATE INDEX carried_name ON carried (name);
CREATE INDEX carried_digest ON carried (digest);
CREATE INDEX carried_device ON carried (device, what);
CREATE INDEX carried_waits ON carried (status, what, id);
-- What retention looks for after every scan, and what the bounds are measured by, without a look at the bytes.
CREATE INDEX carried_kept ON carried (what, receipt_ms, length) WHERE length > 0;
CREATE INDEX carried_share ON carried (device, status, length) WHERE length > 0;
