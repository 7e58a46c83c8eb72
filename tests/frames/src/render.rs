//! From a scene to a frame.

use crate::background;
use crate::camera::{self, Image};
use crate::rng::Rng;
use crate::scene::Scene;
use crate::surface::{Detail, Surface};
use crate::symbol::Kind;

/// What the camera hands over: the luma plane without padding between rows, and what is there to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Levels by row, 0 is black.
    pub data: Vec<u8>,
    /// Kind and text of every code in the scene, also of those that the scene makes unreadable.
    pub expected: Vec<(Kind, String)>,
}

/// Samples per pixel in each direction where there is print or an edge; fewer where the print is large.
const FINE: usize = 4;
const COARSE: usize = 3;
const LARGE_PX_PER_MM: f32 = 10.0;

/// Renders the scene; the same scene gives the same frame.
#[must_use]
pub fn render(scene: &Scene) -> Frame {
    let mut image = paint(scene);
    light_up(&mut image, scene);
    let mut rng = Rng::part(scene.noise_seed, 0xCA);
    let data = camera::expose(image, &scene.camera, scene.code_deg(), &mut rng);
    let codes = scene.objects.iter().flat_map(|object| object.label.codes());
    let expected = codes.map(|(kind, text)| (kind, text.to_owned())).collect();
    Frame { width: scene.width, height: scene.height, data, expected }
}

/// The background with the objects on it, before the light is turned down.
pub(crate) fn paint(scene: &Scene) -> Image {
    let data = background::paint(scene);
    let mut image = Image { width: scene.width, height: scene.height, data };
    let fine = if scene.px_per_mm >= LARGE_PX_PER_MM { COARSE } else { FINE };
    for object in &scene.objects {
        draw(&mut image, &Surface::new(object, scene.px_per_mm), fine);
    }
    image
}

/// Light that falls off over the frame, as from a lamp at its side.
#[expect(clippy::cast_precision_loss, reason = "places in a frame")]
fn light_up(image: &mut Image, scene: &Scene) {
    let (width, height) = (image.width as f32, image.height as f32);
    for (y, row) in image.data.chunks_exact_mut(image.width).enumerate() {
        let down = scene.light * (1.0 + scene.falloff.1 * (y as f32 / height - 0.5));
        for (x, light) in row.iter_mut().enumerate() {
            *light *= down + scene.light * scene.falloff.0 * (x as f32 / width - 0.5);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the frame")]
#[expect(clippy::cast_precision_loss, reason = "places in a frame")]
fn draw(image: &mut Image, surface: &Surface<'_>, fine: usize) {
    let [left, top, right, bottom] = surface.bounds();
    let within = |place: f32, size: usize| place.clamp(0.0, size as f32) as usize;
    let columns = within(left, image.width)..within(right, image.width);
    for y in within(top, image.height)..within(bottom, image.height) {
        for x in columns.clone() {
            let per_side = match surface.detail(x as f32 + 0.5, y as f32 + 0.5) {
                Detail::Outside => continue,
                Detail::Even => 1,
                Detail::Fine => fine,
            };
            let pixel = &mut image.data[y * image.width + x];
            *pixel = cover(surface, x, y, per_side, *pixel);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "places in a frame")]
fn cover(surface: &Surface<'_>, x: usize, y: usize, per_side: usize, behind: f32) -> f32 {
    let step = 1.0 / per_side as f32;
    let mut sum = 0.0;
    for row in 0..per_side {
        for column in 0..per_side {
            let at_x = x as f32 + (column as f32 + 0.5) * step;
            let at_y = y as f32 + (row as f32 + 0.5) * step;
            sum += surface.light(at_x, at_y).map_or(behind, |light| light * 255.0);
        }
    }
    sum * step * step
}
