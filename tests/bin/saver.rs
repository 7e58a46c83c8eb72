//! A station in a process of its own, there to be killed: one line in, one answer out, written
//! only after the commit. Usage: fieldcore-saver FOLDER

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use fieldcore::{FileVault, Journal, JournalOptions, Platform, Station};
use fieldcore_tests::corpus::invitation_to_nowhere;
use fieldcore_tests::workload::{LANE, shift_plan};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else { return ExitCode::from(2) };
    match run(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> fieldcore::Result<()> {
    let vault = FileVault::open(folder.join("vault"))?;
    let options = JournalOptions { ballast_bytes: 1 << 16, ..JournalOptions::new(folder.join("journal")) };
    let journal = Journal::open(options, Platform::system(Arc::new(vault))?)?;
    if !journal.is_enrolled()? {
        journal.enrol(&invitation_to_nowhere())?;
    }
    let mut station = Station::open(journal.clone())?;
    station.start_shift(None, &shift_plan())?;
    say("ready");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.as_str() {
            "!maintain" => say(&journal.maintain(true).map_or_else(|error| error.to_string(), |_| "done".to_owned())),
            "!seal" => say(&journal.seal_now().map_or_else(|error| error.to_string(), |_| "done".to_owned())),
            scan => say(&serde_json::to_string(&station.line(LANE, scan)?).expect("an answer is JSON")),
        }
    }
    Ok(())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.expect("the parent reads to the end");
}
