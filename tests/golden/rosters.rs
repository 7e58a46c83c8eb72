//! Rosters in vectors: two homes of people who never were, and what becomes of them.

use fieldcore::pack::Fixed;
use fieldcore::record::DocumentKind;
use fieldcore::roster::{self, Categories, Category, Household, Resident, RosterBase, RosterHead, RosterPage};
use fieldcore::scan::Sex;
use fieldcore::wire::{Dispatch, DispatchKind, Poll, RosterGathering, RosterHeld, seal_for_device};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::describe::hex;
use crate::dispatches;
use crate::good;
use crate::material::{CAMPAIGN, Phone};

/// Two households of people who never were.
fn households() -> Vec<Household> {
    let person = |seed: u8, name: &str, number: Option<&str>| Resident {
        id: Fixed([seed; 16]),
        name: name.to_owned(),
        document: if number.is_some() { DocumentKind::CnResident } else { DocumentKind::None },
        number: number.map(str::to_owned),
        birth: number.is_none().then_some(18_990_102),
        sex: number.is_none().then_some(Sex::Female),
        categories: Categories::default().with(Category::Over60).with(Category::Bedridden),
        contact: number.map(|_| "5550100".to_owned()),
        guardian: None,
    };
    let household = |seed: u8, door: &str, people| Household {
        id: Fixed([seed; 16]),
        area: "幸福里".to_owned(),
        building: "3".to_owned(),
        stairwell: "2".to_owned(),
        door: door.to_owned(),
        slot: Some("08:00-08:30".to_owned()),
        people,
    };
    vec![
        household(0xb1, "9", vec![person(0xa1, "甲", Some("11010118990102001X")), person(0xa2, "乙", None)]),
        household(0xb2, "10", vec![person(0xa3, "丙", None)]),
    ]
}

/// A whole roster, and the difference by which one of its households goes and another changes.
pub(crate) fn pages() -> [RosterPage; 2] {
    let roster = Uuid::from_u128(0x0198_5a5a_0000_8000_8000_0000_0000_b0b0);
    let before = households();
    let whole = roster::whole(roster, "幸福里", 4, &before).unwrap().remove(0);
    let mut after = before.clone();
    after.remove(0);
    after[0].slot = Some("09:00-09:30".to_owned());
    let prints = before.iter().map(|one| (one.id, roster::print(one).unwrap())).collect();
    let digest = roster::digest(&after).unwrap();
    let head = RosterHead { roster, area: "幸福里".to_owned(), number: 5, digest };
    let base = RosterBase { number: 4, digest: whole.head.digest };
    let change = roster::difference(&head, base, &prints, &after).unwrap().remove(0);
    [whole, change]
}

/// A roster's page sealed to `phone`.
pub(crate) fn sealed(phone: &Phone, page: &RosterPage) -> Dispatch {
    let kind = if page.base.is_some() { DispatchKind::RosterChange } else { DispatchKind::Roster };
    let empty = Dispatch {
        to: Some(phone.device()),
        version: u64::from(page.head.number),
        ..dispatches::dispatch(phone, kind, Vec::new())
    };
    let (plain, entropy) = (page.to_bytes().unwrap(), phone.entropy("roster"));
    let payload = seal_for_device(&plain, &phone.seal.1, empty.id, CAMPAIGN, phone.device(), &entropy).unwrap();
    Dispatch { payload, ..empty }
}

/// What a device says of the rosters that it has and gathers.
pub(crate) fn poll(phone: &Phone) -> Poll {
    let [whole, change] = pages();
    let print = |page: &RosterPage| *page.head.digest.first_chunk().unwrap();
    let gathers = RosterGathering { number: 5, base: 4, print: print(&change), next: 1 };
    let held = RosterHeld { roster: whole.head.roster, number: 4, print: print(&whole), gathers: Some(gathers) };
    let other = RosterHeld { roster: Uuid::from_u128(9), number: 0, print: [0; 8], gathers: None };
    Poll { rosters: vec![held, other], ..good::poll(phone) }
}

/// What a page says.
pub(crate) fn describe(page: &RosterPage) -> Value {
    let person = |one: &Resident| {
        json!({
            "id": hex(one.id.0),
            "name": one.name,
            "document": one.document.code(),
            "number": one.number,
            "birth": one.birth,
            "sex": one.sex.map(|sex| sex.as_str()),
            "categories": one.categories.0,
            "contact": one.contact,
            "guardian": one.guardian,
        })
    };
    let household = |one: &Household| {
        json!({
            "id": hex(one.id.0),
            "area": one.area,
            "building": one.building,
            "stairwell": one.stairwell,
            "door": one.door,
            "slot": one.slot,
            "people": one.people.iter().map(person).collect::<Vec<_>>(),
        })
    };
    json!({
        "version": 1,
        "roster": page.head.roster.to_string(),
        "area": page.head.area,
        "number": page.head.number,
        "digest": hex(page.head.digest),
        "page": page.page,
        "pages": page.pages,
        "base": page.base.map(|base| json!({"number": base.number, "digest": hex(base.digest)})),
        "removed": page.removed.iter().map(|id| hex(id.0)).collect::<Vec<_>>(),
        "households": page.households.iter().map(household).collect::<Vec<_>>(),
    })
}
