//! What security printers put under the words: tints, wavy lines, rosettes, a photo.

use super::paper::{Area, Paper};
use crate::rng::Rng;
use std::f32::consts::TAU;

/// A tint that goes over from one level to another along the card.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
#[expect(clippy::cast_precision_loss, reason = "a few thousand cells")]
pub(super) fn tint(paper: &mut Paper, rng: &mut Rng) {
    let (across, down) = (rng.around(18.0), rng.around(18.0));
    let (width, height) = (paper.width as f32, paper.height as f32);
    for (y, row) in paper.data.chunks_exact_mut(paper.width).enumerate() {
        let change = down * (y as f32 / height - 0.5) - across / 2.0;
        for (x, cell) in row.iter_mut().enumerate() {
            let level = f32::from(*cell) + change + across * x as f32 / width;
            *cell = level.clamp(0.0, 255.0) as u8;
        }
    }
}

/// Two bundles of wavy lines and a rosette, pale enough for the words on them.
pub(super) fn guilloche(paper: &mut Paper, area: Area, rng: &mut Rng) {
    for _ in 0..2 {
        bundle(paper, area, rng);
    }
    rosette(paper, area, rng);
}

fn bundle(paper: &mut Paper, area: Area, rng: &mut Rng) {
    let [_, top, _, bottom] = area;
    let ink = (rng.range(60.0, 150.0), rng.range(0.06, 0.24));
    let thick = rng.range(0.08, 0.16);
    let gap = rng.range(0.9, 2.4);
    let (first, second) = (rng.range(0.06, 0.25), rng.range(0.02, 0.5));
    let (high, low) = (rng.range(1.0, 5.0), rng.range(0.3, 2.0));
    let shift = rng.around(0.25);
    let mut phase = rng.range(0.0, TAU);
    let mut y = top - high - low;
    while y < bottom + high + low {
        paper
            .curve(area, thick, ink, |x| y + high * (x * first + phase).sin() + low * (x * second - 2.0 * phase).sin());
        y += gap;
        phase += shift;
    }
}

fn rosette(paper: &mut Paper, area: Area, rng: &mut Rng) {
    let [left, top, right, bottom] = area;
    let (x, y) = (rng.range(left, right), rng.range(top, bottom));
    let radius = rng.range(8.0, 18.0);
    let petals = 5.0 + rng.range(0.0, 9.0).floor();
    let ink = (rng.range(60.0, 150.0), rng.range(0.05, 0.2));
    for ring in 0..14_u8 {
        let share = f32::from(ring) / 14.0;
        for step in 0..1200_u16 {
            let angle = f32::from(step) / 1200.0 * TAU;
            let reach = radius * (0.25 + 0.75 * share) * (1.0 + 0.18 * (petals * angle + share * 5.0).sin());
            dot(paper, (x + reach * angle.cos(), y + reach * angle.sin()), area, ink);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a few thousand cells")]
fn dot(paper: &mut Paper, (x, y): (f32, f32), area: Area, (level, share): (f32, f32)) {
    let [left, top, right, bottom] = area;
    if (left..right).contains(&x) && (top..bottom).contains(&y) {
        let (column, row) = ((x * paper.per_mm) as i32, (y * paper.per_mm) as i32);
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            paper.ink(column + dx, row + dy, share, level);
        }
    }
}

/// A head and shoulders before a light ground, without a face.
pub(super) fn portrait(paper: &mut Paper, area: Area, rng: &mut Rng) {
    let [left, top, right, bottom] = area;
    let (width, height) = (right - left, bottom - top);
    let (ground, skin) = (rng.range(170.0, 235.0), rng.range(90.0, 190.0));
    let (hair, coat) = (rng.range(20.0, 80.0), rng.range(25.0, 150.0));
    let lean = rng.around(0.04);
    let oval = |x: f32, y: f32, at: (f32, f32), reach: (f32, f32)| {
        ((x - at.0) / reach.0).powi(2) + ((y - at.1) / reach.1).powi(2) < 1.0
    };
    paper.fill(area, |x, y| {
        let (x, y) = ((x - left) / width - lean, (y - top) / height);
        let features = oval(x, y, (0.42, 0.42), (0.04, 0.02)) || oval(x, y, (0.58, 0.42), (0.04, 0.02));
        let level = if features || oval(x, y, (0.5, 0.58), (0.07, 0.012)) {
            hair + 20.0
        } else if oval(x, y, (0.5, 0.46), (0.2, 0.22)) {
            skin - 30.0 * (x - 0.5)
        } else if oval(x, y, (0.5, 0.38), (0.25, 0.24)) {
            hair
        } else if oval(x, y, (0.5, 1.05), (0.5, 0.33)) {
            coat
        } else {
            ground
        };
        Some((level, 1.0))
    });
}
