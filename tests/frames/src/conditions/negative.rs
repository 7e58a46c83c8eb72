//! Frames with nothing to be read, that look as if there might be.

use super::{Condition, Section};
use crate::label::{Label, Mark, Print};
use crate::rng::Rng;
use crate::scene::{Background, Pattern, Scene};
use crate::symbol::Unencodable;

type Build = fn(u64) -> Result<Scene, Unencodable>;

const fn row(name: &'static str, about: &'static str, build: Build) -> Condition {
    Condition { name, about, section: Section::Negative, kind: None, figure: None, build }
}

pub(super) const ROWS: &[Condition] = &[
    row("no-text-page", "a page of text", |seed| pattern(seed, Pattern::TextPage)),
    row("no-stripes", "stripes", |seed| pattern(seed, Pattern::Stripes)),
    row("no-fence", "a fence", |seed| pattern(seed, Pattern::Fence)),
    row("no-bricks", "bricks", |seed| pattern(seed, Pattern::Bricks)),
    row("no-checkerboard", "a checkerboard", |seed| pattern(seed, Pattern::Checkerboard)),
    row("no-noise", "noise", |seed| pattern(seed, Pattern::Noise)),
    row("no-worktop", "a busy worktop", |seed| nothing(seed, Background::Busy)),
    row("no-code-tube", "a tube whose label has only text", text_tube),
];

fn pattern(seed: u64, pattern: Pattern) -> Result<Scene, Unencodable> {
    nothing(seed, Background::Pattern(pattern))
}

fn nothing(seed: u64, background: Background) -> Result<Scene, Unencodable> {
    let mut scene = super::random::mild(seed).scene()?;
    scene.background = background;
    scene.objects.clear();
    Ok(scene)
}

fn text_tube(seed: u64) -> Result<Scene, Unencodable> {
    let mut scene = super::random::mild(seed).scene()?;
    let mut rng = Rng::part(seed, 0xE0);
    for object in &mut scene.objects {
        object.label = text_label(&object.label, &mut rng);
    }
    Ok(scene)
}

/// The same label with lines of text in place of the code.
fn text_label(label: &Label, rng: &mut Rng) -> Label {
    let lines = ["SPECIMEN", "LOT 4471-02", "EXP. 2027-08", "KEEP COLD", "DR. MOYO", "WARD 7 / BED 3"];
    let marks = (-2..=2_i8).map(|line| {
        let text = Print::Text { text: (*rng.pick(&lines)).to_owned(), height_mm: 2.0 };
        Mark::at(0.0, 3.4 * f32::from(line), text)
    });
    Label { marks: marks.collect(), ..label.clone() }
}
