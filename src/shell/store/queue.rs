//! What waits for the committer: bounded in number and bytes, refusing at once when full.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::changes::Changes;
use super::error::StoreError;

/// Changes that wait, with where their answer goes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) changes: Changes,
    pub(super) answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Job {
    /// Answers; whoever asked may be gone, the changes are made all the same.
    pub(super) fn answer(self, result: Result<(), StoreError>) {
        let _ = self.answer.send(result);
    }
}

/// Why the committer stopped waiting.
#[derive(Debug)]
pub(super) enum Woken {
    Jobs(Vec<Job>),
    /// The segment is to be sealed.
    Seal(oneshot::Sender<Result<(), StoreError>>),
    /// Nothing came in the given time.
    Idle,
    /// Nothing is left and nothing more will come.
    Closed,
}

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    most_jobs: usize,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    jobs: VecDeque<Job>,
    seals: Vec<oneshot::Sender<Result<(), StoreError>>>,
    bytes: usize,
    end: Option<End>,
}

/// Why nothing more is taken.
#[derive(Clone, Debug)]
enum End {
    Closed,
    Stopped(Arc<str>),
}

impl Queue {
    pub(super) fn new(most_jobs: usize, most_bytes: usize) -> Self {
        Self { state: Mutex::default(), arrived: Condvar::new(), most_jobs, most_bytes }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a job in. One that is larger than the bound waits alone.
    pub(super) fn push(&self, job: Job) -> Result<(), StoreError> {
        let weight = job.changes.weight();
        let mut state = self.state();
        match &state.end {
            Some(End::Closed) => return Err(StoreError::Closed),
            Some(End::Stopped(reason)) => return Err(StoreError::Stopped(Arc::clone(reason))),
            None => {}
        }
        let fits = state.jobs.len() < self.most_jobs && state.bytes + weight <= self.most_bytes;
        if !fits && !state.jobs.is_empty() {
            return Err(StoreError::Overloaded);
        }
        state.bytes += weight;
        state.jobs.push_back(job);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Asks for the segment to be sealed; it then holds everything that was answered before.
    pub(super) fn seal(&self, answer: oneshot::Sender<Result<(), StoreError>>) -> Result<(), StoreError> {
        let mut state = self.state();
        match &state.end {
            Some(End::Closed) => return Err(StoreError::Closed),
            Some(End::Stopped(reason)) => return Err(StoreError::Stopped(Arc::clone(reason))),
            None => state.seals.push(answer),
        }
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for jobs, oldest first, and takes as many as make one group.
    pub(super) fn take(&self, group_bytes: usize, patience: Duration) -> Woken {
        let quiet =
            |state: &mut State| state.jobs.is_empty() && state.seals.is_empty() && state.end.is_none();
        let waited = self.arrived.wait_timeout_while(self.state(), patience, quiet);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if let Some(answer) = state.seals.pop() {
            return Woken::Seal(answer);
        }
        let mut group = Vec::with_capacity(state.jobs.len());
        let mut bytes = 0;
        while let Some(weight) = state.jobs.front().map(|job| job.changes.weight()) {
            if bytes > 0 && bytes + weight > group_bytes {
                break;
            }
            bytes += weight;
            group.extend(state.jobs.pop_front());
        }
        state.bytes -= bytes.min(state.bytes);
        match (group.is_empty(), &state.end) {
            (false, _) => Woken::Jobs(group),
            (true, None) => Woken::Idle,
            (true, Some(_)) => Woken::Closed,
        }
    }

    /// Takes nothing more in; what waits is still done.
    pub(super) fn close(&self) {
        self.state().end.get_or_insert(End::Closed);
        self.arrived.notify_one();
    }

    /// Takes nothing more in and refuses what waits.
    pub(super) fn stop(&self, reason: &Arc<str>) {
        let mut state = self.state();
        state.end = Some(End::Stopped(Arc::clone(reason)));
        let waiting = mem::take(&mut state.jobs);
        state.seals.clear();
        state.bytes = 0;
        drop(state);
        self.arrived.notify_one();
        for job in waiting {
            job.answer(Err(StoreError::Stopped(Arc::clone(reason))));
        }
    }

    /// Jobs and bytes that wait.
    pub(super) fn depth(&self) -> (usize, usize) {
        let state = self.state();
        (state.jobs.len(), state.bytes)
    }
}
