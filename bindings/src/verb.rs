//! What a sampler says besides scanning.

use fieldcore::DeviceId;
pub use fieldcore::record::DamageKind;

use crate::error::{FieldError, Result};

/// What happened to a tube or box.
#[uniffi::remote(Enum)]
pub enum DamageKind {
    /// It leaks.
    Leaking,
    /// It is broken.
    Broken,
    /// Its label cannot be read.
    Unreadable,
    /// It got too warm.
    Warm,
    /// Its seal is broken or missing.
    SealBroken,
    /// Something else, in words.
    Other,
}

/// One verb with its arguments. Texts are trimmed and bounded by the core.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
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
    /// Passes an open tube on to another device; the answer's code is shown to it.
    Pass {
        /// Its label; the active tube without.
        tube: Option<String>,
        /// The id of the device that is to take it; whoever comes first without.
        to: Option<String>,
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
    /// Offers sealed boxes to another device; the answer's code is shown to it.
    Offer {
        /// Their labels.
        boxes: Vec<String>,
        /// The id of the device that is to take them; whoever comes first without.
        to: Option<String>,
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
}

fn device(id: Option<String>) -> Result<Option<DeviceId>> {
    Ok(id.map(|id| DeviceId::parse(&id)).transpose()?)
}

impl TryFrom<Verb> for fieldcore::Verb {
    type Error = FieldError;

    fn try_from(verb: Verb) -> Result<Self> {
        Ok(match verb {
            Verb::Undo => Self::Undo,
            Verb::Close { reason } => Self::Close { reason },
            Verb::Tube { label } => Self::Tube { label },
            Verb::Void { tube, position, reason } => Self::Void { tube, position, reason },
            Verb::Move { tube, position, to } => Self::Move { tube, position, to },
            Verb::Swap { tube, first, second } => Self::Swap { tube, first, second },
            Verb::Spoil { tube, reason } => Self::Spoil { tube, reason },
            Verb::Confirm { number, reason } => Self::Confirm { number, reason },
            Verb::Person { reason, description } => Self::Person { reason, description },
            Verb::Guardian { who } => Self::Guardian { who },
            Verb::Phone { text } => Self::Phone { text },
            Verb::Temperature { tenths } => Self::Temperature { tenths },
            Verb::Colour { word } => Self::Colour { word },
            Verb::Withdraw { number } => Self::Withdraw { number },
            Verb::Box { label } => Self::Box { label },
            Verb::Pass { tube, to } => Self::Pass { tube, to: device(to)? },
            Verb::Back { tube, reason } => Self::Back { tube, reason },
            Verb::Pack { label } => Self::Pack { label },
            Verb::Unpack { label, reason } => Self::Unpack { label, reason },
            Verb::Seal { tubes, temperature, seal } => Self::Seal { tubes, temperature, seal },
            Verb::Damage { label, damage, note } => Self::Damage { label, damage, note },
            Verb::Cold { label, temperature } => Self::Cold { label, temperature },
            Verb::Offer { boxes, to } => Self::Offer { boxes, to: device(to)? },
            Verb::Give { whom, boxes } => Self::Give { whom, boxes },
            Verb::Count { label, tubes, temperature } => Self::Count { label, tubes, temperature },
        })
    }
}
