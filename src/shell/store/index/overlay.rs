//! What is visible and not in the base yet.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use super::{Direction, KeyRange, Row, Write};

/// Writes that the applier takes together: what is overwritten or removed within them never reaches the base.
const BATCH_WRITES: usize = 4096;

/// Keys dropped at once, so that nobody waits long behind them.
const DROPPED_AT_ONCE: usize = 512;

/// Bytes that a write takes beside key and row.
const WRITE_BYTES: usize = 160;

/// The writes of one change, on their way to the base.
#[derive(Debug)]
pub(in crate::shell::store) struct Pending {
    pub(in crate::shell::store) lsn: u64,
    pub(in crate::shell::store) segment: u32,
    pub(in crate::shell::store) salt: u32,
    pub(in crate::shell::store) writes: Vec<Write>,
}

impl Pending {
    fn bytes(&self) -> usize {
        let row = |row: &Option<Row>| row.as_ref().map_or(0, |row| row.as_stored().len());
        self.writes.iter().map(|(key, value)| key.len() + row(value) + WRITE_BYTES).sum()
    }
}

/// The newest write of a key: its LSN, and the row, or that there is none any more.
type Newest = (u64, Option<Row>);

/// What a layer knows of a key.
#[derive(Debug)]
pub(super) enum Known {
    Row(Row),
    Gone,
    /// Nothing; what lies below is to be asked.
    Nothing,
}

impl Known {
    /// What was written: a row, or that there is none any more.
    pub(super) fn of(written: Option<Row>) -> Self {
        written.map_or(Self::Gone, Self::Row)
    }
}

#[derive(Debug, Default)]
pub(super) struct Overlay {
    /// Of every key.
    rows: RwLock<BTreeMap<Arc<[u8]>, Newest>>,
    line: Mutex<Line>,
    moved: Condvar,
    bytes: AtomicUsize,
}

/// Changes that wait for the applier, oldest first.
#[derive(Debug, Default)]
struct Line {
    pending: VecDeque<Pending>,
    /// Writes of all that is pending.
    writes: usize,
    synced: u64,
    /// Nobody waits for a batch to fill.
    hurry: bool,
    finish: bool,
}

impl Line {
    fn ready(&self) -> bool {
        self.pending.front().is_some_and(|pending| pending.lsn <= self.synced)
    }

    fn is_full(&self) -> bool {
        self.writes >= BATCH_WRITES && self.ready()
    }
}

impl Overlay {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn row(&self, key: &[u8]) -> Known {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        rows.get(key).map_or(Known::Nothing, |(_, row)| Known::of(row.clone()))
    }

    /// The first keys known of in a range, seen from one end.
    pub(super) fn rows(&self, range: &KeyRange, direction: Direction, limit: usize) -> Vec<Write> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
        let rows = rows.range::<[u8], _>(bounds).map(|(key, (_, row))| (key.clone(), row.clone()));
        match direction {
            Direction::Forward => rows.take(limit).collect(),
            Direction::Backward => rows.rev().take(limit).collect(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn publish(&self, changes: Vec<Pending>) {
        self.bytes.fetch_add(changes.iter().map(Pending::bytes).sum(), Ordering::Relaxed);
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for change in &changes {
            for (key, row) in &change.writes {
                rows.insert(key.clone(), (change.lsn, row.clone()));
            }
        }
        drop(rows);
        let mut line = self.line();
        line.writes += changes.iter().map(|change| change.writes.len()).sum::<usize>();
        line.pending.extend(changes);
    }

    pub(super) fn synced(&self, lsn: u64) {
        self.line().synced = lsn;
        self.moved.notify_one();
    }

    pub(super) fn finish(&self, at_once: bool) {
        let mut line = self.line();
        line.finish = true;
        if at_once {
            line.pending.clear();
            line.writes = 0;
        }
        drop(line);
        self.moved.notify_one();
    }

    /// Waits for changes that are synced, and takes some, oldest first; none when nothing more will come.
    ///
    /// - `patience`: how long it waits for a batch to fill, so that what dies young does so in the overlay.
    pub(super) fn take(&self, patience: Duration) -> Vec<Pending> {
        let quiet = |line: &mut Line| !line.ready() && !line.finish;
        let line = self.moved.wait_while(self.line(), quiet).unwrap_or_else(PoisonError::into_inner);
        let filling = |line: &mut Line| !line.is_full() && !line.hurry && !line.finish;
        let waited = self.moved.wait_timeout_while(line, patience, filling);
        let mut line = waited.unwrap_or_else(PoisonError::into_inner).0;
        let (mut batch, mut writes) = (Vec::new(), 0);
        while writes < BATCH_WRITES && line.ready() {
            let Some(pending) = line.pending.pop_front() else { break };
            writes += pending.writes.len();
            batch.push(pending);
        }
        line.writes = line.writes.saturating_sub(writes);
        line.hurry &= line.ready();
        batch
    }

    /// Has the applier take what is ready at once.
    pub(super) fn hurry(&self) {
        self.line().hurry = true;
        self.moved.notify_one();
    }

    /// Drops what has arrived in the base.
    pub(super) fn applied(&self, batch: &[Pending]) {
        let keys = batch.iter().flat_map(|change| change.writes.iter().map(|(key, _)| (change.lsn, key)));
        let keys: Vec<_> = keys.collect();
        for part in keys.chunks(DROPPED_AT_ONCE) {
            let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
            for (change, key) in part {
                if rows.get(*key).is_some_and(|(lsn, _)| lsn <= change) {
                    rows.remove(*key);
                }
            }
        }
        self.bytes.fetch_sub(batch.iter().map(Pending::bytes).sum(), Ordering::Relaxed);
    }
}

/// The newest write of each key, in key order: neighbours stand on one page of the base.
pub(super) fn newest(batch: &[Pending]) -> Vec<&Write> {
    let writes = batch.iter().flat_map(|pending| &pending.writes);
    let newest: BTreeMap<&[u8], &Write> = writes.map(|write| (write.0.as_ref(), write)).collect();
    newest.into_values().collect()
}
