//! A batch's body: the records column-wise, the clock's anchors, and what a stranger can write
//! in a compressed frame of its own.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::batch::BatchHeader;
use super::check_limit;
use super::columns::{COLUMNS_MAX, Cells, Column, FREE_MAX, List, Origin, Reader, WHAT, Writer};
use super::segment::read_epoch;
use crate::error::{Error, Result};
use crate::id::{DeviceId, RecordRef};
use crate::limits::{BATCH_RECORDS_MAX, BODY_PADDING, FRAMES_BYTES_MAX};
use crate::pack::{self, Fixed};
use crate::record::{Body, Field, Kind, Layout, Record, Stamp, Value};

/// How an anchor's hub time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnchorKind {
    /// From a signed answer to this device's own nonce: right within its error.
    TwoSided,
    /// From something carried: the hub's clock had reached this time, maybe long before.
    LowerBound,
}

impl AnchorKind {
    /// The code that stands in a body and in the journal.
    pub const fn code(self) -> u8 {
        match self {
            Self::TwoSided => 1,
            Self::LowerBound => 2,
        }
    }

    /// The kind of `code`.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::TwoSided),
            2 => Some(Self::LowerBound),
            _ => None,
        }
    }
}

/// What ties the device's monotonic clock to the hub's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The run of the monotonic clock (see [`crate::Clock::session`]).
    pub clock: u64,
    /// The monotonic clock, milliseconds, at the middle of the round trip.
    pub mono_ms: u64,
    /// The hub's time, milliseconds since 1970.
    pub hub_ms: i64,
    /// The greatest error, milliseconds: half the round trip.
    pub error_ms: u64,
    /// How it is known.
    pub kind: AnchorKind,
}

/// What a batch holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The records, in the order of their seqs.
    pub records: Vec<Record>,
    /// Anchors noted since the batch before.
    pub anchors: Vec<Anchor>,
}

/// A group's place in a body: kind, version, number of columns.
type GroupKey = (u16, u16, usize);

/// The records of one kind: kind, version, seqs as differences, columns.
type Group = (u16, u16, List<u64, RECORDS>, List<Column, COLUMNS_MAX>);

/// The first frame: stamps, groups, origins beside the own, anchors.
type Frame = (
    List<Column, STAMP_COLUMNS>,
    List<Group, RECORDS>,
    List<(Fixed<16>, u64), ORIGINS_MAX>,
    List<(u64, u64, i64, u64, u8), ANCHORS_MAX>,
);

const RECORDS: usize = BATCH_RECORDS_MAX as usize;
const STAMP_COLUMNS: usize = 5;
/// Devices and epochs that the records of one batch refer to.
const ORIGINS_MAX: usize = 4096;
/// Anchors of one batch; the writer keeps the best of what it has.
pub(crate) const ANCHORS_MAX: usize = 64;
/// The level at which the size curve of real records flattens.
const ZSTD_LEVEL: i32 = 9;

fn broken(why: impl Into<String>) -> Error {
    Error::decode(WHAT, why)
}

/// The plaintext body of `records`, which are of one device and epoch and contiguous.
pub(crate) fn encode(records: &[Record], anchors: &[Anchor]) -> Result<Zeroizing<Vec<u8>>> {
    check_limit("records of a batch", records.len(), RECORDS)?;
    check_limit("anchors of a batch", anchors.len(), ANCHORS_MAX)?;
    let Some(first) = records.first() else { return Err(broken("it has no records")) };
    let mut writer = Writer::new((first.at.device, first.at.epoch));
    let stamps = write_stamps(&mut writer, records);
    let groups = write_groups(&mut writer, records)?;
    let anchors =
        anchors.iter().map(|one| (one.clock, one.mono_ms, one.hub_ms, one.error_ms, one.kind.code())).collect();
    let origins =
        writer.origins[1..].iter().map(|(device, epoch)| (Fixed(*device.as_bytes()), epoch.as_u64())).collect();
    let frame: Frame = (List(stamps), List(groups), List(origins), List(anchors));
    let main = Zeroizing::new(pack::encode(&frame)?);
    let free = if writer.free.is_empty() { Zeroizing::default() } else { Zeroizing::new(pack::encode(&writer.free)?) };
    check_limit("bytes of a batch's frames", main.len() + free.len(), FRAMES_BYTES_MAX)?;
    let mut out = Zeroizing::new(Vec::new());
    for frame in [main, free] {
        let squeezed = if frame.is_empty() { Vec::new() } else { deflate(&frame)? };
        out.extend_from_slice(&u32::try_from(squeezed.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&squeezed);
    }
    let padded = out.len().next_multiple_of(BODY_PADDING);
    out.resize(padded, 0);
    Ok(out)
}

fn write_stamps(writer: &mut Writer, records: &[Record]) -> Vec<Column> {
    let seqs: Vec<u64> = records.iter().map(|record| record.at.seq).collect();
    let mut column = |layout: Layout, value: &dyn Fn(&Stamp) -> Value| {
        let values: Vec<Value> = records.iter().map(|record| value(&record.stamp)).collect();
        writer.column(Some(layout), &values, &seqs)
    };
    vec![
        column(Layout::Delta, &|stamp| Value::Int(stamp.wall_ms)),
        column(Layout::Delta, &|stamp| Value::Int(stamp.wall_ms.wrapping_sub(stamp.mono_ms.cast_signed()))),
        column(Layout::Repeat, &|stamp| stamp.clock.put()),
        column(Layout::Refs, &|stamp| stamp.shift.put()),
        column(Layout::Repeat, &|stamp| stamp.lane.put()),
    ]
}

fn write_groups(writer: &mut Writer, records: &[Record]) -> Result<Vec<Group>> {
    let mut groups: BTreeMap<GroupKey, Vec<(u64, Vec<Value>)>> = BTreeMap::new();
    for record in records {
        let (kind, version) = record.body.kind();
        let values = record.body.values();
        check_limit("fields of a record", values.len(), COLUMNS_MAX)?;
        groups.entry((kind, version, values.len())).or_default().push((record.at.seq, values));
    }
    let mut before = records.first().map_or(0, |record| record.at.seq);
    let first_seq = before;
    let mut out = Vec::with_capacity(groups.len());
    for ((kind, version, width), mut rows) in groups {
        let seqs: Vec<u64> = rows.iter().map(|(seq, _)| *seq).collect();
        let layouts = Kind::find(kind, version).map(|known| known.columns).filter(|columns| columns.len() == width);
        let mut columns = Vec::with_capacity(width);
        for index in 0..width {
            let wanted = layouts.and_then(|columns| columns.get(index)).map(|(_, layout)| *layout);
            let values: Vec<Value> =
                rows.iter_mut().map(|(_, row)| std::mem::replace(&mut row[index], Value::Nil)).collect();
            columns.push(writer.column(wanted, &values, &seqs));
        }
        before = first_seq;
        let steps = seqs.iter().map(|seq| seq - std::mem::replace(&mut before, *seq)).collect();
        out.push((kind, version, List(steps), List(columns)));
    }
    Ok(out)
}

/// The records and anchors in a plaintext body whose header is `header`.
pub(crate) fn decode(plain: &[u8], header: &BatchHeader) -> Result<Contents> {
    let (main, free) = unframe(plain)?;
    let main = inflate(main, FRAMES_BYTES_MAX)?;
    let free = if free.is_empty() { Zeroizing::default() } else { inflate(free, FRAMES_BYTES_MAX - main.len())? };
    let (stamps, groups, origins, anchors): Frame = pack::decode(&main, WHAT)?;
    let free: List<Cells, FREE_MAX> = if free.is_empty() { List(Vec::new()) } else { pack::decode(&free, WHAT)? };
    let mut reader = Reader::new(read_origins(header, origins.0)?, free.0);
    let stamps = read_stamps(&mut reader, stamps.0, header)?;
    let bodies = read_groups(&mut reader, groups.0, header)?;
    reader.finish()?;
    let device = header.device();
    let records = stamps.into_iter().zip(bodies).zip(header.first_seq..).map(|((stamp, body), seq)| Record {
        at: RecordRef { device, epoch: header.epoch, seq },
        stamp,
        body,
    });
    Ok(Contents { records: records.collect(), anchors: read_anchors(anchors.0)? })
}

fn read_origins(header: &BatchHeader, listed: Vec<(Fixed<16>, u64)>) -> Result<Vec<Origin>> {
    let mut origins = vec![(header.device(), header.epoch)];
    for (device, epoch) in listed {
        origins.push((DeviceId::from_bytes(device.0), read_epoch(epoch, WHAT)?));
    }
    Ok(origins)
}

fn read_anchors(listed: Vec<(u64, u64, i64, u64, u8)>) -> Result<Vec<Anchor>> {
    let anchor = |(clock, mono_ms, hub_ms, error_ms, kind)| {
        let kind = AnchorKind::from_code(kind).ok_or_else(|| broken(format!("{kind} is no kind of anchor")))?;
        Ok(Anchor { clock, mono_ms, hub_ms, error_ms, kind })
    };
    listed.into_iter().map(anchor).collect()
}

fn read_stamps(reader: &mut Reader, columns: Vec<Column>, header: &BatchHeader) -> Result<Vec<Stamp>> {
    let seqs: Vec<u64> = (header.first_seq..).take(header.count as usize).collect();
    let columns: Vec<Vec<Value>> =
        columns.into_iter().map(|column| reader.values(column, &seqs)).collect::<Result<_>>()?;
    transpose(columns, seqs.len())
        .into_iter()
        .map(|row| stamp(row).ok_or_else(|| broken("a stamp is missing or of the wrong type")))
        .collect()
}

fn stamp(row: Vec<Value>) -> Option<Stamp> {
    let mut row = row.into_iter();
    let wall_ms = i64::take(row.next()?)?;
    let ahead = i64::take(row.next()?)?;
    Some(Stamp {
        wall_ms,
        mono_ms: u64::try_from(wall_ms.wrapping_sub(ahead)).ok()?,
        clock: Field::take(row.next()?)?,
        shift: Field::take(row.next()?)?,
        lane: Field::take(row.next()?)?,
    })
}

fn read_groups(reader: &mut Reader, groups: Vec<Group>, header: &BatchHeader) -> Result<Vec<Body>> {
    let key = |group: &Group| (group.0, group.1, group.3.0.len());
    if groups.windows(2).any(|pair| key(&pair[0]) >= key(&pair[1])) {
        return Err(broken("its kinds are not in order"));
    }
    let places = groups.iter().map(|group| places(&group.2.0)).collect::<Result<Vec<_>>>()?;
    let mut taken = vec![false; header.count as usize];
    for place in places.iter().flatten() {
        let free = taken.get_mut(*place).filter(|taken| !**taken);
        *free.ok_or_else(|| broken("two records have one seq, or one lies outside the batch"))? = true;
    }
    if taken.contains(&false) {
        return Err(broken("a seq of the batch has no record"));
    }
    let mut bodies: Vec<Option<Body>> = vec![None; taken.len()];
    for ((kind, version, _, columns), places) in groups.into_iter().zip(places) {
        let seqs: Vec<u64> = places.iter().map(|place| header.first_seq + *place as u64).collect();
        let columns = columns.0.into_iter().map(|column| reader.values(column, &seqs)).collect::<Result<Vec<_>>>()?;
        for (place, values) in places.iter().zip(transpose(columns, seqs.len())) {
            bodies[*place] = Some(Body::from_values(kind, version, values));
        }
    }
    bodies.into_iter().map(|body| body.ok_or_else(|| broken("a seq of the batch has no record"))).collect()
}

/// Places within the batch, from 0, of a group's seqs.
fn places(steps: &[u64]) -> Result<Vec<usize>> {
    let mut place = 0usize;
    steps
        .iter()
        .map(|step| {
            let step = usize::try_from(*step).ok().and_then(|step| place.checked_add(step));
            place = step.filter(|place| *place < RECORDS).ok_or_else(|| broken("a seq lies outside the batch"))?;
            Ok(place)
        })
        .collect()
}

fn transpose(columns: Vec<Vec<Value>>, count: usize) -> Vec<Vec<Value>> {
    let mut rows: Vec<Vec<Value>> = (0..count).map(|_| Vec::with_capacity(columns.len())).collect();
    for column in columns {
        for (row, value) in rows.iter_mut().zip(column) {
            row.push(value);
        }
    }
    rows
}

/// The two frames, still compressed; what follows them must be padding.
pub(super) fn unframe(plain: &[u8]) -> Result<(&[u8], &[u8])> {
    let (main, rest) = chunk(plain).ok_or_else(|| broken("its first frame is cut off"))?;
    let (free, padding) = chunk(rest).ok_or_else(|| broken("its second frame is cut off"))?;
    let padded = plain.len().is_multiple_of(BODY_PADDING) && padding.len() < BODY_PADDING;
    if padded && padding.iter().all(|byte| *byte == 0) {
        Ok((main, free))
    } else {
        Err(broken("its padding is not as it must be"))
    }
}

fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

pub(crate) fn deflate(frame: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(frame, ZSTD_LEVEL).map_err(|error| Error::refused("compressing a batch", error.to_string()))
}

/// One zstd frame that says how long its content is, at most `limit`, with nothing after it.
pub(crate) fn inflate(bytes: &[u8], limit: usize) -> Result<Zeroizing<Vec<u8>>> {
    let length = match zstd::zstd_safe::get_frame_content_size(bytes) {
        Ok(Some(length)) => length,
        _ => return Err(broken("a frame does not say how long it is")),
    };
    let length = usize::try_from(length).ok().filter(|length| *length <= limit);
    let length = length.ok_or_else(|| broken("a frame is longer than any batch's"))?;
    if zstd::zstd_safe::find_frame_compressed_size(bytes) != Ok(bytes.len()) {
        return Err(broken("something follows a frame"));
    }
    let plain =
        zstd::bulk::decompress(bytes, length).map(Zeroizing::new).map_err(|_| broken("a frame does not decompress"))?;
    if plain.len() == length { Ok(plain) } else { Err(broken("a frame is not as long as it says")) }
}
