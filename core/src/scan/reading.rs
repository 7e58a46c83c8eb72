//! What a scan turned out to be.

use std::fmt;

use super::identity::{Identity, Sensitive};
use super::text::one_line;
use crate::limits::LABEL_CHARS_MAX;
use crate::record::DocumentKind;
use crate::words::words;

/// How far a reading may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Every check that the standard has agrees.
    Accept,
    /// One repair of letters into digits, and only one, makes every check agree.
    AcceptRepaired,
    /// A person must look: doubtful fields are left out.
    Review,
    /// It contradicts itself or cannot be read.
    Refuse,
}

impl Verdict {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::AcceptRepaired => "accept_repaired",
            Self::Review => "review",
            Self::Refuse => "refuse",
        }
    }

    /// Whether the reading may be acted on without a person's look.
    pub const fn is_accept(self) -> bool {
        matches!(self, Self::Accept | Self::AcceptRepaired)
    }
}

words! {
    /// What a reading is: the kinds of `interpret`.
    #[non_exhaustive]
    ReadingKind {
        /// PRC resident identity number of 18 characters.
        CnResident = "cn_resident",
        /// PRC resident identity number of 15 digits.
        CnResident15 = "cn_resident_15",
        /// Residence permit for Hong Kong residents.
        CnPermitHk = "cn_permit_hk",
        /// Residence permit for Macao residents.
        CnPermitMo = "cn_permit_mo",
        /// Residence permit for Taiwan residents.
        CnPermitTw = "cn_permit_tw",
        /// Foreigner's permanent residence card since 2023.
        CnForeigner = "cn_foreigner",
        /// Foreigner's permanent residence card until 2023.
        CnForeigner15 = "cn_foreigner_15",
        /// Mainland travel permit for Hong Kong and Macao residents.
        HkMoTravelPermit = "hk_mo_travel_permit",
        /// Mainland travel permit for Taiwan residents.
        TwTravelPermit = "tw_travel_permit",
        /// Exit-entry permit for mainland residents.
        CnExitPermit = "cn_exit_permit",
        /// A passport by its number alone.
        PassportNumber = "passport_number",
        /// A machine-readable zone (ICAO Doc 9303).
        Mrz = "mrz",
        /// A North American licence or card.
        Aamva = "aamva",
        /// An Aadhaar secure QR.
        Aadhaar = "aadhaar",
        /// A GS1 element string.
        Gs1 = "gs1",
        /// An ISBT 128 data structure.
        Isbt128 = "isbt128",
        /// An EAN or UPC: goods, never a tube.
        Retail = "retail",
        /// A plain text that may be a label.
        Plain = "plain",
        /// Any other code that someone showed.
        Alias = "alias",
    }

    /// What is wrong or doubtful with a reading.
    Problem {
        /// The number of characters fits nothing.
        Length = "length",
        /// A character stands where the form does not allow it.
        Charset = "charset",
        /// No province has this code.
        Province = "province",
        /// The date does not exist.
        Date = "date",
        /// The date lies in the future.
        FutureDate = "future_date",
        /// A check digit contradicts its number.
        Checksum = "checksum",
        /// The region code is unknown, or was abolished before the birth. A doubt only.
        Region = "region",
        /// The text does not have the structure that it claims, or is not one at all.
        Structure = "structure",
        /// The text has the shape of several kinds: an operator must say which it is.
        Ambiguous = "ambiguous",
        /// It has the shape of a document that no check digit protects: an operator must say so.
        Unchecked = "unchecked",
        /// The number is another kind of document's than the operator chose.
        Document = "document",
        /// The check digit of a zone's document number contradicts it.
        DocumentNumber = "document_number",
        /// The check digit of a zone's date of birth contradicts it; on a foreigner's card, the
        /// date of birth in the number does not exist; on a card's front, the birth line is not the
        /// birth in the number.
        BirthDate = "birth_date",
        /// The check digit of a zone's date of expiry contradicts it.
        ExpiryDate = "expiry_date",
        /// The check digit of a zone's personal number contradicts it.
        Optional1 = "optional1",
        /// A zone's check digit over all its checked fields contradicts them.
        Composite = "composite",
        /// A zone's date of birth is none that the calendar has, or lies in the future.
        BirthDateCalendar = "birth_date_calendar",
        /// A zone's date of expiry is none that the calendar has.
        ExpiryDateCalendar = "expiry_date_calendar",
        /// The sex is not one that the form allows, or two places contradict each other.
        Sex = "sex",
        /// No state or organisation that issues documents has the code in a zone. A doubt only.
        IssuingState = "issuing_state",
        /// No nationality has the code in a zone. A doubt only.
        Nationality = "nationality",
        /// Two places on a card name different people, or two cards are in the picture.
        Contradiction = "contradiction",
        /// Several repairs make every check agree, so none is taken.
        SeveralRepairs = "several_repairs",
        /// A signature does not fit what it should cover.
        Signature = "signature",
        /// No application or data identifier has this code.
        Identifier = "identifier",
        /// A separator is missing or stands where none belongs.
        Separator = "separator",
        /// The kind is known, but this version cannot read it.
        Unsupported = "unsupported",
    }
}

words! {
    /// A check that a reading passed.
    #[non_exhaustive]
    Check {
        /// The check character of a resident number (GB 11643, ISO 7064 MOD 11-2).
        CheckCharacter = "check_character",
        /// The date in a number exists and is not in the future.
        Date = "date",
        /// The province in a number exists.
        Province = "province",
        /// The region in a number is known for the birth.
        Region = "region",
        /// The card's birth line is the birth in its number.
        BirthLine = "birth_line",
        /// The card's sex line is the sex in its number.
        SexLine = "sex_line",
        /// The check digit of a zone's document number.
        DocumentNumber = "document_number",
        /// The check digit of a zone's date of birth, and its calendar.
        BirthDate = "birth_date",
        /// The check digit of a zone's date of expiry, and its calendar.
        ExpiryDate = "expiry_date",
        /// The check digit of a zone's personal number.
        Optional1 = "optional1",
        /// A zone's check digit over all its checked fields.
        Composite = "composite",
        /// The GS1 check digit of a number.
        Gs1CheckDigit = "gs1_check_digit",
        /// The check character of an ISBT 128 donation number (ISO 7064 MOD 37-2).
        IsbtCheckCharacter = "isbt_check_character",
        /// Form, lengths and alphabets, where nothing stronger protects a text.
        Structure = "structure",
        /// The issuer's signature.
        Signature = "signature",
        /// The kind of document was chosen by the operator.
        ChosenKind = "chosen_kind",
    }
}

/// What speaks for a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The checks that it passed, each once, in the order they were made.
    pub checks: Vec<Check>,
    /// The fields in which letters were repaired into digits or digits into letters, each with
    /// the number of characters.
    pub repaired: Vec<(&'static str, u32)>,
}

impl From<DocumentKind> for ReadingKind {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::CnResident => Self::CnResident,
            DocumentKind::CnResident15 => Self::CnResident15,
            DocumentKind::CnPermitHk => Self::CnPermitHk,
            DocumentKind::CnPermitMo => Self::CnPermitMo,
            DocumentKind::CnPermitTw => Self::CnPermitTw,
            DocumentKind::CnForeigner => Self::CnForeigner,
            DocumentKind::CnForeigner15 => Self::CnForeigner15,
            DocumentKind::HkMoTravelPermit => Self::HkMoTravelPermit,
            DocumentKind::TwTravelPermit => Self::TwTravelPermit,
            DocumentKind::CnExitPermit => Self::CnExitPermit,
            DocumentKind::PassportNumber => Self::PassportNumber,
            DocumentKind::Mrz => Self::Mrz,
            DocumentKind::Aamva => Self::Aamva,
            DocumentKind::Aadhaar => Self::Aadhaar,
            DocumentKind::Alias | DocumentKind::None => Self::Alias,
        }
    }
}

/// A code that may be a tube's or a box's label: opaque text, byte for byte as it was read.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The text, case and leading zeros kept.
    pub text: String,
    /// The AIM symbology identifier, where the reader gave one.
    pub symbology: Option<String>,
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Label(hidden)")
    }
}

/// The value of one field of `interpret`.
#[derive(Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// One text.
    Text(Sensitive),
    /// Pairs in order, e.g. a GS1 element string's application identifiers and values.
    Pairs(Vec<(String, Sensitive)>),
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldValue(hidden)")
    }
}

/// One of several things that a doubtful scan may be; the operator chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it would be.
    pub kind: ReadingKind,
    /// The person it would name, if it is a document.
    pub identity: Option<Identity>,
}

/// What a scan turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How far it may be trusted.
    pub verdict: Verdict,
    /// What it is; `None` where it fits nothing, or several things.
    pub kind: Option<ReadingKind>,
    /// The format of a machine-readable zone, e.g. `TD3`.
    pub format: Option<&'static str>,
    /// The person, on `Accept`; on `Review` what is sound of it; never on `Refuse`.
    pub identity: Option<Identity>,
    /// The text as a label, wherever its characters allow that, also beside a refused or
    /// doubtful document: a tube's label may have the shape of a number (see
    /// [`Reading::names_a_person`]). Never for a symbol that is retail by its AIM identifier.
    pub label: Option<Label>,
    /// The AIM symbology identifier, where the reader gave one and the text may be a label.
    pub symbology: Option<String>,
    /// The text as an opaque code that someone showed, wherever nothing better is known.
    pub alias: Option<Sensitive>,
    /// The fields that no check contradicts, in order.
    pub fields: Vec<(&'static str, FieldValue)>,
    /// The names of fields that the operator's eye must confirm.
    pub confirm: Vec<&'static str>,
    /// What is wrong or doubtful.
    pub problems: Vec<Problem>,
    /// What speaks for it.
    pub evidence: Evidence,
    /// What else the text may be, if the operator says so, most likely first. Not empty on a
    /// `Review` that an operator can settle, and on a plain text or alias of bare digits that has
    /// the shape of a permit or that holds a sound person's number.
    pub candidates: Vec<Candidate>,
}

impl Reading {
    /// Nothing but a verdict, for the functions of this module to fill.
    pub(super) fn new(verdict: Verdict, kind: Option<ReadingKind>) -> Self {
        Self {
            verdict,
            kind,
            format: None,
            identity: None,
            label: None,
            symbology: None,
            alias: None,
            fields: Vec::new(),
            confirm: Vec::new(),
            problems: Vec::new(),
            evidence: Evidence::default(),
            candidates: Vec::new(),
        }
    }

    /// A refusal for `problems`.
    pub(super) fn refuse(kind: Option<ReadingKind>, problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::new(Verdict::Refuse, kind) }
    }

    /// A question to the operator.
    pub(super) fn review(kind: Option<ReadingKind>, problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::new(Verdict::Review, kind) }
    }

    /// The same reading with `text` as a label, if its characters and length allow that.
    pub(super) fn with_label(mut self, text: &str, symbology: Option<&str>) -> Self {
        self.symbology = symbology.map(str::to_owned);
        if one_line(text) && text.chars().count() <= LABEL_CHARS_MAX {
            self.label = Some(Label { text: text.to_owned(), symbology: symbology.map(str::to_owned) });
        }
        self
    }

    /// The text of a field.
    pub fn text_field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find_map(|(field, value)| match value {
            FieldValue::Text(text) if *field == name => Some(text.expose()),
            _ => None,
        })
    }

    /// The same reading with one more field.
    pub(super) fn with_field(mut self, name: &'static str, value: impl Into<Sensitive>) -> Self {
        self.fields.push((name, FieldValue::Text(value.into())));
        self
    }

    /// The same reading with one more check that it passed.
    pub(super) fn with_check(mut self, check: Check) -> Self {
        if !self.evidence.checks.contains(&check) {
            self.evidence.checks.push(check);
        }
        self
    }

    /// Whether the text is a person's number, sound or broken: it has the form that a check
    /// character or a date protects, or had it but for a lost digit, or is one as a linear code or
    /// between hyphens. Such a text names a tube only if it lies in a range of printed numbers
    /// ([`crate::LabelFit::Range`]) or is like the tube before it; any other text with a label
    /// names one wherever the profile's pattern fits.
    pub fn names_a_person(&self) -> bool {
        use ReadingKind as K;
        match self.kind {
            Some(K::CnResident | K::CnPermitHk | K::CnPermitMo | K::CnPermitTw | K::CnForeigner) => true,
            Some(K::CnResident15) => self.verdict.is_accept(),
            // Never a label, and nothing to be kept as it was read.
            Some(K::Aamva | K::Aadhaar) => true,
            _ => self.verdict.is_accept() && (self.identity.is_some() || self.checked_candidate().is_some()),
        }
    }

    /// The candidate whose number a check character protects, if there is one.
    pub(crate) fn checked_candidate(&self) -> Option<&Candidate> {
        use ReadingKind as K;
        let checked =
            |kind| matches!(kind, K::CnResident | K::CnPermitHk | K::CnPermitMo | K::CnPermitTw | K::CnForeigner);
        self.candidates.iter().find(|candidate| checked(candidate.kind) && candidate.identity.is_some())
    }
}
