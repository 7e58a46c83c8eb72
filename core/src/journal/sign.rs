//! What a device says to another: signed by the key of the device that writes now; and how long ago something was.

use super::action::{Action, View};
use super::anchors;
use crate::error::Result;
use crate::id::{DeviceId, RecordRef};
use crate::platform::Platform;
use crate::record::Stamp;
use crate::wire::{AnchorKind, DeviceSigned, DeviceStatement};

/// A moment by the clock that never goes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Milliseconds.
    pub(crate) mono_ms: u64,
    /// Which run of the clock.
    pub(crate) clock: u64,
}

impl Action<'_> {
    /// The device that writes.
    pub(crate) const fn device(&self) -> DeviceId {
        self.head.epoch.device
    }

    /// Its Ed25519 public key.
    pub(crate) const fn device_key(&self) -> [u8; 32] {
        self.head.epoch.key
    }

    /// Signs a statement that names [`Self::device_key`].
    pub(crate) fn sign<T: DeviceStatement>(&self, statement: &T) -> Result<DeviceSigned<T>> {
        DeviceSigned::sign(statement, &self.keys.signing(self.head.epoch.device_row)?)
    }

    /// Whether this action wrote the record.
    pub(crate) fn is_new(&self, at: RecordRef) -> bool {
        self.appended.contains(&at)
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N]> {
        self.site.platform.random()
    }

    /// The action's moment.
    pub(crate) const fn moment(&self) -> Moment {
        Moment { mono_ms: self.now.mono_ms, clock: self.now.clock }
    }

    /// See [`at_least`].
    pub(crate) fn elapsed_ms(&self, now: Moment, since: &Stamp) -> Result<u64> {
        at_least(self.tx(), now, since)
    }
}

impl Moment {
    /// Now.
    pub(crate) fn read(platform: &Platform) -> Self {
        Self { mono_ms: platform.clock.mono_ms(), clock: platform.clock.session() }
    }
}

impl View<'_> {
    /// See [`at_least`].
    pub(crate) fn elapsed_ms(&self, now: Moment, since: &Stamp) -> Result<u64> {
        at_least(self.conn(), now, since)
    }
}

/// Milliseconds that have passed at the least since a record was written. Within one run of the monotonic clock that is
/// its difference. Across runs it is what the present run has lasted, or what lies between two moments whose true time
/// a hub told, whichever is more. The wall clock is not asked: it may jump.
fn at_least(conn: &rusqlite::Connection, now: Moment, since: &Stamp) -> Result<u64> {
    if now.clock == since.clock {
        return Ok(now.mono_ms.saturating_sub(since.mono_ms));
    }
    let told = told(conn, now, since)?.unwrap_or(0);
    Ok(told.max(now.mono_ms))
}

/// What lies at least between the latest that `since` can have been and the earliest that it is now, by the hub's clock.
fn told(conn: &rusqlite::Connection, now: Moment, since: &Stamp) -> Result<Option<u64>> {
    let exact = |kind| kind == AnchorKind::TwoSided;
    let then = anchors::of_clock(conn, since.clock)?.into_iter().filter(|anchor| exact(anchor.kind)).map(|anchor| {
        let away = i128::from(since.mono_ms) - i128::from(anchor.mono_ms);
        i128::from(anchor.hub_ms) + away + i128::from(anchor.error_ms)
    });
    let here = anchors::of_clock(conn, now.clock)?.into_iter().map(|anchor| {
        let error = if exact(anchor.kind) { i128::from(anchor.error_ms) } else { 0 };
        i128::from(anchor.hub_ms) + i128::from(now.mono_ms) - i128::from(anchor.mono_ms) - error
    });
    let (Some(then), Some(here)) = (then.min(), here.max()) else { return Ok(None) };
    Ok(u64::try_from(here - then).ok())
}
