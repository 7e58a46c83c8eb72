//! A team at the doors of a village: what it records, what is left, what it finds in the list, and how its work leaves
//! without a network.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use fieldcore::cards::{CardKey, Delegation, Grant, Rights, SignedDelegation};
use fieldcore::pack::Fixed;
use fieldcore::roster::{self, Categories, Category, Household, Resident};
use fieldcore::wire::{
    Bundle, Certificate, CertificatePlan, Dispatch, DispatchKind, Enrolment, Invitation, Item, KeySet, KeySetPlan,
    ProfileText, Purpose, SignedDispatch, SignedEnrolment, seal_for_device, token_id,
};
use fieldcore::{Language, OsEntropy, Profile, Secret, crypto};
use fieldcore_ffi::{
    CarryWay, ClaimPlan, DoorsView, Excuse, FieldError, FollowUpKind, FoundAtDoor, FoundBy, FrameMaker, FrameTaker,
    FrameWrong, HomeState, Journal, JournalOptions, KeyVault, KnownFrom, NewExcuse, NewFollowUp, NewHousehold,
    NewProxy, NewResident, Outcome, PersonCategory, Scan, ShiftPlan, ShownCode, Station, Target, VaultError, Verb,
    VisitState, shown_code,
};
use tempfile::TempDir;
use uuid::Uuid;

const CAMPAIGN: Uuid = Uuid::from_bytes([0xca; 16]);
const LANE: &str = "A";
/// 2100-01-01.
const LATER_MS: i64 = 4_102_444_800_000;

#[derive(Default)]
struct Vault(Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyVault for Vault {
    fn create(&self, name: String, secret: Vec<u8>) -> Result<(), VaultError> {
        self.0.lock().expect("unpoisoned").insert(name, secret);
        Ok(())
    }

    fn read(&self, name: String) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.0.lock().expect("unpoisoned").get(&name).cloned())
    }

    fn destroy(&self, name: String) -> Result<(), VaultError> {
        self.0.lock().expect("unpoisoned").remove(&name);
        Ok(())
    }
}

/// The hub's keys, and what a hub gives to a phone.
struct Hub {
    root: Secret,
    receipt: Secret,
    seal: [u8; 32],
}

impl Hub {
    fn new() -> Self {
        let (_, seal) = crypto::wrap_keypair(&OsEntropy).expect("a pair");
        Self { root: Secret::new([1; 32]), receipt: Secret::new([3; 32]), seal }
    }

    fn invitation(&self) -> String {
        let certify = |purpose, key| {
            let (not_before_ms, not_after_ms) = (0, i64::MAX);
            let plan = CertificatePlan { purpose, key, campaign: CAMPAIGN, not_before_ms, not_after_ms, root: 0 };
            Certificate::issue(&plan, &self.root).expect("a certificate")
        };
        let certificates = vec![
            certify(Purpose::Receipt, crypto::signing_public(&self.receipt)),
            certify(Purpose::Seal, self.seal),
            certify(Purpose::Recovery, self.seal),
        ];
        let plan = KeySetPlan { campaign: CAMPAIGN, version: 1, certificates, revoked: Vec::new(), root: 0 };
        let keys = KeySet::issue(plan, &self.root).expect("a key set");
        let roots = [crypto::signing_public(&self.root), crypto::signing_public(&Secret::new([2; 32]))];
        let invitation = Invitation {
            campaign: CAMPAIGN,
            campaign_name: "Village".to_owned(),
            roots,
            keys: keys.to_bytes().expect("bytes"),
            token_id: token_id(&[9; 16]),
            token: [9; 16],
            profile_digest: [0; 32],
            profile_version: 1,
            hub_url: None,
            expires_ms: 0,
        };
        invitation.to_text().expect("a text")
    }

    /// A carry with the list for one phone.
    fn list_for(&self, phone: &Phone) -> Vec<u8> {
        let pages = roster::whole(Uuid::from_bytes([0x70; 16]), "Linjiang", 1, &list()).expect("pages");
        let [page] = pages.as_slice() else { panic!("one page") };
        self.dispatch(phone, DispatchKind::Roster, &page.to_bytes().expect("bytes"))
    }

    /// A carry that lets one phone issue cards.
    fn grant_for(&self, phone: &Phone) -> Vec<u8> {
        let round = Profile::built_in(CAMPAIGN).rounds.first().expect("a round").id;
        let said = Delegation {
            campaign: CAMPAIGN,
            id: Uuid::from_bytes([0xde; 16]),
            device_key: phone.enrolment().device_key,
            rights: Rights::WORK.with(Rights::ISSUE),
            helpers: 0,
            hub_ms: 0,
            expires_ms: LATER_MS,
        };
        let delegation = SignedDelegation::sign(&said, &self.receipt).and_then(|signed| signed.to_bytes());
        let card_keys = vec![CardKey { key: Secret::new([7; 32]), round, expires_ms: LATER_MS }];
        let grant = Grant { delegation: Some(delegation.expect("signed")), card_keys, ..Grant::default() };
        self.dispatch(phone, DispatchKind::Grant, &grant.to_bytes().expect("bytes"))
    }

    /// A carry with a profile that knows boxes.
    fn profile(&self) -> Vec<u8> {
        let round = Profile::built_in(CAMPAIGN).rounds.first().expect("a round").id;
        let text = format!(
            "campaign = \"{CAMPAIGN}\"\nname = \"Village\"\nversion = 1\norder = \"tube_then_ids\"\ncapacity = 10\n\
             [tube]\npattern = \"FCT[0-9]{{8}}\"\n[box]\npattern = \"BOX-[0-9]\"\n[[round]]\nid = \"{round}\"\nname = \"1\"\n"
        );
        let payload = ProfileText { version: 1, text: text.into_bytes() }.to_bytes().expect("bytes");
        let (id, campaign, kind) = (Uuid::from_bytes([6; 16]), CAMPAIGN, DispatchKind::Profile);
        self.carry(&Dispatch { id, campaign, kind, version: 1, to: None, hub_ms: 0, payload })
    }

    /// A carry with a dispatch that one phone opens.
    fn dispatch(&self, phone: &Phone, kind: DispatchKind, plain: &[u8]) -> Vec<u8> {
        let enrolment = phone.enrolment();
        let (id, campaign, to) = (Uuid::from_bytes([5; 16]), CAMPAIGN, enrolment.device());
        let payload = seal_for_device(plain, &enrolment.seal_key, id, campaign, to, &OsEntropy).expect("sealed");
        self.carry(&Dispatch { id, campaign, kind, version: 1, to: Some(to), hub_ms: 0, payload })
    }

    fn carry(&self, dispatch: &Dispatch) -> Vec<u8> {
        let signed = SignedDispatch::sign(dispatch, &self.receipt).expect("signed");
        Bundle::write(&[Item::Dispatch(signed.to_bytes().expect("bytes"))]).expect("a carry")
    }
}

/// A number of nobody, born in 1890.
fn number(order: u32) -> String {
    let body = format!("11010118900101{order:03}");
    format!("{body}{}", fieldcore::scan::check_character(&body).expect("a character"))
}

fn list() -> Vec<Household> {
    let person = |seed: u8, name: &str| Resident {
        id: Fixed([seed; 16]),
        name: name.to_owned(),
        document: fieldcore::record::DocumentKind::CnResident,
        number: Some(number(u32::from(seed))),
        birth: None,
        sex: None,
        categories: Categories::default().with(Category::Over60),
        contact: None,
        guardian: None,
    };
    let home = |seed: u8, door: &str, people: Vec<Resident>| Household {
        id: Fixed([seed; 16]),
        area: "Linjiang".to_owned(),
        building: "3".to_owned(),
        stairwell: "2".to_owned(),
        door: door.to_owned(),
        slot: Some("08:00-08:30".to_owned()),
        people,
    };
    let mut list =
        vec![home(0x41, "501", vec![person(0x11, "Nobody One"), person(0x12, "Else Two")]), home(0x42, "502", vec![])];
    roster::arrange(&mut list).expect("arranged");
    list
}

struct Phone {
    dir: TempDir,
    journal: Arc<Journal>,
    station: Arc<Station>,
}

impl Phone {
    fn new(hub: &Hub) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("journal").to_str().expect("text").to_owned();
        let options = JournalOptions { folder, practice: false, read_only: false, app: "tests/1".to_owned() };
        let journal = Journal::open(options, Arc::new(Vault::default()), None).expect("a journal");
        journal.enrol(hub.invitation()).expect("enrolled");
        let station = Station::open(Arc::clone(&journal)).expect("a station");
        let plan = ShiftPlan {
            site: "Village".to_owned(),
            operator: "Lin".to_owned(),
            round: None,
            place: None,
            organisation: None,
        };
        station.start_shift(Some(lane()), plan).expect("a shift");
        Self { dir, journal, station }
    }

    fn carry(&self) -> Vec<u8> {
        self.journal.export_bytes(1 << 20, CarryWay::Share).expect("a carry").bytes
    }

    fn enrolment(&self) -> Enrolment {
        let read = Bundle::read(&self.carry()).expect("a bundle");
        let found = read.items.iter().find_map(|item| match item {
            Item::Enrolment(bytes) => Some(SignedEnrolment::parse(bytes).and_then(|signed| signed.verify())),
            _ => None,
        });
        found.expect("an enrolment").expect("verified")
    }

    fn doors(&self) -> Arc<DoorsView> {
        self.station.doors().expect("doors")
    }

    fn add_home(&self, building: &str, door: &str) -> String {
        let new = NewHousehold { building: some(building), door: some(door), ..nowhere() };
        self.station.add_household(lane(), new).expect("added").household
    }
}

fn lane() -> String {
    LANE.to_owned()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn nowhere() -> NewHousehold {
    NewHousehold { area: None, building: None, stairwell: None, door: None, address: None, note: None }
}

fn found(household: &str, state: VisitState) -> FoundAtDoor {
    FoundAtDoor { household: household.to_owned(), state, reason: None, lives: None }
}

fn described(household: &str) -> NewResident {
    let household = household.to_owned();
    let description = some("grey coat");
    NewResident {
        household,
        number: None,
        name: None,
        description,
        categories: vec![PersonCategory::Child],
        guardian: None,
        contact: None,
    }
}

fn path(of: &Path) -> String {
    of.to_str().expect("text").to_owned()
}

#[test]
fn what_is_left_of_a_building() {
    let phone = Phone::new(&Hub::new());
    let (first, second) = (phone.add_home("7", "101"), phone.add_home("7", "102"));
    phone.add_home("8", "101");
    phone.add_home("８", "102");
    let station = &phone.station;
    let visit = station.visit(lane(), found(&first, VisitState::NobodyHome)).expect("a visit");
    let why = FoundAtDoor { reason: some("the door is walled up"), ..found(&first, VisitState::MovedAway) };
    let better = station.correct_visit(lane(), visit.clone(), why).expect("a better one");
    station.visit(lane(), found(&second, VisitState::Informed)).expect("a visit");
    let view = phone.doors();
    let left: Vec<_> =
        view.buildings().into_iter().map(|of| (of.building, of.figures.left, of.figures.homes)).collect();
    assert_eq!(left, [("7".to_owned(), 1, 2), ("8".to_owned(), 2, 2)]);
    let homes = |building, left| view.homes(None, building, left).len();
    assert_eq!(
        (homes(None, false), homes(some("7"), false), homes(some("7"), true), homes(some("9"), false)),
        (4, 2, 1, 0)
    );
    assert_eq!(homes(some("8"), false), 2, "in whatever width its number was typed");
    let next = |after: Option<&String>| view.next_left(after.cloned()).expect("an id").map(|home| home.household);
    assert_eq!([next(None), next(Some(&first))], [Some(second.clone()), Some(second.clone())]);
    assert_ne!(next(Some(&second)), Some(second.clone()), "the other one that is left");
    assert!(view.next_left(some("x")).is_err() && view.home("0".repeat(32)).expect("an id").is_none());
    let home = view.home(first.clone()).expect("an id").expect("the home");
    assert!(home.state == HomeState::MovedAway && home.origin == KnownFrom::Added && home.visits == 1);
    assert_eq!(home.told, Some(better.clone()));
    assert_eq!(station.words_of(better).expect("words"), some("the door is walled up"));
    let twice = station.correct_visit(lane(), visit, found(&first, VisitState::Done)).map(|_| ()).unwrap_err();
    assert!(matches!(twice, FieldError::Refused { .. }), "{twice}");
    assert!(station.progress(Language::English, true).expect("a text").lines().count() > 1);
    assert!(station.day_sheet(Language::Chinese).expect("a page").contains("<html"));
}

#[test]
fn a_person_at_a_door_is_sampled_or_excused_or_missed() {
    let phone = Phone::new(&Hub::new());
    let station = &phone.station;
    let home = phone.add_home("7", "101");
    let person = station.add_resident(lane(), described(&home)).expect("a person");
    let line = |phone: &Phone| phone.station.residents(home.clone()).expect("people").remove(0);
    let named = |phone: &Phone| line(phone).person.expect("somebody");
    assert!(named(&phone).description == some("grey coat") && named(&phone).categories == [PersonCategory::Child]);
    assert_eq!(
        (phone.doors().missed_count(), phone.doors().missed(0, 9).len(), phone.doors().missed(1, 9).len()),
        (1, 1, 0)
    );
    let missed = station.missed_people(0, 9).expect("people").remove(0);
    assert_eq!(missed.person.expect("somebody").description, some("grey coat"));
    let excuse = NewExcuse { resident: person.resident.clone(), excuse: Excuse::Away, reason: None, corrects: None };
    station.excuse(lane(), excuse.clone()).expect("an excuse");
    assert_eq!(line(&phone).excuse, Some(Excuse::Away));
    let wordless = NewExcuse { excuse: Excuse::Other, ..excuse };
    assert!(matches!(station.excuse(lane(), wordless), Err(FieldError::Invalid { .. })));
    station.line(lane(), "FCT00000101".to_owned()).expect("a tube");
    let answer = station.sample_resident(lane(), person.resident.clone(), None).expect("an answer");
    assert_eq!(answer.outcome, Outcome::Bound, "{:?}", answer.problems);
    assert!(line(&phone).sampled && phone.doors().missed_count() == 0);
    assert!(station.residents("0".repeat(32)).expect("nobody").is_empty());
    assert!(matches!(station.residents("x".to_owned()).map(|_| ()), Err(FieldError::Invalid { .. })));
}

#[test]
fn claims_and_follow_ups_end_once() {
    let phone = Phone::new(&Hub::new());
    let station = &phone.station;
    let home = phone.add_home("7", "101");
    let plan = ClaimPlan {
        area: None,
        building: "7".to_owned(),
        stairwell: None,
        first: None,
        last: None,
        until_ms: 1_700_000_000_000,
    };
    let claim = station.claim(lane(), plan).expect("a claim");
    let view = phone.doors();
    let homes = view.homes(None, None, true);
    assert!(homes[0].state == HomeState::Claimed && homes[0].claims == [claim.clone()]);
    assert!(view.claims()[0].homes == 1 && view.overlaps().is_empty() && view.contested().is_empty());
    station.release(lane(), claim.clone(), None).expect("given up");
    assert!(phone.doors().claims()[0].released.is_some());
    assert!(matches!(station.release(lane(), claim, None), Err(FieldError::Refused { .. })));
    let new = NewFollowUp {
        household: home,
        resident: None,
        what: FollowUpKind::ComeAgain,
        due_ms: Some(5),
        note: some("after eight"),
    };
    let open = station.follow_up(lane(), new).expect("a follow-up");
    let listed = phone.doors().follow_ups();
    assert!(listed.len() == 1 && listed[0].follow_up == open && listed[0].due_ms == Some(5));
    assert_eq!(station.words_of(open.clone()).expect("words"), some("after eight"));
    let line = station.open_follow_ups().expect("lines").remove(0);
    assert!(line.words == some("after eight") && line.place.door == "101" && line.person.is_none());
    station.close_follow_up(lane(), open.clone(), None).expect("closed");
    assert!(phone.doors().follow_ups().is_empty());
    assert!(matches!(station.close_follow_up(lane(), open, None), Err(FieldError::Refused { .. })));
    let note = station.note(lane(), None, "the bridge is closed".to_owned()).expect("a note");
    assert_eq!(station.words_of(note).expect("words"), some("the bridge is closed"));
}

#[test]
fn a_list_comes_is_searched_and_is_forgotten() {
    let hub = Hub::new();
    let phone = Phone::new(&hub);
    assert!(phone.station.find("502".to_owned(), 10).expect("nothing").is_empty());
    let said = phone.journal.import_bytes(hub.list_for(&phone), CarryWay::Share).expect("a list");
    assert_eq!((said.taken, said.answers[0].verdict.as_str(), said.whole), (1, "dispatch", true));
    assert!(phone.station.refresh_roster().expect("refreshed"));
    assert!(!phone.station.refresh_roster().expect("the same"));
    let states = phone.journal.roster_states().expect("states");
    assert!(states.len() == 1 && states[0].number == 1 && !states[0].doubt);
    let hits = phone.station.find("nobody".to_owned(), 10).expect("hits");
    let person = hits[0].person.clone().expect("a person");
    assert!(hits.len() == 1 && hits[0].found == FoundBy::Name && person.name == some("Nobody One"));
    let (hidden, whole) = (person.masked.clone().expect("a number"), number(0x11));
    assert!(hidden.contains('*') && hidden.len() == whole.len() && hidden != whole);
    assert!(person.categories == [PersonCategory::Over60] && hits[0].slot == some("08:00-08:30"));
    let door = phone.station.find("3-2-502".to_owned(), 1).expect("a door");
    assert!(door[0].found == FoundBy::Door && door[0].resident.is_none() && door[0].place.door == "502");
    let people = phone.station.residents(hits[0].household.clone()).expect("people");
    assert!(
        people.len() == 2
            && people
                .iter()
                .all(|one| one.origin == KnownFrom::Roster
                    && one.person.as_ref().is_some_and(|who| who.masked.is_some()))
    );
    phone.station.line(lane(), "FCT00000101".to_owned()).expect("a tube");
    let who = hits[0].resident.clone().expect("a person");
    let answer =
        phone.station.sample_resident(lane(), who, Some(Scan::Line { text: number(0x11) })).expect("an answer");
    assert_eq!(answer.outcome, Outcome::Bound, "{:?}", answer.problems);
    assert_eq!(phone.doors().figures().sampled, 1);
    phone.journal.forget_roster().expect("forgotten");
    assert!(phone.station.refresh_roster().expect("gone"));
    assert!(phone.station.find("nobody".to_owned(), 10).expect("nothing").is_empty());
}

#[test]
fn a_carry_goes_from_journal_to_journal() {
    let hub = Hub::new();
    let (one, other) = (Phone::new(&hub), Phone::new(&hub));
    one.add_home("7", "101");
    let file = path(&one.dir.path().join("out.fcb"));
    let exported = one.journal.export_file(file.clone()).expect("a file");
    assert!(exported.own >= 2 && exported.own == exported.items && exported.files == [file.clone()]);
    assert!(matches!(one.journal.export_file(file.clone()), Err(FieldError::Refused { .. })), "it stays as it is");
    let said = other.journal.import_paths(vec![file.clone()]).expect("an answer");
    assert_eq!((said.items, said.taken, said.refused, said.whole), (exported.items, exported.items, 0, true));
    assert!(said.answers.iter().all(|item| item.device == Some(one.journal.device()) && item.why.is_none()));
    assert_eq!(other.journal.carries().expect("figures").devices, 1);
    let again = other.journal.import_paths(vec![file.clone()]).expect("an answer");
    assert_eq!((again.taken, again.known), (0, exported.items));
    let mut bytes = std::fs::read(&file).expect("the file");
    *bytes.last_mut().expect("a byte") ^= 1;
    let spoiled = Phone::new(&hub).journal.import_bytes(bytes, CarryWay::Share).expect("an answer");
    assert!(spoiled.refused == 1 && !spoiled.whole && spoiled.answers.iter().any(|item| item.why.is_some()));
    let folder = path(&other.dir.path().join("stick"));
    assert!(other.journal.export_folder(folder.clone(), 1).expect("files").files.len() > 1);
    assert!(one.journal.import_paths(vec![folder]).expect("an answer").whole);
    for wrong in ["", "out.fcb"] {
        assert!(matches!(one.journal.export_file(wrong.to_owned()), Err(FieldError::Invalid { .. })));
    }
}

#[test]
fn a_carry_goes_from_screen_to_camera() {
    let hub = Hub::new();
    let (one, other) = (Phone::new(&hub), Phone::new(&hub));
    let carry = one.carry();
    let (maker, taker) = (FrameMaker::new(carry.clone()).expect("frames"), FrameTaker::new());
    assert_eq!(taker.take_text("FC1:not a frame".to_owned()).expect("told").wrong, Some(FrameWrong::NoFrame));
    // The first frame is missed.
    let progress = (1..).map(|number| taker.take_text(maker.text(number)).expect("told")).find(|told| {
        assert!(told.done || taker.bundle().is_none());
        told.done
    });
    assert_eq!(progress.map(|told| (told.have, told.needed)), Some((maker.needed(), maker.needed())));
    let caught = taker.bundle().expect("a carry");
    assert_eq!(caught, carry);
    assert!(other.journal.import_bytes(caught, CarryWay::Screen).expect("an answer").taken > 0);
    assert!(matches!(FrameMaker::new(Vec::new()).map(|_| ()), Err(FieldError::Invalid { .. })));
}

#[test]
fn a_tube_and_a_box_go_their_way_by_typed_verbs() {
    let hub = Hub::new();
    let (giver, taker) = (Phone::new(&hub), Phone::new(&hub));
    for phone in [&giver, &taker] {
        assert!(phone.journal.import_bytes(hub.profile(), CarryWay::File).expect("an answer").whole);
    }
    let say = |phone: &Phone, verb: Verb| phone.station.verb(lane(), verb).expect("an answer");
    giver.station.line(lane(), "FCT00000101".to_owned()).expect("a tube");
    giver.station.line(lane(), number(1)).expect("a person");
    let passed = say(&giver, Verb::Pass { tube: None, to: Some(taker.journal.device()) });
    let code = passed.code.expect("a code");
    let taken = taker.station.scan(lane(), Scan::Symbol { text: code, symbology: None }).expect("an answer");
    assert_eq!((taken.outcome, taken.people_in), (Outcome::TubeTakenOver, Some(1)));
    let nobody = Verb::Pass { tube: None, to: some("nobody") };
    assert!(matches!(taker.station.verb(lane(), nobody).map(|_| ()), Err(FieldError::Invalid { .. })));
    say(&taker, Verb::Close { reason: some("evening") });
    say(&taker, Verb::Box { label: "BOX-1".to_owned() });
    let packed = taker.station.pack(lane(), Scan::Line { text: "FCT00000101".to_owned() }).expect("an answer");
    assert_eq!(packed.outcome, Outcome::Packed, "{:?}", packed.problems);
    let sealed = say(&taker, Verb::Seal { tubes: 1, temperature: Some(45), seal: None });
    assert_eq!(sealed.outcome, Outcome::BoxSealed, "{:?}", sealed.problems);
    let boxes = taker.station.boxes().expect("boxes");
    assert!(boxes.len() == 1 && boxes[0].state == "sealed" && boxes[0].packed[0].tube == some("FCT00000101"));
    let offer = say(&taker, Verb::Offer { boxes: vec!["BOX-1".to_owned()], to: None });
    assert!(offer.outcome == Outcome::HandOverOffered && offer.code.is_some());
}

#[test]
fn a_proxy_card_needs_a_delegation_and_somebody() {
    let hub = Hub::new();
    let phone = Phone::new(&hub);
    let proxy = NewProxy {
        document: None,
        name: None,
        resident: None,
        description: None,
        guardian: None,
        contact: None,
        expires_ms: None,
    };
    assert!(matches!(phone.station.issue_proxy(lane(), proxy.clone()).map(|_| ()), Err(FieldError::Invalid { .. })));
    let wrong = NewProxy { document: Some(Scan::Line { text: "110101189001010019".to_owned() }), ..proxy.clone() };
    let told = phone.station.issue_proxy(lane(), wrong).expect("an answer");
    assert!(told.card.is_none() && told.answer.outcome == Outcome::Refused && !told.answer.problems.is_empty());
    let named = NewProxy { name: some("Nobody"), ..proxy };
    let refused = phone.station.issue_proxy(lane(), named.clone()).map(|told| told.card.is_none());
    assert!(matches!(refused, Ok(true) | Err(FieldError::Refused { .. })));
    assert!(phone.station.proxies_of_shift(lane()).expect("none").is_empty());
    assert_eq!(phone.journal.import_bytes(hub.grant_for(&phone), CarryWay::File).expect("a grant").taken, 1);
    let issued = phone.station.issue_proxy(lane(), named).expect("an answer");
    let card = issued.card.expect("a card");
    assert!(card.name == some("Nobody") && card.code.is_ascii());
    assert_eq!(phone.station.proxies_of_shift(lane()).expect("one"), std::slice::from_ref(&card.card));
    let again = phone.station.proxy_again(card.card).expect("an answer").expect("the card");
    assert_eq!(shown_code(again.code.clone()), Some(ShownCode::ProxyCard));
    assert!(phone.station.proxies_leave(1, Target::File).expect("on record").seq > 0);
    let other = Phone::new(&hub);
    other.journal.import_bytes(hub.grant_for(&other), CarryWay::File).expect("a grant");
    other.station.line(lane(), "FCT00000101".to_owned()).expect("a tube");
    let read = other.station.line(lane(), again.code).expect("an answer");
    assert_eq!(read.outcome, Outcome::Bound, "{:?}", read.problems);
    let visit = phone.station.note(lane(), None, "no card".to_owned()).expect("a note");
    assert!(phone.station.proxy_again(visit).expect("an answer").is_none());
}
