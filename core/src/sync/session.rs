//! The state machine that the shell turns.

use crate::error::{Error, Result};
use crate::id::DeviceId;
use crate::journal::Journal;
use crate::limits::BUNDLE_BYTES_MAX;
use crate::pack;
use crate::text::hex;
use crate::wire::{Bundle, DispatchKind, HubState, Item, Refusal, SignedDispatch, SignedReceipt, SignedState};

use super::backoff;
use super::event::SyncEvent;
use super::http::{Answer, BUNDLE_TYPE, Method, Request};
use super::outbox::{Outbox, Outgoing};

/// How long a signed state and a poll stay fresh while nothing else happens.
const QUIET_POLL_MS: u64 = 10 * 60 * 1000;
/// A round trip above which a bundle's answer is no good anchor: the clock is asked for by itself,
/// once everything has gone.
const ANCHOR_ROUND_TRIP_MS: u64 = 5_000;

/// What the shell does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this to the hub and call [`SyncSession::done`] with what came back.
    Send(Request),
    /// Nothing to do now; call [`SyncSession::next`] again after so many milliseconds, or when
    /// a network returns or a record was saved.
    Wake {
        /// Milliseconds from now.
        after_ms: u64,
        /// Why nothing is done now.
        why: Waiting,
    },
}

/// Why a session waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The device has no invitation yet: nothing can be sealed to a hub.
    NotInvited,
    /// A try failed; the pause keeps many phones from meeting the hub in one moment.
    BackingOff,
    /// Everything is with the hub.
    NothingToSend,
    /// A request is under way.
    UnderWay,
}

/// What a session keeps across processes, in the journal: how the last tries went.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Memory {
    failures: u32,
    budget: u64,
    /// Not before this monotonic time of this clock session.
    pause: Option<(u64, u64)>,
}

impl Memory {
    const FRESH: Self = Self { failures: 0, budget: BUNDLE_BYTES_MAX as u64, pause: None };

    fn read(bytes: Option<Vec<u8>>) -> Self {
        let parts = bytes.and_then(|bytes| pack::decode::<(u32, u64, Option<(u64, u64)>)>(&bytes, "sync memory").ok());
        parts.map_or(Self::FRESH, |(failures, budget, pause)| Self { failures, budget, pause })
    }

    fn write(&self) -> Result<Vec<u8>> {
        pack::encode(&(self.failures, self.budget, self.pause))
    }
}

enum UnderWay {
    State { id: u64, asked: Asked },
    Bundle { id: u64, asked: Asked, sent: Vec<[u8; 32]> },
}

/// The question that a signed state answers, and when it left.
#[derive(Clone, Copy)]
struct Asked {
    nonce: [u8; 16],
    sent_mono_ms: u64,
}

/// One conversation with the hub. Dropping it loses nothing: all that matters is in the journal,
/// so a process may die between [`next`](Self::next) and [`done`](Self::done).
pub struct SyncSession {
    outbox: Box<dyn Outbox>,
    under_way: Option<UnderWay>,
    last_id: u64,
    /// Monotonic time of the last signed state and of the last poll of this process.
    state_at: Option<u64>,
    poll_at: Option<u64>,
}

impl std::fmt::Debug for SyncSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SyncSession")
    }
}

impl SyncSession {
    /// A session over `journal`.
    pub fn new(journal: Journal) -> Self {
        Self::over(Box::new(journal))
    }

    /// A session over any outbox.
    pub(crate) fn over(outbox: Box<dyn Outbox>) -> Self {
        Self { outbox, under_way: None, last_id: 0, state_at: None, poll_at: None }
    }

    /// What to do now. Calling it says that a network is there: segments that are due are sealed.
    #[expect(
        clippy::should_implement_trait,
        reason = "the word of the conversation, and no iterator: it can fail and never ends"
    )]
    pub fn next(&mut self) -> Result<Step> {
        if self.under_way.is_some() {
            return Ok(Step::Wake { after_ms: 1_000, why: Waiting::UnderWay });
        }
        if self.outbox.key_set()?.is_none() {
            return Ok(Step::Wake { after_ms: QUIET_POLL_MS, why: Waiting::NotInvited });
        }
        let memory = self.memory()?;
        if let Some(left_ms) = self.pause_left(&memory) {
            return Ok(Step::Wake { after_ms: left_ms, why: Waiting::BackingOff });
        }
        self.outbox.seal_due()?;
        // The poll in a bundle asks for the state as well: on a slow link a round trip of its own is
        // made only where no answer brought one.
        let outgoing = self.outbox.outgoing(usize::try_from(memory.budget).unwrap_or(BUNDLE_BYTES_MAX))?;
        if !outgoing.is_empty() || self.is_stale(self.poll_at) {
            return self.post(outgoing).map(Step::Send);
        }
        if self.is_stale(self.state_at) {
            return self.ask_state().map(Step::Send);
        }
        Ok(Step::Wake { after_ms: self.quiet_for(), why: Waiting::NothingToSend })
    }

    /// Forgets the pause: a person pressed "sync", or the network changed. What was refused goes once
    /// more: refusals are not signed, and what they named may have been put right.
    pub fn hurry(&mut self) -> Result<()> {
        self.outbox.take_up_refused()?;
        let mut memory = self.memory()?;
        memory.pause = None;
        self.state_at = None;
        self.poll_at = None;
        self.outbox.set_sync_memory(&memory.write()?)
    }

    /// Takes what came back for the request `id`. An answer for a request that is not under way
    /// (the process died in between, or it was given up) is ignored.
    pub fn done(&mut self, id: u64, answer: &Answer) -> Result<Vec<SyncEvent>> {
        match self.under_way.take() {
            Some(UnderWay::State { id: sent, asked }) if sent == id => self.take_state(answer, asked),
            Some(UnderWay::Bundle { id: sent, asked, sent: items }) if sent == id => {
                self.take_bundle(answer, asked, &items)
            }
            other => {
                self.under_way = other;
                Ok(Vec::new())
            }
        }
    }

    /// What waits, own items and then those that are carried for others, as a bundle of about `bytes_max` bytes for a file, a stick or another phone. It
    /// goes on waiting: only the hub's receipt ends that, and it comes back the same way, to
    /// [`take`](Self::take), or any other. Records that are in no batch yet are not in it; see
    /// [`Journal::seal_now`].
    pub fn pack(&self, bytes_max: usize) -> Result<Vec<u8>> {
        if self.outbox.key_set()?.is_none() {
            return Err(Error::refused("packing a bundle", "this device has no invitation yet; enrol it first"));
        }
        let mut items: Vec<Item> = self.outbox.carried(bytes_max)?.into_iter().map(|out| out.item).collect();
        items.extend(self.outbox.outstanding(&[])?);
        items.push(self.outbox.poll()?.0);
        Bundle::write(&items)
    }

    /// Takes a bundle that came another way (a file, a stick, another phone): receipts and
    /// dispatches count wherever they come from; those for others are kept to be given on. Other
    /// devices' records are left alone: [`crate::carry::import_bytes`] takes them too.
    pub fn take(&mut self, bundle: &[u8]) -> Result<Vec<SyncEvent>> {
        let read = Bundle::read(bundle)?;
        self.take_items(&read.items)
    }

    fn ask_state(&mut self) -> Result<Request> {
        let nonce: [u8; 16] = self.outbox.platform().random()?;
        let path = format!("/v1/state/{}?nonce={}", self.outbox.device(), hex(nonce));
        let id = self.next_id();
        let asked = Asked { nonce, sent_mono_ms: self.mono_ms() };
        self.under_way = Some(UnderWay::State { id, asked });
        Ok(Request { id, method: Method::Get, path, headers: Vec::new(), body: Vec::new() })
    }

    fn post(&mut self, outgoing: Vec<Outgoing>) -> Result<Request> {
        let sent: Vec<[u8; 32]> = outgoing.iter().map(|out| out.digest).collect();
        let mut items: Vec<Item> = outgoing.into_iter().map(|out| out.item).collect();
        items.extend(self.outbox.outstanding(&sent)?);
        let (poll, nonce) = self.outbox.poll()?;
        items.push(poll);
        let body = Bundle::write(&items)?;
        let id = self.next_id();
        let asked = Asked { nonce, sent_mono_ms: self.mono_ms() };
        self.under_way = Some(UnderWay::Bundle { id, asked, sent });
        let headers = vec![("content-type", BUNDLE_TYPE.to_owned()), ("accept", BUNDLE_TYPE.to_owned())];
        Ok(Request { id, method: Method::Post, path: "/v1/bundles".to_owned(), headers, body })
    }

    fn take_state(&mut self, answer: &Answer, asked: Asked) -> Result<Vec<SyncEvent>> {
        if matches!(answer, Answer::Http { status: 404, .. }) {
            // A hub that does not know this device has no state of it, and says so to whoever asks.
            self.state_at = Some(self.mono_ms());
            return Ok(Vec::new());
        }
        let Some(bytes) = answer.bundle() else { return self.failed(answer) };
        let Ok(read) = Bundle::read(bytes) else { return self.failed(answer) };
        let mut events = Vec::new();
        match self.signed_state(&read.items, &asked.nonce) {
            Some(Ok(state)) => self.compare(&state, asked, &mut events)?,
            // Its key may be newer than the key set held here, which the next poll brings; asking
            // on would lock the device out.
            Some(Err(error)) => events.push(ignored("hub state", error)?),
            None => return self.failed(answer),
        }
        // A small answer that came through says nothing about bundles: their failures stand.
        self.state_at = Some(self.mono_ms());
        self.outbox.note_sync()?;
        Ok(events)
    }

    /// Takes a state that proved itself: it anchors the clock and tells what the hub has.
    fn compare(&mut self, state: &HubState, asked: Asked, events: &mut Vec<SyncEvent>) -> Result<()> {
        let round_trip_ms = self.mono_ms().saturating_sub(asked.sent_mono_ms);
        let offset_ms = self.outbox.anchor(state.hub_ms, asked.sent_mono_ms, round_trip_ms)?;
        events.push(SyncEvent::Anchored { offset_ms, error_ms: round_trip_ms });
        let again = self.outbox.compare_hub_state(state)?;
        if again > 0 {
            events.push(SyncEvent::HubMovedBack { again });
        }
        Ok(())
    }

    /// The state that answers this nonce, or why it does not verify; `None` if there is none.
    fn signed_state(&self, items: &[Item], nonce: &[u8; 16]) -> Option<Result<HubState>> {
        let keys = self.outbox.key_set().ok()??;
        let mine =
            |state: &HubState| state.nonce == *nonce && DeviceId::of_key(&state.device_key) == self.outbox.device();
        items.iter().find_map(|item| {
            let Item::State(bytes) = item else { return None };
            let signed = SignedState::parse(bytes).ok()?;
            signed.peek().ok().filter(mine)?;
            Some(signed.verify(&keys))
        })
    }

    fn take_bundle(&mut self, answer: &Answer, asked: Asked, sent: &[[u8; 32]]) -> Result<Vec<SyncEvent>> {
        let Some(bytes) = answer.bundle() else { return self.failed(answer) };
        let Ok(read) = Bundle::read(bytes) else { return self.failed(answer) };
        let mut events = self.take_items(&read.items)?;
        // After the receipts, which are what it is compared with. One that does not verify, or did
        // not come, is asked for by itself.
        self.state_at = None;
        if let Some(Ok(state)) = self.signed_state(&read.items, &asked.nonce) {
            self.compare(&state, asked, &mut events)?;
            let close = self.mono_ms().saturating_sub(asked.sent_mono_ms) <= ANCHOR_ROUND_TRIP_MS;
            self.state_at = close.then(|| self.mono_ms());
        }
        self.outbox.answered(sent)?;
        if !self.outbox.settled(sent)? {
            // An answer was cut off, or the hub passed something over: what was settled is
            // settled, the rest is sent again after a pause, in a smaller bundle.
            let pause_ms = self.pause_after_failure(answer)?;
            events.push(SyncEvent::Incomplete { pause_ms });
            return Ok(events);
        }
        // A roster comes in several answers; as long as one brought something new, the next is asked for.
        let more = events.iter().any(|event| matches!(event, SyncEvent::Dispatch(taken) if taken.wants_more()));
        self.poll_at = (!more).then(|| self.mono_ms());
        self.succeeded()?;
        Ok(events)
    }

    /// Key sets first: what follows may be signed by a key that only the new set holds.
    fn take_items(&self, items: &[Item]) -> Result<Vec<SyncEvent>> {
        let mut events = Vec::new();
        for item in items {
            self.take_key_set(item, &mut events)?;
        }
        for item in items {
            self.take_item(item, &mut events)?;
        }
        Ok(events)
    }

    /// A key set proves itself by the roots' signature, whoever signed the dispatch around it.
    fn take_key_set(&self, item: &Item, events: &mut Vec<SyncEvent>) -> Result<()> {
        let Item::Dispatch(bytes) = item else { return Ok(()) };
        let Ok(dispatch) = SignedDispatch::parse(bytes).and_then(|signed| signed.peek()) else { return Ok(()) };
        if dispatch.kind == DispatchKind::KeySet {
            match self.outbox.take_key_set(&dispatch.payload) {
                Ok(taken) => events.extend(taken.map(SyncEvent::Dispatch)),
                Err(error) => events.push(ignored("key set", error)?),
            }
        }
        Ok(())
    }

    fn take_item(&self, item: &Item, events: &mut Vec<SyncEvent>) -> Result<()> {
        match item {
            Item::Receipt(bytes) => self.take_receipt(bytes, events),
            Item::Dispatch(bytes) => self.take_dispatch(bytes, events),
            Item::Refusal(bytes) => self.take_refusal(bytes, events),
            Item::State(_) => self.outbox.keep_for_others(item),
            _ => Ok(()),
        }
    }

    fn take_receipt(&self, bytes: &[u8], events: &mut Vec<SyncEvent>) -> Result<()> {
        let Some(keys) = self.outbox.key_set()? else { return Ok(()) };
        match SignedReceipt::parse(bytes).and_then(|signed| signed.verify(&keys)) {
            Ok(receipt) => events.extend(self.outbox.take_receipt(&receipt, bytes)?.map(SyncEvent::Receipt)),
            Err(error) => events.push(ignored("receipt", error)?),
        }
        Ok(())
    }

    fn take_dispatch(&self, bytes: &[u8], events: &mut Vec<SyncEvent>) -> Result<()> {
        let Some(keys) = self.outbox.key_set()? else { return Ok(()) };
        let verified = SignedDispatch::parse(bytes).and_then(|signed| signed.verify(&keys));
        let taken = match verified {
            Ok(dispatch) if dispatch.kind == DispatchKind::KeySet => {
                self.outbox.keep_for_others(&Item::Dispatch(bytes.to_vec())).map(|()| None)
            }
            Ok(dispatch) => {
                self.outbox.keep_for_others(&Item::Dispatch(bytes.to_vec()))?;
                self.outbox.take_dispatch(&dispatch)
            }
            Err(error) => Err(error),
        };
        match taken {
            Ok(taken) => events.extend(taken.map(SyncEvent::Dispatch)),
            // What cannot come into force now stops nothing: it comes again, and the rest is taken.
            Err(error @ Error::Refused { .. }) => {
                events.push(SyncEvent::Ignored { what: "dispatch", why: error.to_string() });
            }
            Err(error) => events.push(ignored("dispatch", error)?),
        }
        Ok(())
    }

    fn take_refusal(&self, bytes: &[u8], events: &mut Vec<SyncEvent>) -> Result<()> {
        match Refusal::parse(bytes) {
            Ok(refusal) => {
                if self.outbox.take_refusal(&refusal)? {
                    events.push(SyncEvent::Refused { code: refusal.code, what: refusal.what, next: refusal.next });
                }
            }
            Err(error) => events.push(ignored("refusal", error)?),
        }
        Ok(())
    }

    fn failed(&self, answer: &Answer) -> Result<Vec<SyncEvent>> {
        let pause_ms = self.pause_after_failure(answer)?;
        Ok(vec![SyncEvent::failure(answer, pause_ms)])
    }

    fn pause_after_failure(&self, answer: &Answer) -> Result<u64> {
        let mut memory = self.memory()?;
        memory.failures = memory.failures.saturating_add(1);
        memory.budget = backoff::shrink(usize::try_from(memory.budget).unwrap_or(0)) as u64;
        let random = u64::from_le_bytes(self.outbox.platform().random()?);
        let pause_ms = match answer.retry_after_ms(self.outbox.platform().clock.wall_ms()) {
            Some(asked_ms) => backoff::asked_pause_ms(asked_ms, random),
            None => backoff::pause_ms(memory.failures, random),
        };
        memory.pause = Some((self.outbox.platform().clock.session(), self.mono_ms().saturating_add(pause_ms)));
        self.outbox.set_sync_memory(&memory.write()?)?;
        Ok(pause_ms)
    }

    fn succeeded(&self) -> Result<()> {
        let before = self.memory()?;
        let budget = backoff::grow(usize::try_from(before.budget).unwrap_or(BUNDLE_BYTES_MAX)) as u64;
        let memory = Memory { failures: 0, budget, pause: None };
        if memory != before {
            self.outbox.set_sync_memory(&memory.write()?)?;
        }
        self.outbox.note_sync()
    }

    fn memory(&self) -> Result<Memory> {
        Ok(Memory::read(self.outbox.sync_memory()?))
    }

    /// What is left of a pause; one that another run of the clock began counts as over.
    fn pause_left(&self, memory: &Memory) -> Option<u64> {
        let (session, until) = memory.pause?;
        let left = until.saturating_sub(self.mono_ms());
        (session == self.outbox.platform().clock.session() && left > 0).then_some(left)
    }

    fn is_stale(&self, at: Option<u64>) -> bool {
        at.is_none_or(|at| self.mono_ms().saturating_sub(at) >= QUIET_POLL_MS)
    }

    fn quiet_for(&self) -> u64 {
        let oldest = self.state_at.unwrap_or(0).min(self.poll_at.unwrap_or(0));
        QUIET_POLL_MS.saturating_sub(self.mono_ms().saturating_sub(oldest)).max(1)
    }

    fn mono_ms(&self) -> u64 {
        self.outbox.platform().clock.mono_ms()
    }

    const fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

/// A fault of what came in is told and passed over; a fault of the journal stops the session.
fn ignored(what: &'static str, error: Error) -> Result<SyncEvent> {
    if error.is_of_input() { Ok(SyncEvent::Ignored { what, why: error.to_string() }) } else { Err(error) }
}
