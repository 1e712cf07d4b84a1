//! The newest checkpoint as the lowest layer of the index: its rows are found by key, each by expanding one block.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::block::{self, Header};
use super::directory::Directory;
use super::sorted::{Opened, Upto};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::StoreFile;
use crate::shell::store::index::{Direction, KeyRange, Row, Rows};
use crate::shell::store::ops::Fields;

/// Blocks kept expanded: 16 MB.
const CACHED_BLOCKS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

#[derive(Debug)]
pub(in crate::shell::store) struct Checkpoint {
    opened: Opened,
    directory: Directory,
    /// Where the last block ends.
    end: u64,
    cache: Mutex<LruCache<usize, Arc<[u8]>>>,
}

impl Checkpoint {
    pub(super) fn open(path: PathBuf, file: Arc<dyn StoreFile>) -> Result<Self, StoreError> {
        let opened = Opened::of(path, file)?;
        let (directory, end) = opened.directory()?;
        Ok(Self { opened, directory, end, cache: Mutex::new(LruCache::new(CACHED_BLOCKS)) })
    }

    /// Up to where it goes.
    pub(in crate::shell::store) fn upto(&self) -> Upto {
        self.opened.upto
    }

    pub(in crate::shell::store) fn row(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        let Some(number) = self.directory.find(key) else { return Ok(None) };
        let block = self.block(number)?;
        let mut rows = Fields(&block);
        while let Some((found, row)) = block::row(&mut rows) {
            if found >= key {
                return Ok(row.filter(|_| found == key).map(Row::stored));
            }
        }
        Ok(None)
    }

    /// The first rows of a range, seen from one end.
    pub(in crate::shell::store) fn rows(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let mut found = Rows::new();
        let mut number = match direction {
            Direction::Forward => Some(self.directory.before(&range.start).unwrap_or(0)),
            Direction::Backward => self.directory.before(&range.end),
        };
        while let Some(block) =
            number.filter(|&number| number < self.directory.blocks() && found.len() < limit)
        {
            let bytes = self.block(block)?;
            let mut rows = Fields(&bytes);
            let (mut inside, mut ended) = (Rows::new(), false);
            while let Some((key, row)) = block::row(&mut rows) {
                if key < range.start.as_slice() {
                    ended |= direction == Direction::Backward;
                } else if key >= range.end.as_slice() {
                    ended |= direction == Direction::Forward;
                    break;
                } else if let Some(row) = row {
                    inside.push((key.into(), Row::stored(row)));
                }
            }
            match direction {
                Direction::Forward => found.extend(inside),
                Direction::Backward => found.extend(inside.into_iter().rev()),
            }
            number = match direction {
                _ if ended => None,
                Direction::Forward => block.checked_add(1),
                Direction::Backward => block.checked_sub(1),
            };
        }
        found.truncate(limit);
        Ok(found)
    }

    fn block(&self, number: usize) -> Result<Arc<[u8]>, StoreError> {
        if let Some(block) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return Ok(Arc::clone(block));
        }
        let at = self.directory.offset(number).unwrap_or(self.end);
        let next = self.directory.offset(number + 1).unwrap_or(self.end);
        let bytes = self.opened.read(at, usize::try_from(next.saturating_sub(at)).unwrap_or(0))?;
        let expanded = Header::read(&bytes, u32::try_from(number).unwrap_or(u32::MAX))
            .and_then(|header| header.expand(bytes.get(block::HEADER_BYTES..).unwrap_or_default()));
        let block: Arc<[u8]> = expanded.map_err(|found| self.opened.damaged(at, found))?.into();
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).put(number, Arc::clone(&block));
        Ok(block)
    }
}

#[cfg(test)]
impl Checkpoint {
    /// Writes a checkpoint of these rows, keys rising.
    pub(in crate::shell::store) fn of<'a>(
        path: &std::path::Path,
        rows: impl Iterator<Item = (&'a [u8], &'a Row)>,
    ) -> Self {
        use crate::shell::store::files::{DiskFiles, Files as _};
        let mut writer = super::sorted::Writer::create(&DiskFiles, path.to_owned(), Upto::default()).unwrap();
        for (key, row) in rows {
            writer.push(key, Some(row)).unwrap();
        }
        writer.finish(false).unwrap();
        Self::open(path.to_owned(), Arc::from(DiskFiles.open(path).unwrap())).unwrap()
    }
}
