//! Fieldcore for a laptop: a sampling post at a desk with a USB scanner, the demo, and the village.

mod args;
mod boxes;
mod carry;
#[cfg(target_os = "linux")]
mod chance;
mod clock;
mod commands;
mod demo;
mod device;
mod doors;
mod exit;
mod feed;
mod helper;
mod interpret;
mod lines;
mod log;
mod net;
mod out;
mod paint;
mod post;
mod proxy;
mod read;
mod receive;
mod replay;
mod screen;
mod sheet;
mod station;
mod text;
mod village;
mod words;
mod worker;

use std::process::ExitCode;

use chrono::{DateTime, FixedOffset, Utc};
use clap::Parser;

use crate::args::{Args, Command};
use crate::exit::{Code, Outcome};

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(code) => code.into(),
        Err(failure) if failure.is_broken_pipe() => Code::Done.into(),
        Err(failure) => {
            out::complain(format!("fieldcore-terminal: {failure}"));
            failure.code().into()
        }
    }
}

fn run(args: &Args) -> Outcome {
    let language = args.language();
    match &args.command {
        Command::Init(asked) => commands::init(asked, language),
        Command::Enrol(asked) => commands::enrol(asked, language),
        Command::Station(asked) => station::run(asked, language),
        Command::Boxes(asked) => boxes::run(asked, language),
        Command::Receive(asked) => receive::run(asked, language),
        Command::Status(asked) => commands::status(asked, language),
        Command::Ledger(asked) => commands::ledger(asked, language),
        Command::Trace(asked) => commands::trace(asked, language),
        Command::Doors(asked) => doors::run(asked, language),
        Command::Search(asked) => doors::search(asked, language),
        Command::Check(asked) => commands::check(asked, language),
        Command::Sync(asked) => commands::sync(asked, language),
        Command::Export(asked) => carry::export(asked, language),
        Command::Import(asked) => carry::import(asked, language),
        Command::Log(asked) => commands::log(asked, language),
        Command::Report(asked) => commands::report(asked, language),
        Command::Close(asked) => commands::close(asked, language),
        Command::Proxy(asked) => proxy::run(asked, language, std::io::stdin().lock()),
        Command::Helper(asked) => helper::run(asked, language),
        Command::Interpret(asked) => interpret::run(asked, std::io::stdin().lock()),
        Command::Read(asked) => read::run(asked),
        Command::Demo(asked) => demo::run(asked, language),
        Command::Village(asked) => village::run(asked, language),
    }
}

/// UTC+8: the core's reports, the replay files and the ledgers all tell this time.
fn zone() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).expect("8 hours are less than a day")
}

/// A wall time as people here read it.
fn local_time(wall_ms: i64) -> String {
    DateTime::from_timestamp_millis(wall_ms)
        .map_or_else(|| "-".to_owned(), |time| time.with_timezone(&zone()).format("%m-%d %H:%M").to_string())
}

/// A day and time as people here read it, with its year.
fn local_day(wall_ms: i64) -> String {
    DateTime::from_timestamp_millis(wall_ms)
        .map_or_else(|| "-".to_owned(), |time| time.with_timezone(&zone()).format("%Y-%m-%d %H:%M").to_string())
}

/// The time of day now, as people here read it.
fn time_of_day() -> String {
    Utc::now().with_timezone(&zone()).format("%H:%M:%S").to_string()
}
