//! Questions to the state.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::Keys;
use super::rows::{
    At, BoxRow, Fate, FiguresRow, PackedRow, PendingRefs, Round, ShiftRow, SubjectRow, TubeRow, WaitingRow,
};
use crate::error::Result;
use crate::id::RecordRef;
use crate::record::CloseReason;

/// A lane within a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LaneRow {
    /// The active tube.
    pub(crate) tube: Option<RecordRef>,
    /// The tube that was active last, closed or not.
    pub(crate) last_tube: Option<RecordRef>,
    /// The active box.
    pub(crate) container: Option<RecordRef>,
    /// What waits for the next person.
    pub(crate) pending: PendingRefs,
    /// The shift in which that was kept.
    pub(crate) kept_in: Option<RecordRef>,
    /// Whether something had been kept for a person who did not come in that shift.
    pub(crate) lapsed: bool,
}

impl LaneRow {
    /// The lane in this shift: what was kept in another one was for a person who did not come.
    pub(crate) fn in_shift(self, shift: Option<RecordRef>) -> Self {
        if self.kept_in == shift || self.pending.is_empty() {
            return self;
        }
        Self { pending: PendingRefs::default(), lapsed: true, ..self }
    }
}

/// The key of a lane's name; zeros for the device as a whole. The zero byte keeps it apart from
/// every label: no label has one.
pub(crate) fn lane_key(keys: &dyn Keys, lane: Option<&str>) -> Result<[u8; 16]> {
    lane.map_or(Ok([0; 16]), |name| keys.tube_key(&format!("\0lane\0{name}")))
}

/// How a shift stands in the key of a line of figures: empty for none.
pub(super) fn shift_column(shift: Option<RecordRef>) -> Vec<u8> {
    shift.map_or_else(Vec::new, |shift| At(shift).bytes().to_vec())
}

pub(super) fn at(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<RecordRef>> {
    Ok(row.get::<_, Option<At>>(column)?.map(|at| at.0))
}

pub(super) fn at_set(row: &Row<'_>, column: &str) -> rusqlite::Result<RecordRef> {
    Ok(row.get::<_, At>(column)?.0)
}

fn tube_row(row: &Row<'_>) -> rusqlite::Result<TubeRow> {
    Ok(TubeRow {
        at: at_set(row, "at")?,
        round: row.get::<_, Round>("round")?.0,
        key: row.get("tube")?,
        lane: row.get("lane")?,
        holder: row.get("holder")?,
        held: at_set(row, "held")?,
        shift: at(row, "shift")?,
        capacity: row.get("capacity")?,
        profile: row.get("profile")?,
        container: at(row, "container")?,
        count: row.get("count")?,
        next: row.get("next")?,
        closed: row.get::<_, Option<i64>>("closed")?.and_then(CloseReason::from_code),
        spoiled: row.get("spoiled")?,
        opened_ms: row.get("opened_ms")?,
        foreign: row.get("is_foreign")?,
        away: at(row, "away")?,
        base: row.get("base")?,
        taken: at(row, "taken")?,
    })
}

fn subject_row(row: &Row<'_>) -> rusqlite::Result<SubjectRow> {
    Ok(SubjectRow {
        at: at_set(row, "at")?,
        round: row.get::<_, Round>("round")?.0,
        person: row.get("person")?,
        tube: at_set(row, "tube")?,
        position: row.get("position")?,
        lane: row.get("lane")?,
        shift: at(row, "shift")?,
        fate: Fate::from_code(row.get("fate")?),
        moved: row.get("moved")?,
        contact: at(row, "contact")?,
        kept: pending_refs(row)?,
    })
}

fn pending_refs(row: &Row<'_>) -> rusqlite::Result<PendingRefs> {
    Ok(PendingRefs {
        alias: at(row, "alias")?,
        guardian: at(row, "guardian")?,
        temperature: at(row, "temperature")?,
        colour: at(row, "colour")?,
    })
}

fn waiting_row(row: &Row<'_>) -> rusqlite::Result<WaitingRow> {
    Ok(WaitingRow {
        at: at_set(row, "at")?,
        round: row.get::<_, Round>("round")?.0,
        lane: row.get("lane")?,
        person: row.get("person")?,
        kept: pending_refs(row)?,
        contact: at(row, "contact")?,
    })
}

fn shift_row(row: &Row<'_>) -> rusqlite::Result<ShiftRow> {
    Ok(ShiftRow {
        at: at_set(row, "at")?,
        round: row.get::<_, Round>("round")?.0,
        lane: row.get("lane")?,
        profile: row.get("profile")?,
        started_ms: row.get("started_ms")?,
    })
}

pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, map)?.collect::<rusqlite::Result<Vec<T>>>()?;
    Ok(rows)
}

pub(super) fn one<T>(
    conn: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    Ok(conn.prepare_cached(sql)?.query_row(params, map).optional()?)
}

pub(super) fn round_of_shift(conn: &Connection, shift: RecordRef) -> Result<Option<Uuid>> {
    one(conn, "SELECT round FROM state_shifts WHERE at = ?1", params![At(shift)], |row| Ok(row.get::<_, Round>(0)?.0))
}

/// The running shift of a lane: its own, else that of the whole device.
pub(crate) fn shift_of_lane(conn: &Connection, lane: &[u8; 16]) -> Result<Option<ShiftRow>> {
    let sql = "SELECT * FROM state_shifts WHERE lane = ?1 AND ended = 0 ORDER BY at DESC LIMIT 1";
    match one(conn, sql, params![lane], shift_row)? {
        Some(shift) => Ok(Some(shift)),
        None => one(conn, sql, params![[0u8; 16]], shift_row),
    }
}

/// Every running shift, in the order of their beginning.
pub(crate) fn shifts_open(conn: &Connection) -> Result<Vec<ShiftRow>> {
    all(conn, "SELECT * FROM state_shifts WHERE ended = 0 ORDER BY at", [], shift_row)
}

/// The lane's row in a round; empty if nothing was done there.
pub(crate) fn lane_row(conn: &Connection, round: Uuid, lane: &[u8; 16]) -> Result<LaneRow> {
    let found =
        one(conn, "SELECT * FROM state_lanes WHERE round = ?1 AND lane = ?2", params![Round(round), lane], |row| {
            Ok(LaneRow {
                tube: at(row, "tube")?,
                last_tube: at(row, "last_tube")?,
                container: at(row, "container")?,
                pending: pending_refs(row)?,
                kept_in: at(row, "kept")?,
                lapsed: false,
            })
        })?;
    Ok(found.unwrap_or_default())
}

/// The tube opened by the record at `tube`.
pub(crate) fn tube(conn: &Connection, tube: RecordRef) -> Result<Option<TubeRow>> {
    one(conn, "SELECT * FROM state_tubes WHERE at = ?1", params![At(tube)], tube_row)
}

/// The tube opened by the record at `tube`, as it stands in a round.
pub(super) fn tube_of_round(conn: &Connection, tube: RecordRef, round: Uuid) -> Result<Option<TubeRow>> {
    one(conn, "SELECT * FROM state_tubes WHERE at = ?1 AND round = ?2", params![At(tube), Round(round)], tube_row)
}

/// The tube whose label has this key; the latest, should there be several.
pub(crate) fn tube_by_key(conn: &Connection, key: &[u8; 16]) -> Result<Option<TubeRow>> {
    one(conn, "SELECT * FROM state_tubes WHERE tube = ?1 ORDER BY at DESC LIMIT 1", params![key], tube_row)
}

/// The open tubes of a round, oldest first.
pub(crate) fn open_tubes(conn: &Connection, round: Uuid) -> Result<Vec<TubeRow>> {
    let sql =
        "SELECT * FROM state_tubes WHERE round = ?1 AND closed IS NULL AND spoiled = 0 AND away IS NULL ORDER BY at";
    all(conn, sql, params![Round(round)], tube_row)
}

/// The tubes that were opened or first seen in a shift, latest first.
pub(crate) fn tubes_of_shift(conn: &Connection, shift: RecordRef) -> Result<Vec<TubeRow>> {
    // A shift's tubes come after it: without the first condition the whole journal would be searched.
    let sql = "SELECT * FROM state_tubes WHERE at > ?1 AND shift = ?1 AND is_foreign = 0
        UNION ALL SELECT * FROM state_tubes WHERE shift = ?1 AND is_foreign = 1 ORDER BY at DESC";
    all(conn, sql, params![At(shift)], tube_row)
}

pub(super) fn tubes_left_open(conn: &Connection) -> Result<Vec<(RecordRef, u32, Option<RecordRef>)>> {
    let sql = "SELECT * FROM state_tubes WHERE closed IS NULL AND spoiled = 0 AND away IS NULL ORDER BY at";
    Ok(all(conn, sql, [], tube_row)?.into_iter().map(|tube| (tube.at, tube.count, tube.shift)).collect())
}

/// The tube of an offer that was made or taken here, by the record that passed it on.
pub(crate) fn tube_passed(conn: &Connection, passed: RecordRef) -> Result<Option<RecordRef>> {
    one(conn, "SELECT tube FROM state_passes WHERE passed = ?1 LIMIT 1", params![At(passed)], |row| at_set(row, "tube"))
}

/// Whether a tube was ever passed on or taken over here.
pub(crate) fn was_passed(conn: &Connection, tube: RecordRef) -> Result<bool> {
    Ok(conn.prepare_cached("SELECT 1 FROM state_passes WHERE tube = ?1 LIMIT 1")?.exists(params![At(tube)])?)
}

fn box_row(row: &Row<'_>) -> rusqlite::Result<BoxRow> {
    Ok(BoxRow {
        at: at_set(row, "at")?,
        round: row.get::<_, Round>("round")?.0,
        named: at_set(row, "named")?,
        tubes: row.get("tubes")?,
        sealed: at(row, "sealed")?,
        given: at(row, "given")?,
        opened_ms: row.get("opened_ms")?,
    })
}

fn packed_row(row: &Row<'_>) -> rusqlite::Result<PackedRow> {
    Ok(PackedRow { label: row.get("label")?, container: at_set(row, "box")?, at: at_set(row, "at")? })
}

/// The box that the record at `container` opened.
pub(crate) fn container(conn: &Connection, container: RecordRef) -> Result<Option<BoxRow>> {
    one(conn, "SELECT * FROM state_boxes WHERE at = ?1", params![At(container)], box_row)
}

/// The box of a round whose label has this key: one that is still here before one that was handed over, then the latest.
pub(crate) fn box_by_key(conn: &Connection, round: Uuid, key: &[u8; 16]) -> Result<Option<BoxRow>> {
    let sql = "SELECT * FROM state_boxes WHERE label = ?1 AND round = ?2
        ORDER BY given IS NULL DESC, opened_ms DESC, at DESC LIMIT 1";
    one(conn, sql, params![key, Round(round)], box_row)
}

/// The box that this label means to someone who hands it on: one that is still here before one that was handed over,
/// of `round` before another round's, then the latest.
pub(crate) fn box_at_hand(conn: &Connection, round: Uuid, key: &[u8; 16]) -> Result<Option<BoxRow>> {
    let sql = "SELECT * FROM state_boxes WHERE label = ?1
        ORDER BY given IS NULL DESC, round = ?2 DESC, opened_ms DESC, at DESC LIMIT 1";
    one(conn, sql, params![key, Round(round)], box_row)
}

/// The boxes of other rounds that are here, or that changed hands here since the record at `since`, in the order in
/// which they were opened or received.
pub(crate) fn boxes_of_others(conn: &Connection, round: Uuid, since: Option<RecordRef>) -> Result<Vec<BoxRow>> {
    let sql = "SELECT * FROM state_boxes WHERE round <> ?1 AND (given IS NULL OR given > ?2) ORDER BY named";
    all(conn, sql, params![Round(round), since.map(At)], box_row)
}

/// The boxes of a round, in the order in which they were opened or received.
pub(crate) fn boxes(conn: &Connection, round: Uuid) -> Result<Vec<BoxRow>> {
    all(conn, "SELECT * FROM state_boxes WHERE round = ?1 ORDER BY named", params![Round(round)], box_row)
}

/// The box that a label is in.
pub(crate) fn packed(conn: &Connection, round: Uuid, label: &[u8; 16]) -> Result<Option<PackedRow>> {
    let sql = "SELECT * FROM state_packed WHERE round = ?1 AND label = ?2";
    one(conn, sql, params![Round(round), label], packed_row)
}

/// The labels that were packed into a box here, in the order of packing.
pub(crate) fn packed_in(conn: &Connection, round: Uuid, container: RecordRef) -> Result<Vec<PackedRow>> {
    let sql = "SELECT * FROM state_packed WHERE box = ?2 AND round = ?1 ORDER BY at";
    all(conn, sql, params![Round(round), At(container)], packed_row)
}

/// Whether boxes of this hand-over were received here.
pub(crate) fn hand_over_known(conn: &Connection, hand_over: &[u8; 16]) -> Result<bool> {
    let sql = "SELECT 1 FROM state_hand_overs WHERE hand_over = ?1 LIMIT 1";
    Ok(one(conn, sql, params![hand_over], |_| Ok(()))?.is_some())
}

/// The record of this device that holds the label of a tube or box that another device opened.
pub(crate) fn label_kept(conn: &Connection, opened: RecordRef) -> Result<Option<RecordRef>> {
    let sql = "SELECT taken FROM state_tubes WHERE at = ?1 AND taken IS NOT NULL
        UNION ALL SELECT named FROM state_boxes WHERE at = ?1 LIMIT 1";
    one(conn, sql, params![At(opened)], |row| at_set(row, "taken"))
}

/// The same, of one round.
pub(super) fn tube_passed_in(conn: &Connection, passed: RecordRef, round: Uuid) -> Result<Option<RecordRef>> {
    let sql = "SELECT tube FROM state_passes WHERE passed = ?1 AND round = ?2";
    one(conn, sql, params![At(passed), Round(round)], |row| at_set(row, "tube"))
}

/// The binding written by the record at `subject`.
pub(crate) fn subject(conn: &Connection, subject: RecordRef) -> Result<Option<SubjectRow>> {
    one(conn, "SELECT * FROM state_subjects WHERE at = ?1", params![At(subject)], subject_row)
}

/// The bindings of a record: its own, or those of the person who waited by it.
pub(crate) fn subjects_of(conn: &Connection, round: Uuid, record: RecordRef) -> Result<Vec<SubjectRow>> {
    let sql = "SELECT * FROM state_subjects WHERE at = ?1 AND round = ?2
        UNION SELECT * FROM state_subjects WHERE waited = ?1 AND round = ?2 ORDER BY at";
    all(conn, sql, params![At(record), Round(round)], subject_row)
}

/// Everyone who is or was in a tube, by position.
pub(crate) fn people_of(conn: &Connection, tube: RecordRef) -> Result<Vec<SubjectRow>> {
    all(conn, "SELECT * FROM state_subjects WHERE tube = ?1 ORDER BY position, at", params![At(tube)], subject_row)
}

/// Who stands at a position of a tube.
pub(crate) fn live_at(conn: &Connection, tube: RecordRef, position: u32) -> Result<Option<SubjectRow>> {
    let sql = "SELECT * FROM state_subjects WHERE tube = ?1 AND position = ?2 AND fate = 0 ORDER BY at DESC LIMIT 1";
    one(conn, sql, params![At(tube), position], subject_row)
}

/// The last person of a lane whose binding stands.
pub(crate) fn last_subject(conn: &Connection, round: Uuid, lane: &[u8; 16]) -> Result<Option<SubjectRow>> {
    let sql = "SELECT * FROM state_subjects WHERE round = ?1 AND lane = ?2 AND fate = 0 ORDER BY at DESC LIMIT 1";
    one(conn, sql, params![Round(round), lane], subject_row)
}

/// The bindings of one person in a round that stand, latest first.
pub(crate) fn persons(conn: &Connection, person: &[u8; 16]) -> Result<Vec<SubjectRow>> {
    let sql = "SELECT * FROM state_subjects WHERE person = ?1 AND fate = 0 ORDER BY at DESC";
    all(conn, sql, params![person], subject_row)
}

/// Who waits for a tube in a lane, in the order of coming.
pub(crate) fn waiting(conn: &Connection, round: Uuid, lane: &[u8; 16]) -> Result<Vec<WaitingRow>> {
    all(
        conn,
        "SELECT * FROM state_waiting WHERE round = ?1 AND lane = ?2 ORDER BY at",
        params![Round(round), lane],
        waiting_row,
    )
}

/// Someone who waits, in whatever lane of the round.
pub(crate) fn waiting_person(conn: &Connection, person: &[u8; 16]) -> Result<Option<WaitingRow>> {
    one(conn, "SELECT * FROM state_waiting WHERE person = ?1 ORDER BY at LIMIT 1", params![person], waiting_row)
}

/// Who waits by the record at `waiting`.
pub(crate) fn waiting_at(conn: &Connection, round: Uuid, waiting: RecordRef) -> Result<Option<WaitingRow>> {
    let sql = "SELECT * FROM state_waiting WHERE at = ?1 AND round = ?2";
    one(conn, sql, params![At(waiting), Round(round)], waiting_row)
}

/// Everyone who waits for a tube in a round, whatever the lane.
pub(crate) fn waiting_in_round(conn: &Connection, round: Uuid) -> Result<Vec<WaitingRow>> {
    all(conn, "SELECT * FROM state_waiting WHERE round = ?1 ORDER BY at", params![Round(round)], waiting_row)
}

/// The shift that was begun last, running or not.
pub(crate) fn latest_shift(conn: &Connection) -> Result<Option<ShiftRow>> {
    one(conn, "SELECT * FROM state_shifts ORDER BY at DESC LIMIT 1", [], shift_row)
}

/// A shift of a round, running or not; the latest.
pub(crate) fn shift_of_round(conn: &Connection, round: Uuid) -> Result<Option<ShiftRow>> {
    let sql = "SELECT * FROM state_shifts WHERE round = ?1 ORDER BY at DESC LIMIT 1";
    one(conn, sql, params![Round(round)], shift_row)
}

/// Whether a round was erased here: nothing may be added to it.
pub(crate) fn round_is_erased(conn: &Connection, round: Uuid) -> Result<bool> {
    Ok(one(conn, "SELECT 1 FROM state_rounds WHERE round = ?1", params![Round(round)], |_| Ok(()))?.is_some())
}

/// The figures of a round, one line per shift and lane.
pub(crate) fn figures(conn: &Connection, round: Uuid) -> Result<Vec<FiguresRow>> {
    all(conn, "SELECT * FROM state_figures WHERE round = ?1 ORDER BY shift, named", params![Round(round)], |row| {
        let shift = match row.get_ref("shift")? {
            ValueRef::Blob([]) => None,
            _ => Some(at_set(row, "shift")?),
        };
        Ok(FiguresRow {
            shift,
            lane: row.get("lane")?,
            named: at_set(row, "named")?,
            people: row.get("people")?,
            tubes: row.get("tubes")?,
            short: row.get("short")?,
            spoiled: row.get("spoiled")?,
            undone: row.get("undone")?,
            voided: row.get("voided")?,
        })
    })
}

/// The records by which notices of the hub were taken note of: of a round, in order.
pub(crate) fn notices(conn: &Connection, round: Uuid) -> Result<Vec<RecordRef>> {
    all(conn, "SELECT at FROM state_notices WHERE round = ?1 ORDER BY at", params![Round(round)], |row| {
        at_set(row, "at")
    })
}

pub(super) fn round_is_open(conn: &Connection, round: Uuid) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM state_shifts WHERE round = ?1 AND ended = 0)
        OR EXISTS (SELECT 1 FROM state_tubes WHERE round = ?1 AND closed IS NULL AND spoiled = 0 AND away IS NULL)
        OR EXISTS (SELECT 1 FROM state_waiting WHERE round = ?1)";
    Ok(one(conn, sql, params![Round(round)], |row| row.get::<_, bool>(0))?.unwrap_or(false))
}

pub(super) fn dump(conn: &Connection, tables: &[&str]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for table in tables {
        let first = lines.len();
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let cells =
                (0..columns).map(|column| row.get_ref(column).map(cell)).collect::<rusqlite::Result<Vec<_>>>()?;
            lines.push(format!("{table} {}", cells.join(" ")));
        }
        // By all columns, however few a table has.
        lines[first..].sort_unstable();
    }
    Ok(lines)
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Blob(bytes) => data_encoding::HEXLOWER.encode(bytes),
        ValueRef::Real(_) | ValueRef::Text(_) => "?".to_owned(),
    }
}
