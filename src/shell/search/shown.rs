//! Which products of one catalog version somebody sees, as a set that every search runs within.

use crate::model::catalog::Ordinal;

const BITS: u32 = u64::BITS;

/// A set of products, by ordinal: a bit each.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shown {
    words: Vec<u64>,
    count: u32,
}

impl Shown {
    /// None of so many products.
    #[must_use]
    pub fn none(products: u32) -> Self {
        Self { words: vec![0; products.div_ceil(BITS) as usize], count: 0 }
    }

    /// Takes one; beyond the last product nothing happens.
    pub fn insert(&mut self, ordinal: Ordinal) {
        if let Some(word) = self.words.get_mut((ordinal / BITS) as usize) {
            let bit = 1 << (ordinal % BITS);
            self.count += u32::from(*word & bit == 0);
            *word |= bit;
        }
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn contains(&self, ordinal: Ordinal) -> bool {
        self.words.get((ordinal / BITS) as usize).is_some_and(|word| word & (1 << (ordinal % BITS)) != 0)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let words: Vec<u64> = self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect();
        Self { count: words.iter().map(|word| word.count_ones()).sum(), words }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Ordinal> + '_ {
        std::iter::successors(self.from(0), |last| self.from(last + 1))
    }

    /// The first one at or after a place.
    #[must_use]
    pub fn from(&self, place: Ordinal) -> Option<Ordinal> {
        let mut at = (place / BITS) as usize;
        let mut word = self.words.get(at)? & (u64::MAX << (place % BITS));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        u32::try_from(at).ok().map(|at| at * BITS + word.trailing_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_walked_in_order_and_from_any_place() {
        let mut set = Shown::none(200);
        for ordinal in [3, 64, 63, 199, 3, 9_999] {
            set.insert(ordinal);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 63, 64, 199]);
        assert_eq!((set.len(), set.from(65), set.from(200)), (4, Some(199), None));
        assert!(set.contains(63) && !set.contains(62) && !set.contains(9_999));
        let mut other = Shown::none(200);
        other.insert(64);
        other.insert(65);
        assert_eq!(set.and(&other).iter().collect::<Vec<_>>(), [64]);
        assert_eq!(Shown::none(0).from(0), None);
    }
}
