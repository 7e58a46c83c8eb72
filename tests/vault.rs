//! A vault in memory, with what goes wrong in real ones.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fieldcore::{Error, KeyVault, Result, Secret};

/// A vault that survives a simulated power cut, and can be copied, wiped or locked.
#[derive(Debug, Default)]
pub struct MemoryVault(Mutex<Inner>);

#[derive(Debug, Default, Clone)]
struct Inner {
    secrets: BTreeMap<String, Secret>,
    locked: bool,
}

impl MemoryVault {
    /// An empty vault.
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A second vault with the same secrets: a cloned phone.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self(Mutex::new(self.inner().clone()))
    }

    /// Loses everything at once, as a keystore does when the lock screen is removed.
    pub fn wipe(&self) {
        self.inner().secrets.clear();
    }

    /// Loses the secrets whose name begins with `prefix`.
    pub fn lose(&self, prefix: &str) {
        self.inner().secrets.retain(|name, _| !name.starts_with(prefix));
    }

    /// Refuses everything until unlocked again; loses nothing.
    pub fn lock(&self, locked: bool) {
        self.inner().locked = locked;
    }

    /// The names of what is there, in order.
    pub fn names(&self) -> Vec<String> {
        self.inner().secrets.keys().cloned().collect()
    }

    /// Every secret that is there: what someone who broke the vault open would hold.
    pub fn secrets(&self) -> Vec<(String, Secret)> {
        self.inner().secrets.iter().map(|(name, secret)| (name.clone(), secret.clone())).collect()
    }

    fn unlocked(&self, name: &str) -> Result<MutexGuard<'_, Inner>> {
        let inner = self.inner();
        if inner.locked {
            return Err(Error::Vault { name: name.to_owned(), reason: "the device is locked; unlock it".to_owned() });
        }
        Ok(inner)
    }
}

impl KeyVault for MemoryVault {
    fn create(&self, name: &str, secret: &Secret) -> Result<()> {
        let mut inner = self.unlocked(name)?;
        if inner.secrets.contains_key(name) {
            return Err(Error::Vault { name: name.to_owned(), reason: "the name is taken".to_owned() });
        }
        inner.secrets.insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Secret>> {
        Ok(self.unlocked(name)?.secrets.get(name).cloned())
    }

    fn destroy(&self, name: &str) -> Result<()> {
        self.unlocked(name)?.secrets.remove(name);
        Ok(())
    }
}
