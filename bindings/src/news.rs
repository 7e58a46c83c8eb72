//! What the journal and the hub tell the app's people.

use fieldcore::Note;
use fieldcore::sync::SyncEvent;

use crate::platform::LogLevel;

/// Something that a person should know. `code` is for the shell's words, `text` says the same in
/// English. Nobody's data stands in it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct News {
    /// How much it matters.
    pub level: LogLevel,
    /// What it is, a word.
    pub code: String,
    /// The same in English, with its figures.
    pub text: String,
}

impl News {
    fn new(level: LogLevel, code: &str, text: String) -> Self {
        Self { level, code: code.to_owned(), text }
    }
}

impl From<&Note> for News {
    fn from(note: &Note) -> Self {
        use LogLevel::{Error, Info, Warning};
        match note {
            Note::EpochBegan { reason, epoch, .. } => {
                Self::new(Info, "epoch_began", format!("epoch {epoch} began: {}", reason.as_str()))
            }
            Note::KeysLost { unreadable, travelling } => Self::new(
                Error,
                "keys_lost",
                format!(
                    "the vault lost its keys: {unreadable} records cannot be read here, {travelling} still reach the hub"
                ),
            ),
            Note::SetAside { reason, file, salvaged, lost } => Self::new(
                Error,
                "set_aside",
                format!(
                    "the journal was set aside as {file} ({}): {salvaged} rows saved, {lost} lost",
                    reason.as_str()
                ),
            ),
            Note::WasSaved { records } => Self::new(
                Warning,
                "was_saved",
                format!("the last action was saved after all, {} records", records.len()),
            ),
            Note::WasNotSaved => {
                Self::new(Warning, "was_not_saved", "the last action was not saved; do it again".to_owned())
            }
            Note::CaptureStopped => Self::new(Error, "capture_stopped", "the disk is full, capture stopped".to_owned()),
            Note::CaptureResumed => {
                Self::new(Info, "capture_resumed", "there is room again, capture goes on".to_owned())
            }
            Note::HubMovedBack { again } => Self::new(
                Warning,
                "hub_moved_back",
                format!("the hub lost what it had: {again} batches are sent again"),
            ),
            Note::ItemsRotted { items, lost } => Self::new(
                Error,
                "items_rotted",
                format!("{items} sealed items had changed on the storage and were made again, {lost} records are lost"),
            ),
            Note::CopySeen { epoch } => {
                Self::new(Warning, "copy_seen", format!("the hub saw another copy of this journal, epoch {epoch}"))
            }
            _ => Self::new(
                Info,
                "other",
                "something happened to the journal that this version has no words for".to_owned(),
            ),
        }
    }
}

impl From<&SyncEvent> for News {
    fn from(event: &SyncEvent) -> Self {
        use LogLevel::{Error, Info, Warning};
        match event {
            SyncEvent::Receipt(taken) => match &taken.held {
                None => {
                    Self::new(Info, "receipt", format!("batch {} of epoch {} was opened", taken.number, taken.epoch))
                }
                Some(why) => Self::new(
                    Warning,
                    "held",
                    format!("batch {} of epoch {} is held by the hub: {}", taken.number, taken.epoch, why.as_str()),
                ),
            },
            SyncEvent::Dispatch(taken) => Self::new(Info, "dispatch", format!("a dispatch was taken: {taken:?}")),
            SyncEvent::Refused { code, what, next } => {
                Self::new(Error, "refused", format!("the hub refused an item ({code}): {what}; {next}"))
            }
            SyncEvent::Anchored { offset_ms, error_ms } => Self::new(
                Info,
                "anchored",
                format!("the clock is {offset_ms} ms behind the hub's, at most {error_ms} ms wrong"),
            ),
            SyncEvent::HubMovedBack { again } => {
                Self::new(Warning, "hub_moved_back", format!("the hub lost what it had: {again} items are sent again"))
            }
            SyncEvent::Ignored { what, why } => Self::new(Warning, "ignored", format!("{what} was ignored: {why}")),
            SyncEvent::NotTheHub { status, .. } => {
                Self::new(Warning, "not_the_hub", format!("somebody else than the hub answered, status {status}"))
            }
            SyncEvent::HubBusy { status, .. } => {
                Self::new(Warning, "hub_busy", format!("the hub is busy, status {status}"))
            }
            SyncEvent::NoAnswer { .. } => Self::new(Info, "no_answer", "no answer came".to_owned()),
            SyncEvent::Incomplete { .. } => {
                Self::new(Info, "incomplete", "the answer did not settle everything; the rest is sent again".to_owned())
            }
            _ => Self::new(Info, "other", "the hub told something that this version has no words for".to_owned()),
        }
    }
}
