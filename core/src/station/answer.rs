//! What the station answers: one outcome, one cue, and exactly what was saved.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::id::RecordRef;
use crate::words::words;

words! {
    /// What a scan or a verb came to.
    Outcome {
        /// A tube was opened and is the lane's active one.
        TubeOpened = "tube_opened",
        /// A person, or everyone who waited, was bound to a position of a tube.
        Bound = "bound",
        /// The person is known; the tube is scanned next.
        WaitingForTube = "waiting_for_tube",
        /// The tube takes nobody more; scan the next one.
        TubeFull = "tube_full",
        /// The tube was closed by the operator.
        TubeClosed = "tube_closed",
        /// The person is bound in this round already: see `earlier`.
        DuplicatePerson = "duplicate_person",
        /// The label was used before: see `earlier` and the problems.
        TubeAlreadyUsed = "tube_already_used",
        /// Not the kind of code that is due: see the problems.
        WrongKind = "wrong_kind",
        /// Unreadable, invalid, or not possible now: see the problems.
        Refused = "refused",
        /// A mixing rule of the profile forbids it: see the problems.
        MixingRule = "mixing_rule",
        /// A person must look and say so: see the problems and the candidates.
        NeedsConfirmation = "needs_confirmation",
        /// The same again; nothing was written.
        Repeated = "repeated",
        /// An opaque code was kept for the next person.
        AliasKept = "alias_kept",
        /// The lane's last person was taken out again.
        Undone = "undone",
        /// A binding was declared void.
        Voided = "voided",
        /// A person was moved to another tube.
        Moved = "moved",
        /// Two people of a tube changed places.
        Swapped = "swapped",
        /// A tube was declared spoiled.
        Spoiled = "spoiled",
        /// A box was opened; the next tubes belong to it.
        BoxOpened = "box_opened",
        /// An open tube was passed on; `code` is shown to who goes on with it.
        TubePassedOn = "tube_passed_on",
        /// A tube of another device is the lane's active one; `code` may be shown to the giver.
        TubeTakenOver = "tube_taken_over",
        /// A tube that was passed on is the lane's active one again.
        TubeTakenBack = "tube_taken_back",
        /// A tube was put into the lane's box.
        Packed = "packed",
        /// A tube was taken out of its box.
        Unpacked = "unpacked",
        /// The lane's box was sealed.
        BoxSealed = "box_sealed",
        /// Boxes are offered: `code` is shown to who takes them. Nothing was written yet.
        HandOverOffered = "hand_over_offered",
        /// Boxes were received; `code` is shown to the giver.
        HandOverReceived = "hand_over_received",
        /// Boxes were handed over.
        HandOverGiven = "hand_over_given",
        /// Something else was done or told: see the remark.
        Note = "note",
        /// How a verb is used.
        Help = "help",
        /// The machine failed: disk, key, lock.
        Error = "error",
    }

    /// The one signal that the shell turns into sound, vibration and colour.
    Cue {
        /// Done; go on.
        Ok = "ok",
        /// Look at the screen.
        Attention = "attention",
        /// This person or label was here before.
        Duplicate = "duplicate",
        /// Another kind of code is due.
        WrongKind = "wrong_kind",
        /// The tube is full; take the next one.
        Full = "full",
        /// Refused; nothing was saved.
        Refused = "refused",
    }

    /// What an answer adds to its outcome.
    Remark {
        /// With this person the tube is full and closed; the next tube is due.
        TubeNowFull = "tube_now_full",
        /// The tube is the lane's active one now.
        TubeActive = "tube_active",
        /// The tube is open again, because someone was taken out of it.
        TubeReopened = "tube_reopened",
        /// The person's earlier tube is spoiled; sampling again is right.
        EarlierSpoiled = "earlier_spoiled",
        /// A guardian was kept for the next person.
        GuardianKept = "guardian_kept",
        /// A step was kept for the next person.
        StepKept = "step_kept",
        /// The contact was added to the last person.
        ContactKept = "contact_kept",
        /// A person who waited was withdrawn.
        Withdrawn = "withdrawn",
        /// The answer belongs to the shell: lane, sync and status are its own verbs.
        ForShell = "for_shell",
        /// An override with its reason was recorded.
        OverrideRecorded = "override_recorded",
        /// A proxy card was issued.
        ProxyIssued = "proxy_issued",
        /// The person came by a proxy card.
        ProxyRead = "proxy_read",
        /// Who took the tube over was noted.
        PassAnswered = "pass_answered",
        /// The box is the lane's active one again.
        BoxActive = "box_active",
        /// A damage was noted.
        DamageKept = "damage_kept",
        /// A box's temperature was noted.
        TemperatureKept = "temperature_kept",
        /// `code` tells another team this device's claims.
        ClaimsTold = "claims_told",
        /// Another team's claims are known now; none of them shares doors with this device's.
        ClaimsHeard = "claims_heard",
        /// Another team's claims are known now, and share doors with this device's: the list of claims says who keeps what.
        ClaimsOverlap = "claims_overlap",
    }
}

/// The codes of the station's own problems, for shells to have words for. Beside these stand the
/// problems of a reading ([`crate::scan::Problem`]), of a label ([`crate::LabelFit`]), of a mixing
/// rule ([`crate::MixingRule`], with the class's name) and `retail`.
pub const PROBLEMS: &[&str] = &[
    "box_due",
    "tube_due",
    "person_due",
    "temperature_due",
    "colour_due",
    "phone_due",
    "step_off",
    "step_due",
    "colour_unknown",
    "lane_name",
    "no_shift",
    "no_open_tube",
    "nothing_to_undo",
    "nothing_to_confirm",
    "number_due",
    "reason_due",
    "nobody_waits",
    "nobody_yet",
    "waits_already",
    "waits_elsewhere",
    "which_waiting",
    "sampled_this_round",
    "sample_again",
    "real_person",
    "repaired",
    "two_codes",
    "position_empty",
    "same_position",
    "same_tube",
    "tube_unknown",
    "nothing_like_that",
    "several_like_that",
    "not_recorded",
    "tube_never_opened",
    "tube_of_other_round",
    "tube_open_elsewhere",
    "tube_closed",
    "tube_closed_full",
    "tube_spoiled",
    "no_boxes",
    "tube_away",
    "tube_not_away",
    "tube_still_open",
    "ask_the_other",
    "position_elsewhere",
    "packed_elsewhere",
    "not_packed",
    "box_unknown",
    "box_is_sealed",
    "box_not_sealed",
    "box_given",
    "box_empty",
    "seal_again",
    "count_differs",
    "swabs_old",
    "label_unknown",
    "boxes_due",
    "scan_boxes",
    "confirm_received",
    "box_not_offered",
    "boxes_missing",
    "nothing_to_receive",
    "receiving_boxes",
    "code_unreadable",
    "code_forged",
    "code_other_campaign",
    "code_other_round",
    "code_other_device",
    "code_own",
    "code_used",
    "code_practice",
    "code_not_asked",
    "code_not_here",
    "code_long",
    "alias_replaced",
    "note_waits",
    "note_lapsed",
    "too_long",
    "proxy_no_right",
    "proxy_no_key",
    "proxy_expiry",
    "proxy_unknown_key",
    "proxy_forged",
    "proxy_expired",
    "proxy_other_campaign",
    "proxy_used",
    "proxy_other_round",
    "proxy_revoked",
    "enrolment_code",
];

/// A person or a kind that a doubtful scan may mean; chosen with `:confirm N`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its number, from 1.
    pub number: u32,
    /// What it would be: a kind of `interpret`, or `tube`, `waiting`.
    pub kind: &'static str,
    /// The person, masked; or the label.
    pub subject: Option<String>,
    /// The fields that the operator's eye must confirm.
    pub confirm: Vec<&'static str>,
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Candidate({}, {})", self.number, self.kind)
    }
}

/// Where and when something was done before.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// The tube's label.
    pub tube: Option<String>,
    /// The position in it.
    pub position: Option<u32>,
    /// When, wall milliseconds.
    pub wall_ms: i64,
    /// The site.
    pub site: Option<String>,
    /// The lane.
    pub lane: Option<String>,
}

impl std::fmt::Debug for Earlier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Earlier")
    }
}

/// One of several people bound by one scan.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The position in the tube.
    pub position: u32,
    /// The person, masked.
    pub subject: String,
    /// The record that was saved.
    #[serde(serialize_with = "saved")]
    pub saved: Option<RecordRef>,
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Placed({})", self.position)
    }
}

/// The answer to one scan or verb. Written to disk before it is given: what `saved` names is
/// saved, and where it is `None` nothing was written.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What it came to.
    pub outcome: Outcome,
    /// The signal.
    pub cue: Cue,
    /// The tube's label.
    pub tube: Option<String>,
    /// The position in the tube.
    pub position: Option<u32>,
    /// How many people more the tube takes.
    pub left: Option<u32>,
    /// How many people are in the tube, where the whole tube is meant (closed, spoiled).
    pub people_in: Option<u32>,
    /// The box's label.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// The person, masked for the screen.
    pub subject: Option<String>,
    /// Codes of what is wrong or doubtful; for a mixing rule also the profile's words.
    pub problems: Vec<String>,
    /// What a doubtful scan may mean.
    pub candidates: Vec<Candidate>,
    /// The earlier use of the person or label.
    pub earlier: Option<Earlier>,
    /// The record that was saved; the last one where several were.
    #[serde(serialize_with = "saved")]
    pub saved: Option<RecordRef>,
    /// What the answer adds to its outcome.
    pub note: Option<Remark>,
    /// Words to show as they are: a verb's usage, a mixing rule's reason.
    pub text: Option<String>,
    /// Everyone bound by this scan, where it was more than one.
    pub people: Vec<Placed>,
    /// How many tubes are in the box, or in all boxes of a hand-over.
    pub tubes_in: Option<u32>,
    /// A code for the other device, to show as QR or write to a file.
    pub code: Option<String>,
    /// The labels of the tubes in the boxes that are offered, as a code of its own: too long to show, for a file.
    pub list: Option<String>,
}

/// `saved` in JSON: `{"epoch": "…", "seq": 12}`.
fn saved<S: Serializer>(saved: &Option<RecordRef>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(saved) = saved else { return serializer.serialize_none() };
    let mut object = serializer.serialize_struct("saved", 2)?;
    object.serialize_field("epoch", &saved.epoch.to_string())?;
    object.serialize_field("seq", &saved.seq)?;
    object.end()
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("outcome", &self.outcome)
            .field("cue", &self.cue)
            .field("position", &self.position)
            .field("left", &self.left)
            .field("note", &self.note)
            .field("saved", &self.saved)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// An answer with nothing but its outcome and cue.
    pub fn new(outcome: Outcome, cue: Cue) -> Self {
        Self {
            outcome,
            cue,
            tube: None,
            position: None,
            left: None,
            people_in: None,
            container: None,
            subject: None,
            problems: Vec::new(),
            candidates: Vec::new(),
            earlier: None,
            saved: None,
            note: None,
            text: None,
            people: Vec::new(),
            tubes_in: None,
            code: None,
            list: None,
        }
    }

    /// The answer for a failure of the machine; nothing may be taken as saved.
    pub fn of_error(error: &Error) -> Self {
        Self { text: Some(error.to_string()), ..Self::new(Outcome::Error, Cue::Refused).problem(error_code(error)) }
    }

    /// A refusal for one reason; nothing was written.
    pub(super) fn refused(code: &str) -> Self {
        Self::new(Outcome::Refused, Cue::Refused).problem(code)
    }

    /// A refusal for what is wrong with a reading.
    pub(super) fn refused_for(codes: impl IntoIterator<Item = &'static str>) -> Self {
        Self { problems: codes.into_iter().map(str::to_owned).collect(), ..Self::new(Outcome::Refused, Cue::Refused) }
    }

    /// Another kind of code was due.
    pub(super) fn wrong_kind(code: &str) -> Self {
        Self::new(Outcome::WrongKind, Cue::WrongKind).problem(code)
    }

    pub(super) fn remark(self, remark: Remark) -> Self {
        Self { note: Some(remark), ..self }
    }

    pub(super) fn problem(mut self, code: impl Into<String>) -> Self {
        self.problems.push(code.into());
        self
    }
}

/// The word for a failure of the machine.
const fn error_code(error: &Error) -> &'static str {
    match error {
        Error::Locked { .. } => "locked",
        Error::ReadOnly { .. } => "read_only",
        Error::Full => "disk_full",
        Error::OutcomeUnknown => "outcome_unknown",
        Error::Vault { .. } => "key",
        Error::Damaged { .. } | Error::NotDurable { .. } => "disk",
        Error::Closed => "closed",
        _ => "failed",
    }
}
