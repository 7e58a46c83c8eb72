//! Section 3.4: other formats on tubes and cards.

use super::random::mild;
use super::{Condition, Figure, Section};
use crate::rng::Rng;
use crate::scene::Scene;
use crate::setup::Setup;
use crate::symbol::{Kind, Unencodable};

type Build = fn(u64) -> Result<Scene, Unencodable>;

const fn row(
    name: &'static str,
    about: &'static str,
    kind: Kind,
    (rx_hard, with_step): (f32, f32),
    build: Build,
) -> Condition {
    let figure = Some(Figure { rx_hard, with_step });
    Condition { name, about, section: Section::Formats, kind: Some(kind), figure, build }
}

const fn extra(name: &'static str, about: &'static str, kind: Kind, build: Build) -> Condition {
    Condition { name, about, section: Section::Extra, kind: Some(kind), figure: None, build }
}

pub(super) const ROWS: &[Condition] = &[
    row("dm-any", "DataMatrix 0.4 mm, any angle, 8-12 px/mm", Kind::DataMatrix, (82.0, 95.0), |seed| {
        turned(seed, Kind::DataMatrix, 0.4).scene()
    }),
    row("dm-2.4", "DataMatrix at 2.4 px/module", Kind::DataMatrix, (12.0, 82.0), |seed| {
        Setup { px_per_mm: 6.0, ..turned(seed, Kind::DataMatrix, 0.4) }.scene()
    }),
    row("qr-any", "QR 0.33 mm, any angle", Kind::Qr, (71.0, 95.0), |seed| turned(seed, Kind::Qr, 0.33).scene()),
    extra("dm-mild", "DataMatrix 0.4 mm, any angle, light and hand as in a room", Kind::DataMatrix, |seed| {
        tube(seed, Kind::DataMatrix, 0.4).scene()
    }),
    extra("dm-2.4-mild", "DataMatrix at 2.4 px/module, light and hand as in a room", Kind::DataMatrix, |seed| {
        Setup { px_per_mm: 6.0, ..tube(seed, Kind::DataMatrix, 0.4) }.scene()
    }),
    extra("qr-mild", "QR 0.33 mm, any angle, light and hand as in a room", Kind::Qr, |seed| {
        tube(seed, Kind::Qr, 0.33).scene()
    }),
    row("code39-any", "Code 39 0.2 mm, any angle", Kind::Code39, (12.0, 86.0), |seed| {
        tube(seed, Kind::Code39, 0.2).scene()
    }),
    row("codabar-any", "Codabar 0.25 mm, any angle", Kind::Codabar, (34.0, 100.0), |seed| {
        tube(seed, Kind::Codabar, 0.25).scene()
    }),
    row("pdf417", "ID-card PDF417, +-3 deg, 2-3.5 px/module", Kind::Pdf417, (95.0, 97.5), |seed| {
        card(seed, 0.0).scene()
    }),
    row("pdf417-5", "ID-card PDF417 at 5 deg", Kind::Pdf417, (15.0, 100.0), |seed| card(seed, 5.0).scene()),
    row("pdf417-10", "ID-card PDF417 at 10 deg", Kind::Pdf417, (0.0, 100.0), |seed| card(seed, 10.0).scene()),
    row("pdf417-20", "ID-card PDF417 at 20 deg", Kind::Pdf417, (0.0, 100.0), |seed| card(seed, 20.0).scene()),
    row("pdf417-45", "ID-card PDF417 at 45 deg", Kind::Pdf417, (0.0, 100.0), |seed| card(seed, 45.0).scene()),
    row("pdf417-defocus-2", "PDF417 defocus 2 px", Kind::Pdf417, (0.0, 0.0), |seed| {
        let mut setup = card(seed, 0.0);
        setup.camera.defocus_px = 2.0;
        setup.scene()
    }),
    row("card-qr", "ID-card QR 0.5 mm", Kind::Qr, (100.0, 100.0), |seed| {
        let mut setup = card(seed, 0.0);
        setup.print(Kind::Qr, 0.5);
        setup.text = format!("HTTPS://FIELD.EXAMPLE/PERSON/{}", setup.text);
        setup.scene()
    }),
];

/// The base case turned to any angle.
fn turned(seed: u64, kind: Kind, module_mm: f32) -> Setup {
    let mut rng = Rng::part(seed, 0xF1);
    let mut setup = Setup::base(seed);
    setup.print(kind, module_mm);
    setup.turn_deg = rng.range(-180.0, 180.0);
    setup.px_per_mm = rng.range(8.0, 12.0);
    setup
}

fn tube(seed: u64, kind: Kind, module_mm: f32) -> Setup {
    let mut setup = mild(seed);
    setup.print(kind, module_mm);
    setup
}

/// A card that nearly fills the frame; above 3 degrees the turn is what the condition says.
fn card(seed: u64, turn_deg: f32) -> Setup {
    let mut rng = Rng::part(seed, 0xF0);
    let mut setup = Setup::base(seed);
    setup.print(Kind::Pdf417, rng.range(0.2, 0.35));
    setup.diameter_mm = None;
    setup.px_per_mm = 10.0;
    setup.turn_deg = if turn_deg > 0.0 { turn_deg + rng.around(0.5) } else { rng.around(3.0) };
    setup.place_px = (rng.around(40.0), rng.around(30.0));
    setup
}
