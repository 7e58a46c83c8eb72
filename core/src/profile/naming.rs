//! What of a structured label names a tube or a box.

use crate::scan::{Label, Reading, ReadingKind, is_din, is_persons_number, keyed_din};

/// What of a GS1 element string names a tube.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gs1Name {
    /// The serial number, AI (21), alone.
    Serial,
    /// Article and serial number, (01) and (21), as the element string of these two.
    GtinSerial,
    /// The number of a logistic unit, AI (00).
    Sscc,
}

/// What of a structured label names a tube or a box. By default nothing is taken apart: the whole
/// text is the name, and GS1 labels name nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// What of a GS1 label is the name; `None`: the symbologies say whether the whole text may be.
    pub gs1: Option<Gs1Name>,
    /// Of an ISBT 128 donation number, its 13 characters are the name: flags, check character and
    /// whatever was read with it are left out, and no other ISBT 128 text is a name.
    pub din: bool,
    /// The start and stop letters of a Codabar are left out: some readers hand them over, some do
    /// not.
    pub strip_codabar: bool,
}

impl Naming {
    /// The name that a reading gives, with the symbology it was read from; `None` if it gives
    /// none. Only an accepted reading is taken apart: a doubtful number names nothing, and no part
    /// of a label that is a person's number does.
    pub(super) fn name(&self, reading: &Reading) -> Option<Label> {
        let part = |name: &str| reading.text_field(name).filter(|_| reading.verdict.is_accept());
        let text = match (reading.kind, self.gs1) {
            // Printed for people and typed, it is a GS1 label all the same.
            (Some(ReadingKind::Gs1), None) if reading.symbology.is_none() => return None,
            (Some(ReadingKind::Gs1), Some(Gs1Name::Serial)) => part("serial")?.to_owned(),
            (Some(ReadingKind::Gs1), Some(Gs1Name::Sscc)) => part("sscc")?.to_owned(),
            (Some(ReadingKind::Gs1), Some(Gs1Name::GtinSerial)) => {
                format!("01{}21{}", part("gtin")?, part("serial")?)
            }
            (Some(ReadingKind::Isbt128), _) if self.din => part("din")?.to_owned(),
            _ => {
                let label = reading.label.as_ref()?;
                // Keyed without its check character nothing protects it.
                if self.din && label.symbology.is_none() && is_din(&label.text) {
                    return None;
                }
                self.canonical(label)?
            }
        };
        // What was taken out of a text may be a person's number though the text is none.
        let whole = reading.label.as_ref().is_some_and(|label| label.text == text);
        (whole || !is_persons_number(&text)).then(|| Label { text, symbology: reading.symbology.clone() })
    }

    /// The name that a plain label, read or typed, gives; `None` for a donation number whose check
    /// character disagrees.
    pub(super) fn canonical(&self, label: &Label) -> Option<String> {
        let symbology = label.symbology.as_deref();
        if self.din
            && symbology.is_none()
            && let Some(keyed) = keyed_din(&label.text)
        {
            return keyed;
        }
        let codabar = self.strip_codabar && symbology.is_none_or(|aim| aim.starts_with("]F"));
        let bare = codabar.then(|| without_letters(&label.text)).flatten();
        Some(bare.unwrap_or(&label.text).to_owned())
    }
}

/// A Codabar's data between its start and stop letters, if both are there.
fn without_letters(text: &str) -> Option<&str> {
    let letter = |c: char| matches!(c, 'A'..='D' | 'a'..='d');
    let data = text.strip_prefix(letter)?.strip_suffix(letter)?;
    let codabar = !data.is_empty() && data.bytes().all(|b| b.is_ascii_digit() || b"-$:/.+".contains(&b));
    codabar.then_some(data)
}
