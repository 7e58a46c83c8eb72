//! The kinds of records: codes, columns and their encodings, in one table.

use std::fmt;

use uuid::Uuid;

use super::codes::{
    CloseReason, DocumentKind, EpochReason, NoticeKind, Override, Place, ProfileSource, ReadSource, SetAsideReason,
    Step,
};
use super::value::{Field, Value};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::pack::Fixed;

/// How a column is laid out in a batch body (wire format, section "Columns").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The values as they are.
    Plain,
    /// Whole numbers as differences from the one before.
    Delta,
    /// `false` where the value equals the one before.
    Repeat,
    /// References to records, relative to the batch's own epoch.
    Refs,
    /// Text that a stranger can choose: values stand in the second compressed frame.
    Free,
}

macro_rules! record_kinds {
    ($(
        $(#[$doc:meta])*
        $code:literal / $version:literal $name:ident $text:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty => $layout:ident ),* $(,)?
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Eq)]
            pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str($text)
                }
            }

            impl From<$name> for Body {
                fn from(body: $name) -> Self {
                    Self::$name(body)
                }
            }
        )*

        /// What a record says, by kind.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Body {
            $( $(#[$doc])* $name($name), )*
            /// A kind, version or code that this reader does not know; kept whole.
            Unknown {
                /// The kind's code.
                kind: u16,
                /// The version of its columns.
                version: u16,
                /// Its fields.
                values: Vec<Value>,
            },
        }

        impl Body {
            /// The kind's code and the version of its columns.
            pub const fn kind(&self) -> (u16, u16) {
                match self {
                    $( Self::$name(_) => ($code, $version), )*
                    Self::Unknown { kind, version, .. } => (*kind, *version),
                }
            }

            /// The kind's name; `unknown` for one that this reader does not know.
            pub const fn name(&self) -> &'static str {
                match self {
                    $( Self::$name(_) => $text, )*
                    Self::Unknown { .. } => "unknown",
                }
            }

            /// The fields in the order of the columns.
            pub fn values(&self) -> Vec<Value> {
                match self {
                    $( Self::$name(body) => vec![$(Field::put(&body.$field)),*], )*
                    Self::Unknown { values, .. } => values.clone(),
                }
            }

            /// The body from its fields; what does not fit a known kind is kept as unknown.
            pub fn from_values(kind: u16, version: u16, values: Vec<Value>) -> Self {
                let known = match (kind, version) {
                    $( ($code, $version) => $name::from_values(&values).map(Self::$name), )*
                    _ => None,
                };
                known.unwrap_or(Self::Unknown { kind, version, values })
            }
        }

        $(
            impl $name {
                fn from_values(values: &[Value]) -> Option<Self> {
                    #[allow(unused_mut, unused_variables, reason = "a kind may have no fields")]
                    let mut values = values.iter().cloned();
                    let body = Self { $( $field: Field::take(values.next()?)?, )* };
                    values.next().is_none().then_some(body)
                }
            }
        )*

        /// Every kind that has columns: code, version, name, and its columns' names and layouts.
        pub const KINDS: &[Kind] = &[$(
            Kind {
                code: $code,
                version: $version,
                name: $text,
                columns: &[$((stringify!($field), Layout::$layout)),*],
                types: &[$(stringify!($ty)),*],
            },
        )*];
    };
}

/// A kind's place in the table.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The code that stands in records.
    pub code: u16,
    /// The version of its columns.
    pub version: u16,
    /// Its name in logs and JSON.
    pub name: &'static str,
    /// Its columns in order, each with its layout.
    pub columns: &'static [(&'static str, Layout)],
    /// The columns' types as they are written in Rust; the wire format's document is checked
    /// against them.
    pub types: &'static [&'static str],
}

impl Kind {
    /// The kind with this code and version.
    pub fn find(code: u16, version: u16) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code && kind.version == version)
    }
}

/// Codes given to the kinds of work whose columns are not laid down yet. They are taken: no
/// other kind may ever use them.
pub const RESERVED_KINDS: &[(u16, &str)] = &[
    (50, "visit"),
    (51, "building_claimed"),
    (52, "claim_released"),
    (53, "household_added"),
    (54, "roster_applied"),
    (55, "resident_added"),
    (56, "follow_up"),
    (61, "tube_packed"),
    (62, "tube_unpacked"),
    (63, "box_sealed"),
    (64, "hand_over_given"),
    (65, "hand_over_received"),
    (66, "damage_noted"),
    (67, "temperature_logged"),
    (68, "desk_received"),
    (70, "proxy_issued"),
    (71, "proxy_read"),
    (72, "tube_passed_on"),
    (73, "tube_taken_over"),
    (74, "tube_taken_back"),
    (80, "helper_enrolled"),
    (81, "delegation_held"),
    (82, "carry_exported"),
    (83, "carry_imported"),
    (90, "note"),
];

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

record_kinds! {
    /// The first record of every epoch: what came before, as far as it is known.
    1 / 1 EpochStarted "epoch_started" {
        /// Why a new epoch began.
        reason: EpochReason => Plain,
        /// The device that wrote the epoch before (another one after a key loss).
        parent_device: Option<DeviceId> => Plain,
        /// The epoch before.
        parent_epoch: Option<Epoch> => Plain,
        /// The last seq known of the epoch before.
        parent_seq: Option<u64> => Plain,
        /// The app and its version.
        app: String => Plain,
    }

    /// A range of seqs of an earlier epoch that are known to be lost; one record a range.
    2 / 1 SeqsLost "seqs_lost" {
        /// The device that had written them.
        device: DeviceId => Plain,
        /// Their epoch.
        epoch: Epoch => Plain,
        /// The first lost.
        first: u64 => Plain,
        /// The last lost.
        last: u64 => Plain,
    }

    /// The device was enrolled in a campaign.
    3 / 1 Enrolled "enrolled" {
        /// The campaign.
        campaign: Uuid => Plain,
        /// The token's public id.
        token: Fixed<8> => Plain,
    }

    /// A profile came into force for tubes opened from now on.
    4 / 1 ProfileApplied "profile_applied" {
        /// The campaign it belongs to.
        campaign: Uuid => Plain,
        /// Its version.
        version: u32 => Plain,
        /// SHA-256 of its text.
        digest: Fixed<32> => Plain,
        /// Where it came from.
        source: ProfileSource => Plain,
    }

    /// A key set came into force for segments opened from now on.
    5 / 1 KeysApplied "keys_applied" {
        /// Its version.
        version: u32 => Plain,
        /// SHA-256 of its bytes.
        digest: Fixed<32> => Plain,
        /// Where it came from.
        source: ProfileSource => Plain,
    }

    /// A notice of the hub was taken note of.
    6 / 1 NoticeApplied "notice_applied" {
        /// The notice's id.
        notice: Uuid => Plain,
        /// What it is about.
        what: NoticeKind => Plain,
        /// The record of this device that it concerns.
        subject: RecordRef => Refs,
        /// The other device's record.
        other: RecordRef => Refs,
        /// The other's wall time, milliseconds, as corrected by the hub.
        other_wall_ms: i64 => Plain,
        /// The other's site.
        other_site: Option<String> => Repeat,
        /// The other's tube label.
        other_tube: Option<String> => Plain,
    }

    /// A shift began: who works where, for which round.
    7 / 1 ShiftStarted "shift_started" {
        /// The shift's own id.
        shift: Uuid => Plain,
        /// The round it works for.
        round: Uuid => Plain,
        /// The round's number or name, for people.
        round_name: String => Plain,
        /// The site.
        site: String => Plain,
        /// Fixed site or moving team.
        place: Place => Plain,
        /// The operator.
        operator: String => Plain,
        /// The organisation that sent the operator.
        organisation: Option<String> => Plain,
        /// The profile's version then in force.
        profile: u32 => Plain,
    }

    /// A shift ended, with the figures that the operator saw.
    8 / 1 ShiftEnded "shift_ended" {
        /// The shift's first record.
        shift: RecordRef => Refs,
        /// People bound and neither undone nor voided.
        people: u32 => Plain,
        /// Tubes with at least one such person.
        tubes: u32 => Plain,
        /// Tubes closed short.
        short: u32 => Plain,
        /// Tubes spoiled.
        spoiled: u32 => Plain,
    }

    /// A self-test or a readiness report was made.
    9 / 1 Checked "checked" {
        /// Whether everything that must hold did hold.
        passed: bool => Plain,
        /// Codes of what did not, separated by blanks.
        findings: String => Plain,
    }

    /// Something readable left the device.
    10 / 1 Exported "exported" {
        /// What: `trace`, `ledger`, `report`, `log`.
        what: String => Repeat,
        /// How many people's data it held; 0 for figures alone.
        people: u32 => Plain,
        /// Where to: `screen`, `file`, `share`.
        target: String => Repeat,
    }

    /// A round's key is being destroyed; after this its records cannot be read here.
    11 / 1 Erased "erased" {
        /// The round.
        round: Uuid => Plain,
        /// Its records then in the journal.
        records: u64 => Plain,
        /// Its people.
        people: u32 => Plain,
        /// Its tubes.
        tubes: u32 => Plain,
    }

    /// A damaged journal file was set aside; this epoch's file replaces it.
    12 / 1 FileSetAside "file_set_aside" {
        /// Why.
        reason: SetAsideReason => Plain,
        /// Rows recovered from it.
        salvaged: u64 => Plain,
        /// Rows of it that could not be recovered.
        lost: u64 => Plain,
    }

    /// A tube was opened by its label.
    20 / 1 TubeOpened "tube_opened" {
        /// The label, byte for byte.
        label: String => Plain,
        /// The AIM symbology identifier, where the reader gave one.
        symbology: Option<String> => Repeat,
        /// How many people it takes.
        capacity: u32 => Repeat,
        /// The profile's version then in force; it stays this tube's.
        profile: u32 => Repeat,
        /// The box it belongs to.
        container: Option<RecordRef> => Refs,
    }

    /// A tube was closed; nobody may be added.
    21 / 1 TubeClosed "tube_closed" {
        /// The tube's opening record.
        tube: RecordRef => Refs,
        /// Why.
        reason: CloseReason => Repeat,
        /// People then in it.
        people: u32 => Repeat,
        /// The operator's words.
        note: Option<String> => Free,
    }

    /// A tube is not usable: blank, leaking, dropped, lost.
    22 / 1 TubeSpoiled "tube_spoiled" {
        /// The tube's opening record; absent for a label that was never opened.
        tube: Option<RecordRef> => Refs,
        /// The label of a tube that was never opened.
        label: Option<String> => Plain,
        /// The operator's words.
        reason: String => Free,
    }

    /// An open tube was made the lane's active one.
    23 / 1 TubeActivated "tube_activated" {
        /// The tube's opening record.
        tube: RecordRef => Refs,
    }

    /// A person was bound to a position of a tube.
    30 / 1 SubjectBound "subject_bound" {
        /// The tube's opening record.
        tube: RecordRef => Refs,
        /// The position in the tube, from 1; never used again.
        position: u32 => Plain,
        /// The tube's capacity then in force.
        capacity: u32 => Repeat,
        /// The profile's version that decided.
        profile: u32 => Repeat,
        /// What names the person.
        document: DocumentKind => Repeat,
        /// The document's number, folded to its canonical form.
        number: Option<String> => Plain,
        /// The state that issued it (ICAO 9303 or ISO 3166 code).
        issuer: Option<String> => Repeat,
        /// The name as printed.
        name: Option<String> => Plain,
        /// Birth as YYYYMMDD, where the number does not hold it.
        birth: Option<u32> => Plain,
        /// `M`, `F` or `X`, where the number does not hold it.
        sex: Option<String> => Repeat,
        /// The nationality (ICAO 9303 code).
        nationality: Option<String> => Repeat,
        /// The address, if the profile asks for it.
        address: Option<String> => Free,
        /// How it was read.
        source: ReadSource => Repeat,
        /// An opaque code by which the person is known or that was shown beside.
        alias: Option<String> => Free,
        /// The guardian's number or code, for a child.
        guardian: Option<String> => Free,
        /// The contact telephone.
        contact: Option<String> => Plain,
        /// Why there is no document.
        reason: Option<String> => Free,
        /// What describes a person without a document.
        description: Option<String> => Free,
        /// The mixing class of the profile that applied.
        class: Option<String> => Repeat,
        /// Body temperature, tenths of a degree Celsius.
        temperature: Option<u32> => Plain,
        /// The colour of the code that was shown.
        colour: Option<String> => Repeat,
        /// The rule that the operator overrode.
        overridden: Option<Override> => Plain,
        /// Why it was overridden.
        override_reason: Option<String> => Free,
        /// The record by which the person waited for a tube.
        waited: Option<RecordRef> => Refs,
    }

    /// A person is known and waits for a tube.
    31 / 1 SubjectPresented "subject_presented" {
        /// What names the person.
        document: DocumentKind => Repeat,
        /// The document's number, folded to its canonical form.
        number: Option<String> => Plain,
        /// The state that issued it.
        issuer: Option<String> => Repeat,
        /// The name as printed.
        name: Option<String> => Plain,
        /// Birth as YYYYMMDD, where the number does not hold it.
        birth: Option<u32> => Plain,
        /// `M`, `F` or `X`, where the number does not hold it.
        sex: Option<String> => Repeat,
        /// The nationality.
        nationality: Option<String> => Repeat,
        /// The address.
        address: Option<String> => Free,
        /// How it was read.
        source: ReadSource => Repeat,
        /// An opaque code by which the person is known.
        alias: Option<String> => Free,
        /// Why there is no document.
        reason: Option<String> => Free,
        /// What describes a person without a document.
        description: Option<String> => Free,
        /// The rule that the operator overrode.
        overridden: Option<Override> => Plain,
        /// Why it was overridden.
        override_reason: Option<String> => Free,
    }

    /// An opaque code that someone showed, kept for the lane's next person.
    32 / 1 AliasKept "alias_kept" {
        /// The text, at most 2 KiB of it.
        text: String => Free,
        /// The whole text's bytes.
        length: u32 => Plain,
        /// SHA-256 of the whole text, where it was cut.
        digest: Option<Fixed<32>> => Plain,
    }

    /// A guardian named for the lane's next person, a child.
    33 / 1 GuardianKept "guardian_kept" {
        /// The guardian's number or code.
        guardian: String => Free,
    }

    /// The lane's last person was taken out again by the operator.
    34 / 1 SubjectUndone "subject_undone" {
        /// The record that bound the person.
        subject: RecordRef => Refs,
    }

    /// A person's binding was declared void.
    35 / 1 SubjectVoided "subject_voided" {
        /// The record that bound the person.
        subject: RecordRef => Refs,
        /// Why.
        reason: String => Free,
    }

    /// A person was moved to another tube.
    36 / 1 SubjectMoved "subject_moved" {
        /// The record that bound the person.
        subject: RecordRef => Refs,
        /// The opening record of the tube it is in now.
        tube: RecordRef => Refs,
        /// The position there.
        position: u32 => Plain,
    }

    /// Two people of one tube changed places.
    37 / 1 SubjectsSwapped "subjects_swapped" {
        /// The record that bound the one.
        first: RecordRef => Refs,
        /// The record that bound the other.
        second: RecordRef => Refs,
    }

    /// A contact telephone was added to a person.
    38 / 1 ContactKept "contact_kept" {
        /// The record that bound the person.
        subject: RecordRef => Refs,
        /// The telephone as given.
        contact: String => Plain,
    }

    /// An optional step was done for the lane's next person.
    39 / 1 StepKept "step_kept" {
        /// Which step.
        step: Step => Repeat,
        /// Its value: tenths of a degree, or a colour's word.
        value: String => Plain,
    }

    /// A person who waited for a tube left, or was presented by mistake.
    40 / 1 SubjectWithdrawn "subject_withdrawn" {
        /// The record by which the person waited.
        subject: RecordRef => Refs,
    }

    /// A box was opened by its label; tubes opened now belong to it.
    60 / 1 BoxOpened "box_opened" {
        /// The label, byte for byte.
        label: String => Plain,
        /// The AIM symbology identifier, where the reader gave one.
        symbology: Option<String> => Repeat,
        /// The profile's version then in force.
        profile: u32 => Repeat,
    }
}
