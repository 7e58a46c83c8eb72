//! One thread that writes: requests that wait together are committed together.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::error::{Error, Result};
use crate::limits::{GROUP_ITEMS_MAX, QUEUE_MAX, RETRY_AFTER_S};
use crate::store::{Store, Tx};
use crate::surroundings::Surroundings;

/// Work for one transaction. `run` may be called again after a roll-back.
pub(crate) trait Job: Send {
    /// Does the work.
    fn run(&mut self, tx: &mut dyn Tx) -> Result<()>;
    /// Hears how it ended; called after the commit.
    fn finish(self: Box<Self>, ended: Result<()>);
    /// How many items it holds.
    fn items(&self) -> usize {
        1
    }
}

/// The writer's queue and thread.
pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(store: Arc<dyn Store>, around: Surroundings) -> Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("hub-writer".to_owned())
            .spawn(move || write_all(&jobs, store.as_ref(), &around))
            .map_err(|error| Error::Store { what: "starting the writer", why: error.to_string() })?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    fn queue(&self) -> Result<SyncSender<Box<dyn Job>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(Error::Stopping)
    }

    /// Queues a job, unless too many wait already.
    pub(crate) fn offer(&self, job: Box<dyn Job>) -> Result<()> {
        self.queue()?.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Busy { retry_after_s: RETRY_AFTER_S },
            TrySendError::Disconnected(_) => Error::Stopping,
        })
    }

    /// Runs `work` in a transaction and waits for its end.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, ended) = sync_channel(1);
        let job = Call { work, value: None, answer };
        self.queue()?.send(Box::new(job)).map_err(|_| Error::Stopping)?;
        ended.recv().map_err(|_| Error::Stopping)?
    }

    /// Lets what waits finish, then ends the thread.
    pub(crate) fn stop(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Call<T, F> {
    work: F,
    value: Option<T>,
    answer: SyncSender<Result<T>>,
}

impl<T: Send, F: FnMut(&mut dyn Tx) -> Result<T> + Send> Job for Call<T, F> {
    fn run(&mut self, tx: &mut dyn Tx) -> Result<()> {
        self.value = Some((self.work)(tx)?);
        Ok(())
    }

    fn finish(self: Box<Self>, ended: Result<()>) {
        let Self { value, answer, .. } = *self;
        let _ = answer.send(ended.and_then(|()| value.ok_or(Error::Stopping)));
    }
}

fn write_all(jobs: &Receiver<Box<dyn Job>>, store: &dyn Store, around: &Surroundings) {
    let mut waiting: VecDeque<Box<dyn Job>> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match jobs.recv() {
                Ok(job) => waiting.push_back(job),
                Err(_) => return,
            }
        }
        gather(jobs, &mut waiting);
        let mut group = Vec::new();
        let mut items = 0;
        while let Some(job) = waiting.pop_front() {
            items += job.items();
            group.push(job);
            if items >= GROUP_ITEMS_MAX {
                break;
            }
        }
        commit(group, store, around);
    }
}

fn gather(jobs: &Receiver<Box<dyn Job>>, waiting: &mut VecDeque<Box<dyn Job>>) {
    while waiting.len() < GROUP_ITEMS_MAX {
        match jobs.try_recv() {
            Ok(job) => waiting.push_back(job),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => return,
        }
    }
}

/// Commits the group; if it fails as one, each job stands or falls by itself.
fn commit(mut group: Vec<Box<dyn Job>>, store: &dyn Store, around: &Surroundings) {
    // A defect in one job must not end the thread that all others wait for.
    let together = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(&mut |tx| group.iter_mut().try_for_each(|job| job.run(tx)))
    }));
    let together = together.unwrap_or_else(|_| {
        Err(Error::Store { what: "a defect of the hub", why: "the request was rolled back; report this".to_owned() })
    });
    match together {
        Ok(()) => {
            committed(around);
            group.into_iter().for_each(|job| job.finish(Ok(())));
        }
        Err(error) if group.len() == 1 => {
            tracing::warn!(%error, "a request failed and was rolled back");
            if let Some(job) = group.pop() {
                job.finish(Err(error));
            }
        }
        Err(error) => {
            tracing::warn!(%error, jobs = group.len(), "a group failed and is tried one by one");
            for job in group {
                commit(vec![job], store, around);
            }
        }
    }
}

fn committed(around: &Surroundings) {
    if let Some(hook) = &around.after_commit {
        hook();
    }
}
