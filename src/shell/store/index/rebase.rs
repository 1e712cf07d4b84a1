//! After a compaction: the new checkpoint is laid below the base, and the base forgets what it holds.
//!
//! A base that reaches beyond a checkpoint may lie on it whatever else it holds: of every key it has the newest write. So
//! the old one is used until a new one has everything behind the checkpoint, and a kill at any moment leaves one of them.

use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use super::base::{Base, Marker};
use super::trust::{Loader, Trust};
use super::{Below, Index, writes};
use crate::shell::store::error::StoreError;
use crate::shell::store::journal::{Checkpoint, Compaction};

/// How often it is looked whether the applier has come so far, or a reader has finished.
const LOOK: Duration = Duration::from_millis(1);

impl Trust {
    /// Lays a newer checkpoint below the base and replaces the base by one with what was written since.
    ///
    /// - `stop`: gives up; the old base goes on.
    pub(in crate::shell::store) fn rebase(
        &self,
        index: &Index,
        compaction: &Compaction,
        checkpoint: Checkpoint,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        let upto = checkpoint.upto();
        let reached = |base: &Base| Ok::<_, StoreError>(base.marker()?.map_or(0, |marker| marker.lsn));
        index.below.write().unwrap_or_else(PoisonError::into_inner).checkpoint = Some(Arc::new(checkpoint));
        while reached(&index.below().base)? < upto.lsn {
            if stop() {
                return Ok(());
            }
            index.overlay.hurry();
            thread::sleep(LOOK);
        }
        let next = Base::beside(&self.kind, &self.folder)?;
        let mut loader = Loader::new(&next);
        loader.change(Vec::new(), self.marker_at(&upto))?;
        let mut from = upto.lsn;
        let mut fill = |to: u64| {
            compaction.behind(from, to, &mut |change, salt| {
                let (segment, boot) = (change.at.segment, self.boot.clone());
                let marker = Marker { lsn: change.lsn, segment, salt, from: upto.lsn, boot };
                loader.change(writes(&change)?, marker)
            })?;
            from = to;
            Ok::<_, StoreError>(())
        };
        // Most of it while the applier works, the rest while it waits.
        let filled = reached(&index.below().base).and_then(&mut fill);
        if filled.is_err() || stop() {
            next.remove()?;
            return filled;
        }
        let applying = index.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = reached(&index.below().base).and_then(&mut fill).and_then(|()| loader.finish());
        if let Err(error) = filled.and_then(|()| next.adopt(&self.kind)) {
            next.remove()?;
            return Err(error);
        }
        let old = {
            let mut below = index.below.write().unwrap_or_else(PoisonError::into_inner);
            let checkpoint = below.checkpoint.clone();
            std::mem::replace(&mut *below, Below { base: Arc::new(next), from: upto.lsn, checkpoint })
        };
        drop(applying);
        let mut old = old.base;
        loop {
            match Arc::try_unwrap(old) {
                Ok(base) => return base.remove(),
                Err(read) => old = read,
            }
            thread::sleep(LOOK);
        }
    }
}
