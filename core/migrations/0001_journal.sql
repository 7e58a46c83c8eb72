-- The journal's own tables, schema 1. Never edited after a release: a later step is a new file.
--
-- Every table whose rows cannot be made again has a constant `tag` as its first column, and no
-- table is WITHOUT ROWID: so a row can be told from its bytes alone when the file is damaged and
-- the b-trees above it are gone. The tags are listed in src/journal/prove.rs.
--
-- Nothing here is personal in clear: rows are sealed, the rest is ids, counts, times and codes.

-- Single values: who and where this journal is. `sum` guards a value against bit rot.
CREATE TABLE meta (
    tag INTEGER NOT NULL DEFAULT 12 CHECK (tag = 12),
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    sum BLOB NOT NULL
) STRICT;

-- The devices that wrote here: another one only after a loss of keys. `id` names the vault's secrets.
CREATE TABLE device (
    tag INTEGER NOT NULL DEFAULT 1 CHECK (tag = 1),
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    seal_key BLOB NOT NULL
) STRICT;

-- The lives of this journal, in order.
CREATE TABLE epoch (
    tag INTEGER NOT NULL DEFAULT 2 CHECK (tag = 2),
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    reason INTEGER NOT NULL
) STRICT;

-- What becomes one batch. `phone` is the data key under the bucket's key, NULL once erased;
-- `header` and `signature` are NULL until there are hub keys; `link` is the chain's value before
-- its first row, NULL where the chain was broken by a salvage.
CREATE TABLE segment (
    tag INTEGER NOT NULL DEFAULT 3 CHECK (tag = 3),
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    bucket BLOB NOT NULL,
    state INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    phone BLOB,
    header BLOB,
    signature BLOB,
    link BLOB,
    UNIQUE (epoch, number)
) STRICT;
CREATE INDEX segment_first ON segment (epoch, first_seq);
CREATE INDEX segment_bucket ON segment (bucket);
CREATE INDEX segment_waits ON segment (state) WHERE state IN (1, 2, 4, 6);

-- The records. `id` is epoch.id * 2^40 + seq, so that appending goes to the end of one b-tree.
CREATE TABLE record (
    tag INTEGER NOT NULL DEFAULT 4 CHECK (tag = 4),
    id INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    version INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- What is to be sent and what became of it: enrolments (what 0), batches (1), salvages (2).
-- `digest` is what receipts name it by, `name` what refusals name it by. `bytes` are frozen, NULL
-- once dropped. `device` signed it; `epoch` is that of the records; `number` counts within
-- the device and epoch that sign. `status`: 1 waits, 2 held, 3 opened, 4 refused, 5 superseded.
CREATE TABLE item (
    tag INTEGER NOT NULL DEFAULT 5 CHECK (tag = 5),
    id INTEGER PRIMARY KEY,
    what INTEGER NOT NULL,
    device INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    segment INTEGER,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    name BLOB NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    status INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT,
    serial INTEGER,
    receipt BLOB,
    receipt_ms INTEGER,
    bytes BLOB
) STRICT;
CREATE INDEX item_status ON item (status, what, id);
CREATE INDEX item_epoch ON item (epoch, what, number);
CREATE INDEX item_segment ON item (segment);
CREATE INDEX item_kept ON item (receipt_ms) WHERE status = 3 AND bytes IS NOT NULL;

-- Signed or hashed texts that came from outside, all versions: profiles (what 1), key sets (2),
-- revocation lists (3).
CREATE TABLE document (
    tag INTEGER NOT NULL DEFAULT 6 CHECK (tag = 6),
    id INTEGER PRIMARY KEY,
    what INTEGER NOT NULL,
    version INTEGER NOT NULL,
    campaign BLOB NOT NULL,
    digest BLOB NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (what, campaign, version, digest)
) STRICT;

-- What is known of the true time. `batch` is the item that took it along.
CREATE TABLE anchor (
    tag INTEGER NOT NULL DEFAULT 7 CHECK (tag = 7),
    id INTEGER PRIMARY KEY,
    clock INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    hub_ms INTEGER NOT NULL,
    error_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    batch INTEGER
) STRICT;
CREATE INDEX anchor_new ON anchor (id) WHERE batch IS NULL;

-- The round of each shift, which is the bucket of its records. `id` is the shift's record.
CREATE TABLE shift (
    tag INTEGER NOT NULL DEFAULT 8 CHECK (tag = 8),
    id INTEGER PRIMARY KEY,
    round BLOB NOT NULL
) STRICT;

-- Rounds whose key is to be destroyed (done 0) or was (done 1).
CREATE TABLE erasure (
    tag INTEGER NOT NULL DEFAULT 9 CHECK (tag = 9),
    id INTEGER PRIMARY KEY,
    round BLOB NOT NULL,
    until INTEGER NOT NULL,
    done INTEGER NOT NULL
) STRICT;

-- Dispatches applied or refused, by id.
CREATE TABLE dispatch (
    tag INTEGER NOT NULL DEFAULT 10 CHECK (tag = 10),
    id INTEGER PRIMARY KEY,
    dispatch BLOB NOT NULL UNIQUE,
    what INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- What the hub was last seen to have of each epoch, and whether batches were sent again for it.
CREATE TABLE hub (
    tag INTEGER NOT NULL DEFAULT 11 CHECK (tag = 11),
    id INTEGER PRIMARY KEY,
    store BLOB NOT NULL,
    batches INTEGER NOT NULL,
    highest INTEGER NOT NULL,
    digest BLOB NOT NULL,
    salvages INTEGER NOT NULL,
    hub_ms INTEGER NOT NULL,
    acted INTEGER NOT NULL
) STRICT;

-- A second copy of small rows on which many others depend, in pages of its own.
CREATE TABLE spare (
    tag INTEGER NOT NULL DEFAULT 14 CHECK (tag = 14),
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    sum BLOB NOT NULL
) STRICT;

-- Where writing stands. One row, written with every action.
CREATE TABLE head (
    tag INTEGER NOT NULL DEFAULT 13 CHECK (tag = 13),
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    segment INTEGER,
    bytes INTEGER NOT NULL
) STRICT;

-- Written after every checkpoint, so that no user action pays for the log's first sync.
CREATE TABLE tick (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL
) STRICT;
INSERT INTO tick (one, count) VALUES (1, 0);
