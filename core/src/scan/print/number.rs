//! The line of a resident number, permit or foreigner's card: eighteen signs.

use chrono::NaiveDate;
use fieldcore_optics::TextLine;

use super::{Cell, Cells, PrintSource, Printed};
use crate::scan::reading::ReadingKind;
use crate::scan::{Scan, interpret};

/// The pitch may be that much smaller or larger than it is on the whole.
const PITCH_RANGE: (f32, f32) = (0.72, 1.38);
/// Signs that may be there although nothing won in their place: it is known where they stand.
const LOST_MAX: usize = 2;
/// Signs of a number with a check character.
const LENGTH: usize = 18;

/// The one number in a line whose checks hold.
pub(super) fn number(line: &TextLine, today: NaiveDate) -> Option<Printed> {
    let cells = Cells::of(line)?;
    let mut found: Option<Printed> = None;
    for start in 0..(cells.cells.len() + 1).saturating_sub(LENGTH) {
        let Some((text, certainty)) = window(&cells, start) else { continue };
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

/// Eighteen cells that stand evenly and alone, as digits, and the least probability among them.
fn window(cells: &Cells<'_>, start: usize) -> Option<(String, f32)> {
    let inside = cells.cells.get(start..start + LENGTH)?;
    let even = |pair: &[Cell<'_>]| (PITCH_RANGE.0..PITCH_RANGE.1).contains(&((pair[1].at - pair[0].at) / cells.pitch));
    if !inside.windows(2).all(even) || inside.iter().filter(|cell| !cell.read).count() > LOST_MAX {
        return None;
    }
    // A window of a longer row of signs is chance.
    let beside = [start.checked_sub(1), Some(start + LENGTH)];
    if beside.into_iter().flatten().any(|place| cells.cells.get(place).is_some_and(|cell| cell.read)) {
        return None;
    }
    let (mut text, mut least) = (String::with_capacity(LENGTH), 1.0f32);
    for (place, cell) in inside.iter().enumerate() {
        let last = place == LENGTH - 1;
        let best = cell.best_of(|sign| sign.is_ascii_digit() || last && sign == b'X')?;
        least = least.min(best.certainty);
        text.push(char::from(best.sign));
    }
    Some((text, least))
}
