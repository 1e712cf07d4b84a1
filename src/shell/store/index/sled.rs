//! sled as index: one tree, written by one thread, trusted with nothing that the journal does not hold. It lies in a
//! numbered folder: after a compaction a new one holds only what is behind the checkpoint, and the old one goes.
//!
//! sled can panic on files it did not expect; every call is guarded, and a panic is an error like any other.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use sled::{Batch, Config, Db, IVec};

use super::base::Marker;
use super::overlay::Known;
use super::{Direction, KeyRange, Row, Write};
use crate::shell::store::error::StoreError;

#[derive(Debug)]
pub(super) struct SledIndex {
    folder: PathBuf,
    cache_bytes: u64,
    /// `None` once closed.
    db: RwLock<Option<Db>>,
}

/// sled lets go of its lock a moment after it was closed.
const OPEN_ATTEMPTS: u32 = 50;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(20);

impl SledIndex {
    /// Opens the newest that was filled, or else an empty one. What others a killed run left is removed.
    pub(super) fn open(store: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let mut numbers = numbers(store);
        while let Some(number) = numbers.pop() {
            let index = Self::open_at(numbered(store, number), cache_bytes)?;
            if index.marker()?.is_none() {
                index.remove()?;
                continue;
            }
            for older in numbers {
                let folder = numbered(store, older);
                fs::remove_dir_all(&folder).map_err(StoreError::io(&folder))?;
            }
            return Ok(index);
        }
        Self::beside(store, cache_bytes)
    }

    /// Opens an empty one beside those that are there.
    pub(super) fn beside(store: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let number = numbers(store).last().map_or(1, |last| last.saturating_add(1));
        Self::open_at(numbered(store, number), cache_bytes)
    }

    fn open_at(folder: PathBuf, cache_bytes: u64) -> Result<Self, StoreError> {
        let mut attempt = 0;
        loop {
            // No thread of its own that syncs: it would get in the way of the journal's.
            let config = Config::new().path(&folder).cache_capacity(cache_bytes).flush_every_ms(None);
            match guarded(&folder, || config.open()) {
                Ok(db) => return Ok(Self { db: RwLock::new(Some(db)), folder, cache_bytes }),
                Err(error) if attempt < OPEN_ATTEMPTS && error.to_string().contains("acquire lock") => {
                    attempt += 1;
                    thread::sleep(BETWEEN_ATTEMPTS);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Closes it and removes its files.
    pub(super) fn remove(self) -> Result<(), StoreError> {
        let_go(&self.folder, self.db)?;
        fs::remove_dir_all(&self.folder).map_err(StoreError::io(&self.folder))
    }

    pub(super) fn is_there(store: &Path) -> bool {
        !numbers(store).is_empty()
    }

    pub(super) fn set_aside(store: &Path) -> Result<(), StoreError> {
        Self::forget_aside(store);
        let folder = folder(store);
        match fs::rename(&folder, aside(store)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&folder)(error)),
            _ => Ok(()),
        }
    }

    pub(super) fn forget_aside(store: &Path) {
        let aside = aside(store);
        let removed = if aside.is_dir() { fs::remove_dir_all(&aside) } else { fs::remove_file(&aside) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(folder = %aside.display(), %error, "an index set aside could not be removed");
            }
            _ => {}
        }
    }

    /// Changes when any file of a closed index is written, replaced, cut or removed.
    pub(super) fn fingerprint(store: &Path) -> u64 {
        let mut lines = Vec::new();
        let mut folders = vec![folder(store)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(about) = entry.metadata() else { continue };
                if about.is_dir() {
                    folders.push(entry.path());
                }
                let name = entry.path();
                let (length, inode) = (about.len(), about.ino());
                lines.push(format!(
                    "{} {length} {inode} {} {}",
                    name.display(),
                    about.mtime(),
                    about.mtime_nsec()
                ));
            }
        }
        lines.sort_unstable();
        let text = lines.join("\n");
        u64::from(crc32c::crc32c(text.as_bytes())) << 32 | text.len() as u64 & u64::from(u32::MAX)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn with<T>(&self, work: impl FnOnce(&Db) -> sled::Result<T>) -> Result<T, StoreError> {
        let db = self.db.read().unwrap_or_else(PoisonError::into_inner);
        let Some(db) = db.as_ref() else { return Err(StoreError::Closed) };
        guarded(&self.folder, || work(db))
    }

    pub(super) fn marker(&self) -> Result<Option<Marker>, StoreError> {
        Ok(self.with(|db| db.get(Marker::KEY))?.and_then(|bytes| Marker::decode(&bytes)))
    }

    pub(super) fn row(&self, key: &[u8]) -> Result<Known, StoreError> {
        Ok(self.with(|db| db.get(key))?.map_or(Known::Nothing, |bytes| Known::of(row(&bytes))))
    }

    pub(super) fn rows(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Write>, StoreError> {
        let pair =
            |pair: sled::Result<(IVec, IVec)>| pair.map(|(key, bytes)| (key.as_ref().into(), row(&bytes)));
        self.with(|db| {
            let rows = db.range(range.start.as_slice()..range.end.as_slice());
            match direction {
                Direction::Forward => rows.take(limit).map(pair).collect(),
                Direction::Backward => rows.rev().take(limit).map(pair).collect(),
            }
        })
    }

    pub(super) fn apply<'a>(
        &self,
        writes: impl Iterator<Item = &'a Write>,
        marker: Option<&Marker>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (key, row) in writes {
            batch.insert(key.as_ref(), row.as_ref().map_or(GONE, Row::as_stored));
        }
        if let Some(marker) = marker {
            batch.insert(Marker::KEY, marker.encode());
        }
        self.with(|db| db.apply_batch(batch))
    }

    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.with(|db| db.flush().map(drop))
    }

    pub(super) fn close(&self) -> Result<(), StoreError> {
        let Some(db) = self.db.write().unwrap_or_else(PoisonError::into_inner).take() else { return Ok(()) };
        guarded(&self.folder, || db.flush())?;
        let_go(&self.folder, RwLock::new(Some(db)))?;
        // sled reads its log when it is opened, and leaves word of what it found: that shall not be the next start's work.
        let_go(&self.folder, Self::open_at(self.folder.clone(), self.cache_bytes)?.db)?;
        // Its own flush does not reach the disk.
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
            for entry in fs::read_dir(&folder).map_err(StoreError::io(&folder))? {
                let path = entry.map_err(StoreError::io(&folder))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sync(&path).map_err(StoreError::io(&path))?;
                }
            }
            sync(&folder).map_err(StoreError::io(&folder))?;
        }
        let parent = self.folder.parent().unwrap_or(&self.folder);
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(StoreError::io(parent))
    }
}

/// Closes one. Its threads may hold the file a moment longer.
fn let_go(folder: &Path, db: RwLock<Option<Db>>) -> Result<(), StoreError> {
    guarded(folder, || {
        drop(db);
        Ok(())
    })?;
    for _ in 0..OPEN_ATTEMPTS {
        match File::open(folder.join("db")).map(|file| file.try_lock()) {
            Ok(Err(fs::TryLockError::WouldBlock)) => thread::sleep(BETWEEN_ATTEMPTS),
            _ => break,
        }
    }
    Ok(())
}

/// What stands for a key that is gone; no row is empty.
const GONE: &[u8] = &[];

fn row(bytes: &[u8]) -> Option<Row> {
    (bytes != GONE).then(|| Row::stored(bytes))
}

/// The numbers of what is there, rising.
fn numbers(store: &Path) -> Vec<u32> {
    let entries = fs::read_dir(folder(store)).into_iter().flatten().flatten();
    let mut numbers: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

fn numbered(store: &Path, number: u32) -> PathBuf {
    folder(store).join(format!("{number:010}"))
}

fn folder(store: &Path) -> PathBuf {
    store.join("index")
}

fn aside(store: &Path) -> PathBuf {
    store.join("index.aside")
}

fn guarded<T>(folder: &Path, work: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    let failed = |reason: String| StoreError::Index { folder: folder.to_owned(), reason };
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| failed(error.to_string())),
        Err(_) => Err(failed("sled panicked".to_owned())),
    }
}
