//! The verbs: what a sampler says besides scanning.

use std::fmt;

use super::DoorVerb;
use crate::custody::BOXES_MAX;
use crate::error::{Error, Result};
use crate::id::DeviceId;
use crate::limits::{LABEL_CHARS_MAX, NAME_CHARS_MAX, NOTE_CHARS_MAX};
use crate::record::DamageKind;

/// One verb with its arguments. Texts are trimmed and bounded; [`Verb::parse`] makes them from
/// a line that starts with `:`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verb {
    /// Takes out the lane's last person, or the last one who waits.
    Undo,
    /// Closes the active tube short.
    Close {
        /// The operator's words.
        reason: Option<String>,
    },
    /// Makes an open tube the active one.
    Tube {
        /// Its label.
        label: String,
    },
    /// Declares a binding void.
    Void {
        /// The tube's label.
        tube: String,
        /// The position in it.
        position: u32,
        /// Why.
        reason: String,
    },
    /// Moves a person to another tube.
    Move {
        /// The label of the tube that the person is in.
        tube: String,
        /// The position in it.
        position: u32,
        /// The label of the tube that the person belongs in.
        to: String,
    },
    /// Lets two people of a tube change places.
    Swap {
        /// The tube's label.
        tube: String,
        /// The one's position.
        first: u32,
        /// The other's position.
        second: u32,
    },
    /// Declares a tube spoiled, opened or not.
    Spoil {
        /// The tube's label.
        tube: String,
        /// Why.
        reason: String,
    },
    /// Confirms what the last answer asked.
    Confirm {
        /// Which candidate, from 1.
        number: Option<u32>,
        /// Why, where a rule is overridden.
        reason: Option<String>,
    },
    /// Presents a person who has no document.
    Person {
        /// Why there is none: one word.
        reason: String,
        /// What describes the person.
        description: String,
    },
    /// Names the guardian of the next person, a child.
    Guardian {
        /// The guardian's number or code.
        who: String,
    },
    /// Adds a contact telephone to the last person.
    Phone {
        /// The telephone as given.
        text: String,
    },
    /// Keeps the next person's temperature.
    Temperature {
        /// Tenths of a degree Celsius.
        tenths: u32,
    },
    /// Keeps the colour of the next person's code.
    Colour {
        /// The colour's word.
        word: String,
    },
    /// Lets someone who waits for a tube go.
    Withdraw {
        /// Which of those who wait, from 1; the last without.
        number: Option<u32>,
    },
    /// Opens a box by its label.
    Box {
        /// Its label.
        label: String,
    },
    /// Passes an open tube on to another device.
    Pass {
        /// Its label; the active tube without.
        tube: Option<String>,
        /// The device that is to take it; whoever comes first without.
        to: Option<DeviceId>,
    },
    /// Goes on with a tube that was passed on and not taken.
    Back {
        /// Its label.
        tube: String,
        /// Why.
        reason: Option<String>,
    },
    /// Puts a tube into the lane's box.
    Pack {
        /// The tube's label.
        label: String,
    },
    /// Takes a tube out of its box.
    Unpack {
        /// The tube's label.
        label: String,
        /// Why.
        reason: Option<String>,
    },
    /// Seals the lane's box.
    Seal {
        /// Tubes in it, as somebody counted them.
        tubes: u32,
        /// The temperature in it, tenths of a degree Celsius.
        temperature: Option<i64>,
        /// The seal's number.
        seal: Option<String>,
    },
    /// Notes a damage.
    Damage {
        /// The label of the tube or box.
        label: String,
        /// What happened to it.
        damage: DamageKind,
        /// The operator's words.
        note: Option<String>,
    },
    /// Notes the temperature in a box.
    Cold {
        /// The box's label.
        label: String,
        /// Tenths of a degree Celsius.
        temperature: i64,
    },
    /// Offers sealed boxes to another device.
    Offer {
        /// Their labels.
        boxes: Vec<String>,
        /// The device that is to take them; whoever comes first without.
        to: Option<DeviceId>,
    },
    /// Hands boxes over to a person without a device.
    Give {
        /// To whom, in words.
        whom: String,
        /// Their labels.
        boxes: Vec<String>,
    },
    /// Says what was found in a box that is being received.
    Count {
        /// The box's label.
        label: String,
        /// Tubes in it.
        tubes: u32,
        /// The temperature in it, tenths of a degree Celsius.
        temperature: Option<i64>,
    },
    /// Says something about doors.
    Door(DoorVerb),
    /// Changes the lane that the shell works in.
    Lane {
        /// Its name.
        name: String,
    },
    /// Asks the shell to sync now.
    Sync,
    /// Asks for the status.
    Status,
    /// Asks for the verbs.
    Help,
}

impl fmt::Debug for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Every verb with its usage, in the order of the help.
pub const USAGES: &[(&str, &str)] = &[
    ("undo", ":undo"),
    ("close", ":close [REASON]"),
    ("tube", ":tube LABEL"),
    ("void", ":void TUBE POSITION REASON"),
    ("move", ":move TUBE POSITION TUBE"),
    ("swap", ":swap TUBE POSITION POSITION"),
    ("spoil", ":spoil TUBE REASON"),
    ("confirm", ":confirm [N] [REASON]"),
    ("person", ":person REASON DESCRIPTION"),
    ("guardian", ":guardian NUMBER-OR-ALIAS"),
    ("phone", ":phone TEXT"),
    ("temp", ":temp DEGREES, e.g. :temp 36.5"),
    ("colour", ":colour WORD"),
    ("withdraw", ":withdraw [N]"),
    ("box", ":box LABEL"),
    ("pass", ":pass [TUBE] [DEVICE]"),
    ("back", ":back TUBE [REASON]"),
    ("pack", ":pack TUBE"),
    ("unpack", ":unpack TUBE [REASON]"),
    ("seal", ":seal COUNT [DEGREES C, e.g. 4.5C] [SEAL]"),
    ("damage", ":damage LABEL leaking|broken|unreadable|warm|seal_broken|other [NOTE]"),
    ("cold", ":cold BOX DEGREES, e.g. :cold BOX-1 4.5C"),
    ("offer", ":offer BOX... [DEVICE]"),
    ("give", ":give \"WHOM\" BOX..."),
    ("count", ":count BOX TUBES [DEGREES C]"),
    ("visit", ":visit HOME done|partly_done|nobody_home|informed|refused|moved_away [REASON], e.g. :visit 12-3 done"),
    ("claim", ":claim BUILDING [FIRST LAST] [HOURS, e.g. 2h]"),
    ("release", ":release BUILDING [REASON]"),
    ("household", ":household BUILDING DOOR [NOTE]"),
    ("resident", ":resident HOME NUMBER-OR-DESCRIPTION"),
    ("sample", ":sample [HOME] NAME-OR-NUMBER"),
    ("excuse", ":excuse WHO away|refused|unfit|sampled_elsewhere|moved_away|died|other [REASON]"),
    ("follow", ":follow HOME come_again|medical|escort|tell|other [NOTE]"),
    ("claims", ":claims [BUILDING]"),
    ("left", ":left [BUILDING]"),
    ("lane", ":lane NAME"),
    ("sync", ":sync"),
    ("status", ":status"),
    ("help", ":help"),
];

impl Verb {
    /// The verb's name, as it is typed after the colon.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Undo => "undo",
            Self::Close { .. } => "close",
            Self::Tube { .. } => "tube",
            Self::Void { .. } => "void",
            Self::Move { .. } => "move",
            Self::Swap { .. } => "swap",
            Self::Spoil { .. } => "spoil",
            Self::Confirm { .. } => "confirm",
            Self::Person { .. } => "person",
            Self::Guardian { .. } => "guardian",
            Self::Phone { .. } => "phone",
            Self::Temperature { .. } => "temp",
            Self::Colour { .. } => "colour",
            Self::Withdraw { .. } => "withdraw",
            Self::Box { .. } => "box",
            Self::Pass { .. } => "pass",
            Self::Back { .. } => "back",
            Self::Pack { .. } => "pack",
            Self::Unpack { .. } => "unpack",
            Self::Seal { .. } => "seal",
            Self::Damage { .. } => "damage",
            Self::Cold { .. } => "cold",
            Self::Offer { .. } => "offer",
            Self::Give { .. } => "give",
            Self::Count { .. } => "count",
            Self::Door(verb) => verb.name(),
            Self::Lane { .. } => "lane",
            Self::Sync => "sync",
            Self::Status => "status",
            Self::Help => "help",
        }
    }

    /// The verb in a line that starts with `:` (full-width `：` too). The error is the usage, in
    /// words to show; it never repeats what was typed.
    pub fn parse(line: &str) -> Result<Self> {
        let line = line.trim();
        let rest = line.strip_prefix([':', '：']).ok_or_else(|| Error::invalid("verb", "a verb starts with `:`"))?;
        let mut words = Words { rest: rest.trim() };
        let name = words.next().map(str::to_lowercase).unwrap_or_default();
        let usage = || {
            let usage = USAGES.iter().find(|(known, _)| *known == name).map(|(_, usage)| *usage);
            Error::invalid(
                "verb",
                usage.map_or("there is no such verb; `:help` lists them".to_owned(), |usage| format!("usage: {usage}")),
            )
        };
        let verb = Self::from_words(&name, &mut words).ok_or_else(usage)?;
        if words.rest.is_empty() { Ok(verb) } else { Err(usage()) }
    }

    fn from_words(name: &str, words: &mut Words<'_>) -> Option<Self> {
        Some(match name {
            "undo" => Self::Undo,
            "close" => Self::Close { reason: words.rest_of_line() },
            "tube" => Self::Tube { label: words.label()? },
            "void" => Self::Void { tube: words.label()?, position: words.number()?, reason: words.rest_of_line()? },
            "move" => Self::Move { tube: words.label()?, position: words.number()?, to: words.label()? },
            "swap" => Self::Swap { tube: words.label()?, first: words.number()?, second: words.number()? },
            "spoil" => Self::Spoil { tube: words.label()?, reason: words.rest_of_line()? },
            "confirm" => {
                let number = words.number();
                Self::Confirm { number, reason: words.rest_of_line() }
            }
            "person" => Self::Person { reason: words.name()?, description: words.rest_of_line()? },
            "guardian" => Self::Guardian { who: words.rest_of_line()? },
            "phone" => Self::Phone { text: words.rest_of_line()? },
            "temp" | "temperature" => Self::Temperature { tenths: tenths(words.next()?)? },
            "colour" | "color" => Self::Colour { word: words.name()? },
            "withdraw" => Self::Withdraw { number: words.number() },
            "box" => Self::Box { label: words.label()? },
            "pass" | "back" | "pack" | "unpack" | "seal" | "damage" | "cold" | "offer" | "give" | "count" => {
                Self::of_custody(name, words)?
            }
            "visit" | "claim" | "release" | "household" | "resident" | "sample" | "excuse" | "follow" | "claims"
            | "left" => Self::Door(DoorVerb::from_words(name, words)?),
            "lane" => Self::Lane { name: words.rest_of_line().filter(|name| is_name(name))? },
            "sync" => Self::Sync,
            "status" => Self::Status,
            "help" | "" => Self::Help,
            _ => return None,
        })
    }
}

impl Verb {
    /// The verbs about tubes and boxes on their way.
    fn of_custody(name: &str, words: &mut Words<'_>) -> Option<Self> {
        Some(match name {
            "pass" => {
                let (to, tube) = (words.device(), words.label());
                let to = to.or_else(|| words.device());
                Self::Pass { tube, to }
            }
            "back" => Self::Back { tube: words.label()?, reason: words.rest_of_line() },
            "pack" => Self::Pack { label: words.label()? },
            "unpack" => Self::Unpack { label: words.label()?, reason: words.rest_of_line() },
            "seal" => Self::Seal { tubes: words.number()?, temperature: words.cold(), seal: words.label() },
            "damage" => Self::Damage {
                label: words.label()?,
                damage: DamageKind::from_text(words.next()?)?,
                note: words.rest_of_line(),
            },
            "cold" => Self::Cold { label: words.label()?, temperature: words.cold()? },
            "offer" => {
                let (boxes, to) = words.labels_and_device()?;
                Self::Offer { boxes, to }
            }
            "give" => Self::Give { whom: words.label()?, boxes: words.labels_and_device()?.0 },
            "count" => Self::Count { label: words.label()?, tubes: words.number()?, temperature: words.cold() },
            _ => return None,
        })
    }
}

/// Degrees Celsius of a box, `4.5C` or `-20C`, as tenths: what dry ice to a summer's van has.
fn box_tenths(text: &str) -> Option<i64> {
    let text = text.strip_suffix(['C', 'c', '℃']).map(|text| text.trim_end_matches('°'))?;
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, tenth) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if tenth.len() != 1 || whole.len() > 3 || !plain(whole) || !plain(tenth) {
        return None;
    }
    let tenths = sign * (whole.parse::<i64>().ok()? * 10 + tenth.parse::<i64>().ok()?);
    (-900..=700).contains(&tenths).then_some(tenths)
}

/// Degrees Celsius with at most one decimal, as tenths: 30.0 to 45.0, what a living body has.
fn tenths(text: &str) -> Option<u32> {
    let text = text.trim_end_matches(['C', 'c', '°', '℃']);
    let (whole, tenth) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if tenth.len() != 1 || whole.len() != 2 {
        return None;
    }
    let tenths = whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?;
    (300..=450).contains(&tenths).then_some(tenths)
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control)
}

/// The words of a line, one after the other.
pub(super) struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let (word, rest) = self.rest.split_once(char::is_whitespace).unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        (!word.is_empty()).then_some(word)
    }

    /// The next word, if it is a number.
    fn number(&mut self) -> Option<u32> {
        let before = self.rest;
        let number = self.next().and_then(|word| word.parse().ok());
        if number.is_none() {
            self.rest = before;
        }
        number
    }

    /// The next word as a label; one with blanks stands in quotes.
    pub(super) fn label(&mut self) -> Option<String> {
        let word = match self.rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((quoted, rest)) if !quoted.is_empty() && !rest.starts_with(|c: char| !c.is_whitespace()) => {
                self.rest = rest.trim_start();
                quoted
            }
            _ => self.next()?,
        };
        (word.chars().count() <= LABEL_CHARS_MAX && !word.chars().any(char::is_control)).then(|| word.to_owned())
    }

    /// The next word, if `read` makes something of it.
    fn read<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let found = self.next().and_then(read);
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    /// The next word, if it is a device's id.
    fn device(&mut self) -> Option<DeviceId> {
        self.read(|word| if word.len() == 36 { DeviceId::parse(word).ok() } else { None })
    }

    /// The next word, if it is hours: `2h`.
    pub(super) fn hours(&mut self) -> Option<u32> {
        self.read(|word| word.strip_suffix(['h', 'H'])?.parse().ok().filter(|hours| (1..=72).contains(hours)))
    }

    /// The next word, if it is the temperature of a box.
    fn cold(&mut self) -> Option<i64> {
        self.read(box_tenths)
    }

    /// Labels, at least one, with a device's id before or behind them.
    fn labels_and_device(&mut self) -> Option<(Vec<String>, Option<DeviceId>)> {
        let (mut labels, mut device) = (Vec::new(), self.device());
        while !self.rest.is_empty() {
            match self.device() {
                Some(found) => device = Some(found),
                None => labels.push(self.label()?),
            }
        }
        (!labels.is_empty() && labels.len() <= BOXES_MAX).then_some((labels, device))
    }

    fn name(&mut self) -> Option<String> {
        self.next().filter(|word| is_name(word)).map(str::to_owned)
    }

    /// What is left of the line, if that is something, not too long, and without control
    /// characters: these texts are shown on screens. A tab is a blank.
    pub(super) fn rest_of_line(&mut self) -> Option<String> {
        let fits = !self.rest.is_empty()
            && self.rest.chars().count() <= NOTE_CHARS_MAX
            && !self.rest.chars().any(|c| c.is_control() && c != '\t');
        fits.then(|| std::mem::take(&mut self.rest).to_owned())
    }
}
