//! Animated codes: a bundle as numbered frames, each in one QR code, from a screen to a camera.
//!
//! The first frames are the bundle's parts in order. Every later one is the sum (XOR) of a set of parts
//! that follows from its number, so that whoever missed m frames needs about m + 2 others, whichever
//! these are, and not a whole cycle. `docs/wire-format.md` has the bytes.

use std::fmt;

use crate::base45;
use crate::crypto;
use crate::error::{Error, Result};
use crate::limits::{FRAME_PARTS_MAX, FRAME_STRAYS_MAX, FRAMES_BUNDLE_BYTES_MAX as BUNDLE_MAX};

const MAGIC: &[u8; 4] = b"FCQ1";
const ID_TAG: &[u8] = b"fieldcore/frames/1\0";
const SET_TAG: &[u8] = b"fieldcore/frame-set/1\0";
const CHECK_TAG: &[u8] = b"fieldcore/frame/1\0";
const ID_BYTES: usize = 8;
const CHECK_BYTES: usize = 4;

/// Bytes of a frame around its part: magic, transfer, length, number in front, the check behind.
pub const FRAME_HEAD_BYTES: usize = MAGIC.len() + ID_BYTES + 4 + 4 + CHECK_BYTES;

type Id = [u8; ID_BYTES];

fn id_of(bundle: &[u8]) -> Id {
    let mut id = [0; ID_BYTES];
    id.copy_from_slice(&crypto::sha256(&[ID_TAG, bundle])[..ID_BYTES]);
    id
}

fn check_of(frame: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = crypto::sha256(&[CHECK_TAG, frame]);
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Which parts a frame is the sum of: one bit a part.
#[derive(Clone, PartialEq, Eq)]
struct Set(Vec<u64>);

impl Set {
    fn empty(parts: usize) -> Self {
        Self(vec![0; parts.div_ceil(64)])
    }

    /// The set of frame `number` of a transfer: the part of that number; beyond them, every part whose bit
    /// of the digests over id, number and a counter is set, and where none is, one by the number.
    fn of(id: &Id, number: u32, parts: usize) -> Self {
        let mut set = Self::empty(parts);
        let at = number as usize;
        if at < parts {
            set.put(at);
            return set;
        }
        let digest = |block: u32| crypto::sha256(&[SET_TAG, id, &number.to_be_bytes(), &block.to_be_bytes()]);
        for (block, first) in (0..).zip((0..parts).step_by(256)) {
            let bits = digest(block);
            let has = |bit: &usize| bits[bit / 8] >> (bit % 8) & 1 == 1;
            (0..256.min(parts - first)).filter(has).for_each(|bit| set.put(first + bit));
        }
        if set.first().is_none() {
            set.put(at % parts);
        }
        set
    }

    fn put(&mut self, part: usize) {
        if let Some(word) = self.0.get_mut(part / 64) {
            *word |= 1 << (part % 64);
        }
    }

    fn has(&self, part: usize) -> bool {
        self.0.get(part / 64).is_some_and(|word| word >> (part % 64) & 1 == 1)
    }

    /// The first part in it.
    fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(word * 64 + self.0.get(word)?.trailing_zeros() as usize)
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a ^= b);
    }
}

fn add(to: &mut [u8], other: &[u8]) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a ^= b);
}

/// Bytes of one frame: what the 970 characters of a QR code of version 20 at level M hold (ISO/IEC 18004).
/// Its 97 modules stand at six pixels each in a 1280x720 frame that they fill; see `docs/benchmarks.md`.
pub const FRAME_BYTES: usize = 646;

/// Makes the frames of a bundle, as many as are wanted: frame 0, 1, 2, … without end.
#[derive(Clone)]
pub struct FrameMaker {
    id: Id,
    length: u32,
    parts: Vec<Vec<u8>>,
}

impl fmt::Debug for FrameMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes in {} parts", self.length, self.parts.len())
    }
}

impl FrameMaker {
    /// The frames of `bundle`, [`FRAME_BYTES`] each or less. A bundle that is empty or longer than
    /// [`crate::limits::FRAMES_BUNDLE_BYTES_MAX`] is none for a screen: take a file.
    pub fn new(bundle: &[u8]) -> Result<Self> {
        Self::with_frame_bytes(bundle, FRAME_BYTES)
    }

    /// The same with frames of another size, for other codes. One that would need more than
    /// [`FRAME_PARTS_MAX`] parts is an [`Error::Limit`].
    pub fn with_frame_bytes(bundle: &[u8], frame_bytes: usize) -> Result<Self> {
        if bundle.is_empty() {
            return Err(Error::invalid("bundle for a screen", "it is empty"));
        }
        let over = |what, found: usize, limit: usize| Error::Limit { what, found: found as u64, limit: limit as u64 };
        if bundle.len() > BUNDLE_MAX {
            return Err(over("bytes of a bundle for a screen (take a file)", bundle.len(), BUNDLE_MAX));
        }
        let part = frame_bytes.saturating_sub(FRAME_HEAD_BYTES).max(1).min(bundle.len());
        let count = bundle.len().div_ceil(part);
        if count > FRAME_PARTS_MAX {
            return Err(over("frames of one cycle (take a file)", count, FRAME_PARTS_MAX));
        }
        let mut parts: Vec<Vec<u8>> = bundle.chunks(part).map(<[u8]>::to_vec).collect();
        if let Some(last) = parts.last_mut() {
            last.resize(part, 0);
        }
        let length = u32::try_from(bundle.len()).unwrap_or(u32::MAX);
        Ok(Self { id: id_of(bundle), length, parts })
    }

    /// Frames that a receiver needs who misses none.
    pub const fn needed(&self) -> usize {
        self.parts.len()
    }

    /// Frame `number`. Show them in order, each for a tenth of a second or a little more, and go on
    /// until the other side says that it is done.
    pub fn frame(&self, number: u32) -> Vec<u8> {
        let set = Set::of(&self.id, number, self.parts.len());
        let mut sum = vec![0; self.parts.first().map_or(0, Vec::len)];
        for (_, part) in self.parts.iter().enumerate().filter(|(at, _)| set.has(*at)) {
            add(&mut sum, part);
        }
        let length = self.length.to_be_bytes();
        let mut frame = [MAGIC.as_slice(), &self.id, &length, &number.to_be_bytes(), &sum].concat();
        frame.extend_from_slice(&check_of(&frame));
        frame
    }

    /// Frame `number` as the text of its QR code (Base45, alphanumeric mode).
    pub fn text(&self, number: u32) -> String {
        base45::encode(&self.frame(number))
    }
}

/// Why a code told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no frame of this format.
    NoFrame,
    /// It is one, but its check fails.
    Damaged,
    /// It says what no frame may say: a length of nothing or over the limits.
    Limits,
    /// It belongs to another transfer than the one that is being caught.
    OtherTransfer,
    /// Everything was caught and is not what the transfer's id says; catching starts over.
    NotWhole,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames that told something new.
    pub have: usize,
    /// Frames that are needed; 0 before the first was caught.
    pub needed: usize,
    /// Whether the code just taken told something new.
    pub new: bool,
    /// Why it did not, where it is no frame that was seen before.
    pub wrong: Option<Wrong>,
}

impl Progress {
    /// Whether the bundle is there ([`FrameTaker::bundle`]).
    pub const fn is_done(&self) -> bool {
        self.needed > 0 && self.have == self.needed
    }
}

/// A frame's contents as read.
struct Frame<'f> {
    id: Id,
    length: usize,
    number: u32,
    sum: &'f [u8],
}

impl<'f> Frame<'f> {
    fn read(bytes: &'f [u8]) -> std::result::Result<Self, Wrong> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Wrong::NoFrame)?;
        let (body, check) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(Wrong::NoFrame)?;
        let (id, rest) = rest.split_first_chunk::<ID_BYTES>().ok_or(Wrong::NoFrame)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(Wrong::NoFrame)?;
        let (number, rest) = rest.split_first_chunk::<4>().ok_or(Wrong::NoFrame)?;
        let (sum, _) = rest.split_last_chunk::<CHECK_BYTES>().ok_or(Wrong::NoFrame)?;
        if check_of(body) != *check {
            return Err(Wrong::Damaged);
        }
        let length = u32::from_be_bytes(*length) as usize;
        let fits = length > 0 && length <= BUNDLE_MAX && !sum.is_empty() && sum.len() <= length;
        if !fits || length.div_ceil(sum.len()) > FRAME_PARTS_MAX {
            return Err(Wrong::Limits);
        }
        Ok(Self { id: *id, length, number: u32::from_be_bytes(*number), sum })
    }

    const fn parts(&self) -> usize {
        self.length.div_ceil(self.sum.len())
    }
}

/// A sum of parts that was caught.
#[derive(Clone)]
struct Row {
    set: Set,
    sum: Vec<u8>,
}

/// What is being caught. Row p is the one whose first part is p.
struct Catching {
    id: Id,
    length: usize,
    part: usize,
    rows: Vec<Option<Row>>,
    have: usize,
}

impl Catching {
    fn begin(frame: &Frame<'_>) -> Self {
        let rows = vec![None; frame.parts()];
        Self { id: frame.id, length: frame.length, part: frame.sum.len(), rows, have: 0 }
    }

    fn is_of(&self, frame: &Frame<'_>) -> bool {
        self.id == frame.id && self.length == frame.length && self.part == frame.sum.len()
    }

    /// Takes a frame; whether it told something new.
    fn add(&mut self, frame: &Frame<'_>) -> bool {
        let mut row = Row { set: Set::of(&self.id, frame.number, self.rows.len()), sum: frame.sum.to_vec() };
        while let Some(first) = row.set.first() {
            match self.rows.get_mut(first) {
                Some(Some(known)) => {
                    row.set.add(&known.set);
                    add(&mut row.sum, &known.sum);
                }
                Some(free) => {
                    *free = Some(row);
                    self.have += 1;
                    return true;
                }
                None => return false,
            }
        }
        false
    }

    /// The bundle, once every row is there: from the last part on, each row gives up the others in it.
    fn solve(mut self) -> Option<Vec<u8>> {
        for at in (0..self.rows.len()).rev() {
            let mut row = self.rows.get_mut(at)?.take()?;
            for later in at + 1..self.rows.len() {
                if row.set.has(later) {
                    add(&mut row.sum, &self.rows.get(later)?.as_ref()?.sum);
                }
            }
            row.set = Set::empty(self.rows.len());
            *self.rows.get_mut(at)? = Some(row);
        }
        let mut bundle = Vec::with_capacity(self.rows.len() * self.part);
        for row in self.rows.into_iter().flatten() {
            bundle.extend_from_slice(&row.sum);
        }
        bundle.truncate(self.length);
        (id_of(&bundle) == self.id).then_some(bundle)
    }
}

/// Catches the frames of one transfer, in any order. Its memory is bounded by
/// [`crate::limits::FRAMES_BUNDLE_BYTES_MAX`], whatever it is shown.
#[derive(Default)]
pub struct FrameTaker {
    catching: Option<Catching>,
    /// Sound frames of other transfers since the last one of this.
    strays: u32,
    done: Option<(Id, usize, Vec<u8>)>,
}

impl fmt::Debug for FrameTaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let progress = self.progress(false, None);
        write!(f, "{} of {} frames", progress.have, progress.needed)
    }
}

impl FrameTaker {
    /// Waits for the first frame of any transfer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the bytes of a frame. Whatever that is, it does no harm: what is no frame, damaged or of another
    /// transfer tells so and changes nothing. Another transfer is caught instead once
    /// [`FRAME_STRAYS_MAX`] frames of others came without one of this.
    pub fn take(&mut self, code: &[u8]) -> Progress {
        let frame = match Frame::read(code) {
            Ok(frame) => frame,
            Err(wrong) => return self.progress(false, Some(wrong)),
        };
        if self.done.as_ref().is_some_and(|(id, _, _)| *id == frame.id) {
            self.strays = 0;
            return self.progress(false, None);
        }
        let is_new = self.done.is_none() && self.catching.is_none();
        let is_other = self.done.is_some() || self.catching.as_ref().is_some_and(|catching| !catching.is_of(&frame));
        if is_other {
            self.strays += 1;
            if self.strays < FRAME_STRAYS_MAX {
                return self.progress(false, Some(Wrong::OtherTransfer));
            }
        }
        if is_new || is_other {
            (self.done, self.catching) = (None, Some(Catching::begin(&frame)));
        }
        self.strays = 0;
        let new = self.catching.as_mut().is_some_and(|catching| catching.add(&frame));
        self.finish(new)
    }

    /// Takes the text of a QR code, as any reader gives it.
    pub fn take_text(&mut self, text: &str) -> Progress {
        match base45::decode(text) {
            Some(frame) => self.take(&frame),
            None => self.progress(false, Some(Wrong::NoFrame)),
        }
    }

    fn finish(&mut self, new: bool) -> Progress {
        let whole = |catching: &mut Catching| catching.have == catching.rows.len();
        let Some(catching) = self.catching.take_if(whole) else { return self.progress(new, None) };
        let (id, parts) = (catching.id, catching.rows.len());
        match catching.solve() {
            Some(bundle) => {
                self.done = Some((id, parts, bundle));
                self.progress(new, None)
            }
            None => self.progress(false, Some(Wrong::NotWhole)),
        }
    }

    fn progress(&self, new: bool, wrong: Option<Wrong>) -> Progress {
        let (have, needed) = match (&self.done, &self.catching) {
            (Some((_, parts, _)), _) => (*parts, *parts),
            (None, Some(catching)) => (catching.have, catching.rows.len()),
            (None, None) => (0, 0),
        };
        Progress { have, needed, new, wrong }
    }

    /// The bundle, once everything was caught. Its items prove themselves: see
    /// [`super::import_bytes`].
    pub fn bundle(&self) -> Option<&[u8]> {
        self.done.as_ref().map(|(_, _, bundle)| bundle.as_slice())
    }
}
