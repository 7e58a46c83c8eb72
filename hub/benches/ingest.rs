//! Ingest of 200-record batches, verified, opened, projected, receipted after the commit, with
//! `HUB_BENCH_ROWS` records present (5,000,000 unless said otherwise), beside bare inserts of the
//! same rows into a copy of the same file.
//!
//! The store is made once in `target/hub-bench-ROWS` and used again; delete it to start anew.
//! Budget: 20,000 records/s on two cores.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark talks and may fail")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::{Phone, ROUND, number_of};
use criterion::{Criterion, Throughput};
use fieldcore::record::CloseReason;
use fieldcore::wire::{Bundle, Invitation, Item};
use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
use rusqlite::Connection;

const BUDGET: f64 = 20_000.0;
const CLIENTS: usize = 4;
const PHONES: usize = 40;
/// Records of one batch: a shift or a note, and tubes of ten with their people.
const RECORDS: u64 = 200;

static PEOPLE: AtomicU64 = AtomicU64::new(0);

/// A number that did not come before, in no order: 26 years of births hold 8.7 million.
fn next_number() -> String {
    let person = PEOPLE.fetch_add(1, Ordering::Relaxed) * 5_700_007 % 8_736_000;
    let (year, serial) = (person / 336_000, person % 336_000);
    number_of(1880 + u32::try_from(year).unwrap(), u32::try_from(serial).unwrap())
}

/// The next batch of a phone: 200 records, 180 of them people.
fn batch(phone: &mut Phone) -> Vec<u8> {
    if phone.shift.is_none() {
        phone.start_shift(ROUND, "site A");
    }
    while phone.records.len() + 12 <= RECORDS as usize {
        let tube = phone.tube(&format!("T{}-{:06}", &phone.id.to_string()[..8], phone.seq));
        for position in 1..=10 {
            phone.bind(tube, position, &next_number());
        }
    }
    while phone.records.len() < RECORDS as usize {
        let tube = phone.at(2);
        phone.close_tube(tube, CloseReason::Full);
    }
    Bundle::write(&[phone.batch()]).unwrap()
}

struct Rig {
    hub: Hub,
    dir: PathBuf,
    phones: Vec<Phone>,
}

impl Rig {
    fn open(rows: u64) -> Self {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/hub-bench-{rows}"));
        let around = Surroundings::system().unwrap();
        let hub = if dir.join("hub.db").exists() {
            Hub::open(&dir, around).unwrap()
        } else {
            Hub::init(&dir, &InitOptions::default(), around).unwrap()
        };
        PEOPLE.store(hub.figures(None).unwrap().people, Ordering::Relaxed);
        let text = hub.token(&TokenOptions { uses: 10_000, ..TokenOptions::default() }).unwrap();
        let invitation = Invitation::from_text(&text).unwrap();
        let phones: Vec<Phone> = (0..PHONES).map(|_| Phone::new(&invitation)).collect();
        let enrolments: Vec<Item> = phones.iter().map(Phone::enrolment).collect();
        hub.ingest(&Bundle::write(&enrolments).unwrap()).unwrap();
        Self { hub, dir, phones }
    }

    /// Fills the store by its own front door.
    fn fill(&mut self, rows: u64) {
        let mut there = self.hub.stock().unwrap().records;
        let started = Instant::now();
        while there < rows {
            let bundles = self.bundles(400);
            let (took, _) = self.send(&bundles);
            there += bundles.len() as u64 * RECORDS;
            if there / 200_000 != (there - bundles.len() as u64 * RECORDS) / 200_000 {
                let rate = bundles.len() as f64 * RECORDS as f64 / took.as_secs_f64();
                println!("filling: {there} records, {rate:.0} records/s, {:.0} s", started.elapsed().as_secs_f64());
            }
        }
    }

    /// Sealed batches, made in parallel and outside of all timing.
    fn bundles(&mut self, count: usize) -> Vec<Vec<u8>> {
        let out = Mutex::new(Vec::new());
        let each = count.div_ceil(PHONES);
        std::thread::scope(|scope| {
            for part in self.phones.chunks_mut(PHONES.div_ceil(2)) {
                let out = &out;
                scope.spawn(move || {
                    for _ in 0..each {
                        let made: Vec<Vec<u8>> = part.iter_mut().map(batch).collect();
                        out.lock().unwrap().extend(made);
                    }
                });
            }
        });
        let mut out = out.into_inner().unwrap();
        out.truncate(count);
        out
    }

    /// Sends them by several clients; how long it took, and how long each waited for its receipt.
    fn send(&self, bundles: &[Vec<u8>]) -> (Duration, Vec<Duration>) {
        let (next, waits) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let started = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while let Some(bundle) = bundles.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let asked = Instant::now();
                        self.hub.ingest(bundle).unwrap();
                        waits.lock().unwrap().push(asked.elapsed());
                    }
                });
            }
        });
        (started.elapsed(), waits.into_inner().unwrap())
    }
}

fn percentile(waits: &mut [Duration], of: f64) -> Duration {
    waits.sort_unstable();
    waits[((waits.len() - 1) as f64 * of) as usize]
}

/// A raw append and fsync of 4 KiB: what the disk can do in this minute.
fn fsync_probe(dir: &Path) -> Duration {
    let path = dir.join("probe");
    let mut file = File::create(&path).unwrap();
    let mut waits: Vec<Duration> = (0..200)
        .map(|_| {
            let started = Instant::now();
            file.write_all(&[7; 4096]).unwrap();
            file.sync_data().unwrap();
            started.elapsed()
        })
        .collect();
    std::fs::remove_file(path).unwrap();
    percentile(&mut waits, 0.5)
}

/// Seconds of processor time that this process has used (Linux; 0 elsewhere). On a machine that
/// others use too, this says what the wall clock cannot.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

const TABLES: [(&str, &str); 6] = [
    ("items", "no > ?1"),
    ("bodies", "item > ?1"),
    ("receipts", "item > ?1"),
    ("records", "item > ?1"),
    ("tubes", "no > ?2"),
    ("subjects", "tube > ?2"),
];

/// The same rows again, copied by bare statements into a copy of the store made before them,
/// same pragmas, `group` batches a commit. Records per second.
fn bare(dir: &Path, copy: &Path, item: i64, tube: i64, count: usize, group: usize) -> f64 {
    let work = copy.with_extension("work");
    std::fs::copy(copy, &work).unwrap();
    let source = Connection::open(dir.join("hub.db")).unwrap();
    let mut rows: Vec<(String, i64, Vec<rusqlite::types::Value>)> = Vec::new();
    for (table, filter) in TABLES {
        let mut statement = source.prepare(&format!("SELECT * FROM {table} WHERE {filter}")).unwrap();
        let (columns, params) = (statement.column_count(), statement.parameter_count());
        let marks = vec!["?"; columns].join(",");
        let insert = format!("INSERT OR IGNORE INTO {table} VALUES ({marks})");
        let bind = [item, tube];
        let bound = if params == 2 { &bind[..] } else { &bind[..1] };
        let mut found = statement.query(rusqlite::params_from_iter(bound)).unwrap();
        let mut at = 0;
        while let Some(row) = found.next().unwrap() {
            let values = (0..columns).map(|column| row.get(column).unwrap()).collect();
            rows.push((insert.clone(), at, values));
            at += 1;
        }
        let whole = at.max(1);
        let start = rows.len() - usize::try_from(at).unwrap();
        rows[start..].iter_mut().for_each(|row| row.1 = row.1 * count as i64 / whole);
    }
    let mut persons = source
        .prepare("SELECT p.* FROM persons AS p JOIN subjects AS s USING (stream, branch, seq) WHERE s.tube > ?1")
        .unwrap();
    let mut found = persons.query([tube]).unwrap();
    let mut at = 0;
    while let Some(row) = found.next().unwrap() {
        let values = (0..5).map(|column| row.get(column).unwrap()).collect();
        rows.push(("INSERT OR IGNORE INTO persons VALUES (?,?,?,?,?)".to_owned(), at / 180, values));
        at += 1;
    }
    rows.sort_by_key(|row| row.1);
    let mut target = Connection::open(&work).unwrap();
    for pragma in ["journal_mode=WAL", "synchronous=FULL", "cache_size=-393216", "wal_autocheckpoint=524288"] {
        target.execute_batch(&format!("PRAGMA {pragma}")).unwrap_or(());
    }
    target.set_prepared_statement_cache_capacity(64);
    let started = Instant::now();
    let mut rest = rows.as_slice();
    let mut until = group as i64;
    while !rest.is_empty() {
        let end = rest.partition_point(|row| row.1 < until);
        let tx = target.transaction().unwrap();
        for (sql, _, values) in &rest[..end] {
            tx.prepare_cached(sql).unwrap().execute(rusqlite::params_from_iter(values)).unwrap();
        }
        tx.commit().unwrap();
        rest = &rest[end..];
        until += group as i64;
    }
    let took = started.elapsed();
    drop(target);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", work.display()));
    }
    count as f64 * RECORDS as f64 / took.as_secs_f64()
}

fn compare(rig: &mut Rig) {
    let count = std::env::var("HUB_BENCH_BATCHES").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let bundles = rig.bundles(count);
    // A checkpointed copy of the store as it is before.
    let copy = rig.dir.join("copy.db");
    let _ = std::fs::remove_file(&copy);
    let source = Connection::open(rig.dir.join("hub.db")).unwrap();
    source.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let last = |sql: &str| source.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).unwrap().unwrap_or(0);
    let (item, tube) = (last("SELECT MAX(no) FROM items"), last("SELECT MAX(no) FROM tubes"));
    let rows = last("SELECT SUM(counted) FROM items");
    std::fs::copy(rig.dir.join("hub.db"), &copy).unwrap();
    let probe = fsync_probe(&rig.dir);
    let processor = processor_s();
    let (took, mut waits) = rig.send(&bundles);
    let processor = (processor_s() - processor) * 1e6 / (count as f64 * RECORDS as f64);
    let rate = count as f64 * RECORDS as f64 / took.as_secs_f64();
    let (p50, p99) = (percentile(&mut waits, 0.5), percentile(&mut waits, 0.99));
    let bare_one = bare(&rig.dir, &copy, item, tube, count, 1);
    let bare_group = bare(&rig.dir, &copy, item, tube, count, CLIENTS);
    let _ = std::fs::remove_file(&copy);
    println!("\nhub ingest, {rows} records present, {count} batches of {RECORDS} records, {CLIENTS} clients");
    println!("  raw append + fsync of 4 KiB, p50:                {:>9.3} ms", probe.as_secs_f64() * 1e3);
    println!("  ingest, verified, opened, projected, receipted:  {rate:>9.0} records/s   (budget {BUDGET:.0})");
    println!(
        "  wait for the receipt:                            {:>9.1} ms p50, {:.1} ms p99",
        p50.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3
    );
    println!(
        "  processor time, client and hub together:         {processor:>9.1} us a record (two cores: 100 at the budget)"
    );
    println!(
        "  bare inserts of the same rows, one batch a commit:  {bare_one:>6.0} records/s ({:.2}x)",
        bare_one / rate
    );
    println!(
        "  bare inserts of the same rows, {CLIENTS} batches a commit: {bare_group:>6.0} records/s ({:.2}x)",
        bare_group / rate
    );
    println!("  {}", if rate >= BUDGET { "within the budget" } else { "BUDGET MISSED" });
}

fn main() {
    let rows = std::env::var("HUB_BENCH_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000_000);
    if std::env::args().any(|arg| arg == "--test") {
        let mut rig = Rig::open(2_000);
        rig.fill(2_000);
        let bundles = rig.bundles(2);
        rig.send(&bundles);
        return;
    }
    let mut rig = Rig::open(rows);
    rig.fill(rows);
    compare(&mut rig);
    let mut criterion =
        Criterion::default().sample_size(10).measurement_time(Duration::from_secs(10)).configure_from_args();
    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(RECORDS));
    group.bench_function(format!("ingest/{rows}"), |bencher| {
        bencher.iter_custom(|iterations| {
            let bundles = rig.bundles(usize::try_from(iterations).unwrap().max(CLIENTS));
            let (took, _) = rig.send(&bundles);
            took.mul_f64(iterations as f64 / bundles.len() as f64)
        });
    });
    group.finish();
    criterion.final_summary();
}
