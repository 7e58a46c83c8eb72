//! The journal: what is saved, and what leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fieldcore::wire::{Invitation as CoreInvitation, Mode};

use crate::error::{FieldError, Result, guard};
use crate::figures::{Figures, Maintained};
use crate::news::News;
use crate::platform::{KeyVault, Log, LogLevel, LogSink, platform};

/// How a journal is opened.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct JournalOptions {
    /// The journal's folder, an absolute path in the app's private storage and **out of backups**; made if
    /// it is missing.
    pub folder: String,
    /// Practice: a journal of its own beside the live one, which the hub refuses.
    #[uniffi(default = false)]
    pub practice: bool,
    /// Opened for reading only, beside a writer.
    #[uniffi(default = false)]
    pub read_only: bool,
    /// The app and its version, for the records.
    pub app: String,
}

/// An invitation to enrol, for the operator to look at before it is taken. Its token stays inside.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct InvitationView {
    /// The campaign's name.
    pub campaign_name: String,
    /// The campaign's id.
    pub campaign: String,
    /// Where the hub answers, if it has an address.
    pub hub_url: Option<String>,
    /// The version of the profile that belongs to it.
    pub profile_version: u32,
    /// When the invitation ends, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
}

/// Reads an invitation, from a QR or a file, without taking it.
#[uniffi::export]
pub fn read_invitation(text: String) -> Result<InvitationView> {
    guard("read_invitation", || {
        let invitation = CoreInvitation::from_text(&text)?;
        Ok::<_, fieldcore::Error>(InvitationView {
            campaign_name: invitation.campaign_name.clone(),
            campaign: invitation.campaign.to_string(),
            hub_url: invitation.hub_url.clone(),
            profile_version: invitation.profile_version,
            expires_ms: invitation.expires_ms,
        })
    })
}

/// The journal of this device. One object writes one folder; whoever opens a second one is told who
/// holds it. Every call blocks while it writes or reads: keep it off the main thread.
///
/// Suspend it when the app goes to sleep and resume it when it wakes: systems end apps that sleep with
/// a lock on a file. What was saved is safe whether that is done or not.
#[derive(uniffi::Object)]
pub struct Journal {
    core: fieldcore::Journal,
    log: Log,
    has_station: AtomicBool,
}

#[uniffi::export]
impl Journal {
    /// Opens the journal in `options.folder`, or makes it. Where file and vault do not belong together
    /// any more (a restored backup, a wiped vault) it goes on in a new epoch and `Journal.notes`
    /// tells; nothing is thrown away.
    #[uniffi::constructor]
    pub fn open(options: JournalOptions, vault: Arc<dyn KeyVault>, log: Option<Arc<dyn LogSink>>) -> Result<Arc<Self>> {
        guard("open", || {
            // The working directory of an app is nobody's place for a journal.
            if !std::path::Path::new(&options.folder).is_absolute() {
                let reason = "the journal's folder must be an absolute path, in the app's private storage".to_owned();
                return Err(FieldError::Invalid { reason });
            }
            let plan = fieldcore::JournalOptions {
                mode: if options.practice { Mode::Practice } else { Mode::Live },
                app: options.app,
                ..fieldcore::JournalOptions::new(options.folder)
            };
            let platform = platform(vault)?;
            let core = match options.read_only {
                true => fieldcore::Journal::open_read_only(plan, platform)?,
                false => fieldcore::Journal::open(plan, platform)?,
            };
            let log = Log::new(log);
            for note in core.notes() {
                let news = News::from(&note);
                log.line(news.level, news.text);
            }
            Ok::<_, FieldError>(Arc::new(Self { core, log, has_station: AtomicBool::new(false) }))
        })
    }

    /// Takes an invitation: the device is enrolled, with or without a network.
    pub fn enrol(&self, invitation: String) -> Result<()> {
        guard("enrol", || self.core.enrol(&CoreInvitation::from_text(&invitation)?))
    }

    /// Takes the campaign's profile from a file or QR: its text, or a bundle that holds it. Answers only when
    /// it, or a later one, is in force.
    pub fn take_profile(&self, bytes: Vec<u8>) -> Result<()> {
        guard("take_profile", || fieldcore::sync::take_profile(&self.core, &bytes))
    }

    /// Whether an invitation was taken.
    pub fn is_enrolled(&self) -> Result<bool> {
        guard("is_enrolled", || self.core.is_enrolled())
    }

    /// The campaign's name, once the device is enrolled.
    pub fn campaign_name(&self) -> Result<Option<String>> {
        guard("campaign_name", || self.core.campaign_name())
    }

    /// Where the hub answers, as the invitation says, without a path.
    pub fn hub_url(&self) -> Result<Option<String>> {
        guard("hub_url", || self.core.hub_url())
    }

    /// The device's id, made from its public key.
    pub fn device(&self) -> String {
        self.core.device().to_string()
    }

    /// Whether this is the practice journal.
    pub fn is_practice(&self) -> bool {
        self.core.mode() == Mode::Practice
    }

    /// Empties the log, closes the file and gives its lock back, before the app goes to sleep. Until
    /// `Journal.resume` everything answers `FieldError.Closed`.
    pub fn suspend(&self) -> Result<()> {
        guard("suspend", || self.core.suspend())
    }

    /// Opens a suspended journal again.
    pub fn resume(&self) -> Result<()> {
        guard("resume", || self.core.resume())
    }

    /// Ends the work with the journal.
    pub fn shut_down(&self) -> Result<()> {
        guard("shut_down", || self.core.shutdown())
    }

    /// Seals, empties the write-ahead log and drops what its time is over for. Call it every half minute
    /// while nobody waits for an answer; `network` says that one is there.
    pub fn maintain(&self, network: bool) -> Result<Maintained> {
        guard("maintain", || self.core.maintain(network))
    }

    /// Seals everything that waits, as before a hand-over by file.
    pub fn seal_now(&self) -> Result<Maintained> {
        guard("seal_now", || self.core.seal_now())
    }

    /// The journal's figures.
    pub fn figures(&self) -> Result<Figures> {
        guard("figures", || self.core.figures())
    }

    /// What happened since the journal was opened that a person should know, oldest first.
    pub fn notes(&self) -> Vec<News> {
        self.core.notes().iter().map(News::from).collect()
    }

    /// Proves the whole journal: whether everything is as it was written. Seconds for a long one.
    pub fn is_sound(&self) -> Result<bool> {
        guard("is_sound", || self.core.verify().map(|found| found.is_sound()))
    }
}

impl Journal {
    pub(crate) const fn core(&self) -> &fieldcore::Journal {
        &self.core
    }

    pub(crate) const fn log(&self) -> &Log {
        &self.log
    }

    /// Takes the one place for a station.
    pub(crate) fn seat_station(&self) -> Result<()> {
        if self.has_station.swap(true, Ordering::AcqRel) {
            return Err(FieldError::Refused {
                reason: "this journal has a station already; use that one, or let go of it first".to_owned(),
            });
        }
        Ok(())
    }

    pub(crate) fn free_station(&self) {
        self.has_station.store(false, Ordering::Release);
    }

    /// Tells the app's log why a call failed.
    pub(crate) fn told<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done {
            self.log.line(LogLevel::Error, error.to_string());
        }
        done
    }
}
