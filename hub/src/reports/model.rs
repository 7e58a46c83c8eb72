//! The answers that people read, as they stand in `--json`.
//!
//! Types that hold personal data do not implement `Debug`.

use serde::Serialize;

use super::custody_model::{ContestedTube, TubeStep};

/// Figures of a round, or of the whole campaign.
///
/// People are counted by record: bound, neither undone nor voided. Tubes are those with at least
/// one such person that were not spoiled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// People bound, neither undone nor voided.
    pub people: u64,
    /// Different people among them: the same person twice in a round counts once. A person
    /// without a document counts each time.
    pub distinct_people: u64,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u64,
    /// Tubes closed with fewer people than they take.
    pub short: u64,
    /// Tubes declared unusable.
    pub spoiled: u64,
    /// People whose binding was declared void.
    pub voided: u64,
    /// People taken out again by the operator.
    pub undone: u64,
}

impl Figures {
    /// Adds those of other people.
    pub(crate) fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.distinct_people += other.distinct_people;
        self.tubes += other.tubes;
        self.short += other.short;
        self.spoiled += other.spoiled;
        self.voided += other.voided;
        self.undone += other.undone;
    }
}

/// What the hub holds, whatever the round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stock {
    /// Devices known, enrolled or not.
    pub devices: u64,
    /// Batches and salvages stored.
    pub items: u64,
    /// Of these, opened and counted.
    pub opened: u64,
    /// Of these, held for a reason that `held` tells.
    pub held: u64,
    /// Records counted once each.
    pub records: u64,
    /// Records of kinds that this version does not know: kept, counted here alone.
    pub unknown_records: u64,
    /// Items of unknown kinds or newer formats that are kept as they came.
    pub kept: u64,
    /// Opened items whose records are not yet in the tables of the reports.
    pub lag_items: u64,
    /// People sampled in one round by two devices, tube labels used by two devices, people whose
    /// tube cannot be named, tubes whose way is told in two ways.
    pub conflicts: u64,
}

/// One line of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// The round's id; null where the shift's record has not arrived.
    pub round: Option<String>,
    /// The round's name.
    pub round_name: Option<String>,
    /// The site; null where the shift's record has not arrived.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<&'static str>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// The organisation that sent the operator.
    pub organisation: Option<String>,
    /// The figures of this line.
    #[serde(flatten)]
    pub figures: RowFigures,
}

/// The figures of one line of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowFigures {
    /// People bound, neither undone nor voided.
    pub people: u64,
    /// Tubes with at least one such person, spoiled ones apart.
    pub tubes: u64,
    /// Tubes closed with fewer people than they take.
    pub short: u64,
    /// Tubes declared unusable.
    pub spoiled: u64,
    /// People whose binding was declared void.
    pub voided: u64,
    /// People taken out again by the operator.
    pub undone: u64,
}

/// What lines of the ledger are put together by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LedgerBy {
    /// Site, lane and operator: the finest.
    #[default]
    Lane,
    /// Round alone.
    Round,
    /// Site.
    Site,
    /// Operator and organisation.
    Operator,
    /// Fixed site or moving team.
    Place,
}

impl LedgerBy {
    /// What the word asks for.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "lane" => Some(Self::Lane),
            "round" => Some(Self::Round),
            "site" => Some(Self::Site),
            "operator" | "team" => Some(Self::Operator),
            "place" => Some(Self::Place),
            _ => None,
        }
    }
}

/// The ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The round asked for; null for all.
    pub round: Option<String>,
    /// Its lines.
    pub rows: Vec<LedgerRow>,
    /// The whole.
    #[serde(flatten)]
    pub figures: Figures,
    /// Rounds whose people were erased here; their figures are in `rows` by round alone.
    pub erased_rounds: Vec<String>,
    /// Opened items whose records are not yet in these figures.
    pub lag_items: u64,
}

/// A tube with its people.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeTrace {
    /// The label.
    pub tube: String,
    /// The record that opened it; null where it has not arrived.
    pub record: Option<String>,
    /// The device that opened it.
    pub device: String,
    /// Where and when it was opened.
    #[serde(flatten)]
    pub at: At,
    /// How many people it takes; null where its opening has not arrived.
    pub capacity: Option<u32>,
    /// Why it was closed; null while it is open.
    pub closed: Option<&'static str>,
    /// Whether it was declared unusable.
    pub spoiled: bool,
    /// How it moved between devices, as each of them tells it; empty for one that did not.
    pub moved: Vec<TubeStep>,
    /// Whether these stories contradict each other: then people of all of them are in it.
    pub contested: bool,
    /// Its people by position.
    pub people: Vec<TracedPerson>,
    /// People of it whose records cannot be read here now (erased, or the key is away).
    pub unreadable: u64,
}

/// Where and when something was done.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct At {
    /// The round's name.
    pub round: Option<String>,
    /// The site.
    pub site: Option<String>,
    /// `fixed` or `mobile`.
    pub place: Option<&'static str>,
    /// The lane.
    pub lane: Option<String>,
    /// The operator.
    pub operator: Option<String>,
    /// Corrected time, milliseconds since 1970 UTC.
    pub at_ms: Option<i64>,
    /// How far off that may be, milliseconds; null where nothing bounds it.
    pub error_ms: Option<u64>,
}

/// One person of a tube.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TracedPerson {
    /// The position.
    pub position: u32,
    /// What names the person.
    pub document: &'static str,
    /// The document's number.
    pub number: Option<String>,
    /// The state that issued it.
    pub issuer: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Birth as YYYYMMDD, where the number does not hold it.
    pub birth: Option<u32>,
    /// `M`, `F` or `X`, where the number does not hold it.
    pub sex: Option<String>,
    /// The nationality.
    pub nationality: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The contact telephone, the latest given.
    pub contact: Option<String>,
    /// The guardian's number or code.
    pub guardian: Option<String>,
    /// The opaque code.
    pub alias: Option<String>,
    /// Why there is no document.
    pub reason: Option<String>,
    /// What describes the person.
    pub description: Option<String>,
    /// Body temperature, tenths of a degree Celsius.
    pub temperature: Option<u32>,
    /// The class of the mixing rules.
    pub class: Option<String>,
    /// The colour of the code that was shown.
    pub colour: Option<String>,
    /// The rule that was overridden.
    pub overridden: Option<&'static str>,
    /// The record.
    pub record: String,
    /// Where and when.
    #[serde(flatten)]
    pub at: At,
}

/// Where a person was found.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// The tube's label; null where its opening has not arrived.
    pub tube: Option<String>,
    /// The position.
    pub position: u32,
    /// `bound`, `undone` or `voided`.
    pub state: &'static str,
    /// The device.
    pub device: String,
    /// The record.
    pub record: String,
    /// Where and when.
    #[serde(flatten)]
    pub at: At,
}

/// Everything that two devices say differently, or that only together would make sense.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// The same person in one round on two devices.
    pub people: Vec<PersonConflict>,
    /// A tube label used by two devices.
    pub tubes: Vec<TubeConflict>,
    /// Items with other content under records that the hub already has.
    pub contents: Vec<HeldItem>,
    /// People who are counted and whose tube cannot be named.
    pub without_tube: Vec<Sighting>,
    /// Tubes that moved between devices and whose stories contradict each other.
    pub contested: Vec<ContestedTube>,
}

impl Conflicts {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.people.len() + self.tubes.len() + self.contents.len() + self.without_tube.len() + self.contested.len()
    }
}

/// The same person in one round on two devices.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonConflict {
    /// Where the person was found.
    pub sightings: Vec<Sighting>,
}

/// A tube label used by two devices.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeConflict {
    /// The label.
    pub tube: String,
    /// Its uses.
    pub uses: Vec<TubeUse>,
}

/// One use of a tube label.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeUse {
    /// The device.
    pub device: String,
    /// The opening record.
    pub record: String,
    /// People in it.
    pub people: u64,
    /// Where and when.
    #[serde(flatten)]
    pub at: At,
}

/// An item that is stored and not counted, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldItem {
    /// Its number here, for `held accept` and `held reject`.
    pub id: i64,
    /// `batch`, `salvage`, `enrolment`, `claim` or `unknown`.
    pub kind: &'static str,
    /// The device that sent it; null where it names none.
    pub device: Option<String>,
    /// The device whose place it claims; null for all but a claim.
    pub of_device: Option<String>,
    /// The epoch of its records.
    pub epoch: Option<String>,
    /// Its number at the device.
    pub number: Option<u64>,
    /// Its first record.
    pub first_seq: Option<u64>,
    /// Its records.
    pub records: u64,
    /// Why it is held.
    pub reason: String,
    /// What to do about it.
    pub next: &'static str,
    /// The branch of a forked epoch, 0 for the first.
    pub branch: u32,
    /// Its digest, hex.
    pub digest: String,
    /// When it arrived, milliseconds since 1970 UTC.
    pub arrived_ms: i64,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// Its id.
    pub device: String,
    /// `active`, `held`, `unknown`, `revoked` or `closed`.
    pub state: &'static str,
    /// Why it is held.
    pub reason: Option<String>,
    /// The app, as it enrolled.
    pub app: Option<String>,
    /// When its enrolment arrived.
    pub enrolled_ms: Option<i64>,
    /// When it was last heard.
    pub seen_ms: Option<i64>,
    /// Its epochs.
    pub epochs: u64,
    /// Items stored.
    pub items: u64,
    /// Items held.
    pub held: u64,
    /// Records counted.
    pub records: u64,
    /// Ranges of seqs and batch numbers that are missing.
    pub gaps: Vec<String>,
    /// Records that are known to exist and have not come: what the device last said it had written, and
    /// what lies between what came.
    pub unsent: u64,
    /// When the oldest of these was written, by the device's own clock, where it said so.
    pub unsent_since_ms: Option<i64>,
    /// When it said so, by its own clock.
    pub said_ms: Option<i64>,
    /// Batches and salvages that it said it carried for others.
    pub carries: u64,
    /// When it was last heard itself.
    pub heard_direct_ms: Option<i64>,
    /// When something of it last came another way.
    pub heard_carried_ms: Option<i64>,
    /// The device that brought it then; `None` for one that is not known.
    pub carried_by: Option<String>,
    /// Whether it was never heard itself: everything of it was carried.
    pub only_carried: bool,
}

/// What `verify` found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Whether everything that must hold does hold. Gaps are facts, not faults.
    pub ok: bool,
    /// Items whose signature was verified again.
    pub signatures: u64,
    /// Receipts verified.
    pub receipts: u64,
    /// Records decoded again from the stored bytes.
    pub records: u64,
    /// Items that could not be opened now because their key is away or their round erased.
    pub unreadable: u64,
    /// What is missing between what has arrived.
    pub gaps: Vec<String>,
    /// What does not hold.
    pub faults: Vec<String>,
}

/// What one erasure took away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// The round.
    pub round: String,
    /// The figures that remain.
    #[serde(flatten)]
    pub figures: Figures,
    /// Items whose bodies were removed.
    pub items: u64,
    /// Held items that belong to the round, or may, and were left for a decision.
    pub held_left: u64,
}
