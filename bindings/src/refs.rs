//! How records, households, people and devices are named by an app.

use fieldcore::pack::Fixed;
use fieldcore::{DeviceId, Epoch, RecordRef};
use uuid::Uuid;

use crate::answer::Saved;
use crate::error::FieldError;

impl TryFrom<Saved> for RecordRef {
    type Error = FieldError;

    fn try_from(saved: Saved) -> Result<Self, FieldError> {
        let epoch = epoch(&saved.epoch).ok_or_else(|| FieldError::Invalid {
            reason: "the epoch of a record's reference is none; hand back what an answer or a view gave".to_owned(),
        })?;
        Ok(Self { device: DeviceId::parse(&saved.device)?, epoch, seq: saved.seq })
    }
}

fn epoch(text: &str) -> Option<Epoch> {
    let (ordinal, random) = text.split_once('-')?;
    let epoch = Epoch::new(ordinal.parse().ok()?, u32::from_str_radix(random, 16).ok()?);
    (epoch.to_string() == text).then_some(epoch)
}

/// The text of a household's or a person's id: 32 hexadecimal digits.
pub(crate) fn id_text(id: Fixed<16>) -> String {
    Uuid::from_bytes(id.0).simple().to_string()
}

/// The id of such a text; `what` names it where it is none.
pub(crate) fn id_of(what: &str, text: &str) -> Result<Fixed<16>, FieldError> {
    let is_id = text.len() == 32 && text.bytes().all(|one| one.is_ascii_hexdigit());
    let id = is_id.then(|| Uuid::try_parse(text).ok()).flatten();
    id.map(|id| Fixed(id.into_bytes())).ok_or_else(|| FieldError::Invalid {
        reason: format!("the id of the {what} is none; hand back what a view or a search gave"),
    })
}

pub(crate) fn refs(all: Vec<RecordRef>) -> Vec<Saved> {
    all.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_ids_come_back_as_they_went() {
        for (ordinal, random) in [(0, 0), (1, 0xab), (0xf_ffff, u32::MAX)] {
            let at = RecordRef { device: DeviceId::from_bytes([7; 16]), epoch: Epoch::new(ordinal, random), seq: 9 };
            assert_eq!(RecordRef::try_from(Saved::from(at)), Ok(at));
        }
        let id = Fixed([0xa5; 16]);
        assert_eq!(id_of("household", &id_text(id)).map(|id| id.0), Ok(id.0));
    }

    #[test]
    fn what_is_no_reference_is_told() {
        let at = RecordRef { device: DeviceId::from_bytes([7; 16]), epoch: Epoch::new(1, 2), seq: 9 };
        let good = Saved::from(at);
        for epoch in ["", "1", "1-2", "1-0000002", "-00000002", "1048576-00000002", "1-0000000g", "+1-00000002"] {
            let wrong = Saved { epoch: epoch.to_owned(), ..good.clone() };
            assert!(matches!(RecordRef::try_from(wrong), Err(FieldError::Invalid { .. })), "{epoch:?}");
        }
        assert!(RecordRef::try_from(Saved { device: "x".to_owned(), ..good }).is_err());
        for text in ["", "a5", &"g".repeat(32), "a5a5a5a5-a5a5-a5a5-a5a5-a5a5a5a5a5a5"] {
            assert!(id_of("household", text).is_err(), "{text:?}");
        }
    }
}
