//! What the background thread tells, in words.

use fieldcore::sync::{DispatchTaken, SyncEvent, Waiting};

use super::{Words, fill};
use crate::worker::News;
use fieldcore::Note;

/// The words for a piece of news; `None` for what nobody needs to read.
pub(crate) fn news(words: &Words, news: &News) -> Option<String> {
    match news {
        News::Sync(event) => sync(words, event),
        News::Journal(note) => Some(journal(words, note)),
        News::Asked(waiting) => Some(asked(words, *waiting).to_owned()),
        News::Failed(text) => Some(text.clone()),
    }
}

/// The words for something that happened to the journal.
fn journal(words: &Words, note: &Note) -> String {
    match note {
        Note::EpochBegan { reason, .. } => fill(words.note_epoch, &[&reason.as_str()]),
        Note::KeysLost { unreadable, travelling } => fill(words.note_keys_lost, &[unreadable, travelling]),
        Note::SetAside { file, salvaged, lost, .. } => fill(words.note_set_aside, &[file, salvaged, lost]),
        Note::WasSaved { .. } => words.note_was_saved.to_owned(),
        Note::WasNotSaved => words.note_was_not_saved.to_owned(),
        Note::CaptureStopped => words.note_capture_stopped.to_owned(),
        Note::CaptureResumed => words.note_capture_resumed.to_owned(),
        Note::HubMovedBack { again } => fill(words.hub_moved_back, &[again]),
        Note::CopySeen { .. } => words.note_copy_seen.to_owned(),
        Note::ItemsRotted { items, lost } => fill(words.note_items_rotted, &[items, lost]),
        other => format!("{other:?}"),
    }
}

/// The words for how a sync that somebody asked for ended.
pub(crate) const fn asked(words: &Words, waiting: Option<Waiting>) -> &'static str {
    match waiting {
        Some(Waiting::NothingToSend) => words.sync_done,
        Some(Waiting::NotInvited) => words.sync_not_invited,
        Some(Waiting::BackingOff | Waiting::UnderWay) => words.sync_backing_off,
        None => words.sync_off,
    }
}

/// The words for an event of a sync; `None` for what nobody needs to read.
pub(crate) fn sync(words: &Words, event: &SyncEvent) -> Option<String> {
    Some(match event {
        SyncEvent::NoAnswer { .. } => words.hub_no_answer.to_owned(),
        SyncEvent::NotTheHub { status, .. } => fill(words.hub_not_it, &[status]),
        SyncEvent::HubBusy { .. } => words.hub_busy.to_owned(),
        SyncEvent::HubMovedBack { again } => fill(words.hub_moved_back, &[again]),
        SyncEvent::Refused { what, next, .. } => fill(words.hub_refused, &[&format!("{what}; {next}")]),
        SyncEvent::Receipt(taken) => fill(words.hub_holds, &[&taken.held?.as_str()]),
        SyncEvent::Dispatch(taken) => return dispatch(words, taken),
        _ => return None,
    })
}

fn dispatch(words: &Words, taken: &DispatchTaken) -> Option<String> {
    use fieldcore::record::NoticeKind;
    Some(match taken {
        DispatchTaken::Profile { version } => fill(words.profile_applied, &[version]),
        DispatchTaken::Revocations { this_device: true, .. } => words.revoked.to_owned(),
        DispatchTaken::Grant { delegation: Some(_), .. } => words.delegated.to_owned(),
        DispatchTaken::Notice { kind: NoticeKind::TubeElsewhere } => words.notice_tube.to_owned(),
        DispatchTaken::Notice { kind: NoticeKind::PersonElsewhere } => words.notice_person.to_owned(),
        _ => return None,
    })
}
