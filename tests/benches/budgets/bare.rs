//! The same rows by bare SQLite: what a commit costs without a core around it.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// A copy of a journal's file that gets the same rows, with the same settings.
pub(crate) struct Bare {
    conn: Connection,
    tables: Vec<Table>,
}

struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<usize>,
}

/// One statement with what is bound to it.
type Change = (String, Vec<Value>);

/// The settings of a journal's writer that bear on a commit.
const PRAGMAS: [&str; 7] = [
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    "mmap_size=0",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "foreign_keys=ON",
];

impl Bare {
    /// `copy` is a copy of `journal` as it is now.
    pub(crate) fn new(copy: &Path, journal: &Path) -> Self {
        let conn = Connection::open(copy).expect("the copy opens");
        for pragma in PRAGMAS {
            conn.query_row(&format!("PRAGMA {pragma}"), [], |_| Ok(())).optional().expect("a pragma");
        }
        conn.execute("ATTACH ?1 AS j", [format!("file:{}?mode=ro", journal.display())]).expect("the journal");
        conn.set_prepared_statement_cache_capacity(64);
        let tables = tables(&conn);
        let bare = Self { conn, tables };
        bare.empty_log();
        bare
    }

    /// Brings the rows over that the journal has and this has not, in one commit; how long that
    /// commit took, from BEGIN on.
    pub(crate) fn follow(&mut self) -> Duration {
        let changes: Vec<Change> = self.tables.iter().flat_map(|table| changes(&self.conn, table)).collect();
        let began = Instant::now();
        let tx = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("BEGIN");
        for (sql, values) in &changes {
            tx.prepare_cached(sql)
                .and_then(|mut statement| statement.execute(params_from_iter(values)))
                .expect("a row");
        }
        tx.commit().expect("COMMIT");
        began.elapsed()
    }

    /// Empties the log once it is as large as a journal's may get.
    pub(crate) fn maintain(&self) {
        let path = self.conn.path().unwrap_or_default();
        if std::fs::metadata(format!("{path}-wal")).is_ok_and(|meta| meta.len() > fieldcore::limits::WAL_BYTES_MAX) {
            self.empty_log();
        }
    }

    fn empty_log(&self) {
        self.conn.query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
        self.conn.execute("UPDATE main.tick SET count = count + 1", []).expect("the log's first frame");
    }

    /// Whether every table holds the same rows; the journal's tick, which counts its checkpoints, apart.
    pub(crate) fn is_same(&self) -> bool {
        let differs = |table: &&Table| {
            let sql = |one: &str, other: &str| {
                format!("SELECT count(*) FROM (SELECT * FROM {one}.{0} EXCEPT SELECT * FROM {other}.{0})", table.name)
            };
            let count = |sql: String| self.conn.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("a comparison");
            count(sql("main", "j")) + count(sql("j", "main")) > 0
        };
        self.tables.iter().find(differs).inspect(|table| println!("differs: {}", table.name)).is_none()
    }
}

fn tables(conn: &Connection) -> Vec<Table> {
    let names =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'tick'";
    let mut statement = conn.prepare(names).expect("the schema");
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).expect("names").map(|name| name.expect("a name")).collect();
    let table = |name: String| {
        let mut statement = conn.prepare(&format!("PRAGMA main.table_info({name})")).expect("columns");
        let found: Vec<(String, i64)> = statement
            .query_map([], |row| Ok((row.get(1)?, row.get(5)?)))
            .expect("columns")
            .map(|column| column.expect("a column"))
            .collect();
        let key = (0..found.len()).filter(|at| found[*at].1 > 0).collect();
        Table { name, columns: found.into_iter().map(|(column, _)| column).collect(), key }
    };
    names.into_iter().map(table).collect()
}

/// What makes this table's rows those of the journal: new rows, and of changed ones the changed columns.
fn changes(conn: &Connection, table: &Table) -> Vec<Change> {
    let Table { name, columns, key } = table;
    // Tables that only grow here are not read whole; `is_same` compares all of it in the end.
    let grows = match name.as_str() {
        "record" | "item" => Some(("id", "0")),
        "state_subjects" => Some(("at", "x''")),
        _ => None,
    };
    let since = grows
        .map(|(key, least)| format!("WHERE {key} > (SELECT coalesce(max({key}), {least}) FROM main.{name})"))
        .unwrap_or_default();
    let sql = format!("SELECT * FROM j.{name} {since} EXCEPT SELECT * FROM main.{name} {since}");
    let row =
        |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<Value>>>();
    let mut statement = conn.prepare_cached(&sql).expect("a comparison");
    let found: Vec<Vec<Value>> = statement.query_map([], row).expect("rows").map(|row| row.expect("a row")).collect();
    let is_key = key.iter().map(|at| format!("{} = ?", columns[*at])).collect::<Vec<_>>().join(" AND ");
    let before = format!("SELECT * FROM main.{name} WHERE {is_key}");
    let change = |new: Vec<Value>| {
        let keyed = || key.iter().map(|at| new[*at].clone());
        let old = conn.prepare_cached(&before).expect("a look-up").query_row(params_from_iter(keyed()), row).optional();
        let Some(old) = old.expect("a row") else {
            let marks = vec!["?"; new.len()].join(",");
            return (format!("INSERT INTO main.{name} VALUES ({marks})"), new);
        };
        let changed: Vec<usize> = (0..new.len()).filter(|at| new[*at] != old[*at]).collect();
        let set = changed.iter().map(|at| format!("{} = ?", columns[*at])).collect::<Vec<_>>().join(", ");
        let values = changed.iter().map(|at| new[*at].clone()).chain(keyed()).collect();
        (format!("UPDATE main.{name} SET {set} WHERE {is_key}"), values)
    };
    found.into_iter().map(change).collect()
}

/// Copies a closed journal's file.
pub(crate) fn copy(journal: &Path, copy: &Path) {
    std::fs::copy(journal, copy).expect("a copy");
    // Sync what was copied, or its pages are written back while something is measured.
    let file = std::fs::File::open(copy).expect("the copy");
    file.sync_all().expect("a sync");
}
