//! The morning's scan files are what the generator below makes, line by line, and nothing else.
//! `FIELDCORE_WRITE=1 cargo test -p fieldcore-terminal --test morning` writes them again.
//! What happens in them, and when, stands in `terminal-demo/morning/README.md`, by the generator too.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

use fieldcore_tests::{Person, Rng, people};

const SEED: u64 = 20;
const A_PEOPLE: usize = 69;
const B_PEOPLE: usize = 70;
const C_PEOPLE: usize = 59;
/// A bottle of water: a retail code that holds (GTIN-13 of a range that GS1 China gives out).
const WATER: &str = "6901234567892";

/// One lane's file while it grows.
struct Lane {
    name: &'static str,
    rng: Rng,
    now_ms: u64,
    roll: u32,
    lines: Vec<String>,
    /// What goes wrong, and when.
    story: Vec<(String, &'static str)>,
}

impl Lane {
    fn new(name: &'static str, start_min: u64, roll: u32) -> Self {
        let rng = Rng::new(SEED).fork(name);
        Self { name, rng, now_ms: (7 * 60 + start_min) * 60_000, roll, lines: Vec::new(), story: Vec::new() }
    }

    fn time(&self) -> String {
        let (seconds, ms) = (self.now_ms / 1000, self.now_ms % 1000);
        format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    fn pass(&mut self, least_ms: u64, most_ms: u64) {
        self.now_ms += least_ms + self.rng.below(most_ms - least_ms);
    }

    fn write(&mut self, text: &str) {
        self.lines.push(format!("{}\t{text}", self.time()));
    }

    /// The line just written is one of those that go wrong.
    fn note(&mut self, what: &'static str) {
        self.story.push((self.time(), what));
    }

    /// The next tube of the lane's roll is opened; its label.
    fn tube(&mut self) -> String {
        self.roll += 1;
        let label = format!("XH26-{:05}", self.roll);
        self.open(&label);
        label
    }

    fn open(&mut self, label: &str) {
        self.pass(12_000, 30_000);
        self.write(&format!("]C0{label}"));
    }

    fn cards(&mut self, people: &[Person]) {
        for person in people {
            self.text(&person.number);
        }
    }

    /// The next scan or verb, a person's time later.
    fn text(&mut self, text: &str) {
        self.pass(21_000, 66_000);
        self.write(text);
    }

    /// A scan or verb that follows at once, some seconds later.
    fn soon(&mut self, text: &str) {
        self.pass(2_500, 7_000);
        self.write(text);
    }
}

/// Takes the next `count` people of the queue.
fn take<'a>(queue: &mut &'a [Person], count: usize) -> &'a [Person] {
    let (taken, left) = queue.split_at(count);
    *queue = left;
    taken
}

/// Two neighbouring digits behind the birth changed places: what a finger does.
fn mistyped(number: &str) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let at = (14..16).find(|at| bytes[*at] != bytes[at + 1]).expect("the order number has two different digits");
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).expect("digits")
}

fn full_width(number: &str) -> String {
    number.chars().map(|c| char::from_u32(c as u32 + 0xfee0).expect("ASCII has full-width forms")).collect()
}

/// The card of before 1999: a year of two digits, no check character.
fn old_card(number: &str) -> String {
    format!("{}{}", &number[..6], &number[8..17])
}

/// Lane A: the village hall's first table. 69 people, 7 tubes.
fn lane_a(mut queue: &[Person]) -> Lane {
    let queue = &mut queue;
    let mut lane = Lane::new("A", 30, 100);
    lane.tube();
    let first = take(queue, 10);
    lane.cards(&first[..4]);
    lane.pass(700, 1_100);
    lane.write(&first[3].number);
    lane.note("the reader fires twice within two seconds");
    lane.cards(&first[4..]);
    let second = lane.tube();
    let typed = take(queue, 10);
    lane.cards(&typed[..2]);
    lane.text(&mistyped(&typed[2].number));
    lane.note("a number typed with two digits exchanged, then as it is");
    lane.soon(&typed[2].number);
    lane.soon(&format!(":phone {}", typed[2].phone));
    lane.cards(&typed[3..]);
    lane.text(WATER);
    lane.note("a bottle of water is scanned where a tube was due");
    lane.tube();
    lane.cards(take(queue, 5));
    lane.text(WATER);
    lane.note("the same bottle where a person was due");
    lane.cards(take(queue, 5));
    lane.tube();
    let fourth = take(queue, 10);
    lane.cards(&fourth[..6]);
    lane.soon(":undo");
    lane.note("undo: the card was read, but its owner lets another go first");
    lane.cards(&fourth[6..8]);
    lane.cards(&fourth[5..6]);
    lane.cards(&fourth[8..]);
    lane.open(&second);
    lane.note("a tube from the rack of the full ones is taken up again");
    let fifth = lane.tube();
    let voided = take(queue, 10);
    lane.cards(voided);
    lane.tube();
    let sixth = take(queue, 9);
    lane.cards(&sixth[..2]);
    lane.soon(&format!(":void {fifth} 7 swab_dropped"));
    lane.note("a person of a tube that is closed is declared void, and sampled once more");
    lane.cards(&voided[6..7]);
    lane.cards(&sixth[2..]);
    lane.tube();
    lane.cards(take(queue, 10));
    assert!(queue.is_empty(), "everyone of lane A was sampled");
    lane
}

/// Lane B: the second table, the same phone. 70 people with a card and 2 without, 8 tubes.
fn lane_b(mut queue: &[Person], lane_a: &[Person]) -> Lane {
    let queue = &mut queue;
    let mut lane = Lane::new("B", 34, 200);
    lane.tube();
    lane.cards(take(queue, 10));
    lane.tube();
    lane.cards(take(queue, 6));
    lane.cards(&lane_a[2..3]);
    lane.note("somebody of lane A queues again here: the same phone knows");
    lane.cards(take(queue, 4));
    let third = take(queue, 9);
    lane.cards(&third[..1]);
    lane.note("one person too many: the tube is full");
    lane.tube();
    lane.cards(&third[..5]);
    lane.soon(&format!(":phone {}", third[4].phone));
    lane.note("the guardian's telephone, so that the lab's answer finds both");
    lane.soon(&format!(":guardian {}", third[4].number));
    lane.soon(":person child 女孩，约五岁，黄色外套");
    lane.note("a child without a card, bound to the guardian before it");
    lane.cards(&third[5..]);
    lane.tube();
    lane.cards(take(queue, 7));
    lane.text(":close swabs_ran_out");
    lane.note("a tube closed short");
    let fifth = take(queue, 9);
    lane.cards(&fifth[..1]);
    lane.note("an identity number where a tube was due");
    lane.tube();
    lane.cards(&fifth[..3]);
    lane.text(":person card_lost 约七十岁，蓝色棉袄，住村东第二户");
    lane.note("a person without papers");
    lane.cards(&fifth[3..]);
    lane.tube();
    let sixth = take(queue, 10);
    lane.cards(&sixth[..4]);
    lane.text("]Q1jkm://v1/7f3a92c10b5e");
    lane.note("a health code that no one can resolve here: kept as an alias beside the next card");
    lane.soon(&sixth[4].number);
    lane.text(&full_width(&sixth[5].number));
    lane.note("a number typed in full-width characters");
    lane.cards(&sixth[6..]);
    let seventh = lane.tube();
    let swapped = take(queue, 10);
    lane.cards(&swapped[..5]);
    lane.soon(&format!(":swap {seventh} 3 4"));
    lane.note("two people stood in the wrong order: swap");
    lane.cards(&swapped[5..]);
    lane.tube();
    lane.cards(take(queue, 5));
    lane.text(":close end_of_morning");
    lane.note("the last tube is closed short");
    assert!(queue.is_empty(), "everyone of lane B was sampled");
    lane
}

/// Lane C: a team from door to door with a phone of its own. 59 people and one of lane A, 6 tubes.
fn lane_c(mut queue: &[Person], lane_a: &[Person]) -> Lane {
    let queue = &mut queue;
    let mut lane = Lane::new("C", 41, 300);
    lane.tube();
    lane.cards(take(queue, 10));
    lane.tube();
    let second = take(queue, 10);
    lane.cards(&second[..2]);
    let old = second[2..].iter().position(|person| &person.number[6..8] == "19").expect("somebody was born after 1899");
    for (at, person) in second[2..].iter().enumerate() {
        if at == old {
            lane.text(&old_card(&person.number));
            lane.note("a card of the old kind, 15 digits");
        } else {
            lane.cards(std::slice::from_ref(person));
        }
    }
    lane.tube();
    lane.cards(take(queue, 4));
    lane.now_ms -= 150_000;
    lane.cards(take(queue, 6));
    lane.story.push((lane.time(), "by now the phone's clock has jumped back by two and a half minutes"));
    lane.open("XH26-00202");
    lane.note("a label that was printed twice: lane B has it too, this phone cannot know");
    lane.cards(take(queue, 10));
    lane.tube();
    lane.cards(take(queue, 3));
    lane.cards(&lane_a[41..42]);
    lane.note("somebody of lane A is sampled again at home: this phone cannot know");
    lane.cards(take(queue, 6));
    lane.tube();
    for person in take(queue, 10) {
        lane.text(&person.number.to_lowercase());
    }
    assert!(queue.is_empty(), "everyone of lane C was sampled");
    lane
}

fn lanes() -> [Lane; 3] {
    let all = people(SEED, A_PEOPLE + B_PEOPLE + C_PEOPLE);
    let (a, rest) = all.split_at(A_PEOPLE);
    let (b, c) = rest.split_at(B_PEOPLE);
    [lane_a(a), lane_b(b, a), lane_c(c, a)]
}

const README: &str = "\
# The demo's morning

Two hundred synthetic people (births 1880 to 1905), ten a tube, three lanes. `A.tsv` and `B.tsv` are the
two tables of a village hall that share one phone; `C.tsv` is a team from door to door with a second one.
Each line is `HH:MM:SS.mmm<TAB>scan`, as `fieldcore-terminal station --replay` takes it, so a lane can be
played by itself. `profile.toml` is the campaign's profile.

198 of the people have a card, one has none, and one is a child. When all is over there are 201 bindings in
21 tubes: one person was sampled at the hall and again at home. The files come out of
`terminal-demo/tests/morning.rs`; `FIELDCORE_WRITE=1 cargo test -p fieldcore-terminal --test morning` writes
them, and this page, again. What goes wrong, and when:

| time | lane | what |
|---|---|---|
";

/// The page beside the files.
fn readme(lanes: &[Lane]) -> String {
    let mut rows: Vec<_> =
        lanes.iter().flat_map(|lane| lane.story.iter().map(|(time, what)| (&time[..8], lane.name, *what))).collect();
    rows.sort_unstable();
    rows.into_iter().fold(README.to_owned(), |mut text, (time, lane, what)| {
        writeln!(text, "| {time} | {lane} | {what} |").expect("a string takes all");
        text
    })
}

#[test]
fn the_files_are_what_the_generator_makes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("morning");
    let lanes = lanes();
    let mut files = vec![("README.md".to_owned(), readme(&lanes))];
    files.extend(lanes.iter().map(|lane| (format!("{}.tsv", lane.name), lane.lines.join("\n") + "\n")));
    for (name, made) in files {
        let path = folder.join(&name);
        if std::env::var_os("FIELDCORE_WRITE").is_some() {
            std::fs::write(&path, &made).expect("the file is written");
        }
        let kept = std::fs::read_to_string(&path).expect("the file is there");
        assert_eq!(kept, made, "{name} is not what the generator makes; see the head of this file");
    }
}

#[test]
fn two_hundred_people_are_all_different() {
    let lanes = lanes();
    let texts = lanes.iter().flat_map(|lane| &lane.lines).filter_map(|line| line.split_once('\t'));
    let numbers: HashSet<String> = texts
        .map(|(_, text)| fieldcore::scan::interpret(&fieldcore::scan::Scan::line(text), today()))
        .filter_map(|reading| reading.identity?.key_text())
        .map(|key| key.expose().to_owned())
        .collect();
    assert_eq!(numbers.len(), 198, "and two without a card");
}

fn today() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date")
}
