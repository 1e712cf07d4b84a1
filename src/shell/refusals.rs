//! What was refused before anybody was proven: kept in memory, bounded in all and per address, never in the journal.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use crate::model::{ids::TransactionId, limits};

use super::records::Transaction;

/// A refused document with what may be kept of it.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The record.
    pub transaction: Transaction,
    /// The redacted copy, cut; for what could not be read: size, digest and an excerpt.
    pub document: String,
    /// The answer given.
    pub answer: String,
}

/// The last refusals, newest first.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<VecDeque<Refused>>);

impl Refusals {
    /// Keeps one; the oldest of the same address makes room first, then the oldest of all.
    pub fn keep(&self, refused: Refused) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let peer = refused.transaction.peer.clone();
        kept.push_front(refused);
        let mut of_peer = kept.iter().enumerate().filter(|(_, one)| one.transaction.peer == peer);
        if let Some((oldest, _)) = of_peer.nth(limits::REFUSALS_OF_ONE_ADDRESS) {
            kept.remove(oldest);
        }
        kept.truncate(limits::REFUSALS_KEPT);
    }

    /// All of them, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<Refused> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// One of them.
    #[must_use]
    pub fn find(&self, id: TransactionId) -> Option<Refused> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|one| one.transaction.id == id).cloned()
    }
}
