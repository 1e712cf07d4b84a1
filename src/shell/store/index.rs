//! The index: the newest row of every key, in key order.
//!
//! It can always be rebuilt from the journal. It is written by the committer alone, in LSN order.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use super::changes::{DocumentId, Version};
use super::error::StoreError;
use super::journal::Change;
use super::ops::{Op, Ops};

/// A stored row: the LSN that wrote it (u64, little-endian), then the value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Row(Box<[u8]>);

impl Row {
    const LSN_BYTES: usize = 8;

    pub(super) fn new(lsn: u64, value: &[u8]) -> Self {
        Self([&lsn.to_le_bytes(), value].concat().into())
    }

    pub(super) fn version(&self) -> Version {
        Version(self.0.first_chunk().copied().map_or(0, u64::from_le_bytes))
    }

    pub(super) fn value(&self) -> &[u8] {
        self.0.get(Self::LSN_BYTES..).unwrap_or_default()
    }
}

/// What one operation does to the index; without a row the key goes.
pub(super) type Write = (Box<[u8]>, Option<Row>);

/// What a change does to the index.
pub(super) fn writes(change: &Change<'_>) -> Result<Vec<Write>, StoreError> {
    let write = |op: Option<Op<'_>>| match op? {
        Op::Put { key, value } => Some((key.into(), Some(Row::new(change.lsn, value)))),
        Op::Delete { key } => Some((key.into(), None)),
        Op::Document { id, document } => {
            let row = Row::new(change.lsn, &document.row_value(change.at));
            Some((DocumentId::new(id).key().into(), Some(row)))
        }
    };
    let writes: Option<Vec<Write>> = Ops::of(change.bytes).map(write).collect();
    writes.ok_or(StoreError::UnknownOperation { lsn: change.lsn })
}

/// Keys with their rows, as a scan found them.
pub(super) type Rows = Vec<(Box<[u8]>, Row)>;

/// Keys from `start` up to, but not including, `end`.
#[derive(Clone, Debug)]
pub(super) struct KeyRange {
    pub(super) start: Vec<u8>,
    pub(super) end: Vec<u8>,
}

impl KeyRange {
    /// All keys that begin with `prefix`; its first byte, the table, is never 255.
    pub(super) fn prefix(prefix: Vec<u8>) -> Self {
        let mut end = prefix.clone();
        while end.pop_if(|byte| *byte == u8::MAX).is_some() {}
        if let Some(last) = end.last_mut() {
            *last += 1;
        }
        Self { start: prefix, end }
    }

    /// Starts behind a key.
    pub(super) fn after(&mut self, key: Vec<u8>) {
        self.start = self.start.split_off(0).max(successor(key));
    }

    /// Ends before a key.
    pub(super) fn before(&mut self, key: Vec<u8>) {
        self.end = self.end.split_off(0).min(key);
    }

    /// Narrows to bounds given as whole keys.
    pub(super) fn narrow(&mut self, start: Bound<Vec<u8>>, end: Bound<Vec<u8>>) {
        match start {
            Bound::Included(key) => self.start = key,
            Bound::Excluded(key) => self.start = successor(key),
            Bound::Unbounded => {}
        }
        match end {
            Bound::Included(key) => self.end = successor(key),
            Bound::Excluded(key) => self.end = key,
            Bound::Unbounded => {}
        }
    }
}

/// The next key in byte order.
fn successor(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

/// From which end a range is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    Forward,
    Backward,
}

/// The engines that may hold the index.
#[derive(Debug)]
pub(super) enum Index {
    Memory(RwLock<BTreeMap<Box<[u8]>, Row>>),
}

/// Rows copied under one lock, so that a long listing does not hold up the committer.
const CHUNK: usize = 256;

impl Index {
    pub(super) fn in_memory() -> Self {
        Self::Memory(RwLock::default())
    }

    #[expect(clippy::unnecessary_wraps, reason = "an index on disk can fail")]
    pub(super) fn row(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        let Self::Memory(rows) = self;
        Ok(rows.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    #[expect(clippy::unnecessary_wraps, reason = "an index on disk can fail")]
    pub(super) fn version(&self, key: &[u8]) -> Result<Option<Version>, StoreError> {
        let Self::Memory(rows) = self;
        Ok(rows.read().unwrap_or_else(PoisonError::into_inner).get(key).map(Row::version))
    }

    #[expect(clippy::unnecessary_wraps, reason = "an index on disk can fail")]
    pub(super) fn rows(
        &self,
        mut range: KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let Self::Memory(rows) = self;
        let mut found = Rows::new();
        while found.len() < limit && range.start < range.end {
            let chunk = CHUNK.min(limit - found.len());
            let known = found.len();
            {
                let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
                let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
                let rows = rows.range::<[u8], _>(bounds).map(|(key, row)| (key.clone(), row.clone()));
                match direction {
                    Direction::Forward => found.extend(rows.take(chunk)),
                    Direction::Backward => found.extend(rows.rev().take(chunk)),
                }
            }
            match found.last() {
                Some((key, _)) if found.len() == known + chunk => match direction {
                    Direction::Forward => range.after(key.to_vec()),
                    Direction::Backward => range.before(key.to_vec()),
                },
                _ => break,
            }
        }
        Ok(found)
    }

    /// Makes writes visible, all at once.
    pub(super) fn publish(&self, writes: Vec<Write>) {
        let Self::Memory(rows) = self;
        let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
        for (key, row) in writes {
            match row {
                Some(row) => drop(rows.insert(key, row)),
                None => drop(rows.remove(&key)),
            }
        }
    }
}
