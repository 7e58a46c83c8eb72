//! What the scripted scenes take.

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

/// What every scripted scene takes.
#[derive(Group, Debug)]
pub(crate) struct Scene {
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Keep its folders here instead of a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// Seed of what is left to chance
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(crate) seed: u64,
}

#[derive(Group, Debug)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) scene: Scene,
    /// Break something on purpose, to see that the proof notices
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) tamper: Option<Tamper>,
}

#[derive(Group, Debug)]
pub(crate) struct Village {
    #[command(flatten)]
    pub(crate) scene: Scene,
    /// Break something on purpose, to see that the proof notices
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) tamper: Option<VillageTamper>,
}

/// What the village breaks on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VillageTamper {
    /// The books say of one person more that they were sampled
    Books,
    /// The runner loses the file that he took along at noon
    Carry,
}

/// What the demo breaks on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tamper {
    /// The hub is one from a backup: it lacks batches that it gave receipts for
    Hub,
    /// The books say of one person more that they were bound
    Books,
}
