//! Phones, sticks, screens and a hub, in whatever order chance has it: at the end every record is at the
//! hub once, every receipt with its sender, and nothing anywhere else.

use std::collections::BTreeSet;

use fieldcore::carry::{self, FrameMaker, FrameTaker, Imported, Verdict, Way};
use fieldcore::limits::FRAMES_BUNDLE_BYTES_MAX;
use fieldcore::wire::{Bundle, Item};
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{Rng, TempFolder, rounds};

use crate::phone::{Phone, Site};

/// What chance does to a carry on its way.
fn mishap(rng: &mut Rng, carry: &[u8]) -> Vec<u8> {
    let mut carry = carry.to_vec();
    match rng.below(10) {
        0 | 1 => carry.truncate(rng.index(carry.len())),
        2 | 3 if !carry.is_empty() => {
            for _ in 0..=rng.below(4) {
                let at = rng.index(carry.len());
                carry[at] ^= 1 << rng.below(8);
            }
        }
        4 => {
            // Two halves of two copies.
            let half = carry.len() / 2;
            carry.extend_from_within(half..);
        }
        _ => {}
    }
    carry
}

struct Network {
    site: Site,
    phones: Vec<Phone>,
    sticks: Vec<Vec<u8>>,
    folder: TempFolder,
    rng: Rng,
    count: u32,
    /// The phone whose records no carry may hold: for the negative control.
    swallowed: Option<usize>,
}

impl Network {
    fn new(seed: u64, phones: u64) -> Self {
        let site = Site::new(seed);
        let phone = |index| site.phone(seed * 8 + index, Workload::new(seed * 8 + index, 200, 10));
        let phones = (0..phones).map(phone).collect();
        let rng = Rng::new(seed).fork("network");
        Self { site, phones, sticks: Vec::new(), folder: TempFolder::in_memory(), rng, count: 0, swallowed: None }
    }

    fn phone(&mut self) -> usize {
        self.rng.index(self.phones.len())
    }

    /// A phone's carry, by one of the ways there are.
    fn export(&mut self, phone: usize) -> Vec<u8> {
        if self.swallowed == Some(phone) {
            return Bundle::write(&[]).expect("it is short");
        }
        let journal = self.phones[phone].journal();
        self.count += 1;
        match self.rng.below(4) {
            0 => {
                let file = self.folder.join(&format!("{}.fcb", self.count));
                let done = carry::export_file(&journal, &file).expect("it is written");
                let bytes = std::fs::read(file).expect("it is there");
                assert_eq!(bytes.len() as u64, done.bytes);
                bytes
            }
            1 => {
                let dir = self.folder.join(&format!("stick-{}", self.count));
                let done = carry::export_folder(&journal, &dir, 3_000).expect("it is written");
                let parts = done.files.iter().map(|file| std::fs::read(file).expect("it is there"));
                // Copied by hand into one: the heads in between are items of nobody and do no harm.
                let mut items = Vec::new();
                parts.for_each(|part| items.extend(Bundle::read(&part).expect("a part is a bundle").items));
                assert_eq!(items.len() as u64, done.items);
                Bundle::write(&items).expect("it fits")
            }
            _ => carry::export_bytes(&journal, usize::MAX, Way::Share).expect("it is packed").0,
        }
    }

    fn import(&mut self, phone: usize, carry: &[u8]) {
        let journal = self.phones[phone].journal();
        let done = carry::import_bytes(&journal, carry, Way::Share);
        match done {
            Ok(done) => {
                assert_eq!(done.items, done.taken + done.known + done.refused);
                assert_eq!(done.answers.len() as u64, done.items);
            }
            Err(error) => assert!(Bundle::read(carry).is_err(), "{error}"),
        }
    }

    /// From one phone's screen to another's camera, which misses some.
    fn show(&mut self, from: usize, to: usize) {
        let carry = self.export(from);
        if carry.len() > FRAMES_BUNDLE_BYTES_MAX {
            return;
        }
        let maker = FrameMaker::new(&carry).expect("it is for a screen");
        let mut taker = FrameTaker::new();
        for number in 0.. {
            if !self.rng.percent(30) && taker.take_text(&maker.text(number)).is_done() {
                break;
            }
        }
        assert_eq!(taker.bundle(), Some(&carry[..]));
        self.import(to, &carry);
    }

    fn hub_takes(&mut self, carry: &[u8]) {
        let Ok(answer) = self.site.hub.ingest_carried(carry, None) else { return };
        self.sticks.push(answer);
    }

    fn hub_gives(&mut self) -> Vec<u8> {
        let mut items = Vec::new();
        let given = self.site.hub.carry(None, &mut |item| {
            items.push(item);
            Ok(())
        });
        given.expect("the hub gives out what it has");
        Bundle::write(&items).expect("it fits")
    }

    fn step(&mut self) {
        let phone = self.phone();
        match self.rng.below(12) {
            0..=2 => {
                let steps = 1 + self.rng.index(8);
                self.phones[phone].work(steps);
            }
            3 | 4 => {
                let carry = self.export(phone);
                self.sticks.push(carry);
            }
            5..=7 if !self.sticks.is_empty() => {
                let stick = self.rng.pick(&self.sticks.clone()).clone();
                let stick = mishap(&mut self.rng, &stick);
                self.import(phone, &stick);
            }
            8 => {
                let to = self.phone();
                self.show(phone, to);
            }
            9 if !self.sticks.is_empty() => {
                let stick = self.rng.pick(&self.sticks.clone()).clone();
                let stick = mishap(&mut self.rng, &stick);
                self.hub_takes(&stick);
            }
            10 => {
                let carry = self.hub_gives();
                self.sticks.push(carry);
            }
            // One phone has a network now and then, and brings what it carries.
            11 if phone == 0 => drop({
                let Self { phones, site, .. } = self;
                phones[0].sync_fair(&site.hub)
            }),
            _ => {}
        }
    }

    /// Phone by phone, each tells the next, the first tells the hub, and the answers go the same way.
    fn come_together(&mut self) {
        for _ in 0..3 {
            for from in (1..self.phones.len()).rev() {
                let carry = self.export(from);
                self.import(from - 1, &carry);
            }
            let up = self.export(0);
            let answer = self.site.hub.ingest_carried(&up, None).expect("the hub answers");
            self.import(0, &answer);
            for to in 1..self.phones.len() {
                let carry = self.export(to - 1);
                self.import(to, &carry);
            }
        }
    }

    /// What must hold at the end, or what does not.
    fn check(&mut self) -> Result<(), String> {
        let people: BTreeSet<String> = self.phones.iter().flat_map(Phone::people).collect();
        let figures = self.site.hub.figures(None).expect("figures");
        if figures.people != people.len() as u64 || figures.distinct_people != figures.people {
            return Err(format!("{figures:?} at the hub, {} people in the ledgers", people.len()));
        }
        for (number, phone) in self.phones.iter_mut().enumerate() {
            let journal = phone.journal();
            let found = journal.figures().expect("figures");
            // The last carry's own records are in no batch yet; everything before has its receipt.
            if found.opened != found.sealed || found.held + found.refused > 0 {
                return Err(format!("phone {number}: {found:?}"));
            }
            let (desk, station) = phone.parts();
            desk.check(station, None)?;
            if !journal.verify().expect("it can be verified").is_sound() {
                return Err(format!("phone {number} is not sound"));
            }
            let carries = journal.carries().expect("figures");
            if carries.waiting > 0 {
                return Err(format!("phone {number} carries what the hub has receipted: {carries:?}"));
            }
        }
        Ok(())
    }
}

fn wander(seed: u64) -> Network {
    let mut network = Network::new(seed, 4);
    for _ in 0..70 {
        network.step();
    }
    network
}

#[test]
fn whatever_way_they_take_every_record_arrives_once_and_every_receipt_comes_back() {
    for seed in 1..=rounds(5, 200) {
        let mut network = wander(seed);
        network.come_together();
        network.check().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let people: BTreeSet<String> = network.phones.iter().flat_map(Phone::people).collect();
        let labels: BTreeSet<String> = network.phones.iter().flat_map(Phone::labels).collect();
        network.site.counts(&people, &labels);
    }
}

/// The check above can fail: records that never left are missed, and so are receipts that never came.
#[test]
fn a_network_that_swallows_one_phones_carries_is_found_out() {
    let mut network = Network::new(77, 3);
    network.phones.iter_mut().for_each(|phone| phone.work(6));
    network.swallowed = Some(2);
    network.come_together();
    let error = network.check().expect_err("the third phone's people cannot be there");
    assert!(error.contains("people in the ledgers"), "{error}");
    // Its records reach the hub, and no answer comes back.
    network.swallowed = None;
    let carry = network.export(2);
    network.site.hub.ingest_carried(&carry, None).expect("the hub answers");
    let error = network.check().expect_err("its receipts are not there");
    assert!(error.starts_with("phone 2"), "{error}");
    network.come_together();
    network.check().expect("now they are");
}

fn small() -> (Site, Phone, Phone, Vec<u8>) {
    let site = Site::new(9);
    let mut sender = site.phone(90, Workload::new(90, 200, 10));
    let carrier = site.phone(91, Workload::new(91, 200, 10));
    sender.work(4);
    let carry = carry::export_bytes(&sender.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    (site, sender, carrier, carry)
}

fn import(phone: &Phone, carry: &[u8]) -> fieldcore::Result<Imported> {
    carry::import_bytes(&phone.journal(), carry, Way::Share)
}

#[test]
fn cut_off_at_any_byte_what_is_whole_is_taken_and_the_rest_comes_later() {
    let (site, sender, carrier, carry) = small();
    let mut best = 0;
    for length in 0..=carry.len() {
        let cut = &carry[..length];
        let Ok(whole) = Bundle::read(cut) else {
            assert!(import(&carrier, cut).is_err(), "{length} bytes are no carry");
            continue;
        };
        let done = import(&carrier, cut).expect("it is taken as far as it goes");
        let items = whole.items.len() as u64;
        assert_eq!((done.items, done.taken, done.known, done.refused), (items, items - best, best, 0), "at {length}");
        assert_eq!(done.files[0].cut_off, whole.cut_off as u64);
        assert_eq!(done.is_whole(), whole.cut_off == 0);
        best = items;
        if length % 50 == 0 {
            let _ = site.hub.ingest_carried(cut, None);
        }
    }
    assert!(best >= 5, "an enrolment, a word, a poll, batches");
    let up = carry::export_bytes(&carrier.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    site.hub.ingest_carried(&up, None).expect("the hub answers");
    site.counts(&sender.people(), &sender.labels());
}

#[test]
fn with_any_bit_turned_nothing_altered_is_carried_on() {
    let (_site, _sender, carrier, carry) = small();
    let genuine: BTreeSet<[u8; 32]> = Bundle::read(&carry).expect("a bundle").items.iter().map(Item::digest).collect();
    let mut refused = 0;
    for at in 0..carry.len() {
        let mut altered = carry.clone();
        altered[at] ^= 1 << (at % 8);
        let Ok(done) = import(&carrier, &altered) else { continue };
        refused += done.refused;
        for said in &done.answers {
            let is_genuine = genuine.contains(&said.name);
            assert!(is_genuine || matches!(said.verdict, Verdict::Refused(_) | Verdict::Passed), "byte {at}: {said:?}");
        }
    }
    assert!(refused > carry.len() as u64 / 2, "most bytes stand under a signature: {refused}");
    let carried = carry::export_bytes(&carrier.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    let own = carrier.journal().device();
    for item in Bundle::read(&carried).expect("a bundle").items {
        let said = import(&carrier, &Bundle::write(std::slice::from_ref(&item)).expect("it fits")).expect("it is read");
        assert!(said.answers[0].device == Some(own) || genuine.contains(&item.digest()), "{item:?}");
    }
}

#[test]
fn a_carrier_with_a_network_brings_it_and_gives_the_answers_on() {
    let (site, mut sender, mut carrier, carry) = small();
    import(&carrier, &carry).expect("it is taken");
    let before = carrier.journal().carries().expect("figures");
    assert!(before.waiting > 0 && before.devices == 1);
    carrier.work(3);
    carrier.sync_fair(&site.hub);
    site.counts(
        &sender.people().union(&carrier.people()).cloned().collect(),
        &sender.labels().union(&carrier.labels()).cloned().collect(),
    );
    let after = carrier.journal().carries().expect("figures");
    assert_eq!((after.waiting, after.receipted), (0, before.waiting));
    assert!(after.down > before.waiting, "receipts and a state: {after:?}");
    // The hub can say who brought it, and that the sender was never there.
    let rows = site.hub.devices().expect("devices");
    let row = rows.iter().find(|row| row.device == sender.journal().device().to_string()).expect("it is known");
    assert!(row.only_carried && row.heard_direct_ms.is_none());
    assert_eq!(row.carried_by, Some(carrier.journal().device().to_string()));
    assert_eq!(row.unsent, 0);
    let row = rows.iter().find(|row| row.device == carrier.journal().device().to_string()).expect("it is known");
    assert!(!row.only_carried && row.carried_by.is_none());
    // Nothing of it goes again, and coming again it is known.
    let again = import(&carrier, &carry).expect("it is read");
    assert_eq!((again.taken, again.refused), (0, 0));
    let back = carry::export_bytes(&carrier.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    assert!(!Bundle::read(&back).expect("a bundle").items.iter().any(|item| {
        Bundle::read(&carry).expect("a bundle").items.contains(item) && matches!(item, Item::Batch(_))
    }));
    let done = import(&sender, &back).expect("it is taken");
    let receipts = done.answers.iter().filter(|said| matches!(said.verdict, Verdict::Receipt(_))).count() as u64;
    assert_eq!(receipts, before.waiting);
    let figures = sender.journal().figures().expect("figures");
    assert_eq!((figures.opened, figures.held), (figures.sealed, 0));
    sender.sync_fair(&site.hub);
    sender.settled();
}

#[test]
fn the_hub_says_who_has_unsent_records_and_since_when() {
    let (site, sender, carrier, carry) = small();
    // The word, the poll and the enrolment came through, the batches did not.
    let items = Bundle::read(&carry).expect("a bundle").items;
    let (batches, rest): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| matches!(item, Item::Batch(_)));
    let enrolment = rest.iter().filter(|item| matches!(item, Item::Enrolment(_))).cloned().collect::<Vec<_>>();
    for part in [&enrolment, &rest] {
        site.hub
            .ingest_carried(&Bundle::write(part).expect("it fits"), Some(carrier.journal().device()))
            .expect("taken");
    }
    let row = |site: &Site| {
        let rows = site.hub.devices().expect("devices");
        rows.into_iter().find(|row| row.device == sender.journal().device().to_string()).expect("it is known")
    };
    let found = row(&site);
    assert!(found.unsent > 4, "{found:?}");
    assert!(found.unsent_since_ms.is_some() && found.said_ms.is_some() && found.only_carried);
    assert_eq!(found.carried_by, Some(carrier.journal().device().to_string()));
    site.hub.ingest_carried(&Bundle::write(&batches).expect("it fits"), None).expect("taken");
    let found = row(&site);
    assert_eq!((found.unsent, found.unsent_since_ms, found.carried_by), (0, None, None));
}

#[test]
fn practice_goes_nowhere_and_strangers_carry_nothing() {
    let (_site, _sender, carrier, carry) = small();
    let other = Site::new(10);
    let stranger = other.phone(92, Workload::new(92, 20, 10));
    let done = import(&stranger, &carry).expect("it is read");
    assert_eq!((done.taken, done.refused), (0, done.items), "another campaign's");
    assert!(done.answers.iter().all(|said| said.verdict.as_str() == "other_campaign"), "{:?}", done.answers);
    assert_eq!(stranger.journal().carries().expect("figures").bytes, 0);
    let done = import(&carrier, b"FCB1").expect("a carry of nothing is one");
    assert_eq!((done.items, done.is_whole()), (0, true));
    assert!(import(&carrier, b"nothing of this kind").is_err());
}

/// A phone that was never online learns by a carrier what the hub has to say to it alone.
#[test]
fn a_notice_for_another_phone_passes_through_and_is_applied_at_home() {
    use fieldcore::sync::DispatchTaken;
    let site = Site::new(12);
    // The same people and labels twice: the hub has something to tell both.
    let mut sender = site.phone(94, Workload::new(94, 40, 10).plain());
    let mut carrier = site.phone(95, Workload::new(94, 40, 10).plain());
    sender.work(6);
    carrier.work(6);
    let carry = carry::export_bytes(&sender.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    import(&carrier, &carry).expect("it is taken");
    carrier.sync_fair(&site.hub);
    let applied = |phone: &Phone| {
        let mut count = 0;
        let mut line = |line: fieldcore::LogLine| {
            count += usize::from(line.kind == "notice_applied");
            Ok(())
        };
        phone.station().log(&mut line).expect("a log");
        count
    };
    let own = applied(&carrier);
    let back = carry::export_bytes(&carrier.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    assert!(Bundle::read(&back).expect("a bundle").items.iter().any(|item| matches!(item, Item::Dispatch(_))));
    import(&carrier, &back).expect("its own carry does it no harm");
    assert_eq!(applied(&carrier), own, "what is for another is not applied");
    assert_eq!(applied(&sender), 0);
    let done = import(&sender, &back).expect("it is taken");
    let is_notice = |verdict: &Verdict| matches!(verdict, Verdict::Dispatch(DispatchTaken::Notice { .. }));
    let notices = done.answers.iter().filter(|said| is_notice(&said.verdict)).count();
    assert!(notices > 0, "{:?}", done.answers);
    assert_eq!(applied(&sender), notices);
    let again = import(&sender, &back).expect("it is read");
    assert_eq!((again.taken, applied(&sender)), (0, notices), "a set");
}
