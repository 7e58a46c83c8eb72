//! Named conditions: every row of the measured reference, and scenes without a readable code.

mod formats;
mod linear;
mod negative;
mod random;

use crate::scene::Scene;
use crate::setup::Setup;
use crate::symbol::{Kind, Unencodable};
use std::fmt;

/// Where the reference has a condition's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// 3.3, one parameter changed from the base case, Code 128.
    Sweep,
    /// 3.3, random realistic frames, Code 128.
    Random,
    /// 3.4, other formats.
    Formats,
    /// 4.3, the first frame of a burst; see [`crate::burst()`].
    Burst,
    /// Without a row in the reference.
    Extra,
    /// Nothing to be read.
    Negative,
}

/// Share of frames that the reference read, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// `rxing` with `TryHarder` on the whole frame.
    pub rx_hard: f32,
    /// `rxing` behind the strip finder ("strip + rx"), or behind its step for 2-D codes ("rx + step").
    pub with_step: f32,
}

/// A named condition.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// Name to ask for it by.
    pub name: &'static str,
    /// What it is, in the reference's words.
    pub about: &'static str,
    /// Where the reference has it.
    pub section: Section,
    /// The kind to be read; `None` where there is nothing.
    pub kind: Option<Kind>,
    /// What the reference measured; the middle where it gives a range.
    pub figure: Option<Figure>,
    build: fn(u64) -> Result<Scene, Unencodable>,
}

impl Condition {
    /// The scene of this condition for a seed.
    ///
    /// # Errors
    /// [`Unencodable`] when a generated text does not fit its kind; none of them does.
    pub fn scene(&self, seed: u64) -> Result<Scene, Unencodable> {
        (self.build)(seed)
    }
}

/// Why there is no scene of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoScene {
    /// The catalogue has no such name.
    Unknown(String),
    /// A text did not fit its kind.
    Unencodable(Unencodable),
}

impl fmt::Display for NoScene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "no condition is called {name}"),
            Self::Unencodable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoScene {}

/// All conditions, in the reference's order.
#[must_use]
pub fn catalogue() -> Vec<Condition> {
    [linear::ROWS, random::ROWS, formats::ROWS, negative::ROWS].concat()
}

/// The scene of a named condition; the same name and seed give the same scene.
///
/// # Errors
/// [`NoScene::Unknown`] when the catalogue has no such name.
pub fn condition(name: &str, seed: u64) -> Result<Scene, NoScene> {
    let found = catalogue().into_iter().find(|condition| condition.name == name);
    found.ok_or_else(|| NoScene::Unknown(name.to_owned()))?.scene(seed).map_err(NoScene::Unencodable)
}

/// The base case with one change.
fn changed(seed: u64, change: impl FnOnce(&mut Setup)) -> Result<Scene, Unencodable> {
    let mut setup = Setup::base(seed);
    change(&mut setup);
    setup.scene()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::render;

    #[test]
    fn names_are_unique_and_every_scene_can_be_made() {
        let all = catalogue();
        for (index, row) in all.iter().enumerate() {
            assert!(all[..index].iter().all(|other| other.name != row.name), "{}", row.name);
            for seed in 0..40 {
                let scene = row.scene(seed).unwrap();
                let kinds: Vec<Kind> =
                    scene.objects.iter().flat_map(|object| object.label.codes().map(|code| code.0)).collect();
                assert_eq!(kinds.first().copied(), row.kind, "{} {seed}", row.name);
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_frame() {
        let frame = render(&condition("any-angle", 5).unwrap());
        assert_eq!(frame, render(&condition("any-angle", 5).unwrap()));
        assert_ne!(frame.data, render(&condition("any-angle", 6).unwrap()).data);
        assert_eq!(frame.data.len(), frame.width * frame.height);
    }
}
