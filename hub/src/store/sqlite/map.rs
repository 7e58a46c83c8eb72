//! Rows of tables as the plain values of the store.

use fieldcore::wire::HeldReason;
use rusqlite::Row;
use rusqlite::types::Type;

use crate::store::rows::{
    At, Claim, ClaimState, Decision, Device, DeviceState, DeviceStock, EnrolmentRow, Fate, Item, ItemKind, ItemStatus,
    Letter, LetterKind, PlaceKind, PlaceRow, ReceiptRow, ShiftRow, Stream, SubjectRow, TubeAct, TubeActKind, TubeRow,
};

type R<T> = rusqlite::Result<T>;

fn wrong(column: &str, kind: Type) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(0, column.to_owned(), kind)
}

/// A code that the store itself wrote; another one means damage.
fn code<T>(row: &Row<'_>, column: &str, from: impl FnOnce(i64) -> Option<T>) -> R<T> {
    from(row.get(column)?).ok_or_else(|| wrong(column, Type::Integer))
}

pub(super) fn big(row: &Row<'_>, column: &str) -> R<u64> {
    Ok(row.get::<_, i64>(column)?.cast_unsigned())
}

pub(super) fn at(row: &Row<'_>) -> R<At> {
    Ok(At { stream: row.get("stream")?, branch: row.get("branch")?, seq: big(row, "seq")? })
}

pub(super) fn at_by(row: &Row<'_>) -> R<At> {
    Ok(At { stream: row.get("by_stream")?, branch: row.get("by_branch")?, seq: big(row, "by_seq")? })
}

fn reason(row: &Row<'_>) -> R<Option<HeldReason>> {
    Ok(row.get::<_, Option<u16>>("reason")?.map(HeldReason::from_code))
}

pub(super) fn device(row: &Row<'_>) -> R<Device> {
    Ok(Device {
        no: row.get("no")?,
        id: row.get("id")?,
        key: row.get("key")?,
        seal_key: row.get("seal_key")?,
        state: code(row, "state", DeviceState::from_code)?,
        reason: reason(row)?,
        token: row.get("token")?,
        app: row.get("app")?,
        enrolled_ms: row.get("enrolled_ms")?,
        seen_ms: row.get("seen_ms")?,
        claim: claim(row)?,
    })
}

fn claim(row: &Row<'_>) -> R<Option<Claim>> {
    let Some(parent) = row.get("parent")? else { return Ok(None) };
    Ok(Some(Claim {
        parent,
        state: code(row, "claim", ClaimState::from_code)?,
        epoch: big(row, "claim_epoch")?,
        seq: big(row, "claim_seq")?,
        at_ms: row.get("claim_ms")?,
    }))
}

pub(super) fn device_stock(row: &Row<'_>) -> R<DeviceStock> {
    Ok(DeviceStock { items: big(row, "items")?, held: big(row, "held")?, held_bytes: big(row, "held_bytes")? })
}

pub(super) fn stream(row: &Row<'_>) -> R<Stream> {
    let clone_of: Option<i64> = row.get("clone_of")?;
    let clone_branch: Option<u32> = row.get("clone_branch")?;
    Ok(Stream {
        no: row.get("no")?,
        device: row.get("device")?,
        epoch: big(row, "epoch")?,
        clone_of: clone_of.zip(clone_branch),
    })
}

pub(super) fn enrolment(row: &Row<'_>) -> R<EnrolmentRow> {
    Ok(EnrolmentRow {
        digest: row.get("digest")?,
        device: row.get("device")?,
        bytes: row.get("bytes")?,
        accepted: row.get("accepted")?,
        reason: reason(row)?,
        arrived_ms: row.get("arrived_ms")?,
    })
}

pub(super) fn item(row: &Row<'_>) -> R<Item> {
    let shift: Option<i64> = row.get("shift_stream")?;
    let shift = match shift {
        Some(stream) => Some(At { stream, branch: row.get("shift_branch")?, seq: big(row, "shift_seq")? }),
        None => None,
    };
    Ok(Item {
        no: row.get("no")?,
        kind: code(row, "kind", ItemKind::from_code)?,
        uploader: row.get("uploader")?,
        stream: row.get("stream")?,
        number: big(row, "number")?,
        branch: row.get("branch")?,
        digest: row.get("digest")?,
        previous: row.get("previous")?,
        first_seq: big(row, "first_seq")?,
        last_seq: big(row, "last_seq")?,
        count: row.get("count")?,
        status: code(row, "status", ItemStatus::from_code)?,
        reason: reason(row)?,
        decision: code(row, "decision", Decision::from_code)?,
        projected: row.get("projected")?,
        counted: row.get("counted")?,
        unknown: row.get("unknown")?,
        arrived_ms: row.get("arrived_ms")?,
        header: row.get("header")?,
        signature: row.get("signature")?,
        data_key: row.get("data_key")?,
        shift,
        bytes: big(row, "bytes")?,
    })
}

pub(super) fn receipt(row: &Row<'_>) -> R<ReceiptRow> {
    Ok(ReceiptRow {
        serial: big(row, "serial")?,
        item: row.get("item")?,
        opened: row.get("opened")?,
        bytes: row.get("bytes")?,
    })
}

pub(super) fn letter(row: &Row<'_>) -> R<Letter> {
    Ok(Letter {
        id: row.get("id")?,
        device: row.get("device")?,
        serial: row.get::<_, Option<i64>>("serial")?.map(i64::cast_unsigned),
        kind: code(row, "kind", LetterKind::from_code)?,
        payload: row.get("payload")?,
        made_ms: row.get("made_ms")?,
    })
}

pub(super) fn shift(row: &Row<'_>) -> R<ShiftRow> {
    Ok(ShiftRow {
        no: row.get("no")?,
        at: at(row)?,
        round: row.get("round")?,
        site: row.get("site")?,
        place: row.get("place")?,
        operator: row.get("operator")?,
        organisation: row.get("organisation")?,
    })
}

pub(super) fn tube(row: &Row<'_>) -> R<TubeRow> {
    let closed: Option<i64> = row.get("closed")?;
    let closed = match closed {
        Some(reason) => Some((reason, big(row, "closed_epoch")?, big(row, "closed_seq")?)),
        None => None,
    };
    let active: Option<i64> = row.get("active_epoch")?;
    let activated = match active {
        Some(epoch) => Some((epoch.cast_unsigned(), big(row, "active_seq")?)),
        None => None,
    };
    Ok(TubeRow {
        no: row.get("no")?,
        at: at(row)?,
        label: row.get("label")?,
        opened: row.get("opened")?,
        shift: row.get("shift")?,
        lane: row.get("lane")?,
        capacity: row.get("capacity")?,
        live: row.get::<_, i64>("live")?.max(0).unsigned_abs(),
        closed,
        activated,
        spoiled: row.get("spoiled")?,
        guest_closed: row.get("guest_closed")?,
    })
}

/// A record's place in three columns that begin alike.
fn named_at(row: &Row<'_>, name: &str) -> R<Option<At>> {
    let stream: Option<i64> = row.get(format!("{name}_stream").as_str())?;
    let Some(stream) = stream else { return Ok(None) };
    let (branch, seq) = (row.get(format!("{name}_branch").as_str())?, big(row, &format!("{name}_seq"))?);
    Ok(Some(At { stream, branch, seq }))
}

pub(super) fn tube_act(row: &Row<'_>) -> R<TubeAct> {
    Ok(TubeAct {
        tube: row.get("tube")?,
        by: at(row)?,
        kind: code(row, "kind", TubeActKind::from_code)?,
        device: row.get("device")?,
        own: row.get("own")?,
        epoch: big(row, "epoch")?,
        shift: row.get("shift")?,
        of: named_at(row, "of")?,
        to: row.get("for_device")?,
        subject: named_at(row, "subject")?,
        reason: row.get("reason")?,
        label: row.get("label")?,
    })
}

pub(super) fn subject(row: &Row<'_>) -> R<SubjectRow> {
    Ok(SubjectRow {
        at: at(row)?,
        bound: row.get("bound")?,
        shift: row.get("shift")?,
        lane: row.get("lane")?,
        tube: row.get("tube")?,
        position: row.get("position")?,
        fate: code(row, "fate", Fate::from_code)?,
        fate_by: (big(row, "fate_epoch")?, big(row, "fate_seq")?),
    })
}

pub(super) fn place(row: &Row<'_>) -> R<PlaceRow> {
    let other: Option<i64> = row.get("other_stream")?;
    let other = match other {
        Some(stream) => Some(At { stream, branch: row.get("other_branch")?, seq: big(row, "other_seq")? }),
        None => None,
    };
    Ok(PlaceRow {
        subject: at(row)?,
        by: at_by(row)?,
        by_epoch: big(row, "by_epoch")?,
        kind: code(row, "kind", PlaceKind::from_code)?,
        tube: row.get("tube")?,
        position: row.get("position")?,
        other,
    })
}
