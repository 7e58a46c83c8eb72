//! Random days of three phones that pass tubes to one another, against a model written down plainly.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{Answer, Outcome, Target};
use super::{Post, number};

const CAPACITY: u32 = 4;
const PHONES: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Open,
    Person(u32),
    Pass,
    /// Scans the code that was shown as the so-manieth.
    Take(usize),
    /// Takes back the tube of that number.
    Back(usize),
    Void(usize, u32),
    Restart,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let what = prop_oneof![
        2 => Just(Step::Open),
        8 => (0u32..40).prop_map(Step::Person),
        4 => Just(Step::Pass),
        5 => (0usize..6).prop_map(Step::Take),
        1 => (0usize..4).prop_map(Step::Back),
        1 => (0usize..4, 1u32..6).prop_map(|(tube, position)| Step::Void(tube, position)),
        1 => Just(Step::Restart),
    ];
    (0..PHONES, what)
}

/// A tube as one who saw all three phones would tell it.
#[derive(Default)]
struct Tube {
    /// Who holds it; `None` while it is on the way.
    holder: Option<usize>,
    /// By position: who bound whom, and whether it stands.
    places: BTreeMap<u32, (usize, u32, bool)>,
    /// Two phones went on with it: from there on only what each phone knows of itself is asked.
    contested: bool,
}

#[derive(Default)]
struct Model {
    tubes: BTreeMap<String, Tube>,
    /// Codes in the order of showing: the tube, the giver, who took it, whether it was taken back.
    codes: Vec<(String, String, usize, BTreeSet<usize>, bool)>,
}

impl Model {
    fn enter(&mut self, by: usize, step: &Step, answer: &Answer) {
        let label = answer.tube.clone().unwrap_or_default();
        match (step, answer.outcome) {
            (Step::Open, Outcome::TubeOpened) => {
                let tube = Tube { holder: Some(by), ..Tube::default() };
                assert!(self.tubes.insert(label, tube).is_none());
            }
            (Step::Person(person), Outcome::Bound) => {
                let tube = self.tubes.get_mut(&label).expect("a tube that was opened");
                assert!(tube.contested || tube.holder == Some(by), "who does not hold it adds nobody");
                let position = answer.position.expect("a position");
                if !tube.contested {
                    let next = tube.places.keys().last().map_or(1, |last| last + 1);
                    assert_eq!(position, next, "positions go on over all phones");
                    let live = tube.places.values().filter(|place| place.2).count() as u32;
                    assert!(live < CAPACITY, "never more than it takes");
                    tube.places.insert(position, (by, *person, true));
                }
            }
            (Step::Pass, Outcome::TubePassedOn) => {
                let code = answer.code.clone().expect("a code");
                let tube = self.tubes.get_mut(&label).expect("a tube that was opened");
                assert!(tube.contested || tube.holder == Some(by));
                tube.holder = None;
                self.codes.push((code, label, by, BTreeSet::new(), false));
            }
            (Step::Take(number), Outcome::TubeTakenOver) => {
                let at = number % self.codes.len();
                let code = &mut self.codes[at];
                assert!(code.2 != by && code.3.insert(by), "nobody takes a code of their own, nor twice");
                let tube = self.tubes.get_mut(&code.1).expect("a tube that was opened");
                tube.contested |= code.3.len() > 1 || code.4 || tube.holder.is_some();
                tube.holder = Some(by);
                if !tube.contested {
                    let live = tube.places.values().filter(|place| place.2).count() as u32;
                    // What a former holder voided meanwhile, the code did not know.
                    assert!(answer.people_in >= Some(live));
                }
            }
            (Step::Back(_), Outcome::TubeTakenBack) => {
                let code = self.codes.iter_mut().rev().find(|code| code.1 == label && code.2 == by && !code.4);
                let code = code.expect("a code that was shown");
                code.4 = true;
                let tube = self.tubes.get_mut(&label).expect("a tube that was opened");
                tube.contested |= !code.3.is_empty();
                tube.holder = Some(by);
            }
            (Step::Void(..), Outcome::Voided) => {
                let tube = self.tubes.get_mut(&label).expect("a tube that was opened");
                let place = answer.position.and_then(|position| tube.places.get_mut(&position));
                match place {
                    Some(place) if !tube.contested => {
                        assert_eq!((place.0, place.2), (by, true), "everybody corrects their own people");
                        place.2 = false;
                    }
                    // Of a contested tube two people may have one position.
                    _ => assert!(tube.contested),
                }
            }
            _ => assert!(answer.saved.is_none() || answer.outcome == Outcome::Note, "{step:?} {answer:?}"),
        }
    }
}

fn line(step: &Step, model: &Model, opened: &mut u32) -> Option<String> {
    Some(match step {
        Step::Open => {
            *opened += 1;
            format!("TUBE-{opened:04}")
        }
        Step::Person(n) => number(*n),
        Step::Pass => ":pass".to_owned(),
        Step::Take(number) => model.codes.get(number % model.codes.len().max(1))?.0.clone(),
        Step::Back(tube) => format!(":back TUBE-{:04}", tube + 1),
        Step::Void(tube, position) => format!(":void TUBE-{:04} {position} wrong", tube + 1),
        Step::Restart => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn phones_that_pass_tubes_agree_with_one_who_saw_them_all(
        steps in prop::collection::vec(step(), 10..90),
    ) {
        let mut phones: Vec<Post> = (0..PHONES).map(|_| Post::profile("capacity = 4")).collect();
        let (mut model, mut opened) = (Model::default(), 0);
        for (by, step) in &steps {
            match line(step, &model, &mut opened) {
                Some(line) => {
                    let answer = phones[*by].line(&line);
                    model.enter(*by, step, &answer);
                }
                None => phones[*by].restart(),
            }
        }
        for (label, tube) in model.tubes.iter().filter(|(_, tube)| !tube.contested) {
            let mut seen = BTreeMap::new();
            for (by, phone) in phones.iter_mut().enumerate() {
                let Some(trace) = phone.station().trace(label, Target::Screen).unwrap() else { continue };
                for person in trace.people {
                    let other = seen.insert(person.position, (by, person.state == "bound"));
                    prop_assert!(other.is_none(), "no position is given twice");
                }
            }
            let told: BTreeMap<_, _> = tube.places.iter().map(|(at, place)| (*at, (place.0, place.2))).collect();
            prop_assert_eq!(seen, told, "{}", label);
        }
        let tubes: u32 = phones.iter_mut().map(|phone| phone.station().status().unwrap().tubes).sum();
        prop_assert!(tubes as usize <= model.tubes.len(), "a tube counts on one phone at the most");
    }
}

/// Negative control: the model is not content with a phone that goes on with a tube that it passed on.
#[test]
#[should_panic(expected = "who does not hold it adds nobody")]
fn the_model_notices_a_giver_who_goes_on() {
    let mut post = Post::profile("capacity = 4");
    let mut model = Model::default();
    for (step, line) in [(Step::Open, "TUBE-0001".to_owned()), (Step::Pass, ":pass".to_owned())] {
        let answer = post.line(&line);
        model.enter(0, &step, &answer);
    }
    let mut other = Post::profile("capacity = 4");
    other.line("TUBE-0001");
    let answer = other.line(&number(1));
    model.enter(0, &Step::Person(1), &answer);
}
