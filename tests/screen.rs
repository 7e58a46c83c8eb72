//! A phone's screen in front of another phone's camera, drawn.

use fieldcore_frames::{
    Background, Body, Camera, Frame, Kind, Label, Mark, Object, Pose, Print, Rng, Scene, Symbol, render,
};

/// Reflectance that a bright screen's white and black come to in the drawn room.
const WHITE: f32 = 0.92;
const BLACK: f32 = 0.05;

/// How the camera is held to the screen.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Pixels of a module in the frame.
    pub px_per_module: f32,
    /// The camera's lens and sensor.
    pub camera: Camera,
}

impl View {
    /// Held well: version 20 fills 600 of the frame's 720 rows, a little out of focus, a little noise.
    pub fn steady() -> Self {
        Self { px_per_module: 6.2, camera: Camera { defocus_px: 0.7, noise: 4.0, ..Camera::sharp() } }
    }
}

/// The frame that a camera takes of a QR code of `text` on a screen. What is not said follows from `seed`: a hand's
/// turn, tilt and place.
pub fn frame_of(text: &str, view: &View, seed: u64) -> Frame {
    let mut rng = Rng::part(seed, 0x5C);
    let symbol = Symbol::new(Kind::Qr, text).expect("the text fits a QR code");
    // Modules of 0.62 mm: version 20 on a screen 68 mm wide.
    let code = Print::Code { symbol, module_mm: 0.62, bar_mm: 0.0 };
    let side = code.size_mm().0 + 8.0 * 0.62;
    let label =
        Label { width_mm: side, height_mm: side, paper: WHITE, ink: BLACK, marks: vec![Mark::at(0.0, 0.0, code)] };
    let object = Object {
        body: Body::Card,
        pose: Pose {
            x_px: 640.0 + rng.around(20.0),
            y_px: 360.0 + rng.around(8.0),
            turn_deg: rng.around(4.0),
            tilt_deg: rng.around(4.0),
            roll_deg: rng.around(4.0),
        },
        label,
        glare: None,
        ambient: 0.5,
    };
    render(&Scene {
        seed,
        noise_seed: seed,
        width: 1280,
        height: 720,
        px_per_mm: view.px_per_module / 0.62,
        background: Background::Busy,
        objects: vec![object],
        light: 1.0,
        falloff: (rng.around(0.1), rng.around(0.1)),
        camera: view.camera,
    })
}
