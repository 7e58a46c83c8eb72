//! The tables. Changes are appended to [`MIGRATIONS`], never edited.

/// One entry a version; each runs in the transaction that raises `user_version` to its place.
pub(super) const MIGRATIONS: &[&str] = &[VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, CARDS, CUSTODY];

/// What the reports are made of; emptied and filled again at will.
pub(super) const PROJECTION: &[&str] = &[
    "lanes",
    "rounds",
    "shifts",
    "tubes",
    "subjects",
    "persons",
    "duplicates",
    "roundless",
    "places",
    "contacts",
    "tallies",
    "unknowns",
    "tube_acts",
    "custody",
];

/// How each derived table is compared: by what its rows mean, never by the numbers that were
/// drawn for lanes, rounds, shifts and tubes, which depend on the order of arrival.
pub(super) const DUMPS: &[(&str, &str)] = &[
    (
        "shifts",
        "SELECT stream, branch, seq, (SELECT id FROM rounds WHERE no = round), site, place, operator, organisation
         FROM shifts ORDER BY 1, 2, 3",
    ),
    (
        "tubes",
        "SELECT t.stream, t.branch, t.seq, t.label, t.opened, s.stream, s.branch, s.seq, l.name, t.capacity, t.live,
            t.closed, t.closed_epoch, t.closed_seq, t.active_epoch, t.active_seq, t.spoiled, t.guest_closed
         FROM tubes AS t LEFT JOIN shifts AS s ON s.no = t.shift LEFT JOIN lanes AS l ON l.no = t.lane ORDER BY 1, 2, 3",
    ),
    (
        "subjects",
        "SELECT p.stream, p.branch, p.seq, p.bound, s.stream, s.branch, s.seq, l.name, t.stream, t.branch, t.seq,
            p.position, p.fate, p.fate_epoch, p.fate_seq
         FROM subjects AS p LEFT JOIN shifts AS s ON s.no = p.shift LEFT JOIN lanes AS l ON l.no = p.lane
            LEFT JOIN tubes AS t ON t.no = p.tube ORDER BY 1, 2, 3",
    ),
    (
        "persons",
        "SELECT hash, r.id, stream, branch, seq FROM persons LEFT JOIN rounds AS r ON r.no = round ORDER BY 1, 2, 3, 4, 5",
    ),
    ("duplicates", "SELECT hash, r.id FROM duplicates LEFT JOIN rounds AS r ON r.no = round ORDER BY 1, 2"),
    ("roundless", "SELECT hash, stream, branch, seq FROM roundless ORDER BY 1, 2, 3, 4"),
    (
        "places",
        "SELECT p.stream, p.branch, p.seq, by_stream, by_branch, by_seq, kind, t.stream, t.branch, t.seq, position
         FROM places AS p LEFT JOIN tubes AS t ON t.no = p.tube ORDER BY 1, 2, 3, 4, 5, 6",
    ),
    ("contacts", "SELECT stream, branch, seq, by_stream, by_branch, by_seq FROM contacts ORDER BY 1, 2, 3, 4, 5, 6"),
    (
        "tallies",
        "SELECT s.stream, s.branch, s.seq, l.name, people, undone, voided FROM tallies
         LEFT JOIN shifts AS s ON s.no = shift LEFT JOIN lanes AS l ON l.no = lane ORDER BY 1, 2, 3, 4",
    ),
    ("unknowns", "SELECT kind, version, count FROM unknowns ORDER BY 1, 2"),
    (
        "tube_acts",
        "SELECT t.stream, t.branch, t.seq, a.stream, a.branch, a.seq, a.kind, a.device, a.own, a.epoch, a.of_stream,
            a.of_branch, a.of_seq, a.for_device, a.subject_stream, a.subject_branch, a.subject_seq, a.reason, a.label,
            s.stream, s.branch, s.seq
         FROM tube_acts AS a LEFT JOIN tubes AS t ON t.no = a.tube LEFT JOIN shifts AS s ON s.no = a.shift
         ORDER BY 1, 2, 3, 4, 5, 6, 7",
    ),
    (
        "custody",
        "SELECT c.stream, c.branch, c.seq, c.kind, s.stream, s.branch, s.seq FROM custody AS c
         LEFT JOIN shifts AS s ON s.no = c.shift ORDER BY 1, 2, 3",
    ),
];

const VERSION_1: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id BLOB PRIMARY KEY, secret BLOB NOT NULL, uses INTEGER NOT NULL, used INTEGER NOT NULL,
    made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB, seal_key BLOB, state INTEGER NOT NULL,
    reason INTEGER, token BLOB, app TEXT, enrolled_ms INTEGER, seen_ms INTEGER, parent BLOB
) STRICT;
CREATE INDEX devices_parent ON devices (parent) WHERE parent IS NOT NULL;

CREATE TABLE enrolments (
    digest BLOB PRIMARY KEY, device INTEGER NOT NULL, bytes BLOB NOT NULL, accepted INTEGER NOT NULL,
    reason INTEGER, arrived_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_device ON enrolments (device);

CREATE TABLE streams (
    no INTEGER PRIMARY KEY, device INTEGER NOT NULL, epoch INTEGER NOT NULL, clone_of INTEGER, clone_branch INTEGER,
    UNIQUE (device, epoch)
) STRICT;

CREATE TABLE branches (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, start INTEGER NOT NULL, decision INTEGER NOT NULL,
    PRIMARY KEY (stream, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
    no INTEGER PRIMARY KEY, kind INTEGER NOT NULL, uploader INTEGER NOT NULL, stream INTEGER NOT NULL,
    number INTEGER NOT NULL, branch INTEGER NOT NULL, digest BLOB NOT NULL, previous BLOB NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, count INTEGER NOT NULL, status INTEGER NOT NULL,
    reason INTEGER, decision INTEGER NOT NULL, projected INTEGER NOT NULL, counted INTEGER NOT NULL,
    unknown INTEGER NOT NULL, arrived_ms INTEGER NOT NULL, header BLOB NOT NULL, signature BLOB NOT NULL,
    data_key BLOB, shift_stream INTEGER, shift_branch INTEGER, shift_seq INTEGER, bytes INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX items_digest ON items (digest);
CREATE INDEX items_number ON items (stream, number);
CREATE INDEX items_uploader ON items (uploader, no);
CREATE INDEX items_held ON items (stream, no) WHERE status = 1;
CREATE INDEX items_lag ON items (no) WHERE projected = 0;

CREATE TABLE bodies (item INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

CREATE TABLE receipts (
    serial INTEGER PRIMARY KEY, item INTEGER NOT NULL, opened INTEGER NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE INDEX receipts_item ON receipts (item, serial);

CREATE TABLE records (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
    item INTEGER NOT NULL, print INTEGER NOT NULL, PRIMARY KEY (stream, branch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE anchors (
    device INTEGER NOT NULL, clock INTEGER NOT NULL, mono_ms INTEGER NOT NULL, hub_ms INTEGER NOT NULL,
    error_ms INTEGER NOT NULL, two_sided INTEGER NOT NULL, PRIMARY KEY (device, clock, mono_ms, hub_ms, two_sided)
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
    id BLOB PRIMARY KEY, device INTEGER NOT NULL, serial INTEGER, kind INTEGER NOT NULL, payload BLOB NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX letters_device ON letters (device, serial);

CREATE TABLE dispatches (
    kind INTEGER NOT NULL, version INTEGER NOT NULL, id BLOB NOT NULL, payload BLOB NOT NULL,
    published INTEGER NOT NULL, made_ms INTEGER NOT NULL, PRIMARY KEY (kind, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept (
    digest BLOB PRIMARY KEY, kind INTEGER NOT NULL, bytes BLOB NOT NULL, arrived_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accesses (
    no INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, what TEXT NOT NULL, target TEXT NOT NULL, people INTEGER NOT NULL
) STRICT;

CREATE TABLE erased (
    round BLOB PRIMARY KEY, name TEXT NOT NULL, figures BLOB NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lanes (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE rounds (no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;

CREATE TABLE shifts (
    no INTEGER PRIMARY KEY, stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL,
    round INTEGER NOT NULL, site TEXT, place INTEGER, operator TEXT, organisation TEXT, UNIQUE (stream, branch, seq)
) STRICT;

CREATE TABLE tubes (
    no INTEGER PRIMARY KEY, stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, label TEXT,
    opened INTEGER NOT NULL, shift INTEGER NOT NULL, lane INTEGER NOT NULL, capacity INTEGER, live INTEGER NOT NULL,
    closed INTEGER, closed_epoch INTEGER, closed_seq INTEGER, active_epoch INTEGER, active_seq INTEGER,
    spoiled INTEGER NOT NULL, UNIQUE (stream, branch, seq)
) STRICT;
CREATE INDEX tubes_label ON tubes (label) WHERE label IS NOT NULL;

CREATE TABLE subjects (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, bound INTEGER NOT NULL,
    shift INTEGER NOT NULL, lane INTEGER NOT NULL, tube INTEGER NOT NULL, position INTEGER NOT NULL,
    fate INTEGER NOT NULL, fate_epoch INTEGER NOT NULL, fate_seq INTEGER NOT NULL, PRIMARY KEY (stream, branch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX subjects_tube ON subjects (tube);

CREATE TABLE persons (
    hash BLOB NOT NULL, round INTEGER NOT NULL, stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (hash, round, stream, branch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicates (hash BLOB NOT NULL, round INTEGER NOT NULL, PRIMARY KEY (hash, round)) STRICT, WITHOUT ROWID;

CREATE TABLE roundless (
    shift INTEGER NOT NULL, hash BLOB NOT NULL, stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (shift, hash, stream, branch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE places (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, by_stream INTEGER NOT NULL,
    by_branch INTEGER NOT NULL, by_seq INTEGER NOT NULL, by_epoch INTEGER NOT NULL, kind INTEGER NOT NULL,
    tube INTEGER NOT NULL, position INTEGER NOT NULL, other_stream INTEGER, other_branch INTEGER, other_seq INTEGER,
    PRIMARY KEY (stream, branch, seq, by_stream, by_branch, by_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, by_stream INTEGER NOT NULL,
    by_branch INTEGER NOT NULL, by_seq INTEGER NOT NULL,
    PRIMARY KEY (stream, branch, seq, by_stream, by_branch, by_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
    shift INTEGER NOT NULL, lane INTEGER NOT NULL, people INTEGER NOT NULL, undone INTEGER NOT NULL,
    voided INTEGER NOT NULL, PRIMARY KEY (shift, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE unknowns (
    kind INTEGER NOT NULL, version INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (kind, version)
) STRICT, WITHOUT ROWID;
";

/// Card keys of rounds, sealed under the store key; what devices may do for others; helpers enrolled on the spot.
const CARDS: &str = "
CREATE TABLE card_keys (
    name BLOB PRIMARY KEY, round BLOB NOT NULL, sealed BLOB NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delegations (
    id BLOB PRIMARY KEY, device INTEGER NOT NULL, rights INTEGER NOT NULL, helpers INTEGER NOT NULL,
    made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE helpers (
    delegation BLOB NOT NULL, ordinal INTEGER NOT NULL, device INTEGER NOT NULL, rights INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL, arrived_ms INTEGER NOT NULL, PRIMARY KEY (delegation, ordinal)
) STRICT, WITHOUT ROWID;
";

/// Enrolments that wait are counted before one more is taken.
const VERSION_2: &str = "
CREATE INDEX enrolments_held ON enrolments (accepted) WHERE accepted = 0;
";

/// What is known of a device's word that it took another's place. An earlier one stands, with no
/// end that could be contradicted.
const VERSION_3: &str = "
ALTER TABLE devices ADD COLUMN claim INTEGER;
ALTER TABLE devices ADD COLUMN claim_epoch INTEGER;
ALTER TABLE devices ADD COLUMN claim_seq INTEGER;
ALTER TABLE devices ADD COLUMN claim_ms INTEGER;
UPDATE devices SET claim = 1, claim_epoch = 9223372036854775807, claim_seq = 9223372036854775807,
    claim_ms = 9223372036854775807 WHERE parent IS NOT NULL;
";

/// By which way a device was heard last, and what it last said is still to come from it.
const VERSION_4: &str = "
CREATE TABLE heard (
    device INTEGER PRIMARY KEY, direct_ms INTEGER, carried_ms INTEGER, carrier BLOB
) STRICT;
CREATE TABLE outstanding (
    device INTEGER PRIMARY KEY, said_ms INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    unsent INTEGER NOT NULL, since_ms INTEGER, carries INTEGER NOT NULL
) STRICT;
";

/// Rosters: lists as they were read, answers, and what they come to. `roster_states` holds ids and prints of
/// households, so that a difference can lead on from what a phone has; nobody's data.
const VERSION_5: &str = "
CREATE TABLE roster_lists (
    no INTEGER PRIMARY KEY, area TEXT NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL, rows INTEGER NOT NULL,
    body BLOB NOT NULL, made_ms INTEGER NOT NULL, UNIQUE (area, name)
) STRICT;

CREATE TABLE roster_maps (
    area TEXT NOT NULL, headers BLOB NOT NULL, said BLOB NOT NULL, PRIMARY KEY (area, headers)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_answers (
    area TEXT NOT NULL, one BLOB NOT NULL, other BLOB NOT NULL, same INTEGER NOT NULL, made_ms INTEGER NOT NULL,
    PRIMARY KEY (area, one, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE rosters (
    no INTEGER PRIMARY KEY, area TEXT NOT NULL UNIQUE, id BLOB NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL,
    households INTEGER NOT NULL, people INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;

CREATE TABLE roster_states (
    no INTEGER PRIMARY KEY, area TEXT NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL, prints BLOB NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX roster_states_area ON roster_states (area, no);

CREATE TABLE roster_assignments (
    device INTEGER NOT NULL, area TEXT NOT NULL, assigned INTEGER NOT NULL, number INTEGER, seen_ms INTEGER,
    PRIMARY KEY (device, area)
) STRICT, WITHOUT ROWID;
";

/// Tubes that move between devices, and the index of the records about boxes on their way; both are derived, so the
/// tables are derived again once.
const CUSTODY: &str = "
ALTER TABLE tubes ADD COLUMN guest_closed INTEGER;
CREATE TABLE tube_acts (
    tube INTEGER NOT NULL, stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
    device INTEGER NOT NULL, own INTEGER NOT NULL, epoch INTEGER NOT NULL, shift INTEGER NOT NULL,
    of_stream INTEGER, of_branch INTEGER, of_seq INTEGER, for_device BLOB,
    subject_stream INTEGER, subject_branch INTEGER, subject_seq INTEGER, reason INTEGER, label TEXT,
    PRIMARY KEY (tube, stream, branch, seq, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX tube_acts_kind ON tube_acts (kind, tube);
CREATE TABLE custody (
    stream INTEGER NOT NULL, branch INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, shift INTEGER NOT NULL,
    PRIMARY KEY (stream, branch, seq)
) STRICT, WITHOUT ROWID;
";
