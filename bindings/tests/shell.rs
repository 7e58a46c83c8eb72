//! What a shell may get wrong: a typed error, never a crash, never a silent success.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use fieldcore_ffi::{
    CodeReader, FieldError, FrameShape, Journal, JournalOptions, KeyVault, LogLevel, LogSink, Outcome, Scan, ShiftPlan,
    SinkError, Station, SyncSession, SyncStep, VaultError, Verb, Waiting, check_typing, read_invitation,
};

/// How a vault behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Sound,
    Locked,
    Short,
    Forgetful,
}

struct Vault {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    mood: Mutex<Mood>,
}

impl Vault {
    fn new(mood: Mood) -> Arc<Self> {
        Arc::new(Self { kept: Mutex::default(), mood: Mutex::new(mood) })
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("unpoisoned")
    }

    fn turn(&self, mood: Mood) {
        *self.mood.lock().expect("unpoisoned") = mood;
    }

    fn lose_all(&self) {
        self.kept.lock().expect("unpoisoned").clear();
    }
}

impl KeyVault for Vault {
    fn create(&self, name: String, secret: Vec<u8>) -> Result<(), VaultError> {
        match self.mood() {
            Mood::Locked => return Err(VaultError::Failed { reason: "locked".to_owned() }),
            // As a Kotlin `Error` in a foreign trait arrives: as success.
            Mood::Forgetful => return Ok(()),
            Mood::Sound | Mood::Short => {}
        }
        self.kept.lock().expect("unpoisoned").insert(name, secret);
        Ok(())
    }

    fn read(&self, name: String) -> Result<Option<Vec<u8>>, VaultError> {
        let kept = self.kept.lock().expect("unpoisoned").get(&name).cloned();
        match self.mood() {
            Mood::Locked => Err(VaultError::Failed { reason: "locked".to_owned() }),
            Mood::Short => Ok(kept.map(|secret| secret[1..].to_vec())),
            Mood::Sound | Mood::Forgetful => Ok(kept),
        }
    }

    fn destroy(&self, name: String) -> Result<(), VaultError> {
        self.kept.lock().expect("unpoisoned").remove(&name);
        Ok(())
    }
}

#[derive(Default)]
struct Lines(Mutex<Vec<(LogLevel, String)>>);

impl LogSink for Lines {
    fn log(&self, level: LogLevel, text: String) -> Result<(), SinkError> {
        self.0.lock().expect("unpoisoned").push((level, text));
        Err(SinkError::Lost { reason: "the disk of the log is full".to_owned() })
    }
}

fn options(dir: &tempfile::TempDir) -> JournalOptions {
    let folder = dir.path().to_str().expect("a path of text").to_owned();
    JournalOptions { folder, practice: false, read_only: false, app: "tests/1".to_owned() }
}

fn plan() -> ShiftPlan {
    ShiftPlan { site: "East".to_owned(), operator: "Op".to_owned(), round: None, place: None, organisation: None }
}

fn open(dir: &tempfile::TempDir, vault: &Arc<Vault>) -> Result<Arc<Journal>, FieldError> {
    Journal::open(options(dir), Arc::clone(vault) as Arc<dyn KeyVault>, None)
}

fn working(dir: &tempfile::TempDir, vault: &Arc<Vault>) -> (Arc<Journal>, Arc<Station>) {
    let journal = open(dir, vault).expect("a journal");
    let station = Station::open(Arc::clone(&journal)).expect("a station");
    station.start_shift(Some("1".to_owned()), plan()).expect("a shift");
    (journal, station)
}

fn line(text: &str) -> Scan {
    Scan::Line { text: text.to_owned() }
}

#[test]
fn a_vault_that_fails_opens_nothing_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    for mood in [Mood::Locked, Mood::Short, Mood::Forgetful] {
        let failed = open(&dir, &Vault::new(mood)).map(|_| ()).unwrap_err();
        assert!(matches!(failed, FieldError::Keys { .. }), "{failed}");
    }
    let vault = Vault::new(Mood::Sound);
    let (journal, station) = working(&dir, &vault);
    assert_eq!(station.scan("1".to_owned(), line("FCT00000101")).expect("an answer").outcome, Outcome::TubeOpened);
    drop(station);
    journal.shut_down().expect("shut down");
    vault.turn(Mood::Locked);
    assert!(matches!(open(&dir, &vault).map(|_| ()).unwrap_err(), FieldError::Keys { .. }));
    vault.turn(Mood::Sound);
    let (_journal, station) = working(&dir, &vault);
    assert_eq!(station.open_tubes().expect("tubes").len(), 1, "a locked vault lost nothing");
}

#[test]
fn lost_keys_begin_an_epoch_and_are_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = Vault::new(Mood::Sound);
    let (journal, station) = working(&dir, &vault);
    station.scan("1".to_owned(), line("FCT00000101")).expect("an answer");
    drop(station);
    journal.shut_down().expect("shut down");
    vault.lose_all();
    let lines = Arc::new(Lines::default());
    let log = Arc::clone(&lines) as Arc<dyn LogSink>;
    let journal = Journal::open(options(&dir), vault as Arc<dyn KeyVault>, Some(log)).expect("a journal");
    assert!(journal.notes().iter().any(|note| note.code == "keys_lost"), "{:?}", journal.notes());
    let told = lines.0.lock().expect("unpoisoned");
    assert!(told.iter().any(|(level, _)| *level == LogLevel::Error), "a log that fails is no reason to fail");
}

#[test]
fn a_folder_that_is_none_makes_no_journal() {
    for folder in ["", "journal", "./x", "\u{0}"] {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = Vault::new(Mood::Sound) as Arc<dyn KeyVault>;
        let plan = JournalOptions { folder: folder.to_owned(), ..options(&dir) };
        let error = Journal::open(plan, vault, None).map(|_| ()).unwrap_err();
        assert!(matches!(error, FieldError::Invalid { .. }), "{folder:?}: {error}");
    }
}

#[test]
fn one_writer_and_one_station() {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = Vault::new(Mood::Sound);
    let (journal, station) = working(&dir, &vault);
    assert!(matches!(open(&dir, &vault).map(|_| ()).unwrap_err(), FieldError::Locked { .. }));
    let second = Station::open(Arc::clone(&journal)).map(|_| ()).unwrap_err();
    assert!(matches!(second, FieldError::Refused { .. }), "{second}");
    drop(station);
    Station::open(journal).expect("the place is free again");
}

#[test]
fn a_closed_journal_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, station) = working(&dir, &Vault::new(Mood::Sound));
    journal.suspend().expect("suspended");
    let lane = || "1".to_owned();
    let closed = |error: FieldError| assert!(matches!(error, FieldError::Closed { .. }), "{error}");
    closed(station.scan(lane(), line("FCT00000101")).map(|_| ()).unwrap_err());
    closed(station.verb(lane(), Verb::Undo).map(|_| ()).unwrap_err());
    closed(station.status().map(|_| ()).unwrap_err());
    closed(SyncSession::new(Arc::clone(&journal)).next_step().map(|_| ()).unwrap_err());
    closed(journal.maintain(true).map(|_| ()).unwrap_err());
    journal.resume().expect("resumed");
    assert_eq!(station.scan(lane(), line("FCT00000101")).expect("an answer").outcome, Outcome::TubeOpened);
}

#[test]
fn nonsense_is_answered_or_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, station) = working(&dir, &Vault::new(Mood::Sound));
    let lane = || "1".to_owned();
    for text in ["", " ", "\u{0}", &"9".repeat(1 << 20), ":", ":void", "\u{1d}\u{1d}"] {
        let answer = station.line(lane(), text.to_owned()).expect("whatever is scanned is answered");
        assert_eq!(answer.saved, None, "{:?}", answer.outcome);
    }
    assert!(station.scan(String::new(), line("FCT00000101")).expect("an answer").saved.is_none(), "no lane");
    assert!(station.scan(lane(), Scan::RecognisedText { lines: Vec::new() }).expect("an answer").saved.is_none());
    let empty = ShiftPlan { site: String::new(), ..plan() };
    assert!(matches!(station.start_shift(Some(lane()), empty).unwrap_err(), FieldError::Invalid { .. }));
    assert!(matches!(journal.enrol("FC1:nonsense".to_owned()).unwrap_err(), FieldError::Invalid { .. }));
    assert!(matches!(journal.take_profile(vec![0xff; 64]).unwrap_err(), FieldError::Invalid { .. }));
    assert!(matches!(read_invitation(String::new()).map(|_| ()).unwrap_err(), FieldError::Invalid { .. }));
    assert!(matches!(check_typing("1".to_owned(), None, 0).map(|_| ()).unwrap_err(), FieldError::Invalid { .. }));
    let session = SyncSession::new(journal);
    assert!(session.answered(77, 200, Vec::new(), vec![1, 2, 3]).expect("ignored").is_empty());
    assert!(matches!(session.take(vec![1, 2, 3]).map(|_| ()).unwrap_err(), FieldError::Invalid { .. }));
    assert!(matches!(session.next_step(), Ok(SyncStep::Wake { why: Waiting::NotInvited, .. })));
}

#[test]
fn a_frame_that_lies_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let (_journal, station) = working(&dir, &Vault::new(Mood::Sound));
    let sound = FrameShape { width: 64, height: 48, row_stride: 64, rotation: 90, region: None };
    let plane = vec![128u8; 64 * 48];
    let glance = station.look("1".to_owned(), &plane, sound).expect("a glance");
    assert!(glance.answer.is_none() && glance.read.is_empty());
    let wrong = [
        (FrameShape { width: 0, ..sound }, &plane[..]),
        (FrameShape { row_stride: 10, ..sound }, &plane[..]),
        (FrameShape { rotation: 45, ..sound }, &plane[..]),
        (FrameShape { height: u32::MAX, ..sound }, &plane[..]),
        (sound, &plane[..100]),
        (sound, &[]),
    ];
    let reader = CodeReader::new();
    assert!(reader.look(&plane, sound).expect("a glance").texts.is_empty());
    for (shape, bytes) in wrong {
        let looked = [
            station.look("1".to_owned(), bytes, shape).map(|_| ()).unwrap_err(),
            reader.look(bytes, shape).map(|_| ()).unwrap_err(),
        ];
        for error in looked {
            assert!(matches!(error, FieldError::Invalid { .. }), "{shape:?}: {error}");
        }
    }
}

#[test]
fn a_code_is_told_without_being_taken_once_two_frames_agree() {
    let scene = fieldcore_frames::condition("card-qr", 1).expect("a condition");
    let frame = fieldcore_frames::render(&scene);
    let side = |pixels: usize| u32::try_from(pixels).expect("a side");
    let (width, height) = (side(frame.width), side(frame.height));
    let shape = FrameShape { width, height, row_stride: width, rotation: 0, region: None };
    let reader = CodeReader::new();
    let seen: Vec<_> = (0..6).map(|_| reader.look(&frame.data, shape).expect("a glance")).collect();
    let first = seen.iter().position(|glance| !glance.read.is_empty()).expect("a frame that is read");
    assert!(seen[first].texts.is_empty(), "one frame proves little");
    assert_eq!(seen[first + 1].texts, [frame.expected[0].1.clone()]);
    // A tube's linear label is nobody's invitation.
    let tube = fieldcore_frames::render(&fieldcore_frames::condition("px-4.0", 1).expect("a condition"));
    let told = |_| reader.look(&tube.data, shape).expect("a glance").texts.is_empty();
    assert!((0..6).all(told));
}

#[test]
fn codes_of_helpers_are_refused_with_a_typed_error() {
    let (dir, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (chief, helper) = (Vault::new(Mood::Sound), Vault::new(Mood::Sound));
    let chief = open(&dir, &chief).expect("a journal");
    let helper = open(&other, &helper).expect("a journal");
    let code = helper.helper_code().expect("its keys");
    assert!(code.starts_with("FH1:"));
    let refused = chief.accept_helper(code.clone()).map(|_| ()).unwrap_err();
    assert!(matches!(refused, FieldError::Refused { .. }), "no delegation: {refused}");
    for wrong in ["", "FC1:x", "FH1:", &code[..40], "FW1:ABC"] {
        let failed = chief.accept_helper(wrong.to_owned()).map(|_| ()).unwrap_err();
        assert!(!matches!(failed, FieldError::Defect { .. }), "{failed}");
    }
    assert!(helper.accept_welcome(code).is_err(), "its own code is no welcome");
    assert!(helper.accept_kit(vec![1, 2, 3]).is_err());
    assert!(!helper.is_enrolled().expect("a word"));
}
