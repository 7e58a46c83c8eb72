//! Random days against a model written down plainly, with the process dying in between.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{Answer, Outcome, Target};
use super::{Post, number};

const CAPACITY: usize = 3;

/// A place in a tube: who, and whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    person: u32,
    lane: usize,
    state: &'static str,
}

/// What the station must agree with: tubes by label, positions by number.
#[derive(Default)]
struct Model {
    tubes: BTreeMap<String, BTreeMap<u32, Place>>,
    next: BTreeMap<String, u32>,
    closed_short: BTreeSet<String>,
    spoiled: BTreeSet<String>,
    /// The order of binding, per lane: person's tube and position now.
    order: Vec<(usize, String, u32)>,
    voided: u32,
}

impl Model {
    fn live(&self, tube: &str) -> usize {
        self.tubes.get(tube).map_or(0, |places| places.values().filter(|place| place.state == "bound").count())
    }

    fn open(&mut self, tube: &str) {
        assert!(self.tubes.insert(tube.to_owned(), BTreeMap::new()).is_none(), "{tube} was opened twice");
        assert!(!self.spoiled.contains(tube), "{tube} is spoiled");
        self.next.insert(tube.to_owned(), 1);
    }

    fn put(&mut self, tube: &str, position: u32, place: Place) {
        let next = self.next.get_mut(tube).expect("an opened tube");
        assert_eq!(position, *next, "positions follow one another and are never used again");
        *next += 1;
        self.tubes.get_mut(tube).unwrap().insert(position, place);
        assert!(self.live(tube) <= CAPACITY, "{tube} holds too many");
    }

    fn bound(&mut self, lane: usize, person: u32, answer: &Answer) {
        let (tube, position) = (answer.tube.clone().unwrap(), answer.position.unwrap());
        assert!(!self.closed_short.contains(&tube) && !self.spoiled.contains(&tube), "{tube} takes nobody");
        assert!(!self.is_sampled(person), "sampled twice without an override");
        self.put(&tube, position, Place { person, lane, state: "bound" });
        assert_eq!(answer.left, Some((CAPACITY - self.live(&tube)) as u32));
        self.order.push((lane, tube, position));
    }

    /// Whether the person stands in a tube that is not spoiled.
    fn is_sampled(&self, person: u32) -> bool {
        let whole = self.tubes.iter().filter(|(tube, _)| !self.spoiled.contains(*tube));
        whole.flat_map(|(_, places)| places.values()).any(|place| place.person == person && place.state == "bound")
    }

    fn end(&mut self, tube: &str, position: u32, state: &'static str) {
        let place = self.tubes.get_mut(tube).and_then(|places| places.get_mut(&position)).expect("someone is there");
        assert_eq!(place.state, "bound");
        place.state = state;
        self.voided += u32::from(state == "voided");
        self.order.retain(|(_, there, at)| there != tube || *at != position);
    }

    fn undone(&mut self, lane: usize, answer: &Answer) {
        let (_, tube, position) = self.order.iter().rev().find(|(of, ..)| *of == lane).cloned().expect("somebody");
        assert_eq!((answer.tube.as_deref(), answer.position), (Some(tube.as_str()), Some(position)), "the lane's last");
        self.end(&tube, position, "undone");
    }

    fn moved(&mut self, from: &str, at: u32, answer: &Answer) {
        let (to, position) = (answer.tube.clone().unwrap(), answer.position.unwrap());
        let place = self.tubes.get_mut(from).and_then(|places| places.remove(&at)).expect("someone is there");
        self.put(&to, position, place);
        for entry in &mut self.order {
            if entry.1 == from && entry.2 == at {
                (entry.1, entry.2) = (to.clone(), position);
            }
        }
    }

    fn swapped(&mut self, tube: &str, one: u32, other: u32) {
        let places = self.tubes.get_mut(tube).unwrap();
        let (first, second) = (places.remove(&one).unwrap(), places.remove(&other).unwrap());
        places.insert(one, second);
        places.insert(other, first);
        for entry in &mut self.order {
            if entry.1 == tube && (entry.2 == one || entry.2 == other) {
                entry.2 = one + other - entry.2;
            }
        }
    }

    /// Enters one answer; what was refused changed nothing.
    fn enter(&mut self, lane: usize, step: &Step, answer: &Answer) {
        match (step, answer.outcome) {
            (Step::Tube(tube), Outcome::TubeOpened) => self.open(tube),
            (Step::Person(person), Outcome::Bound) => self.bound(lane, *person, answer),
            (Step::Person(person), Outcome::DuplicatePerson) => assert!(self.is_sampled(*person)),
            (Step::Undo, Outcome::Undone) => self.undone(lane, answer),
            (Step::Undo, _) => assert!(!self.order.iter().any(|(of, ..)| *of == lane), "somebody could be undone"),
            (Step::Close, Outcome::TubeClosed) => {
                self.closed_short.insert(answer.tube.clone().unwrap());
            }
            (Step::Void(tube, position), Outcome::Voided) => self.end(tube, *position, "voided"),
            (Step::Move(from, at, _), Outcome::Moved) => self.moved(from, *at, answer),
            (Step::Swap(tube, one, other), Outcome::Swapped) => self.swapped(tube, *one, *other),
            (Step::Spoil(tube), Outcome::Spoiled) => {
                self.spoiled.insert(tube.clone());
            }
            _ => assert!(answer.saved.is_none() || answer.outcome == Outcome::Note, "{step:?} {answer:?}"),
        }
    }

    /// People, tubes, short, spoiled, voided.
    fn figures(&self) -> (u32, u32, u32, u32, u32) {
        let people = self.tubes.keys().map(|tube| self.live(tube)).sum::<usize>() as u32;
        let filled: Vec<_> =
            self.tubes.keys().filter(|tube| self.live(tube) > 0 && !self.spoiled.contains(*tube)).collect();
        let short = filled.iter().filter(|tube| self.closed_short.contains(**tube)).count() as u32;
        (people, filled.len() as u32, short, self.spoiled.len() as u32, self.voided)
    }

    fn compare(&self, post: &mut Post) {
        let proven = post.station().journal().verify().unwrap();
        assert!(proven.is_sound(), "the state is what its records say: {proven:?}");
        let ledger = post.station().ledger(None).unwrap();
        let found = (ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided);
        assert_eq!(found, self.figures(), "people, tubes, short, spoiled, voided");
        let status = post.station().status().unwrap();
        assert_eq!((status.people, status.tubes), (ledger.people, ledger.tubes));
        for (tube, places) in &self.tubes {
            let trace = post.station().trace(tube, Target::Screen).unwrap().expect("an opened tube");
            let found: BTreeMap<_, _> = trace
                .people
                .iter()
                .map(|person| (person.position, (person.number.clone().unwrap(), person.state)))
                .collect();
            let wanted: BTreeMap<_, _> =
                places.iter().map(|(at, place)| (*at, (number(place.person), place.state))).collect();
            assert_eq!(found, wanted, "{tube}");
            assert_eq!(trace.count as usize, self.live(tube));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Tube(String),
    Person(u32),
    Undo,
    Close,
    Activate(String),
    Void(String, u32),
    Move(String, u32, String),
    Swap(String, u32, u32),
    Spoil(String),
}

impl Step {
    fn of((kind, a, b): (u8, u8, u8)) -> Self {
        let tube = |n: u8| format!("TUBE-{:04}", n % 7);
        let position = |n: u8| u32::from(n % 5) + 1;
        match kind % 24 {
            0..=4 => Self::Tube(tube(a)),
            5..=12 => Self::Person(u32::from(a % 14)),
            13 => Self::Undo,
            14 => Self::Close,
            15 => Self::Activate(tube(a)),
            16 | 17 => Self::Void(tube(a), position(b)),
            18..=20 => Self::Move(tube(a), position(b), tube(b)),
            21 | 22 => Self::Swap(tube(a), position(b), position(a)),
            _ => Self::Spoil(tube(a)),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Tube(tube) => tube.clone(),
            Self::Person(person) => number(*person),
            Self::Undo => ":undo".to_owned(),
            Self::Close => ":close short".to_owned(),
            Self::Activate(tube) => format!(":tube {tube}"),
            Self::Void(tube, position) => format!(":void {tube} {position} mistake"),
            Self::Move(tube, position, to) => format!(":move {tube} {position} {to}"),
            Self::Swap(tube, one, other) => format!(":swap {tube} {one} {other}"),
            Self::Spoil(tube) => format!(":spoil {tube} leaks"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_days_agree_with_the_model_and_with_themselves_after_restarts(
        steps in prop::collection::vec((any::<(u8, u8, u8)>(), 0..2usize, 0..12u8), 1..70),
    ) {
        let mut post = Post::profile("capacity = 3\n");
        let mut twin = Post::profile("capacity = 3\n");
        let mut model = Model::default();
        for (step, lane, restart) in steps {
            let step = Step::of(step);
            if restart == 0 {
                post.restart();
            }
            let name = ["1", "2"][lane];
            let answer = post.in_lane(name, &step.line());
            model.enter(lane, &step, &answer);
            // The same day on a station that never died gets the same answers.
            let same = twin.in_lane(name, &step.line());
            let plain = |answer: &Answer| Answer { saved: None, earlier: None, ..answer.clone() };
            prop_assert!(plain(&answer) == plain(&same), "{:?}: {:?}, never restarted {:?}", step, answer, same);
        }
        model.compare(&mut post);
    }
}

#[test]
#[should_panic(expected = "people, tubes, short, spoiled, voided")]
fn the_comparison_sees_a_lost_person() {
    let mut post = Post::profile("capacity = 3\n");
    let mut model = Model::default();
    for step in [Step::Tube("TUBE-0001".to_owned()), Step::Person(1), Step::Person(2)] {
        let answer = post.line(&step.line());
        model.enter(0, &step, &answer);
    }
    post.line(":undo");
    model.compare(&mut post);
}

/// Every kind of line that a desk may get, sound or not.
fn any_line((kind, a, b): (u8, u8, u8)) -> String {
    let (tube, other) = (format!("TUBE-{:04}", a % 5), format!("TUBE-{:04}", b % 5));
    let (position, person) = (b % 5, number(u32::from(b % 9)));
    match kind % 27 {
        0..=3 => tube,
        4..=8 => person,
        9 => format!("BOX-{:04}", a % 3),
        10 => format!("https://code.example/{}", b % 3),
        11 => ":undo".to_owned(),
        12 => ":close".to_owned(),
        13 => format!(":tube {tube}"),
        14 => format!(":void {tube} {position} mistake"),
        15 => format!(":move {tube} {position} {other}"),
        16 => format!(":swap {tube} {position} {}", a % 5),
        17 => format!(":spoil {tube} leaks"),
        18 => [":confirm", ":confirm 1", ":confirm 2 why", ":confirm why"][usize::from(a % 4)].to_owned(),
        19 => ":person lost a man".to_owned(),
        20 => format!(":guardian {person}"),
        21 => ":phone 5550100".to_owned(),
        22 => ":temp 36.5".to_owned(),
        23 => ":colour green".to_owned(),
        24 => ":withdraw".to_owned(),
        25 => format!(":box BOX-{:04}", a % 3),
        _ => ["H12345678", "6901234567892", "", "ab", ":nonsense", "]C10100"][usize::from(a % 6)].to_owned(),
    }
}

const KEYS: &str = "capacity = 2\n\n[box]\npattern = \"BOX-[0-9]{4}\"\n\n[tube]\npattern = \"TUBE-[0-9]{4}\"\n\n\
    [steps]\ntemperature = \"required\"\nphone = \"required\"\ncode_colour = \"optional\"\ncolours = [\"green\"]\n\n\
    [[class]]\nname = \"no papers\"\ndocuments = [\"none\"]\nalone = true\nreason = \"One each.\"\n\n\
    [[class]]\nname = \"child\"\nflags = [\"guardian\"]\nhousehold = true\nreason = \"Household only.\"\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_in_any_order_of_work_leave_a_state_that_is_what_the_records_say(
        order in prop::sample::select(vec!["id_then_tube", "tube_then_ids", "box_then_tubes_then_ids"]),
        alias in prop::sample::select(vec!["note", "subject"]),
        required in any::<bool>(),
        lines in prop::collection::vec((any::<(u8, u8, u8)>(), 0..2usize, 0..16u8), 1..90),
    ) {
        let keys = if required { KEYS.to_owned() } else { KEYS.replace("required", "optional") };
        let mut post = Post::profile(&format!("order = \"{order}\"\nalias = \"{alias}\"\n{keys}"));
        for (line, lane, restart) in lines {
            if restart == 0 {
                post.restart();
            }
            let line = any_line(line);
            let before = post.station().status().unwrap().unsent;
            let answer = post.in_lane(["1", "2"][lane], &line);
            let after = post.station().status().unwrap().unsent;
            prop_assert_eq!(after > before, answer.saved.is_some(), "{}: {:?} says what was written", line, answer);
            prop_assert!(answer.outcome != Outcome::Bound || answer.position.is_some(), "{}: {:?}", line, answer);
        }
        let proven = post.station().journal().verify().unwrap();
        prop_assert!(proven.is_sound(), "{:?}", proven);
    }
}
