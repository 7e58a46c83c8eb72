//! From a point of the image back to a point of an object: the inverse mapping of tubes and cards.

use crate::scene::{Body, Object};
use std::f32::consts::{PI, TAU};

/// Steps of the table over a tube's visible half.
const STEPS: usize = 2048;

/// What one step across a tube looks like, whatever its radius.
#[derive(Clone, Copy)]
struct Ring {
    /// Angle from the line that faces the camera, in radians.
    angle: f32,
    cos: f32,
    /// Share of the light that reaches the surface.
    shade: f32,
    glare: f32,
}

/// An object ready to be looked up point by point.
pub(crate) struct Surface<'a> {
    object: &'a Object,
    mm_per_px: f32,
    turn: (f32, f32),
    tilt: (f32, f32),
    rings: Vec<Ring>,
    /// Width of half the object and of its ends, in mm, for the box around it.
    reach: (f32, f32),
}

/// How finely a pixel has to be sampled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Nothing of the object is near.
    Outside,
    /// The object without print or edge.
    Even,
    /// Print or an edge.
    Fine,
}

/// The cap is this much wider than the tube.
const CAP_WIDER: f32 = 1.22;

impl<'a> Surface<'a> {
    pub(crate) fn new(object: &'a Object, px_per_mm: f32) -> Self {
        let reach = match object.body {
            Body::Tube { diameter_mm, from_mm, to_mm, cap_mm, .. } => {
                let across = diameter_mm / 2.0 * CAP_WIDER;
                (from_mm.abs().max(to_mm + cap_mm) + across, across)
            }
            Body::Card => (object.label.width_mm / 2.0, object.label.height_mm / 2.0),
        };
        let rings = match object.body {
            Body::Tube { .. } => (0..=STEPS).map(|step| ring(object, step)).collect(),
            Body::Card => Vec::new(),
        };
        Self {
            object,
            mm_per_px: 1.0 / px_per_mm,
            turn: object.pose.turn_deg.to_radians().sin_cos(),
            tilt: object.pose.tilt_deg.to_radians().sin_cos(),
            rings,
            reach,
        }
    }

    /// Columns and rows that hold all of the object: left, top, right, bottom in pixels.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        let (sin, cos) = (self.turn.0.abs(), self.turn.1.abs());
        let x = (self.reach.0 * cos + self.reach.1 * sin) / self.mm_per_px + 2.0;
        let y = (self.reach.0 * sin + self.reach.1 * cos) / self.mm_per_px + 2.0;
        let pose = self.object.pose;
        [pose.x_px - x, pose.y_px - y, pose.x_px + x, pose.y_px + y]
    }

    /// Light from the point, 1 for white; `None` beside the object.
    pub(crate) fn light(&self, x_px: f32, y_px: f32) -> Option<f32> {
        let (along, across) = self.to_plane(x_px, y_px);
        match self.object.body {
            Body::Tube { diameter_mm, .. } => self.tube(along, across, diameter_mm / 2.0),
            Body::Card => self.card(along / self.tilt.1, across),
        }
    }

    /// How finely the pixel around the point has to be sampled.
    pub(crate) fn detail(&self, x_px: f32, y_px: f32) -> Detail {
        let (along, across) = self.to_plane(x_px, y_px);
        let margin = 1.5 * self.mm_per_px;
        if along.abs() > self.reach.0 + margin || across.abs() > self.reach.1 + margin {
            return Detail::Outside;
        }
        let Body::Tube { diameter_mm, from_mm, to_mm, cap_mm, .. } = self.object.body else {
            let busy = self.object.label.is_busy(along / self.tilt.1, across, 2.0 * margin);
            return if busy { Detail::Fine } else { Detail::Even };
        };
        let bulge = diameter_mm * CAP_WIDER / 2.0 * self.tilt.0.abs() + margin;
        let near = |z: f32| (along - z * self.tilt.1).abs() <= 2.0 * bulge;
        let on_label = along.abs() <= self.object.label.width_mm / 2.0 * self.tilt.1 + 2.0 * bulge;
        let edge = |radius: f32| (across.abs() - radius).abs() <= margin;
        let fine = on_label || near(from_mm) || near(to_mm) || near(to_mm + cap_mm);
        if fine || edge(diameter_mm / 2.0) || edge(diameter_mm / 2.0 * CAP_WIDER) { Detail::Fine } else { Detail::Even }
    }

    /// Millimetres along and across the object's axis in the image plane.
    fn to_plane(&self, x_px: f32, y_px: f32) -> (f32, f32) {
        let dx = (x_px - self.object.pose.x_px) * self.mm_per_px;
        let dy = (y_px - self.object.pose.y_px) * self.mm_per_px;
        (dx * self.turn.1 + dy * self.turn.0, dy * self.turn.1 - dx * self.turn.0)
    }

    fn ring(&self, across: f32, radius: f32) -> Option<Ring> {
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        let place = (across / radius + 1.0) * (STEPS as f32 / 2.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be at least 0")]
        let step = (place >= 0.0).then_some(place as usize)?;
        self.rings.get(step).copied()
    }

    /// Place along the axis of the surface point seen at `along`, for a ring of this radius.
    fn axial(&self, along: f32, cos: f32, radius: f32, label_radius: f32) -> f32 {
        (along + (radius * cos - label_radius) * self.tilt.0) / self.tilt.1
    }

    fn tube(&self, along: f32, across: f32, radius: f32) -> Option<f32> {
        let Body::Tube { from_mm, to_mm, cap_mm, cap, wall, .. } = self.object.body else { return None };
        let cap_radius = radius * CAP_WIDER;
        if let Some(ring) = self.ring(across, cap_radius) {
            let z = self.axial(along, ring.cos, cap_radius, radius);
            if (to_mm..=to_mm + cap_mm).contains(&z) {
                // Ribs to grip it by.
                let rib = if (ring.angle * 14.0).sin() > 0.3 { 0.85 } else { 1.0 };
                return Some(cap * ring.shade * rib + ring.glare * 0.6);
            }
        }
        if self.on_disc(along, across, cap_radius, radius, to_mm + cap_mm) && self.tilt.0 > 0.0 {
            return Some(cap * 0.9);
        }
        if self.on_disc(along, across, radius, radius, from_mm) && self.tilt.0 < 0.0 {
            return Some(wall * 0.8);
        }
        let ring = self.ring(across, radius)?;
        let z = self.axial(along, ring.cos, radius, radius);
        if !(from_mm..=to_mm).contains(&z) {
            return None;
        }
        let roll = self.object.pose.roll_deg.to_radians();
        let arc = (ring.angle + roll + PI).rem_euclid(TAU) - PI;
        Some(match self.object.label.reflectance(z, arc * radius) {
            Some(paper) => paper * ring.shade + ring.glare,
            None => glass(wall, ring, z, from_mm, to_mm),
        })
    }

    /// Whether the flat end at `end` along the axis is seen at the point, if it faces the camera.
    fn on_disc(&self, along: f32, across: f32, radius: f32, label_radius: f32, end: f32) -> bool {
        if self.tilt.0.abs() < 0.02 {
            return false;
        }
        let depth = label_radius + (end * self.tilt.1 - along) / self.tilt.0;
        depth * depth + across * across <= radius * radius
    }

    fn card(&self, x: f32, y: f32) -> Option<f32> {
        let paper = self.object.label.reflectance(x, y)?;
        let width = self.object.label.width_mm;
        let shade = 1.0 - (1.0 - self.object.ambient) * (x / width + 0.5).clamp(0.0, 1.0);
        let glare =
            self.object.glare.map_or(0.0, |glare| glare.strength * bell((y + x * 0.4 - glare.at) / glare.spread));
        Some(paper * shade + glare)
    }
}

fn ring(object: &Object, step: usize) -> Ring {
    #[expect(clippy::cast_precision_loss, reason = "a small whole number")]
    let sin = step as f32 / (STEPS as f32 / 2.0) - 1.0;
    let angle = sin.clamp(-1.0, 1.0).asin();
    // The lamp stands somewhat above the camera, so a tube is brighter on its upper side.
    let facing = (angle + 0.35).cos().max(0.0);
    let shade = object.ambient + (1.0 - object.ambient) * facing;
    let glare = object.glare.map_or(0.0, |glare| glare.strength * bell((angle.to_degrees() - glare.at) / glare.spread));
    Ring { angle, cos: angle.cos(), shade, glare }
}

/// Clear plastic or glass: a thick dark rim, a bright line, and what is in it up to a level.
fn glass(wall: f32, ring: Ring, z: f32, from_mm: f32, to_mm: f32) -> f32 {
    let side = ring.angle.sin().abs();
    let filled = z < from_mm + (to_mm - from_mm) * 0.7;
    let inside = if filled { wall * 0.55 } else { wall };
    let rim = if side > 0.86 { 0.6 } else { 1.0 };
    let line = 0.25 * bell((ring.angle + 0.5) / 0.07);
    inside * rim * (0.6 + 0.4 * ring.shade) + line + ring.glare
}

/// The bell curve of height and deviation 1.
fn bell(x: f32) -> f32 {
    if x.abs() > 6.0 { 0.0 } else { (-0.5 * x * x).exp() }
}
