//! Which branch of its epoch a batch belongs to.

use crate::error::Result;
use crate::store::CoreReads;
use crate::store::rows::{Decision, Item, ItemKind};

use super::verify::Arrived;

/// The branch that a batch belongs to, and whether it shows a fork.
///
/// A batch goes with the batch before it that it names, or with the batch after it that names it.
/// Its number taken by other bytes, or its neighbour being another than the one named, is a fork.
pub(crate) fn branch_of(reads: &(impl CoreReads + ?Sized), stream: i64, arrived: &Arrived) -> Result<u32> {
    if arrived.kind != ItemKind::Batch {
        return Ok(0);
    }
    let taken = reads.batches_at(stream, arrived.number)?;
    let before = if arrived.number > 1 { reads.batches_at(stream, arrived.number - 1)? } else { Vec::new() };
    let after = reads.batches_at(stream, arrived.number + 1)?;
    let (before, after): (Vec<_>, Vec<_>) = (known(before), known(after));
    let named = before.iter().find(|item| item.digest == arrived.previous);
    let naming = after.iter().find(|item| item.previous == arrived.digest);
    let wanted = match (named, naming) {
        (Some(item), _) | (None, Some(item)) => Some(item.branch),
        (None, None) if before.is_empty() && after.is_empty() => Some(0),
        (None, None) => None,
    };
    match wanted {
        Some(branch) if taken.iter().all(|item| item.branch != branch) => Ok(branch),
        _ => next_branch(reads, stream, &taken),
    }
}

/// Neighbours whose chain can be told: not those of a format that this version cannot read.
fn known(items: Vec<Item>) -> Vec<Item> {
    items.into_iter().filter(|item| item.kind == ItemKind::Batch).collect()
}

/// A branch that has no batch of this number: the last one, if it has not, else a new one.
fn next_branch(reads: &(impl CoreReads + ?Sized), stream: i64, taken: &[Item]) -> Result<u32> {
    let branches = reads.branches(stream)?;
    let last = branches.last().map_or(0, |branch| branch.branch);
    let free = last > 0 && taken.iter().all(|item| item.branch != last);
    Ok(if free { last } else { last + 1 })
}

/// What was decided about a branch; the first needs no decision.
pub(crate) fn decision(reads: &(impl CoreReads + ?Sized), stream: i64, branch: u32) -> Result<Decision> {
    if branch == 0 {
        return Ok(Decision::Accepted);
    }
    let found = reads.branches(stream)?.into_iter().find(|one| one.branch == branch);
    Ok(found.map_or(Decision::None, |one| one.decision))
}
