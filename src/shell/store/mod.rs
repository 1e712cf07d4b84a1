//! Where decisions are kept: `get`, `range`, `scan`, `document`, `commit`.
//!
//! Reads are not snapshots: each row carries the [`Version`] of its last write, a decision says which
//! versions it rests on, and [`Store::commit`] checks them and writes in one step.

mod applier;
mod changes;
mod committer;
mod compactor;
mod embedded;
mod error;
pub mod files;
mod index;
mod journal;
mod key;
pub mod keys;
mod meters;
mod migrate;
mod opening;
mod ops;
mod queue;
mod scan;
pub mod upkeep;
mod verifier;

use std::ops::RangeBounds;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use self::changes::{Changes, DocumentId, Version};
use self::embedded::Embedded;
pub use self::error::StoreError;
use self::files::{DiskFiles, Files};
pub use self::index::{Compared, IndexKind, IndexState, MemoryIndex};
use self::index::{Direction, KeyRange, Row};
pub use self::journal::{Compacted, Verified};
pub use self::key::{Key, KeyBytes, KeyReader};
pub use self::migrate::Migration;
pub use self::scan::Scan;

/// Where the embedded store lives and how much it may take.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Its folder, created if need be; no other process may have it open.
    pub folder: PathBuf,
    /// The file system.
    pub files: Arc<dyn Files>,
    /// What holds the index.
    pub index: IndexKind,
    /// A journal segment is sealed before it grows beyond this; a single larger change still fits.
    pub segment_bytes: u64,
    /// Changes that may wait to be written; beyond, [`StoreError::Overloaded`].
    pub queue_changes: usize,
    /// Bytes of changes that may wait to be written.
    pub queue_bytes: usize,
    /// Bytes that may wait in memory for the index; beyond, [`StoreError::Overloaded`].
    pub overlay_bytes: usize,
    /// Sealed segments are compacted when together they are larger than this and than the checkpoint.
    pub compact_bytes: u64,
    /// Brings values of older shapes to the newest when the store opens.
    pub migrations: &'static [Migration],
    /// With less free space than this new work is refused, [`StoreError::Full`].
    pub reserved_bytes: u64,
    /// After this long, relaxed changes are synced.
    pub relaxed_for: Duration,
}

impl StoreOptions {
    /// The usual bounds.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            files: Arc::new(DiskFiles),
            index: IndexKind::Sled { cache_bytes: 64 << 20 },
            segment_bytes: 64 << 20,
            overlay_bytes: 64 << 20,
            compact_bytes: 256 << 20,
            migrations: keys::MIGRATIONS,
            queue_changes: 4096,
            queue_bytes: 64 << 20,
            reserved_bytes: 256 << 20,
            relaxed_for: Duration::from_secs(1),
        }
    }
}

/// A row as read: the value and when it was last written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Versioned<V> {
    /// The value.
    pub value: V,
    /// For [`Changes::expect`].
    pub version: Version,
}

/// Rows of a listing.
pub type Rows<K> = Vec<(K, Versioned<<K as Key>::Value>)>;

/// Where decisions are kept. Every engine passes the same suite, `tests/it/store.rs`.
///
/// A cheap handle; clones share the store. When the last one is dropped the store closes in the background,
/// [`close`](Self::close) also waits for that.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
}

/// The engines; one enum, so that handlers are compiled once.
#[derive(Clone, Debug)]
enum Engine {
    Embedded(Embedded),
}

#[expect(clippy::unused_async, reason = "every engine has these signatures; PostgreSQL waits on each read")]
impl Store {
    /// Opens the embedded store: locks its folder, recovers the journal, migrates values.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Newer`], [`StoreError::NewerSchema`], [`StoreError::InUse`]: the
    /// store must not be used.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let migrations = options.migrations;
        let opened = tokio::task::spawn_blocking(|| Embedded::open(options)).await;
        let engine = opened.map_err(|_| StoreError::Closed)??;
        if let Err(error) = migrate::migrate(&engine, migrations).await {
            let _ = engine.close().await;
            return Err(error);
        }
        Ok(Self { engine: Engine::Embedded(engine) })
    }

    /// The row of a key.
    pub async fn get<K: Key>(&self, key: &K) -> Result<Option<Versioned<K::Value>>, StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        engine.row(KeyBytes::of(key).as_slice())?.as_ref().map(value::<K>).transpose()
    }

    /// When the row of a key was last written, without reading its value.
    pub async fn version<K: Key>(&self, key: &K) -> Result<Option<Version>, StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        Ok(engine.row(KeyBytes::of(key).as_slice())?.as_ref().map(Row::version))
    }

    /// The first `limit` rows between two keys, in key order.
    pub async fn range<K: Key>(
        &self,
        range: impl RangeBounds<K>,
        limit: usize,
    ) -> Result<Rows<K>, StoreError> {
        let mut bytes = KeyRange::prefix(KeyBytes::table::<K>().into_bytes());
        let encode = |key: &K| KeyBytes::of(key).into_bytes();
        bytes.narrow(range.start_bound().map(encode), range.end_bound().map(encode));
        self.rows(bytes, Direction::Forward, limit)
    }

    /// The rows that a [`Scan`] names.
    pub async fn scan<K: Key>(&self, scan: Scan<K>) -> Result<Rows<K>, StoreError> {
        let (range, direction, limit) = scan.into_parts();
        self.rows(range, direction, limit)
    }

    fn rows<K: Key>(
        &self,
        range: KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Rows<K>, StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        let rows = engine.rows(range, direction, limit)?;
        let read = |(key, row): (Arc<[u8]>, Row)| {
            let key = key.get(1..).and_then(K::decode);
            let key = key.ok_or_else(|| row_error::<K>("the key does not decode"))?;
            Ok((key, value::<K>(&row)?))
        };
        rows.into_iter().map(read).collect()
    }

    /// A document, whole.
    pub async fn document(&self, id: &DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        engine.document(*id).await
    }

    /// Applies the changes whole or not at all, and returns once they are as durable as they ask to be.
    /// They are made even when the caller stops waiting.
    ///
    /// # Errors
    /// - [`StoreError::Conflict`]: a precondition no longer holds, nothing was written; load and decide again.
    /// - [`StoreError::Overloaded`], [`StoreError::Full`]: nothing was written; the peer may try again.
    /// - [`StoreError::Stopped`]: whether they were written shows at the next start.
    pub async fn commit(&self, mut changes: Changes) -> Result<(), StoreError> {
        changes.seal()?;
        let Engine::Embedded(engine) = &self.engine;
        engine.commit(changes).await
    }

    /// Seals the segment that is written and compacts the journal now: what was deleted is gone from it then.
    ///
    /// # Errors
    /// [`StoreError::Compaction`]: it failed, the store goes on. [`StoreError::Full`]: no room even to begin.
    pub async fn compact(&self) -> Result<Compacted, StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        engine.compact().await
    }

    /// Waits until the store has failed; the process must then end. Never returns otherwise.
    pub async fn failed(&self) -> StoreError {
        let Engine::Embedded(engine) = &self.engine;
        engine.failed().await
    }

    /// Writes and syncs what waits, and lets go of the folder. Later commits are refused with
    /// [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        let Engine::Embedded(engine) = &self.engine;
        engine.close().await
    }
}

/// The value of a row: schema version (u16, little-endian), then JSON.
fn value<K: Key>(row: &Row) -> Result<Versioned<K::Value>, StoreError> {
    let (schema, json) =
        row.value().split_first_chunk().ok_or_else(|| row_error::<K>("no schema version"))?;
    match u16::from_le_bytes(*schema) {
        schema if schema == K::SCHEMA => {}
        schema => return Err(row_error::<K>(&format!("schema {schema}, not {}", K::SCHEMA))),
    }
    let value = serde_json::from_slice(json).map_err(|error| row_error::<K>(&error.to_string()))?;
    Ok(Versioned { value, version: row.version() })
}

fn row_error<K: Key>(reason: &str) -> StoreError {
    StoreError::Row { table: K::TABLE, reason: reason.to_owned() }
}
