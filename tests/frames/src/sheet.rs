//! Flat things without a code: printed paper, striped and tiled surfaces, blocks, sticks.

use crate::background::Canvas;
use crate::font;
use crate::rng::Rng;
use crate::scene::Pattern;

/// A turned rectangle with something on it.
pub(crate) struct Sheet {
    /// Its centre in pixels.
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// Turn in radians.
    pub(crate) turn: f32,
    /// 1 for black on white; less draws dark and light nearer to each other.
    pub(crate) contrast: f32,
    pub(crate) print: Print,
}

/// What is on a sheet; sizes in pixels.
pub(crate) enum Print {
    Text {
        lines: Vec<String>,
        capital: f32,
        leading: f32,
    },
    /// Edges between light and dark, going up, over one period.
    Stripes {
        edges: Vec<f32>,
    },
    Grid {
        cell: f32,
        line: f32,
    },
    Fence {
        pale: f32,
        gap: f32,
    },
    Bricks {
        length: f32,
        course: f32,
        joint: f32,
    },
    Checkerboard {
        cell: f32,
    },
    Noise {
        cell: f32,
        seed: u64,
    },
    /// An even block.
    Block {
        level: f32,
    },
    /// A round stick, lit from above.
    Stick {
        level: f32,
    },
}

const WORDS: [&str; 24] = [
    "SPECIMEN", "TUBE", "OF", "THE", "BLOOD", "STUDY", "NAME", "DATE", "2026", "SITE", "A", "4", "HANDLE", "WITH",
    "CARE", "STORE", "BELOW", "MINUS", "80", "LOT", "N0-1173", "EXP.", "WARD", "FORM",
];

impl Print {
    /// Any of those that lie about on a worktop.
    pub(crate) fn random(px_per_mm: f32, rng: &mut Rng) -> Self {
        match rng.below(10) {
            0..=2 => Self::of(Pattern::TextPage, px_per_mm, rng),
            3 | 4 => Self::of(Pattern::Stripes, px_per_mm, rng),
            5 => Self::Grid { cell: rng.range(8.0, 40.0), line: rng.range(1.0, 4.0) },
            6 => Self::of(Pattern::Checkerboard, px_per_mm, rng),
            7 => Self::Stick { level: rng.range(40.0, 230.0) },
            _ => Self::Block { level: rng.range(20.0, 240.0) },
        }
    }

    /// A pattern at a random scale.
    pub(crate) fn of(pattern: Pattern, px_per_mm: f32, rng: &mut Rng) -> Self {
        match pattern {
            Pattern::TextPage => text(px_per_mm, rng),
            Pattern::Stripes => stripes(rng),
            Pattern::Fence => Self::Fence { pale: rng.range(15.0, 60.0), gap: rng.range(5.0, 30.0) },
            Pattern::Bricks => Self::Bricks {
                length: rng.range(60.0, 200.0),
                course: rng.range(20.0, 70.0),
                joint: rng.range(3.0, 10.0),
            },
            Pattern::Checkerboard => Self::Checkerboard { cell: rng.range(5.0, 40.0) },
            Pattern::Noise => Self::Noise { cell: rng.range(1.0, 6.0), seed: rng.bits() },
        }
    }

    /// Level of a point, in pixels from the sheet's top left corner; `across` runs 0 to 1 from its top to its foot.
    fn level(&self, x: f32, y: f32, across: f32) -> f32 {
        const LIGHT: f32 = 215.0;
        const DARK: f32 = 35.0;
        let dark = match self {
            Self::Text { lines, capital, leading } => is_text(lines, *capital, *leading, x, y),
            Self::Stripes { edges } => {
                let period = edges.last().copied().unwrap_or(1.0);
                let place = x.rem_euclid(period);
                edges.iter().take_while(|edge| **edge <= place).count() % 2 == 1
            }
            Self::Grid { cell, line } => x.rem_euclid(*cell) < *line || y.rem_euclid(*cell) < *line,
            Self::Fence { pale, gap } => x.rem_euclid(pale + gap) < *gap,
            Self::Bricks { length, course, joint } => return brick(*length, *course, *joint, x, y),
            Self::Checkerboard { cell } => ((x / cell).floor() + (y / cell).floor()).rem_euclid(2.0) < 1.0,
            Self::Noise { cell, seed } => return 255.0 * hash((x / cell).floor(), (y / cell).floor(), *seed),
            Self::Block { level } => return *level,
            Self::Stick { level } => return level * (0.35 + 0.65 * (1.0 - (across * 2.0 - 0.8).powi(2)).max(0.0)),
        };
        if dark { DARK } else { LIGHT }
    }
}

fn text(px_per_mm: f32, rng: &mut Rng) -> Print {
    let lines = (0..24).map(|_| {
        let words: Vec<&str> = (0..3 + rng.below(9)).map(|_| rng.pick(&WORDS)).collect();
        words.join(" ")
    });
    let lines = lines.collect();
    let capital = rng.range(1.2, 4.0) * px_per_mm;
    Print::Text { lines, capital, leading: capital * rng.range(1.5, 2.2) }
}

fn stripes(rng: &mut Rng) -> Print {
    let (thin, thick) = (rng.range(2.0, 8.0), rng.range(8.0, 24.0));
    let regular = rng.chance(0.4);
    let mut edge = 0.0;
    let edges = (0..60).map(|_| {
        edge += if regular { thick } else { rng.range(thin, thick) };
        edge
    });
    Print::Stripes { edges: edges.collect() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never below 0")]
fn is_text(lines: &[String], capital: f32, leading: f32, x: f32, y: f32) -> bool {
    let row = (y / leading).floor();
    let line = lines.get(row.max(0.0) as usize % lines.len());
    line.is_some_and(|line| {
        let margin = capital * 1.5;
        let width = font::width(line) * capital + margin;
        font::is_dark(line, (x.rem_euclid(width) - margin) / capital, (y - row * leading) / capital - 0.3)
    })
}

fn brick(length: f32, course: f32, joint: f32, x: f32, y: f32) -> f32 {
    let row = (y / course).floor();
    let shifted = x + if row.rem_euclid(2.0) < 1.0 { length / 2.0 } else { 0.0 };
    if shifted.rem_euclid(length) < joint || y.rem_euclid(course) < joint {
        return 190.0;
    }
    80.0 + 45.0 * hash((shifted / length).floor(), row, 11)
}

/// A number in 0 to 1 for a cell.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any whole number will do")]
fn hash(column: f32, row: f32, seed: u64) -> f32 {
    let cell = (i64::from(column as i32) << 32 ^ i64::from(row as i32)) as u64;
    Rng::part(seed, cell).unit()
}

impl Sheet {
    /// Draws it over what is there, two by two samples per pixel.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the frame")]
    #[expect(clippy::cast_precision_loss, reason = "places in a frame")]
    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        let (sin, cos) = self.turn.sin_cos();
        let reach_x = (self.width * cos.abs() + self.height * sin.abs()) / 2.0 + 1.0;
        let reach_y = (self.width * sin.abs() + self.height * cos.abs()) / 2.0 + 1.0;
        let within = |place: f32, size: usize| place.clamp(0.0, size as f32) as usize;
        let columns = within(self.x - reach_x, canvas.width)..within(self.x + reach_x, canvas.width);
        for y in within(self.y - reach_y, canvas.height)..within(self.y + reach_y, canvas.height) {
            for x in columns.clone() {
                let pixel = &mut canvas.data[y * canvas.width + x];
                let corners = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
                let samples = corners.map(|(dx, dy)| {
                    let (dx, dy) = (x as f32 + dx - self.x, y as f32 + dy - self.y);
                    self.level(dx * cos + dy * sin, dy * cos - dx * sin).unwrap_or(*pixel)
                });
                *pixel = samples.iter().sum::<f32>() / 4.0;
            }
        }
    }

    fn level(&self, x: f32, y: f32) -> Option<f32> {
        let (left, top) = (x + self.width / 2.0, y + self.height / 2.0);
        let inside = (0.0..self.width).contains(&left) && (0.0..self.height).contains(&top);
        inside.then(|| 125.0 + (self.print.level(left, top, top / self.height) - 125.0) * self.contrast)
    }
}
