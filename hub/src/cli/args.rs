//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The receiver of Fieldcore: takes signed batches from phones, answers with signed receipts.
#[derive(Debug, Parser)]
#[command(name = "fieldcore-hub", disable_version_flag = true)]
pub(crate) struct Cli {
    /// The hub's folder.
    #[arg(long, global = true, default_value = "hub")]
    pub(crate) dir: PathBuf,
    /// Answer as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new hub: keys, store, first profile.
    Init {
        /// The campaign's name, for people.
        #[arg(long, default_value = "")]
        name: String,
        /// Where phones reach the hub, e.g. `https://hub.example:8443`; stands in invitations.
        #[arg(long)]
        url: Option<String>,
        /// The first profile (TOML); the built-in one if absent.
        #[arg(long)]
        profile: Option<PathBuf>,
    },
    /// The campaign's rules: edit, sign, show, publish.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Make a token and print its invitation, one line of text.
    Token(TokenArgs),
    /// The hub's keys: show, rotate, ask for what was lost.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Serve phones over HTTP; the first line tells where.
    Serve {
        /// Where to listen; port 0 picks one.
        #[arg(long)]
        listen: String,
        /// The TLS certificate chain (PEM).
        #[arg(long, requires = "tls_key")]
        tls_cert: Option<PathBuf>,
        /// The certificate's key (PEM).
        #[arg(long, requires = "tls_cert")]
        tls_key: Option<PathBuf>,
    },
    /// Take bundles and carries from files, as from a stick; each item gets its answer.
    Import {
        /// The files, and folders of files (`.fcb`).
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Where to write the answers for the phones as bundles: FILE, and FILE.2 and so on for more of them.
        #[arg(long)]
        answer: Option<PathBuf>,
        /// Where to write the answers for the phones as one carry.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The lists of residents that streets and villages keep.
    #[command(subcommand)]
    Roster(RosterCommand),
    /// Figures and stock at a glance.
    Status,
    /// People and tubes by round, site, lane and operator.
    Ledger {
        /// One round, by id or name.
        #[arg(long)]
        round: Option<String>,
        /// What lines are put together by.
        #[arg(long, value_enum, default_value_t = By::Lane)]
        by: By,
    },
    /// Households and people from door to door: what is done, what is left. Exit 0 if nothing is.
    Coverage {
        /// One round, by id or name; the only one if absent.
        #[arg(long)]
        round: Option<String>,
        /// What lines are put together by.
        #[arg(long, value_enum, default_value_t = Doors::Building)]
        by: Doors,
    },
    /// Who is missed, with reasons: the list minus the samples. Exit 0 if nobody is.
    Missed {
        /// One round, by id or name; the only one if absent.
        #[arg(long)]
        round: Option<String>,
    },
    /// What teams claimed, and which doors two of them did. Exit 0 if none.
    Claims {
        /// One round, by id or name; the only one if absent.
        #[arg(long)]
        round: Option<String>,
    },
    /// From a tube to its people.
    Trace {
        /// The tube's label.
        tube: String,
    },
    /// From a person to the tubes; the number is read from standard input.
    Person,
    /// The same person or tube on two devices, other content under one record.
    Conflicts,
    /// Where boxes and tubes are, who has them since when, and what of their way does not add up.
    Custody {
        /// One box, by its label, with its tubes.
        #[arg(long = "box", value_name = "LABEL")]
        container: Option<String>,
    },
    /// What is stored and not counted, and why.
    Held {
        #[command(subcommand)]
        act: Option<HeldCommand>,
    },
    /// Check every signature, gap and receipt, and derive the reports again.
    Verify,
    /// Derive the tables of the reports again from the stored bytes.
    Rebuild,
    /// Revoke a device: what the hub has of it stays, everything else is held.
    Revoke {
        /// The device's id.
        device: String,
        /// Revoke every helper that it enrolled as well.
        #[arg(long)]
        helpers: bool,
    },
    /// Let a device act for others where no network is: enrol helpers, issue proxy cards.
    Delegate(DelegateArgs),
    /// Every delegation with its helpers.
    Delegations,
    /// The keys by which proxy cards are sealed, one for each round of the profile.
    CardKeys {
        #[command(subcommand)]
        act: Option<CardKeysCommand>,
    },
    /// Close a device that has handed in everything or is written off.
    Close {
        /// The device's id.
        device: String,
    },
    /// Ask a device for the records missing between those that have arrived.
    Ask {
        /// The device's id.
        device: String,
    },
    /// Every device: state, what it sent, what is missing.
    Devices,
    /// Write a backup.
    Backup {
        /// The file; must not exist.
        file: PathBuf,
        /// Leave the hub's keys out: they must then be kept elsewhere.
        #[arg(long)]
        without_keys: bool,
    },
    /// Make the hub in --dir from a backup; a store that is there is set aside.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The key folder is lost: make the hub's own keys anew and derive the reports again.
        #[arg(long)]
        new_keys: bool,
    },
    /// People and tubes for other systems; `carry`: what is for phones, to be carried to them.
    Export {
        /// The form.
        #[arg(value_enum)]
        form: Form,
        /// One round, by id or name.
        #[arg(long)]
        round: Option<String>,
        /// Of a carry: one device, by id.
        #[arg(long)]
        device: Option<String>,
        /// Where to; standard output if absent (a carry needs a file).
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Rounds whose data are due to go; with --erase, their people and bodies go.
    Retention {
        /// The round to erase, by id or name.
        #[arg(long, requires = "yes")]
        erase: Option<String>,
        /// Erase every round that is due.
        #[arg(long, requires = "yes", conflicts_with = "erase")]
        erase_due: bool,
        /// Erase the bodies of held and rejected items that are beyond their period; what nobody
        /// decided about is rejected by that.
        #[arg(long, requires = "yes", conflicts_with_all = ["erase", "erase_due"])]
        erase_held: bool,
        /// Yes: what is erased cannot be brought back.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Edit the draft in $EDITOR, or take it from FILE; it is checked, not signed.
    Edit {
        /// A TOML file to take.
        file: Option<PathBuf>,
    },
    /// Sign the draft (or FILE) and publish it to all devices.
    Sign {
        /// A TOML file instead of the draft.
        file: Option<PathBuf>,
        /// Sign only; `profile publish` sends it out.
        #[arg(long)]
        hold: bool,
    },
    /// Publish the profile that was signed last.
    Publish,
    /// Print the profile in force.
    Show {
        /// Write it signed to a file, for phones without network.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        picture: Picture,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Picture {
    /// Draw a QR code in the terminal as well.
    #[arg(long)]
    pub(crate) qr: bool,
    /// Draw a QR code into an SVG file as well.
    #[arg(long)]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// How many devices may enrol with it.
    #[arg(long, default_value_t = 1)]
    pub(crate) uses: u32,
    /// How long it is good for: 90m, 12h, 7d, or a time like 2026-05-01T08:00:00Z.
    #[arg(long, default_value = "7d")]
    pub(crate) expires: String,
    /// Where phones reach the hub, if not as told at `init`.
    #[arg(long)]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) picture: Picture,
}

#[derive(Debug, Args)]
pub(crate) struct DelegateArgs {
    /// The device's id, as `devices` prints it.
    pub(crate) device: String,
    /// What it may do: enrol, issue, work; separated by commas. To enrol gives work as well.
    #[arg(long, value_delimiter = ',', required = true)]
    pub(crate) rights: Vec<String>,
    /// How many helpers it may enrol; with the right to enrol.
    #[arg(long, default_value_t = 0)]
    pub(crate) helpers: u32,
    /// How long it is good for: 90m, 12h, 7d, or a time like 2026-05-01T08:00:00Z.
    #[arg(long, default_value = "7d")]
    pub(crate) expires: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CardKeysCommand {
    /// Draw a new key for a round; cards sealed by the ones before are still read.
    New {
        /// The round, by name or id.
        round: String,
        /// How long it is good for: 12h, 7d, or a time like 2026-05-01T08:00:00Z.
        #[arg(long, default_value = "30d")]
        expires: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RosterCommand {
    /// Read lists (CSV or XLSX) as an import would and say what becomes of them; nothing is kept, no hub is needed.
    Check {
        #[command(flatten)]
        lists: ListArgs,
    },
    /// Take lists into an area; one of the same name is replaced.
    Import {
        #[command(flatten)]
        lists: ListArgs,
        /// The area: what a team is given as one roster.
        #[arg(long)]
        area: String,
        /// What the list is called, where that is not the file's name; with one file only.
        #[arg(long)]
        name: Option<String>,
        /// Say what would become of the area, and keep nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// The areas with their lists and devices.
    Lists,
    /// Whether people are the same: what waits for somebody who knows them.
    Questions,
    /// Answer a question, or answer it anew.
    Answer {
        /// The question's id.
        id: String,
        /// Whether they are the same.
        #[arg(value_enum)]
        word: SameWord,
    },
    /// Forget a list; its people go, unless another list tells of them.
    Forget {
        /// The list's name.
        #[arg(required_unless_present = "all")]
        list: Option<String>,
        /// The area, where several have a list of this name.
        #[arg(long)]
        area: Option<String>,
        /// Every list, answer and person of every area, as at the campaign's end.
        #[arg(long, requires = "yes", conflicts_with_all = ["list", "area"])]
        all: bool,
        /// Yes: what is forgotten cannot be brought back.
        #[arg(long)]
        yes: bool,
    },
    /// Give areas to a device: it gets their rosters when it syncs, sealed to it, and differences from then on.
    Assign {
        /// The device's id.
        device: String,
        /// The areas.
        #[arg(required = true)]
        areas: Vec<String>,
    },
    /// Take areas back, all if none is named: the device deletes them when it syncs.
    Unassign {
        /// The device's id.
        device: String,
        /// The areas.
        areas: Vec<String>,
    },
}

/// Lists and how to read them.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The lists. What several say of one number is one person.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The encoding of the CSV files, e.g. gbk; found out if absent.
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// The sheet of the workbooks; the first one if absent.
    #[arg(long)]
    pub(crate) sheet: Option<String>,
    /// Which column holds what, where its header does not say so: `name=户主`. May be given again.
    #[arg(long = "map", value_name = "COLUMN=HEADER")]
    pub(crate) maps: Vec<String>,
}

/// An answer about two people.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SameWord {
    Same,
    Different,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// The key set in use, and which secrets are at hand.
    Show,
    /// New receipt and seal keys, certified by an offline root.
    Rotate {
        /// A root's file, as taken away after `init`.
        #[arg(long)]
        root: PathBuf,
        /// The id of a key that is lost or known to others; what only it opens is asked for again.
        #[arg(long)]
        lost: Vec<String>,
    },
    /// Ask devices again for everything that cannot be read with the keys at hand.
    Ask,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HeldCommand {
    /// Open and count it.
    Accept {
        /// Its id, as `held` prints it.
        #[arg(allow_negative_numbers = true)]
        id: i64,
    },
    /// Keep it, never count it.
    Reject {
        /// Its id, as `held` prints it.
        #[arg(allow_negative_numbers = true)]
        id: i64,
    },
    /// Try everything again: a key was put back, or the hub was updated.
    Retry,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum By {
    Lane,
    Round,
    Site,
    #[value(alias = "team")]
    Operator,
    Place,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    Csv,
    Fhir,
    Carry,
}

/// What lines of coverage are put together by.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Doors {
    /// Building or courtyard.
    Building,
    /// Device, operator and lane.
    Team,
    /// What a team must know before it knocks.
    Category,
}
