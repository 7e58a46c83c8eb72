//! What would help where nothing was read.

use crate::frame::{LumaFrame, Spot};
use crate::sight::Guidance;
use crate::strip::find::Patch;
use crate::text::Look;

/// Pixels between those that are looked at.
const EVERY: usize = 8;
/// The brightness that all but the brightest tenth stay below in a picture too dark to read.
const DARK: u8 = 50;
/// A pixel that is as bright as can be.
const WHITE: u8 = 250;
/// The share of such pixels on a patch that hides bars.
const GLARE_SHARE: f32 = 0.2;
/// Pixels from the frame's edge within which a code is cut off.
const EDGE: f32 = 6.0;
/// Pixels that the middle of a sharp edge takes, at most.
const EDGE_PIXELS_SHARP: f32 = 3.0;
/// Pixels between two edges of bars that are too fine.
const FINE: f32 = 2.6;
/// How much denser bars are at the rim of a tube than in its middle.
const CROWDED: f32 = 1.5;
/// How many times longer than its bars a linear code is, at least, unless it goes on out of sight.
const STUBBY: f32 = 1.8;

/// Pixels of a capital below which print may be read from nearer.
const CAPS_NEAR: f32 = 11.0;
/// The mean probability of signs below which a line was not read well.
const UNSURE: f32 = 0.8;
/// The signs of a line that may be a number's or a zone's, and its length in capitals: what is shorter
/// stands beside every label's bars.
const LINE_SIGNS: usize = 15;
const LINE_LENGTH: f32 = 14.0;

/// How the bars of a patch look along its middle.
struct Profile {
    /// Mean pixels between edges, in the whole and in the outer and inner parts.
    between: f32,
    outer: f32,
    inner: f32,
    /// Mean pixels that an edge takes from paper to ink.
    edge: f32,
}

/// What would help to read the frame, of which `patches` were not read.
pub(crate) fn guidance(frame: &LumaFrame<'_>, patches: &[Patch]) -> Vec<Guidance> {
    let mut found = Vec::new();
    if is_dark(frame) {
        found.push(Guidance::TooDark);
    }
    let Some(patch) = patches.first() else { return found };
    let samples = along(frame, patch);
    if white_share(&samples) > GLARE_SHARE {
        found.push(Guidance::Glare);
    }
    if is_cut_off(frame, patch) {
        found.push(Guidance::CutOff);
    }
    let before = found.len();
    if let Some(profile) = profile(&samples) {
        if profile.inner > CROWDED * profile.outer || patch.half_along < STUBBY * patch.half_across {
            found.push(Guidance::AlongTube);
        }
        if profile.between < FINE {
            found.push(Guidance::ComeNearer);
        } else if profile.edge > EDGE_PIXELS_SHARP && profile.edge > 0.6 * profile.between {
            found.push(Guidance::Blurred);
        }
    }
    if found.len() == before {
        found.push(Guidance::TurnLabel);
    }
    found
}

/// The line of print that may be a number's or a zone's: the one with the most signs.
pub(crate) fn number_line(looks: &[Look]) -> Option<&Look> {
    let may_be = |look: &&Look| look.signs >= LINE_SIGNS || look.length >= LINE_LENGTH;
    looks.iter().filter(may_be).max_by(|a, b| a.signs.cmp(&b.signs).then(a.length.total_cmp(&b.length)))
}

/// Whether so many lines are in view that they are a document's, none of which is a number's or zone's.
pub(crate) fn is_other_side(looks: &[Look]) -> bool {
    looks.iter().filter(|look| look.caps >= CAPS_NEAR).count() >= 2 && number_line(looks).is_none()
}

/// What would help to read a line of print, and where it lies; `None` where it was read well.
pub(crate) fn print_guidance(frame: &LumaFrame<'_>, looks: &[Look]) -> Option<(Vec<Guidance>, [Spot; 4])> {
    let line = number_line(looks)?;
    let unsure = line.certainty < UNSURE;
    let mut found = Vec::new();
    if unsure && is_dark(frame) {
        found.push(Guidance::TooDark);
    }
    if unsure && line.white > GLARE_SHARE {
        found.push(Guidance::Glare);
    }
    if line.is_cut_off {
        found.push(Guidance::CutOff);
    }
    if unsure && line.caps < CAPS_NEAR {
        found.push(Guidance::ComeNearer);
    } else if unsure && found.is_empty() {
        found.push(Guidance::Blurred);
    }
    (!found.is_empty()).then_some((found, line.outline))
}

fn is_dark(frame: &LumaFrame<'_>) -> bool {
    let mut counts = [0u32; 256];
    let mut total = 0;
    for y in (0..frame.height()).step_by(EVERY) {
        for pixel in frame.row(y).iter().step_by(EVERY) {
            counts[usize::from(*pixel)] += 1;
            total += 1;
        }
    }
    let dark: u32 = counts[..usize::from(DARK)].iter().sum();
    u64::from(dark) * 10 > u64::from(total as u32) * 9
}

fn is_cut_off(frame: &LumaFrame<'_>, patch: &Patch) -> bool {
    [-patch.half_along, patch.half_along].into_iter().any(|u| is_at_edge(frame, patch.point(u, 0.0)))
}

/// Whether a place lies at the frame's edge or beyond.
pub(crate) fn is_at_edge(frame: &LumaFrame<'_>, (x, y): (f32, f32)) -> bool {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    x < EDGE || y < EDGE || x > width - EDGE || y > height - EDGE
}

/// The share of the levels that are as bright as can be.
pub(crate) fn white_share(levels: &[f32]) -> f32 {
    let white = levels.iter().filter(|level| **level >= f32::from(WHITE)).count();
    white as f32 / levels.len().max(1) as f32
}

/// The brightness along the patch's middle, a sample a pixel, each the mean of a few rows.
fn along(frame: &LumaFrame<'_>, patch: &Patch) -> Vec<f32> {
    let count = (2.0 * patch.half_along) as usize;
    let at = |i: usize, v: f32| {
        let (x, y) = patch.point(i as f32 - patch.half_along, v);
        frame.sample(x, y)
    };
    (0..count).map(|i| [-1.5, -0.5, 0.5, 1.5].into_iter().map(|v| at(i, v)).sum::<f32>() / 4.0).collect()
}

fn profile(samples: &[f32]) -> Option<Profile> {
    let (low, high) = samples.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
    let threshold = f32::midpoint(low, high);
    let edges: Vec<usize> =
        (1..samples.len()).filter(|&i| (samples[i - 1] < threshold) != (samples[i] < threshold)).collect();
    if edges.len() < 12 || high - low < 16.0 {
        return None;
    }
    let steepest = |&i: &usize| (samples[i] - samples[i - 1]).abs().max(1.0);
    let mut steps: Vec<f32> = edges.iter().map(steepest).collect();
    steps.sort_by(f32::total_cmp);
    let step = steps[steps.len() * 3 / 4];
    let gaps: Vec<f32> = edges.windows(2).map(|pair| (pair[1] - pair[0]) as f32).collect();
    let mean = |gaps: &[f32]| gaps.iter().sum::<f32>() / gaps.len().max(1) as f32;
    let quarter = gaps.len() / 4;
    let outer = f32::midpoint(mean(&gaps[..quarter]), mean(&gaps[gaps.len() - quarter..]));
    let inner = mean(&gaps[quarter..gaps.len() - quarter]);
    Some(Profile { between: mean(&gaps), outer, inner, edge: (high - low) / step })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(signs: usize, length: f32) -> Look {
        let outline = [Spot { x: signs as f32, y: 0.0 }; 4];
        Look { outline, caps: 20.0, length, signs, certainty: 0.95, white: 0.0, is_cut_off: false }
    }

    fn help(look: Look) -> Vec<Guidance> {
        let data = [200u8; 64 * 64];
        let frame = LumaFrame::new(&data, 64, 64, 64).unwrap();
        print_guidance(&frame, &[look]).map(|(found, _)| found).unwrap_or_default()
    }

    #[test]
    fn the_line_with_the_most_signs_is_the_one_that_matters() {
        let looks = [look(9, 8.0), look(18, 17.0), look(0, 30.0)];
        assert_eq!(number_line(&looks).map(|line| line.signs), Some(18));
        assert_eq!(number_line(&looks[2..]).map(|line| line.signs), Some(0), "unread, and as long as one");
        assert!(number_line(&looks[..1]).is_none());
    }

    #[test]
    fn lines_without_a_number_are_another_side() {
        assert!(is_other_side(&[look(9, 8.0), look(0, 10.0)]));
        assert!(!is_other_side(&[look(9, 8.0)]), "one line stands beside every label's bars");
        assert!(!is_other_side(&[look(9, 8.0), look(0, 10.0), look(18, 17.0)]));
        let far = Look { caps: 8.0, ..look(9, 8.0) };
        assert!(!is_other_side(&[look(9, 8.0), far]), "what is far may be anything");
    }

    #[test]
    fn what_would_help_follows_from_how_the_line_looks() {
        let unsure = || Look { certainty: 0.5, ..look(18, 17.0) };
        assert_eq!(help(look(18, 17.0)), []);
        assert_eq!(help(unsure()), [Guidance::Blurred]);
        assert_eq!(help(Look { caps: 9.0, ..unsure() }), [Guidance::ComeNearer]);
        assert_eq!(help(Look { white: 0.3, ..unsure() }), [Guidance::Glare]);
        assert_eq!(help(Look { white: 0.9, ..look(18, 17.0) }), [], "bright paper that was read is no glare");
        assert_eq!(help(Look { is_cut_off: true, ..look(16, 15.0) }), [Guidance::CutOff]);
    }
}
