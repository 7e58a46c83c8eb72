//! Section 3.3: Code 128 on tubes, one parameter at a time.

use super::{Condition, Figure, Section, changed};
use crate::scene::Scene;
use crate::setup::Setup;
use crate::symbol::{Kind, Unencodable};

type Build = fn(u64) -> Result<Scene, Unencodable>;

const fn row(name: &'static str, about: &'static str, rx_hard: f32, with_step: f32, build: Build) -> Condition {
    let figure = Some(Figure { rx_hard, with_step });
    Condition { name, about, section: Section::Sweep, kind: Some(Kind::Code128), figure, build }
}

pub(super) const ROWS: &[Condition] = &[
    row("px-1.25", "1.25 px/module", 14.0, 56.0, |seed| changed(seed, |it| it.px_per_mm = 5.0)),
    row("px-1.5", "1.5 px/module", 64.0, 96.0, |seed| changed(seed, |it| it.px_per_mm = 6.0)),
    row("px-2.0", "2.0 px/module (base)", 98.0, 100.0, Scene::base),
    row("px-4.0", "4.0 px/module", 100.0, 100.0, |seed| changed(seed, |it| it.px_per_mm = 16.0)),
    row("turn-10", "turned 10 deg", 62.0, 100.0, |seed| turned(seed, 10.0)),
    row("turn-20", "turned 20 deg", 30.0, 100.0, |seed| turned(seed, 20.0)),
    row("turn-30", "turned 30 deg", 0.0, 100.0, |seed| turned(seed, 30.0)),
    row("turn-45", "turned 45 deg", 0.0, 100.0, |seed| turned(seed, 45.0)),
    row("turn-60", "turned 60 deg", 0.0, 100.0, |seed| turned(seed, 60.0)),
    row("turn-80", "turned 80 deg", 92.0, 98.0, |seed| turned(seed, 80.0)),
    row("motion-along-2", "motion along the code 2 px", 68.0, 100.0, |seed| moved(seed, 2.0, 0.0)),
    row("motion-along-3", "motion along the code 3 px", 60.0, 96.0, |seed| moved(seed, 3.0, 0.0)),
    row("motion-along-4", "motion along the code 4 px", 0.0, 0.0, |seed| moved(seed, 4.0, 0.0)),
    row("motion-across-32", "motion across the bars 32 px", 84.0, 100.0, |seed| moved(seed, 32.0, 90.0)),
    row("defocus-1", "defocus sigma 1 px", 70.0, 100.0, |seed| changed(seed, |it| it.camera.defocus_px = 1.0)),
    row("defocus-1.5", "defocus sigma 1.5 px", 14.0, 32.0, |seed| changed(seed, |it| it.camera.defocus_px = 1.5)),
    row("defocus-2", "defocus sigma 2 px", 0.0, 0.0, |seed| changed(seed, |it| it.camera.defocus_px = 2.0)),
    row("noise-10", "noise sigma 10", 84.0, 100.0, |seed| changed(seed, |it| it.camera.noise = 10.0)),
    row("noise-20", "noise sigma 20", 32.0, 98.0, |seed| changed(seed, |it| it.camera.noise = 20.0)),
    row("noise-30", "noise sigma 30", 0.0, 14.0, |seed| changed(seed, |it| it.camera.noise = 30.0)),
    row("light-0.5", "light x0.5", 88.0, 100.0, |seed| changed(seed, |it| it.light = 0.5)),
    row("light-0.25", "light x0.25", 88.0, 100.0, |seed| changed(seed, |it| it.light = 0.25)),
    row("light-0.15", "light x0.15", 0.0, 0.0, |seed| changed(seed, |it| it.light = 0.15)),
    row("glare-1", "glare 1.0", 98.0, 98.0, |seed| changed(seed, |it| it.glare = 1.0)),
    row("glare-1.5", "glare 1.5", 76.0, 76.0, |seed| changed(seed, |it| it.glare = 1.5)),
    row("height-25", "bars cut to 25 % of height", 72.0, 76.0, |seed| changed(seed, |it| it.bar_mm *= 0.25)),
    row("height-10", "bars cut to 10 % of height", 40.0, 0.0, |seed| changed(seed, |it| it.bar_mm *= 0.1)),
    row("hidden-10", "10 % of the length hidden", 0.0, 0.0, |seed| changed(seed, |it| it.hidden = 0.1)),
    row("hidden-25", "25 % of the length hidden", 0.0, 0.0, |seed| changed(seed, |it| it.hidden = 0.25)),
    row("tilt-45", "tilted away 45 deg", 48.0, 98.0, |seed| changed(seed, |it| it.tilt_deg += 45.0)),
    row("tilt-60", "tilted away 60 deg, 12 px/mm", 64.0, 6.0, tilted_close),
    row("tube-12", "tube 12 mm", 98.0, 100.0, |seed| changed(seed, |it| it.diameter_mm = Some(12.0))),
    row("tube-13", "tube 13 mm", 98.0, 100.0, Scene::base),
    row("tube-16", "tube 16 mm", 98.0, 100.0, |seed| changed(seed, |it| it.diameter_mm = Some(16.0))),
    row("wrapped-13", "bars along a 13 mm tube, X 0.19 mm", 0.0, 0.0, |seed| wrapped(seed, 13.0)),
    row("wrapped-16", "bars along a 16 mm tube, X 0.19 mm", 16.0, 0.0, |seed| wrapped(seed, 16.0)),
    row("wrapped-25", "bars along a 25 mm tube, X 0.19 mm", 94.0, 34.0, |seed| wrapped(seed, 25.0)),
];

fn turned(seed: u64, degrees: f32) -> Result<Scene, Unencodable> {
    changed(seed, |it| {
        let sign = if seed.is_multiple_of(2) { 1.0 } else { -1.0 };
        it.turn_deg = (it.turn_deg + degrees) * sign;
    })
}

fn moved(seed: u64, length_px: f32, direction_deg: f32) -> Result<Scene, Unencodable> {
    changed(seed, |it| {
        it.camera.motion_px = length_px;
        it.camera.motion_deg = direction_deg;
    })
}

/// From so near that a module is 1.5 px wide all the same: at 1 px nothing could be read, but the reference did.
fn tilted_close(seed: u64) -> Result<Scene, Unencodable> {
    changed(seed, |it| {
        it.tilt_deg += 60.0;
        it.px_per_mm = 12.0;
    })
}

/// Short numbers of narrow modules, as somebody might hope to wrap round a tube, at 2.3 px per module.
fn wrapped(seed: u64, diameter_mm: f32) -> Result<Scene, Unencodable> {
    changed(seed, |it: &mut Setup| {
        let length = if seed.is_multiple_of(4) { 8 } else { 10 };
        it.text = it.text.bytes().map(|byte| char::from(b'0' + byte % 10)).cycle().take(length).collect();
        it.diameter_mm = Some(diameter_mm);
        it.wrapped = true;
        it.module_mm = 0.19;
        it.px_per_mm = 12.0;
    })
}
