//! Lines that lost or gained fillers, put back to their length.

/// Runs of fillers that are tried.
const RUNS_MAX: usize = 6;

/// The ways in which `cells` become `want` characters by lengthening or shortening one run of
/// fillers; where there is none, fillers go in before the last `fixed` characters.
pub(super) fn fits(cells: &[u8], want: usize, fixed: usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let plain = cells.to_vec();
    let cleaned = fillers_cleaned(cells);
    for text in [Some(plain), cleaned].into_iter().flatten() {
        fit(&text, want, fixed, &mut found);
    }
    found
}

fn fit(text: &[u8], want: usize, fixed: usize, found: &mut Vec<Vec<u8>>) {
    if text.len() == want {
        return found.push(text.to_vec());
    }
    let mut place = 0;
    let mut runs = 0;
    while let Some(offset) = text.get(place..).and_then(|rest| rest.iter().position(|c| *c == b'<')) {
        let start = place + offset;
        let run = text.iter().skip(start).take_while(|c| **c == b'<').count();
        place = start + run;
        if let Some(run) = (run + want).checked_sub(text.len()) {
            found.push(spliced(text, start, place, run));
        }
        runs += 1;
        if runs == RUNS_MAX {
            break;
        }
    }
    if runs == 0 && text.len() < want {
        let start = text.len().saturating_sub(fixed);
        found.push(spliced(text, start, start, want - text.len()));
    }
}

fn spliced(text: &[u8], start: usize, end: usize, run: usize) -> Vec<u8> {
    let (head, tail) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    [head, &vec![b'<'; run], tail].concat()
}

/// The text with letters that fillers are read as made fillers, where they stand in a stretch of
/// mostly fillers; `None` if there are none.
fn fillers_cleaned(text: &[u8]) -> Option<Vec<u8>> {
    let like = |c: &u8| matches!(c, b'<' | b'K' | b'C');
    let mut out = text.to_vec();
    let mut changed = false;
    for stretch in out.chunk_by_mut(|a, b| like(a) == like(b)).filter(|stretch| stretch.first().is_some_and(like)) {
        let fillers = stretch.iter().filter(|c| **c == b'<').count();
        if fillers * 2 > stretch.len() && fillers < stretch.len() {
            stretch.fill(b'<');
            changed = true;
        }
    }
    changed.then_some(out)
}
