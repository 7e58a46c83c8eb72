//! Rows sent as they were stored, after the phone lost its own keys: with their signed segment
//! header, whose wraps let the hub open them.

use std::fmt;

use uuid::Uuid;

use super::row::open_row;
use super::segment::{SegmentHeader, SignedSegment, check_suite};
use super::{FORMAT_VERSION, Mode, SUITE, check_limit, check_version};
use crate::crypto::{self, Domain};
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::limits::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX};
use crate::pack::{self, Blob, Fixed};
use crate::record::{Record, decode_row};
use crate::secret::Secret;

const WHAT: &str = "salvage";
const HEADER: &str = "salvage header";
const PAYLOAD: &str = "salvaged rows";
const DIGEST_TAG: &[u8] = b"fieldcore/salvage-digest/1\0";
/// Bytes that a row takes beside its sealed bytes, at the most.
const ROW_FRAME_BYTES: usize = 1 + 9 + 3 + 3 + 5;
/// Bytes of a salvage beside its rows, at the most: header with a segment of all wraps, signature.
const FRAME_BYTES: usize = 2048;

/// One row as it was stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SalvagedRow {
    /// The record's seq in the segment's epoch.
    pub seq: u64,
    /// The record's kind.
    pub kind: u16,
    /// The version of the kind's columns.
    pub version: u16,
    /// The sealed row ([`super::seal_row`]).
    pub sealed: Vec<u8>,
}

impl fmt::Debug for SalvagedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.seq)
    }
}

/// What the caller of [`Salvage::seal`] decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SalvagePlan {
    /// The salvage's number, from 1 for the uploading device.
    pub number: u64,
    /// The campaign.
    pub campaign: Uuid,
}

/// What stands at the head of a salvage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalvageHeader {
    /// Live or practice; the same as the segment's.
    pub mode: Mode,
    /// The Ed25519 public key of the uploading device, which may be another than the segment's.
    pub device_key: [u8; 32],
    /// Its number, from 1 for the uploading device.
    pub number: u64,
    /// The campaign.
    pub campaign: Uuid,
    /// The segment's header, as it was signed when the segment opened.
    pub segment: SignedSegment,
    /// The first seq.
    pub first_seq: u64,
    /// The last seq.
    pub last_seq: u64,
    /// How many rows there are; fewer than the seqs when some could not be read.
    pub count: u32,
    /// Bytes of the rows.
    pub payload_length: u32,
    /// SHA-256 of the rows' bytes.
    pub payload_digest: [u8; 32],
}

type Layout = (u8, u8, u8, Fixed<32>, u64, Fixed<16>, Blob, Fixed<64>, u64, u64, u32, u32, Fixed<32>);
type RowLayout = (u64, u16, u16, Blob);

impl SalvageHeader {
    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            SUITE,
            self.mode.code(),
            Fixed(self.device_key),
            self.number,
            Fixed(*self.campaign.as_bytes()),
            Blob(self.segment.bytes.clone()),
            Fixed(self.segment.signature),
            self.first_seq,
            self.last_seq,
            self.count,
            self.payload_length,
            Fixed(self.payload_digest),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, HEADER)?;
        let layout: Layout = pack::decode(bytes, HEADER)?;
        let (_, suite, mode, key, number, campaign, segment, segment_signature, first, last, count, length, digest) =
            layout;
        check_suite(suite, HEADER)?;
        if number == 0 || first == 0 || first > last || count == 0 {
            return Err(Error::decode(HEADER, "its number or its seqs are none that can be"));
        }
        check_limit("rows of a salvage", count as usize, BATCH_RECORDS_MAX as usize)?;
        Ok(Self {
            mode: Mode::read(mode, HEADER)?,
            device_key: key.0,
            number,
            campaign: Uuid::from_bytes(campaign.0),
            segment: SignedSegment { bytes: segment.0, signature: segment_signature.0 },
            first_seq: first,
            last_seq: last,
            count,
            payload_length: length,
            payload_digest: digest.0,
        })
    }
}

/// Salvaged rows as they travel.
#[derive(Clone, PartialEq, Eq)]
pub struct Salvage {
    /// What the header says.
    pub header: SalvageHeader,
    /// The header's bytes, exactly as signed.
    pub header_bytes: Vec<u8>,
    /// The rows' bytes.
    pub payload: Vec<u8>,
    /// The uploading device's Ed25519 signature over the header.
    pub signature: [u8; 64],
}

impl Salvage {
    /// Packs and signs `rows` (ascending seqs, of one segment) with the uploading device's seed.
    /// Split what is too large with [`Salvage::split`] first.
    pub fn seal(plan: SalvagePlan, segment: &SignedSegment, rows: &[SalvagedRow], seed: &Secret) -> Result<Self> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Err(Error::refused(WHAT, "there are no rows to send"));
        };
        let mode = segment.verify()?.mode;
        let layout: Vec<RowLayout> =
            rows.iter().map(|row| (row.seq, row.kind, row.version, Blob(row.sealed.clone()))).collect();
        let payload = pack::encode(&layout)?;
        let header = SalvageHeader {
            mode,
            device_key: crypto::signing_public(seed),
            number: plan.number,
            campaign: plan.campaign,
            segment: segment.clone(),
            first_seq: first.seq,
            last_seq: last.seq,
            count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            payload_length: u32::try_from(payload.len()).unwrap_or(u32::MAX),
            payload_digest: crypto::sha256(&[&payload]),
        };
        let header_bytes = header.encode()?;
        let signature = crypto::sign(seed, Domain::Salvage, &header_bytes);
        let salvage = Self { header, header_bytes, payload, signature };
        let read = Self::parse(&salvage.to_bytes()?)?;
        read.verify()?;
        if read.rows()? == rows {
            Ok(salvage)
        } else {
            Err(Error::refused(WHAT, "what was packed does not read back the same; report this"))
        }
    }

    /// Splits a segment's rows into pieces that each fit one salvage.
    pub fn split(rows: &[SalvagedRow]) -> Vec<&[SalvagedRow]> {
        let mut pieces = Vec::new();
        let (mut start, mut bytes) = (0, FRAME_BYTES);
        for (index, row) in rows.iter().enumerate() {
            let more = ROW_FRAME_BYTES + row.sealed.len();
            if index > start && (bytes + more > BATCH_BYTES_MAX || index - start >= BATCH_RECORDS_MAX as usize) {
                pieces.push(&rows[start..index]);
                (start, bytes) = (index, FRAME_BYTES);
            }
            bytes += more;
        }
        if start < rows.len() {
            pieces.push(&rows[start..]);
        }
        pieces
    }

    /// Reads a salvage's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a salvage", bytes.len(), BATCH_BYTES_MAX)?;
        let (header_bytes, payload, signature): (Blob, Blob, Fixed<64>) = pack::decode(bytes, WHAT)?;
        let header = SalvageHeader::decode(&header_bytes.0)?;
        Ok(Self { header, header_bytes: header_bytes.0, payload: payload.0, signature: signature.0 })
    }

    /// Verifies the uploader's signature, and the rows' length and digest. Whoever signed stands
    /// for having sent it; whose rows they are is another question ([`Self::verify`]).
    pub fn verify_uploader(&self) -> Result<()> {
        crypto::verify(&self.header.device_key, Domain::Salvage, &self.header_bytes, &self.signature, WHAT)?;
        let same_length = self.payload.len() as u64 == u64::from(self.header.payload_length);
        if !same_length || crypto::sha256(&[&self.payload]) != self.header.payload_digest {
            return Err(Error::untrusted(WHAT, "its rows are not the ones that were signed for"));
        }
        Ok(())
    }

    /// Verifies the uploader's signature, the rows' length and digest, and the segment's own
    /// signature; the answer is the segment's header.
    pub fn verify(&self) -> Result<SegmentHeader> {
        self.verify_uploader()?;
        let segment = self.header.segment.verify()?;
        if segment.mode != self.header.mode || self.header.first_seq < segment.first_seq {
            return Err(Error::untrusted(WHAT, "its rows do not belong to the segment that it names"));
        }
        Ok(segment)
    }

    /// Its name in receipts: SHA-256 over a tag and the header's bytes.
    pub fn digest(&self) -> [u8; 32] {
        crypto::sha256(&[DIGEST_TAG, &self.header_bytes])
    }

    /// The item's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let bytes =
            pack::encode(&(Blob(self.header_bytes.clone()), Blob(self.payload.clone()), Fixed(self.signature)))?;
        check_limit("bytes of a salvage", bytes.len(), BATCH_BYTES_MAX)?;
        Ok(bytes)
    }

    /// The rows, still sealed; checks that they are those that the header counts.
    pub fn rows(&self) -> Result<Vec<SalvagedRow>> {
        let layout: Vec<RowLayout> = pack::decode(&self.payload, PAYLOAD)?;
        let rows: Vec<SalvagedRow> = layout
            .into_iter()
            .map(|(seq, kind, version, sealed)| SalvagedRow { seq, kind, version, sealed: sealed.0 })
            .collect();
        let ends = rows.first().map(|row| row.seq) == Some(self.header.first_seq)
            && rows.last().map(|row| row.seq) == Some(self.header.last_seq);
        let ascending = rows.windows(2).all(|pair| pair[0].seq < pair[1].seq);
        if ends && ascending && rows.len() == self.header.count as usize {
            Ok(rows)
        } else {
            Err(Error::decode(PAYLOAD, "they are not the seqs that the header counts"))
        }
    }

    /// Opens the rows with the segment's data key; a row that does not open or decode is named
    /// and the others come out.
    pub fn open(&self, data_key: &Secret) -> Result<SalvagedRows> {
        let segment = self.header.segment.verify()?;
        let device = segment.device();
        let mut out = SalvagedRows { records: Vec::new(), failures: Vec::new() };
        for row in self.rows()? {
            match open_one(data_key, device, &segment, &row) {
                Ok(record) => out.records.push(record),
                Err(why) => out.failures.push(SalvageFailure { seq: row.seq, kind: row.kind, why }),
            }
        }
        Ok(out)
    }
}

fn open_one(data_key: &Secret, device: DeviceId, segment: &SegmentHeader, row: &SalvagedRow) -> Result<Record> {
    let at = RecordRef { device, epoch: segment.epoch, seq: row.seq };
    let plain = open_row(data_key, at, row.kind, row.version, &row.sealed)?;
    decode_row(at, row.kind, row.version, &plain)
}

impl fmt::Debug for Salvage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "salvage {} of {}", self.header.number, DeviceId::of_key(&self.header.device_key))
    }
}

/// What came out of a salvage.
#[derive(Debug)]
pub struct SalvagedRows {
    /// The records that opened, in the order of their seqs.
    pub records: Vec<Record>,
    /// The rows that did not.
    pub failures: Vec<SalvageFailure>,
}

/// A row that did not open.
#[derive(Debug)]
pub struct SalvageFailure {
    /// Its seq.
    pub seq: u64,
    /// Its kind, as it claims.
    pub kind: u16,
    /// Why not.
    pub why: Error,
}
