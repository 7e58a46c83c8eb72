//! What stands before the camera, and the camera: every parameter of a frame.

use crate::label::Label;

/// A frame before it is rendered. Everything random about it follows from `seed`.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Seed of the background.
    pub seed: u64,
    /// Seed of the noise, which is another one in every frame of a burst.
    pub noise_seed: u64,
    /// Width of the frame in pixels.
    pub width: usize,
    /// Height of the frame in pixels.
    pub height: usize,
    /// Pixels per millimetre in the plane of the objects.
    pub px_per_mm: f32,
    /// What lies behind the objects.
    pub background: Background,
    /// Tubes and cards; a later one hides an earlier one.
    pub objects: Vec<Object>,
    /// Ambient light: 1 is a well exposed frame, 0.25 a quarter of its levels.
    pub light: f32,
    /// Change of the light over the frame's width and over its height, as a share of it.
    pub falloff: (f32, f32),
    /// The camera.
    pub camera: Camera,
}

/// What lies behind the objects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Background {
    /// An even surface of this reflectance (0 to 1) under slightly uneven light.
    Plain(f32),
    /// A worktop with textures, print and other things on it.
    Busy,
    /// A pattern over the whole frame that might be taken for a code.
    Pattern(Pattern),
}

/// Patterns without a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// A page of printed lines.
    TextPage,
    /// Parallel stripes of uneven width.
    Stripes,
    /// Pales before a dark ground.
    Fence,
    /// A wall of bricks.
    Bricks,
    /// Dark and light squares.
    Checkerboard,
    /// Noise, every cell of a few pixels on its own.
    Noise,
}

/// Focus, movement and sensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Deviation of the Gaussian blur in pixels.
    pub defocus_px: f32,
    /// Length of the motion blur in pixels.
    pub motion_px: f32,
    /// Direction of the motion against the first object's code, in degrees: 0 along it, 90 along its bars.
    pub motion_deg: f32,
    /// Deviation of the noise in levels on well lit paper (level 225): shot noise, which falls with the light, over a floor of
    /// read noise.
    pub noise: f32,
}

/// A labelled thing.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its shape.
    pub body: Body,
    /// The label on it; its centre is where the pose puts it.
    pub label: Label,
    /// Where it is and how it is turned.
    pub pose: Pose,
    /// A stripe of glare, or none.
    pub glare: Option<Glare>,
    /// Share of the light that reaches the label at the side that faces the lamp least, 0 to 1.
    pub ambient: f32,
}

/// Shape of an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body {
    /// A cylinder; its axis is the label's x axis.
    Tube {
        /// Outer diameter in mm.
        diameter_mm: f32,
        /// End without cap, in mm from the label's centre (negative).
        from_mm: f32,
        /// End of the glass where the cap sits, in mm from the label's centre.
        to_mm: f32,
        /// Length of the cap in mm.
        cap_mm: f32,
        /// Reflectance of the cap, 0 to 1.
        cap: f32,
        /// Reflectance of the tube with what is in it, 0 to 1.
        wall: f32,
    },
    /// A flat card, as large as its label.
    Card,
}

/// Place and attitude of an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Column of the label's centre in pixels.
    pub x_px: f32,
    /// Row of the label's centre in pixels.
    pub y_px: f32,
    /// Turn of the label's x axis in the image plane, in degrees, clockwise as seen.
    pub turn_deg: f32,
    /// Tilt of the label's x axis away from the image plane, in degrees.
    pub tilt_deg: f32,
    /// Turn of a tube about its own axis, in degrees; 0 has the label's centre face the camera.
    pub roll_deg: f32,
}

/// A specular stripe along a tube, or a blurred band over a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glare {
    /// Light added at its middle; 1 is white.
    pub strength: f32,
    /// Where its middle is: degrees round the tube from the camera, or mm below a card's middle.
    pub at: f32,
    /// Its deviation: degrees round the tube, or mm on a card.
    pub spread: f32,
}

impl Camera {
    /// Whether two kinds of blur and the noise are all off.
    #[must_use]
    pub fn sharp() -> Self {
        Self { defocus_px: 0.0, motion_px: 0.0, motion_deg: 0.0, noise: 0.0 }
    }
}

impl Scene {
    /// Direction of the first object's code in the image, in degrees; 0 without an object.
    #[must_use]
    pub fn code_deg(&self) -> f32 {
        self.objects.first().map_or(0.0, |object| object.pose.turn_deg + object.label.code_deg())
    }
}
