//! Rosters in pages, and the tables that lists of residents are imported from.

use std::path::PathBuf;

use chrono::NaiveDate;
use fieldcore::pack::{self, Blob, Fixed, Text};
use fieldcore::roster::{
    Household, Roster, RosterBase, RosterHead, RosterPage, apply, difference, digest, join, print, search, whole,
};
use fieldcore_hub::roster::column::Mapping;
use fieldcore_hub::roster::plan;
use fieldcore_hub::roster::table::{Form, Table};
use uuid::Uuid;

use super::pieces;
use super::workbook::workbook;

/// A page as it travels (wire format, section 13).
pub(super) type Layout =
    (u8, Fixed<16>, Text, u32, Fixed<32>, u16, u16, Option<(u32, Fixed<32>)>, Vec<Fixed<16>>, Blob);

/// The pages that lead from the one to the other.
pub(super) fn led(before: &[Household], after: &[Household]) -> Vec<RosterPage> {
    let of = |households: &[Household]| digest(households).expect("a digest");
    let prints = before.iter().map(|home| (home.id, print(home).expect("a print"))).collect();
    let head = RosterHead { roster: Uuid::from_u128(7), area: "Spring".to_owned(), number: 2, digest: of(after) };
    let base = RosterBase { number: 1, digest: of(before) };
    difference(&head, base, &prints, after).expect("a difference can be made")
}

fn parsed(pieces: &[&[u8]]) -> Option<Vec<RosterPage>> {
    let pages: Option<Vec<RosterPage>> = pieces.iter().map(|piece| RosterPage::parse(piece).ok()).collect();
    let pages = pages.filter(|pages| !pages.is_empty())?;
    for page in &pages {
        let again = RosterPage::parse(&page.to_bytes().expect("a page that was read can be written"));
        assert!(again.is_ok_and(|again| again == *page), "a page says something else when it is written again");
    }
    Some(pages)
}

/// What is proven stays what it is: cut into pages anew, found by a search, and as nothing's difference.
fn holds(households: Vec<Household>, area: &str, proven: [u8; 32]) {
    assert_eq!(digest(&households).expect("a digest"), proven, "it is in force and does not make its digest");
    let pages = whole(Uuid::from_u128(7), area, 9, &households).expect("what was read can be cut into pages");
    assert!(join(pages).expect("and joined again") == households);
    let roster = Roster::new(households.clone()).expect("it can be held");
    let people = households.iter().map(|home| home.people.len()).sum::<usize>();
    assert_eq!(roster.people(), people);
    for query in ["1", "501", "wang", "王", "3-2-501"] {
        assert!(search(&roster, query, 20).len() <= 20);
    }
}

/// The pages of a whole roster.
pub(super) fn pages(bytes: &[u8]) -> bool {
    let Some(pages) = parsed(&pieces(bytes)) else { return false };
    let head = pages[0].head.clone();
    let Ok(households) = join(pages) else { return false };
    holds(households, &head.area, head.digest);
    true
}

/// A roster's pages, then those of a difference from it: the first byte says how many are the roster's.
pub(super) fn change(bytes: &[u8]) -> bool {
    let Some((count, rest)) = bytes.split_first() else { return false };
    let pieces = pieces(rest);
    let (base, change) = pieces.split_at(usize::from(*count).min(pieces.len()));
    let (Some(base), Some(change)) = (parsed(base), parsed(change)) else { return false };
    let Ok(before) = join(base) else { return false };
    let head = change[0].head.clone();
    let Ok(after) = apply(before.clone(), change) else { return false };
    holds(after.clone(), &head.area, head.digest);
    let again = led(&before, &after);
    assert!(apply(before, again).expect("a difference leads on") == after);
    true
}

/// What stands in a page's frame, in a page that names it right.
pub(super) fn households(plain: &[u8]) -> bool {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"fieldcore/roster/1\0");
    hasher.update(&u32::try_from(plain.len()).unwrap_or(u32::MAX).to_le_bytes());
    hasher.update(plain);
    let digest = *hasher.finalize().as_bytes();
    let frame = zstd::bulk::compress(plain, 1).expect("it can be compressed");
    let area = Text("Spring".to_owned());
    let layout: Layout = (1, Fixed([7; 16]), area, 3, Fixed(digest), 1, 1, None, Vec::new(), Blob(frame));
    let bytes = pack::encode(&layout).expect("it encodes");
    let Ok(page) = RosterPage::parse(&bytes) else { return false };
    let Ok(households) = join(vec![page]) else { return false };
    holds(households, "Spring", digest);
    true
}

fn imported(bytes: &[u8], form: &Form) -> bool {
    let Ok(table) = Table::read(bytes, form) else { return false };
    let Ok(mapping) = Mapping::of(&table.headers, &[]) else { return false };
    assert!(mapping.places().iter().all(|(_, place)| *place < table.headers.len()), "a column beyond the headers");
    let rows = table.rows.len();
    let today = NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date");
    let (plan, residents) = plan(&[(PathBuf::from("list"), table, mapping)], today);
    assert!(residents.len() <= rows, "more people than rows");
    assert!(plan.problems.iter().all(|problem| problem.at.list == 0 && problem.at.row > 0), "a problem of no row");
    true
}

/// A file as it lies there, and in each encoding that somebody may name.
pub(super) fn table(bytes: &[u8]) -> bool {
    let of = |encoding: &str| Form { encoding: Some(encoding.to_owned()), ..Form::default() };
    for encoding in ["gbk", "big5", "utf-16le", "utf-8"] {
        imported(bytes, &of(encoding));
    }
    imported(bytes, &Form::default())
}

/// A workbook with this sheet.
pub(super) fn sheet(xml: &[u8]) -> bool {
    imported(&workbook(xml), &Form::default())
}
