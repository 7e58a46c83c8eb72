//! A record's row, sealed as it lies in the journal and as it travels in a salvage.

use zeroize::Zeroizing;

use crate::crypto;
use crate::error::Result;
use crate::id::RecordRef;
use crate::platform::Entropy;
use crate::secret::Secret;

const ROW_KEY: &str = "fieldcore 1 row key";
const ROW_TAG: &[u8] = b"fieldcore/row/1\0";

fn associated_data(at: RecordRef, kind: u16, version: u16) -> Vec<u8> {
    let mut data = ROW_TAG.to_vec();
    data.extend_from_slice(at.device.as_bytes());
    data.extend_from_slice(&at.epoch.as_u64().to_be_bytes());
    data.extend_from_slice(&at.seq.to_be_bytes());
    data.extend_from_slice(&kind.to_be_bytes());
    data.extend_from_slice(&version.to_be_bytes());
    data
}

/// Seals the row of the record `at` under its segment's data key; bound to the record's identity
/// and kind, so that no row can stand in for another.
pub fn seal_row(
    data_key: &Secret,
    entropy: &dyn Entropy,
    at: RecordRef,
    kind: u16,
    version: u16,
    row: &[u8],
) -> Result<Vec<u8>> {
    crypto::seal(&crypto::derive(data_key, ROW_KEY), entropy, &associated_data(at, kind, version), row)
}

/// Opens the row of the record `at`.
pub fn open_row(
    data_key: &Secret,
    at: RecordRef,
    kind: u16,
    version: u16,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    crypto::open(&crypto::derive(data_key, ROW_KEY), &associated_data(at, kind, version), sealed, "record row")
}
