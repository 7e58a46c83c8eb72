//! Secrets as files: one line each, readable by their owner alone.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use data_encoding::HEXLOWER;
use fieldcore::Secret;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

const MARK: &str = "fieldcore-key-1";

/// Writes a secret of `purpose` to a new file; durable when it returns.
pub(crate) fn write_key(path: &Path, purpose: &str, secret: &Secret) -> Result<()> {
    let line = Zeroizing::new(format!("{MARK} {purpose} {}\n", HEXLOWER.encode(secret.expose())));
    write_private(path, line.as_bytes())
}

/// The secret of `purpose` in a file; `None` if there is no such file.
pub(crate) fn read_key(path: &Path, purpose: &str) -> Result<Option<Secret>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(path, error)),
    };
    let mut words = text.split_whitespace();
    if words.next() != Some(MARK) {
        return Err(Error::unreadable(path.display().to_string(), "it is no key file of this project"));
    }
    if words.next() != Some(purpose) {
        return Err(Error::unreadable(path.display().to_string(), format!("it is not a {purpose} key")));
    }
    let bytes = words.next().and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok()).map(Zeroizing::new);
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
    bytes.map(|bytes| Some(Secret::new(bytes))).ok_or_else(|| {
        Error::unreadable(path.display().to_string(), "its secret is cut off; take the file from its backup")
    })
}

/// Writes a new file that only its owner can read; durable when it returns.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create_private(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| Error::io(path, error))?;
    sync_parent(path)
}

/// Makes a new file that only its owner can read.
pub(crate) fn create_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Error::io(path, error))
}

/// Makes a file's name durable.
pub(crate) fn sync_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    // A bare name lies in the folder where one is.
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    File::open(parent).and_then(|dir| dir.sync_all()).map_err(|error| Error::io(parent, error))
}

/// Makes a folder that only its owner can enter.
pub(crate) fn private_dir(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| Error::io(path, error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
            .map_err(|error| Error::io(path, error))?;
    }
    Ok(())
}
