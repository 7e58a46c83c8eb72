//! What the hub says of tubes and boxes on their way, as it stands in `--json`.

use serde::Serialize;

use super::model::At;

/// One device's word: who said it, where and when.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The device.
    pub device: String,
    /// The record.
    pub record: String,
    /// Where and when.
    #[serde(flatten)]
    pub at: At,
}

/// What the hub finds of a signature that one device kept of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// It is by the device that it names, over what the record says.
    Holds,
    /// It is not.
    Fails,
    /// The device that it names has not enrolled here.
    UnknownDevice,
    /// Not everything that was signed has arrived.
    Incomplete,
    /// There is none: a person without a device took it.
    None,
}

/// A step of a tube that moved between devices.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeStep {
    /// `passed_on`, `taken_over` or `taken_back`.
    pub what: &'static str,
    /// Who says so.
    #[serde(flatten)]
    pub told: Told,
    /// The record by which it was passed on.
    pub passed: String,
    /// For which device it was passed on; null for whoever came first.
    pub to: Option<String>,
    /// People then in it, as was said.
    pub people: Option<u32>,
    /// The giver's signature, of a tube that was taken over.
    pub signature: Option<Signature>,
}

/// A tube whose stories contradict each other.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ContestedTube {
    /// Its label.
    pub tube: String,
    /// The record that opened it.
    pub record: String,
    /// What everybody says.
    pub steps: Vec<TubeStep>,
}

/// One side's word on a hand-over of a box.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Who says so.
    #[serde(flatten)]
    pub told: Told,
    /// Tubes in it: the giver's word of a receipt is what the receiver found.
    pub tubes: u32,
    /// The temperature in it, tenths of a degree Celsius.
    pub temperature: Option<i64>,
    /// The other side: a device's id, or a person in words.
    pub other: Option<String>,
    /// The other side's signature.
    pub signature: Signature,
}

/// A hand-over of a box as both sides tell it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HandOverLine {
    /// The box's label.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// The hand-over's id, in hexadecimal digits.
    pub hand_over: String,
    /// The giver's word.
    pub given: Option<Side>,
    /// The receiver's word.
    pub received: Option<Side>,
    /// Tubes as the giver counted them when it offered the box, where the receiver says.
    pub offered_tubes: Option<u32>,
    /// Whether one side's word has not arrived.
    pub open: bool,
}

/// Something noted about a label.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NoteLine {
    /// The kind of damage; null for a temperature.
    pub damage: Option<&'static str>,
    /// Tenths of a degree Celsius; null for a damage.
    pub temperature: Option<i64>,
    /// The operator's words.
    pub note: Option<String>,
    /// Who says so.
    #[serde(flatten)]
    pub told: Told,
}

/// A box: one opening of a label, and its way from there.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct BoxLine {
    /// Its label; null where neither its opening nor a receipt of it has arrived.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// The record that opened it.
    pub record: String,
    /// The round for which it was opened, whenever it changed hands: its name, or its id where no shift of it has arrived.
    pub round: Option<String>,
    /// `open`, `sealed` or `on_the_way`.
    pub state: &'static str,
    /// The device that has it, or gave it away last.
    pub device: String,
    /// To whom it is on the way: a device's id, or a person in words.
    pub to: Option<String>,
    /// Since when: the opening, the receipt or the giving.
    pub since: Option<Told>,
    /// The labels of the tubes in it.
    pub tubes: Vec<String>,
    /// Tubes as they were counted at its sealing.
    pub counted: Option<u32>,
    /// The seal's number.
    pub seal: Option<String>,
    /// The temperature at its sealing, tenths of a degree Celsius.
    pub temperature: Option<i64>,
    /// Seconds since the first swab in it at the least.
    pub age_s: Option<u64>,
    /// Whether that is longer than the profile likes.
    pub late: bool,
    /// Whether two devices say that they have it.
    pub contested: bool,
    /// Its hand-overs, the first one first.
    pub hand_overs: Vec<HandOverLine>,
    /// Damages and temperatures of this label.
    pub notes: Vec<NoteLine>,
}

/// A tube: where it is.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeLine {
    /// Its label.
    pub tube: String,
    /// The record that opened it; null for a label that only boxes or desks name.
    pub record: Option<String>,
    /// The device that works or worked with it last.
    pub device: Option<String>,
    /// The label of the box it is in.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// People in it.
    pub people: u64,
    /// Seconds since its first swab at the least.
    pub age_s: Option<u64>,
    /// What a receiving desk found of it: `present`, `missing`, `extra`.
    pub desk: Option<&'static str>,
    /// Whether the stories about it contradict each other.
    pub contested: bool,
}

/// A label that a receiving desk misses.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct MissingTube {
    /// The label.
    pub tube: String,
    /// The box in which it should be.
    #[serde(rename = "box")]
    pub container: Option<String>,
    /// The desk's word.
    #[serde(flatten)]
    pub told: Told,
}

/// A label that stands in several boxes.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TubeTwice {
    /// The label.
    pub tube: String,
    /// The boxes' labels.
    pub boxes: Vec<String>,
}

/// Where boxes and tubes are, and what does not add up.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Custody {
    /// The boxes.
    pub boxes: Vec<BoxLine>,
    /// The tubes.
    pub tubes: Vec<TubeLine>,
    /// Hand-overs of which one side's word has not arrived.
    pub open_hand_overs: Vec<HandOverLine>,
    /// Tubes that a desk misses.
    pub missing: Vec<MissingTube>,
    /// Tubes whose stories contradict each other.
    pub contested: Vec<ContestedTube>,
    /// Tubes that stand in several boxes.
    pub twice: Vec<TubeTwice>,
}
