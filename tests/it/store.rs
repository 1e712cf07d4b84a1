//! The store's suite: `battery` holds what every engine must do, the rest is about the embedded journal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, reason = "test numbers are small")]

mod battery;
mod compaction;
mod crash;
mod fake_files;
mod fixtures;
mod full;
mod index;
mod journal;
mod migrations;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use punchgate::shell::store::{
    Changes, DocumentId, IndexKind, Key, KeyBytes, KeyReader, MemoryIndex, Store, StoreOptions,
};

/// A note of an owner: text and number, so that order over both parts shows.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Note {
    owner: String,
    number: u64,
}

pub(crate) fn note(owner: &str, number: u64) -> Note {
    Note { owner: owner.to_owned(), number }
}

impl Key for Note {
    type Value = String;
    const TABLE: u8 = 200;
    const SCHEMA: u16 = 1;

    fn encode(&self, key: &mut KeyBytes) {
        key.text(&self.owner).u64(self.number);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        KeyReader::whole(bytes, |key| Some(Self { owner: key.text()?, number: key.u64()? }))
    }
}

/// Another table beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Counter(u8);

impl Key for Counter {
    type Value = u64;
    const TABLE: u8 = 201;
    const SCHEMA: u16 = 1;

    fn encode(&self, key: &mut KeyBytes) {
        key.u8(self.0);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        KeyReader::whole(bytes, |key| key.u8().map(Self))
    }
}

/// A folder of its own, removed when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("store-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.0
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions { reserved_bytes: 0, ..StoreOptions::at(&self.0) }
    }

    pub(crate) fn segment(&self, number: u32) -> PathBuf {
        self.0.join(format!("journal/{number:010}.segment"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store whose disk is the fake one.
pub(crate) fn on(files: &fake_files::Disk) -> StoreOptions {
    let files = files.mount();
    let index = IndexKind::Memory(MemoryIndex::default());
    StoreOptions { files, index, reserved_bytes: 0, ..StoreOptions::at("/store") }
}

pub(crate) fn put<K: Key>(key: &K, value: &K::Value) -> Changes {
    let mut changes = Changes::durable();
    changes.put(key, value);
    changes
}

pub(crate) fn document(number: u8) -> DocumentId {
    DocumentId::new([number; 16])
}

/// Adds one to a counter, however often others come between; returns what it was raised to.
pub(crate) async fn increment(store: &Store, counter: Counter) -> u64 {
    use punchgate::shell::store::StoreError;
    loop {
        let row = store.get(&counter).await.unwrap();
        let next = row.as_ref().map_or(0, |row| row.value) + 1;
        let mut changes = Changes::durable();
        changes.expect(&counter, row.map(|row| row.version)).put(&counter, &next);
        match store.commit(changes).await {
            Ok(()) => return next,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
