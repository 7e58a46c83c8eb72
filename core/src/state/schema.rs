//! The tables of the materialised state.

/// The state's tables: dropped and rebuilt at will, never migrated.
///
/// A row holds only keyed hashes, references, counts, times and codes. Names, numbers and labels
/// are read from the records that the references name. References are 32 bytes that sort in the
/// order of one journal's writing: epoch, seq, device.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS state_rounds (
    round BLOB PRIMARY KEY,
    records INTEGER NOT NULL,
    people INTEGER NOT NULL,
    tubes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_shifts (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    profile INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_shifts_open ON state_shifts (lane, at) WHERE ended = 0;
CREATE TABLE IF NOT EXISTS state_lanes (
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    tube BLOB,
    last_tube BLOB,
    container BLOB,
    alias BLOB,
    guardian BLOB,
    temperature BLOB,
    colour BLOB,
    kept BLOB,
    PRIMARY KEY (round, lane)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_tubes (
    at BLOB NOT NULL,
    round BLOB NOT NULL,
    tube BLOB NOT NULL,
    lane BLOB NOT NULL,
    holder BLOB NOT NULL,
    held BLOB NOT NULL,
    shift BLOB,
    capacity INTEGER NOT NULL,
    profile INTEGER NOT NULL,
    container BLOB,
    count INTEGER NOT NULL,
    next INTEGER NOT NULL,
    closed INTEGER,
    spoiled INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    is_foreign INTEGER NOT NULL,
    away BLOB,
    base INTEGER NOT NULL,
    taken BLOB,
    PRIMARY KEY (at, round)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_tubes_key ON state_tubes (tube);
CREATE INDEX IF NOT EXISTS state_tubes_open ON state_tubes (round, at)
    WHERE closed IS NULL AND spoiled = 0 AND away IS NULL;
CREATE INDEX IF NOT EXISTS state_tubes_foreign ON state_tubes (shift) WHERE is_foreign = 1;
CREATE TABLE IF NOT EXISTS state_passes (
    passed BLOB NOT NULL,
    round BLOB NOT NULL,
    tube BLOB NOT NULL,
    at BLOB NOT NULL,
    PRIMARY KEY (passed, round)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_boxes (
    at BLOB NOT NULL,
    round BLOB NOT NULL,
    label BLOB NOT NULL,
    named BLOB NOT NULL,
    tubes INTEGER NOT NULL,
    sealed BLOB,
    given BLOB,
    opened_ms INTEGER NOT NULL,
    PRIMARY KEY (at, round)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_boxes_label ON state_boxes (label);
CREATE TABLE IF NOT EXISTS state_packed (
    round BLOB NOT NULL,
    label BLOB NOT NULL,
    box BLOB NOT NULL,
    at BLOB NOT NULL,
    PRIMARY KEY (round, label)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_packed_box ON state_packed (box);
CREATE TABLE IF NOT EXISTS state_hand_overs (
    hand_over BLOB NOT NULL,
    round BLOB NOT NULL,
    at BLOB NOT NULL,
    PRIMARY KEY (hand_over, round)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_subjects (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    person BLOB,
    tube BLOB NOT NULL,
    position INTEGER NOT NULL,
    lane BLOB NOT NULL,
    shift BLOB,
    fate INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    contact BLOB,
    alias BLOB,
    guardian BLOB,
    temperature BLOB,
    colour BLOB,
    waited BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_subjects_person ON state_subjects (person) WHERE person IS NOT NULL;
CREATE INDEX IF NOT EXISTS state_subjects_tube ON state_subjects (tube, position);
CREATE INDEX IF NOT EXISTS state_subjects_lane ON state_subjects (round, lane, at) WHERE fate = 0;
CREATE INDEX IF NOT EXISTS state_subjects_waited ON state_subjects (waited) WHERE waited IS NOT NULL;
CREATE TABLE IF NOT EXISTS state_waiting (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    person BLOB,
    alias BLOB,
    guardian BLOB,
    temperature BLOB,
    colour BLOB,
    contact BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_waiting_lane ON state_waiting (round, lane, at);
CREATE TABLE IF NOT EXISTS state_figures (
    round BLOB NOT NULL,
    shift BLOB NOT NULL,
    lane BLOB NOT NULL,
    named BLOB NOT NULL,
    people INTEGER NOT NULL,
    tubes INTEGER NOT NULL,
    short INTEGER NOT NULL,
    spoiled INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    voided INTEGER NOT NULL,
    PRIMARY KEY (round, shift, lane)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_notices (
    notice BLOB NOT NULL,
    round BLOB NOT NULL,
    at BLOB NOT NULL,
    subject BLOB NOT NULL,
    PRIMARY KEY (round, notice)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_helpers (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    delegation BLOB NOT NULL,
    device BLOB NOT NULL,
    ordinal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_visits (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    shift BLOB,
    household BLOB NOT NULL,
    state INTEGER NOT NULL,
    lives INTEGER,
    replaces BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_visits_household ON state_visits (round, household);
CREATE INDEX IF NOT EXISTS state_visits_replaces ON state_visits (round, replaces) WHERE replaces IS NOT NULL;
CREATE TABLE IF NOT EXISTS state_claims (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    until_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_claims_told (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_households (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    household BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_households_id ON state_households (household);
CREATE TABLE IF NOT EXISTS state_residents (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    resident BLOB NOT NULL,
    household BLOB NOT NULL,
    person BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_residents_id ON state_residents (resident);
CREATE INDEX IF NOT EXISTS state_residents_household ON state_residents (household);
CREATE INDEX IF NOT EXISTS state_residents_person ON state_residents (person) WHERE person IS NOT NULL;
CREATE TABLE IF NOT EXISTS state_follow_ups (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    shift BLOB,
    household BLOB NOT NULL,
    resident BLOB,
    what INTEGER NOT NULL,
    due_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_follow_ups_household ON state_follow_ups (round, household);
CREATE TABLE IF NOT EXISTS state_excuses (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    lane BLOB NOT NULL,
    shift BLOB,
    resident BLOB NOT NULL,
    excuse INTEGER NOT NULL,
    replaces BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_excuses_resident ON state_excuses (resident);
CREATE INDEX IF NOT EXISTS state_excuses_replaces ON state_excuses (round, replaces) WHERE replaces IS NOT NULL;
CREATE TABLE IF NOT EXISTS state_links (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    resident BLOB NOT NULL,
    subject BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_links_resident ON state_links (round, resident);
CREATE TABLE IF NOT EXISTS state_cards (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    card BLOB NOT NULL,
    resident BLOB,
    subject BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_cards_card ON state_cards (card);
CREATE INDEX IF NOT EXISTS state_cards_resident ON state_cards (resident) WHERE resident IS NOT NULL;
CREATE INDEX IF NOT EXISTS state_cards_subject ON state_cards (subject) WHERE subject IS NOT NULL;
CREATE TABLE IF NOT EXISTS state_ends (
    at BLOB PRIMARY KEY,
    round BLOB NOT NULL,
    kind INTEGER NOT NULL,
    ends BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_ends_of ON state_ends (ends, kind);
";

/// Every table of [`SCHEMA`] with the columns that [`crate::state::dump`] prints, in order.
pub(super) const TABLES: &[&str] = &[
    "state_rounds",
    "state_shifts",
    "state_lanes",
    "state_tubes",
    "state_subjects",
    "state_waiting",
    "state_figures",
    "state_notices",
    "state_helpers",
    "state_visits",
    "state_claims",
    "state_claims_told",
    "state_households",
    "state_residents",
    "state_follow_ups",
    "state_excuses",
    "state_links",
    "state_cards",
    "state_ends",
    "state_passes",
    "state_boxes",
    "state_packed",
    "state_hand_overs",
];
