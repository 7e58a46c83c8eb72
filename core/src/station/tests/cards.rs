//! Proxy cards: issued by one phone, read by another, refused for each reason.

use proptest::prelude::*;
use uuid::Uuid;

use super::{Post, number};
use crate::cards::{
    CARD_BYTES_MAX, CardKey, CardParts, CardPerson, Grant, HelperKeys, ProxyCard, Rights, SignedDelegation, code_text,
};
use crate::crypto;
use crate::id::{Epoch, RecordRef};
use crate::journal::testing::{CAMPAIGN, Hub};
use crate::platform::OsEntropy;
use crate::record::{Body, DocumentKind, ProxyRefusal, ReadSource};
use crate::scan::{Identity, Scan, Sensitive, Sex};
use crate::secret::Secret;
use crate::state;
use crate::station::{Answer, IssuedCard, NewProxy};
use crate::sync::Outbox;
use crate::wire::{Dispatch, DispatchKind, Revocations, RevokedDevice};

const LATER: i64 = 1_768_000_000_000;

/// A village post: enrolled, with the card key of its round.
fn post(hub: &Hub, profile: &str) -> Post {
    let mut post = Post::new();
    post.station().journal().enrol(&hub.invitation()).unwrap();
    if !profile.is_empty() {
        let text = super::text(1, profile).replace("01890a5d-ac96-774b-bcce-b302099a8057", &CAMPAIGN.to_string());
        let dispatch = Dispatch {
            id: Uuid::from_bytes([0x70; 16]),
            campaign: CAMPAIGN,
            kind: DispatchKind::Profile,
            version: 1,
            to: None,
            hub_ms: 0,
            payload: crate::wire::ProfileText { version: 1, text: text.into_bytes() }.to_bytes().unwrap(),
        };
        post.station().journal().take_dispatch(&dispatch).unwrap();
    }
    let station = post.station();
    station.end_shift(None).unwrap();
    station.start_shift(None, &super::plan()).unwrap();
    let key = CardKey { key: Secret::new([7; 32]), round: round(&mut post), expires_ms: LATER };
    give(hub, &mut post, 1, &Grant { card_keys: vec![key], ..Grant::default() });
    post
}

fn round(post: &mut Post) -> Uuid {
    let open = post.station().journal().view(|view| state::shifts_open(view.conn())).unwrap();
    open.last().unwrap().round
}

fn keys_of(post: &mut Post) -> HelperKeys {
    HelperKeys::of_code(&post.station().journal().helper_code().unwrap()).unwrap()
}

fn give(hub: &Hub, post: &mut Post, number: u8, grant: &Grant) {
    let keys = keys_of(post);
    let dispatch = hub.grant(number, &keys.device_key, &keys.seal_key, grant);
    assert!(post.station().journal().take_dispatch(&dispatch).unwrap().is_some());
}

/// A post whose device may issue cards.
fn issuer(hub: &Hub) -> Post {
    let mut post = post(hub, "");
    let delegation = Some(hub.delegation(keys_of(&mut post).device_key, Rights::WORK.with(Rights::ISSUE), 0, LATER));
    give(hub, &mut post, 2, &Grant { delegation, ..Grant::default() });
    post
}

fn somebody(n: u32) -> NewProxy {
    let identity = Identity {
        name: Some(Sensitive::new("Somebody".to_owned())),
        ..Identity::of_number(DocumentKind::CnResident, number(n), ReadSource::Typed)
    };
    NewProxy { contact: Some("13800000000".to_owned()), ..NewProxy::new(identity) }
}

/// Somebody without any document: a name and a birth.
fn nameless_number() -> NewProxy {
    let identity = Identity {
        name: Some(Sensitive::new("Another One".to_owned())),
        birth: Some(18_900_101),
        sex: Some(Sex::Female),
        ..Identity::undocumented()
    };
    NewProxy::new(identity)
}

fn issue(post: &mut Post, new: &NewProxy) -> IssuedCard {
    let (answer, card) = post.station().issue_proxy("1", new).unwrap();
    card.unwrap_or_else(|| panic!("{:?} {:?}", answer.problems, answer.text))
}

fn show(post: &mut Post, lane: &str, card: &IssuedCard) -> Answer {
    post.in_lane(lane, &code_text(&card.code).unwrap())
}

fn bodies(post: &mut Post) -> Vec<Body> {
    post.station().journal().view(|view| view.iter().map(|record| Ok(record?.body)).collect()).unwrap()
}

fn reads(post: &mut Post) -> Vec<(bool, Option<ProxyRefusal>)> {
    let of = |body: &Body| {
        if let Body::ProxyRead(read) = body { Some((read.subject.is_some(), read.refused)) } else { None }
    };
    bodies(post).iter().filter_map(of).collect()
}

#[test]
fn a_card_binds_the_person_at_another_phone() {
    let hub = Hub::new();
    let (mut home, mut lane) = (issuer(&hub), post(&hub, ""));
    let card = issue(&mut home, &somebody(1));
    assert!(card.code.len() <= CARD_BYTES_MAX);
    assert_eq!(card.number.as_deref().map(|number| number.matches('*').count()), Some(12));
    lane.run(&[("TUBE-0001", "tube_opened")]);
    let answer = show(&mut lane, "1", &card);
    assert_eq!((answer.outcome.as_str(), answer.position), ("bound", Some(1)), "{:?}", answer.problems);
    assert_eq!(answer.note.map(|note| note.as_str()), Some("proxy_read"));
    let bound = bodies(&mut lane)
        .into_iter()
        .find_map(|body| if let Body::SubjectBound(body) = body { Some(body) } else { None });
    let bound = bound.unwrap();
    assert_eq!(
        (bound.number, bound.source, bound.contact.as_deref()),
        (Some(number(1)), ReadSource::Proxy, Some("13800000000"))
    );
    assert_eq!(reads(&mut lane), [(true, None)]);
    // Told again at once; refused after somebody else, and also where only the number is shown.
    assert_eq!(show(&mut lane, "1", &card).outcome.as_str(), "repeated");
    lane.run(&[(&number(2), "bound"), (&number(1), "duplicate_person")]);
    let again = show(&mut lane, "1", &card);
    assert_eq!((again.outcome.as_str(), &again.problems[..]), ("duplicate_person", &["proxy_used".to_owned()][..]));
    assert!(again.earlier.is_some());
    assert_eq!(reads(&mut lane), [(true, None), (false, Some(ProxyRefusal::Used))]);
    // The state is what its records say, also after the process died.
    let before = lane.station().journal().view(|view| state::dump(view.conn())).unwrap();
    lane.restart();
    assert_eq!(lane.station().journal().view(|view| state::dump(view.conn())).unwrap(), before);
}

#[test]
fn somebody_who_came_with_the_own_document_before_is_asked_about_and_the_card_goes_along() {
    let hub = Hub::new();
    let (mut home, mut lane) = (issuer(&hub), post(&hub, ""));
    let card = issue(&mut home, &somebody(1));
    lane.run(&[("TUBE-0001", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    let asked = show(&mut lane, "1", &card);
    assert_eq!(
        (asked.outcome.as_str(), &asked.problems[..]),
        ("duplicate_person", &["sampled_this_round".to_owned()][..])
    );
    assert!(asked.saved.is_none() && reads(&mut lane).is_empty(), "nothing was decided yet");
    lane.run(&[(":confirm 1 the first swab fell down", "bound")]);
    assert_eq!(reads(&mut lane), [(true, None)], "the card is used by that");
    lane.run(&[(&number(3), "bound")]);
    assert_eq!(show(&mut lane, "1", &card).problems, ["proxy_used"]);
}

#[test]
fn a_card_without_a_number_is_one_person_in_a_round() {
    let hub = Hub::new();
    let (mut home, mut lane) = (issuer(&hub), post(&hub, ""));
    let (one, two) = (issue(&mut home, &nameless_number()), issue(&mut home, &nameless_number()));
    lane.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!(show(&mut lane, "1", &one).outcome.as_str(), "bound");
    assert_eq!(show(&mut lane, "1", &one).outcome.as_str(), "repeated");
    assert_eq!(show(&mut lane, "1", &two).outcome.as_str(), "bound", "another card is another person");
    assert_eq!(show(&mut lane, "1", &one).problems, ["proxy_used"]);
    assert_eq!(lane.in_lane("2", "TUBE-0002").outcome.as_str(), "tube_opened");
    assert_eq!(show(&mut lane, "2", &one).problems, ["proxy_used"]);
    // Who was taken out again may come again.
    lane.run(&[(":undo", "undone")]);
    assert_eq!(show(&mut lane, "2", &two).outcome.as_str(), "bound");
    lane.run(&[(":spoil TUBE-0001 it leaks", "spoiled")]);
    assert_eq!(show(&mut lane, "2", &one).outcome.as_str(), "bound", "a spoiled tube counts nobody");
}

#[test]
fn a_person_who_waits_by_a_card_is_bound_with_it() {
    let hub = Hub::new();
    let (mut home, mut lane) = (issuer(&hub), post(&hub, "order = \"id_then_tube\""));
    let card = issue(&mut home, &nameless_number());
    assert_eq!(show(&mut lane, "1", &card).outcome.as_str(), "waiting_for_tube");
    assert_eq!(show(&mut lane, "1", &card).problems, ["waits_already"]);
    assert_eq!(show(&mut lane, "2", &card).problems, ["proxy_used"]);
    lane.run(&[("TUBE-0001", "bound")]);
    assert_eq!(show(&mut lane, "2", &card).problems, ["proxy_used"]);
    let taken = reads(&mut lane).iter().filter(|(taken, _)| *taken).count();
    assert_eq!(taken, 2, "once where they wait, once where they are bound");
}

#[test]
fn without_the_right_or_the_key_no_card_is_issued() {
    let hub = Hub::new();
    let mut lane = post(&hub, "");
    let (answer, card) = lane.station().issue_proxy("1", &somebody(1)).unwrap();
    assert_eq!((&answer.problems[..], card), (&["proxy_no_right".to_owned()][..], None));
    let mut home = Post::new();
    home.station().journal().enrol(&hub.invitation()).unwrap();
    let delegation = Some(hub.delegation(keys_of(&mut home).device_key, Rights::ISSUE, 0, LATER));
    give(&hub, &mut home, 1, &Grant { delegation, ..Grant::default() });
    home.restart();
    let (answer, _) = home.station().issue_proxy("1", &somebody(1)).unwrap();
    assert_eq!(answer.problems, ["proxy_no_key"]);
    let mut home = issuer(&hub);
    let past = NewProxy { expires_ms: Some(0), ..somebody(1) };
    assert_eq!(home.station().issue_proxy("1", &past).unwrap().0.problems, ["proxy_expiry"]);
    let nobody = NewProxy::new(Identity::undocumented());
    assert_eq!(home.station().issue_proxy("1", &nobody).unwrap().0.problems, ["person_due"]);
    let long = NewProxy { contact: Some("x".repeat(200)), ..somebody(1) };
    let (answer, card) = home.station().issue_proxy("1", &long).unwrap();
    assert_eq!((&answer.problems[..], card), (&["too_long".to_owned()][..], None));
    assert!(!bodies(&mut home).iter().any(|body| matches!(body, Body::ProxyIssued(_))), "nothing was written");
    let card = issue(&mut home, &NewProxy { expires_ms: Some(i64::MAX), ..somebody(1) });
    assert_eq!(card.expires_ms, LATER, "no longer than the key");
    let again = home.station().proxy_again(card.card).unwrap().unwrap();
    assert_ne!(again.code, card.code, "sealed anew");
    assert_eq!(home.station().proxies_of_shift("1").unwrap(), [card.card]);
    let mut lane = post(&hub, "");
    lane.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!(show(&mut lane, "1", &again).outcome.as_str(), "bound");
    lane.run(&[(&number(2), "bound")]);
    assert_eq!(show(&mut lane, "1", &card).problems, ["proxy_used"], "one card, printed twice");
}

/// A card made by hand, with what may be wrong with it.
fn forge(hub: &Hub, seed: &Secret, rights: Rights, card_expires: i64, delegated_until: i64) -> Vec<u8> {
    let device_key = crypto::signing_public(seed);
    let delegation = SignedDelegation::parse(&hub.delegation(device_key, rights, 0, delegated_until)).unwrap();
    made_of(&delegation, seed, card_expires, &Secret::new([7; 32]))
}

fn made_of(delegation: &SignedDelegation, seed: &Secret, expires_ms: i64, key: &Secret) -> Vec<u8> {
    let device = crate::id::DeviceId::of_key(&delegation.peek().unwrap().device_key);
    let card = RecordRef { device, epoch: Epoch::new(0xf_ffff, u32::MAX), seq: u64::from(u32::MAX) };
    let person = worst_person();
    ProxyCard::seal(CardParts { person: &person, card, expires_ms, delegation }, seed, key, &OsEntropy).unwrap()
}

/// Whoever needs the most room: a foreigner with a long name and a telephone abroad.
fn worst_person() -> CardPerson {
    CardPerson {
        document: DocumentKind::Mrz,
        number: Some(Sensitive::new("E12345678".to_owned())),
        issuer: Some("UTO".to_owned()),
        name: Some(Sensitive::new("某".repeat(40))),
        birth: Some(18_900_101),
        sex: Some(Sex::Female),
        nationality: Some("UTO".to_owned()),
        contact: Some(Sensitive::new("+00 123 456 789 01".to_owned())),
    }
}

#[test]
fn each_refusal_has_its_own_word_and_record() {
    let hub = Hub::new();
    let seed = Secret::new([0x55; 32]);
    let mut lane = post(&hub, "");
    lane.run(&[("TUBE-0001", "tube_opened")]);
    let try_it = |lane: &mut Post, code: &[u8]| {
        lane.pass(3_000);
        let answer = lane.station().scan("1", &Scan::Bytes(code.to_vec())).unwrap();
        (answer.problems.join(" "), answer.saved.is_some())
    };
    let good = forge(&hub, &seed, Rights::ISSUE, LATER, LATER);
    let told = |word: &str, saved: bool| (word.to_owned(), saved);
    // A key that never came here; one byte altered; another's signature; no right to issue.
    let delegation = hub.delegation(crypto::signing_public(&seed), Rights::ISSUE, 0, LATER);
    let delegation = SignedDelegation::parse(&delegation).unwrap();
    let foreign = made_of(&delegation, &seed, LATER, &Secret::new([8; 32]));
    assert_eq!(try_it(&mut lane, &foreign), told("proxy_unknown_key", false));
    let mut altered = good.clone();
    altered[100] ^= 1;
    assert_eq!(try_it(&mut lane, &altered), told("proxy_forged", false));
    let stolen = made_of(&delegation, &Secret::new([0x66; 32]), LATER, &Secret::new([7; 32]));
    assert_eq!(try_it(&mut lane, &stolen), told("proxy_forged", true), "whoever has the card key makes no card");
    let helper = forge(&hub, &seed, Rights::WORK.with(Rights::ENROL), LATER, LATER);
    assert_eq!(try_it(&mut lane, &helper), told("proxy_forged", true));
    let mut said = delegation.peek().unwrap();
    said.campaign = Uuid::from_bytes([0xcb; 16]);
    let elsewhere = SignedDelegation::sign(&said, &Secret::new([3; 32])).unwrap();
    let elsewhere = made_of(&elsewhere, &seed, LATER, &Secret::new([7; 32]));
    assert_eq!(try_it(&mut lane, &elsewhere), told("proxy_other_campaign", true));
    said.campaign = CAMPAIGN;
    let unknown = SignedDelegation::sign(&said, &Secret::new([4; 32])).unwrap();
    let unknown = made_of(&unknown, &seed, LATER, &Secret::new([7; 32]));
    assert_eq!(try_it(&mut lane, &unknown), told("proxy_unknown_key", true), "a hub's key that is not held here");
    // Another round's card, read in this one.
    let other = CardKey { key: Secret::new([9; 32]), round: Uuid::from_bytes([0x22; 16]), expires_ms: LATER };
    give(&hub, &mut lane, 5, &Grant { card_keys: vec![other], ..Grant::default() });
    let other = made_of(&delegation, &seed, LATER, &Secret::new([9; 32]));
    assert_eq!(try_it(&mut lane, &other), told("proxy_other_round", true));
    // What the hub's clock surely passed, for the card and for the delegation; the wall clock has no say.
    let (early, brief) =
        (forge(&hub, &seed, Rights::ISSUE, 1_000, LATER), forge(&hub, &seed, Rights::ISSUE, LATER, 1_000));
    assert_eq!(try_it(&mut lane, &early).0, "", "no hub was ever heard: nothing has expired");
    lane.run(&[(":undo", "undone")]);
    lane.station().journal().anchor(2_000, 0, 10).unwrap();
    assert_eq!(try_it(&mut lane, &early), told("proxy_expired", true));
    assert_eq!(try_it(&mut lane, &brief), told("proxy_expired", true));
    assert_eq!(try_it(&mut lane, &good).0, "", "the good one is taken");
    lane.run(&[(":undo", "undone")]);
    let list =
        Revocations { version: 1, devices: vec![RevokedDevice { device_key: said.device_key, digests: vec![] }] };
    let (kind, payload) = (DispatchKind::Revocations, list.to_bytes().unwrap());
    let dispatch = Dispatch { id: Uuid::nil(), campaign: CAMPAIGN, kind, version: 1, to: None, hub_ms: 0, payload };
    lane.station().journal().take_dispatch(&dispatch).unwrap();
    assert_eq!(try_it(&mut lane, &good), told("proxy_revoked", true));
    assert_eq!(try_it(&mut lane, b"FP1"), told("structure", false));
    assert_eq!(try_it(&mut lane, b"anything"), told("structure", false));
    lane.pass(3_000);
    let shown = code_text(&lane.station().journal().helper_code().unwrap()).unwrap();
    assert_eq!(lane.line(&shown).problems, ["enrolment_code"], "a code for enrolling is no alias");
}

#[test]
fn the_worst_person_fits_and_nothing_of_them_can_be_read() {
    let hub = Hub::new();
    let seed = Secret::new([0x55; 32]);
    let code = forge(&hub, &seed, Rights(u32::MAX), i64::from(u32::MAX) * 1000, i64::MAX);
    let shortest = forge(&hub, &seed, Rights::ISSUE, 0, LATER);
    assert_eq!(code.len() - shortest.len(), 8, "unknown rights and the expiry");
    // What the wire format's table says.
    assert_eq!(code.len(), 395, "update the table of the wire format");
    assert!(code_text(&code).unwrap().len() <= 600, "version 15 at level M");
    let card = ProxyCard::open(&code, &Secret::new([7; 32])).unwrap();
    let name = card.person.name.unwrap();
    assert!(name.expose().ends_with('…') && name.expose().len() == 48, "a name that was cut shows it");
    assert!(!code.windows(3).any(|part| part == "某".as_bytes()));
    assert!(!code.windows(5).any(|part| part == b"E1234"));
    assert!(ProxyCard::open(&code, &Secret::new([8; 32])).is_err());
}

#[test]
fn every_altered_byte_and_every_cut_is_refused() {
    let hub = Hub::new();
    let mut lane = post(&hub, "");
    lane.run(&[("TUBE-0001", "tube_opened")]);
    let good = forge(&hub, &Secret::new([0x55; 32]), Rights::ISSUE, LATER, LATER);
    let key = Secret::new([7; 32]);
    for at in 0..good.len() {
        for bit in [1, 0x20, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= bit;
            assert!(ProxyCard::open(&bad, &key).is_err(), "byte {at}");
        }
        assert!(ProxyCard::open(&good[..at], &key).is_err(), "cut at {at}");
    }
    assert!(ProxyCard::open(&[&good[..], b"0"].concat(), &key).is_err());
    // Under the card key itself: whoever has it alters the content and still makes nothing that is taken.
    let opened =
        crypto::open(&key, &[b"fieldcore/proxy-seal/1\0FP1", &good[3..7]].concat(), &good[7..], "card").unwrap();
    let keys = hub.key_set(1);
    for at in 0..opened.len() {
        let mut bad = opened.to_vec();
        bad[at] ^= 1;
        let sealed =
            crypto::seal(&key, &OsEntropy, &[b"fieldcore/proxy-seal/1\0FP1", &good[3..7]].concat(), &bad).unwrap();
        let code = [b"FP1", &good[3..7], &sealed].concat();
        if let Ok(card) = ProxyCard::open(&code, &key) {
            assert!(card.check(CAMPAIGN, &keys, None).is_err(), "byte {at} of what is sealed");
        }
    }
    let card = ProxyCard::open(&good, &key).unwrap();
    assert_eq!(card.check(CAMPAIGN, &keys, None), Ok(()), "the same, unaltered");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_is_read_without_harm(plain in prop::collection::vec(any::<u8>(), 0..330)) {
        let key = Secret::new([7; 32]);
        let name = crate::cards::card_key_name(&key);
        let sealed = crypto::seal(&key, &OsEntropy, &[b"fieldcore/proxy-seal/1\0FP1", &name[..]].concat(), &plain).unwrap();
        let code = [b"FP1", &name[..], &sealed].concat();
        prop_assert!(ProxyCard::open(&code, &key).is_err());
    }

    #[test]
    fn what_a_card_says_is_what_was_put_on_it(
        digits in "[0-9]{17}[0-9X]", name in "\\PC{0,12}", contact in prop::option::of("[0-9+ -]{5,14}"),
        seconds in 1u32.., seq in 1u64..1 << 40,
    ) {
        let hub = Hub::new();
        let seed = Secret::new([0x55; 32]);
        let delegation = hub.delegation(crypto::signing_public(&seed), Rights::ISSUE, 0, LATER);
        let delegation = SignedDelegation::parse(&delegation).unwrap();
        let device = delegation.peek().unwrap().device();
        let person = CardPerson {
            document: DocumentKind::CnResident,
            number: Some(Sensitive::new(digits)),
            issuer: None,
            name: Some(Sensitive::new(name)),
            birth: None,
            sex: None,
            nationality: None,
            contact: contact.map(Sensitive::new),
        };
        let card = RecordRef { device, epoch: Epoch::new(3, 9), seq };
        let expires_ms = i64::from(seconds) * 1000;
        let key = Secret::new([7; 32]);
        let parts = CardParts { person: &person, card, expires_ms, delegation: &delegation };
        let read = ProxyCard::open(&ProxyCard::seal(parts, &seed, &key, &OsEntropy).unwrap(), &key).unwrap();
        prop_assert!(read.person == person);
        prop_assert_eq!((read.card, read.expires_ms), (card, expires_ms));
        prop_assert_eq!(read.check(CAMPAIGN, &hub.key_set(1), Some(expires_ms)), Ok(()).and(if expires_ms > LATER { Err(ProxyRefusal::Expired) } else { Ok(()) }));
    }
}
