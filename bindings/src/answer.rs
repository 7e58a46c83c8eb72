//! What the station answers.

use fieldcore::RecordRef;
pub use fieldcore::{Cue, Earlier, Outcome, Remark};

/// What a scan or a verb came to.
#[uniffi::remote(Enum)]
pub enum Outcome {
    /// A tube was opened and is the lane's active one.
    TubeOpened,
    /// A person, or everyone who waited, was bound to a position of a tube.
    Bound,
    /// The person is known; the tube is scanned next.
    WaitingForTube,
    /// The tube takes nobody more; scan the next one.
    TubeFull,
    /// The tube was closed by the operator.
    TubeClosed,
    /// The person is bound in this round already: see `earlier`.
    DuplicatePerson,
    /// The label was used before: see `earlier` and the problems.
    TubeAlreadyUsed,
    /// Not the kind of code that is due: see the problems.
    WrongKind,
    /// Unreadable, invalid, or not possible now: see the problems.
    Refused,
    /// A mixing rule of the profile forbids it: see the problems.
    MixingRule,
    /// A person must look and say so: see the problems and the candidates.
    NeedsConfirmation,
    /// The same again; nothing was written.
    Repeated,
    /// An opaque code was kept for the next person.
    AliasKept,
    /// The lane's last person was taken out again.
    Undone,
    /// A binding was declared void.
    Voided,
    /// A person was moved to another tube.
    Moved,
    /// Two people of a tube changed places.
    Swapped,
    /// A tube was declared spoiled.
    Spoiled,
    /// A box was opened; the next tubes belong to it.
    BoxOpened,
    /// An open tube was passed on; `code` is shown to who goes on with it.
    TubePassedOn,
    /// A tube of another device is the lane's active one; `code` may be shown to the giver.
    TubeTakenOver,
    /// A tube that was passed on is the lane's active one again.
    TubeTakenBack,
    /// A tube was put into the lane's box.
    Packed,
    /// A tube was taken out of its box.
    Unpacked,
    /// The lane's box was sealed.
    BoxSealed,
    /// Boxes are offered: `code` is shown to who takes them. Nothing was written yet.
    HandOverOffered,
    /// Boxes were received; `code` is shown to the giver.
    HandOverReceived,
    /// Boxes were handed over.
    HandOverGiven,
    /// Something else was done or told: see the remark.
    Note,
    /// How a verb is used.
    Help,
    /// The machine failed: disk, key, lock.
    Error,
}

/// The one signal that a shell turns into sound, vibration and colour: never into colour alone.
#[uniffi::remote(Enum)]
pub enum Cue {
    /// Done; go on.
    Ok,
    /// Look at the screen.
    Attention,
    /// This person or label was here before.
    Duplicate,
    /// Another kind of code is due.
    WrongKind,
    /// The tube is full; take the next one.
    Full,
    /// Refused; nothing was saved.
    Refused,
}

/// What an answer adds to its outcome.
#[uniffi::remote(Enum)]
pub enum Remark {
    /// With this person the tube is full and closed; the next tube is due.
    TubeNowFull,
    /// The tube is the lane's active one now.
    TubeActive,
    /// The tube is open again, because someone was taken out of it.
    TubeReopened,
    /// The person's earlier tube is spoiled; sampling again is right.
    EarlierSpoiled,
    /// A guardian was kept for the next person.
    GuardianKept,
    /// A step was kept for the next person.
    StepKept,
    /// The contact was added to the last person.
    ContactKept,
    /// A person who waited was withdrawn.
    Withdrawn,
    /// The answer belongs to the shell: lane, sync and status are its own verbs.
    ForShell,
    /// An override with its reason was recorded.
    OverrideRecorded,
    /// A proxy card was issued.
    ProxyIssued,
    /// The person came by a proxy card.
    ProxyRead,
    /// Who took the tube over was noted.
    PassAnswered,
    /// The box is the lane's active one again.
    BoxActive,
    /// A damage was noted.
    DamageKept,
    /// A box's temperature was noted.
    TemperatureKept,
    /// `code` tells another team this device's claims.
    ClaimsTold,
    /// Another team's claims are known now; none of them shares doors with this device's.
    ClaimsHeard,
    /// Another team's claims are known now, and share doors with this device's: `DoorsView.overlaps` says who keeps what.
    ClaimsOverlap,
}

/// Where and when something was done before.
#[uniffi::remote(Record)]
pub struct Earlier {
    /// The tube's label.
    pub tube: Option<String>,
    /// The position in it.
    pub position: Option<u32>,
    /// When, milliseconds since 1970 by the device's clock of then.
    pub wall_ms: i64,
    /// The site.
    pub site: Option<String>,
    /// The lane.
    pub lane: Option<String>,
}

/// A record that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Saved {
    /// The device that wrote it.
    pub device: String,
    /// The epoch.
    pub epoch: String,
    /// Its number in the epoch, from 0, without gaps.
    pub seq: u64,
}

impl From<RecordRef> for Saved {
    fn from(at: RecordRef) -> Self {
        Self { device: at.device.to_string(), epoch: at.epoch.to_string(), seq: at.seq }
    }
}

/// A person or a kind that a doubtful scan may mean; chosen with `Verb.Confirm`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Candidate {
    /// Its number, from 1.
    pub number: u32,
    /// What it would be, a code: a kind of document, `tube`, `waiting`.
    pub kind: String,
    /// The person, masked for the screen; or the label.
    pub subject: Option<String>,
    /// The fields that the operator's eye must confirm, as codes.
    pub confirm: Vec<String>,
}

/// One of several people bound by one scan.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Placed {
    /// The position in the tube, from 1.
    pub position: u32,
    /// The person, masked for the screen.
    pub subject: String,
    /// The record that was saved.
    pub saved: Option<Saved>,
}

/// The answer to one scan or verb. It is on the disk before it is given: what `saved` names is saved,
/// and where that is nothing, nothing was written.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Answer {
    /// What it came to.
    pub outcome: Outcome,
    /// The signal.
    pub cue: Cue,
    /// The tube's label.
    pub tube: Option<String>,
    /// The position in the tube, from 1.
    pub position: Option<u32>,
    /// How many people more the tube takes.
    pub left: Option<u32>,
    /// How many people are in the tube, where the whole tube is meant.
    pub people_in: Option<u32>,
    /// The box's label.
    pub container: Option<String>,
    /// The person, masked for the screen.
    pub subject: Option<String>,
    /// Codes of what is wrong or doubtful, for the words of the shell.
    pub problems: Vec<String>,
    /// What a doubtful scan may mean.
    pub candidates: Vec<Candidate>,
    /// The earlier use of the person or label.
    pub earlier: Option<Earlier>,
    /// The record that was saved; the last one where several were.
    pub saved: Option<Saved>,
    /// What the answer adds to its outcome.
    pub note: Option<Remark>,
    /// Words to show as they are.
    pub text: Option<String>,
    /// Everyone bound by this scan, where it was more than one.
    pub people: Vec<Placed>,
    /// How many tubes are in the box, or in all boxes of a hand-over.
    #[uniffi(default = None)]
    pub tubes_in: Option<u32>,
    /// A code for the other device, to show as QR or write to a file.
    #[uniffi(default = None)]
    pub code: Option<String>,
    /// The labels of the tubes in the boxes that are offered, as a code of its own, for a file.
    #[uniffi(default = None)]
    pub list: Option<String>,
}

impl From<fieldcore::Answer> for Answer {
    fn from(answer: fieldcore::Answer) -> Self {
        let owned = |codes: Vec<&'static str>| codes.into_iter().map(str::to_owned).collect();
        let candidates = answer.candidates.into_iter().map(|candidate| Candidate {
            number: candidate.number,
            kind: candidate.kind.to_owned(),
            subject: candidate.subject,
            confirm: owned(candidate.confirm),
        });
        let people = answer.people.into_iter().map(|placed| Placed {
            position: placed.position,
            subject: placed.subject,
            saved: placed.saved.map(Into::into),
        });
        Self {
            outcome: answer.outcome,
            cue: answer.cue,
            tube: answer.tube,
            position: answer.position,
            left: answer.left,
            people_in: answer.people_in,
            container: answer.container,
            subject: answer.subject,
            problems: answer.problems,
            candidates: candidates.collect(),
            earlier: answer.earlier,
            saved: answer.saved.map(Into::into),
            note: answer.note,
            text: answer.text,
            people: people.collect(),
            tubes_in: answer.tubes_in,
            code: answer.code,
            list: answer.list,
        }
    }
}
