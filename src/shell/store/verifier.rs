//! Reads what the store holds and an open did not need, behind the open: damage ends the store.

use std::sync::Arc;

use super::committer::Shared;
use super::error::StoreError;
use super::index::Trust;
use super::journal::Whole;
use super::meters::Stopwatch;

#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) shared: Arc<Shared>,
    /// As it was when the store opened.
    pub(super) whole: Whole,
    pub(super) trust: Trust,
    /// Whether the index is of an earlier run.
    pub(super) trusted: bool,
}

impl Verifier {
    pub(super) fn run(self) {
        let watch = Stopwatch::start();
        let stop = || self.shared.ending();
        let index = || if self.trusted { self.shared.index.prove(u64::MAX, &stop) } else { Ok(0) };
        match self.whole.verify(&stop).and_then(|verified| index().map(|_| verified)) {
            Ok(verified) if !stop() => tracing::info!(
                bytes = verified.bytes,
                duration_ms = watch.elapsed().as_millis(),
                "the journal was read and is whole"
            ),
            Ok(_) | Err(StoreError::Closed) => {}
            Err(error) => {
                tracing::error!(%error, "the store is damaged");
                if matches!(error, StoreError::Index { .. }) {
                    self.trust.distrust();
                }
                self.shared.stop(&error.to_string());
            }
        }
    }
}
