//! Codes in frames that are no scans: an invitation or a profile that another screen shows.

use std::sync::{Arc, Mutex, PoisonError};

use fieldcore::optics::{Session, Sight, Symbologies, Symbology, SystemTimer};

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

/// Reads QR and Data Matrix in a camera's frames **without taking them as scans**: to enrol, or to take a
/// profile. It needs no journal and keeps nothing. People and tubes belong to `Station.look`.
#[derive(uniffi::Object)]
pub struct CodeReader {
    session: Mutex<Session>,
}

#[uniffi::export]
impl CodeReader {
    /// A reader for one view.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        let wanted = Symbologies::NONE.with(Symbology::Qr).with(Symbology::DataMatrix);
        let session = Session::new(wanted, FRAME_US_MAX, Box::new(SystemTimer::default()));
        Arc::new(Self { session: Mutex::new(session) })
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
            Ok::<_, crate::FieldError>(CodeGlance {
                read: symbols.iter().map(|symbol| corners(symbol.outline)).collect(),
                texts: symbols.into_iter().filter(|symbol| symbol.agreed).map(|symbol| symbol.text).collect(),
                guidance,
            })
        })
    }
}
