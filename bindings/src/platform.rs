//! What the app implements: a safe for secrets, and a place for log lines.

use std::fmt;
use std::sync::Arc;

use fieldcore::{Error, Platform, Secret};

use crate::clock::SleepingClock;

/// Why a vault could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum VaultError {
    /// It is locked for now, or failed. It has not lost anything: throw this whenever you are not sure.
    #[error("{reason}")]
    Failed {
        /// Why, without any secret.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for VaultError {
    /// An exception that the app did not declare. Its text may be a stack trace with anything in it.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: "the app's vault threw something else than a VaultError".to_owned() }
    }
}

/// A safe for secrets of 32 bytes: Android's Keystore or the iOS Keychain behind it. The journal keeps
/// its signing key and one key per round in it; whoever destroys a round's key erases that round.
///
/// Called from any thread, and while the journal works: be quick, take no lock of your own that is held
/// over a call of this library, and keep what you store out of backups.
#[uniffi::export(with_foreign)]
pub trait KeyVault: Send + Sync {
    /// Keeps `secret` under `name`, durably, before it returns. Fails if the name is taken.
    fn create(&self, name: String, secret: Vec<u8>) -> Result<(), VaultError>;

    /// The secret called `name`; nothing if there is none. **Never answer nothing because the safe is
    /// locked**: that is taken as the loss of the key, and throws away what it opens.
    fn read(&self, name: String) -> Result<Option<Vec<u8>>, VaultError>;

    /// Destroys the secret called `name` for good. Destroying what is not there is no failure.
    fn destroy(&self, name: String) -> Result<(), VaultError>;
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, uniffi::Enum)]
pub enum LogLevel {
    /// A fact.
    Info,
    /// Something that a person should look at.
    Warning,
    /// Something failed.
    Error,
}

/// Why a line could not be kept; nothing comes of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum SinkError {
    /// It was not kept.
    #[error("{reason}")]
    Lost {
        /// Why.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SinkError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Lost { reason: "the app's log sink failed".to_owned() }
    }
}

/// Takes log lines. They hold no number, name or label of anybody, so they may go to a log file or a
/// crash reporter.
#[uniffi::export(with_foreign)]
pub trait LogSink: Send + Sync {
    /// Takes one line.
    fn log(&self, level: LogLevel, text: String) -> Result<(), SinkError>;
}

/// The app's vault as the core wants it.
struct Vault(Arc<dyn KeyVault>);

impl Vault {
    fn failed(name: &str, error: VaultError) -> Error {
        let VaultError::Failed { reason } = error;
        Error::Vault { name: name.to_owned(), reason }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl fieldcore::KeyVault for Vault {
    fn create(&self, name: &str, secret: &Secret) -> fieldcore::Result<()> {
        let failed = |error| Self::failed(name, error);
        self.0.create(name.to_owned(), secret.expose().to_vec()).map_err(failed)?;
        // A vault that throws an `Error` in Kotlin comes here as success: what was not kept must not
        // be worked with.
        match self.read(name)? {
            Some(kept) if kept == *secret => Ok(()),
            _ => Err(failed(VaultError::Failed { reason: "it did not keep what it was given".to_owned() })),
        }
    }

    fn read(&self, name: &str) -> fieldcore::Result<Option<Secret>> {
        let failed = |error| Self::failed(name, error);
        let Some(bytes) = self.0.read(name.to_owned()).map_err(failed)? else { return Ok(None) };
        let bytes: [u8; 32] = bytes.try_into().map_err(|bytes: Vec<u8>| {
            failed(VaultError::Failed { reason: format!("it gave {} bytes instead of 32", bytes.len()) })
        })?;
        Ok(Some(Secret::new(bytes)))
    }

    fn destroy(&self, name: &str) -> fieldcore::Result<()> {
        self.0.destroy(name.to_owned()).map_err(|error| Self::failed(name, error))
    }
}

/// The device's clocks and randomness with the app's vault.
pub(crate) fn platform(vault: Arc<dyn KeyVault>) -> fieldcore::Result<Platform> {
    Ok(Platform {
        clock: Arc::new(SleepingClock::new()?),
        entropy: Arc::new(fieldcore::OsEntropy),
        vault: Arc::new(Vault(vault)),
    })
}

/// The app's log, or none.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<Arc<dyn LogSink>>);

impl Log {
    pub(crate) fn new(sink: Option<Arc<dyn LogSink>>) -> Self {
        Self(sink)
    }

    /// Writes a line; a log that fails is no reason to fail.
    pub(crate) fn line(&self, level: LogLevel, text: String) {
        if let Some(sink) = &self.0 {
            let _ = sink.log(level, text);
        }
    }
}
