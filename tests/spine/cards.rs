//! Helpers enrolled on the spot and proxy cards, from the hub's word to the hub's figures.

use fieldcore::cards::{CARDS_CODE_BYTES, Rights, code_text};
use fieldcore::record::{DocumentKind, ReadSource};
use fieldcore::scan::{Identity, Sensitive};
use fieldcore::sync::{DispatchTaken, SyncEvent};
use fieldcore::{Answer, DeviceId, Helper, IssuedCard, NewProxy};
use fieldcore_hub::DelegateOptions;
use fieldcore_tests::resident_number;
use fieldcore_tests::workload::Workload;

use crate::phone::{Phone, Site};

fn workload(seed: u64) -> Workload {
    Workload::new(seed, 60, 10).plain()
}

fn delegate(site: &Site, device: DeviceId, rights: &[&str], helpers: u32) {
    let rights = rights.iter().map(|word| (*word).to_owned()).collect();
    let options = DelegateOptions { device, rights, helpers, valid_ms: 7 * 24 * 3_600_000 };
    site.hub.delegate(&options).expect("an active device takes a delegation");
}

/// An enrolled chief who may do everything.
fn chief(site: &Site, seed: u64, helpers: u32) -> Phone {
    let mut chief = site.phone(seed, workload(seed));
    chief.sync_fair(&site.hub);
    delegate(site, chief.journal().device(), &["enrol", "issue"], helpers);
    let events = chief.sync_fair(&site.hub);
    let got =
        |event: &SyncEvent| matches!(event, SyncEvent::Dispatch(DispatchTaken::Grant { delegation: Some(_), .. }));
    assert!(events.iter().any(got), "{events:?}");
    chief
}

/// Both phones' screens: the helper's keys, the chief's welcome and kit.
fn enrol(chief: &Phone, helper: &Phone) -> Helper {
    let shown = helper.journal().helper_code().expect("its keys");
    let given = chief.journal().accept_helper(&shown, Rights::WORK, None).expect("a place is free");
    helper.journal().accept_welcome(&given.welcome).expect("its own welcome");
    helper.journal().accept_kit(&given.kit).expect("its own kit");
    given
}

fn issue(phone: &mut Phone, new: &NewProxy) -> IssuedCard {
    let (answer, card) = phone.with_station(|station| station.issue_proxy("1", new)).expect("it is saved");
    card.unwrap_or_else(|| panic!("{:?} {:?}", answer.problems, answer.text))
}

fn show(phone: &mut Phone, card: &IssuedCard) -> Answer {
    phone.desk.clock.advance(3_000);
    let text = code_text(&card.code).expect("a card has a text");
    phone.with_station(|station| station.line("1", &text)).expect("it is answered")
}

fn open_tube(phone: &mut Phone, label: &str) {
    let answer = phone.with_station(|station| station.line("1", label)).expect("it is answered");
    assert_eq!(answer.outcome.as_str(), "tube_opened", "{:?}", answer.problems);
}

/// Somebody who has no document.
fn unnumbered() -> NewProxy {
    let name = Some(Sensitive::new("Somebody".to_owned()));
    NewProxy::new(Identity { name, birth: Some(18_900_101), ..Identity::undocumented() })
}

#[test]
fn a_helper_enrolled_without_network_counts_at_the_hub() {
    let site = Site::new(71);
    let mut chief = chief(&site, 71, 2);
    let mut helper = Site::stranger(72, workload(72));
    let given = enrol(&chief, &helper);
    // What the wire format says of a real hub's codes.
    assert!(given.welcome.len() <= CARDS_CODE_BYTES, "{} bytes", given.welcome.len());
    assert!(given.welcome.len() <= 860, "update the wire format: {} bytes", given.welcome.len());
    assert_eq!(helper.journal().campaign(), chief.journal().campaign());
    helper.restart();
    helper.work(20);
    let card = issue(
        &mut chief,
        &NewProxy::new(Identity::of_number(
            DocumentKind::CnResident,
            resident_number(110_101, 1890, 1, 1, 901),
            ReadSource::Typed,
        )),
    );
    helper.with_station(|station| station.line("1", ":close").map(|_| ())).expect("a tube may be closed");
    open_tube(&mut helper, "PROXY-0001");
    assert_eq!(show(&mut helper, &card).outcome.as_str(), "bound", "the kit brought the card key");
    helper.sync_fair(&site.hub);
    helper.settled();
    let figures = site.hub.figures(None).expect("figures");
    assert_eq!(figures.people as usize, helper.people().len() + 1, "everything of it is opened and counted");
    let lines = site.hub.delegations().expect("delegations");
    let seat = &lines[0].enrolled[0];
    assert_eq!((seat.ordinal, seat.state, &seat.rights[..]), (1, "active", &["work"][..]));
    assert_eq!(seat.device, helper.journal().device().to_string());
    assert!(site.hub.verify().expect("it verifies").ok);
    assert!(site.hub.held().expect("held").is_empty());
}

#[test]
fn of_two_helpers_on_one_place_the_first_to_arrive_is_active() {
    let site = Site::new(73);
    let chief = chief(&site, 73, 3);
    let copy = chief.copy(74, workload(74));
    let (mut one, mut two) = (Site::stranger(75, workload(75)), Site::stranger(76, workload(76)));
    assert_eq!((enrol(&chief, &one).ordinal, enrol(&copy, &two).ordinal), (1, 1));
    for phone in [&mut one, &mut two] {
        phone.begin();
        phone.work(8);
        phone.sync_fair(&site.hub);
    }
    assert_eq!(site.hub.figures(None).expect("figures").people as usize, one.people().len());
    let held = site.hub.held().expect("held");
    let device = held.iter().find(|item| item.kind == "enrolment").expect("the second waits");
    assert_eq!(device.reason, "place_taken");
    site.hub.accept(device.id).expect("a person may accept it");
    let both = one.people().len() + two.people().len();
    assert_eq!(site.hub.figures(None).expect("figures").people as usize, both);
}

#[test]
fn revoking_a_chief_ends_later_enrolments_and_its_helpers_by_choice() {
    let site = Site::new(77);
    let chief = chief(&site, 77, 3);
    let (mut early, mut late) = (Site::stranger(78, workload(78)), Site::stranger(79, workload(79)));
    enrol(&chief, &early);
    enrol(&chief, &late);
    early.begin();
    early.work(5);
    early.sync_fair(&site.hub);
    site.hub.revoke(chief.journal().device()).expect("it is revoked");
    late.begin();
    late.work(5);
    late.sync_fair(&site.hub);
    assert_eq!(site.hub.figures(None).expect("figures").people as usize, early.people().len());
    let held = site.hub.held().expect("held");
    assert!(held.iter().any(|item| item.kind == "enrolment" && item.reason == "delegation"), "the late one waits");
    early.work(5);
    early.sync_fair(&site.hub);
    let counted = site.hub.figures(None).expect("figures").people as usize;
    assert_eq!(counted, early.people().len(), "a helper who came before stays");
    assert_eq!(site.hub.revoke_with_helpers(chief.journal().device()).expect("revoked").len(), 2);
    early.work(5);
    early.sync_fair(&site.hub);
    assert_eq!(site.hub.figures(None).expect("figures").people as usize, counted, "now it is held");
}

#[test]
fn a_helper_enrolled_when_the_delegation_was_over_waits_for_a_person() {
    let site = Site::new(80);
    let chief = chief(&site, 80, 1);
    let mut helper = Site::stranger(81, workload(81));
    enrol(&chief, &helper);
    helper.begin();
    helper.work(5);
    site.clock.advance(8 * 24 * 3_600_000);
    helper.sync_fair(&site.hub);
    assert_eq!(site.hub.figures(None).expect("figures").people, 0);
    assert_eq!(site.hub.delegations().expect("delegations")[0].state, "expired");
    assert!(site.hub.held().expect("held").iter().any(|item| item.reason == "delegation"));
}

#[test]
fn one_card_at_two_phones_is_one_person_twice_at_the_hub() {
    let site = Site::new(82);
    let mut chief = chief(&site, 82, 1);
    let (mut one, mut two) = (site.phone(83, workload(83)), site.phone(84, workload(84)));
    for phone in [&mut one, &mut two] {
        phone.sync_fair(&site.hub);
    }
    let (card, other) = (issue(&mut chief, &unnumbered()), issue(&mut chief, &unnumbered()));
    open_tube(&mut one, "PROXY-0001");
    open_tube(&mut two, "PROXY-0002");
    assert_eq!(show(&mut one, &card).outcome.as_str(), "bound");
    assert_eq!(show(&mut one, &other).outcome.as_str(), "bound");
    assert_eq!(show(&mut two, &card).outcome.as_str(), "bound", "neither can know of the other");
    for phone in [&mut one, &mut two] {
        phone.sync_fair(&site.hub);
    }
    let conflicts = site.hub.conflicts().expect("conflicts");
    assert_eq!(conflicts.people.len(), 1, "the other card is somebody else");
    let figures = site.hub.figures(None).expect("figures");
    assert_eq!((figures.people, figures.distinct_people), (3, 2));
    let told = |event: &SyncEvent| matches!(event, SyncEvent::Dispatch(DispatchTaken::Notice { .. }));
    assert!(one.sync_fair(&site.hub).iter().any(told), "both sides are told");
    assert!(site.hub.verify().expect("it verifies").ok, "the same from the bytes");
}

#[test]
fn after_a_rotation_a_delegation_is_signed_anew_and_helpers_can_verify_it() {
    let site = Site::new(85);
    let mut chief = chief(&site, 85, 2);
    for _ in 0..4 {
        site.clock.advance(24 * 3_600_000);
        site.hub.rotate_keys(&site.root_file(), &[]).expect("new keys");
    }
    chief.sync_fair(&site.hub);
    assert_eq!(chief.journal().delegations().expect("held").len(), 1);
    let mut helper = Site::stranger(86, workload(86));
    let given = enrol(&chief, &helper);
    assert!(given.welcome.len() <= CARDS_CODE_BYTES, "after any number of rotations: {}", given.welcome.len());
    helper.begin();
    helper.work(5);
    helper.sync_fair(&site.hub);
    assert_eq!(site.hub.figures(None).expect("figures").people as usize, helper.people().len());
    // The newest keys alone are enough for a lane that was invited since.
    let mut lane = site.phone(87, workload(87));
    lane.sync_fair(&site.hub);
    let card = issue(&mut chief, &unnumbered());
    open_tube(&mut lane, "PROXY-0001");
    assert_eq!(show(&mut lane, &card).outcome.as_str(), "bound");
}

#[test]
fn card_keys_come_to_every_device_once_and_a_new_one_beside_the_old() {
    let site = Site::new(88);
    let mut phone = site.phone(88, workload(88));
    let keys =
        |events: &[SyncEvent]| {
            events
                .iter()
                .map(|event| {
                    if let SyncEvent::Dispatch(DispatchTaken::Grant { card_keys, .. }) = event { *card_keys } else { 0 }
                })
                .sum::<u32>()
        };
    assert_eq!(keys(&phone.sync_fair(&site.hub)), 1);
    assert_eq!(keys(&phone.sync_fair(&site.hub)), 0);
    let known = site.hub.card_keys().expect("keys");
    assert_eq!(known.len(), 1);
    site.hub.new_card_key("1", 24 * 3_600_000).expect("a new one");
    assert_eq!(keys(&phone.sync_fair(&site.hub)), 1);
    assert!(site.hub.new_card_key("no such round", 1).is_err());
    assert!(site.hub.card_keys().expect("keys").iter().all(|key| key.readable));
}
