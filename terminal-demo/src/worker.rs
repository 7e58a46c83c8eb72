//! The thread that nobody waits for: it seals, checkpoints and syncs while people scan.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fieldcore::sync::{SyncEvent, SyncSession, Waiting};
use fieldcore::{Journal, Note};

use crate::net::{Link, is_failure, turn};

/// The longest pause between two looks at what waits.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// How long the end of a station waits for the thread.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What the thread tells.
pub(crate) enum News {
    /// Something of a sync.
    Sync(SyncEvent),
    /// Something that happened to the journal.
    Journal(Note),
    /// Why the session waits now, after somebody asked for a sync.
    Asked(Option<Waiting>),
    /// The machine failed.
    Failed(String),
}

enum Ask {
    Sync,
    Stop,
}

/// The thread and the two ways to it.
pub(crate) struct Worker {
    asks: Sender<Ask>,
    news: Receiver<News>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts it. Without a `link` it only maintains the journal.
    pub(crate) fn start(journal: Journal, link: Option<Link>) -> Self {
        let (asks, asked) = channel();
        let (tell, news) = channel();
        let thread = std::thread::spawn(move || Work { journal, link, tell, notes: 0, online: false }.run(&asked));
        Self { asks, news, thread: Some(thread) }
    }

    /// Asks for a sync now; [`News::Asked`] follows when it is done.
    pub(crate) fn sync(&self) {
        // A thread that is gone has told why.
        let _ = self.asks.send(Ask::Sync);
    }

    /// What happened since the last call.
    pub(crate) fn news(&self) -> Vec<News> {
        self.news.try_iter().collect()
    }

    /// Asks for a sync and waits for it; what happened meanwhile comes along.
    pub(crate) fn sync_and_wait(&self, within: Duration) -> Vec<News> {
        self.sync();
        let deadline = Instant::now() + within;
        let mut all = Vec::new();
        while let Ok(news) = self.news.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            let done = matches!(news, News::Asked(_));
            all.push(news);
            if done {
                break;
            }
        }
        all
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.asks.send(Ask::Stop);
        let Some(thread) = self.thread.take() else { return };
        // A request on a dead line may hang for long; nothing is lost if the process ends over it.
        let deadline = Instant::now() + STOP_WITHIN;
        while !thread.is_finished() {
            if Instant::now() >= deadline {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        // A panic of the thread was printed when it happened.
        let _ = thread.join();
    }
}

struct Work {
    journal: Journal,
    link: Option<Link>,
    tell: Sender<News>,
    /// How many of the journal's notes were told.
    notes: usize,
    /// Whether the last request was answered.
    online: bool,
}

impl Work {
    fn run(mut self, asked: &Receiver<Ask>) {
        let mut session = SyncSession::new(self.journal.clone());
        let mut was_asked = false;
        loop {
            let pause = self.round(&mut session, was_asked).unwrap_or_else(|error| {
                self.tell(News::Failed(error.to_string()));
                LOOK_EVERY
            });
            was_asked = match asked.recv_timeout(pause) {
                Ok(Ask::Sync) => true,
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => false,
            };
        }
    }

    /// One look: maintain, then sync as far as nothing has to wait. Answers when to look again.
    fn round(&mut self, session: &mut SyncSession, asked: bool) -> fieldcore::Result<Duration> {
        self.journal.maintain(self.online)?;
        self.tell_notes();
        let Some(link) = &self.link else {
            if asked {
                self.tell(News::Asked(None));
            }
            return Ok(LOOK_EVERY);
        };
        if asked {
            self.journal.seal_now()?;
            session.hurry()?;
        }
        let turned = loop {
            let turned = turn(session, link, Instant::now())?;
            if turned.requests > 0 {
                self.online = !turned.events.iter().any(is_failure);
            }
            for event in &turned.events {
                self.tell(News::Sync(event.clone()));
            }
            if turned.waiting.is_some() {
                break turned;
            }
        };
        self.tell_notes();
        if asked {
            self.tell(News::Asked(turned.waiting));
        }
        Ok(Duration::from_millis(turned.after_ms).min(LOOK_EVERY))
    }

    fn tell_notes(&mut self) {
        let notes = self.journal.notes();
        for note in notes.iter().skip(self.notes) {
            self.tell(News::Journal(note.clone()));
        }
        self.notes = notes.len();
    }

    fn tell(&self, news: News) {
        // Nobody listens any more: the station is ending.
        let _ = self.tell.send(news);
    }
}
