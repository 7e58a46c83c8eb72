//! The line of a resident number, permit or foreigner's card: eighteen signs.

use chrono::NaiveDate;
use fieldcore_optics::TextLine;

use super::{Cell, Cells, Draft, PITCH_RANGE, PrintSource, Printed};
use crate::scan::reading::ReadingKind;
use crate::scan::{Reading, Scan, interpret};

/// Signs that may be there although nothing won in their place: it is known where they stand.
const LOST_MAX: usize = 2;
/// Signs of a number with a check character.
const LENGTH: usize = 18;

/// The one number in a line whose checks hold; to `drafts` goes what its windows may say.
pub(super) fn number(line: &TextLine, today: NaiveDate, drafts: &mut Vec<Draft>) -> Option<Printed> {
    let cells = Cells::of(line)?;
    let mut found: Option<Printed> = None;
    for start in 0..(cells.cells.len() + 1).saturating_sub(LENGTH) {
        let Some(window) = window(&cells, start) else { continue };
        drafts.push(draft(line, window));
        let Some((text, certainty)) = text(window) else { continue };
        let Some(reading) = sound(&text, today) else { continue };
        // Two numbers in one line: neither is certain.
        if found.is_some() {
            return None;
        }
        let source = PrintSource::NumberLine;
        found = Some(Printed { source, lines: vec![text], reading, certainty, outlines: vec![line.outline] });
    }
    found
}

/// What a text is, if it is a card's number and its checks hold.
pub(super) fn sound(text: &str, today: NaiveDate) -> Option<Reading> {
    let reading = interpret(&Scan::typed(text.to_owned()), today);
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
    (of_a_card && reading.verdict.is_accept()).then_some(reading)
}

fn may_stand(place: usize, sign: u8) -> bool {
    sign.is_ascii_digit() || place == LENGTH - 1 && sign == b'X'
}

fn draft(line: &TextLine, window: &[Cell<'_>]) -> Draft {
    let mut draft = Draft::new((PrintSource::NumberLine, 0), LENGTH, 1, 0..1);
    for (place, cell) in window.iter().enumerate() {
        draft.add(Some(cell), 0.0, true, |sign| may_stand(place, sign));
    }
    draft.outlines.push(line.outline);
    draft
}

/// Eighteen cells that stand evenly and alone.
fn window<'c, 'l>(cells: &'c Cells<'l>, start: usize) -> Option<&'c [Cell<'l>]> {
    let inside = cells.cells.get(start..start + LENGTH)?;
    let even = |pair: &[Cell<'_>]| (PITCH_RANGE.0..PITCH_RANGE.1).contains(&((pair[1].at - pair[0].at) / cells.pitch));
    if !inside.windows(2).all(even) || inside.iter().filter(|cell| !cell.read).count() > LOST_MAX {
        return None;
    }
    // A window of a longer row of signs is chance.
    let beside = [start.checked_sub(1), Some(start + LENGTH)];
    let crowded = beside.into_iter().flatten().any(|place| cells.cells.get(place).is_some_and(|cell| cell.read));
    (!crowded).then_some(inside)
}

/// The digits of a window, and the least probability among them.
fn text(window: &[Cell<'_>]) -> Option<(String, f32)> {
    let (mut text, mut least) = (String::with_capacity(LENGTH), 1.0f32);
    for (place, cell) in window.iter().enumerate() {
        let best = cell.best_of(|sign| may_stand(place, sign))?;
        least = least.min(best.certainty);
        text.push(char::from(best.sign));
    }
    Some((text, least))
}
