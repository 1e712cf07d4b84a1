//! The thread that compacts the journal when enough has gathered, or on request.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::committer::Shared;
use super::error::StoreError;
use super::index::Trust;
use super::journal::{Compacted, Compaction};
use super::meters::{CompactionMeters, Stopwatch, size};

type Answer = oneshot::Sender<Result<Compacted, StoreError>>;

/// What the compactor is asked to do.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Look whether enough has gathered.
    look: bool,
    /// Compact in any case.
    requests: Vec<Answer>,
    ended: bool,
}

impl Mailbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn look(&self) {
        self.state().look = true;
        self.arrived.notify_one();
    }

    pub(super) fn request(&self, answer: Answer) {
        let mut state = self.state();
        if state.ended {
            let _ = answer.send(Err(StoreError::Closed));
            return;
        }
        state.requests.push(answer);
        drop(state);
        self.arrived.notify_one();
    }

    /// Gives up what is being done and takes nothing more.
    pub(super) fn end(&self) {
        self.state().ended = true;
        self.arrived.notify_one();
    }

    pub(super) fn ended(&self) -> bool {
        self.state().ended
    }

    /// Waits for something to do; `None`: nothing more will come.
    fn take(&self) -> Option<Vec<Answer>> {
        let quiet = |state: &mut State| !state.look && state.requests.is_empty() && !state.ended;
        let mut state = self.arrived.wait_while(self.state(), quiet).unwrap_or_else(PoisonError::into_inner);
        state.look = false;
        let requests = std::mem::take(&mut state.requests);
        if !state.ended {
            return Some(requests);
        }
        drop(state);
        for answer in requests {
            let _ = answer.send(Err(StoreError::Closed));
        }
        None
    }
}

#[derive(Debug)]
pub(super) struct Compactor {
    pub(super) shared: Arc<Shared>,
    pub(super) compaction: Compaction,
    pub(super) trust: Trust,
    /// Sealed segments of less than this, or than the checkpoint, are left for later.
    pub(super) compact_bytes: u64,
    pub(super) meters: CompactionMeters,
}

impl Compactor {
    /// Works until ended.
    pub(super) fn run(self) {
        while let Some(requests) = self.shared.compactor.take() {
            match self.work(!requests.is_empty()) {
                Ok(compacted) => {
                    for answer in requests {
                        let _ = answer.send(Ok(compacted));
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the journal was not compacted");
                    self.meters.failures.increment(1);
                    if matches!(error, StoreError::Damaged { .. } | StoreError::Newer { .. }) {
                        self.shared.stop(&error.to_string());
                    }
                    let reason: Arc<str> = error.to_string().into();
                    for answer in requests {
                        let _ = answer.send(Err(StoreError::Compaction(Arc::clone(&reason))));
                    }
                }
            }
        }
    }

    fn work(&self, requested: bool) -> Result<Compacted, StoreError> {
        let (sealed, checkpoint) = self.compaction.sizes()?;
        if !requested && sealed < self.compact_bytes.max(checkpoint) {
            return Ok(Compacted::default());
        }
        // After a kill the index must not be behind the checkpoint, or it would have to be rebuilt.
        self.shared.index.flush()?;
        let watch = Stopwatch::start();
        let ended = || self.shared.compactor.ended();
        let compacted = self.compaction.run(&ended)?;
        if compacted.segments > 0
            && let Some(checkpoint) = self.compaction.newest()?
        {
            self.trust.rebase(&self.shared.index, &self.compaction, checkpoint, &ended)?;
        }
        let (_, checkpoint) = self.compaction.sizes()?;
        tracing::info!(
            rows = compacted.rows,
            segments = compacted.segments,
            checkpoint_bytes = checkpoint,
            duration_ms = watch.elapsed().as_millis(),
            "the journal was compacted"
        );
        self.meters.seconds.record(watch.elapsed());
        self.meters.checkpoint_bytes.set(size(checkpoint));
        Ok(compacted)
    }
}
