//! What a supplier has: live, one file a supplier, replaced whole by each stock import.

use std::{
    collections::HashSet,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    error::CatalogError,
    folder,
    table::{self, Table, TableWriter},
};
use crate::model::{
    catalog::Stock,
    ids::{SupplierId, SupplierPartId},
};

/// `<data>/stock/<supplier>.table`.
fn file_of(data: &Path, supplier: &SupplierId) -> PathBuf {
    data.join("stock").join(format!("{}.table", supplier.as_str()))
}

/// The stock of one supplier; clones see a replacement at once.
#[derive(Clone)]
pub struct StockTable {
    path: PathBuf,
    table: Arc<RwLock<Option<Table>>>,
}

impl StockTable {
    /// Opens what was last imported; before the first import nothing is known of any part.
    pub fn open(data: &Path, supplier: &SupplierId) -> Result<Self, CatalogError> {
        let path = file_of(data, supplier);
        let table = if path.exists() { Some(Table::open(&path, None)?) } else { None };
        Ok(Self { path, table: Arc::new(RwLock::new(table)) })
    }

    /// What is known of this part; `None`: nothing.
    pub fn stock(&self, part: &SupplierPartId) -> Result<Option<Stock>, CatalogError> {
        let Some(table) = self.table.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return Ok(None);
        };
        table
            .find(part.as_str())?
            .first()
            .map(|(_, record)| table::from_json(&table, record.payload()))
            .transpose()
    }

    /// Begins a replacement. [`CatalogError::Busy`] while another one is written.
    pub fn replace(&self) -> Result<StockWriter, CatalogError> {
        if let Some(folder) = self.path.parent() {
            folder::create_synced(folder)?;
        }
        let lock = folder::lock(&self.path.with_extension("lock"))?;
        let draft = self.path.with_extension("draft");
        // Of an import that was killed.
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(CatalogError::io(&draft, error));
            }
            _ => {}
        }
        let (table, of) = (TableWriter::create(&draft)?, self.clone());
        Ok(StockWriter { table, draft, of, told: HashSet::new(), _lock: lock })
    }
}

/// A new stock, seen by nobody before [`StockWriter::publish`].
pub struct StockWriter {
    of: StockTable,
    draft: PathBuf,
    table: TableWriter,
    /// Digests of the parts that were told.
    told: HashSet<(u64, u32)>,
    _lock: File,
}

impl StockWriter {
    /// Takes the stock of a part; that each comes only once is the caller's care.
    pub fn add(&mut self, part: &SupplierPartId, stock: &Stock) -> Result<(), CatalogError> {
        self.table.append(part.as_str(), &table::json(stock)?)?;
        self.told.insert(digest(part));
        Ok(())
    }

    /// Takes over what was known of every part that was not told: for a file of changes.
    pub fn keep_others(&mut self) -> Result<(), CatalogError> {
        let Some(old) = self.of.table.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return Ok(());
        };
        for ordinal in 0..old.len() {
            let Some(record) = old.read(ordinal)? else { continue };
            let part = table::part(&old, &record)?;
            if !self.told.contains(&digest(&part)) {
                self.table.append(part.as_str(), record.payload())?;
            }
        }
        Ok(())
    }

    /// Puts it in the place of the old one, on disk and in every handle.
    pub fn publish(self) -> Result<(), CatalogError> {
        self.table.finish()?;
        folder::replace(&self.draft, &self.of.path)?;
        let table = Table::open(&self.of.path, None)?;
        *self.of.table.write().unwrap_or_else(PoisonError::into_inner) = Some(table);
        Ok(())
    }
}

fn digest(part: &SupplierPartId) -> (u64, u32) {
    (table::hash(part.as_str()), crc32c::crc32c(part.as_str().as_bytes()))
}

impl std::fmt::Debug for StockTable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StockTable").field("path", &self.path).finish_non_exhaustive()
    }
}
