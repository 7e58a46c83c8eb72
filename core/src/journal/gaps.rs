//! Seqs that are not here, and for which nothing accounts.

use super::head::{EpochRow, row_id, split_id};
use super::read::Rows;
use super::segment;
use crate::error::Result;
use crate::id::{DeviceId, Epoch};
use crate::record::{Body, Record};

/// Seqs of one epoch that are lost: device, epoch, first, last.
pub(super) type LostRange = (DeviceId, Epoch, u64, u64);

/// The range that a record tells as lost.
pub(super) fn told(record: &Record) -> Option<LostRange> {
    match &record.body {
        Body::SeqsLost(lost) => Some((lost.device, lost.epoch, lost.first, lost.last)),
        _ => None,
    }
}

/// Ranges of `epoch` up to `end` that are neither here, nor erased, nor frozen in a batch, nor
/// told as lost.
pub(super) fn of_epoch(rows: Rows<'_>, epoch: &EpochRow, end: u64, told: &[LostRange]) -> Result<Vec<LostRange>> {
    let of_epoch = |lost: &&LostRange| lost.0 == epoch.device && lost.1 == epoch.epoch;
    let mut covered = segment::covered(rows.conn, epoch.id)?;
    covered.extend(told.iter().filter(of_epoch).map(|(_, _, first, last)| (*first, *last)));
    covered.sort_unstable();
    let mut gaps = Gaps { expected: 1, covered: covered.into_iter().peekable(), found: Vec::new() };
    for stored in rows.stored(row_id(epoch.id, 0), row_id(epoch.id + 1, 0) - 1) {
        let (_, seq) = split_id(stored?.id);
        gaps.reach(seq);
        gaps.expected = gaps.expected.max(seq + 1);
    }
    gaps.reach(end + 1);
    Ok(gaps.found.into_iter().map(|(first, last)| (epoch.device, epoch.epoch, first, last)).collect())
}

struct Gaps<C: Iterator<Item = (u64, u64)>> {
    expected: u64,
    covered: std::iter::Peekable<C>,
    found: Vec<(u64, u64)>,
}

impl<C: Iterator<Item = (u64, u64)>> Gaps<C> {
    /// Notes what is missing in front of `next`.
    fn reach(&mut self, next: u64) {
        while self.expected < next {
            match self.covered.peek().copied() {
                Some((_, last)) if last < self.expected => drop(self.covered.next()),
                Some((first, last)) if first <= self.expected => self.expected = last + 1,
                Some((first, _)) if first < next => self.miss(first - 1),
                _ => self.miss(next - 1),
            }
        }
    }

    fn miss(&mut self, last: u64) {
        self.found.push((self.expected, last));
        self.expected = last + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(there: &[u64], end: u64, covered: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let mut gaps = Gaps { expected: 1, covered: covered.iter().copied().peekable(), found: Vec::new() };
        for seq in there {
            gaps.reach(*seq);
            gaps.expected = gaps.expected.max(seq + 1);
        }
        gaps.reach(end + 1);
        gaps.found
    }

    #[test]
    fn gaps_are_what_nothing_accounts_for() {
        assert_eq!(found(&[1, 2, 3], 3, &[]), []);
        assert_eq!(found(&[2, 5], 7, &[]), [(1, 1), (3, 4), (6, 7)]);
        assert_eq!(found(&[2, 5], 7, &[(1, 4), (6, 9)]), []);
        assert_eq!(found(&[1, 10], 12, &[(3, 4), (4, 6), (12, 12)]), [(2, 2), (7, 9), (11, 11)]);
        assert_eq!(found(&[], 3, &[(2, 2)]), [(1, 1), (3, 3)]);
        assert_eq!(found(&[], 0, &[]), []);
    }
}
