//! The directory of a checkpoint: for each block its first key, where it stands, and a filter that tells which keys
//! are not in it, so that looking for a key that is nowhere reads no block.
//!
//! | entry | bytes |
//! | --- | --- |
//! | key length u16, filter length u16 | 2, 2 |
//! | offset of the block in the file | 8 |
//! | first key, filter | |
//!
//! A filter is a Bloom filter of ten bits a row. The bits of a key are `a + i · b` modulo their number, for i from 0
//! to 5, with a the lower and b the upper half of its hash of 64 bits, b made odd.

use crate::shell::store::ops::Fields;

const BITS_A_ROW: usize = 10;
const PROBES: u64 = 6;

/// Makes entries, one block after the other.
#[derive(Debug, Default)]
pub(super) struct Entries {
    first: Vec<u8>,
    hashes: Vec<u64>,
}

impl Entries {
    /// Notes a row of the block.
    pub(super) fn row(&mut self, key: &[u8]) {
        if self.hashes.is_empty() {
            self.first.clear();
            self.first.extend_from_slice(key);
        }
        self.hashes.push(hash(key));
    }

    /// Appends the entry of the block whose rows were noted.
    pub(super) fn close(&mut self, offset: u64, out: &mut Vec<u8>) {
        let mut filter = vec![0; (self.hashes.len() * BITS_A_ROW).div_ceil(8).min(usize::from(u16::MAX))];
        for hash in self.hashes.drain(..) {
            for bit in bits(hash, filter.len()) {
                if let Some(byte) = filter.get_mut(bit / 8) {
                    *byte |= 1 << (bit % 8);
                }
            }
        }
        for length in [self.first.len(), filter.len()] {
            out.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
        }
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(&self.first);
        out.extend_from_slice(&filter);
    }
}

/// FNV-1a of 64 bits, then the last step of `MurmurHash3`: keys that count up differ in few bits.
fn hash(key: &[u8]) -> u64 {
    let hash = key.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

/// The bits of a key in a filter of so many bytes.
fn bits(hash: u64, bytes: usize) -> impl Iterator<Item = usize> {
    let count = (bytes as u64 * 8).max(1);
    let (first, step) = (hash & u64::from(u32::MAX), hash >> 32 | 1);
    (0..PROBES).map(move |probe| usize::try_from((first + probe * step) % count).unwrap_or(0))
}

/// Where the blocks of a checkpoint are. Held as it is stored: a large store has a hundred thousand of them.
#[derive(Debug)]
pub(super) struct Directory {
    bytes: Vec<u8>,
    /// Where in these each entry begins.
    starts: Vec<u32>,
}

struct Entry<'a> {
    first: &'a [u8],
    offset: u64,
    filter: &'a [u8],
}

fn entry<'a>(fields: &mut Fields<'a>) -> Option<Entry<'a>> {
    let (key, filter, offset) = (fields.u16()?, fields.u16()?, fields.u64()?);
    Some(Entry { offset, first: fields.take(key.into())?, filter: fields.take(filter.into())? })
}

impl Directory {
    /// `None`: these are not entries.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut starts = Vec::new();
        let mut fields = Fields(&bytes);
        while !fields.0.is_empty() {
            starts.push(u32::try_from(bytes.len() - fields.0.len()).ok()?);
            entry(&mut fields)?;
        }
        Some(Self { bytes, starts })
    }

    pub(super) fn blocks(&self) -> usize {
        self.starts.len()
    }

    fn entry(&self, block: usize) -> Option<Entry<'_>> {
        let start = usize::try_from(*self.starts.get(block)?).ok()?;
        entry(&mut Fields(self.bytes.get(start..)?))
    }

    /// Where a block begins.
    pub(super) fn offset(&self, block: usize) -> Option<u64> {
        self.entry(block).map(|entry| entry.offset)
    }

    /// The last block that does not begin behind a key; `None`: all do.
    pub(super) fn before(&self, key: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = low.midpoint(high);
            match self.entry(middle) {
                Some(entry) if entry.first <= key => low = middle + 1,
                _ => high = middle,
            }
        }
        low.checked_sub(1)
    }

    /// The block that a key may be in; `None`: it is in none.
    pub(super) fn find(&self, key: &[u8]) -> Option<usize> {
        let block = self.before(key)?;
        let filter = self.entry(block)?.filter;
        let set = |bit: usize| filter.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1);
        bits(hash(key), filter.len()).all(set).then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_hardly_any_other() {
        let mut out = Vec::new();
        let mut entries = Entries::default();
        for block in 0..50_u32 {
            for row in 0..40_u32 {
                entries.row(&(block * 100 + row * 2).to_be_bytes());
            }
            entries.close(u64::from(block), &mut out);
        }
        let directory = Directory::read(out.clone()).unwrap();
        assert_eq!(directory.blocks(), 50);
        let mut wrong = 0;
        for key in 0..5000_u32 {
            let there = key % 100 < 80 && key % 2 == 0;
            let block = usize::try_from(key / 100).unwrap();
            assert_eq!(directory.before(&key.to_be_bytes()), Some(block));
            match directory.find(&key.to_be_bytes()) {
                found if there => assert_eq!(found, Some(block), "{key}"),
                found => wrong += u32::from(found.is_some()),
            }
        }
        assert!(wrong < 100, "{wrong} of 3000 are looked for in vain");
        assert_eq!(directory.before(&[]), None);
        assert!(Directory::read(out[..out.len() - 1].to_vec()).is_none());
    }
}
