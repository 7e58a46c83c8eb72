//! Scans in frames that a station does not take by itself: a label where tubes are packed, a box that is being received,
//! the document of somebody who is registered ahead.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use fieldcore::optics::{Session, Sight, Symbol, Symbologies, SystemTimer};
use fieldcore::scan::{PrintMemory, Printed, Settled};

use crate::error::{FieldError, Result, guard};
use crate::eyes::{FRAME_US_MAX, FramePoint, FrameShape, Guidance, corners, frame};
use crate::scan::{Scan, civil_date};

/// Frames after which a code or card that was not seen any more counts as put away.
const FRAMES_AWAY: u64 = 15;

/// What a frame showed to a `ScanReader`.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct ScanGlance {
    /// The scan that this frame completed, for the call that it is meant for. It may name a person: keep it nowhere.
    pub scan: Option<Scan>,
    /// Whether several codes or cards are in view, so that none was taken: one at a time.
    pub several: bool,
    /// Outlines of what was read in this frame, four corners each, to draw over the preview.
    pub read: Vec<Vec<FramePoint>>,
    /// The outline of bars or of a line that could not be read.
    pub unread: Option<Vec<FramePoint>>,
    /// What would help, most helpful first; empty where something was read.
    pub guidance: Vec<Guidance>,
    /// The number of the document in view as it was read, for a person to compare. It is personal: show it, write it nowhere.
    pub number: Option<String>,
}

struct Seen {
    session: Session,
    print: PrintMemory,
    hasher: RandomState,
    frame: u64,
    /// Hashes of what was handed over, and the frames in which it was last in view.
    handed: Vec<(u64, u64)>,
}

impl Seen {
    fn new() -> Self {
        let session = Session::new(Symbologies::ALL, FRAME_US_MAX, Box::new(SystemTimer::default())).with_print();
        Self { session, print: PrintMemory::default(), hasher: RandomState::new(), frame: 0, handed: Vec::new() }
    }

    /// Whether this is in view for the first time since it was last put away.
    fn is_new(&mut self, text: &str) -> bool {
        let (hash, now) = (self.hasher.hash_one(text), self.frame);
        match self.handed.iter_mut().find(|(known, _)| *known == hash) {
            Some((_, last)) => {
                *last = now;
                false
            }
            None => {
                self.handed.push((hash, now));
                true
            }
        }
    }

    /// The code that is meant, and whether there are several.
    fn code(&mut self, symbols: &[Symbol]) -> (Option<Scan>, bool) {
        let mut agreed: Vec<&Symbol> = symbols.iter().filter(|symbol| symbol.agreed).collect();
        agreed.dedup_by(|one, other| one.text == other.text);
        match agreed.as_slice() {
            [] => (None, false),
            [one] => {
                let scan = Scan::Symbol { text: one.text.clone(), symbology: Some(one.aim.to_string()) };
                (self.is_new(&one.text).then_some(scan), false)
            }
            _ => (None, true),
        }
    }

    /// The card that is meant, and whether there are several.
    fn card(&mut self, settled: Settled) -> (Option<Scan>, bool) {
        match settled {
            Settled::Nothing => (None, false),
            Settled::Several => (None, true),
            Settled::One(one, _, agreed) => (self.is_new(&one.text()).then(|| scan_of(&one, agreed)), false),
        }
    }
}

/// Reads every kind of code and the print of documents in a camera's frames and hands each over **once** as a scan,
/// instead of taking it in a lane: for `Station.pack`, for boxes that are being received, for `Station.issue_proxy`. It
/// needs no journal. A code is handed over again only after it was out of view.
#[derive(uniffi::Object)]
pub struct ScanReader {
    seen: Mutex<Seen>,
}

#[uniffi::export]
impl ScanReader {
    /// A reader for one view.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { seen: Mutex::new(Seen::new()) })
    }

    /// Looks at the next frame of the view: its luma plane, handed over without a copy. `today` is the civil date,
    /// YYYYMMDD. In Kotlin `plane` is a direct `ByteBuffer` **whose position is 0**: `slice()` it.
    pub fn look(&self, plane: &[u8], shape: FrameShape, today: u32) -> Result<ScanGlance> {
        guard("look", || {
            let (frame, today) = (frame(plane, shape)?, civil_date(today)?);
            // What a panic left of the memory of earlier frames is dropped.
            let mut seen = self.seen.lock().unwrap_or_else(|poisoned| {
                let mut seen = PoisonError::into_inner(poisoned);
                *seen = Seen::new();
                seen
            });
            seen.frame += 1;
            let Sight { symbols, lines, guidance, unread, .. } = seen.session.look(&frame);
            let settled = if lines.is_empty() { Settled::Nothing } else { seen.print.take(&lines, today) };
            let found = if lines.is_empty() { &[] } else { seen.print.found() };
            let number = found.iter().find_map(number_of);
            let outlines: Vec<_> = found.iter().flat_map(|one| one.outlines.clone()).collect();
            let helped = outlines.is_empty();
            let (scan, several) = match seen.code(&symbols) {
                (None, false) => seen.card(settled),
                code => code,
            };
            let now = seen.frame;
            seen.handed.retain(|(_, last)| now - last <= FRAMES_AWAY);
            Ok::<_, FieldError>(ScanGlance {
                scan,
                several,
                read: symbols.into_iter().map(|symbol| symbol.outline).chain(outlines).map(corners).collect(),
                unread: unread.filter(|_| helped).map(corners),
                guidance: if helped { guidance } else { Vec::new() },
                number,
            })
        })
    }
}

fn scan_of(printed: &Printed, agreed: bool) -> Scan {
    match printed.scan(agreed) {
        fieldcore::scan::Scan::Mrz { lines } => Scan::MachineReadableZone { lines },
        _ => Scan::RecognisedText { lines: printed.lines.clone() },
    }
}

fn number_of(printed: &Printed) -> Option<String> {
    let identity = printed.reading.identity.as_ref()?;
    identity.number.as_ref().map(|number| number.expose().to_owned())
}
