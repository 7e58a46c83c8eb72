//! A roster as it travels and lies on a phone: pages of households, and pages of a difference.
//!
//! A roster has one form in bytes: its households in the order of doors, cut into frames by one rule. So two that hold the
//! same have one digest, and who applied a difference proves by it that they have what the hub has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use uuid::Uuid;

use super::HouseholdId;
use super::household::{Household, HouseholdRow};
use crate::error::{Error, Result};
use crate::limits::{
    HOUSEHOLD_BYTES_MAX, NAME_CHARS_MAX, ROSTER_FRAME_BYTES_MAX, ROSTER_PAGE_BYTES_TARGET, ROSTER_PAGES_MAX,
    ROSTER_PEOPLE_MAX, ROSTER_REMOVED_MAX,
};
use crate::pack::{self, Blob, Fixed, Text};
use crate::wire::{FORMAT_VERSION, check_limit, check_text, check_version, deflate, inflate_of};

const WHAT: &str = "roster page";
const DIGEST_TAG: &[u8] = b"fieldcore/roster/1\0";

/// Which roster in which state.
#[derive(Clone, PartialEq, Eq)]
pub struct RosterHead {
    /// The roster's id.
    pub roster: Uuid,
    /// The area, for people.
    pub area: String,
    /// Its number, from 1; the highest is in force.
    pub number: u32,
    /// BLAKE3 of its frames ([`digest`]).
    pub digest: [u8; 32],
}

impl fmt::Debug for RosterHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "roster {} number {}", self.roster, self.number)
    }
}

/// The state that a difference leads on from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RosterBase {
    /// Its number.
    pub number: u32,
    /// Its digest.
    pub digest: [u8; 32],
}

/// One page of a roster, or of a difference.
#[derive(Clone, PartialEq, Eq)]
pub struct RosterPage {
    /// The roster that all the pages make.
    pub head: RosterHead,
    /// Which page, from 1.
    pub page: u16,
    /// Of how many.
    pub pages: u16,
    /// What the difference leads on from; absent for a whole roster.
    pub base: Option<RosterBase>,
    /// Households that are no longer in it; none for a whole roster.
    pub removed: Vec<HouseholdId>,
    /// Households that are in it, or as they now are.
    pub households: Vec<Household>,
}

impl fmt::Debug for RosterPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.base.is_some() { "difference to" } else { "page of" };
        write!(f, "{what} {:?}, {} of {}", self.head, self.page, self.pages)
    }
}

type Layout = (u8, Fixed<16>, Text, u32, Fixed<32>, u16, u16, Option<(u32, Fixed<32>)>, Vec<Fixed<16>>, Blob);

impl RosterPage {
    /// The payload's bytes, before sealing.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.check()?;
        let frame = pack_frame(&self.households)?;
        check_limit("bytes of a roster page", frame.len(), ROSTER_FRAME_BYTES_MAX)?;
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.head.roster.as_bytes()),
            Text(self.head.area.clone()),
            self.head.number,
            Fixed(self.head.digest),
            self.page,
            self.pages,
            self.base.map(|base| (base.number, Fixed(base.digest))),
            self.removed.clone(),
            Blob(deflate(&frame)?),
        );
        pack::encode(&layout)
    }

    /// The page in the opened `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, WHAT)?;
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (_, roster, area, number, digest, page, pages, base, removed, frame) = layout;
        let page = Self {
            head: RosterHead { roster: Uuid::from_bytes(roster.0), area: area.0, number, digest: digest.0 },
            page,
            pages,
            base: base.map(|(number, digest)| RosterBase { number, digest: digest.0 }),
            removed,
            households: read_frame(&frame.0)?,
        };
        page.check()?;
        Ok(page)
    }

    fn check(&self) -> Result<()> {
        let broken = |why: &str| Err(Error::decode(WHAT, why));
        check_text("characters of an area", &self.head.area, NAME_CHARS_MAX)?;
        check_limit("pages of a roster", usize::from(self.pages), usize::from(ROSTER_PAGES_MAX))?;
        check_limit("households that a page takes away", self.removed.len(), ROSTER_REMOVED_MAX)?;
        if self.head.number == 0 {
            return broken("a roster's number begins with 1");
        }
        if self.page == 0 || self.page > self.pages {
            return broken("it is none of the pages that it counts");
        }
        if self.base.is_some_and(|base| base.number >= self.head.number) {
            return broken("it leads back, not on");
        }
        if self.base.is_none() && !self.removed.is_empty() {
            return broken("a whole roster takes nothing away");
        }
        Ok(())
    }
}

/// The packed households of one page.
fn pack_frame(households: &[Household]) -> Result<Vec<u8>> {
    pack::encode(&households.iter().map(HouseholdRow::from).collect::<Vec<_>>())
}

fn read_frame(bytes: &[u8]) -> Result<Vec<Household>> {
    let plain = inflate_of(bytes, ROSTER_FRAME_BYTES_MAX, WHAT)?;
    let rows: Vec<HouseholdRow> = pack::decode(&plain, WHAT)?;
    rows.into_iter().map(Household::try_from).collect()
}

/// Where the pages of `households`, which are in order, begin and end.
fn cut(households: &[Household]) -> Result<Vec<&[Household]>> {
    let (mut cuts, mut begun, mut bytes) = (Vec::new(), 0, 0);
    for (place, household) in households.iter().enumerate() {
        let own = pack::encode(&HouseholdRow::from(household))?.len();
        check_limit("bytes of a household", own, HOUSEHOLD_BYTES_MAX)?;
        if place > begun && bytes + own > ROSTER_PAGE_BYTES_TARGET {
            cuts.push(&households[begun..place]);
            (begun, bytes) = (place, 0);
        }
        bytes += own;
    }
    cuts.push(&households[begun..]);
    check_limit("pages of a roster", cuts.len(), usize::from(ROSTER_PAGES_MAX))?;
    Ok(cuts)
}

/// Puts households in the order of a roster, and refuses one that is there twice or a roster that is too large.
pub fn arrange(households: &mut [Household]) -> Result<()> {
    let people = households.iter().map(|one| one.people.len()).sum();
    check_limit("people of a roster", people, ROSTER_PEOPLE_MAX)?;
    households.sort_by(Household::order);
    let ids: BTreeSet<HouseholdId> = households.iter().map(|one| one.id).collect();
    if ids.len() == households.len() { Ok(()) } else { Err(Error::decode(WHAT, "a household is there twice")) }
}

/// BLAKE3 over the frames of `households`, which are in order; each frame has its length in front.
pub fn digest(households: &[Household]) -> Result<[u8; 32]> {
    digest_of(&cut(households)?)
}

fn digest_of(cuts: &[&[Household]]) -> Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(DIGEST_TAG);
    for cut in cuts {
        let frame = pack_frame(cut)?;
        hasher.update(&u32::try_from(frame.len()).unwrap_or(u32::MAX).to_le_bytes());
        hasher.update(&frame);
    }
    Ok(*hasher.finalize().as_bytes())
}

/// The pages of the roster of `households`, which are in order ([`arrange`]).
pub fn whole(roster: Uuid, area: &str, number: u32, households: &[Household]) -> Result<Vec<RosterPage>> {
    let cuts = cut(households)?;
    let head = RosterHead { roster, area: area.to_owned(), number, digest: digest_of(&cuts)? };
    let pages = count(cuts.len())?;
    let page = |(page, households): (u16, &[Household])| RosterPage {
        head: head.clone(),
        page,
        pages,
        base: None,
        removed: Vec::new(),
        households: households.to_vec(),
    };
    Ok((1..).zip(cuts).map(page).collect())
}

fn count(pages: usize) -> Result<u16> {
    check_limit("pages of a roster", pages, usize::from(ROSTER_PAGES_MAX))?;
    Ok(u16::try_from(pages).unwrap_or(u16::MAX))
}

/// What tells a household's state from any other of it: 16 bytes of BLAKE3 over its packed form.
pub fn print(household: &Household) -> Result<[u8; 16]> {
    let packed = pack::encode(&HouseholdRow::from(household))?;
    let mut print = [0; 16];
    print.copy_from_slice(&blake3::hash(&packed).as_bytes()[..16]);
    Ok(print)
}

/// The pages by which a roster of `base`, whose households had these prints, becomes that of `households`, which are in
/// order and have the digest in `head`.
pub fn difference(
    head: &RosterHead,
    base: RosterBase,
    prints: &BTreeMap<HouseholdId, [u8; 16]>,
    households: &[Household],
) -> Result<Vec<RosterPage>> {
    let now: BTreeSet<HouseholdId> = households.iter().map(|one| one.id).collect();
    let removed: Vec<HouseholdId> = prints.keys().filter(|id| !now.contains(id)).copied().collect();
    let mut put = Vec::new();
    for one in households {
        if prints.get(&one.id) != Some(&print(one)?) {
            put.push(one.clone());
        }
    }
    let (mut taken, mut put) = (removed.chunks(ROSTER_REMOVED_MAX), cut(&put)?.into_iter());
    let mut parts = Vec::new();
    loop {
        match (taken.next(), put.next()) {
            (None, None) => break,
            (removed, put) => parts.push((removed.unwrap_or_default().to_vec(), put.unwrap_or_default().to_vec())),
        }
    }
    let pages = count(parts.len())?;
    let page = |(page, (removed, households))| RosterPage {
        head: head.clone(),
        page,
        pages,
        base: Some(base),
        removed,
        households,
    };
    Ok((1..).zip(parts).map(page).collect())
}

/// The roster of whole `pages`, in order and all there, if it is the one that they name.
pub fn join(pages: Vec<RosterPage>) -> Result<Vec<Household>> {
    let Some(head) = pages.first().map(|page| page.head.clone()) else { return Ok(Vec::new()) };
    let households = pages.into_iter().flat_map(|page| page.households).collect();
    proven(&head, households)
}

/// What the pages of a difference, in order and all there, make of the `households` of its base.
pub fn apply(households: Vec<Household>, pages: Vec<RosterPage>) -> Result<Vec<Household>> {
    let Some(head) = pages.first().map(|page| page.head.clone()) else { return Ok(households) };
    let gone: BTreeSet<HouseholdId> = pages
        .iter()
        .flat_map(|page| page.removed.iter().copied().chain(page.households.iter().map(|one| one.id)))
        .collect();
    let stay = households.into_iter().filter(|one| !gone.contains(&one.id));
    let households = stay.chain(pages.into_iter().flat_map(|page| page.households)).collect();
    proven(&head, households)
}

fn proven(head: &RosterHead, mut households: Vec<Household>) -> Result<Vec<Household>> {
    arrange(&mut households)?;
    if digest(&households)? == head.digest {
        Ok(households)
    } else {
        Err(Error::untrusted("roster", "its pages do not make the roster that they name; the whole is asked for"))
    }
}
