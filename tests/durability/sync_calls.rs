//! One user action is one sync call; a whole day, sealing and checkpoints included, needs at
//! most 1.1 per action.

use std::io::Write;
use std::process::{Command, Stdio};

use fieldcore_tests::vfs::Counts;
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{TempFolder, people, skip, tube_label};

use fieldcore_tests::Desk;

/// Sync calls per action over a day, at most.
const DAY_MAX: f64 = 1.1;

#[test]
fn one_action_is_one_sync_and_a_day_stays_near_it() {
    let mut desk = Desk::new(5, Workload::new(5, 900, 10));
    let mut station = desk.open().unwrap();
    let start = desk.disk.counts();
    for action in 1..=1_000u32 {
        let before: Counts = desk.disk.counts();
        let step = desk.step(&mut station).unwrap_or_else(|(step, error)| panic!("{step:?}: {error}"));
        let syncs = desk.disk.counts().syncs - before.syncs;
        assert_eq!(syncs, 1, "action {action}, {step:?}");
        if action.is_multiple_of(20) {
            // A minute passed: the shell lets the journal do what nobody waits for.
            station.journal().maintain(true).unwrap();
        }
    }
    let per_action = (desk.disk.counts().syncs - start.syncs) as f64 / 1_000.0;
    println!("budget sync calls per action over a day: {per_action:.3} (limit {DAY_MAX})");
    assert!(per_action <= DAY_MAX, "{per_action:.3} sync calls per action");
}

/// Sync calls that the kernel saw from a child that took these lines.
fn traced(lines: &[String]) -> Option<u64> {
    let folder = TempFolder::on_disk();
    let log = folder.join("strace");
    let mut child = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_fieldcore-saver"))
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().ok()?;
    let answers = String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.contains("\"saved\":{")).count();
    let counted = std::fs::read_to_string(&log).ok()?.lines().filter(|line| line.contains("sync")).count();
    if answers != lines.len() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    u64::try_from(counted).ok()
}

#[test]
fn the_kernel_sees_one_sync_call_per_action() {
    if traced(&[]).is_none() {
        return skip("sync calls counted by strace", "strace is missing, or may not trace here");
    }
    let lines = |count: usize| -> Vec<String> {
        let people = people(9, count);
        let tubes = people.chunks(10).enumerate();
        tubes
            .flat_map(|(at, ten)| {
                std::iter::once(tube_label(9, at as u64)).chain(ten.iter().map(|person| person.number.clone()))
            })
            .collect()
    };
    let (few, many) = (lines(10), lines(110));
    let calls = traced(&many).expect("traced once already") - traced(&few).expect("traced once already");
    assert_eq!(calls, (many.len() - few.len()) as u64, "sync calls of {} actions", many.len() - few.len());
}
