//! The conversation with the hub, over the platform's own HTTP.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use fieldcore::sync::Waiting;
use fieldcore::sync::{Answer, Request, Step, SyncSession as CoreSession};

use crate::error::{Result, guard};
use crate::journal::Journal;
use crate::news::News;

/// A header of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Header {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Why a session waits.
#[uniffi::remote(Enum)]
pub enum Waiting {
    /// The device has no invitation yet.
    NotInvited,
    /// A try failed; the pause keeps many phones from meeting the hub in one moment.
    BackingOff,
    /// Everything is with the hub.
    NothingToSend,
    /// A request is under way.
    UnderWay,
}

/// What the shell does next.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SyncStep {
    /// Send this to the hub (`Journal.hub_url` with `path` behind it) and call
    /// `SyncSession.answered` or `SyncSession.not_answered`.
    Send {
        /// Names the request.
        id: u64,
        /// `GET` or `POST`.
        method: String,
        /// Path and query, from `/`.
        path: String,
        /// Headers to set.
        headers: Vec<Header>,
        /// The body; empty for `GET`.
        body: Vec<u8>,
    },
    /// Nothing to do now: call `SyncSession.next_step` again then, or when a network returns.
    Wake {
        /// Milliseconds from now.
        after_ms: u64,
        /// Why.
        why: Waiting,
    },
}

impl From<Step> for SyncStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Send(Request { id, method, path, headers, body }) => {
                let header = |(name, value): (&'static str, String)| Header { name: name.to_owned(), value };
                let headers = headers.into_iter().map(header).collect();
                Self::Send { id, method: method.as_str().to_owned(), path, headers, body }
            }
            Step::Wake { after_ms, why } => Self::Wake { after_ms, why },
        }
    }
}

/// One conversation with the hub. All its memory is in the journal: the process may die between a step
/// and its answer, and a new session goes on.
#[derive(uniffi::Object)]
pub struct SyncSession {
    journal: Arc<Journal>,
    core: Mutex<CoreSession>,
}

impl SyncSession {
    fn core(&self) -> MutexGuard<'_, CoreSession> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// News of a call, told to the app's log as well.
    fn news(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut CoreSession) -> fieldcore::Result<Vec<fieldcore::sync::SyncEvent>>,
    ) -> Result<Vec<News>> {
        let events = self.journal.told(guard(name, || f(&mut self.core())))?;
        let news: Vec<News> = events.iter().map(News::from).collect();
        news.iter().for_each(|one| self.journal.log().line(one.level, one.text.clone()));
        Ok(news)
    }
}

#[uniffi::export]
impl SyncSession {
    /// A session over `journal`.
    #[uniffi::constructor]
    pub fn new(journal: Arc<Journal>) -> Arc<Self> {
        let core = Mutex::new(CoreSession::new(journal.core().clone()));
        Arc::new(Self { journal, core })
    }

    /// What to do now. Calling it says that a network is there.
    pub fn next_step(&self) -> Result<SyncStep> {
        self.journal.told(guard("next_step", || self.core().next().map(Into::into)))
    }

    /// Takes an HTTP answer, whoever gave it.
    pub fn answered(&self, id: u64, status: u16, headers: Vec<Header>, body: Vec<u8>) -> Result<Vec<News>> {
        let headers = headers.into_iter().map(|header| (header.name, header.value)).collect();
        self.news("answered", |core| core.done(id, &Answer::Http { status, headers, body }))
    }

    /// Takes that no answer came: no network, a time-out, TLS refused.
    pub fn not_answered(&self, id: u64) -> Result<Vec<News>> {
        self.news("not_answered", |core| core.done(id, &Answer::None))
    }

    /// Forgets the pause: a person pressed "sync", or the network changed.
    pub fn hurry(&self) -> Result<()> {
        self.journal.told(guard("hurry", || self.core().hurry()))
    }

    /// What waits, as a bundle of about so many bytes for a file or another phone. It goes on waiting:
    /// only the hub's receipt ends that.
    pub fn pack(&self, bytes_max: u64) -> Result<Vec<u8>> {
        let most = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        self.journal.told(guard("pack", || self.core().pack(most)))
    }

    /// Takes a bundle that came another way.
    pub fn take(&self, bundle: Vec<u8>) -> Result<Vec<News>> {
        self.news("take", |core| core.take(&bundle))
    }
}
