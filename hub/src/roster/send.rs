//! What a phone that polls lacks of its areas: the whole, or a difference from what it says it has.

use fieldcore::DeviceId;
use fieldcore::crypto;
use fieldcore::pack;
use fieldcore::roster::{self, Household, RosterBase, RosterHead, RosterPage};
use fieldcore::wire::{Dispatch, DispatchKind, Item, Poll, RosterHeld, seal_for_device};
use uuid::Uuid;

use super::stored;
use crate::core::Core;
use crate::error::Result;
use crate::keys::KeyRing;
use crate::limits::ROSTER_ANSWER_BYTES;
use crate::store::roster::{AssignmentRow, RosterRow};
use crate::store::rows::{Device, DeviceState};
use crate::store::{Reads, Tx};

/// The first bytes of a digest, as a poll names it.
fn print(digest: &[u8; 32]) -> [u8; 8] {
    let mut print = [0; 8];
    print.copy_from_slice(&digest[..8]);
    print
}

/// Notes what a device says that it has. What it newly has left the hub, and is written down.
pub(crate) fn note(tx: &mut dyn Tx, device: &Device, poll: &Poll, now_ms: i64) -> Result<()> {
    if poll.rosters.is_empty() {
        return Ok(());
    }
    for row in tx.roster_assignments(Some(device.no))? {
        let Some(roster) = tx.roster(&row.area)? else { continue };
        let Some(held) = poll.rosters.iter().find(|held| *held.roster.as_bytes() == roster.id) else { continue };
        if row.number == Some(held.number) {
            continue;
        }
        if print(&roster.digest) == held.print {
            let id = DeviceId::from_bytes(device.id).to_string();
            tx.note_access(now_ms, "roster on device", &id, roster.people)?;
        }
        tx.put_roster_assignment(&AssignmentRow { number: Some(held.number), seen_ms: Some(now_ms), ..row })?;
    }
    Ok(())
}

/// The pages that a device gets now.
pub(crate) fn answer(
    core: &Core,
    ring: &KeyRing,
    reads: &dyn Reads,
    device: &Device,
    poll: &Poll,
) -> Result<Vec<Item>> {
    let (mut items, mut bytes) = (Vec::new(), 0);
    let Some(key) = device.seal_key.filter(|_| device.state == DeviceState::Active) else { return Ok(items) };
    let to = DeviceId::from_bytes(device.id);
    for row in reads.roster_assignments(Some(device.no))? {
        let Some(roster) = reads.roster(&row.area)? else { continue };
        let held = poll.rosters.iter().find(|held| *held.roster.as_bytes() == roster.id);
        let sent = if row.assigned { lacks(reads, &roster, held)? } else { taken_back(&roster, held)? };
        for (kind, plain, place) in sent {
            if bytes > 0 && bytes + plain.len() > ROSTER_ANSWER_BYTES {
                return Ok(items);
            }
            bytes += plain.len();
            let id = page_id(&roster, &place, to)?;
            let (campaign, hub_ms) = (core.campaign, core.around.now_ms());
            let payload = seal_for_device(&plain, &key, id, campaign, to, core.around.entropy.as_ref())?;
            let version = u64::from(place.number);
            let dispatch = Dispatch { id, campaign, kind, version, to: Some(to), hub_ms, payload };
            items.push(Item::Dispatch(ring.sign(&dispatch)?.to_bytes()?));
        }
    }
    Ok(items)
}

/// Which page of which set.
struct Place {
    number: u32,
    base: u32,
    page: u16,
}

type Sent = Vec<(DispatchKind, Vec<u8>, Place)>;

/// The dispatch's id follows from what the page is; it tells nothing of what is in it.
fn page_id(roster: &RosterRow, place: &Place, to: DeviceId) -> Result<Uuid> {
    let name = pack::encode(&(place.number, place.base, place.page))?;
    let digest =
        crypto::sha256(&[b"fieldcore/hub/roster-page/1\0", &roster.id, to.as_bytes(), &roster.digest[..8], &name]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    Ok(uuid::Builder::from_custom_bytes(id).into_uuid())
}

/// The number that leads on from what a device has and gathers. The hub's own, but where it was restored from before it
/// gave the device's.
fn next_number(own: u32, held: Option<&RosterHeld>, wanted: [u8; 8]) -> u32 {
    let Some(held) = held else { return own };
    let number = if own > held.number { own } else { held.number.saturating_add(1) };
    match held.gathers {
        Some(set) if set.print == wanted && set.number > held.number => set.number,
        Some(set) if set.number >= number => set.number.saturating_add(1),
        _ => number,
    }
}

fn lacks(reads: &dyn Reads, roster: &RosterRow, held: Option<&RosterHeld>) -> Result<Sent> {
    let wanted = print(&roster.digest);
    if held.is_some_and(|held| held.number > 0 && held.print == wanted) {
        return Ok(Vec::new());
    }
    let Some(body) = reads.roster_body(&roster.area)? else { return Ok(Vec::new()) };
    let number = next_number(roster.number, held, wanted);
    let gathers = held.and_then(|held| held.gathers).filter(|set| set.print == wanted && set.number == number);
    let whole = |from: u16| whole_from(&body, roster, number, from);
    match (gathers, held) {
        (Some(set), _) if set.base == 0 => whole(set.next),
        (_, Some(held)) if held.number > 0 => {
            let from = gathers.filter(|set| set.base == held.number).map_or(1, |set| set.next);
            match difference(reads, roster, held, number, &body)? {
                // Most of it is new: the whole is shorter.
                Some(pages) if pages.iter().map(|(_, page, _)| page.len()).sum::<usize>() <= body.len() / 2 => {
                    Ok(pages.into_iter().skip(usize::from(from) - 1).collect())
                }
                _ => whole(1),
            }
        }
        _ => whole(1),
    }
}

/// The whole from one of its pages on, under the number that leads on for this device.
fn whole_from(body: &[u8], roster: &RosterRow, number: u32, from: u16) -> Result<Sent> {
    let mut sent = Vec::new();
    for (page, plain) in (1u16..).zip(stored::read_pages(body)?).skip(usize::from(from.max(1)) - 1) {
        let plain = if number == roster.number {
            plain
        } else {
            let mut page = RosterPage::parse(&plain)?;
            page.head.number = number;
            page.to_bytes()?
        };
        sent.push((DispatchKind::Roster, plain, Place { number, base: 0, page }));
    }
    Ok(sent)
}

/// The difference from what the device has; `None` if that state is not known here any more.
fn difference(
    reads: &dyn Reads,
    roster: &RosterRow,
    held: &RosterHeld,
    number: u32,
    body: &[u8],
) -> Result<Option<Sent>> {
    let Some(state) = reads.roster_state(&roster.area, held.print)? else { return Ok(None) };
    let households: Vec<Household> = stored::read_households(body)?;
    let head =
        RosterHead { roster: Uuid::from_bytes(roster.id), area: roster.area.clone(), number, digest: roster.digest };
    let base = RosterBase { number: held.number, digest: state.digest };
    let pages = roster::difference(&head, base, &stored::read_prints(&state.prints), &households)?;
    let sent = pages.iter().map(|page| {
        Ok((DispatchKind::RosterChange, page.to_bytes()?, Place { number, base: held.number, page: page.page }))
    });
    sent.collect::<Result<_>>().map(Some)
}

/// An empty roster for who is to have it no longer.
fn taken_back(roster: &RosterRow, held: Option<&RosterHeld>) -> Result<Sent> {
    let empty = print(&roster::digest(&[])?);
    let Some(held) = held.filter(|held| held.number == 0 || held.print != empty) else { return Ok(Vec::new()) };
    let number = next_number(0, Some(held), empty);
    let pages = roster::whole(Uuid::from_bytes(roster.id), &roster.area, number, &[])?;
    let sent = pages
        .iter()
        .map(|page| Ok((DispatchKind::Roster, page.to_bytes()?, Place { number, base: 0, page: page.page })));
    sent.collect()
}
