//! The embedded engine: a journal that is the truth, an index that can be rebuilt.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};

use tokio::sync::{oneshot, watch};

use super::StoreOptions;
use super::applier::Applier;
use super::changes::{Changes, DocumentId, expand};
use super::committer::{Committer, End, Shared};
use super::compactor::{Compactor, Mailbox};
use super::error::StoreError;
use super::files::Files;
use super::index::{Direction, KeyRange, Row, Rows, Trust};
use super::journal::{Compacted, Compaction, Segments, Whole};
use super::meters::{ApplierMeters, CompactionMeters, Meters};
use super::opening::{Loaded, load};
use super::ops::Stored;
use super::queue::{Job, Queue};
use super::verifier::Verifier;

#[derive(Clone, Debug)]
pub(super) struct Embedded {
    shared: Arc<Shared>,
    segments: Segments,
    files: Arc<dyn Files>,
    overlay_bytes: usize,
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

/// What is read in full before the store opens; of more, what an open does not need is read behind it.
const VERIFIED_AT_START: u64 = 128 << 20;

/// How often a document is looked for again.
const MOVES: usize = 3;

impl Embedded {
    /// Recovers the journal and starts the threads. Blocks for as long as what is needed takes to read.
    pub(super) fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let StoreOptions { folder, files, .. } = options;
        let lock = lock(files.as_ref(), &folder)?;
        let journal_folder = folder.join("journal");
        let trust = Trust::new(Arc::clone(&files), folder.clone(), options.index);
        let Loaded { index, journal, trusted } = load(&trust, journal_folder.clone(), options.segment_bytes)?;
        let whole = Whole::open(files.as_ref(), &journal_folder)?;
        let at_start = whole.bytes()? <= VERIFIED_AT_START;
        if at_start {
            whole.verify(&|| false)?;
        }
        let proven = if at_start && trusted { index.prove(journal.last_lsn(), &|| false) } else { Ok(0) };
        let (index, journal) = match proven {
            Ok(_) => (index, journal),
            Err(error @ StoreError::Index { .. }) => {
                tracing::warn!(%error, "the index cannot be read");
                drop(journal);
                trust.abandon(&index);
                trust.distrust();
                let loaded = load(&trust, journal_folder.clone(), options.segment_bytes)?;
                (loaded.index, loaded.journal)
            }
            Err(error) => return Err(error),
        };
        let shared = Arc::new(Shared {
            queue: Queue::new(options.queue_changes, options.queue_bytes),
            index,
            compactor: Mailbox::default(),
            published: AtomicU64::new(journal.last_lsn()),
            synced: AtomicU64::new(journal.last_lsn()),
            end: watch::Sender::new(None),
        });
        let segments = journal.segments();
        let compaction =
            Compaction { files: Arc::clone(&files), folder: journal_folder, segments: segments.clone() };
        match compaction.tidy() {
            Err(StoreError::Full) => tracing::warn!("no room to finish a compaction that was cut short"),
            done => done?,
        }
        let compactor = Compactor {
            shared: Arc::clone(&shared),
            compaction,
            trust: trust.clone(),
            compact_bytes: options.compact_bytes,
            meters: CompactionMeters::new(),
        };
        let applier =
            Applier { shared: Arc::clone(&shared), trust: trust.clone(), meters: ApplierMeters::new() };
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| -> Result<JoinHandle<()>, StoreError> {
            let named = Builder::new().name(name.to_owned());
            named.spawn(work).map_err(StoreError::io(&folder))
        };
        let mut others = vec![
            spawn("store-apply", Box::new(|| applier.run()))?,
            spawn("store-compact", Box::new(|| compactor.run()))?,
        ];
        if !at_start {
            let verifier = Verifier { shared: Arc::clone(&shared), whole, trust: trust.clone(), trusted };
            others.push(spawn("store-verify", Box::new(|| verifier.run()))?);
        }
        shared.compactor.look();
        let committer = Committer {
            shared: Arc::clone(&shared),
            journal,
            files: Arc::clone(&files),
            folder: folder.clone(),
            reserved_bytes: options.reserved_bytes,
            relaxed_for: options.relaxed_for,
            meters: Meters::new(),
            unsynced: None,
            claimed: false,
            overlay_bytes: options.overlay_bytes,
            trust,
            others,
            lock,
        };
        committer.tell_free_space();
        spawn("store-commit", Box::new(|| committer.run()))?;
        let last = Arc::new(CloseOnDrop(Arc::clone(&shared)));
        Ok(Self { shared, segments, files, overlay_bytes: options.overlay_bytes, _last: last })
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
        // A compaction may move a document between the look at its row and at its file.
        for _ in 0..MOVES {
            match self.read_document(id).await {
                Err(StoreError::Damaged { .. } | StoreError::Io { .. }) => {}
                read => return read,
            }
        }
        self.read_document(id).await
    }

    async fn read_document(&self, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.row(&id.key())? else { return Ok(None) };
        let (segments, files) = (self.segments.clone(), Arc::clone(&self.files));
        let read = tokio::task::spawn_blocking(move || {
            let Some((at, stored)) = Stored::from_row_value(row.value()) else {
                return Err(StoreError::Row {
                    table: super::key::DOCUMENTS,
                    reason: "not a place".to_owned(),
                });
            };
            let bytes = segments.read(files.as_ref(), at, stored.bytes, stored.crc)?;
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
        if changes.writes() && self.shared.index.waiting_bytes() > self.overlay_bytes {
            return Err(StoreError::Overloaded);
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

    /// Seals the segment and compacts everything before it.
    pub(super) async fn compact(&self) -> Result<Compacted, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.shared.queue.seal(answer)?;
        match answered.await {
            Ok(sealed) => sealed?,
            Err(_) => return Err(self.ended().await),
        }
        let (answer, answered) = oneshot::channel();
        self.shared.compactor.request(answer);
        match answered.await {
            Ok(compacted) => compacted,
            Err(_) => Err(self.ended().await),
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

/// The file that is locked.
pub(super) const LOCK: &str = "lock";

/// Creates the store's folder and takes its lock.
pub(super) fn lock(files: &dyn Files, folder: &Path) -> Result<Box<dyn Send>, StoreError> {
    files.create_folder(folder).map_err(StoreError::io(folder))?;
    let lock = folder.join(LOCK);
    files.lock(&lock).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::InUse { folder: folder.to_owned() },
        _ => StoreError::io(&lock)(error),
    })
}
