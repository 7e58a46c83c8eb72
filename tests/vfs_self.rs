//! Tests of the test disk itself: it must lose what it should lose, and only that.

use fieldcore_tests::TempFolder;
use fieldcore_tests::vfs::{Cut, Disk, Which};
use rusqlite::{Connection, OpenFlags};

fn open(disk: &Disk, folder: &TempFolder, synchronous: &str) -> Connection {
    let connection =
        Connection::open_with_flags_and_vfs(folder.join("t.db"), OpenFlags::default(), disk.name()).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", synchronous).unwrap();
    connection.execute_batch("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, pad BLOB)").unwrap();
    connection
}

fn insert(connection: &Connection, n: i64) -> rusqlite::Result<usize> {
    connection.execute("INSERT INTO t VALUES(?1, randomblob(300))", [n])
}

/// The rows that a device finds when it starts again on `disk` after a cut.
fn after_cut(disk: &Disk, how: Cut) -> Vec<i64> {
    let image = disk.cut(how);
    let folder = TempFolder::in_memory();
    image.write_to(folder.path());
    let connection = Connection::open(folder.join("t.db")).unwrap();
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let Ok(mut rows) = connection.prepare("SELECT n FROM t ORDER BY n") else { return Vec::new() };
    rows.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<Vec<i64>>>().unwrap()
}

#[test]
fn full_keeps_every_commit_through_any_cut() {
    for seed in 0..40 {
        let folder = TempFolder::in_memory();
        let disk = Disk::new(folder.path());
        let connection = open(&disk, &folder, "FULL");
        disk.cut_after(20 + seed * 7, Cut::Torn(seed));
        let saved: Vec<i64> = (1..=200).take_while(|n| insert(&connection, *n).is_ok()).collect();
        assert!(disk.is_off(), "the cut came while rows were written");
        let found = after_cut(&disk, Cut::Torn(seed));
        assert!(found.starts_with(&saved), "seed {seed}: {} reported, {} found", saved.len(), found.len());
        assert!(found.len() <= saved.len() + 1, "seed {seed}: at most the one under way is there besides");
    }
}

#[test]
fn normal_loses_commits_and_so_do_ignored_syncs() {
    for lying in [false, true] {
        let folder = TempFolder::in_memory();
        let disk = Disk::new(folder.path());
        let connection = open(&disk, &folder, if lying { "FULL" } else { "NORMAL" });
        if lying {
            disk.ignore_syncs(Which::Wal);
        }
        (1..=50).for_each(|n| assert!(insert(&connection, n).is_ok()));
        let found = after_cut(&disk, Cut::DropUnsynced);
        assert!(found.len() < 50, "nothing was lost without a sync: the disk forgets nothing");
    }
}

/// Opens again after a failed sync, as after a kill: nothing was checkpointed on the way out.
/// Answers what was reported as saved and what is found after the power cut that follows.
fn after_failed_sync(checkpoint: bool) -> (Vec<i64>, Vec<i64>) {
    let folder = TempFolder::in_memory();
    let disk = Disk::new(folder.path());
    let connection = open(&disk, &folder, "FULL");
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    insert(&connection, 1).unwrap();
    disk.fail_sync(Which::Wal, 1);
    assert!(insert(&connection, 2).is_err());
    drop(connection);
    assert_eq!(disk.counts().faults, 1);
    let connection = open(&disk, &folder, "FULL");
    if checkpoint {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }
    insert(&connection, 3).unwrap();
    (vec![1, 3], after_cut(&disk, Cut::DropUnsynced))
}

#[test]
fn a_failed_sync_is_healed_by_a_checkpoint_and_by_nothing_less() {
    let (saved, found) = after_failed_sync(true);
    assert!(saved.iter().all(|n| found.contains(n)), "{found:?}");
    let (saved, found) = after_failed_sync(false);
    assert!(!saved.iter().all(|n| found.contains(n)), "a plain reopening builds on a frame that is not on the disk");
}

#[test]
fn full_disk_is_told_and_lifted() {
    let folder = TempFolder::in_memory();
    let disk = Disk::new(folder.path());
    let connection = open(&disk, &folder, "FULL");
    disk.full_from(1);
    let error = insert(&connection, 1).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    disk.free();
    insert(&connection, 1).unwrap();
    assert_eq!(after_cut(&disk, Cut::DropUnsynced), [1]);
}

#[test]
fn one_commit_is_one_sync() {
    let folder = TempFolder::in_memory();
    let disk = Disk::new(folder.path());
    let connection = open(&disk, &folder, "FULL");
    insert(&connection, 1).unwrap();
    let before = disk.counts();
    (2..=51).for_each(|n| assert!(insert(&connection, n).is_ok()));
    let after = disk.counts();
    assert_eq!(after.syncs - before.syncs, 50);
    assert_eq!(after.wal_syncs - before.wal_syncs, 50);
    assert!(after.writes > before.writes && after.bytes > before.bytes);
}
