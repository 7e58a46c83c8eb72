//! People and tubes for other systems. Every export is written down.

mod csv;
mod fhir;

pub(crate) use csv::csv;
pub(crate) use fhir::fhir;

use crate::error::Result;
use crate::reports::ledger::find_round;
use crate::reports::lookup::Lookup;
use crate::reports::model::TubeTrace;
use crate::reports::trace::{trace_tube, without_tube};
use crate::store::rows::TubeRow;

const PAGE: u32 = 500;

/// What an export holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// People in it.
    pub people: u64,
    /// People who are counted and whose records cannot be read now, because a key is away.
    pub unreadable: u64,
}

impl Exported {
    fn add(&mut self, tube: &TubeTrace) {
        self.people += tube.people.len() as u64;
        self.unreadable += tube.unreadable;
    }
}

/// Hands every tube of a round, or of all, to `each`; then, without a row, the people whose tube
/// cannot be named: they are counted, so they are exported.
fn each_tube(
    lookup: &Lookup<'_>,
    round: Option<&str>,
    mut each: impl FnMut(Option<&TubeRow>, TubeTrace) -> Result<()>,
) -> Result<()> {
    let round = round.map(|name| find_round(lookup.reads, name)).transpose()?.map(|row| row.no);
    let mut after = 0;
    loop {
        let page = lookup.reads.tubes(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.no;
        for row in &page {
            let of = lookup.reads.shift(row.shift)?.map_or(0, |shift| shift.round);
            if round.is_none_or(|round| round == of) {
                each(Some(row), trace_tube(lookup, row)?)?;
            }
        }
    }
    without_tube(lookup, round)?.into_iter().try_for_each(|people| each(None, people))
}
