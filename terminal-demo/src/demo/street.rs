//! Lane C: a team from door to door, its station a process of its own that is killed three times.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use fieldcore::{Station, Target};
use indicatif::ProgressBar;
use serde_json::Value;

use super::books::{Books, Told};
use super::party::{Device, Party};
use super::script::{Line, date, lines};
use crate::chance::Chance;
use crate::exit::Failure;

/// How long one answer may take before the demo gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// The process is killed within so many microseconds after a line was handed to it.
const WITHIN_US: u64 = 2_500;
/// How often it is killed, each time in the middle of another tube.
const KILLS: usize = 3;

/// What became of the line that was under way when the process was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnderWay {
    /// It had been answered.
    Answered,
    /// It was on the disk, but the answer never came.
    Saved,
    /// It had not been saved, and nobody had been told so.
    NotSaved,
}

/// One kill and what was found after it.
#[derive(Clone, Copy)]
pub(super) struct Kill {
    pub(super) wall_ms: i64,
    /// People who had been reported saved.
    pub(super) reported: usize,
    /// Of these, the ones that the journal still had in their places.
    pub(super) found: usize,
    pub(super) under_way: UnderWay,
}

/// Lane C's morning.
pub(super) struct Street {
    pub(super) books: Books,
    pub(super) kills: Vec<Kill>,
}

/// Plays lane C's morning in a child process; what it was told, and what its kills did.
pub(super) fn play(party: &Party, seed: u64, bar: &ProgressBar) -> Result<Street, Failure> {
    let device = &party.devices[1];
    let lines = lines(&["C"])?;
    bar.set_length(lines.len() as u64);
    let mut chance = Chance::new(seed ^ 0x4b49_4c4c);
    let doomed = choose(&lines, &mut chance);
    let mut street = Street { books: Books::default(), kills: Vec::new() };
    let log = party.folder.join("phone-c.log");
    let mut post = Post::start(device, &log)?;
    for (index, line) in lines.iter().enumerate() {
        device.clock.set(line.wall_ms);
        post.send(line.whole)?;
        let mut told = None;
        if doomed.contains(&index) {
            std::thread::sleep(Duration::from_micros(chance.below(WITHIN_US)));
            told = post.kill()?;
            let reported = street.books.standing().count();
            let found = found(device, &street.books)?;
            post = Post::start(device, &log)?;
            let under_way = if told.is_some() { UnderWay::Answered } else { UnderWay::NotSaved };
            street.kills.push(Kill { wall_ms: line.wall_ms, reported, found, under_way });
            if told.is_none() {
                // The operator saw no answer and scans again.
                post.send(line.whole)?;
            }
        }
        let told = match told {
            Some(told) => told,
            None => post.answer()?,
        };
        if told.outcome == "repeated"
            && let Some(kill) = street.kills.last_mut().filter(|kill| kill.wall_ms == line.wall_ms)
        {
            kill.under_way = UnderWay::Saved;
        }
        street.books.take(device.number, line, &told);
        bar.inc(1);
    }
    post.end(lines.last().map_or("", |line| line.whole))?;
    bar.finish();
    Ok(street)
}

/// The lines at which the process dies: cards in the middle of different tubes.
fn choose(lines: &[Line], chance: &mut Chance) -> Vec<usize> {
    let mut tubes: Vec<Vec<usize>> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match tubes.last_mut() {
            _ if line.text.starts_with("]C0") => tubes.push(Vec::new()),
            Some(tube) if !line.text.starts_with(':') => tube.push(index),
            _ => {}
        }
    }
    chance.shuffle(&mut tubes);
    let middle = |tube: &Vec<usize>| tube.get(2 + chance.index(6)).copied();
    tubes.iter().filter_map(middle).take(KILLS).collect()
}

/// How many of the people who were reported saved stand in the journal where they were reported.
fn found(device: &Device, books: &Books) -> Result<usize, Failure> {
    let station = Station::open(device.open_to_read()?)?;
    let mut found = 0;
    for (_, tube) in books.filled_tubes() {
        let Some(trace) = station.trace(tube, Target::Screen)? else { continue };
        let there = super::proof::people_of(&trace);
        found += books.people_of(device.number, tube).iter().filter(|person| there.contains(person)).count();
    }
    Ok(found)
}

/// The station as a process of its own, and the two ways to it.
struct Post {
    process: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
    log: PathBuf,
}

impl Post {
    fn start(device: &Device, log: &Path) -> Result<Self, Failure> {
        let cannot = |source| Failure::Output { to: "a second process of this program".to_owned(), source };
        let plan = device.plan();
        let file = std::fs::OpenOptions::new().create(true).append(true).open(log).map_err(cannot)?;
        let mut process = Command::new(std::env::current_exe().map_err(cannot)?)
            .args(["station", "--json", "--offline", "--replay", "-", "--lane", "C"])
            .args(["--date", &date().to_string(), "--site", &plan.site, "--operator", &plan.operator])
            .args(["--org", plan.organisation.as_deref().unwrap_or_default()])
            .arg("--journal")
            .arg(&device.place.journal)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .map_err(cannot)?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let (tell, answers) = channel();
        std::thread::spawn(move || {
            let lines = output.into_iter().flat_map(|output| BufReader::new(output).lines());
            for line in lines.map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { process, input, answers, log: log.to_owned() })
    }

    fn send(&mut self, line: &str) -> Result<(), Failure> {
        let sent = self.input.as_mut().map(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(self.gone()),
        }
    }

    fn answer(&self) -> Result<Told, Failure> {
        let line = self.answers.recv_timeout(PATIENCE).map_err(|_| self.gone())?;
        read(&line).ok_or_else(|| self.gone())
    }

    /// Kills the process without any warning. If it had answered by then, its answer.
    fn kill(&mut self) -> Result<Option<Told>, Failure> {
        let killed = self.process.kill().and_then(|()| self.process.wait());
        killed.map_err(|source| Failure::Output { to: "lane C's process".to_owned(), source })?;
        match self.answers.recv_timeout(PATIENCE) {
            // Half a line was no answer.
            Ok(line) => Ok(read(&line)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(self.gone()),
        }
    }

    /// Ends the shift and lets the process finish.
    fn end(&mut self, last: &str) -> Result<(), Failure> {
        let time = last.split('\t').next().unwrap_or_default();
        self.send(&format!("{time}\t:end"))?;
        self.answer()?;
        self.input = None;
        let ended = self.process.wait();
        if ended.is_ok_and(|status| status.success()) { Ok(()) } else { Err(self.gone()) }
    }

    fn gone(&self) -> Failure {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let said = said.lines().last().unwrap_or("it said nothing");
        Failure::No(format!("lane C's station stopped answering: {said}"))
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // Already ended in every good case.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(line: &str) -> Option<Told> {
    Told::read(&serde_json::from_str::<Value>(line).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_dies_in_the_middle_of_three_tubes() {
        let lines = lines(&["C"]).unwrap();
        for seed in 0..50 {
            let doomed = choose(&lines, &mut Chance::new(seed));
            assert_eq!(doomed.len(), KILLS);
            for index in doomed {
                let near = |by: usize| !lines[index - by].text.starts_with("]C0") && lines[index].text.len() >= 15;
                assert!(near(1) && near(2), "line {index}");
            }
        }
    }
}
