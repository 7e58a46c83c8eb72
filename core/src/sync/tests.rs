//! A session against a plain outbox that keeps a list, and a hub that is three keys.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use uuid::Uuid;

use super::http::Answer;
use super::outbox::{DispatchTaken, Outbox, Outgoing, ReceiptTaken};
use super::{Request, Step, SyncEvent, SyncSession, Waiting};
use crate::crypto::signing_public;
use crate::error::Result;
use crate::id::{DeviceId, Epoch};
use crate::limits::{BUNDLE_BYTES_MAX, BUNDLE_BYTES_MIN};
use crate::platform::{Clock, Entropy, KeyVault, Platform};
use crate::secret::Secret;
use crate::wire::{
    Bundle, Certificate, CertificatePlan, Dispatch, DispatchKind, HeldReason, HubState, Item, KeySet, KeySetPlan,
    Purpose, Receipt, ReceiptItem, ReceiptStatus, Refusal, SignedDispatch, SignedReceipt, SignedState,
};

const POLL_NONCE: [u8; 16] = [4; 16];
const CAMPAIGN: Uuid = Uuid::from_bytes([7; 16]);
const DEVICE_KEY: [u8; 32] = [3; 32];
const ROOTS: [Secret; 2] = [Secret::new([1; 32]), Secret::new([2; 32])];
const RECEIPT_KEY: Secret = Secret::new([10; 32]);
const NEXT_RECEIPT_KEY: Secret = Secret::new([11; 32]);

struct Stand {
    mono_ms: AtomicU64,
    random: AtomicU64,
}

impl Clock for Stand {
    fn wall_ms(&self) -> i64 {
        1_000_000
    }
    fn mono_ms(&self) -> u64 {
        self.mono_ms.load(Ordering::Relaxed)
    }
    fn session(&self) -> u64 {
        5
    }
}

impl Entropy for Stand {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        let next = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(next.iter().cycle()).for_each(|(byte, value)| *byte = *value);
        Ok(())
    }
}

impl KeyVault for Stand {
    fn create(&self, _: &str, _: &Secret) -> Result<()> {
        Ok(())
    }
    fn read(&self, _: &str) -> Result<Option<Secret>> {
        Ok(None)
    }
    fn destroy(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Kept {
    keys: Option<KeySet>,
    waiting: Vec<Outgoing>,
    receipts: Vec<Receipt>,
    refused: Vec<[u8; 32]>,
    memory: Option<Vec<u8>>,
    state_rows: usize,
    budgets: Vec<usize>,
}

#[derive(Clone)]
struct Plain {
    platform: Platform,
    stand: Arc<Stand>,
    kept: Arc<Mutex<Kept>>,
}

impl Plain {
    fn new() -> Self {
        let stand = Arc::new(Stand { mono_ms: AtomicU64::new(1), random: AtomicU64::new(1) });
        let platform = Platform { clock: stand.clone(), entropy: stand.clone(), vault: stand.clone() };
        let kept = Kept { keys: Some(key_set(1, &[&RECEIPT_KEY])), ..Kept::default() };
        Self { platform, stand, kept: Arc::new(Mutex::new(kept)) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    fn wait(&self, number: u8) -> [u8; 32] {
        let item = Item::Batch(vec![number; 40]);
        self.kept().waiting.push(Outgoing { digest: [number; 32], item });
        [number; 32]
    }

    fn pass(&self, ms: u64) {
        self.stand.mono_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn session(&self) -> SyncSession {
        SyncSession::over(Box::new(self.clone()))
    }
}

impl Outbox for Plain {
    fn platform(&self) -> &Platform {
        &self.platform
    }
    fn device(&self) -> DeviceId {
        DeviceId::of_key(&DEVICE_KEY)
    }
    fn key_set(&self) -> Result<Option<KeySet>> {
        Ok(self.kept().keys.clone())
    }
    fn seal_due(&self) -> Result<()> {
        Ok(())
    }
    fn outgoing(&self, budget: usize) -> Result<Vec<Outgoing>> {
        self.kept().budgets.push(budget);
        Ok(self.kept().waiting.clone())
    }
    fn carried(&self, budget: usize) -> Result<Vec<Outgoing>> {
        self.outgoing(budget)
    }
    fn poll(&self) -> Result<(Item, [u8; 16])> {
        Ok((Item::Poll(vec![1]), POLL_NONCE))
    }
    fn take_receipt(&self, receipt: &Receipt, _bytes: &[u8]) -> Result<Option<ReceiptTaken>> {
        let mut kept = self.kept();
        kept.waiting.retain(|out| out.digest != receipt.digest);
        kept.receipts.push(receipt.clone());
        let held = match receipt.status {
            ReceiptStatus::Held(reason) => Some(reason),
            ReceiptStatus::Opened => None,
        };
        Ok(Some(ReceiptTaken { epoch: receipt.epoch, number: receipt.number, held, new_epoch: None }))
    }
    fn take_up_refused(&self) -> Result<u64> {
        let mut kept = self.kept();
        let refused = std::mem::take(&mut kept.refused);
        for digest in &refused {
            kept.waiting.push(Outgoing { digest: *digest, item: Item::Batch(vec![digest[0]; 40]) });
        }
        Ok(refused.len() as u64)
    }
    fn take_refusal(&self, refusal: &Refusal) -> Result<bool> {
        let mut kept = self.kept();
        kept.waiting.retain(|out| out.digest != refusal.digest);
        kept.refused.push(refusal.digest);
        Ok(true)
    }
    fn take_key_set(&self, bytes: &[u8]) -> Result<Option<DispatchTaken>> {
        let keys = KeySet::parse(bytes)?;
        keys.verify(&[signing_public(&ROOTS[0]), signing_public(&ROOTS[1])])?;
        let version = keys.version;
        self.kept().keys = Some(keys);
        Ok(Some(DispatchTaken::KeySet { version }))
    }
    fn take_dispatch(&self, dispatch: &Dispatch) -> Result<Option<DispatchTaken>> {
        Ok(Some(DispatchTaken::Profile { version: u32::try_from(dispatch.version).unwrap() }))
    }
    fn settled(&self, digests: &[[u8; 32]]) -> Result<bool> {
        let kept = self.kept();
        Ok(digests.iter().all(|digest| kept.waiting.iter().all(|out| out.digest != *digest)))
    }
    fn anchor(&self, hub_ms: i64, _sent: u64, _round_trip: u64) -> Result<i64> {
        Ok(hub_ms - self.platform.clock.wall_ms())
    }
    fn compare_hub_state(&self, state: &HubState) -> Result<u64> {
        self.kept().state_rows = state.rows.len();
        Ok(0)
    }
    fn sync_memory(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.kept().memory.clone())
    }
    fn set_sync_memory(&self, bytes: &[u8]) -> Result<()> {
        self.kept().memory = Some(bytes.to_vec());
        Ok(())
    }
    fn note_sync(&self) -> Result<()> {
        Ok(())
    }
}

fn key_set(version: u32, receipt_keys: &[&Secret]) -> KeySet {
    let certificates = receipt_keys
        .iter()
        .map(|seed| {
            let plan = CertificatePlan {
                purpose: Purpose::Receipt,
                key: signing_public(seed),
                campaign: CAMPAIGN,
                not_before_ms: 0,
                not_after_ms: i64::MAX,
                root: 0,
            };
            Certificate::issue(&plan, &ROOTS[0]).unwrap()
        })
        .collect();
    KeySet::issue(KeySetPlan { campaign: CAMPAIGN, version, certificates, revoked: Vec::new(), root: 0 }, &ROOTS[0])
        .unwrap()
}

fn receipt(digest: [u8; 32], status: ReceiptStatus, seed: &Secret) -> Item {
    let receipt = Receipt {
        campaign: CAMPAIGN,
        device_key: DEVICE_KEY,
        epoch: Epoch::new(0, 1),
        number: u64::from(digest[0]),
        digest,
        status,
        item: ReceiptItem::Batch,
        hub_ms: 1_000_500,
        serial: 1,
        log_index: None,
    };
    Item::Receipt(SignedReceipt::sign(&receipt, seed).unwrap().to_bytes().unwrap())
}

/// A dispatch by the next key, of the key set that holds it.
fn next_key_set() -> Item {
    let dispatch = Dispatch {
        id: Uuid::from_bytes([9; 16]),
        campaign: CAMPAIGN,
        kind: DispatchKind::KeySet,
        version: 2,
        to: None,
        hub_ms: 1_000_500,
        payload: key_set(2, &[&RECEIPT_KEY, &NEXT_RECEIPT_KEY]).to_bytes().unwrap(),
    };
    Item::Dispatch(SignedDispatch::sign(&dispatch, &NEXT_RECEIPT_KEY).unwrap().to_bytes().unwrap())
}

fn ok(items: &[Item]) -> Answer {
    Answer::Http { status: 200, headers: Vec::new(), body: Bundle::write(items).unwrap() }
}

fn sent(step: Step) -> Request {
    match step {
        Step::Send(request) => request,
        Step::Wake { .. } => panic!("the session waits where it should send"),
    }
}

fn pause(step: &Step) -> (u64, Waiting) {
    match step {
        Step::Wake { after_ms, why } => (*after_ms, *why),
        Step::Send(_) => panic!("the session sends where it should wait"),
    }
}

fn nonce_of(request: &Request) -> [u8; 16] {
    let nonce = request.path.rsplit_once("nonce=").unwrap().1;
    data_encoding::HEXLOWER.decode(nonce.as_bytes()).unwrap().try_into().unwrap()
}

fn state(nonce: [u8; 16]) -> Item {
    state_by(nonce, &RECEIPT_KEY)
}

fn state_by(nonce: [u8; 16], key: &Secret) -> Item {
    let state = HubState {
        campaign: CAMPAIGN,
        nonce,
        device_key: DEVICE_KEY,
        hub_ms: 1_000_500,
        store: [0; 16],
        rows: Vec::new(),
    };
    Item::State(SignedState::sign(&state, key).unwrap().to_bytes().unwrap())
}

#[test]
fn a_batch_goes_and_its_receipt_ends_it() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let items = Bundle::read(&request.body).unwrap().items;
    assert!(matches!(items.as_slice(), [Item::Batch(_), Item::Poll(_)]));
    let answer = ok(&[receipt(digest, ReceiptStatus::Opened, &RECEIPT_KEY), state(POLL_NONCE)]);
    let events = session.done(request.id, &answer).unwrap();
    assert!(matches!(
        events.as_slice(),
        [SyncEvent::Receipt(ReceiptTaken { held: None, .. }), SyncEvent::Anchored { offset_ms: 500, error_ms: 0 }]
    ));
    assert_eq!(pause(&session.next().unwrap()).1, Waiting::NothingToSend, "one round trip did it all");
}

#[test]
fn a_state_is_asked_for_by_itself_where_the_answer_brought_none_or_took_long() {
    let outbox = Plain::new();
    let mut session = outbox.session();
    for (took_ms, items) in [(0, vec![]), (0, vec![state([0; 16])]), (9_000, vec![state(POLL_NONCE)])] {
        session.hurry().unwrap();
        let poll = sent(session.next().unwrap());
        assert!(matches!(Bundle::read(&poll.body).unwrap().items.as_slice(), [Item::Poll(_)]));
        outbox.pass(took_ms);
        session.done(poll.id, &ok(&items)).unwrap();
        let request = sent(session.next().unwrap());
        let events = session.done(request.id, &ok(&[state(nonce_of(&request))])).unwrap();
        assert_eq!(events, [SyncEvent::Anchored { offset_ms: 500, error_ms: 0 }]);
        assert_eq!(pause(&session.next().unwrap()).1, Waiting::NothingToSend);
    }
}

#[test]
fn only_the_hubs_signature_counts() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let forged = receipt(digest, ReceiptStatus::Opened, &NEXT_RECEIPT_KEY);
    let events = session.done(request.id, &ok(&[forged])).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::Ignored { what: "receipt", .. }, SyncEvent::Incomplete { .. }]));
    assert!(outbox.kept().receipts.is_empty());
    assert_eq!(outbox.kept().waiting.len(), 1);
}

#[test]
fn a_receipt_by_a_rotated_key_counts_when_the_key_set_comes_along() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let answer = ok(&[receipt(digest, ReceiptStatus::Opened, &NEXT_RECEIPT_KEY), next_key_set()]);
    let events = session.done(request.id, &answer).unwrap();
    assert!(matches!(
        events.as_slice(),
        [SyncEvent::Dispatch(DispatchTaken::KeySet { version: 2 }), SyncEvent::Receipt(_)]
    ));
    assert!(outbox.kept().waiting.is_empty());
}

#[test]
fn a_captive_portals_page_is_no_answer() {
    let outbox = Plain::new();
    outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let page = Answer::Http { status: 200, headers: Vec::new(), body: b"<html>log in</html>".to_vec() };
    let events = session.done(request.id, &page).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::NotTheHub { status: 200, .. }]));
    assert_eq!(outbox.kept().waiting.len(), 1);
}

#[test]
fn a_busy_hub_is_given_the_time_it_asked_for() {
    let outbox = Plain::new();
    outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let headers = vec![("Retry-After".to_owned(), "60".to_owned())];
    let busy = Answer::Http { status: 503, headers, body: Vec::new() };
    assert!(matches!(session.done(request.id, &busy).unwrap().as_slice(), [SyncEvent::HubBusy { status: 503, .. }]));
    let (after_ms, why) = pause(&session.next().unwrap());
    assert_eq!(why, Waiting::BackingOff);
    assert!((60_000..=75_000).contains(&after_ms));
    // Another session in another process keeps the same pause.
    assert_eq!(pause(&outbox.session().next().unwrap()).1, Waiting::BackingOff);
    outbox.pass(75_001);
    sent(session.next().unwrap());
}

#[test]
fn failures_shrink_the_bundle_and_success_lets_it_grow() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    for _ in 0..4 {
        let request = sent(session.next().unwrap());
        session.done(request.id, &Answer::None).unwrap();
        outbox.pass(3_600_000);
    }
    let request = sent(session.next().unwrap());
    session.done(request.id, &ok(&[receipt(digest, ReceiptStatus::Opened, &RECEIPT_KEY)])).unwrap();
    let budgets = outbox.kept().budgets.clone();
    assert_eq!(budgets.first(), Some(&BUNDLE_BYTES_MAX));
    assert!(budgets.iter().all(|budget| (BUNDLE_BYTES_MIN..=BUNDLE_BYTES_MAX).contains(budget)));
    assert!(budgets.windows(2).any(|pair| pair[1] < pair[0]));
}

#[test]
fn what_a_cut_off_answer_leaves_open_is_sent_again() {
    let outbox = Plain::new();
    let first = outbox.wait(1);
    let second = outbox.wait(2);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let both = [
        receipt(first, ReceiptStatus::Opened, &RECEIPT_KEY),
        receipt(second, ReceiptStatus::Held(HeldReason::Quota), &RECEIPT_KEY),
    ];
    let mut body = Bundle::write(&both).unwrap();
    body.truncate(body.len() - 1);
    let events = session.done(request.id, &Answer::Http { status: 200, headers: Vec::new(), body }).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::Receipt(_), SyncEvent::Incomplete { .. }]));
    outbox.pass(3_600_000);
    let request = sent(session.next().unwrap());
    assert_eq!(Bundle::read(&request.body).unwrap().items.first(), Some(&Item::Batch(vec![2; 40])));
}

#[test]
fn a_refused_item_does_not_stop_the_queue() {
    let outbox = Plain::new();
    let first = outbox.wait(1);
    let second = outbox.wait(2);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    let refusal =
        Refusal { digest: first, code: "practice".into(), what: "a practice batch".into(), next: "keep it".into() };
    let answer =
        ok(&[Item::Refusal(refusal.to_bytes().unwrap()), receipt(second, ReceiptStatus::Opened, &RECEIPT_KEY)]);
    let events = session.done(request.id, &answer).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::Refused { .. }, SyncEvent::Receipt(_)]));
    assert_eq!(outbox.kept().refused, [first]);
    let request = sent(session.next().unwrap());
    session.done(request.id, &ok(&[state(nonce_of(&request))])).unwrap();
    assert_eq!(pause(&session.next().unwrap()).1, Waiting::NothingToSend, "it is not sent again by itself");
    session.hurry().unwrap();
    let request = sent(session.next().unwrap());
    let again = Bundle::read(&request.body).unwrap().items;
    assert_eq!(again.first(), Some(&Item::Batch(vec![1; 40])), "a person who asks for it may try it again");
}

#[test]
fn a_state_for_another_nonce_is_no_anchor() {
    let outbox = Plain::new();
    let mut session = outbox.session();
    let poll = sent(session.next().unwrap());
    assert_eq!(session.done(poll.id, &ok(&[state([0; 16])])).unwrap(), []);
    let request = sent(session.next().unwrap());
    let events = session.done(request.id, &ok(&[state([0; 16])])).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::NotTheHub { .. }]));
}

#[test]
fn a_state_by_a_rotated_key_does_not_lock_the_device_out() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    // The bundle's answer brings the key set under which its receipt and its state hold.
    let request = sent(session.next().unwrap());
    let answer = ok(&[
        receipt(digest, ReceiptStatus::Opened, &NEXT_RECEIPT_KEY),
        state_by(POLL_NONCE, &NEXT_RECEIPT_KEY),
        next_key_set(),
    ]);
    let events = session.done(request.id, &answer).unwrap();
    assert!(matches!(events.last(), Some(SyncEvent::Anchored { .. })));
    assert!(outbox.kept().waiting.is_empty());
}

#[test]
fn a_state_that_no_key_here_signed_is_told_and_passed_over() {
    let outbox = Plain::new();
    let mut session = outbox.session();
    let poll = sent(session.next().unwrap());
    session.done(poll.id, &ok(&[])).unwrap();
    let request = sent(session.next().unwrap());
    let events = session.done(request.id, &ok(&[state_by(nonce_of(&request), &NEXT_RECEIPT_KEY)])).unwrap();
    assert!(matches!(events.as_slice(), [SyncEvent::Ignored { what: "hub state", .. }]));
    assert_eq!(pause(&session.next().unwrap()).1, Waiting::NothingToSend);
}

#[test]
fn a_late_answer_to_a_forgotten_request_is_ignored() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    let request = sent(session.next().unwrap());
    assert_eq!(pause(&session.next().unwrap()).1, Waiting::UnderWay);
    let late = ok(&[receipt(digest, ReceiptStatus::Opened, &RECEIPT_KEY)]);
    assert!(session.done(request.id + 7, &late).unwrap().is_empty());
    assert_eq!(session.done(request.id, &late).unwrap().len(), 1);
}

#[test]
fn without_an_invitation_nothing_is_sent() {
    let outbox = Plain::new();
    outbox.kept().keys = None;
    outbox.wait(9);
    assert_eq!(pause(&outbox.session().next().unwrap()).1, Waiting::NotInvited);
}

#[test]
fn receipts_from_a_stick_count_as_well() {
    let outbox = Plain::new();
    let digest = outbox.wait(9);
    let mut session = outbox.session();
    let stick = Bundle::write(&[receipt(digest, ReceiptStatus::Opened, &RECEIPT_KEY)]).unwrap();
    assert_eq!(session.take(&stick).unwrap().len(), 1);
    assert!(outbox.kept().waiting.is_empty());
}
