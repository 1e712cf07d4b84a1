//! What goes wrong with the folders of catalogs and price lists.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a catalog, price list or stock table could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A file is not what was written.
    #[error("{}: {what}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong, as a sentence about it.
        what: &'static str,
    },
    /// More than a file can hold: 4 294 967 294 records of at most 4 MiB.
    #[error("{}: a record or their number is too large", path.display())]
    TooMuch {
        /// Which file.
        path: PathBuf,
    },
    /// Another import into the same folder has not ended.
    #[error("another import into {} is running", path.display())]
    Busy {
        /// Which folder.
        path: PathBuf,
    },
    /// The search index refused.
    #[error("search index: {0}")]
    Search(#[from] tantivy::TantivyError),
}

impl CatalogError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}
