//! How a command ends: what it says on standard error, and its exit code.

use std::path::PathBuf;

use fieldcore::Error;

/// Exit codes that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// Done.
    Done = 0,
    /// The answer is no.
    No = 1,
    /// An input cannot be read.
    Input = 3,
    /// The journal is locked, read-only, damaged, newer or not there.
    Journal = 4,
    /// The hub cannot be reached.
    Hub = 5,
}

impl From<Code> for std::process::ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command ended before its answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The core's own error.
    #[error(transparent)]
    Core(#[from] Error),
    /// The hub's own error (the demo runs one).
    #[error(transparent)]
    Receiver(#[from] fieldcore_hub::Error),
    /// A file that was to be read.
    #[error("{path}: {source}")]
    Input {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file or the terminal that was to be written.
    #[error("cannot write {to}: {source}")]
    Output {
        /// Where to.
        to: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// No sheet of cards can be drawn.
    #[error(transparent)]
    Sheet(#[from] crate::sheet::SheetError),
    /// What was asked cannot be done as things stand.
    #[error("{0}")]
    No(String),
}

impl Failure {
    /// The code that this failure ends the process with.
    pub(crate) const fn code(&self) -> Code {
        match self {
            Self::Core(error) => code_of(error),
            Self::Input { .. } => Code::Input,
            Self::Sheet(crate::sheet::SheetError::Font { .. }) => Code::Input,
            Self::Receiver(_) | Self::No(_) | Self::Sheet(_) | Self::Output { .. } => Code::No,
        }
    }

    /// Standard output or the screen went away.
    pub(crate) fn screen(source: std::io::Error) -> Self {
        Self::Output { to: "the terminal".to_owned(), source }
    }

    /// Whether the reader of our output went away, which is no failure.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

const fn code_of(error: &Error) -> Code {
    match error {
        Error::Invalid { .. } | Error::Decode { .. } | Error::Limit { .. } | Error::Io { .. } => Code::Input,
        Error::Refused { .. } | Error::Untrusted { .. } => Code::No,
        _ => Code::Journal,
    }
}

/// What every command answers.
pub(crate) type Outcome = Result<Code, Failure>;
