//! What a device knows of doors at one moment. It stays in the core and crosses in the pieces that a screen shows.

use std::sync::Arc;

use fieldcore::doors::{BuildingFigures as BuildingOf, Doors};

use crate::doors_lines::{
    BuildingFigures, ClaimLine, ClaimOverlap, ContestedDoor, DoorFigures, HomeLine, MissedLine, OpenFollowUp,
    TeamFigures,
};
use crate::error::{FieldError, Result, guard};
use crate::refs::id_of;

/// Every household and person of a round as they were when `Station.doors` was called. It does not change; ask for
/// another one after an action.
#[derive(uniffi::Object)]
pub struct DoorsView {
    doors: Arc<Doors>,
}

impl DoorsView {
    pub(crate) fn new(doors: Arc<Doors>) -> Arc<Self> {
        Arc::new(Self { doors })
    }
}

fn lines<T: Clone, L: From<T>>(all: &[T]) -> Vec<L> {
    all.iter().cloned().map(Into::into).collect()
}

#[uniffi::export]
impl DoorsView {
    /// All households and people.
    pub fn figures(&self) -> DoorFigures {
        self.doors.figures.clone().into()
    }

    /// The same by building, in the order of doors.
    pub fn buildings(&self) -> Vec<BuildingFigures> {
        lines(&self.doors.buildings)
    }

    /// What each team did.
    pub fn teams(&self) -> Vec<TeamFigures> {
        lines(&self.doors.teams)
    }

    /// Households in the order of doors, which is the way to walk: of a building and an area as `buildings` names them,
    /// or of all without; only those where somebody must go, or all.
    pub fn homes(&self, area: Option<String>, building: Option<String>, left_only: bool) -> Vec<HomeLine> {
        let named = |of: &BuildingOf| {
            area.as_ref().is_none_or(|area| *area == of.area)
                && building.as_ref().is_none_or(|building| *building == of.building)
        };
        let homes = self.doors.by_building().filter(|(of, _)| named(of)).flat_map(|(_, homes)| homes);
        homes.filter(|home| !(left_only && home.state.is_settled())).cloned().map(Into::into).collect()
    }

    /// A household; nothing where it is not known.
    pub fn home(&self, household: String) -> Result<Option<HomeLine>> {
        guard("home", || {
            let id = id_of("household", &household)?;
            Ok::<_, FieldError>(self.doors.home(id).cloned().map(Into::into))
        })
    }

    /// Where to go next: the household that is left after this one, from the first again at the end, and never the one
    /// asked about; the first one that is left without. Nothing where no other one is left.
    pub fn next_left(&self, after: Option<String>) -> Result<Option<HomeLine>> {
        guard("next_left", || {
            let after = after.map(|after| id_of("household", &after)).transpose()?;
            Ok::<_, FieldError>(self.doors.next_left(after).cloned().map(Into::into))
        })
    }

    /// What is still to be done, what is due first coming first.
    pub fn follow_ups(&self) -> Vec<OpenFollowUp> {
        lines(&self.doors.follow_ups)
    }

    /// Every claim, those given up among them.
    pub fn claims(&self) -> Vec<ClaimLine> {
        lines(&self.doors.claims)
    }

    /// Claims that may share doors.
    pub fn overlaps(&self) -> Vec<ClaimOverlap> {
        lines(&self.doors.overlaps)
    }

    /// Known doors that claims share.
    pub fn contested(&self) -> Vec<ContestedDoor> {
        lines(&self.doors.contested)
    }

    /// How many are missed.
    pub fn missed_count(&self) -> u32 {
        u32::try_from(self.doors.missed_count()).unwrap_or(u32::MAX)
    }

    /// Who is missed, in the order of doors, without names: at most `limit` after the first `offset`.
    pub fn missed(&self, offset: u32, limit: u32) -> Vec<MissedLine> {
        self.doors.missed_page(at(offset), at(limit)).map(Into::into).collect()
    }
}

pub(crate) fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
