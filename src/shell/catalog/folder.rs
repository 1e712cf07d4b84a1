//! Published versions as folders: `<root>/<number>/`, built beside, synced, renamed; never written again.
//!
//! A folder counts only once the caller has committed its manifest. One that was renamed and not committed (the
//! process was killed in between) is passed over and removed by the next [`sweep`].

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use super::error::CatalogError;

const DRAFT: &str = ".draft";
const LOCK: &str = ".lock";

/// A version being built. Dropped, it is gone. While it lives nobody else can build one in the same root.
pub(super) struct Draft {
    root: PathBuf,
    path: PathBuf,
    version: u64,
    lock: Option<File>,
}

/// Keeps others from building until the manifest is committed: drop it after that.
#[derive(Debug)]
pub struct Hold {
    _lock: Option<File>,
}

impl Draft {
    /// Begins the version after `committed` and after every folder that is already there.
    pub(super) fn begin(root: &Path, committed: u64) -> Result<Self, CatalogError> {
        create_synced(root)?;
        let lock = lock(&root.join(LOCK))?;
        let path = root.join(DRAFT);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|error| CatalogError::io(&path, error))?; // of a killed process
        }
        fs::create_dir(&path).map_err(|error| CatalogError::io(&path, error))?;
        let version = versions(root)?.into_iter().max().unwrap_or(0).max(committed) + 1;
        Ok(Self { root: root.to_owned(), path, version, lock: Some(lock) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where all versions are.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// Syncs everything in it and puts it somewhere else than among the versions.
    pub(super) fn rename_to(mut self, target: &Path) -> Result<(), CatalogError> {
        sync_tree(&self.path)?;
        fs::rename(&self.path, target).map_err(|error| CatalogError::io(target, error))?;
        self.lock = None;
        target.parent().map_or(Ok(()), sync)
    }

    /// Syncs everything in it and gives it its name.
    pub(super) fn publish(mut self) -> Result<Hold, CatalogError> {
        sync_tree(&self.path)?;
        let target = self.root.join(self.version.to_string());
        fs::rename(&self.path, &target).map_err(|error| CatalogError::io(&target, error))?;
        sync(&self.root)?;
        Ok(Hold { _lock: self.lock.take() })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.lock.is_some() {
            // What cannot be removed now is removed when the next one begins.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes every version but these; says how many. Waits for nobody: [`CatalogError::Busy`] during an import.
pub fn sweep(root: &Path, keep: &[u64]) -> Result<usize, CatalogError> {
    if !root.exists() {
        return Ok(0);
    }
    let _lock = lock(&root.join(LOCK))?;
    let mut removed = 0;
    for version in versions(root)?.into_iter().filter(|version| !keep.contains(version)) {
        let path = root.join(version.to_string());
        fs::remove_dir_all(&path).map_err(|error| CatalogError::io(&path, error))?;
        removed += 1;
    }
    Ok(removed)
}

/// Writes a file and syncs it.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), CatalogError> {
    fs::write(path, bytes).map_err(|error| CatalogError::io(path, error))?;
    sync(path)
}

/// Puts a finished file into the place of another one, durably.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), CatalogError> {
    fs::rename(from, to).map_err(|error| CatalogError::io(to, error))?;
    to.parent().map_or(Ok(()), sync)
}

/// Makes a folder and its parents, each synced in its parent.
pub(super) fn create_synced(path: &Path) -> Result<(), CatalogError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    create_synced(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(CatalogError::io(path, error)),
        _ if parent.as_os_str().is_empty() => sync(Path::new(".")),
        _ => sync(parent),
    }
}

/// Holds a lock file until the handle is dropped; [`CatalogError::Busy`] if somebody else does.
pub(super) fn lock(path: &Path) -> Result<File, CatalogError> {
    let file = File::create(path).map_err(|error| CatalogError::io(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(CatalogError::Busy { path: path.parent().unwrap_or(path).to_owned() })
        }
        Err(TryLockError::Error(error)) => Err(CatalogError::io(path, error)),
    }
}

/// Makes the files of a finished folder part of another one: by links, for they never change; by copies where that cannot be.
pub(super) fn link_tree(from: &Path, to: &Path) -> Result<(), CatalogError> {
    for entry in fs::read_dir(from).map_err(|error| CatalogError::io(from, error))? {
        let entry = entry.map_err(|error| CatalogError::io(from, error))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            fs::create_dir(&target).map_err(|error| CatalogError::io(&target, error))?;
            link_tree(&source, &target)?;
        } else {
            link(&source, &target)?;
        }
    }
    Ok(())
}

/// The same of one file.
pub(super) fn link(source: &Path, target: &Path) -> Result<(), CatalogError> {
    if fs::hard_link(source, target).is_err() {
        fs::copy(source, target).map_err(|error| CatalogError::io(target, error))?;
    }
    Ok(())
}

/// The numbers that folders below this one have.
pub(super) fn versions(root: &Path) -> Result<Vec<u64>, CatalogError> {
    let entries = fs::read_dir(root).map_err(|error| CatalogError::io(root, error))?;
    let mut versions = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| CatalogError::io(root, error))?;
        versions.extend(entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
    }
    Ok(versions)
}

fn sync_tree(path: &Path) -> Result<(), CatalogError> {
    for entry in fs::read_dir(path).map_err(|error| CatalogError::io(path, error))? {
        let entry = entry.map_err(|error| CatalogError::io(path, error))?.path();
        if entry.is_dir() { sync_tree(&entry)? } else { sync(&entry)? }
    }
    sync(path)
}

fn sync(path: &Path) -> Result<(), CatalogError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| CatalogError::io(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::catalog::test_dir::TestDir;

    #[test]
    fn a_version_appears_whole_or_not_at_all() {
        let dir = TestDir::new("folder");
        let root = dir.path().join("catalogs/acme");
        let draft = Draft::begin(&root, 0).unwrap();
        write_synced(&draft.path().join("a"), b"1").unwrap();
        assert!(matches!(Draft::begin(&root, 0), Err(CatalogError::Busy { .. })), "two imports at once");
        drop(draft);
        assert_eq!(versions(&root).unwrap(), [] as [u64; 0]);

        let draft = Draft::begin(&root, 0).unwrap();
        write_synced(&draft.path().join("a"), b"1").unwrap();
        assert_eq!(draft.version(), 1);
        let hold = draft.publish().unwrap();
        assert!(matches!(sweep(&root, &[]), Err(CatalogError::Busy { .. })), "held until it is committed");
        drop(hold);
        assert_eq!(fs::read(root.join("1/a")).unwrap(), b"1");
    }

    #[test]
    fn a_number_is_never_used_twice_and_what_a_kill_left_is_removed() {
        let dir = TestDir::new("folder-kill");
        let root = dir.path().to_owned();
        fs::create_dir_all(root.join(".draft/half")).unwrap();
        fs::create_dir_all(root.join("7")).unwrap();
        let draft = Draft::begin(&root, 5).unwrap();
        assert_eq!(draft.version(), 8);
        assert!(!draft.path().join("half").exists());
        drop(draft.publish().unwrap());
        assert_eq!(Draft::begin(&root, 11).unwrap().version(), 12);
        assert_eq!(sweep(&root, &[8]).unwrap(), 1);
        assert_eq!(versions(&root).unwrap(), [8]);
    }
}
