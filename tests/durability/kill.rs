//! A child saves and reports, the parent keeps the ledger and kills it at random moments.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fieldcore::{FileVault, Journal, JournalOptions, Platform, Station};
use fieldcore_tests::workload::{Ledger, Seen, Step, Workload};
use fieldcore_tests::{Rng, TempFolder, rounds};

/// How long a child may take to answer before it counts as stuck.
const STUCK: Duration = Duration::from_secs(30);

struct Saver {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Saver {
    fn start(folder: &TempFolder) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fieldcore-saver"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the child starts");
        let input = child.stdin.take().expect("it has an input");
        let mut output = BufReader::new(child.stdout.take().expect("it has an output"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            // A line without its end was cut by the kill: it was not reported.
            while output.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        Self { child, input, lines }
    }

    /// Waits for a line until `deadline`; then kills and takes what had been written before.
    fn line(&mut self, deadline: Instant) -> Option<String> {
        match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => Some(line.trim_end().to_owned()),
            Err(RecvTimeoutError::Timeout) => {
                self.kill();
                self.lines.recv_timeout(STUCK).ok().map(|line| line.trim_end().to_owned())
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn kill(&mut self) {
        self.child.kill().expect("the child can be killed");
    }

    fn say(&mut self, line: &str) {
        // After the kill nobody reads; the missing answer tells.
        writeln!(self.input, "{line}").ok();
    }
}

fn seen(line: &str) -> Seen {
    let answer: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    let saved = &answer["saved"];
    Seen {
        outcome: answer["outcome"].as_str().unwrap_or_default().to_owned(),
        tube: answer["tube"].as_str().map(str::to_owned),
        position: answer["position"].as_u64().and_then(|at| u32::try_from(at).ok()),
        saved: saved["epoch"].as_str().zip(saved["seq"].as_u64()).map(|(epoch, seq)| (epoch.to_owned(), seq)),
    }
}

/// Opens what the killed child left.
fn station(folder: &TempFolder) -> Station {
    let vault = FileVault::open(folder.join("vault")).unwrap();
    let options = JournalOptions { ballast_bytes: 1 << 16, ..JournalOptions::new(folder.join("journal")) };
    let journal =
        Journal::open(options, Platform::system(Arc::new(vault)).unwrap()).expect("a killed journal opens again");
    Station::open(journal).unwrap()
}

/// One life of the child: what it answered goes into the ledger; the step that was never
/// answered, if any, is returned.
fn life(
    saver: &mut Saver,
    workload: &mut Workload,
    ledger: &mut Ledger,
    rng: &mut Rng,
    deadline: Instant,
) -> Option<Step> {
    loop {
        if rng.percent(4) {
            saver.say(if rng.percent(50) { "!maintain" } else { "!seal" });
            match saver.line(deadline) {
                Some(answer) => assert_eq!(answer, "done"),
                None => return None,
            }
        }
        let step = workload.step(ledger).expect("there are people enough");
        saver.say(&step.line());
        let Some(line) = saver.line(deadline) else { return Some(step) };
        ledger.enter(&step, &seen(&line)).unwrap();
    }
}

#[test]
fn nothing_reported_as_saved_is_missing_or_twice_after_any_kill() {
    let seed = 1;
    let rounds = rounds(200, 5_000);
    let folder = TempFolder::on_disk();
    let mut rng = Rng::new(seed).fork("kill");
    let mut workload = Workload::new(seed, usize::try_from(rounds).unwrap() * 60 + 1_000, 10);
    let mut ledger = Ledger::default();
    let mut unanswered = 0;
    for round in 0..rounds {
        let mut saver = Saver::start(&folder);
        // One round in ten is killed while it opens, the others while they work.
        let opening = rng.percent(10);
        if !opening {
            let ready = saver.line(Instant::now() + STUCK);
            assert_eq!(ready.as_deref(), Some("ready"), "round {round}: the child is stuck or did not open");
        }
        let deadline = Instant::now() + Duration::from_micros(rng.below(if opening { 30_000 } else { 60_000 }));
        let step = if opening {
            saver.line(deadline).and(None)
        } else {
            life(&mut saver, &mut workload, &mut ledger, &mut rng, deadline)
        };
        saver.kill();
        saver.child.wait().unwrap();
        let station = station(&folder);
        if let Some(step) = step {
            unanswered += 1;
            if !ledger.settle(&station, &step).unwrap() {
                workload.put_back(&step);
            }
        }
        if round % 20 == 19 || round + 1 == rounds {
            ledger.compare(&station).unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
    }
    println!("{rounds} kills, {} records reported, {unanswered} answers cut off", ledger.saved().len());
    assert!(ledger.saved().len() as u64 > rounds, "the child got to work between the kills");
    assert!(unanswered > rounds / 4, "kills came while the child was saving");
}
