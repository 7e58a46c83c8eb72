//! A file that holds space back: let go once when the disk is full, so that the phone can still
//! seal and sync, and made again before capture resumes.

use std::fs::{self, OpenOptions};
use std::io::Write;

use super::site::{Site, sync_dir};
use crate::error::Result;
use crate::platform::Platform;
use crate::secret::Secret;

const PIECE: usize = 64 * 1024;
/// Room beside the ballast, as a part of it, that must be there before it is made again. Without
/// it the space that was just let go would be taken again at once, and nothing could be sealed.
const ROOM_PART: u64 = 4;

/// Whether the ballast lies there whole, or none is wanted.
pub(super) fn is_there(site: &Site) -> bool {
    let wanted = site.options.ballast_bytes;
    wanted == 0 || fs::metadata(site.ballast()).is_ok_and(|meta| meta.len() == wanted)
}

/// Makes the ballast where it is missing. It is random bytes, really written: a file system that
/// compresses or leaves holes must hold the space as well. Answers whether it is there now.
pub(super) fn make(site: &Site) -> Result<bool> {
    if is_there(site) {
        return Ok(true);
    }
    match write(site) {
        Ok(()) => sync_dir(&site.options.dir).map(|()| true),
        Err(_) => {
            // No room for it yet: what was written must not be in the way.
            release(site);
            Ok(false)
        }
    }
}

fn write(site: &Site) -> Result<()> {
    let path = site.ballast();
    let blame = |error| site.blame(&path, error);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&path).map_err(blame)?;
    let mut stream = Stream::new(&site.platform)?;
    let mut piece = vec![0; PIECE];
    let wanted = site.options.ballast_bytes;
    let mut left = wanted + wanted / ROOM_PART;
    while left > 0 {
        let length = left.min(PIECE as u64);
        stream.0.fill(&mut piece);
        // A piece is far below usize::MAX.
        file.write_all(&piece[..usize::try_from(length).unwrap_or(PIECE)]).map_err(blame)?;
        left -= length;
    }
    // The room was really there; it goes back.
    file.set_len(wanted).map_err(blame)?;
    file.sync_all().map_err(blame)
}

/// Lets the space go; whether there was any. If it cannot be removed there is no more to give.
pub(super) fn release(site: &Site) -> bool {
    let released = fs::remove_file(site.ballast()).is_ok();
    let _ = sync_dir(&site.options.dir);
    released
}

/// Incompressible bytes from 32 random ones.
struct Stream(blake3::OutputReader);

impl Stream {
    fn new(platform: &Platform) -> Result<Self> {
        let seed = Secret::new(platform.random()?);
        Ok(Self(blake3::Hasher::new_keyed(seed.expose()).finalize_xof()))
    }
}
