//! The hub's command line: one verb, one library call, text or JSON.

mod args;
mod cards;
mod carry;
mod custody;
mod doors;
mod print;
mod reports;
mod roster;
mod setup;
mod work;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::surroundings::Surroundings;
use args::{CardKeysCommand, Cli, Command, Form, HeldCommand, RosterCommand};

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let level = if matches!(cli.command, Command::Serve { .. }) { tracing::Level::INFO } else { tracing::Level::ERROR };
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).with_ansi(false).try_init();
    match dispatch(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "fieldcore-hub: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Where answers go: text for people, or one JSON object.
pub(crate) struct Out {
    pub(crate) json: bool,
}

impl Out {
    /// Writes a line; a reader that went away is no error.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Writes `value` as JSON, or what `text` makes of it.
    pub(crate) fn say<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        if self.json {
            let json = serde_json::to_string(value)
                .map_err(|error| Error::Store { what: "writing JSON", why: error.to_string() })?;
            self.line(&json);
        } else {
            self.line(text(value).trim_end());
        }
        Ok(())
    }
}

/// Whether the answer is yes.
fn dispatch(cli: &Cli) -> Result<bool> {
    let out = Out { json: cli.json };
    let around = Surroundings::system()?;
    match &cli.command {
        Command::Init { name, url, profile } => {
            setup::init(&out, &cli.dir, name, url.as_deref(), profile.as_deref(), around)
        }
        Command::Restore { file, new_keys } => setup::restore(&out, &cli.dir, file, *new_keys, around),
        Command::Roster(RosterCommand::Check { lists }) => roster::check(&out, lists),
        command => {
            let hub = Hub::open(&cli.dir, around)?;
            with_hub(&out, &hub, command)
        }
    }
}

fn with_hub(out: &Out, hub: &Hub, command: &Command) -> Result<bool> {
    match command {
        Command::Init { .. } | Command::Restore { .. } => Ok(true),
        Command::Roster(command) => roster::run(out, hub, command),
        Command::Profile(command) => setup::profile(out, hub, command),
        Command::Token(args) => setup::token(out, hub, args),
        Command::Keys(command) => setup::keys(out, hub, command),
        Command::Backup { file, without_keys } => setup::backup(out, hub, file, *without_keys),
        Command::Serve { listen, tls_cert, tls_key } => {
            work::serve(out, hub, listen, tls_cert.clone().zip(tls_key.clone()))
        }
        Command::Import { files, answer, out: file } => {
            carry::import(out, hub, files, answer.as_deref(), file.as_deref())
        }
        Command::Held { act: None } => reports::held(out, hub),
        Command::Held { act: Some(HeldCommand::Accept { id }) } => {
            work::decide(out, "accepted", *id, || hub.accept(*id))
        }
        Command::Held { act: Some(HeldCommand::Reject { id }) } => {
            work::decide(out, "rejected", *id, || hub.reject(*id))
        }
        Command::Held { act: Some(HeldCommand::Retry) } => work::retry(out, hub),
        Command::Rebuild => work::rebuild(out, hub),
        Command::Revoke { device, helpers: false } => work::revoke(out, hub, device),
        Command::Revoke { device, helpers: true } => cards::revoke_with_helpers(out, hub, device),
        Command::Delegate(args) => cards::delegate(out, hub, args),
        Command::Delegations => cards::delegations(out, hub),
        Command::CardKeys { act: None } => cards::keys(out, hub),
        Command::CardKeys { act: Some(CardKeysCommand::New { round, expires }) } => {
            cards::new_key(out, hub, round, expires)
        }
        Command::Close { device } => work::close(out, hub, device),
        Command::Ask { device } => work::ask(out, hub, device),
        Command::Retention { erase_held: true, .. } => work::erase_held(out, hub),
        Command::Retention { erase, erase_due, .. } => work::retention(out, hub, erase.as_deref(), *erase_due),
        Command::Export { form: Form::Carry, device, out: file, .. } => {
            carry::export(out, hub, device.as_deref(), file.as_deref())
        }
        Command::Export { form, round, out: file, .. } => {
            work::export(out, hub, *form, round.as_deref(), file.as_deref())
        }
        Command::Status => reports::status(out, hub),
        Command::Ledger { round, by } => reports::ledger(out, hub, round.as_deref(), *by),
        Command::Coverage { round, by } => doors::coverage(out, hub, round.as_deref(), *by),
        Command::Missed { round } => doors::missed(out, hub, round.as_deref()),
        Command::Claims { round } => doors::claims(out, hub, round.as_deref()),
        Command::Trace { tube } => reports::trace(out, hub, tube),
        Command::Person => reports::person(out, hub),
        Command::Conflicts => reports::conflicts(out, hub),
        Command::Custody { container } => custody::custody(out, hub, container.as_deref()),
        Command::Verify => reports::verify(out, hub),
        Command::Devices => reports::devices(out, hub),
    }
}
