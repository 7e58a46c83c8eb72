//! The hub's keys: what lies in its key folder, and what the offline roots certify.
//!
//! In the folder: receipt keys (Ed25519), seal keys (X25519, for HPKE), the people's look-up key,
//! the store key. A seal key's file may be moved away after a rotation; what was opened before
//! stays readable, because the data keys are kept under the store key. Never in the folder: the
//! roots and the recovery key, whose secrets the operator takes away.

pub(crate) mod files;
mod issue;

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use fieldcore::wire::{HubSigned, HubStatement, KeySet, Purpose};
use fieldcore::{Secret, crypto};

use crate::error::{Error, Result};
use crate::surroundings::Surroundings;
pub(crate) use issue::{Issued, Roots, issue_first, issue_next};

const PERSONS: &str = "persons";
const STORE: &str = "store";
/// The file with the token of the admin endpoints.
pub(crate) const TOKEN_FILE: &str = "admin.token";

/// The secrets at hand, with the key set that makes them known.
pub(crate) struct KeyRing {
    dir: PathBuf,
    pub(crate) set: KeySet,
    receipt: Option<([u8; 8], Secret)>,
    seals: Vec<([u8; 8], Secret)>,
    persons: Secret,
    store: Secret,
}

impl KeyRing {
    /// The files of the two keys that never leave the hub.
    pub(crate) const OWN_FILES: [&str; 2] = ["persons.key", "store.key"];

    /// Makes the two keys that never leave the hub.
    pub(crate) fn create(dir: &Path, around: &Surroundings) -> Result<()> {
        files::private_dir(dir)?;
        for purpose in [PERSONS, STORE] {
            let path = dir.join(format!("{purpose}.key"));
            if !path.exists() {
                files::write_key(&path, purpose, &Secret::new(around.random()?))?;
            }
        }
        let path = dir.join(TOKEN_FILE);
        if !path.exists() {
            let text = HEXLOWER.encode(&around.random::<32>()?);
            files::write_private(&path, format!("{text}\n").as_bytes())?;
        }
        Ok(())
    }

    /// The keys in `dir` that `set` knows.
    pub(crate) fn open(dir: &Path, set: KeySet) -> Result<Self> {
        let need = |purpose: &'static str| {
            files::read_key(&dir.join(format!("{purpose}.key")), purpose)?.ok_or_else(|| Error::NoKey {
                what: format!("{}/{purpose}.key", dir.display()),
                next: "restore the key folder from its backup",
            })
        };
        let (persons, store) = (need(PERSONS)?, need(STORE)?);
        let mut ring = Self { dir: dir.to_path_buf(), set, receipt: None, seals: Vec::new(), persons, store };
        ring.load()?;
        Ok(ring)
    }

    fn load(&mut self) -> Result<()> {
        let mut receipts: Vec<_> =
            self.set.certificates.iter().filter(|one| one.purpose == Purpose::Receipt).cloned().collect();
        receipts.sort_by_key(|one| std::cmp::Reverse((one.not_before_ms, one.not_after_ms)));
        for certificate in receipts {
            let id = certificate.id();
            if self.set.revoked.contains(&id) || self.receipt.is_some() {
                continue;
            }
            self.receipt = files::read_key(&self.path("receipt", &id), "receipt")?.map(|secret| (id, secret));
        }
        // Every one in the folder, also those whose certificate had to make room in the set.
        for id in seal_files(&self.dir)? {
            if let Some(secret) = files::read_key(&self.path("seal", &id), "seal")? {
                self.seals.push((id, secret));
            }
        }
        Ok(())
    }

    fn path(&self, purpose: &str, id: &[u8; 8]) -> PathBuf {
        key_path(&self.dir, purpose, id)
    }

    /// Signs with the newest receipt key at hand.
    pub(crate) fn sign<T: HubStatement>(&self, statement: &T) -> Result<HubSigned<T>> {
        let (_, secret) = self.receipt.as_ref().ok_or_else(|| Error::NoKey {
            what: "signing a receipt".to_owned(),
            next: "put the receipt key back into the key folder, or make a new one with `keys rotate`",
        })?;
        Ok(HubSigned::sign(statement, secret)?)
    }

    /// The id of the key that signs.
    pub(crate) fn receipt_id(&self) -> Option<[u8; 8]> {
        self.receipt.as_ref().map(|(id, _)| *id)
    }

    /// The seal key with this id, if it is at hand.
    pub(crate) fn seal(&self, id: &[u8; 8]) -> Option<&Secret> {
        self.seals.iter().find(|(one, _)| one == id).map(|(_, secret)| secret)
    }

    /// Ids of the seal keys at hand.
    pub(crate) fn seal_ids(&self) -> Vec<[u8; 8]> {
        self.seals.iter().map(|(id, _)| *id).collect()
    }

    /// The look-up hash of a person's key text.
    pub(crate) fn person(&self, key_text: &str) -> [u8; 16] {
        crypto::lookup(&self.persons, &[b"person", key_text.as_bytes()])
    }

    /// Wraps a segment's data key for this hub's own later reading.
    pub(crate) fn keep_data_key(&self, digest: &[u8; 32], key: &Secret, around: &Surroundings) -> Result<Vec<u8>> {
        Ok(crypto::seal(&self.store, around.entropy.as_ref(), digest, key.expose())?)
    }

    /// The data key that [`Self::keep_data_key`] kept.
    pub(crate) fn data_key(&self, digest: &[u8; 32], kept: &[u8]) -> Result<Secret> {
        let plain = crypto::open(&self.store, digest, kept, "data key")?;
        let bytes = <[u8; 32]>::try_from(plain.as_slice())
            .map_err(|_| Error::Damaged { what: "a kept data key has the wrong length".to_owned() })?;
        Ok(Secret::new(bytes))
    }

    /// The token of the admin endpoints.
    pub(crate) fn admin_token(&self) -> Result<Secret> {
        let path = self.dir.join(TOKEN_FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok();
        bytes
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Secret::new)
            .ok_or_else(|| Error::unreadable(path.display().to_string(), "it must hold 64 hexadecimal digits"))
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({:?}, {} seal keys)", self.set, self.seals.len())
    }
}

/// Ids of the seal keys in `dir`, as their files are named.
fn seal_files(dir: &Path) -> Result<Vec<[u8; 8]>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| Error::io(dir, error))? {
        let name = entry.map_err(|error| Error::io(dir, error))?.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix("seal-")?.strip_suffix(".key"));
        let id: Option<[u8; 8]> =
            id.and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok()).and_then(|bytes| bytes.try_into().ok());
        out.extend(id);
    }
    Ok(out)
}

/// Where the key with this id lies in `dir`.
pub(crate) fn key_path(dir: &Path, purpose: &str, id: &[u8; 8]) -> PathBuf {
    dir.join(format!("{purpose}-{}.key", HEXLOWER.encode(id)))
}
