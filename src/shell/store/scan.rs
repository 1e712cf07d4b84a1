//! A listing: the rows of a table whose keys begin alike, from either end, a page at a time.

use std::marker::PhantomData;

use super::index::{Direction, KeyRange};
use super::key::{Key, KeyBytes};

/// Which rows of a table are listed.
#[derive(Debug)]
#[must_use = "a scan does nothing until given to Store::scan"]
pub struct Scan<K> {
    prefix: KeyBytes,
    after: Option<KeyBytes>,
    direction: Direction,
    limit: usize,
    key: PhantomData<fn() -> K>,
}

impl<K: Key> Scan<K> {
    /// Every row of the table, in key order.
    pub fn table() -> Self {
        Self::prefix(|key| key)
    }

    /// The rows whose key begins with certain parts, in key order: `Scan::prefix(|key| key.text(buyer))`.
    pub fn prefix(parts: impl FnOnce(&mut KeyBytes) -> &mut KeyBytes) -> Self {
        let mut prefix = KeyBytes::table::<K>();
        parts(&mut prefix);
        Self { prefix, after: None, direction: Direction::Forward, limit: usize::MAX, key: PhantomData }
    }

    /// From the last key to the first.
    pub fn backward(self) -> Self {
        Self { direction: Direction::Backward, ..self }
    }

    /// Begins behind this key, in the direction of the scan: the next page.
    pub fn after(self, key: &K) -> Self {
        Self { after: Some(KeyBytes::of(key)), ..self }
    }

    /// At most so many rows.
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    pub(super) fn into_parts(self) -> (KeyRange, Direction, usize) {
        let mut range = KeyRange::prefix(self.prefix.into_bytes());
        match (self.after, self.direction) {
            (Some(key), Direction::Forward) => range.after(key.into_bytes()),
            (Some(key), Direction::Backward) => range.before(key.into_bytes()),
            (None, _) => {}
        }
        (range, self.direction, self.limit)
    }
}
