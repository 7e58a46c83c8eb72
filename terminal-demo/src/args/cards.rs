//! What the commands about helpers and proxy cards take.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use super::{Place, Shift};

/// People to register ahead, one a line of standard input.
#[derive(Group, Debug)]
pub(crate) struct Proxy {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) shift: Shift,
    /// Sheet to write, six cards a page: FILE.svg (more pages as FILE-2.svg and so on) or FILE.pdf
    #[arg(long, value_name = "FILE")]
    pub(crate) sheet: PathBuf,
    /// Font for the names of a PDF [default: one of this machine that has all their signs]
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Option<PathBuf>,
    /// How long the cards are good for: 12h, 7d, or a time like 2026-05-01T08:00:00Z [default: as long as the round's
    /// card key and the delegation]
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<String>,
    /// Read nobody: draw the cards that were issued in the running shift of the lane once more
    #[arg(long)]
    pub(crate) again: bool,
    /// One JSON answer a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Enrolment on the spot.
#[derive(Group, Debug)]
pub(crate) struct Helper {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) act: HelperAct,
}

/// The steps of it, in their order.
#[derive(Subcommand, Debug)]
pub(crate) enum HelperAct {
    /// The helper: print the code with this device's keys
    Show,
    /// The chief: give the helper a place; prints the welcome and writes the kit
    Accept {
        /// The helper's code (FH1:…)
        code: String,
        /// Where the profile and the card keys for this helper go
        #[arg(long, value_name = "FILE")]
        kit: PathBuf,
    },
    /// The helper: take part by the chief's welcome
    Join {
        /// The chief's welcome (FW1:…)
        welcome: String,
        /// The chief's kit
        #[arg(long, value_name = "FILE")]
        kit: Option<PathBuf>,
    },
}
