//! What the store tells about itself. The handles are taken once, so a recorder must be installed before.

use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram, counter, describe_gauge, describe_histogram, gauge, histogram};

#[derive(Debug)]
pub(super) struct Meters {
    pub(super) conflicts: Counter,
    pub(super) full: Counter,
    pub(super) queue_changes: Gauge,
    pub(super) queue_bytes: Gauge,
    pub(super) group_changes: Histogram,
    pub(super) sync_seconds: Histogram,
    pub(super) free_bytes: Gauge,
    pub(super) segment: Gauge,
    pub(super) segment_bytes: Gauge,
}

impl Meters {
    pub(super) fn new() -> Self {
        describe_gauge!("punchgate_store_queue_changes", "Changes left waiting when a group was taken");
        describe_gauge!("punchgate_store_queue_bytes", "Bytes of the changes left waiting");
        describe_histogram!("punchgate_store_group_changes", "Changes written together");
        describe_histogram!("punchgate_store_sync_seconds", "How long a sync of the journal took");
        describe_gauge!("punchgate_store_free_bytes", "Bytes left on the disk");
        describe_gauge!("punchgate_store_segment", "Number of the segment that is written");
        describe_gauge!("punchgate_store_segment_bytes", "Bytes in the segment that is written");
        Self {
            conflicts: counter!("punchgate_store_conflicts_total"),
            full: counter!("punchgate_store_refused_full_total"),
            queue_changes: gauge!("punchgate_store_queue_changes"),
            queue_bytes: gauge!("punchgate_store_queue_bytes"),
            group_changes: histogram!("punchgate_store_group_changes"),
            sync_seconds: histogram!("punchgate_store_sync_seconds"),
            free_bytes: gauge!("punchgate_store_free_bytes"),
            segment: gauge!("punchgate_store_segment"),
            segment_bytes: gauge!("punchgate_store_segment_bytes"),
        }
    }
}

/// What the applier tells.
#[derive(Debug)]
pub(super) struct ApplierMeters {
    pub(super) lag_changes: Gauge,
    pub(super) overlay_bytes: Gauge,
}

impl ApplierMeters {
    pub(super) fn new() -> Self {
        describe_gauge!(
            "punchgate_store_index_lag_changes",
            "Synced changes that the index does not hold yet"
        );
        describe_gauge!("punchgate_store_overlay_bytes", "Bytes in memory that wait for the index");
        Self {
            lag_changes: gauge!("punchgate_store_index_lag_changes"),
            overlay_bytes: gauge!("punchgate_store_overlay_bytes"),
        }
    }
}

/// What the compactor tells.
#[derive(Debug)]
pub(super) struct CompactionMeters {
    pub(super) seconds: Histogram,
    pub(super) checkpoint_bytes: Gauge,
    pub(super) failures: Counter,
}

impl CompactionMeters {
    pub(super) fn new() -> Self {
        describe_histogram!(
            "punchgate_store_compaction_seconds",
            "How long a compaction of the journal took"
        );
        describe_gauge!("punchgate_store_checkpoint_bytes", "Bytes of the newest checkpoint");
        Self {
            seconds: histogram!("punchgate_store_compaction_seconds"),
            checkpoint_bytes: gauge!("punchgate_store_checkpoint_bytes"),
            failures: counter!("punchgate_store_compaction_failures_total"),
        }
    }
}

/// A small number as the metrics crate takes it.
pub(super) fn count(size: impl TryInto<u32>) -> u32 {
    size.try_into().unwrap_or(u32::MAX)
}

/// Bytes or changes, exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
pub(super) fn size(size: impl TryInto<u64>) -> f64 {
    size.try_into().unwrap_or(u64::MAX) as f64
}

/// Measures how long something takes; nothing is decided by the time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is told")]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    pub(super) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
