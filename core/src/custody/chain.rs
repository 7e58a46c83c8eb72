//! The chain of custody, folded from everybody's records: which tubes are in which box, and who has it.
//!
//! A pure function of a set of records: in whatever order they arrived, the chain is the same, and no clock is asked.
//! What orders words of several devices about one box is how often it had changed hands before each was said (its
//! *depth*): the opener's words have depth 0, those of whoever received it from there depth 1, and so on. Within a
//! device the later record counts.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::id::{DeviceId, RecordRef};
use crate::record::{Body, DeskFinding, HandOverGiven, HandOverReceived, Record};
use crate::words::silent;

/// Who has a box.
#[derive(Clone, PartialEq, Eq)]
pub enum Holder {
    /// A device.
    Device {
        /// Which.
        device: DeviceId,
        /// The record by which it got the box: the opening, or the receipt.
        since: RecordRef,
    },
    /// Whoever is on the way: it was handed over, and nobody has said that it was received.
    OnTheWay {
        /// The device that gave it.
        from: DeviceId,
        /// The device that is said to have it.
        to: Option<DeviceId>,
        /// The person who is said to have it, in the giver's words.
        whom: Option<String>,
        /// The giver's record.
        since: RecordRef,
    },
}

/// A hand-over of one box, as both sides tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The hand-over.
    pub hand_over: [u8; 16],
    /// The giver's record.
    pub given: Option<RecordRef>,
    /// The receiver's record.
    pub received: Option<RecordRef>,
    /// How often the box had changed hands with this.
    pub depth: u32,
    /// Whether the giver says that a device received it; only then is the other side's word due.
    pub both: bool,
}

impl Passage {
    /// Whether the word of one side has not arrived.
    pub const fn is_open(&self) -> bool {
        self.both && (self.given.is_none() || self.received.is_none())
    }
}

/// How a box was sealed last.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The record.
    pub at: RecordRef,
    /// Tubes then in it, as somebody counted them.
    pub tubes: u32,
    /// The seal's number.
    pub seal: Option<String>,
    /// The temperature in it, tenths of a degree Celsius.
    pub temperature: Option<i64>,
}

/// One box: one opening of a label, and its way from there.
#[derive(Clone, PartialEq, Eq)]
pub struct BoxStory {
    /// The record that opened it.
    pub container: RecordRef,
    /// Its label; absent where neither its opening nor a receipt of it has arrived.
    pub label: Option<String>,
    /// Its round, as hand-overs of it say; the least, should they differ. The shift in which it was opened says it first.
    pub round: Option<Uuid>,
    /// The tubes that are in it, each with the record that says so.
    pub tubes: BTreeMap<String, RecordRef>,
    /// How it was sealed last.
    pub sealed: Option<Sealed>,
    /// Its hand-overs, in the order of their depth.
    pub passages: Vec<Passage>,
    /// Who has it.
    pub holder: Holder,
    /// Whether two devices say that they have it.
    pub contested: bool,
}

/// What the records say of all boxes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// The boxes by their opening records.
    pub boxes: BTreeMap<RecordRef, BoxStory>,
    /// What receiving desks found, by label: the word that counts, and the record that says it.
    pub desk: BTreeMap<String, (DeskFinding, RecordRef)>,
    /// Damages by label.
    pub damages: BTreeMap<String, BTreeSet<RecordRef>>,
    /// Temperatures by the label of their box.
    pub temperatures: BTreeMap<String, BTreeSet<RecordRef>>,
}

/// Of several findings about a label the one that settles most counts: what is there once is there.
const fn rank(found: DeskFinding) -> u8 {
    match found {
        DeskFinding::Present => 4,
        DeskFinding::Extra => 3,
        DeskFinding::Unreadable => 2,
        DeskFinding::Missing => 1,
    }
}

/// What was said about one box, sorted by kind.
#[derive(Default)]
struct Words<'a> {
    opened: Option<&'a str>,
    packed: BTreeMap<&'a str, Vec<(RecordRef, bool)>>,
    sealed: Vec<(RecordRef, Sealed)>,
    given: BTreeMap<RecordRef, &'a HandOverGiven>,
    received: BTreeMap<RecordRef, &'a HandOverReceived>,
}

impl Chain {
    /// The chain of these records; what is no word about custody is passed over.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut chain = Self::default();
        let mut words: BTreeMap<RecordRef, Words<'a>> = BTreeMap::new();
        for record in records {
            chain.hear(record, &mut words);
        }
        chain.boxes = words.into_iter().map(|(container, words)| (container, words.story(container))).collect();
        chain
    }

    fn hear<'a>(&mut self, record: &'a Record, words: &mut BTreeMap<RecordRef, Words<'a>>) {
        let at = record.at;
        match &record.body {
            Body::BoxOpened(body) => words.entry(at).or_default().opened = Some(&body.label),
            Body::TubeOpened(body) => {
                if let Some(container) = body.container {
                    words.entry(container).or_default().pack(&body.label, at, true);
                }
            }
            Body::TubePacked(body) => words.entry(body.container).or_default().pack(&body.label, at, true),
            Body::TubeUnpacked(body) => words.entry(body.container).or_default().pack(&body.label, at, false),
            Body::BoxSealed(body) => {
                let (tubes, seal, temperature) = (body.tubes, body.seal.clone(), body.temperature);
                let sealed = Sealed { at, tubes, seal, temperature };
                words.entry(body.container).or_default().sealed.push((at, sealed));
            }
            Body::HandOverGiven(body) => {
                words.entry(body.container).or_default().given.insert(at, body);
            }
            Body::HandOverReceived(body) => {
                words.entry(body.container).or_default().received.insert(at, body);
            }
            Body::DeskReceived(body) => {
                let word = (body.found, at);
                let known = self.desk.entry(body.label.clone()).or_insert(word);
                if (rank(known.0), known.1) < (rank(word.0), word.1) {
                    *known = word;
                }
            }
            Body::DamageNoted(body) => {
                self.damages.entry(body.label.clone()).or_default().insert(at);
            }
            Body::TemperatureLogged(body) => {
                self.temperatures.entry(body.label.clone()).or_default().insert(at);
            }
            _ => {}
        }
    }

    /// Labels of tubes that stand in more than one box, with those boxes.
    pub fn twice(&self) -> BTreeMap<&str, Vec<RecordRef>> {
        let mut places: BTreeMap<&str, Vec<RecordRef>> = BTreeMap::new();
        for story in self.boxes.values() {
            for label in story.tubes.keys() {
                places.entry(label).or_default().push(story.container);
            }
        }
        places.retain(|_, boxes| boxes.len() > 1);
        places
    }

    /// Labels that a desk misses and nobody has found.
    pub fn missing(&self) -> impl Iterator<Item = (&str, RecordRef)> {
        self.desk
            .iter()
            .filter(|(_, word)| word.0 == DeskFinding::Missing)
            .map(|(label, word)| (label.as_str(), word.1))
    }
}

impl<'a> Words<'a> {
    fn pack(&mut self, label: &'a str, at: RecordRef, into: bool) {
        self.packed.entry(label).or_default().push((at, into));
    }

    /// The last receipt by the device of `at` before `at`.
    fn context(&self, at: RecordRef) -> Option<(RecordRef, &'a HandOverReceived)> {
        let before = self
            .received
            .iter()
            .filter(|(one, _)| one.device == at.device && (one.epoch, one.seq) < (at.epoch, at.seq));
        before.max_by_key(|(one, _)| (one.epoch, one.seq)).map(|(one, body)| (*one, *body))
    }

    /// How often the box had changed hands when `at` was written.
    fn depth(&self, at: RecordRef) -> u32 {
        let mut seen = BTreeSet::new();
        let (mut at, mut depth) = (at, 0);
        while let Some((receipt, body)) = self.context(at) {
            // A receipt whose giver's word is missing is one step; a circle, which only forgery makes, ends.
            depth += 1;
            match self.given_for(body) {
                Some(given) if seen.insert(receipt) => at = given,
                _ => break,
            }
        }
        depth
    }

    fn given_for(&self, receipt: &HandOverReceived) -> Option<RecordRef> {
        let same = |(at, body): &(&RecordRef, &&HandOverGiven)| {
            at.device == receipt.giver && body.hand_over == receipt.hand_over
        };
        self.given.iter().find(same).map(|(at, _)| *at)
    }

    /// How deep the box lies with the device that wrote the receipt at `at`.
    fn depth_with(&self, at: RecordRef) -> u32 {
        let next = RecordRef { seq: at.seq.saturating_add(1), ..at };
        self.depth(next)
    }

    fn tubes(&self) -> BTreeMap<String, RecordRef> {
        let mut tubes = BTreeMap::new();
        for (label, words) in &self.packed {
            let mut latest: BTreeMap<DeviceId, (RecordRef, bool)> = BTreeMap::new();
            for (at, into) in words {
                let known = latest.entry(at.device).or_insert((*at, *into));
                if (known.0.epoch, known.0.seq) < (at.epoch, at.seq) {
                    *known = (*at, *into);
                }
            }
            // Of two at the same depth the one that took it out looked at it last.
            let last = latest.values().max_by_key(|(at, into)| (self.depth(*at), !into, *at));
            if let Some((at, true)) = last {
                tubes.insert((*label).to_owned(), *at);
            }
        }
        tubes
    }

    fn passages(&self) -> Vec<Passage> {
        let mut passages: BTreeMap<(u32, [u8; 16]), Passage> = BTreeMap::new();
        for (at, body) in &self.received {
            let (hand_over, depth) = (body.hand_over.0, self.depth_with(*at));
            let given = self.given_for(body);
            let passage = Passage { hand_over, given, received: Some(*at), depth, both: true };
            passages.entry((depth, hand_over)).or_insert(passage);
        }
        for (at, body) in &self.given {
            let matched = passages.values().any(|passage| passage.given == Some(*at));
            if !matched {
                let (hand_over, depth) = (body.hand_over.0, self.depth(*at) + 1);
                let both = body.to.is_some();
                passages.entry((depth, hand_over)).or_insert(Passage {
                    hand_over,
                    given: Some(*at),
                    received: None,
                    depth,
                    both,
                });
            }
        }
        passages.into_values().collect()
    }

    /// Who has it, and whether two say so.
    fn holder(&self, container: RecordRef) -> (Holder, bool) {
        let deepest = self.received.keys().map(|at| (self.depth_with(*at), *at)).max_by_key(|(depth, at)| {
            // Of several of one depth the least reference is named; all of them are shown.
            (*depth, std::cmp::Reverse(*at))
        });
        let (depth, since) = deepest.unwrap_or((0, container));
        let rivals: BTreeSet<DeviceId> =
            self.received.keys().filter(|at| self.depth_with(**at) == depth).map(|at| at.device).collect();
        let after = |at: &RecordRef| at.device == since.device && (at.epoch, at.seq) > (since.epoch, since.seq);
        let given = self.given.iter().filter(|(at, _)| after(at)).max_by_key(|(at, _)| (at.epoch, at.seq));
        let holder = match given {
            Some((at, body)) => {
                Holder::OnTheWay { from: since.device, to: body.to, whom: body.to_whom.clone(), since: *at }
            }
            None => Holder::Device { device: since.device, since },
        };
        (holder, rivals.len() > 1)
    }

    fn story(&self, container: RecordRef) -> BoxStory {
        let told = self.received.values().map(|body| body.label.as_str()).min();
        let rounds = self.received.values().map(|body| body.round).chain(self.given.values().map(|body| body.round));
        let sealed = self.sealed.iter().max_by_key(|(at, _)| (self.depth(*at), at.epoch, at.seq, *at));
        let (holder, contested) = self.holder(container);
        BoxStory {
            container,
            label: self.opened.or(told).map(str::to_owned),
            round: rounds.min(),
            tubes: self.tubes(),
            sealed: sealed.map(|(_, sealed)| sealed.clone()),
            passages: self.passages(),
            holder,
            contested,
        }
    }
}

silent!(Holder, Sealed, BoxStory, Chain);
