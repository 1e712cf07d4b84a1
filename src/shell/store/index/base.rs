//! What holds the index below the overlay: sled, or a map in memory for tests and simulations.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::overlay::Known;
use super::sled::SledIndex;
use super::{Direction, KeyRange, Row, Write};
use crate::shell::store::error::StoreError;
use crate::shell::store::ops::Fields;

/// Which engine holds the index.
#[derive(Clone, Debug)]
pub enum IndexKind {
    /// sled, in the folder `index` of the store.
    Sled {
        /// Bytes of its page cache.
        cache_bytes: u64,
    },
    /// A map; what is opened with the same handle again finds what was there.
    Memory(MemoryIndex),
}

/// How far an index has got, and in which journal. Written together with the rows it speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::shell::store) struct Marker {
    /// LSN of the last change that is in.
    pub(in crate::shell::store) lsn: u64,
    /// The segment that holds it, and that segment's salt: another journal has another.
    pub(in crate::shell::store) segment: u32,
    pub(in crate::shell::store) salt: u32,
    /// LSN from which on the writes are in it; what was written before stands in a checkpoint.
    pub(in crate::shell::store) from: u64,
    /// See [`Files::boot_id`](crate::shell::store::files::Files::boot_id).
    pub(in crate::shell::store) boot: String,
}

impl Marker {
    /// Sorts behind every table.
    pub(super) const KEY: &'static [u8] = &[u8::MAX];

    pub(super) fn encode(&self) -> Vec<u8> {
        let lsn = self.lsn.to_le_bytes();
        let place = [self.segment.to_le_bytes(), self.salt.to_le_bytes()].concat();
        [&lsn[..], &place, &self.from.to_le_bytes(), self.boot.as_bytes()].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let (lsn, segment, salt, from) = (fields.u64()?, fields.u32()?, fields.u32()?, fields.u64()?);
        Some(Self { lsn, segment, salt, from, boot: String::from_utf8(fields.0.to_vec()).ok()? })
    }
}

/// An index in memory: the map that is in use now.
#[derive(Clone, Debug, Default)]
pub struct MemoryIndex(Arc<RwLock<Map>>);

pub(super) type Map = Arc<RwLock<Content>>;

#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    rows: BTreeMap<Arc<[u8]>, Option<Row>>,
    marker: Option<Marker>,
}

impl MemoryIndex {
    /// Another index with what is in this one now.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::default();
        copy.set(Arc::new(RwLock::new(read(&self.map()).clone())));
        copy
    }

    fn map(&self) -> Map {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, map: Map) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = map;
    }

    /// Loses every other row, and says nothing of it: what a disk may do to an index that was not synced.
    pub fn garble(&self) {
        let mut keep = false;
        write(&self.map()).rows.retain(|_, _| {
            keep = !keep;
            keep
        });
    }
}

fn read(map: &Map) -> RwLockReadGuard<'_, Content> {
    map.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(map: &Map) -> RwLockWriteGuard<'_, Content> {
    map.write().unwrap_or_else(PoisonError::into_inner)
}

/// The engines that may hold the index.
#[derive(Debug)]
pub(super) enum Base {
    Memory(Map),
    Sled(SledIndex),
}

impl Base {
    /// Opens what is there, or an empty one.
    pub(super) fn open(kind: &IndexKind, folder: &Path) -> Result<Self, StoreError> {
        match kind {
            IndexKind::Sled { cache_bytes } => SledIndex::open(folder, *cache_bytes).map(Self::Sled),
            IndexKind::Memory(index) => Ok(Self::Memory(index.map())),
        }
    }

    /// An empty one beside that which is used; it becomes the one that is opened with [`adopt`](Self::adopt).
    pub(super) fn beside(kind: &IndexKind, folder: &Path) -> Result<Self, StoreError> {
        match kind {
            IndexKind::Sled { cache_bytes } => SledIndex::beside(folder, *cache_bytes).map(Self::Sled),
            IndexKind::Memory(_) => Ok(Self::Memory(Map::default())),
        }
    }

    /// From now on this one is opened; the others can be [removed](Self::remove).
    pub(super) fn adopt(&self, kind: &IndexKind) -> Result<(), StoreError> {
        match (self, kind) {
            (Self::Memory(map), IndexKind::Memory(index)) => {
                index.set(Arc::clone(map));
                Ok(())
            }
            _ => self.flush(),
        }
    }

    /// Closes it and removes its files.
    pub(super) fn remove(self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sled(index) => index.remove(),
        }
    }

    /// Whether there is anything to open.
    pub(super) fn is_there(kind: &IndexKind, folder: &Path) -> bool {
        match kind {
            IndexKind::Sled { .. } => SledIndex::is_there(folder),
            IndexKind::Memory(_) => true,
        }
    }

    /// Puts aside what is there, so that the next one opened is empty.
    pub(super) fn set_aside(kind: &IndexKind, folder: &Path) -> Result<(), StoreError> {
        match kind {
            IndexKind::Sled { .. } => SledIndex::set_aside(folder),
            IndexKind::Memory(index) => {
                index.set(Map::default());
                Ok(())
            }
        }
    }

    /// Removes what was put aside.
    pub(super) fn forget_aside(kind: &IndexKind, folder: &Path) {
        match kind {
            IndexKind::Sled { .. } => SledIndex::forget_aside(folder),
            IndexKind::Memory(_) => {}
        }
    }

    /// Tells whether the files of a closed index are still the same.
    pub(super) fn fingerprint(kind: &IndexKind, folder: &Path) -> u64 {
        match kind {
            IndexKind::Sled { .. } => SledIndex::fingerprint(folder),
            IndexKind::Memory(_) => 0,
        }
    }

    pub(super) fn marker(&self) -> Result<Option<Marker>, StoreError> {
        match self {
            Self::Memory(map) => Ok(read(map).marker.clone()),
            Self::Sled(index) => index.marker(),
        }
    }

    pub(super) fn row(&self, key: &[u8]) -> Result<Known, StoreError> {
        match self {
            Self::Memory(map) => Ok(read(map).rows.get(key).cloned().map_or(Known::Nothing, Known::of)),
            Self::Sled(index) => index.row(key),
        }
    }

    /// The first writes of a range, seen from one end.
    pub(super) fn rows(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Write>, StoreError> {
        match self {
            Self::Memory(map) => {
                let content = read(map);
                let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
                let rows = content.rows.range::<[u8], _>(bounds).map(|(key, row)| (key.clone(), row.clone()));
                Ok(match direction {
                    Direction::Forward => rows.take(limit).collect(),
                    Direction::Backward => rows.rev().take(limit).collect(),
                })
            }
            Self::Sled(index) => index.rows(range, direction, limit),
        }
    }

    /// Writes, in this order, all or nothing, together with the marker. That a key is gone is kept, too: a
    /// checkpoint may still have it.
    pub(super) fn apply<'a>(
        &self,
        writes: impl Iterator<Item = &'a Write>,
        marker: Option<&Marker>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Memory(map) => {
                let mut content = write(map);
                content.rows.extend(writes.cloned());
                content.marker = marker.cloned().or(content.marker.take());
                Ok(())
            }
            Self::Sled(index) => index.apply(writes, marker),
        }
    }

    /// Hands what was applied to the operating system, so that it survives a kill.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sled(index) => index.flush(),
        }
    }

    /// Makes everything durable and lets go of the files.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sled(index) => index.close(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_read_back() {
        let marker = Marker { lsn: 1 << 40, segment: 7, salt: 9, from: 3, boot: "a-b".to_owned() };
        assert_eq!(Marker::decode(&marker.encode()), Some(marker));
        assert_eq!(Marker::decode(b"short"), None);
    }
}
