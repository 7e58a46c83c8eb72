//! Who was heard, by which way, and what devices say is still to come.

use std::collections::BTreeSet;

use fieldcore::DeviceId;
use fieldcore::wire::{Outstanding, Poll};

use super::verify::Checked;
use crate::error::Result;
use crate::store::rows::{HeardRow, OutstandingRow};
use crate::store::{DeviceBy, Tx};

/// The way by which a bundle came. Nothing is decided by it: it is told to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// Over the network, from the device whose poll stands last in it.
    Network(Option<DeviceId>),
    /// As a file, written by this device where that is known.
    File(Option<DeviceId>),
    /// Out of the hub's own store, where it was kept: nobody was heard.
    Store,
}

impl Via {
    /// The way of a bundle with these polls. A device puts its own last.
    pub(super) fn of(self, polls: &[Poll]) -> Self {
        match self {
            Self::Network(None) => Self::Network(polls.last().map(|poll| DeviceId::of_key(&poll.device_key))),
            other => other,
        }
    }

    /// Who brought something of `device`, and whether that was the device itself.
    fn brings(self, device: DeviceId) -> (Option<DeviceId>, bool) {
        match self {
            Self::Network(by) => (by, by.is_none_or(|by| by == device)),
            Self::File(by) => (by, false),
            Self::Store => (None, false),
        }
    }
}

/// Notes for each device that signed something in a bundle that it was heard.
pub(super) fn note(tx: &mut dyn Tx, checked: &[Checked], via: Via, now_ms: i64) -> Result<()> {
    if via == Via::Store {
        return Ok(());
    }
    let keys: BTreeSet<[u8; 32]> = checked.iter().filter_map(signer).collect();
    for key in keys {
        let Some(device) = tx.device(DeviceBy::Key(&key))? else { continue };
        let before = tx.heard(device.no)?.unwrap_or_default();
        let row = match via.brings(DeviceId::of_key(&key)) {
            (_, true) => HeardRow { direct_ms: Some(now_ms), ..before },
            (by, false) => HeardRow { carried_ms: Some(now_ms), carrier: by.map(|by| *by.as_bytes()), ..before },
        };
        tx.put_heard(device.no, &row)?;
    }
    Ok(())
}

fn signer(checked: &Checked) -> Option<[u8; 32]> {
    match checked {
        Checked::Enrolment { enrolment, .. } => Some(enrolment.device_key),
        Checked::Arrived(arrived) => Some(arrived.uploader_key),
        Checked::Poll(poll) => Some(poll.device_key),
        Checked::Outstanding(said) => Some(said.device_key),
        Checked::Keep { .. } | Checked::Refused(_) | Checked::Passed => None,
    }
}

/// Keeps what a known device says is still to come, unless it said something later before.
pub(super) fn said(tx: &mut dyn Tx, said: &Outstanding) -> Result<()> {
    let Some(device) = tx.device(DeviceBy::Key(&said.device_key))? else { return Ok(()) };
    // Where the device was in its journal counts before its clock, which may have been set back.
    let place = (said.epoch.as_u64(), said.seq, said.wall_ms);
    if tx.outstanding(device.no)?.is_some_and(|before| (before.epoch, before.seq, before.said_ms) >= place) {
        return Ok(());
    }
    let row = OutstandingRow {
        said_ms: said.wall_ms,
        epoch: said.epoch.as_u64(),
        seq: said.seq,
        unsent: said.unsent,
        since_ms: said.since_ms,
        carries: said.carries,
    };
    tx.put_outstanding(device.no, &row)
}
