//! Whether a write-ahead log holds more than SQLite would take from it.
//!
//! SQLite ends a log at its first frame whose checksum does not fit and forgets what follows: right
//! after a power cut, where only the newest commit can be torn, since every one was synced before
//! the next began. If more than one commit lies behind that frame, bits of the log have gone bad,
//! and forgetting would lose what was saved (file format, sections 4.1 to 4.3).

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use crate::error::{Error, Result};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const PAGE: usize = 4096;
/// The magic number up to its last bit, which tells the byte order of the checksums.
const MAGIC: u32 = 0x377f_0682;
/// Commits that a power cut can leave torn.
const TORN_MAX: u32 = 1;

/// Whether the log at `path` holds commits that SQLite would forget though they were synced.
pub(super) fn is_broken(path: &Path) -> Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io(path, error)),
    };
    let mut file = BufReader::with_capacity(FRAME_HEADER + PAGE, file);
    let mut header = [0; HEADER];
    if file.read_exact(&mut header).is_err() {
        return Ok(false);
    }
    let mut chain = Chain::begin(&header);
    let mut salts = Salts { own: chain.is_sound().then(|| words(&header[16..24])), last: None };
    let mut forgotten = 0;
    let mut frame = [0; FRAME_HEADER + PAGE];
    // A part of a frame at the end is no frame.
    while file.read_exact(&mut frame).is_ok() {
        let found = words(&frame[8..16]);
        if !salts.fit(found) {
            break;
        }
        if salts.own.is_some_and(|own| own != found) {
            chain.sums = None;
        }
        chain.follow(&frame);
        let commits = words(&frame[..8])[1] != 0;
        forgotten += u32::from(commits && !chain.is_sound());
    }
    Ok(forgotten > TORN_MAX)
}

/// The salts of one life of the log; what lies behind with others is left over from before.
struct Salts {
    own: Option<[u32; 2]>,
    last: Option<[u32; 2]>,
}

impl Salts {
    /// Whether a frame is of this life: it has the header's salts, or where the header is damaged
    /// those of the frame before.
    fn fit(&mut self, found: [u32; 2]) -> bool {
        let before = self.own.or(self.last.replace(found));
        before.is_none_or(|before| before[0] == found[0] || before[1] == found[1])
    }
}

/// The checksums, each over everything in front of it.
struct Chain {
    big_endian: bool,
    sums: Option<[u32; 2]>,
}

impl Chain {
    fn begin(header: &[u8; HEADER]) -> Self {
        let [magic, _] = words(&header[..8]);
        let mut chain = Self { big_endian: magic & 1 == 1, sums: Some([0, 0]) };
        chain.add(&header[..24]);
        chain.expect(words(&header[24..32]));
        if magic & !1 != MAGIC {
            chain.sums = None;
        }
        chain
    }

    fn follow(&mut self, frame: &[u8; FRAME_HEADER + PAGE]) {
        self.add(&frame[..8]);
        self.add(&frame[FRAME_HEADER..]);
        self.expect(words(&frame[16..24]));
    }

    const fn is_sound(&self) -> bool {
        self.sums.is_some()
    }

    fn add(&mut self, bytes: &[u8]) {
        let Some([mut first, mut second]) = self.sums else { return };
        for pair in bytes.as_chunks::<8>().0 {
            let [a, b] = words(pair);
            let (a, b) = if self.big_endian { (a, b) } else { (a.swap_bytes(), b.swap_bytes()) };
            first = first.wrapping_add(a).wrapping_add(second);
            second = second.wrapping_add(b).wrapping_add(first);
        }
        self.sums = Some([first, second]);
    }

    fn expect(&mut self, stored: [u32; 2]) {
        self.sums = self.sums.filter(|sums| *sums == stored);
    }
}

/// Two big-endian numbers.
fn words(bytes: &[u8]) -> [u32; 2] {
    let word = |at: usize| bytes.iter().skip(at).take(4).fold(0, |word, byte| word << 8 | u32::from(*byte));
    [word(0), word(4)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of ten commits of one row each.
    fn log(dir: &Path) -> Vec<u8> {
        let path = dir.join("a.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch(
            "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a);",
        )
        .unwrap();
        for row in 0..10 {
            conn.execute("INSERT INTO t VALUES (?1)", [row]).unwrap();
        }
        std::fs::read(dir.join("a.db-wal")).unwrap()
    }

    fn broken(dir: &Path, bytes: &[u8]) -> bool {
        let path = dir.join("b.db-wal");
        std::fs::write(&path, bytes).unwrap();
        is_broken(&path).unwrap()
    }

    #[test]
    fn bad_bits_in_front_of_commits_are_told_from_a_torn_end() {
        let dir = tempfile::tempdir().unwrap();
        let whole = log(dir.path());
        assert!(!broken(dir.path(), &whole));
        assert!(!broken(dir.path(), &[]));
        assert!(!is_broken(&dir.path().join("none")).unwrap());
        let frame = FRAME_HEADER + PAGE;
        let frames = (whole.len() - HEADER) / frame;
        for at in [4, 17, 28, HEADER + 17, HEADER + 3 * frame + 9, HEADER + 5 * frame + 2_000] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            assert!(broken(dir.path(), &flipped), "byte {at}");
        }
        for end in [0, 1, 100, frame - 1] {
            assert!(!broken(dir.path(), &whole[..whole.len() - end]), "cut off by {end}");
        }
        let mut torn = whole.clone();
        torn[HEADER + (frames - 1) * frame + 600..].fill(0);
        assert!(!broken(dir.path(), &torn), "the newest commit was torn");
        let mut older = whole;
        older[HEADER + 4 * frame..].chunks_mut(frame).for_each(|frame| frame[8..16].fill(7));
        assert!(!broken(dir.path(), &older), "what lies behind is of an older life of the log");
    }

    #[test]
    fn any_bytes_are_survived() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = 7u64;
        for _ in 0..50 {
            let bytes: Vec<u8> = (0..20_000)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 33) as u8
                })
                .collect();
            broken(dir.path(), &bytes);
        }
    }
}
