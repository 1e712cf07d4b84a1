//! The bytes of a segment: a header, then groups, then zeros written ahead. All numbers are little-endian.
//!
//! | segment header | bytes |
//! | --- | --- |
//! | magic `pgjourn\n` | 8 |
//! | format version | 2, with the magic the same in every format |
//! | zero | 2 |
//! | salt, random | 4 |
//! | segment number | 4 |
//! | LSN of its first change | 8 |
//! | CRC32C of the above | 4 |
//!
//! | group header | bytes |
//! | --- | --- |
//! | magic `pgGR` | 4 |
//! | length of the changes behind this header | 4 |
//! | LSN of the first change, the others count up | 8 |
//! | number of changes | 4 |
//! | confirmed: up to here the segment was synced when this group was written | 8 |
//! | CRC32C of the changes | 4 |
//! | CRC32C of the above | 4 |
//!
//! Group checksums start from the salt, so that no document, however made up, holds a valid group header.

use crate::shell::store::ops::Fields;

/// The newest format, and the one that is written.
pub(super) const FORMAT: u16 = 1;

const SEGMENT_MAGIC: [u8; 8] = *b"pgjourn\n";
pub(super) const GROUP_MAGIC: [u8; 4] = *b"pgGR";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct SegmentHeader {
    pub(super) salt: u32,
    pub(super) number: u32,
    pub(super) first_lsn: u64,
}

/// Why a segment header was not read.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum BadHeader {
    Damaged,
    Newer(u16),
}

impl SegmentHeader {
    pub(super) const BYTES: usize = 32;

    pub(super) fn encode(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.extend_from_slice(&SEGMENT_MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.salt.to_le_bytes());
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.first_lsn.to_le_bytes());
        let crc = crc32c::crc32c(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, BadHeader> {
        let mut fields = Fields(bytes);
        let magic = fields.array().filter(|&magic: &[u8; 8]| magic == SEGMENT_MAGIC);
        let (Some(_), Some(format)) = (magic, fields.u16()) else { return Err(BadHeader::Damaged) };
        if format > FORMAT {
            return Err(BadHeader::Newer(format));
        }
        let checked = bytes.get(..Self::BYTES - 4).map(crc32c::crc32c);
        let mut read = || {
            fields.u16()?;
            let header = Self { salt: fields.u32()?, number: fields.u32()?, first_lsn: fields.u64()? };
            (fields.u32() == checked).then_some(header)
        };
        read().ok_or(BadHeader::Damaged)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct GroupHeader {
    pub(super) length: u32,
    pub(super) first_lsn: u64,
    pub(super) changes: u32,
    pub(super) confirmed: u64,
    pub(super) crc: u32,
}

impl GroupHeader {
    pub(super) const BYTES: usize = 36;

    pub(super) fn encode(self, salt: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.extend_from_slice(&GROUP_MAGIC);
        out.extend_from_slice(&self.length.to_le_bytes());
        out.extend_from_slice(&self.first_lsn.to_le_bytes());
        out.extend_from_slice(&self.changes.to_le_bytes());
        out.extend_from_slice(&self.confirmed.to_le_bytes());
        out.extend_from_slice(&self.crc.to_le_bytes());
        let crc = crc32c::crc32c_append(salt, &out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    /// `None` when these bytes are no header of a group of this segment.
    pub(super) fn decode(bytes: &[u8], salt: u32) -> Option<Self> {
        let mut fields = Fields(bytes);
        if fields.array()? != GROUP_MAGIC {
            return None;
        }
        let header = Self {
            length: fields.u32()?,
            first_lsn: fields.u64()?,
            changes: fields.u32()?,
            confirmed: fields.u64()?,
            crc: fields.u32()?,
        };
        let crc = crc32c::crc32c_append(salt, bytes.get(..Self::BYTES - 4)?);
        (fields.u32()? == crc).then_some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_read_back_and_no_flipped_bit_does() {
        let segment = SegmentHeader { salt: 5, number: 7, first_lsn: 1 << 40 };
        let group = GroupHeader { length: 9, first_lsn: 1 << 50, changes: 2, confirmed: 1 << 33, crc: 77 };
        let (segment_bytes, group_bytes) = (segment.encode(), group.encode(5));
        assert_eq!((segment_bytes.len(), group_bytes.len()), (SegmentHeader::BYTES, GroupHeader::BYTES));
        assert_eq!(SegmentHeader::decode(&segment_bytes), Ok(segment));
        assert_eq!(GroupHeader::decode(&group_bytes, 5), Some(group));
        assert_eq!(GroupHeader::decode(&group_bytes, 6), None);
        for bit in 0..SegmentHeader::BYTES * 8 {
            let mut bytes = segment_bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(SegmentHeader::decode(&bytes).is_err(), "bit {bit}");
        }
        for bit in 0..GroupHeader::BYTES * 8 {
            let mut bytes = group_bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(GroupHeader::decode(&bytes, 5), None, "bit {bit}");
        }
    }
}
