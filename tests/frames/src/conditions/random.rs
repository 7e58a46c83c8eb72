//! Random realistic frames with everything varied at once: sections 3.3 and 4.3, and kinds the reference did not try.

use super::{Condition, Figure, Section};
use crate::rng::Rng;
use crate::scene::{Camera, Scene};
use crate::setup::Setup;
use crate::symbol::{Kind, Unencodable};

pub(super) const ROWS: &[Condition] = &[
    Condition {
        name: "near-axis",
        about: "random, near an axis (+-15 deg), harsh",
        section: Section::Random,
        kind: Some(Kind::Code128),
        figure: Some(Figure { rx_hard: 19.0, with_step: 66.0 }),
        build: |seed| harsh(seed).scene(),
    },
    Condition {
        name: "any-angle",
        about: "random, any angle, milder",
        section: Section::Random,
        kind: Some(Kind::Code128),
        figure: Some(Figure { rx_hard: 30.0, with_step: 100.0 }),
        build: |seed| mild(seed).scene(),
    },
    Condition {
        name: "burst",
        about: "hand tremor, harsh, one frame (full frame: zxc-mid)",
        section: Section::Burst,
        kind: Some(Kind::Code128),
        figure: Some(Figure { rx_hard: 22.0, with_step: 77.0 }),
        build: |seed| steadied(seed).scene(),
    },
    Condition {
        name: "gs1-any",
        about: "GS1-128, any angle",
        section: Section::Extra,
        kind: Some(Kind::Gs1_128),
        figure: None,
        build: |seed| printed(seed, Kind::Gs1_128, 0.25),
    },
    Condition {
        name: "itf-any",
        about: "ITF 0.25 mm, any angle",
        section: Section::Extra,
        kind: Some(Kind::Itf),
        figure: None,
        build: |seed| printed(seed, Kind::Itf, 0.25),
    },
    Condition {
        name: "two-tubes",
        about: "two tubes with a code each",
        section: Section::Extra,
        kind: Some(Kind::Code128),
        figure: None,
        build: two_tubes,
    },
];

/// Any angle, with light, focus and noise as a phone has them in a room.
pub(super) fn mild(seed: u64) -> Setup {
    let mut rng = Rng::part(seed, 0xA1);
    let mut setup = Setup::base(seed);
    setup.module_mm = rng.range(0.24, 0.33);
    setup.px_per_mm = rng.range(8.0, 12.0);
    setup.bar_mm = rng.range(8.0, 12.0);
    setup.turn_deg = rng.range(-180.0, 180.0);
    setup.tilt_deg = rng.around(20.0);
    setup.roll_deg = rng.around(12.0);
    setup.glare = if rng.chance(0.4) { rng.range(0.2, 0.9) } else { 0.0 };
    setup.light = rng.range(0.5, 1.1);
    setup.place_px = (rng.around(120.0), rng.around(40.0));
    setup.camera = Camera {
        defocus_px: rng.range(0.5, 1.0),
        motion_px: rng.range(0.0, 1.5),
        motion_deg: rng.range(0.0, 180.0),
        noise: rng.range(3.0, 8.0),
    };
    setup
}

/// Near one of the image's axes, with bad light, focus, hand and angle.
fn harsh(seed: u64) -> Setup {
    let mut rng = Rng::part(seed, 0xA2);
    let mut setup = Setup::base(seed);
    setup.module_mm = rng.range(0.19, 0.33);
    setup.px_per_mm = rng.range(6.0, 12.0);
    setup.bar_mm = rng.range(7.0, 12.0);
    setup.turn_deg = rng.around(15.0) + *rng.pick(&[&0.0, &90.0, &180.0, &270.0]);
    setup.tilt_deg = rng.around(35.0);
    setup.roll_deg = rng.around(20.0);
    setup.glare = if rng.chance(0.5) { rng.range(0.4, 1.6) } else { 0.0 };
    setup.light = rng.range(0.3, 1.1);
    setup.place_px = (rng.around(120.0), rng.around(40.0));
    setup.camera = Camera {
        defocus_px: rng.range(0.6, 1.2),
        motion_px: rng.range(0.0, 2.5),
        motion_deg: rng.range(0.0, 180.0),
        noise: rng.range(4.0, 10.0),
    };
    setup
}

/// As harsh, but held by somebody who tries.
fn steadied(seed: u64) -> Setup {
    let mut setup = harsh(seed);
    setup.camera.motion_px *= 0.6;
    setup.module_mm = setup.module_mm.max(0.21);
    setup
}

fn printed(seed: u64, kind: Kind, module_mm: f32) -> Result<Scene, Unencodable> {
    let mut setup = mild(seed);
    setup.print(kind, module_mm);
    setup.scene()
}

/// Two tubes side by side, turned alike but for a few degrees.
fn two_tubes(seed: u64) -> Result<Scene, Unencodable> {
    let mut rng = Rng::part(seed, 0xA3);
    let mut first = mild(seed);
    let mut second = mild(Rng::part(seed, 0xA4).bits());
    second.px_per_mm = first.px_per_mm;
    second.turn_deg = first.turn_deg + rng.around(6.0);
    let apart = first.px_per_mm * rng.range(10.0, 13.0);
    let (sin, cos) = first.turn_deg.to_radians().sin_cos();
    first.place_px = (-apart * sin, apart * cos);
    second.place_px = (apart * sin, -apart * cos);
    let mut scene = first.scene()?;
    scene.objects.push(second.object()?);
    Ok(scene)
}
