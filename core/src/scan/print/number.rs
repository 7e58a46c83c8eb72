//! The line of a resident number, permit or foreigner's card: eighteen signs.

use chrono::NaiveDate;
use fieldcore_optics::{Sign, TextLine};

use super::{FLOOR, PrintSource, Printed, gaps, pitch};
use crate::scan::reading::ReadingKind;
use crate::scan::{Scan, interpret};

/// The pitch may be that much smaller or larger than it is on the whole.
const PITCH_RANGE: (f32, f32) = (0.72, 1.38);
/// Signs of a number with a check character.
const LENGTH: usize = 18;

/// The one number in a line whose checks hold.
pub(super) fn number(line: &TextLine, today: NaiveDate) -> Option<Printed> {
    let mut found: Option<Printed> = None;
    for start in 0..(line.signs.len() + 1).saturating_sub(LENGTH) {
        let Some((text, certainty)) = window(&line.signs, start) else { continue };
        let reading = interpret(&Scan::typed(text.clone()), today);
        let of_a_card = matches!(
            reading.kind,
            Some(
                ReadingKind::CnResident
                    | ReadingKind::CnPermitHk
                    | ReadingKind::CnPermitMo
                    | ReadingKind::CnPermitTw
                    | ReadingKind::CnForeigner
            )
        );
        if !of_a_card || !reading.verdict.is_accept() {
            continue;
        }
        // Two numbers in one line: neither is certain.
        if found.is_some() {
            return None;
        }
        let source = PrintSource::NumberLine;
        found = Some(Printed { source, lines: vec![text], reading, certainty, outlines: vec![line.outline] });
    }
    found
}

/// Eighteen signs that stand evenly and alone, as digits, and the least probability among them.
fn window(signs: &[Sign], start: usize) -> Option<(String, f32)> {
    let inside = signs.get(start..start + LENGTH)?;
    let pitch = pitch(inside)?;
    if !gaps(inside).all(|gap| (PITCH_RANGE.0 * pitch..PITCH_RANGE.1 * pitch).contains(&gap)) {
        return None;
    }
    // A window of a longer row of signs is chance.
    let close = |a: &Sign, b: &Sign| b.at - a.at < 1.6 * pitch;
    let before = start.checked_sub(1).is_some_and(|place| close(&signs[place], &inside[0]));
    let after = signs.get(start + LENGTH).is_some_and(|next| close(&inside[LENGTH - 1], next));
    if before || after {
        return None;
    }
    let mut least = 1.0f32;
    let text = inside.iter().enumerate().map(|(place, sign)| {
        let (best, share) = sign.best_of(|sign| sign.is_ascii_digit() || place == LENGTH - 1 && sign == b'X');
        least = least.min(share);
        char::from(best)
    });
    let text: String = text.collect();
    (least >= FLOOR).then_some((text, least))
}
