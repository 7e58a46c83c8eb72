//! What would help where nothing was read.

use crate::frame::LumaFrame;
use crate::sight::Guidance;
use crate::strip::find::Patch;

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
    let white = samples.iter().filter(|value| **value >= f32::from(WHITE)).count();
    if white as f32 > GLARE_SHARE * samples.len() as f32 {
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
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    [-patch.half_along, patch.half_along].into_iter().any(|u| {
        let (x, y) = patch.point(u, 0.0);
        x < EDGE || y < EDGE || x > width - EDGE || y > height - EDGE
    })
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
