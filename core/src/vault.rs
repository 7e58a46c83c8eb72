//! A vault in plain files, for a laptop without a key store of its own.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::journal::{make_private_dir, sync_dir};
use crate::platform::KeyVault;
use crate::secret::Secret;

/// Secrets as files in one folder, readable by its owner alone (0700, files 0600).
///
/// **It protects** against someone who gets the journal's folder without this one: a copied,
/// synchronised or backed-up journal. Put the two apart, and keep this one out of backups.
///
/// **It does not protect** against someone who can read both folders: as the same user, as root,
/// or from the disk of a lost laptop. Nor does deleting a file wipe a flash disk, which may keep a
/// copy of a destroyed secret until its block is used again. So: an encrypted disk, and on phones
/// the vault of the platform, which wraps secrets in hardware.
#[derive(Debug)]
pub struct FileVault {
    dir: PathBuf,
}

impl FileVault {
    /// The vault in `dir`; the folder is made if it is missing. One that others can get into is
    /// closed to them, unless it holds anything but secrets: then it is somebody's, and refused.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_path_buf();
        if !dir.is_dir() {
            make_private_dir(&dir).map_err(|error| Error::io(&dir, error))?;
            if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                sync_dir(parent)?;
            }
        }
        #[cfg(unix)]
        keep_private(&dir)?;
        Ok(Self { dir })
    }

    /// The file of a secret. Names are made of `a-z`, `0-9`, `-` and `/`, so a dot for the slash
    /// keeps them apart and inside the folder.
    fn file(&self, name: &str) -> Result<PathBuf> {
        let known = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '/');
        if name.is_empty() || !name.chars().all(known) {
            return Err(failed("a secret", "its name has characters that this vault does not take"));
        }
        Ok(self.dir.join(format!("{}.secret", name.replace('/', "."))))
    }

    fn write(&self, path: &Path, secret: &Secret) -> std::io::Result<()> {
        let temporary = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(secret.expose())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    }
}

/// Takes the rights of others away from a folder of secrets and from the secrets in it.
#[cfg(unix)]
fn keep_private(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let blame = |error| Error::io(dir, error);
    let mode = fs::metadata(dir).map_err(blame)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let paths: Vec<PathBuf> =
        fs::read_dir(dir).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect()).map_err(blame)?;
    let is_ours = |path: &PathBuf| path.extension().is_some_and(|end| end == "secret" || end == "new");
    if !paths.iter().all(is_ours) {
        let why = "others can get into it and it holds more than secrets: name a folder of its own, or chmod 700";
        return Err(Error::refused("the vault", format!("{}: {why}", dir.display())));
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(blame)?;
    for path in paths {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(|error| Error::io(&path, error))?;
    }
    Ok(())
}

fn failed(name: &str, reason: impl ToString) -> Error {
    Error::Vault { name: name.to_owned(), reason: reason.to_string() }
}

impl KeyVault for FileVault {
    fn create(&self, name: &str, secret: &Secret) -> Result<()> {
        let path = self.file(name)?;
        if path.exists() {
            return Err(failed(name, "there is a secret of this name already"));
        }
        self.write(&path, secret).map_err(|error| failed(name, error))?;
        sync_dir(&self.dir).map_err(|error| failed(name, error))
    }

    fn read(&self, name: &str) -> Result<Option<Secret>> {
        match fs::read(self.file(name)?).map(Zeroizing::new) {
            Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
                .map(|bytes| Some(Secret::new(bytes)))
                .map_err(|_| failed(name, "its file does not hold 32 bytes; put the right file back")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(name, error)),
        }
    }

    fn destroy(&self, name: &str) -> Result<()> {
        let path = self.file(name)?;
        // Overwritten first, as far as the disk lets itself be told.
        if let Ok(mut file) = OpenOptions::new().write(true).open(&path) {
            let _ = file.write_all(&[0; 32]).and_then(|()| file.sync_all());
        }
        match fs::remove_file(&path) {
            Ok(()) => sync_dir(&self.dir).map_err(|error| failed(name, error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(name, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_read_and_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::open(dir.path().join("vault")).unwrap();
        assert!(vault.read("bucket/one").unwrap().is_none());
        vault.create("bucket/one", &Secret::new([7; 32])).unwrap();
        assert!(vault.create("bucket/one", &Secret::new([8; 32])).is_err(), "a name is taken once");
        let again = FileVault::open(dir.path().join("vault")).unwrap();
        assert_eq!(again.read("bucket/one").unwrap(), Some(Secret::new([7; 32])));
        assert!(again.read("bucket/two").unwrap().is_none());
        again.destroy("bucket/one").unwrap();
        again.destroy("bucket/one").unwrap();
        assert!(vault.read("bucket/one").unwrap().is_none());
    }

    #[test]
    fn names_stay_inside_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::open(dir.path()).unwrap();
        for name in ["", "../other", "a\0b", "A", "a.b"] {
            assert!(vault.read(name).is_err(), "{name:?} is no name");
        }
    }

    #[test]
    fn a_file_of_the_wrong_length_is_an_error_and_no_loss() {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::open(dir.path()).unwrap();
        fs::write(dir.path().join("install.secret"), [1; 31]).unwrap();
        assert!(vault.read("install").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::open(dir.path().join("vault")).unwrap();
        vault.create("install", &Secret::new([1; 32])).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.path().join("vault")), 0o700);
        assert_eq!(mode(&dir.path().join("vault/install.secret")), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_get_into_is_closed_or_refused() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let open_up = |path: &Path, to| fs::set_permissions(path, fs::Permissions::from_mode(to)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (folder, secret) = (dir.path().join("vault"), dir.path().join("vault/install.secret"));
        FileVault::open(&folder).unwrap().create("install", &Secret::new([1; 32])).unwrap();
        open_up(&folder, 0o755);
        open_up(&secret, 0o644);
        let vault = FileVault::open(&folder).unwrap();
        assert_eq!((mode(&folder), mode(&secret)), (0o700, 0o600));
        assert_eq!(vault.read("install").unwrap(), Some(Secret::new([1; 32])));

        open_up(&folder, 0o755);
        fs::write(folder.join("letter.txt"), "of somebody").unwrap();
        let refused = FileVault::open(&folder).unwrap_err();
        assert!(refused.to_string().contains("chmod 700"), "{refused}");
        assert_eq!(mode(&folder), 0o755, "what is somebody's is left as it is");
    }
}
