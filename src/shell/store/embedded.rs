//! The embedded engine: a journal that is the truth, an index that can be rebuilt (design §7).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{oneshot, watch};

use super::StoreOptions;
use super::changes::{Changes, DocumentId, expand};
use super::committer::{Committer, End, Shared};
use super::error::StoreError;
use super::index::{self, Direction, Index, KeyRange, Row, Rows};
use super::journal::{Journal, Segments};
use super::meters::Meters;
use super::ops::Stored;
use super::queue::{Job, Queue};

#[derive(Clone, Debug)]
pub(super) struct Embedded {
    shared: Arc<Shared>,
    segments: Segments,
    _last: Arc<CloseOnDrop>,
}

/// Ends the committer when the last handle is gone.
#[derive(Debug)]
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.queue.close();
    }
}

impl Embedded {
    /// Recovers the journal and starts the committer. Blocks for as long as the journal takes to read.
    pub(super) fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let StoreOptions { folder, files, .. } = options;
        files.create_folder(&folder).map_err(StoreError::io(&folder))?;
        let lock_file = folder.join("lock");
        let lock = files.lock(&lock_file).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => StoreError::InUse { folder: folder.clone() },
            _ => StoreError::io(&lock_file)(error),
        })?;
        let index = Index::in_memory();
        let journal = Journal::open(
            Arc::clone(&files),
            folder.join("journal"),
            options.segment_bytes,
            &mut |change| {
                index.publish(index::writes(&change)?);
                Ok(())
            },
        )?;
        let shared = Arc::new(Shared {
            queue: Queue::new(options.queue_changes, options.queue_bytes),
            index,
            published: AtomicU64::new(journal.last_lsn()),
            synced: AtomicU64::new(journal.last_lsn()),
            end: watch::Sender::new(None),
        });
        let segments = journal.segments();
        let committer = Committer {
            shared: Arc::clone(&shared),
            journal,
            files,
            folder: folder.clone(),
            reserved_bytes: options.reserved_bytes,
            relaxed_for: options.relaxed_for,
            meters: Meters::new(),
            unsynced: None,
            claimed: false,
            lock,
        };
        std::thread::Builder::new()
            .name("store-commit".to_owned())
            .spawn(move || committer.run())
            .map_err(StoreError::io(&folder))?;
        Ok(Self { _last: Arc::new(CloseOnDrop(Arc::clone(&shared))), shared, segments })
    }

    pub(super) fn row(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        self.running()?;
        self.shared.index.row(key)
    }

    pub(super) fn rows(
        &self,
        range: KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        self.running()?;
        self.shared.index.rows(range, direction, limit)
    }

    /// After a failed sync nothing that is visible can be relied on.
    fn running(&self) -> Result<(), StoreError> {
        self.shared.stopped().map_or(Ok(()), Err)
    }

    pub(super) async fn document(&self, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.row(&id.key())? else { return Ok(None) };
        let segments = self.segments.clone();
        let read = tokio::task::spawn_blocking(move || {
            let Some((at, stored)) = Stored::from_row_value(row.value()) else {
                return Err(StoreError::Row {
                    table: super::key::DOCUMENTS,
                    reason: "not a place".to_owned(),
                });
            };
            let bytes = segments.read(at, stored.bytes, stored.crc)?;
            expand(&bytes, usize::try_from(stored.expanded).unwrap_or(usize::MAX)).map(Some)
        });
        read.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        if !changes.writes() && changes.expected().is_empty() {
            let visible = self.shared.published.load(Ordering::SeqCst);
            if !changes.is_durable() || self.shared.synced.load(Ordering::SeqCst) >= visible {
                return self.running();
            }
        }
        let (answer, answered) = oneshot::channel();
        self.shared.queue.push(Job { changes, answer })?;
        match answered.await {
            Ok(result) => result,
            Err(_) => Err(self.ended().await),
        }
    }

    async fn ended(&self) -> StoreError {
        let mut end = self.shared.end.subscribe();
        match end.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(End::Stopped(reason))) => StoreError::Stopped(Arc::clone(reason)),
            _ => StoreError::Closed,
        }
    }

    pub(super) async fn failed(&self) -> StoreError {
        match self.ended().await {
            StoreError::Closed => std::future::pending().await,
            stopped => stopped,
        }
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.shared.queue.close();
        match self.ended().await {
            StoreError::Closed => Ok(()),
            stopped => Err(stopped),
        }
    }
}
