//! The profiles that a station works by: the one in force, and those of open tubes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::source::Source;
use crate::error::Result;
use crate::journal::{profile_of, profile_version};
use crate::profile::Profile;

/// Parsed profiles by campaign and version, each parsed once.
#[derive(Default)]
pub(super) struct Profiles {
    known: Mutex<BTreeMap<(Uuid, u32), Arc<Profile>>>,
}

impl Profiles {
    /// The profile in force; the built-in one where none was ever applied.
    pub(super) fn in_force(&self, source: &dyn Source) -> Result<Arc<Profile>> {
        let version = profile_version(source.conn())?;
        Ok(self.find(source, version)?.unwrap_or_else(|| Arc::new(Profile::built_in(source.campaign()))))
    }

    /// The profile of that version, as an open tube keeps it; the one in force where it is not
    /// here any more (a journal that was begun anew).
    pub(super) fn version(&self, source: &dyn Source, version: u32) -> Result<Arc<Profile>> {
        match self.find(source, version)? {
            Some(profile) => Ok(profile),
            None => self.in_force(source),
        }
    }

    fn find(&self, source: &dyn Source, version: u32) -> Result<Option<Arc<Profile>>> {
        let key = (source.campaign(), version);
        if let Some(profile) = self.known().get(&key) {
            return Ok(Some(profile.clone()));
        }
        let profile = profile_of(source.conn(), version)?.map(Arc::new);
        if let Some(profile) = &profile {
            self.known().insert(key, profile.clone());
        }
        Ok(profile)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(Uuid, u32), Arc<Profile>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
