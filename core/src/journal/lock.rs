//! One writer per journal: an exclusive lock on a file that names its holder.
//!
//! The lock is the operating system's and ends with the process, however that ends. The file
//! itself stays; what it says counts only while the lock is held.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::site::Site;
use crate::error::{Error, Result};

/// Characters of a holder's name that are shown.
const HOLDER_CHARS_MAX: usize = 200;

/// The right to write one journal.
pub(super) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(site: &Site) -> Result<Self> {
        let path = site.lock();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| site.blame(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked { path: site.options.dir.clone(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(site.blame(&path, error)),
        }
        // Who holds it is for people; a full disk must not keep anybody out.
        let _ = name_holder(&mut file, &site.options.holder, &path);
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    /// Unlocks instead of only closing: a child that this process is just starting holds a copy of
    /// the descriptor until it becomes another program, and would keep the lock for that long.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn name_holder(file: &mut File, holder: &str, path: &Path) -> Result<()> {
    file.set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(holder.as_bytes()))
        .map_err(|error| Error::io(path, error))
}

fn holder(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = file.take(4 * HOLDER_CHARS_MAX as u64).read_to_end(&mut bytes);
    let text: String =
        String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).take(HOLDER_CHARS_MAX).collect();
    if read.is_err() || text.is_empty() { "another process".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::Desk;

    #[test]
    fn a_copy_of_the_descriptor_does_not_keep_the_lock() {
        let desk = Desk::new();
        let site = Site { options: desk.options(), platform: desk.platform() };
        std::fs::create_dir_all(&site.options.dir).unwrap();
        let lock = WriterLock::take(&site).unwrap();
        let copy_in_a_child = lock.file.try_clone().unwrap();
        assert!(matches!(WriterLock::take(&site), Err(Error::Locked { .. })));
        drop(lock);
        assert!(WriterLock::take(&site).is_ok());
        drop(copy_in_a_child);
    }
}
