//! The few numbers that a tube or card in front of a phone is described by, and the scenes made of them.

use crate::label::{Label, Mark, Print};
use crate::rng::Rng;
use crate::scene::{Background, Body, Camera, Glare, Object, Pose, Scene};
use crate::symbol::{Kind, Symbol, Unencodable};
use crate::texts;

/// Reflectance of label stock and of ink on it.
const PAPER: f32 = 0.78;
const INK: f32 = 0.24;

/// One labelled tube, or a card, in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Seed of everything that has no field here: background, cap, noise.
    pub seed: u64,
    /// What is printed.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Module width in mm.
    pub module_mm: f32,
    /// Height of linear codes' bars in mm.
    pub bar_mm: f32,
    /// Tube diameter in mm; `None` for a flat card of identity card size.
    pub diameter_mm: Option<f32>,
    /// Whether the code is wrapped round the tube instead of running along it.
    pub wrapped: bool,
    /// Share of the code's length that something hides, 0 to 1.
    pub hidden: f32,
    /// Pixels per millimetre.
    pub px_per_mm: f32,
    /// Turn of the code in the image, degrees.
    pub turn_deg: f32,
    /// Tilt of the axis away from the camera, degrees.
    pub tilt_deg: f32,
    /// Turn of the tube about its axis, degrees.
    pub roll_deg: f32,
    /// Strength of a stripe of glare, 0 for none.
    pub glare: f32,
    /// Ambient light.
    pub light: f32,
    /// Change of the light over the frame's width and over its height, as a share of it.
    pub falloff: (f32, f32),
    /// Place of the label's centre, in pixels from the frame's centre.
    pub place_px: (f32, f32),
    /// What lies behind.
    pub background: Background,
    /// The camera.
    pub camera: Camera,
}

impl Setup {
    /// The base case of the measurements: a 13 mm tube with a Code 128 label of 0.25 mm modules and 10 mm bars across
    /// the tube, at 8 px/mm, turned by up to 3 degrees, defocus 0.7 px, noise 4, before a busy background.
    #[must_use]
    pub fn base(seed: u64) -> Self {
        let mut rng = Rng::part(seed, 0x5E);
        Self {
            seed,
            kind: Kind::Code128,
            text: texts::random(Kind::Code128, &mut rng),
            module_mm: 0.25,
            bar_mm: 10.0,
            diameter_mm: Some(13.0),
            wrapped: false,
            hidden: 0.0,
            px_per_mm: 8.0,
            turn_deg: rng.around(3.0),
            tilt_deg: rng.around(3.0),
            roll_deg: rng.around(10.0),
            glare: 0.0,
            light: 1.0,
            falloff: (rng.around(0.3), rng.around(0.3)),
            place_px: (rng.around(60.0), rng.around(60.0)),
            background: Background::Busy,
            camera: Camera { defocus_px: 0.7, noise: 4.0, ..Camera::sharp() },
        }
    }

    /// Prints another kind of code, with a text and a module of its own.
    pub fn print(&mut self, kind: Kind, module_mm: f32) {
        self.kind = kind;
        self.module_mm = module_mm;
        self.text = texts::random(kind, &mut Rng::part(self.seed, 0x7E));
    }

    /// The scene with this one object.
    ///
    /// # Errors
    /// [`Unencodable`] when the kind cannot hold the text.
    pub fn scene(&self) -> Result<Scene, Unencodable> {
        Ok(Scene {
            seed: self.seed,
            noise_seed: self.seed,
            width: 1280,
            height: 720,
            px_per_mm: self.px_per_mm,
            background: self.background,
            objects: vec![self.object()?],
            light: self.light,
            falloff: self.falloff,
            camera: self.camera,
        })
    }

    /// The object alone, to put several into a scene.
    ///
    /// # Errors
    /// [`Unencodable`] when the kind cannot hold the text.
    pub fn object(&self) -> Result<Object, Unencodable> {
        let mut rng = Rng::part(self.seed, 0x0B);
        let symbol = Symbol::new(self.kind, &self.text)?;
        let code = Print::Code { symbol, module_mm: self.module_mm, bar_mm: self.bar_mm };
        let label = if self.diameter_mm.is_some() { self.tube_label(code) } else { card_label(code, &mut rng) };
        Ok(Object {
            body: self.body(&label, &mut rng),
            pose: Pose {
                x_px: 640.0 + self.place_px.0,
                y_px: 360.0 + self.place_px.1,
                // A wrapped code stands at right angles to the axis that is turned.
                turn_deg: self.turn_deg - label.code_deg(),
                tilt_deg: self.tilt_deg,
                roll_deg: self.roll_deg,
            },
            label,
            glare: (self.glare > 0.0).then(|| self.stripe(&mut rng)),
            ambient: rng.range(0.4, 0.6),
        })
    }

    fn body(&self, label: &Label, rng: &mut Rng) -> Body {
        let Some(diameter_mm) = self.diameter_mm else { return Body::Card };
        let half = label.width_mm / 2.0;
        Body::Tube {
            diameter_mm,
            from_mm: -half - rng.range(8.0, 25.0),
            to_mm: half + rng.range(4.0, 15.0),
            cap_mm: rng.range(9.0, 16.0),
            cap: rng.range(0.1, 0.8),
            wall: rng.range(0.35, 0.75),
        }
    }

    fn stripe(&self, rng: &mut Rng) -> Glare {
        match self.diameter_mm {
            Some(_) => Glare { strength: self.glare, at: rng.around(28.0), spread: rng.range(9.0, 22.0) },
            None => Glare { strength: self.glare, at: rng.around(20.0), spread: rng.range(3.0, 8.0) },
        }
    }

    /// The code with its text beneath, both turned when the code is wrapped round.
    fn tube_label(&self, code: Print) -> Label {
        let (length, height) = code.size_mm();
        let quiet = self.kind.quiet_modules() * self.module_mm;
        let text = Print::Text { text: self.text.replace('\u{1d}', " "), height_mm: 1.8 };
        let below = height / 2.0 + 2.0;
        let text_width = if self.kind.is_linear() { 0.0 } else { text.size_mm().0 };
        let long = (length + 2.0 * quiet).max(text_width) + 2.0;
        let high = height + 8.0;
        let marks = [Some((0.0, 0.0, code)), Some((0.0, below, text)), self.finger(length, high)];
        let turned = self.wrapped;
        let marks = marks.into_iter().flatten().map(|(along, down, print)| {
            let (x_mm, y_mm) = if turned { (-down, along) } else { (along, down) };
            Mark { x_mm, y_mm, turned, print }
        });
        let (width_mm, height_mm) = if turned { (high, long) } else { (long, high) };
        Label { width_mm, height_mm, paper: PAPER, ink: INK, marks: marks.collect() }
    }

    /// What hides part of the code, from one of its ends on.
    fn finger(&self, length: f32, high: f32) -> Option<(f32, f32, Print)> {
        // It reaches over the quiet zone to the label's edge.
        let beside = self.kind.quiet_modules() * self.module_mm + 1.0;
        let width_mm = length * self.hidden + beside;
        let at = (length - width_mm) / 2.0 + beside;
        let side = if self.seed.is_multiple_of(2) { at } else { -at };
        (self.hidden > 0.0).then_some((side, 0.0, Print::Patch { width_mm, height_mm: high, reflectance: 0.42 }))
    }
}

/// An identity card: photo, lines of text, the code in its lower half.
fn card_label(code: Print, rng: &mut Rng) -> Label {
    let (length, height) = code.size_mm();
    let mut marks = vec![
        Mark::at(-29.0, -10.0, Print::Patch { width_mm: 20.0, height_mm: 26.0, reflectance: 0.45 }),
        Mark::at(-29.0, -14.0, Print::Patch { width_mm: 8.0, height_mm: 10.0, reflectance: 0.6 }),
    ];
    for line in 0..4_u8 {
        let text = format!("{} {}", texts::letters(6, rng), texts::digits(5, rng));
        marks.push(Mark::at(6.0, -22.0 + 4.5 * f32::from(line), Print::Text { text, height_mm: 2.2 }));
    }
    let x_mm = (39.0 - length / 2.0).max(0.0) * rng.range(-0.6, 0.6);
    marks.push(Mark::at(x_mm, 24.0 - height / 2.0, code));
    // Nothing is printed in the code's quiet zone.
    marks.insert(2, Mark::at(x_mm, 24.0 - height / 2.0, quiet(length, height)));
    Label { width_mm: 85.6, height_mm: 54.0, paper: PAPER, ink: INK, marks }
}

fn quiet(length: f32, height: f32) -> Print {
    Print::Patch { width_mm: length + 3.0, height_mm: height + 3.0, reflectance: PAPER }
}

impl Scene {
    /// The base case of the measurements; see [`Setup::base`].
    ///
    /// # Errors
    /// [`Unencodable`] when a generated text does not fit its kind; none of them does.
    pub fn base(seed: u64) -> Result<Self, Unencodable> {
        Setup::base(seed).scene()
    }
}
