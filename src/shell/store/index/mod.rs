//! The index: the newest row of every key, in key order.
//!
//! It has three layers, the newer above the older: an overlay in memory; a base, to which the applier moves what is
//! synced; and the newest checkpoint of the journal, which is read in place. The base holds what was written behind the
//! checkpoint, can always be rebuilt from the journal, and is never the source of anything that the journal keeps.

mod base;
mod compare;
mod overlay;
mod rebase;
mod sled;
mod trust;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use self::base::Base;
pub(super) use self::base::Marker;
pub use self::base::{IndexKind, MemoryIndex};
pub use self::compare::Compared;
pub(super) use self::overlay::Pending;
use self::overlay::{Known, Overlay};
pub use self::trust::IndexState;
pub(super) use self::trust::{Opened, Trust};
use super::changes::{DocumentId, Version};
use super::error::StoreError;
use super::journal::{Change, Checkpoint};
use super::ops::{Op, Ops};

/// A stored row: the LSN that wrote it (u64, little-endian), then the value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Row(Arc<[u8]>);

impl Row {
    const LSN_BYTES: usize = 8;

    pub(super) fn new(lsn: u64, value: &[u8]) -> Self {
        Self([&lsn.to_le_bytes(), value].concat().into())
    }

    /// A row as the base or a checkpoint keeps it.
    pub(super) fn stored(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(super) fn as_stored(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn version(&self) -> Version {
        Version(self.0.first_chunk().copied().map_or(0, u64::from_le_bytes))
    }

    pub(super) fn value(&self) -> &[u8] {
        self.0.get(Self::LSN_BYTES..).unwrap_or_default()
    }
}

/// What one operation does to the index; without a row the key goes.
pub(super) type Write = (Arc<[u8]>, Option<Row>);

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
pub(super) type Rows = Vec<(Arc<[u8]>, Row)>;

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

    /// Ends with this key, if there is one, as seen in a direction.
    fn end_at(&mut self, last: Option<&Arc<[u8]>>, direction: Direction) {
        match (last, direction) {
            (Some(key), Direction::Forward) => self.end = successor(key.to_vec()),
            (Some(key), Direction::Backward) => self.start = key.to_vec(),
            (None, _) => {}
        }
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

/// Rows read at once, so that a long listing does not hold up those who write.
const CHUNK: usize = 256;
/// And at least so many: some may be gone.
const FEW: usize = 16;

/// Writes that the base takes at once: nobody reads it meanwhile.
const APPLIED_AT_ONCE: usize = 256;

/// The layers.
#[derive(Debug)]
pub(super) struct Index {
    overlay: Overlay,
    below: RwLock<Below>,
    /// Held while the base is written.
    applying: Mutex<()>,
}

/// What lies below the overlay. The two belong together: what the one does not have, the other has.
#[derive(Clone, Debug)]
struct Below {
    base: Arc<Base>,
    /// See [`Marker::from`].
    from: u64,
    checkpoint: Option<Arc<Checkpoint>>,
}

impl Below {
    fn row(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        match (self.base.row(key)?, &self.checkpoint) {
            (Known::Row(row), _) => Ok(Some(row)),
            (Known::Nothing, Some(checkpoint)) => checkpoint.row(key),
            (Known::Gone | Known::Nothing, _) => Ok(None),
        }
    }
}

impl Index {
    fn new(base: Base, from: u64, checkpoint: Option<Arc<Checkpoint>>) -> Self {
        let below = RwLock::new(Below { base: Arc::new(base), from, checkpoint });
        Self { overlay: Overlay::default(), below, applying: Mutex::default() }
    }

    fn below(&self) -> Below {
        self.below.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The layers are asked from above: a row leaves one only after it has arrived in the next.
    pub(super) fn row(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        match self.overlay.row(key) {
            Known::Row(row) => Ok(Some(row)),
            Known::Gone => Ok(None),
            Known::Nothing => self.below().row(key),
        }
    }

    pub(super) fn version(&self, key: &[u8]) -> Result<Option<Version>, StoreError> {
        Ok(self.row(key)?.as_ref().map(Row::version))
    }

    pub(super) fn rows(
        &self,
        mut range: KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let mut found = Rows::new();
        while found.len() < limit && range.start < range.end {
            let chunk = (limit - found.len()).clamp(FEW, CHUNK);
            let mut part = range.clone();
            // From above, as with a single row; each says how far all can be told.
            let known = self.overlay.rows(&part, direction, chunk);
            part.end_at(known.last().filter(|_| known.len() == chunk).map(|(key, _)| key), direction);
            let below = self.below();
            let based = below.base.rows(&part, direction, chunk)?;
            part.end_at(based.last().filter(|_| based.len() == chunk).map(|(key, _)| key), direction);
            let rows = match &below.checkpoint {
                Some(checkpoint) => checkpoint.rows(&part, direction, chunk)?,
                None => Rows::new(),
            };
            part.end_at(rows.last().filter(|_| rows.len() == chunk).map(|(key, _)| key), direction);
            let oldest = rows.into_iter().map(|(key, row)| (key, Some(row)));
            let inside =
                |(key, _): &Write| (part.start.as_slice()..part.end.as_slice()).contains(&key.as_ref());
            let newest: BTreeMap<_, _> = oldest.chain(based).chain(known).filter(inside).collect();
            let rows = newest.into_iter().filter_map(|(key, row)| Some((key, row?)));
            match direction {
                Direction::Forward => {
                    found.extend(rows);
                    range.start = part.end;
                }
                Direction::Backward => {
                    found.extend(rows.rev());
                    range.end = part.start;
                }
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Makes the writes of one change visible, all at once.
    pub(super) fn publish(&self, pending: Vec<Pending>) {
        self.overlay.publish(pending);
    }

    /// Lets the applier have what was published up to here.
    pub(super) fn synced(&self, lsn: u64) {
        self.overlay.synced(lsn);
    }

    /// Bytes that wait for the applier.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.overlay.bytes()
    }

    /// Waits for synced changes and moves some to the base. Returns the LSN up to which it holds everything;
    /// `None` when nothing more will come.
    ///
    /// - `patience`: how long it waits for more than a few.
    pub(super) fn apply(&self, boot: &str, patience: Duration) -> Result<Option<u64>, StoreError> {
        let batch = self.overlay.take(patience);
        let Some(last) = batch.last() else { return Ok(None) };
        let _applying = self.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let Below { base, from, .. } = self.below();
        let (segment, salt, boot) = (last.segment, last.salt, boot.to_owned());
        let marker = Marker { lsn: last.lsn, segment, salt, from, boot };
        // The marker comes with the last part. After a kill before that the journal is read again from the
        // marker of before, which ends at the same rows.
        let newest = overlay::newest(&batch);
        let mut parts = newest.chunks(APPLIED_AT_ONCE).peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            base.apply(part.iter().copied(), last.then_some(&marker))?;
        }
        self.overlay.applied(&batch);
        Ok(Some(marker.lsn))
    }

    /// The applier is to end once everything synced is applied; or at once.
    pub(super) fn finish(&self, at_once: bool) {
        self.overlay.finish(at_once);
    }

    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.below().base.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    struct TestFolder(std::path::PathBuf);

    impl TestFolder {
        fn new() -> Self {
            let folder = std::env::temp_dir().join(format!(
                "punchgate-index-{}-{:?}",
                std::process::id(),
                std::thread::current().id()
            ));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for TestFolder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    proptest! {
        /// Wherever the rows stand, overlay, base or checkpoint, a listing is what a plain map would list.
        #[test]
        fn listings_do_not_show_where_a_row_stands(
            writes in proptest::collection::vec((0..900_u16, any::<bool>(), 0..400_u16), 0..2500),
            bounds in (0..900_u16, 0..900_u16),
            limit in 0..700_usize,
        ) {
            let folder = TestFolder::new();
            let index = Index::new(Base::Memory(Arc::default()), 0, None);
            let mut expected = BTreeMap::new();
            for (lsn, (key, put, when)) in (1..).zip(writes) {
                let key = [1, key.to_be_bytes()[0], key.to_be_bytes()[1]];
                let row = put.then(|| Row::new(lsn, b"value"));
                match &row {
                    Some(row) => drop(expected.insert(key, row.clone())),
                    None => drop(expected.remove(&key)),
                }
                index.publish(vec![Pending { lsn, segment: 1, salt: 0, writes: vec![(key[..].into(), row)] }]);
                if when < 100 {
                    index.synced(lsn);
                    index.apply("boot", Duration::ZERO).unwrap();
                }
                if when == 0 {
                    let rows = expected.iter().map(|(key, row)| (&key[..], row));
                    let checkpoint = Some(Arc::new(Checkpoint::of(&folder.0.join(lsn.to_string()), rows)));
                    // At times the base still has what the checkpoint has, too.
                    let base = if lsn % 2 == 0 { Arc::new(Base::Memory(Arc::default())) } else { index.below().base };
                    *index.below.write().unwrap() = Below { base, from: lsn, checkpoint };
                }
            }
            for (key, row) in (0..900_u16).map(|key| [1, key.to_be_bytes()[0], key.to_be_bytes()[1]]).map(|key| (key, expected.get(&key))) {
                prop_assert_eq!(index.row(&key).unwrap(), row.cloned());
            }
            let [low, high] = [bounds.0, bounds.1].map(|key| [1, key.to_be_bytes()[0], key.to_be_bytes()[1]]);
            let range = KeyRange { start: low.to_vec(), end: high.to_vec() };
            let all: Vec<_> = expected.iter().filter(|(key, _)| (low..high).contains(*key)).collect();
            let keys = |rows: Rows| rows.into_iter().map(|(key, row)| (key.to_vec(), row)).collect::<Vec<_>>();
            let plain = |rows: Vec<(&[u8; 3], &Row)>| {
                rows.into_iter().take(limit).map(|(key, row)| (key.to_vec(), row.clone())).collect::<Vec<_>>()
            };
            let forward = index.rows(range.clone(), Direction::Forward, limit).unwrap();
            prop_assert_eq!(keys(forward), plain(all.clone()));
            let backward = index.rows(range, Direction::Backward, limit).unwrap();
            prop_assert_eq!(keys(backward), plain(all.into_iter().rev().collect()));
        }
    }
}
