//! The thread that moves what is synced from the overlay to the base of the index.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::committer::Shared;
use super::index::Trust;
use super::meters::{ApplierMeters, Stopwatch, size};

/// How often what was applied is handed to the operating system.
const FLUSH_EVERY: Duration = Duration::from_secs(2);

/// How long it waits for a batch to fill: rows of a visit that is shopping are written again and again.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Applier {
    pub(super) shared: Arc<Shared>,
    pub(super) trust: Trust,
    pub(super) meters: ApplierMeters,
}

impl Applier {
    /// Works until everything is applied and nothing more will come.
    pub(super) fn run(self) {
        let mut flushed = Stopwatch::start();
        loop {
            match self.shared.index.apply(&self.trust.boot, PATIENCE) {
                Ok(None) => return,
                Ok(Some(applied)) => {
                    let synced = self.shared.synced.load(Ordering::SeqCst);
                    self.meters.lag_changes.set(size(synced.saturating_sub(applied)));
                    self.meters.overlay_bytes.set(size(self.shared.index.waiting_bytes()));
                    if flushed.elapsed() >= FLUSH_EVERY {
                        if let Err(error) = self.shared.index.flush() {
                            return self.failed(&error);
                        }
                        flushed = Stopwatch::start();
                    }
                }
                Err(error) => return self.failed(&error),
            }
        }
    }

    fn failed(&self, error: &super::StoreError) {
        tracing::error!(%error, "the index cannot be written; the next start rebuilds it");
        self.trust.distrust();
        self.shared.stop(&error.to_string());
    }
}
