//! The one thread that writes: check, append, publish, sync, answer.
//!
//! Changes become visible before they are synced, so that the next change in line can build on them. That
//! is safe for commits: the journal keeps their order, so a crash never keeps a change without those it was
//! decided on. It is not enough for an answer that only repeats what was read; see [`Changes::durable`].

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::changes::Changes;
use super::compactor::Mailbox;
use super::error::StoreError;
use super::files::Files;
use super::index::{self, Index, Pending, Trust};
use super::journal::{Change, Journal};
use super::meters::{Meters, Stopwatch, count, size};
use super::ops::{Op, Ops};
use super::queue::{Job, Queue, Woken};

/// Changes of one group, unless a single one is larger.
const GROUP_BYTES: usize = 8 << 20;

/// How often free space is told while nothing is written: others may fill the disk.
const QUIET: Duration = Duration::from_secs(15);

/// What the committer shares with those who wait for it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) index: Index,
    pub(super) compactor: Mailbox,
    /// LSN up to which changes are visible; raised before they are.
    pub(super) published: AtomicU64,
    /// LSN up to which changes have reached the disk.
    pub(super) synced: AtomicU64,
    pub(super) end: watch::Sender<Option<End>>,
}

/// How the committer ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    Closed,
    Stopped(Arc<str>),
}

impl Shared {
    pub(super) fn stopped(&self) -> Option<StoreError> {
        match &*self.end.borrow() {
            Some(End::Stopped(reason)) => Some(StoreError::Stopped(Arc::clone(reason))),
            _ => None,
        }
    }

    /// Whether what is done on the side should be given up.
    pub(super) fn ending(&self) -> bool {
        self.compactor.ended()
    }

    /// Ends the store: nothing is answered from now on. The first reason is the one that is told.
    pub(super) fn stop(&self, reason: &str) {
        let reason: Arc<str> = reason.into();
        self.end.send_if_modified(|end| {
            let first = end.is_none();
            if first {
                *end = Some(End::Stopped(Arc::clone(&reason)));
            }
            first
        });
        self.queue.stop(&reason);
        self.index.finish(true);
        self.compactor.end();
    }
}

pub(super) struct Committer {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) files: Arc<dyn Files>,
    pub(super) folder: PathBuf,
    pub(super) reserved_bytes: u64,
    pub(super) relaxed_for: Duration,
    pub(super) meters: Meters,
    /// Since when something visible is not synced.
    pub(super) unsynced: Option<Stopwatch>,
    /// Whether a later group claims all that was synced.
    pub(super) claimed: bool,
    pub(super) overlay_bytes: usize,
    pub(super) trust: Trust,
    /// The threads that work beside it.
    pub(super) others: Vec<JoinHandle<()>>,
    /// Held until all of them have ended.
    pub(super) lock: Box<dyn Send>,
}

impl Committer {
    /// Works until closed or stopped.
    pub(super) fn run(mut self) {
        let stop = StopOnPanic(Arc::clone(&self.shared));
        if let Err(error) = self.work() {
            let reason = error.to_string();
            tracing::error!(error = reason, "the journal cannot be written; the store stops");
            stop.0.stop(&reason);
        }
        self.shared.index.finish(false);
        self.shared.compactor.end();
        for other in self.others.drain(..) {
            let _ = other.join();
        }
        if stop.0.stopped().is_some() {
            self.trust.abandon(&self.shared.index);
            return;
        }
        self.trust.close(&self.shared.index, self.journal.last_lsn());
        drop(self.lock);
        stop.0.end.send_replace(Some(End::Closed));
    }

    fn work(&mut self) -> Result<(), StoreError> {
        self.measure();
        loop {
            let patience = match self.unsynced {
                Some(since) => self.relaxed_for.saturating_sub(since.elapsed()),
                None if !self.claimed => self.relaxed_for,
                None => QUIET,
            };
            match self.shared.queue.take(GROUP_BYTES, patience) {
                Woken::Jobs(jobs) => self.commit(jobs)?,
                Woken::Seal(answer) => {
                    let _ = answer.send(self.seal()?);
                }
                Woken::Idle if self.unsynced.is_none() && self.claimed => self.tell_free_space(),
                Woken::Idle => self.settle()?,
                Woken::Closed => {
                    self.settle()?;
                    return self.sync();
                }
            }
        }
    }

    /// Syncs relaxed changes, then lets an empty group claim all that is synced.
    fn settle(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        if !self.claimed {
            match self.journal.confirm() {
                Ok(()) | Err(StoreError::Full) => self.claimed = true,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Seals the segment. Inside: whether there was room for the next one.
    fn seal(&mut self) -> Result<Result<(), StoreError>, StoreError> {
        self.sync()?;
        match self.journal.seal() {
            Ok(()) => Ok(Ok(())),
            Err(StoreError::Full) => Ok(Err(StoreError::Full)),
            Err(error) => Err(error),
        }
    }

    /// Makes everything visible durable.
    fn sync(&mut self) -> Result<(), StoreError> {
        if !self.journal.is_synced() {
            let watch = Stopwatch::start();
            self.journal.sync()?;
            self.meters.sync_seconds.record(watch.elapsed());
        }
        self.unsynced = None;
        self.shared.synced.store(self.journal.last_lsn(), Ordering::SeqCst);
        self.shared.index.synced(self.journal.last_lsn());
        Ok(())
    }

    /// Commits a group. An error stops the store; the jobs not yet answered then are when it has stopped.
    fn commit(&mut self, jobs: Vec<Job>) -> Result<(), StoreError> {
        let refused = self.check(&jobs)?;
        let mut group = Vec::with_capacity(jobs.len());
        for (job, refused) in jobs.into_iter().zip(refused) {
            match refused {
                Some(error) => job.answer(Err(error)),
                None => group.push(job),
            }
        }
        match self.write(&group) {
            Err(StoreError::Full) => {
                for job in group.extract_if(.., |job| job.changes.writes()) {
                    job.answer(Err(StoreError::Full));
                }
            }
            written => written?,
        }
        for job in group.extract_if(.., |job| !job.changes.is_durable()) {
            job.answer(Ok(()));
        }
        // What is not synced cannot leave the overlay.
        let overdue = self.unsynced.is_some_and(|since| since.elapsed() >= self.relaxed_for)
            || self.shared.index.waiting_bytes() > self.overlay_bytes / 2;
        if overdue || !group.is_empty() {
            self.sync()?;
        }
        for job in group {
            job.answer(Ok(()));
        }
        self.measure();
        Ok(())
    }

    /// Checks each job against the index and the jobs before it; tells why those that fail are refused.
    fn check(&self, jobs: &[Job]) -> Result<Vec<Option<StoreError>>, StoreError> {
        // What waits for the index needs room there, too.
        let taken = self.reserved_bytes.saturating_add(self.shared.index.waiting_bytes() as u64);
        let mut room = self.free_bytes()?.saturating_sub(taken);
        let mut earlier = HashMap::new();
        let mut refused = Vec::with_capacity(jobs.len());
        for Job { changes, .. } in jobs {
            let bytes = changes.bytes().len() as u64;
            refused.push(if !self.holds(changes, &earlier)? {
                self.meters.conflicts.increment(1);
                Some(StoreError::Conflict)
            } else if changes.writes() && bytes > room {
                self.meters.full.increment(1);
                Some(StoreError::Full)
            } else {
                room = room.saturating_sub(bytes);
                for op in Ops::of(changes.bytes()).flatten() {
                    match op {
                        Op::Put { key, .. } => drop(earlier.insert(key, true)),
                        Op::Delete { key } => drop(earlier.insert(key, false)),
                        Op::Document { .. } => {}
                    }
                }
                None
            });
        }
        Ok(refused)
    }

    /// What is left on the disk; told, too.
    /// Where this fails, the next commit tells.
    pub(super) fn tell_free_space(&self) {
        let _ = self.free_bytes();
    }

    fn free_bytes(&self) -> Result<u64, StoreError> {
        let free = self.files.free_bytes(&self.folder).map_err(StoreError::io(&self.folder))?;
        self.meters.free_bytes.set(size(free));
        Ok(free)
    }

    /// Whether the preconditions hold.
    ///
    /// - `earlier`: keys written by changes before it in the group, and whether they are there then.
    fn holds(&self, changes: &Changes, earlier: &HashMap<&[u8], bool>) -> Result<bool, StoreError> {
        for (key, expected) in changes.expected() {
            let holds = match earlier.get(key.as_ref()) {
                Some(&there) => !there && expected.is_none(), // nobody can have read a row written only now
                None => self.shared.index.version(key)? == *expected,
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Appends what the jobs write and makes it visible.
    fn write(&mut self, jobs: &[Job]) -> Result<(), StoreError> {
        let changes: Vec<&[u8]> =
            jobs.iter().filter(|job| job.changes.writes()).map(|job| job.changes.bytes()).collect();
        if changes.is_empty() {
            return Ok(());
        }
        let segment = self.journal.end().segment;
        let (first_lsn, places) = self.journal.append(&changes)?;
        if self.journal.end().segment != segment {
            self.shared.compactor.look();
        }
        self.meters.group_changes.record(count(changes.len()));
        self.claimed = false;
        self.unsynced.get_or_insert_with(Stopwatch::start);
        let mut pending = Vec::with_capacity(changes.len());
        for ((lsn, bytes), at) in (first_lsn..).zip(changes).zip(places) {
            let writes = index::writes(&Change { lsn, at, bytes })?;
            pending.push(Pending { lsn, segment: at.segment, salt: self.journal.salt(), writes });
        }
        self.shared.published.store(self.journal.last_lsn(), Ordering::SeqCst);
        self.shared.index.publish(pending);
        Ok(())
    }

    fn measure(&self) {
        let (changes, bytes) = self.shared.queue.depth();
        self.meters.queue_changes.set(count(changes));
        self.meters.queue_bytes.set(count(bytes));
        let end = self.journal.end();
        self.meters.segment.set(end.segment);
        self.meters.segment_bytes.set(count(end.offset));
    }
}

/// A panic in the committer must not leave callers waiting.
struct StopOnPanic(Arc<Shared>);

impl Drop for StopOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop("the committer panicked");
        }
    }
}
