//! What an operator does with a store as a whole: check, back up, restore, rebuild.
//!
//! Check and backup take no lock: they read the files of a store that is being written just as well.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::StoreOptions;
use super::embedded::{LOCK, lock};
use super::error::StoreError;
use super::files::{DiskFiles, Files};
use super::index::{IndexState, Trust};
use super::journal::{Verified, Whole};

/// Reads the whole journal of a store and every document in it.
///
/// # Errors
/// [`StoreError::Damaged`] names file and offset of the first damage.
pub fn check(files: &dyn Files, folder: &Path) -> Result<Verified, StoreError> {
    Whole::open(files, &journal(folder))?.verify(&|| false)
}

/// Compares the index of a store that nobody has open with its journal, row by row. Both are left as they are.
///
/// # Errors
/// [`StoreError::InUse`]
pub fn compare(options: &StoreOptions) -> Result<IndexState, StoreError> {
    let files = options.files.as_ref();
    let _lock = lock(files, &options.folder)?;
    let whole = Whole::open(files, &journal(&options.folder))?;
    Trust::new(options.files.clone(), options.folder.clone(), options.index.clone()).compare(&whole)
}

/// Copies the journal of a store, which may be in use, into a folder that is empty or not there, and reads
/// the copy back. A backup is a store: it is restored by the same copy the other way.
///
/// # Errors
/// [`StoreError::NotEmpty`], [`StoreError::Damaged`], [`StoreError::Full`]. What was copied by then lies in
/// `journal.part`, which no store opens.
pub fn copy(from: &Path, to: &Path) -> Result<Verified, StoreError> {
    let files = &DiskFiles;
    // Before anything is created, so that a wrong name leaves nothing behind.
    let source = Whole::open(files, &journal(from))?;
    files.create_folder(to).map_err(StoreError::io(to))?;
    if files.list(to).map_err(StoreError::io(to))?.iter().any(|name| name != LOCK) {
        return Err(StoreError::NotEmpty { folder: to.to_owned() });
    }
    let _lock = lock(files, to)?;
    let part = to.join("journal.part");
    source.copy(files, &part)?;
    let verified = Whole::open(files, &part)?.verify(&|| false)?;
    let whole = journal(to);
    files.rename(&part, &whole).map_err(StoreError::io(&whole))?;
    files.sync_folder(to).map_err(StoreError::io(to))?;
    Ok(verified)
}

/// Has the next open set the index aside and rebuild it from the journal.
///
/// # Errors
/// [`StoreError::InUse`]
pub fn distrust_index(options: &StoreOptions) -> Result<(), StoreError> {
    let _lock = lock(options.files.as_ref(), &options.folder)?;
    Trust::new(options.files.clone(), options.folder.clone(), options.index.clone()).distrust();
    Ok(())
}

/// Bytes that the files below a folder take on the disk.
pub fn disk_bytes(folder: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { disk_bytes(&entry.path())? } else { about.blocks() * 512 };
    }
    Ok(bytes)
}

fn journal(folder: &Path) -> PathBuf {
    folder.join("journal")
}
