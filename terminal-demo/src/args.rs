//! The command line. Usage errors exit 2, as everywhere.

mod cards;
mod scenes;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use fieldcore::Language;

pub(crate) use cards::{Helper, HelperAct, Proxy};
pub(crate) use scenes::{Demo, Tamper, Village, VillageTamper};

/// What was asked for.
#[derive(Parser, Debug)]
#[command(
    name = "fieldcore-terminal",
    version,
    about = "Fieldcore for a laptop: a sampling post at a desk, offline first"
)]
pub(crate) struct Args {
    /// Language of screens and texts; without it, the one of LC_ALL, LC_MESSAGES or LANG.
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The language to speak.
    pub(crate) fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Zh) => Language::Chinese,
            Some(Lang::En) => Language::English,
            None => Language::of_locale(&locale()),
        }
    }
}

/// The locale for messages, by the order that POSIX gives.
fn locale() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default()
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// English
    En,
    /// Simplified Chinese
    #[value(alias = "zh-CN", alias = "zh_CN")]
    Zh,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Start an unenrolled station; its batches wait until `enrol`
    Init(Init),
    /// Enrol this device in a campaign; works without network
    Enrol(Enrol),
    /// Work as a sampling post: scan by scan
    Station(Station),
    /// What is in which box here, and how old its swabs are at the least
    Boxes(Reading),
    /// The receiving desk: compares what is scanned with what was sent, and records it
    Receive(Receive),
    /// Where this device stands
    Status(Reading),
    /// People and tubes by site, lane and operator
    Ledger(Ledger),
    /// From a tube to its people; recorded in the export log
    Trace(Trace),
    /// Homes left by building, states, claims, who is missed; lists of people are recorded in the export log
    Doors(Doors),
    /// A door or a person of the roster, or added at a door; recorded in the export log
    Search(Search),
    /// Self-test before a site opens
    Check(Check),
    /// Send what waits and take what the hub has, now
    Sync(Sync),
    /// Write what waits, own and carried for others, to a file or a folder, to travel by hand
    Export(Export),
    /// Take what others carried here: receipts and dispatches for this device, everything else to give it on
    Import(Import),
    /// What was recorded, without any person: one line a record
    Log(Log),
    /// Readiness or closing report, as text to paste; the day sheet, as a page to print
    Report(Report),
    /// End the running shift: closes its open tubes and prints the closing report
    Close(Report),
    /// Register people ahead: proxy cards from a list, and the sheets to print them on
    Proxy(Proxy),
    /// Enrol a helper on the spot, by codes that two devices show each other; no network
    Helper(Helper),
    /// One JSON object in, one out: what a scan is
    Interpret(Interpret),
    /// What the core's own eyes see on photos: one object a file
    Read(Read),
    /// A whole scripted morning on this machine: hub, devices, bad link, proof
    Demo(Demo),
    /// Two scripted days of a village without a signal, on this machine: lists, doors, cards, boxes, a lost phone, proof
    Village(Village),
}

/// Photos to read.
#[derive(Group, Clone, Debug)]
pub(crate) struct Read {
    /// PNG or JPEG files
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Take the photos as successive frames of one view; only what two agree on is told
    #[arg(long)]
    pub(crate) burst: bool,
    /// One JSON object a file; without it so too unless standard output is a terminal
    #[arg(long)]
    pub(crate) json: bool,
    /// Whose signatures count
    #[command(flatten)]
    pub(crate) trust: Interpret,
}

/// Whose signatures count.
#[derive(Group, Clone, Debug)]
pub(crate) struct Interpret {
    /// Certificate or public key by which Aadhaar secure QRs are checked (PEM or DER); may be given
    /// several times
    #[arg(long = "uidai-certificate", value_name = "FILE")]
    pub(crate) uidai_certificates: Vec<PathBuf>,
}

/// Where a journal and its keys are.
#[derive(Group, Clone, Debug)]
pub(crate) struct Place {
    /// Folder of the journal
    #[arg(long, value_name = "DIR")]
    pub(crate) journal: PathBuf,
    /// Folder of the device's secrets [default: beside the journal, DIR.vault]
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
    /// The secrets are gone for good: go on with new ones; what was not sent still reaches the hub
    #[arg(long)]
    pub(crate) keys_lost: bool,
    /// Use the practice journal: nothing in it is real
    #[arg(long)]
    pub(crate) practice: bool,
}

/// How the hub is reached.
#[derive(Group, Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Address of the hub, if not the one of the invitation, e.g. `https://hub.example`
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// PEM file of the certificate authority that the hub's certificate is by
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

#[derive(Group, Debug)]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Profile to start with [default: the built-in one]
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) profile: Option<PathBuf>,
}

#[derive(Group, Debug)]
pub(crate) struct Enrol {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The invitation's text (FC1:…)
    #[arg(long, value_name = "TEXT", required_unless_present = "token_file", conflicts_with = "token_file")]
    pub(crate) token: Option<String>,
    /// File with the invitation's text; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// File with the campaign's signed profile, where there is no network to fetch it by
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The shift that is worked in.
#[derive(Group, Clone, Debug)]
pub(crate) struct Shift {
    /// Site of the shift
    #[arg(long)]
    pub(crate) site: Option<String>,
    /// Round of the shift, by name or id [default: the profile's first]
    #[arg(long)]
    pub(crate) round: Option<String>,
    /// Lane to work in
    #[arg(long, default_value = "1")]
    pub(crate) lane: String,
    /// Operator of the shift
    #[arg(long)]
    pub(crate) operator: Option<String>,
    /// Organisation that sent the operator
    #[arg(long)]
    pub(crate) org: Option<String>,
}

#[derive(Group, Debug)]
pub(crate) struct Station {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    pub(crate) shift: Shift,
    /// One JSON answer a line instead of a screen
    #[arg(long)]
    pub(crate) json: bool,
    /// Take the lines of FILE (`-`: standard input), each `HH:MM:SS.mmm<TAB>text`, by their own time
    #[arg(long, value_name = "FILE", requires = "date")]
    pub(crate) replay: Option<PathBuf>,
    /// Day of the replay, UTC+8
    #[arg(long, value_name = "YYYY-MM-DD", requires = "replay")]
    pub(crate) date: Option<NaiveDate>,
    /// Do not sync in the background
    #[arg(long)]
    pub(crate) offline: bool,
}

impl Shift {
    /// Whether anything of a shift was said.
    pub(crate) fn names_shift(&self) -> bool {
        self.site.is_some() || self.round.is_some() || self.operator.is_some() || self.org.is_some()
    }
}

/// A receiving desk.
#[derive(Group, Debug)]
pub(crate) struct Receive {
    #[command(flatten)]
    pub(crate) place: Place,
    /// File with the codes of a hand-over (FCH:… and its list FCL:…); may be given again
    #[arg(long = "offer", value_name = "FILE")]
    pub(crate) offers: Vec<PathBuf>,
    /// What the hub says of boxes: `fieldcore-hub custody --json`
    #[arg(long, value_name = "FILE")]
    pub(crate) sent: Option<PathBuf>,
    /// Of what was sent, only this box; may be given again
    #[arg(long = "box", value_name = "LABEL")]
    pub(crate) boxes: Vec<String>,
    /// Site of the shift
    #[arg(long, default_value = "1")]
    pub(crate) site: String,
    /// Round of the shift, by name or id [default: the profile's first]
    #[arg(long)]
    pub(crate) round: Option<String>,
    /// The desk's name
    #[arg(long, default_value = "desk")]
    pub(crate) lane: String,
    /// Who receives
    #[arg(long, default_value = "desk")]
    pub(crate) operator: String,
    /// One JSON object a line, the last one with the whole
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Group, Debug)]
pub(crate) struct Reading {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What became of doors. One view at a time.
#[derive(Group, Debug)]
pub(crate) struct Doors {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Who is missed, with names and reasons
    #[arg(long, group = "view")]
    pub(crate) missed: bool,
    /// Who means to do what, where that overlaps, and who keeps which door
    #[arg(long, group = "view")]
    pub(crate) claims: bool,
    /// What is still to be done, with names
    #[arg(long, group = "view")]
    pub(crate) follow_ups: bool,
    /// What each team did
    #[arg(long, group = "view")]
    pub(crate) by_team: bool,
    /// One line to paste into a chat, without any person
    #[arg(long, group = "view")]
    pub(crate) progress: bool,
}

#[derive(Group, Debug)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Tell of so many at most
    #[arg(long, default_value_t = 20, value_name = "NUMBER")]
    pub(crate) limit: usize,
    /// A door (12-3, 3栋2单元501), a part of a name, its initials, or four digits of a number and more
    #[arg(required = true, value_name = "QUERY")]
    pub(crate) query: Vec<String>,
}

#[derive(Group, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Group, Debug)]
pub(crate) struct Ledger {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Round, by name or id [default: the current one]
    #[arg(long)]
    pub(crate) round: Option<String>,
}

#[derive(Group, Debug)]
pub(crate) struct Trace {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The tube's label
    pub(crate) tube: String,
    /// Write to a file that only its owner can read, instead of the screen
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Group, Debug)]
pub(crate) struct Sync {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) within: u64,
}

#[derive(Group, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// A new file, or a folder (one that is there, or a name that ends with a slash) that gets new files
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Group, Debug)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Carries: files, and folders of files (`.fcb`)
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Group, Debug)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Only what left the device in readable form
    #[arg(long)]
    pub(crate) exports: bool,
}

#[derive(Group, Debug)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Only this lane
    #[arg(long)]
    pub(crate) lane: Option<String>,
    /// Answer as JSON, the text in it
    #[arg(long)]
    pub(crate) json: bool,
    /// The closing report instead of the readiness report
    #[arg(long)]
    pub(crate) closing: bool,
    /// The day sheet instead: HTML that prints on A4
    #[arg(long, conflicts_with = "closing")]
    pub(crate) sheet: bool,
    /// Write to a file instead of the screen
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_scripts_rely_on_is_understood() {
        let good: &[&[&str]] = &[
            &["init", "--journal", "j", "--profile", "p.toml"],
            &["enrol", "--journal", "j", "--token", "FC1:x"],
            &["enrol", "--journal", "j", "--token-file", "t"],
            &[
                "station",
                "--journal",
                "j",
                "--site",
                "s",
                "--round",
                "1",
                "--lane",
                "2",
                "--operator",
                "o",
                "--org",
                "g",
                "--json",
            ],
            &["station", "--journal", "j", "--replay", "-", "--date", "2026-01-01", "--practice", "--offline"],
            &["status", "--journal", "j", "--json"],
            &["boxes", "--journal", "j", "--json"],
            &["receive", "--journal", "j", "--offer", "o", "--sent", "s", "--box", "B-1", "--json"],
            &["ledger", "--journal", "j", "--json"],
            &["doors", "--journal", "j", "--missed", "--json"],
            &["doors", "--journal", "j", "--follow-ups"],
            &["search", "--journal", "j", "12-3", "--json"],
            &["trace", "TUBE-01", "--journal", "j", "--json"],
            &["check", "--journal", "j", "--ca", "hub.pem"],
            &["sync", "--journal", "j", "--json"],
            &["log", "--journal", "j"],
            &["export", "--journal", "j", "--out", "f.fcb", "--json"],
            &["import", "--journal", "j", "a.fcb", "b"],
            &["report", "--journal", "j", "--json", "--closing", "--lane", "1"],
            &["demo", "--json", "f"],
            &["interpret"],
            &["--lang", "zh-CN", "status", "--journal", "j"],
        ];
        for line in good {
            assert!(parse(line).is_ok(), "{line:?}");
        }
        let bad: &[&[&str]] = &[
            &[],
            &["status"],
            &["export", "--journal", "j"],
            &["import", "--journal", "j"],
            &["enrol", "--journal", "j"],
            &["enrol", "--journal", "j", "--token", "a", "--token-file", "b"],
            &["station", "--journal", "j", "--replay", "f"],
            &["trace", "--journal", "j"],
            &["search", "--journal", "j"],
            &["doors", "--journal", "j", "--missed", "--claims"],
            &["status", "--journal", "j", "--lang", "fr"],
        ];
        for line in bad {
            assert!(parse(line).is_err(), "{line:?}");
        }
    }

    fn parse(line: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once(&"fieldcore-terminal").chain(line))
    }
}
