//! Several frames of one scene in a hand that trembles.

use crate::rng::Rng;
use crate::scene::Scene;

/// `count` scenes, a thirtieth of a second apart: position, turn, tilt, focus and motion walk a little from each to the
/// next, and the noise is another one. The background stays, as if it were far away.
#[must_use]
pub fn burst(scene: &Scene, count: usize, seed: u64) -> Vec<Scene> {
    let mut rng = Rng::part(seed, 0xB0);
    let mut shaken = scene.clone();
    let mut drift = (0.0, 0.0);
    let scenes = (0..count).map(|index| {
        let now = shaken.clone();
        // A hand keeps going where it went: the walk is in its speed.
        drift = (drift.0 * 0.7 + rng.normal() * 2.0, drift.1 * 0.7 + rng.normal() * 2.0);
        let (turn, tilt, roll) = (rng.normal() * 0.6, rng.normal() * 0.8, rng.normal() * 1.2);
        for object in &mut shaken.objects {
            object.pose.x_px += drift.0;
            object.pose.y_px += drift.1;
            object.pose.turn_deg += turn;
            object.pose.tilt_deg += tilt;
            object.pose.roll_deg += roll;
        }
        let camera = &mut shaken.camera;
        camera.defocus_px = (camera.defocus_px * (1.0 + 0.15 * rng.normal())).clamp(0.4, 2.5);
        camera.motion_px = (scene.camera.motion_px + rng.normal() * 0.8).max(0.0);
        camera.motion_deg = rng.range(0.0, 180.0);
        shaken.noise_seed = Rng::part(seed, index as u64 + 1).bits();
        now
    });
    scenes.collect()
}
