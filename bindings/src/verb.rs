//! What a sampler says besides scanning.

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
}

impl From<Verb> for fieldcore::Verb {
    fn from(verb: Verb) -> Self {
        match verb {
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
        }
    }
}
