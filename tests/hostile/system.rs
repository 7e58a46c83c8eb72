//! Damaged, forged, repeated, reordered, spliced and oversized bundles at the two ends of the
//! wire, a hub with its store and a device with its journal: nothing panics, nothing is lost,
//! nothing counts twice, whatever came before the sound ones.

use std::sync::Arc;

use fieldcore::sync::{Answer, Step, SyncSession};
use fieldcore::wire::{Bundle, Invitation, Item};
use fieldcore::{Journal, JournalOptions, Station};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use fieldcore_tests::link::deliver;
use fieldcore_tests::workload::{LANE, shift_plan};
use fieldcore_tests::{ManualClock, MemoryVault, Rng, SeededEntropy, TempFolder, people, platform, rounds, tube_label};

use super::damage;

const PEOPLE: usize = 20;

struct World {
    hub: Hub,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    folder: TempFolder,
}

impl World {
    fn new(seed: u64) -> Self {
        let folder = TempFolder::in_memory();
        let (clock, entropy) = (Arc::new(ManualClock::new()), Arc::new(SeededEntropy::new(seed)));
        let around = Surroundings { clock: clock.clone(), entropy: entropy.clone(), after_commit: None };
        let hub = Hub::init(&folder.join("hub"), &InitOptions::default(), around).unwrap();
        Self { hub, clock, entropy, folder }
    }

    /// A device with a tube of ten and another, sealed, unsent.
    fn device(&self, name: &str, seed: u64) -> Journal {
        let parts = platform(&self.clock, &self.entropy, &Arc::new(MemoryVault::new()));
        let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(self.folder.join(name)) };
        let journal = Journal::open(options, parts).unwrap();
        let text = self.hub.token(&TokenOptions::default()).unwrap();
        journal.enrol(&Invitation::from_text(&text).unwrap()).unwrap();
        let mut station = Station::open(journal.clone()).unwrap();
        station.start_shift(None, &shift_plan()).unwrap();
        for (index, ten) in (0u64..).zip(people(seed, PEOPLE).chunks(10)) {
            station.line(LANE, &tube_label(seed, index)).unwrap();
            for person in ten {
                self.clock.advance(20_000);
                assert!(station.line(LANE, &person.number).unwrap().saved.is_some());
            }
            journal.seal_now().unwrap();
        }
        journal
    }

    /// What the device would send, without sending it.
    fn up(&self, journal: &Journal) -> Vec<Item> {
        let mut session = SyncSession::new(journal.clone());
        loop {
            let Step::Send(request) = session.next().unwrap() else { panic!("the device has something to send") };
            if !request.body.is_empty() {
                return Bundle::read(&request.body).unwrap().items;
            }
            session.done(request.id, &Answer::Http { status: 404, headers: Vec::new(), body: Vec::new() }).unwrap();
        }
    }

    /// Everything is sent over a fair link, what the hub's dispatches leave in the journal as well.
    fn sync(&self, journal: &Journal) {
        let mut session = SyncSession::new(journal.clone());
        for _ in 0..2 {
            journal.seal_now().unwrap();
            session.hurry().unwrap();
            while let Step::Send(request) = session.next().unwrap() {
                session.done(request.id, &deliver(&self.hub, &request)).unwrap();
            }
        }
    }
}

/// One bundle of ill will: items of several senders, repeated, out of order, damaged or spliced.
fn hostile(rng: &mut Rng, items: &[Item]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=rng.below(5) {
        let (item, other) = (rng.pick(items), rng.pick(items));
        let mut payload = item.bytes().to_vec();
        if rng.percent(70) {
            damage(rng, &mut payload, other.bytes());
        }
        // Now and then as another type, longer than it says, or longer than any may be.
        let kind = if rng.percent(10) { u8::try_from(rng.below(12)).unwrap() } else { item.code() };
        if rng.percent(3) {
            payload.resize(fieldcore::limits::ITEM_BYTES_MAX + 1, 0);
        }
        let mut length = u32::try_from(payload.len()).unwrap();
        if rng.percent(5) {
            length = u32::MAX - u32::try_from(rng.below(9)).unwrap();
        }
        bytes.push(kind);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&payload);
    }
    let magic: &[u8] = if rng.percent(3) { b"FCB2" } else { b"FCB1" };
    let mut bundle = [magic, &bytes].concat();
    if rng.percent(20) {
        damage(rng, &mut bundle, b"FCB1");
    }
    bundle
}

#[test]
fn a_hub_and_a_device_live_through_hostile_bundles() {
    let world = World::new(11);
    let (one, two) = (world.device("one", 21), world.device("two", 22));
    let mut items = world.up(&one);
    items.extend(world.up(&two));
    let mut rng = Rng::new(12).fork("hostile");
    let mut answers = Vec::new();
    let tries = rounds(400, 20_000);
    for _ in 0..tries {
        let bundle = hostile(&mut rng, &items);
        if let Ok(answer) = world.hub.ingest(&bundle) {
            answers.extend(Bundle::read(&answer).expect("what a hub answers is a bundle").items);
        }
    }
    assert!(answers.iter().any(|item| matches!(item, Item::Refusal(_))), "damaged items were refused, each by name");
    // Down: what the hub said, damaged and sent to the wrong device as well.
    answers.extend(items);
    let mut session = SyncSession::new(one.clone());
    for _ in 0..tries {
        let bundle = hostile(&mut rng, &answers);
        if let Err(error) = session.take(&bundle) {
            assert!(!error.to_string().is_empty());
        }
    }
    for journal in [&one, &two] {
        world.sync(journal);
        let figures = journal.figures().unwrap();
        assert_eq!((figures.unsent, figures.held, figures.refused), (0, 0, 0), "everything was opened");
        assert!(journal.verify().unwrap().is_sound());
    }
    assert_eq!(world.hub.figures(None).unwrap().people, 2 * PEOPLE as u64, "nobody is missing, nobody counts twice");
    let held = world.hub.held().unwrap();
    // Items of types that nobody knows yet are kept for a hub that does; nothing else is.
    assert!(held.iter().all(|item| item.kind == "unknown"), "{held:?}");
}

/// Negative control of the figures above: without batches nobody counts, repeated ones count once.
#[test]
fn repeated_bundles_in_reverse_count_once() {
    let world = World::new(13);
    let journal = world.device("one", 23);
    let items = world.up(&journal);
    let mut damaged: Vec<Item> = items.clone();
    damaged.retain(|item| !matches!(item, Item::Batch(_)));
    world.hub.ingest(&Bundle::write(&damaged).unwrap()).unwrap();
    assert_eq!(world.hub.figures(None).unwrap().people, 0);
    for _ in 0..3 {
        let mut repeated: Vec<Item> = items.iter().chain(&items).cloned().collect();
        repeated.reverse();
        world.hub.ingest(&Bundle::write(&repeated).unwrap()).unwrap();
    }
    assert_eq!(world.hub.figures(None).unwrap().people, PEOPLE as u64, "six times the same, in reverse");
}

#[test]
fn hostile_profiles_tokens_and_lines_leave_a_post_as_it_was() {
    let world = World::new(14);
    let journal = world.device("one", 24);
    let mut station = Station::open(journal.clone()).unwrap();
    let (version, before) = (station.profile().unwrap().version, station.status().unwrap().people);
    let mut rng = Rng::new(15).fork("texts");
    let profile = station.profile().unwrap().text().as_bytes().to_vec();
    let token = world.hub.token(&TokenOptions::default()).unwrap().into_bytes();
    let number = people(25, 1)[0].number.clone().into_bytes();
    for _ in 0..rounds(300, 20_000) {
        for (what, sound) in [&profile, &token, &number].into_iter().enumerate() {
            let mut bytes = sound.clone();
            (0..=rng.below(3)).for_each(|_| damage(&mut rng, &mut bytes, &profile));
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text.as_bytes() == &sound[..] {
                continue;
            }
            match what {
                0 => drop(fieldcore::Profile::parse(&text)),
                // Its keys and its token prove themselves; name, address and end are unsigned.
                1 => drop(Invitation::from_text(&text)),
                _ => drop(station.line(LANE, &text).unwrap()),
            }
        }
    }
    let long = "9".repeat(fieldcore::limits::SCAN_BYTES_MAX + 1);
    drop(station.line(LANE, &long));
    assert_eq!(station.profile().unwrap().version, version);
    assert!(station.status().unwrap().people >= before);
    assert!(journal.verify().unwrap().is_sound());
}
