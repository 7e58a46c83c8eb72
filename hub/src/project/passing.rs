//! Tubes that move between devices.
//!
//! A tube is its opener's to act upon. It is another device's as well once a giver who may act upon it has said that it
//! passes the tube on (to that device, or to whoever comes first), and that device has said that it took it over. What
//! it did before both words have arrived is kept aside and counts from then on, so that the order of arrival does not
//! matter. People whom a device put into a tube that is not its own are counted meanwhile, and their tube is not named.

use std::collections::{BTreeMap, BTreeSet};

use fieldcore::record::{Body, CloseReason, Stamp, TubePassedOn, TubeTakenBack, TubeTakenOver};
use fieldcore::{DeviceId, RecordRef};

use super::Projector;
use super::claims::{Standing, standing};
use crate::error::Result;
use crate::store::rows::{At, TubeAct, TubeActKind, TubeRow};
use crate::store::{DeviceBy, Reads};

/// Whether a record is one that the chain of custody is made of.
pub(crate) const fn is_custody(body: &Body) -> bool {
    matches!(
        body,
        Body::BoxOpened(_)
            | Body::TubePacked(_)
            | Body::TubeUnpacked(_)
            | Body::BoxSealed(_)
            | Body::HandOverGiven(_)
            | Body::HandOverReceived(_)
            | Body::DamageNoted(_)
            | Body::TemperatureLogged(_)
            | Body::DeskReceived(_)
            | Body::TubePassedOn(_)
            | Body::TubeTakenOver(_)
            | Body::TubeTakenBack(_)
    ) || matches!(body, Body::TubeOpened(opened) if opened.container.is_some())
}

/// The devices to which a tube was passed on, by themselves or over others, in the order of their numbers.
pub(crate) fn holders(reads: &(impl Reads + ?Sized), acts: &[TubeAct]) -> Result<BTreeSet<i64>> {
    let passes: BTreeMap<At, &TubeAct> =
        acts.iter().filter(|act| act.kind == TubeActKind::PassedOn).map(|act| (act.by, act)).collect();
    let takes: Vec<&TubeAct> = acts.iter().filter(|act| act.kind == TubeActKind::TakenOver).collect();
    let mut holders = BTreeSet::new();
    loop {
        let before = holders.len();
        for take in &takes {
            let Some(pass) = take.of.and_then(|of| passes.get(&of)) else { continue };
            let meant = match pass.to {
                Some(to) => reads.device(DeviceBy::No(take.device))?.is_some_and(|device| device.id == to),
                None => true,
            };
            if meant && (pass.own || holders.contains(&pass.device)) {
                holders.insert(take.device);
            }
        }
        if holders.len() == before {
            return Ok(holders);
        }
    }
}

/// Whether the stories about a tube contradict each other: one code was used twice, or was taken and taken back.
pub(crate) fn is_contested(acts: &[TubeAct]) -> bool {
    let mut words: BTreeMap<At, u32> = BTreeMap::new();
    for act in acts {
        if let (TubeActKind::TakenOver | TubeActKind::TakenBack, Some(of)) = (act.kind, act.of) {
            *words.entry(of).or_default() += 1;
        }
    }
    words.values().any(|count| *count > 1)
}

impl Projector<'_> {
    /// The place of a record of whatever device, also one that has not arrived.
    fn any_place(&mut self, target: &RecordRef) -> Result<At> {
        if let Some(at) = self.resolve_named(target)? {
            return Ok(at);
        }
        let device = self.tx.ensure_device(target.device.as_bytes())?;
        let stream = self.tx.ensure_stream(device, target.epoch.as_u64())?;
        Ok(At { stream, branch: 0, seq: target.seq })
    }

    fn act_on(&mut self, at: At, stamp: &Stamp, tube: i64, kind: TubeActKind) -> Result<TubeAct> {
        let shift = self.shift_of(stamp.shift.as_ref())?.0;
        Ok(TubeAct {
            tube,
            by: at,
            kind,
            device: self.device.no,
            own: false,
            epoch: self.stream.epoch,
            shift,
            of: None,
            to: None,
            subject: None,
            reason: None,
            label: None,
        })
    }

    pub(super) fn tube_passed_on(&mut self, at: At, stamp: &Stamp, body: &TubePassedOn) -> Result<()> {
        let own = self.resolve(&body.tube)?;
        let place = own.map_or_else(|| self.any_place(&body.tube), Ok)?;
        let tube = self.tube_at(place)?;
        let act = self.act_on(at, stamp, tube, TubeActKind::PassedOn)?;
        let to = body.to.as_ref().map(DeviceId::as_bytes).copied();
        self.enter(&TubeAct { own: own.is_some(), to, ..act })
    }

    pub(super) fn tube_taken_over(&mut self, at: At, stamp: &Stamp, body: &TubeTakenOver) -> Result<()> {
        let place = self.any_place(&body.tube)?;
        let (tube, of) = (self.tube_at(place)?, Some(self.any_place(&body.passed)?));
        let act = self.act_on(at, stamp, tube, TubeActKind::TakenOver)?;
        self.enter(&TubeAct { of, label: Some(body.label.clone()), ..act })
    }

    /// Which tube is meant is said by the record that passed it on, which may come later: the act is entered with it.
    pub(super) fn tube_taken_back(&mut self, at: At, stamp: &Stamp, body: &TubeTakenBack) -> Result<()> {
        let Some(of) = self.resolve(&body.passed)? else { return Ok(()) };
        let act = self.act_on(at, stamp, 0, TubeActKind::TakenBack)?;
        self.enter(&TubeAct { of: Some(of), own: true, ..act })
    }

    /// A person was put into another device's tube.
    pub(super) fn seat_guest(&mut self, subject: At, by: At, stamp: &Stamp, tube: &RecordRef) -> Result<()> {
        let place = self.any_place(tube)?;
        let tube = self.tube_at(place)?;
        let act = self.act_on(by, stamp, tube, TubeActKind::Seated)?;
        self.enter(&TubeAct { subject: Some(subject), ..act })
    }

    /// Another device's tube was closed, made active or spoiled.
    pub(super) fn guest_act(
        &mut self,
        at: At,
        stamp: &Stamp,
        tube: &RecordRef,
        kind: TubeActKind,
        reason: Option<i64>,
    ) -> Result<()> {
        let place = self.any_place(tube)?;
        let tube = self.tube_at(place)?;
        let act = self.act_on(at, stamp, tube, kind)?;
        self.enter(&TubeAct { reason, ..act })
    }

    fn enter(&mut self, act: &TubeAct) -> Result<()> {
        if self.tx.add_tube_act(act)? && act.tube != 0 { self.settle(act.tube) } else { Ok(()) }
    }

    /// Whether an act by a device counts: it is a holder, or stands in the place of one.
    fn counts(&mut self, act: &TubeAct, holders: &BTreeSet<i64>) -> Result<bool> {
        if holders.contains(&act.device) {
            return Ok(true);
        }
        let lost = act.kind == TubeActKind::Closed && act.reason == Some(CloseReason::KeyLoss.code());
        let least = if lost { Standing::Contested } else { Standing::Accepted };
        let Some(device) = self.tx.device(DeviceBy::No(act.device))? else { return Ok(false) };
        for holder in holders {
            let Some(holder) = self.tx.device(DeviceBy::No(*holder))? else { continue };
            if standing(self.tx, &device, &holder.id)?.is_some_and(|stands| stands >= least) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets everything count that the holders of a tube did, whatever arrived first.
    fn settle(&mut self, tube: i64) -> Result<()> {
        let acts = self.tx.tube_acts(tube)?;
        let holders = holders(&*self.tx, &acts)?;
        let mut spoiled = false;
        let mut states: BTreeMap<[u8; 16], (u64, At, Option<i64>)> = BTreeMap::new();
        for act in &acts {
            if act.own || matches!(act.kind, TubeActKind::PassedOn | TubeActKind::TakenOver | TubeActKind::TakenBack) {
                continue;
            }
            if !self.counts(act, &holders)? {
                continue;
            }
            match (act.kind, act.subject) {
                (TubeActKind::Seated, Some(subject)) => self.seat(subject, act.by, tube)?,
                (TubeActKind::Spoiled, _) => spoiled = true,
                (TubeActKind::Closed | TubeActKind::Activated, _) => {
                    let Some(device) = self.tx.device(DeviceBy::No(act.device))? else { continue };
                    let state = states.entry(device.id).or_insert((act.epoch, act.by, act.reason));
                    if (state.0, state.1.seq) < (act.epoch, act.by.seq) {
                        *state = (act.epoch, act.by, act.reason);
                    }
                }
                _ => {}
            }
        }
        // Of several that closed it, which is a dispute, the device with the least id names the reason.
        let guest_closed = states.values().find_map(|state| state.2);
        let row = self.row(tube)?;
        let told = acts.iter().filter_map(|act| act.label.as_ref()).min().cloned();
        let label = if row.opened { row.label.clone() } else { told.or_else(|| row.label.clone()) };
        let after = TubeRow { spoiled: row.spoiled || spoiled, guest_closed, label, ..row.clone() };
        if after == row { Ok(()) } else { self.tx.put_tube(&after) }
    }
}
