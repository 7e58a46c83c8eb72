//! What lies behind the objects: even surfaces, worktops full of things, patterns that might be taken for codes.

use crate::rng::Rng;
use crate::scene::{Background, Pattern, Scene};
use crate::sheet::{Print, Sheet};

/// Paints the background, 255 for white, before the light is turned down.
pub(crate) fn paint(scene: &Scene) -> Vec<f32> {
    let mut rng = Rng::part(scene.seed, 0xBA);
    let mut canvas = Canvas { width: scene.width, height: scene.height, data: Vec::new() };
    match scene.background {
        Background::Plain(reflectance) => {
            canvas.data = vec![reflectance * 255.0; scene.width * scene.height];
            canvas.uneven(&mut rng, &[(400.0, 8.0)]);
        }
        Background::Busy => busy(&mut canvas, scene.px_per_mm, &mut rng),
        Background::Pattern(pattern) => {
            canvas.data = vec![200.0; scene.width * scene.height];
            let sheet = whole(&canvas, pattern, scene.px_per_mm, &mut rng);
            sheet.draw(&mut canvas);
            canvas.uneven(&mut rng, &[(500.0, 20.0), (60.0, 4.0)]);
        }
    }
    canvas.data
}

/// Light per pixel by row.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<f32>,
}

impl Canvas {
    /// Adds smooth noise: for each octave the size of its cells in pixels and its reach in levels.
    pub(crate) fn uneven(&mut self, rng: &mut Rng, octaves: &[(f32, f32)]) {
        for (cell, reach) in octaves {
            let lattice = Lattice::new(self.width, self.height, *cell, *reach, rng);
            for (y, row) in self.data.chunks_exact_mut(self.width).enumerate() {
                lattice.add_to(row, y);
            }
        }
    }
}

/// Random levels at the corners of square cells.
struct Lattice {
    columns: usize,
    cell: f32,
    levels: Vec<f32>,
}

impl Lattice {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred cells")]
    #[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
    fn new(width: usize, height: usize, cell: f32, reach: f32, rng: &mut Rng) -> Self {
        let columns = (width as f32 / cell) as usize + 2;
        let rows = (height as f32 / cell) as usize + 2;
        Self { columns, cell, levels: (0..columns * rows).map(|_| rng.around(reach)).collect() }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in a frame")]
    #[expect(clippy::cast_precision_loss, reason = "places in a frame")]
    fn add_to(&self, row: &mut [f32], y: usize) {
        let place = y as f32 / self.cell;
        let share = smooth(place.fract());
        let line = place as usize * self.columns;
        let (above, below) = (&self.levels[line..line + self.columns], &self.levels[line + self.columns..]);
        let line: Vec<f32> = above.iter().zip(below).map(|(a, b)| a + (b - a) * share).collect();
        for (x, level) in row.iter_mut().enumerate() {
            let place = x as f32 / self.cell;
            let column = place as usize;
            *level += line[column] + (line[column + 1] - line[column]) * smooth(place.fract());
        }
    }
}

fn smooth(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}

#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn busy(canvas: &mut Canvas, px_per_mm: f32, rng: &mut Rng) {
    canvas.data = vec![rng.range(40.0, 225.0); canvas.width * canvas.height];
    canvas.uneven(rng, &[(420.0, 60.0), (110.0, 25.0), (30.0, 10.0), (6.0, 5.0)]);
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    for _ in 0..6 + rng.below(8) {
        let print = Print::random(px_per_mm, rng);
        let sheet = Sheet {
            x: rng.range(0.0, width),
            y: rng.range(0.0, height),
            width: rng.range(80.0, 420.0),
            height: rng.range(50.0, 260.0),
            turn: turn(rng),
            contrast: rng.range(0.4, 1.15),
            print,
        };
        sheet.draw(canvas);
    }
    canvas.uneven(rng, &[(350.0, 18.0), (4.0, 2.5)]);
}

/// Things lie about at any angle, but more often straight.
fn turn(rng: &mut Rng) -> f32 {
    if rng.chance(0.4) { rng.around(8.0) } else { rng.range(0.0, 180.0) }.to_radians()
}

#[expect(clippy::cast_precision_loss, reason = "the size of a frame")]
fn whole(canvas: &Canvas, pattern: Pattern, px_per_mm: f32, rng: &mut Rng) -> Sheet {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let turn = match pattern {
        Pattern::Fence | Pattern::Bricks => rng.around(12.0).to_radians(),
        _ => turn(rng),
    };
    Sheet {
        x: width / 2.0,
        y: height / 2.0,
        width: 2.0 * (width + height),
        height: 2.0 * (width + height),
        turn,
        contrast: rng.range(0.5, 1.0),
        print: Print::of(pattern, px_per_mm, rng),
    }
}
