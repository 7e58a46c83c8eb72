//! Codes in frames that are no scans: an invitation or a profile that another screen shows, or a label for the packing
//! screen.

use std::sync::{Arc, Mutex, PoisonError};

use fieldcore::optics::{Session, Sight, Symbol, Symbologies, Symbology, SystemTimer};

use crate::error::{Result, guard};
use crate::eyes::{FRAME_US_MAX, FramePoint, FrameShape, Guidance, corners, frame};

/// What a frame showed to a `CodeReader`.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct CodeGlance {
    /// Texts that two frames agree on. They may be anything; nothing was done with them.
    pub texts: Vec<String>,
    /// Outlines of what was read in this frame, four corners each, to draw over the preview.
    pub read: Vec<Vec<FramePoint>>,
    /// What would help, most helpful first; empty where something was read.
    pub guidance: Vec<Guidance>,
}

/// Reads codes in a camera's frames **without taking them as scans**: to enrol, to take a profile, to pack. It needs no
/// journal and keeps nothing. People and tubes belong to `Station.look`.
#[derive(uniffi::Object)]
pub struct CodeReader {
    session: Mutex<Session>,
    /// Whether texts come with their AIM identifiers in front.
    with_aim: bool,
}

impl CodeReader {
    fn of(wanted: Symbologies, with_aim: bool) -> Arc<Self> {
        let session = Session::new(wanted, FRAME_US_MAX, Box::new(SystemTimer::default()));
        Arc::new(Self { session: Mutex::new(session), with_aim })
    }
}

#[uniffi::export]
impl CodeReader {
    /// A reader of QR and Data Matrix for one view.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Self::of(Symbologies::NONE.with(Symbology::Qr).with(Symbology::DataMatrix), false)
    }

    /// A reader of codes of every kind for one view, bars too: labels to pack, documents to register ahead. Its texts have
    /// their AIM identifiers in front, as a scanner sends them: they are handed on as `Scan.Line`.
    #[uniffi::constructor]
    pub fn every_kind() -> Arc<Self> {
        Self::of(Symbologies::ALL, true)
    }

    /// Looks at the next frame of the view: its luma plane, handed over without a copy. In Kotlin `plane` is
    /// a direct `ByteBuffer` **whose position is 0**: `slice()` it.
    pub fn look(&self, plane: &[u8], shape: FrameShape) -> Result<CodeGlance> {
        guard("look", || {
            let frame = frame(plane, shape)?;
            // What a panic left of the memory of earlier frames is dropped.
            let mut session = self.session.lock().unwrap_or_else(|poisoned| {
                let mut session = PoisonError::into_inner(poisoned);
                session.reset();
                session
            });
            let Sight { symbols, guidance, .. } = session.look(&frame);
            let text = |symbol: Symbol| if self.with_aim { symbol.aim + &symbol.text } else { symbol.text };
            Ok::<_, crate::FieldError>(CodeGlance {
                read: symbols.iter().map(|symbol| corners(symbol.outline)).collect(),
                texts: symbols.into_iter().filter(|symbol| symbol.agreed).map(text).collect(),
                guidance,
            })
        })
    }
}
