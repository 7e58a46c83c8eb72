//! A batch: the records of one segment, sealed, signed and frozen.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::body::{self, Anchor, Contents};
use super::segment::{KeyWrap, SegmentScope, WrapTuple, check_suite, read_epoch, wraps_in, wraps_out};
use super::{FORMAT_VERSION, Mode, SUITE, check_limit, check_version, version_of};
use crate::crypto;
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch};
use crate::limits::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, WRAPS_MAX};
use crate::pack::{self, Blob, Fixed};
use crate::platform::Entropy;
use crate::record::Record;
use crate::secret::Secret;

const WHAT: &str = "batch";
const HEADER: &str = "batch header";
const DIGEST_TAG: &[u8] = b"fieldcore/batch-digest/1\0";
const BODY_KEY: &str = "fieldcore 1 batch body key";
/// Bytes of the last header element, a digest.
const DIGEST_BYTES: usize = 34;

/// What the caller of [`Batch::seal`] decides; the rest follows from the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPlan {
    /// Live or practice.
    pub mode: Mode,
    /// The epoch of the records.
    pub epoch: Epoch,
    /// The batch's number, from 1 within device and epoch, without gaps.
    pub number: u64,
    /// The segment that the records were written in, whose data key seals them.
    pub segment: u64,
    /// That data key, wrapped to each of the hub's keys.
    pub wraps: Vec<KeyWrap>,
    /// The digest of the batch before, zeros for number 1.
    pub previous: [u8; 32],
}

/// What stands in clear at the head of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    /// Live or practice.
    pub mode: Mode,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The epoch of its records.
    pub epoch: Epoch,
    /// Its number, from 1 within device and epoch.
    pub number: u64,
    /// The seq of its first record.
    pub first_seq: u64,
    /// How many records it holds; their seqs have no gaps.
    pub count: u32,
    /// The segment that the records were written in.
    pub segment: u64,
    /// The segment's data key, wrapped to each of the hub's keys.
    pub wraps: Vec<KeyWrap>,
    /// The digest of the batch before, zeros for number 1.
    pub previous: [u8; 32],
    /// Bytes of the sealed body.
    pub body_length: u32,
    /// SHA-256 of the sealed body.
    pub body_digest: [u8; 32],
}

type Layout = (u8, u8, u8, Fixed<32>, u64, u64, u64, u32, u64, Vec<WrapTuple>, Fixed<32>, u32, Fixed<32>);

impl BatchHeader {
    /// The id of the device that wrote it.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// What its wraps are bound to.
    pub fn scope(&self) -> SegmentScope {
        SegmentScope { mode: self.mode, device_key: self.device_key, epoch: self.epoch, segment: self.segment }
    }

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: Layout = (
            FORMAT_VERSION,
            SUITE,
            self.mode.code(),
            Fixed(self.device_key),
            self.epoch.as_u64(),
            self.number,
            self.first_seq,
            self.count,
            self.segment,
            wraps_out(&self.wraps),
            Fixed(self.previous),
            self.body_length,
            Fixed(self.body_digest),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, HEADER)?;
        let layout: Layout = pack::decode(bytes, HEADER)?;
        let (_, suite, mode, device_key, epoch, number, first_seq, count, segment, wraps, previous, length, digest) =
            layout;
        check_suite(suite, HEADER)?;
        let header = Self {
            mode: Mode::read(mode, HEADER)?,
            device_key: device_key.0,
            epoch: read_epoch(epoch, HEADER)?,
            number,
            first_seq,
            count,
            segment,
            wraps: wraps_in(wraps, HEADER)?,
            previous: previous.0,
            body_length: length,
            body_digest: digest.0,
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<()> {
        if self.number == 0 || self.first_seq == 0 || self.segment == 0 || self.count == 0 {
            return Err(Error::decode(HEADER, "batches, segments and seqs count from 1, and no batch is empty"));
        }
        if (self.number == 1) != (self.previous == [0; 32]) {
            return Err(Error::decode(HEADER, "the first batch, and only that, has no batch before it"));
        }
        if self.first_seq.checked_add(u64::from(self.count)).is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(Error::decode(HEADER, "its seqs go beyond 2^63"));
        }
        check_limit("records of a batch", self.count as usize, BATCH_RECORDS_MAX as usize)?;
        check_limit("key wraps of a header", self.wraps.len(), WRAPS_MAX)
    }
}

/// The header's bytes up to and including `previous`, to which the body's seal is bound.
fn associated_data(header_bytes: &[u8], body_length: u32) -> Result<&[u8]> {
    let tail = pack::encode(&body_length)?.len() + DIGEST_BYTES;
    header_bytes
        .len()
        .checked_sub(tail)
        .and_then(|end| header_bytes.get(..end))
        .ok_or_else(|| Error::decode(HEADER, "it is too short"))
}

/// A batch as it is stored, sent and sent again: always the same bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Batch {
    /// What the header says.
    pub header: BatchHeader,
    /// The header's bytes, exactly as signed.
    pub header_bytes: Vec<u8>,
    /// The sealed body.
    pub body: Vec<u8>,
    /// The device's Ed25519 signature over the header.
    pub signature: [u8; 64],
}

impl Batch {
    /// Seals `records`, contiguous in seq and all of one device and epoch, into a batch; decodes
    /// the result again and compares before it answers.
    pub fn seal(
        plan: BatchPlan,
        records: &[Record],
        anchors: &[Anchor],
        data_key: &Secret,
        seed: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<Self> {
        let device_key = crypto::signing_public(seed);
        let device = DeviceId::of_key(&device_key);
        let first_seq = records.first().map_or(0, |record| record.at.seq);
        let fits = records
            .iter()
            .zip(first_seq..)
            .all(|(record, seq)| record.at.seq == seq && record.at.epoch == plan.epoch && record.at.device == device);
        if !fits || records.is_empty() {
            return Err(Error::refused(
                WHAT,
                "its records must be of this device and epoch, in order and without gaps",
            ));
        }
        let plain = body::encode(records, anchors)?;
        let mut header = BatchHeader {
            mode: plan.mode,
            device_key,
            epoch: plan.epoch,
            number: plan.number,
            first_seq,
            count: u32::try_from(records.len()).unwrap_or(u32::MAX),
            segment: plan.segment,
            wraps: plan.wraps,
            previous: plan.previous,
            body_length: u32::try_from(plain.len() + crypto::SEAL_OVERHEAD).unwrap_or(u32::MAX),
            body_digest: [0; 32],
        };
        header.check()?;
        let unfinished = header.encode()?;
        let bound = associated_data(&unfinished, header.body_length)?;
        let body = crypto::seal(&crypto::derive(data_key, BODY_KEY), entropy, bound, &plain)?;
        header.body_digest = crypto::sha256(&[&body]);
        let header_bytes = header.encode()?;
        let signature = crypto::sign(seed, header.mode.batch_domain(), &header_bytes);
        let batch = Self { header, header_bytes, body, signature };
        batch.prove(records, anchors, data_key)?;
        Ok(batch)
    }

    /// Reads the own bytes back as a hub would.
    fn prove(&self, records: &[Record], anchors: &[Anchor], data_key: &Secret) -> Result<()> {
        let read = Self::parse(&self.to_bytes()?)?;
        read.verify()?;
        let contents = read.open(data_key)?;
        if contents.records == records && contents.anchors == anchors && read == *self {
            Ok(())
        } else {
            Err(Error::refused(WHAT, "what was sealed does not read back the same; nothing was sealed, report this"))
        }
    }

    /// Reads a batch's form; nothing is verified yet.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        check_limit("bytes of a batch", bytes.len(), BATCH_BYTES_MAX)?;
        let (header_bytes, body, signature): (Blob, Blob, Fixed<64>) = pack::decode(bytes, WHAT)?;
        let header = BatchHeader::decode(&header_bytes.0)?;
        Ok(Self { header, header_bytes: header_bytes.0, body: body.0, signature: signature.0 })
    }

    /// Verifies the signature over exactly the header's bytes, and the body's length and digest.
    pub fn verify(&self) -> Result<()> {
        let domain = self.header.mode.batch_domain();
        crypto::verify(&self.header.device_key, domain, &self.header_bytes, &self.signature, WHAT)?;
        check_body(&self.body, u64::from(self.header.body_length), &self.header.body_digest)
    }

    /// Its name in receipts and in the next batch: SHA-256 over a tag and the header's bytes,
    /// which hold the body's digest.
    pub fn digest(&self) -> [u8; 32] {
        digest_of(&self.header_bytes)
    }

    /// The item's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let bytes = pack::encode(&(Blob(self.header_bytes.clone()), Blob(self.body.clone()), Fixed(self.signature)))?;
        check_limit("bytes of a batch", bytes.len(), BATCH_BYTES_MAX)?;
        Ok(bytes)
    }

    /// Opens the body with the segment's data key. Records of kinds that this reader does not
    /// know come out as [`crate::record::Body::Unknown`].
    pub fn open(&self, data_key: &Secret) -> Result<Contents> {
        let bound = associated_data(&self.header_bytes, self.header.body_length)?;
        let plain = crypto::open(&crypto::derive(data_key, BODY_KEY), bound, &self.body, "batch body")?;
        body::decode(&plain, &self.header)
    }

    /// What can be said of a batch of any version: who signed it, and its number and digest; the
    /// signature, the body's length and its digest are verified. A hub holds by it what it cannot
    /// read yet.
    pub fn outline(bytes: &[u8]) -> Result<Outline> {
        check_limit("bytes of a batch", bytes.len(), BATCH_BYTES_MAX)?;
        let (header, body, signature): (Blob, Blob, Fixed<64>) = pack::decode(bytes, WHAT)?;
        let version =
            version_of(&header.0).ok_or_else(|| Error::decode(HEADER, "it does not begin with a format version"))?;
        let Fields { suite, mode, device_key, epoch, number, body_length, body_digest } =
            pack::decode(&header.0, HEADER)?;
        let mode = Mode::read(mode, HEADER)?;
        crypto::verify(&device_key, mode.batch_domain(), &header.0, &signature.0, WHAT)?;
        check_body(&body.0, body_length, &body_digest)?;
        let digest = digest_of(&header.0);
        Ok(Outline { version, suite, mode, device_key, epoch: read_epoch(epoch, HEADER)?, number, digest })
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "batch {} of {} {}", self.header.number, self.header.device(), self.header.epoch)
    }
}

fn digest_of(header_bytes: &[u8]) -> [u8; 32] {
    crypto::sha256(&[DIGEST_TAG, header_bytes])
}

fn check_body(body: &[u8], length: u64, digest: &[u8; 32]) -> Result<()> {
    if body.len() as u64 == length && crypto::sha256(&[body]) == *digest {
        Ok(())
    } else {
        Err(Error::untrusted(WHAT, "its body is not the one that was signed for"))
    }
}

/// A batch of any version as far as every version agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The format version of its header.
    pub version: u8,
    /// The suite of algorithms of its body.
    pub suite: u8,
    /// Live or practice.
    pub mode: Mode,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The epoch of its records.
    pub epoch: Epoch,
    /// Its number.
    pub number: u64,
    /// Its digest.
    pub digest: [u8; 32],
}

/// The first six and the last two elements of a header, whatever stands between.
struct Fields {
    suite: u8,
    mode: u8,
    device_key: [u8; 32],
    epoch: u64,
    number: u64,
    body_length: u64,
    body_digest: [u8; 32],
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FieldsVisitor)
    }
}

struct FieldsVisitor;

fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(seq: &mut A) -> Result<T, A::Error> {
    use serde::de::Error;
    seq.next_element()?.ok_or_else(|| A::Error::custom("an element is missing"))
}

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch header")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Fields, A::Error> {
        use serde::de::Error;
        let _version: u8 = next(&mut seq)?;
        let (suite, mode): (u8, u8) = (next(&mut seq)?, next(&mut seq)?);
        let device_key: Fixed<32> = next(&mut seq)?;
        let (epoch, number): (u64, u64) = (next(&mut seq)?, next(&mut seq)?);
        let mut last = (Element::Other, Element::Other);
        while let Some(element) = seq.next_element::<Element>()? {
            last = (last.1, element);
        }
        let (Element::Number(body_length), Element::Bytes(body_digest)) = last else {
            return Err(A::Error::custom("it does not end with a length and a digest"));
        };
        let body_digest = body_digest.try_into().map_err(|_| A::Error::custom("a digest has 32 bytes"))?;
        Ok(Fields { suite, mode, device_key: device_key.0, epoch, number, body_length, body_digest })
    }
}

enum Element {
    Number(u64),
    Bytes(Vec<u8>),
    Other,
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Element, E> {
        Ok(Element::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Element, E> {
        Ok(Element::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Element, E> {
        Ok(Element::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
        Ok(Element::Number(number))
    }

    fn visit_str<E>(self, _: &str) -> Result<Element, E> {
        Ok(Element::Other)
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Element, E> {
        Ok(Element::Bytes(bytes.to_vec()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Element, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element::Other)
    }
}
