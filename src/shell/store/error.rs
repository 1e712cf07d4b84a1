//! What can go wrong in the store.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the store did not do what it was asked. `Display` is for our log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A precondition no longer holds, nothing was written: load and decide again.
    #[error("a fact changed since it was read")]
    Conflict,
    /// Too much is waiting to be written; nothing was written. Status 560, or 503.
    #[error("too many changes wait to be written")]
    Overloaded,
    /// Free space is below the reserve or the disk is full; nothing was written. Status 560, or 503.
    #[error("the disk is full")]
    Full,
    /// The journal could not be written or synced. What was in flight may or may not be there after a
    /// restart; this process must end.
    #[error("the store has stopped: {0}")]
    Stopped(Arc<str>),
    /// [`close`](super::Store::close) was called.
    #[error("the store is closed")]
    Closed,
    /// A part of the changes is larger than any the store accepts; nothing was written.
    #[error("{what} of {bytes} bytes, at most {most} are stored")]
    TooLarge {
        /// Which part.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The bound.
        most: usize,
    },
    /// A value did not serialise; nothing was written.
    #[error("a value of table {table} could not be written: {source}")]
    Encode {
        /// [`Key::TABLE`](super::Key::TABLE)
        table: u8,
        /// What the value's `Serialize` said.
        source: serde_json::Error,
    },
    /// A document could not be compressed or expanded.
    #[error("a document could not be {step}: {source}")]
    Document {
        /// compressed, expanded
        step: &'static str,
        /// What zstd said.
        source: io::Error,
    },
    /// A stored row is not what its key type says.
    #[error("a row of table {table} could not be read: {reason}")]
    Row {
        /// [`Key::TABLE`](super::Key::TABLE)
        table: u8,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal is damaged where no crash can have damaged it. The store does not open.
    #[error("{} is damaged at byte {offset}: {found}", .file.display())]
    Damaged {
        /// The segment.
        file: PathBuf,
        /// Where in it.
        offset: u64,
        /// What stands there.
        found: &'static str,
    },
    /// A change whose checksum is right holds an operation that this program does not know.
    #[error("change {lsn} of the journal holds an unknown operation")]
    UnknownOperation {
        /// Its place in the order of all changes.
        lsn: u64,
    },
    /// Written by a newer punchgate.
    #[error("{} has format {format}, this program reads up to {known}", .file.display())]
    Newer {
        /// The segment.
        file: PathBuf,
        /// Its format.
        format: u16,
        /// The newest format known here.
        known: u16,
    },
    /// The index failed; the next start rebuilds it.
    #[error("the index in {}: {reason}", .folder.display())]
    Index {
        /// Its folder.
        folder: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// Rows of a table were written by a newer punchgate.
    #[error("table {table} has schema {schema}, this program knows up to {known}")]
    NewerSchema {
        /// [`Key::TABLE`](super::Key::TABLE)
        table: u8,
        /// Schema of its rows.
        schema: u16,
        /// The newest schema known here.
        known: u16,
    },
    /// A compaction that was asked for failed; the store goes on.
    #[error("the journal was not compacted: {0}")]
    Compaction(Arc<str>),
    /// A backup or a restore would mix with what is there.
    #[error("{} is not empty", .folder.display())]
    NotEmpty {
        /// Where the copy was to go.
        folder: PathBuf,
    },
    /// Another process holds the folder.
    #[error("{} is in use by another process", .folder.display())]
    InUse {
        /// The store's folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("{}: {source}", .file.display())]
    Io {
        /// File or folder.
        file: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl StoreError {
    /// For `map_err`: an I/O error together with its file; a full disk is an answer of its own.
    pub(super) fn io(file: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { file: file.to_owned(), source },
        }
    }
}
