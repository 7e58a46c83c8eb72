//! Lens, movement and sensor: from light to 8-bit levels.

use crate::rng::Rng;
use crate::scene::Camera;

/// Light per pixel by row; 255 is white.
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<f32>,
}

/// Variance of the read noise, as a share of the variance at paper white.
const READ_SHARE: f32 = 0.3;
/// Level of well lit label stock, where the noise has its nominal strength.
const PAPER_WHITE: f32 = 225.0;

/// Blurs `image` and reads it out. `code_deg` is the direction that the motion is measured from.
pub(crate) fn expose(mut image: Image, camera: &Camera, code_deg: f32, rng: &mut Rng) -> Vec<u8> {
    if camera.motion_px > 0.0 {
        image = streak(&image, camera.motion_px, (code_deg + camera.motion_deg).to_radians());
    }
    if camera.defocus_px > 0.05 {
        defocus(&mut image, camera.defocus_px);
    }
    let variance = camera.noise * camera.noise;
    image.data.iter().map(|light| read_out(*light, variance, rng)).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn read_out(light: f32, variance: f32, rng: &mut Rng) -> u8 {
    // A full well does not hold more: light over white adds no noise either.
    let light = light.clamp(0.0, 255.0);
    let deviation = (variance * (READ_SHARE + (1.0 - READ_SHARE) * light / PAPER_WHITE)).sqrt();
    (light + deviation * rng.normal() + 0.5).clamp(0.0, 255.0) as u8
}

/// Gaussian blur, rows first and columns after.
fn defocus(image: &mut Image, sigma: f32) {
    let kernel = gaussian(sigma);
    let reach = kernel.len() / 2;
    let (width, height) = (image.width, image.height);
    let mut padded = vec![0.0; width + 2 * reach];
    for row in image.data.chunks_exact_mut(width) {
        pad(&mut padded, row, reach);
        row.fill(0.0);
        for (offset, weight) in kernel.iter().enumerate() {
            add_scaled(row, &padded[offset..offset + width], *weight);
        }
    }
    let mut out = vec![0.0; image.data.len()];
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        for (offset, weight) in kernel.iter().enumerate() {
            let from = (y + offset).saturating_sub(reach).min(height - 1);
            add_scaled(row, &image.data[from * width..(from + 1) * width], *weight);
        }
    }
    image.data = out;
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few pixels")]
fn gaussian(sigma: f32) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|x| (-0.5 * (x as f32 / sigma).powi(2)).exp()).collect();
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

fn pad(padded: &mut [f32], row: &[f32], reach: usize) {
    let width = row.len();
    padded[..reach].fill(row[0]);
    padded[reach..reach + width].copy_from_slice(row);
    padded[reach + width..].fill(row[width - 1]);
}

fn add_scaled(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from * weight;
    }
}

/// Mean along a line of `length` pixels in the direction `angle` (radians).
pub(crate) fn streak(image: &Image, length: f32, angle: f32) -> Image {
    gather(image, &line(length, angle))
}

/// Every pixel as the sum of those at some offsets from it, each with its weight.
pub(crate) fn gather(image: &Image, taps: &[(isize, isize, f32)]) -> Image {
    let (width, height) = (image.width, image.height);
    let reach = taps.iter().map(|tap| tap.0.unsigned_abs()).max().unwrap_or(0);
    let mut rows = Vec::with_capacity(height);
    for row in image.data.chunks_exact(width) {
        let mut padded = vec![0.0; width + 2 * reach];
        pad(&mut padded, row, reach);
        rows.push(padded);
    }
    let mut data = vec![0.0; width * height];
    for (y, row) in data.chunks_exact_mut(width).enumerate() {
        for (dx, dy, weight) in taps {
            let from = y.saturating_add_signed(*dy).min(height - 1);
            let start = reach.saturating_add_signed(*dx);
            add_scaled(row, &rows[from][start..start + width], *weight);
        }
    }
    Image { width, height, data }
}

/// The line as whole pixels with weights, each of its points shared among the four pixels round it.
#[expect(clippy::cast_possible_truncation, reason = "a few dozen pixels")]
#[expect(clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few dozen pixels")]
fn line(length: f32, angle: f32) -> Vec<(isize, isize, f32)> {
    let points = (length * 4.0).ceil() as usize + 1;
    let (sin, cos) = angle.sin_cos();
    let mut taps: Vec<(isize, isize, f32)> = Vec::new();
    for point in 0..points {
        let place = (point as f32 / (points - 1) as f32 - 0.5) * length;
        let (x, y) = (place * cos, place * sin);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        for (dx, dy, weight) in
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)]
        {
            let (column, row) = (x.floor() as isize + dx, y.floor() as isize + dy);
            match taps.iter_mut().find(|tap| tap.0 == column && tap.1 == row) {
                Some(tap) => tap.2 += weight / points as f32,
                None => taps.push((column, row, weight / points as f32)),
            }
        }
    }
    taps.retain(|tap| tap.2 > 1e-4);
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot() -> Image {
        let mut data = vec![0.0; 41 * 41];
        data[20 * 41 + 20] = 1000.0;
        Image { width: 41, height: 41, data }
    }

    #[test]
    fn blurs_keep_the_light() {
        let mut soft = dot();
        defocus(&mut soft, 1.3);
        assert!((soft.data.iter().sum::<f32>() - 1000.0).abs() < 1.0);
        let moved = streak(&dot(), 9.0, 0.6);
        assert!((moved.data.iter().sum::<f32>() - 1000.0).abs() < 3.0);
    }

    #[test]
    fn motion_runs_in_its_direction() {
        let moved = streak(&dot(), 8.0, 0.0);
        assert!(moved.data[20 * 41 + 17] > 50.0 && moved.data[17 * 41 + 20] < 1.0);
    }
}
