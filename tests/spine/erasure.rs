//! After an erasure: from the data folder and the vault no number is found, not even by trying all
//! that a county can have given out, and not in an older image of the disk either.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use fieldcore::record::{DocumentKind, encode_row};
use fieldcore::scan::person_key_text;
use fieldcore::{Journal, JournalOptions, Secret, crypto};
use fieldcore_tests::vfs::Image;
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{MemoryVault, TempFolder, county_numbers, long, platform};

use crate::phone::{Phone, Site};

/// The labels under which the journal derives keys from a secret: nothing is secret in them.
const LABELS: [&str; 3] =
    ["fieldcore 1 person look-up key", "fieldcore 1 tube look-up key", "fieldcore 1 phone wrap key"];

/// Someone who has the phone: an image of its folder, and all that its vault holds.
struct Finder<'a> {
    image: &'a Image,
    vault: &'a Arc<MemoryVault>,
    phone: &'a Phone,
}

impl Finder<'_> {
    /// Numbers that stand in the files as they are.
    fn in_clear(&self, numbers: &BTreeSet<String>) -> BTreeSet<String> {
        numbers.iter().filter(|number| self.image.find(number.as_bytes()).is_some()).cloned().collect()
    }

    /// Numbers in records that open with what the vault holds.
    fn in_records(&self, numbers: &BTreeSet<String>) -> BTreeSet<String> {
        let folder = TempFolder::in_memory();
        self.image.write_to(folder.path());
        let desk = &self.phone.desk;
        let options = JournalOptions { ballast_bytes: 0, ..JournalOptions::new(folder.path()) };
        let journal = Journal::open_read_only(options, platform(&desk.clock, &desk.entropy, self.vault));
        let mut found = BTreeSet::new();
        let walked = journal.expect("an image can be read").records(&mut |record| {
            let row = encode_row(&record.stamp, &record.body)?;
            let holds = |number: &&String| row.windows(number.len()).any(|window| window == number.as_bytes());
            found.extend(numbers.iter().filter(holds).cloned());
            Ok(())
        });
        walked.expect("the records can be walked");
        found
    }

    /// Numbers of the county whose keyed hash stands anywhere in the files, under any key that
    /// follows from any secret: by trying all of them.
    fn by_trying(&self, county: u32, years: RangeInclusive<u32>) -> BTreeSet<String> {
        let mut keys: Vec<Secret> = Vec::new();
        for (_, secret) in self.vault.secrets() {
            keys.extend(LABELS.iter().map(|label| crypto::derive(&secret, label)));
            keys.push(secret);
        }
        let windows: HashSet<[u8; 16]> = self
            .image
            .files()
            .iter()
            .flat_map(|(_, bytes)| bytes.windows(16).map(|window| <[u8; 16]>::try_from(window).expect("16 bytes")))
            .collect();
        let hit = |number: &String| {
            let text = person_key_text(DocumentKind::CnResident, Some(number), None).expect("a number has a key text");
            keys.iter().any(|key| windows.contains(&crypto::lookup(key, &[text.expose().as_bytes()])))
        };
        county_numbers(county, years).filter(hit).collect()
    }
}

/// The numbers of a county and these years.
fn born(numbers: &BTreeSet<String>, county: u32, years: &RangeInclusive<u32>) -> BTreeSet<String> {
    let is_one = |number: &&String| {
        number.starts_with(&county.to_string()) && years.contains(&number[6..10].parse().expect("a year"))
    };
    numbers.iter().filter(is_one).cloned().collect()
}

/// The county and year that most come from; with `--long` that county's every year.
fn most_common(numbers: &BTreeSet<String>) -> (u32, RangeInclusive<u32>) {
    let of = |number: &String| (number[..6].parse().expect("a county"), number[6..10].parse().expect("a year"));
    let places: BTreeSet<(u32, u32)> = numbers.iter().map(of).collect();
    let (county, year) = places
        .into_iter()
        .max_by_key(|(county, year)| born(numbers, *county, &(*year..=*year)).len())
        .expect("somebody came");
    (county, if long() { 1880..=1905 } else { year..=year })
}

#[test]
fn nobody_who_was_erased_is_found_by_any_means() {
    let site = Site::new(21);
    let mut phone = site.phone(21, Workload::new(21, 400, 10).plain());
    phone.work(300);
    phone.sync_fair(&site.hub);
    let numbers = phone.people();
    let (county, years) = most_common(&numbers);
    let there = born(&numbers, county, &years);
    assert!(there.len() > 1, "people of one county and those years came");
    phone.with_station(|station| station.end_shift(None).expect("a shift ends"));
    phone.sync_fair(&site.hub);
    phone.settled();

    // The control: with the round's key still in the vault, everybody is found by each means but
    // the first; so the search can find.
    let before = Image::of_folder(phone.desk.folder.path());
    let held = Arc::new(phone.desk.vault.copy());
    let finder = Finder { image: &before, vault: &held, phone: &phone };
    assert_eq!(finder.in_clear(&numbers), BTreeSet::new(), "nothing personal is in clear even before");
    assert_eq!(finder.in_records(&numbers), numbers, "the control: the records open");
    assert_eq!(finder.by_trying(county, years.clone()), there, "the control: trying finds them");

    let journal = phone.journal();
    let round = journal.rounds().expect("rounds")[0];
    let erasure = journal.erase_round(round).expect("everything was opened by the hub");
    assert_eq!(erasure.people as usize, numbers.len());
    drop(journal);
    phone.die();
    let after = Image::of_folder(phone.desk.folder.path());
    // The files as they are, and the copies that a flash disk kept of how they were.
    for image in [&after, &before] {
        let finder = Finder { image, vault: &phone.desk.vault, phone: &phone };
        assert_eq!(finder.in_clear(&numbers), BTreeSet::new());
        assert_eq!(finder.in_records(&numbers), BTreeSet::new());
        assert_eq!(finder.by_trying(county, years.clone()), BTreeSet::new());
    }
}
