//! One process serves a hub's folder at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// Held while a hub is served or replaced; let go when dropped, also by a crash.
#[derive(Debug)]
pub(crate) struct ServeLock {
    file: File,
}

impl ServeLock {
    /// Takes the lock of the hub in `dir`.
    pub(crate) fn take(dir: &Path, holder: &str) -> Result<Self> {
        let path = dir.join("serve.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(|error| Error::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(Error::Locked { path: dir.to_path_buf(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io(&path, error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{holder} (process {})", std::process::id()))
            .map_err(|error| Error::io(&path, error))?;
        Ok(Self { file })
    }
}

impl Drop for ServeLock {
    /// Unlocks instead of only closing: a child that this process is just starting holds a copy of
    /// the descriptor until it becomes another program, and would keep the lock for that long.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_the_descriptor_does_not_keep_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let lock = ServeLock::take(dir.path(), "first").unwrap();
        let copy_in_a_child = lock.file.try_clone().unwrap();
        assert!(matches!(ServeLock::take(dir.path(), "second"), Err(Error::Locked { .. })));
        drop(lock);
        assert!(ServeLock::take(dir.path(), "third").is_ok());
        drop(copy_in_a_child);
    }
}
