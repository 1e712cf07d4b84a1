//! A block of a file of rows: rows one behind the other, compressed, with a header of their own.
//!
//! | block | bytes |
//! | --- | --- |
//! | magic `pgCB` | 4 |
//! | length of what follows this header; expanded length | 4, 4 |
//! | CRC32C of what follows this header | 4 |
//! | CRC32C of the above, started from the block's number, from 0 | 4 |
//! | rows, compressed (zstd): key length u16, row length u32 (2³² − 1: the key is gone), key, row (LSN u64, value) | |

use crate::shell::store::error::StoreError;
use crate::shell::store::index::Row;
use crate::shell::store::ops::Fields;

pub(super) const MAGIC: [u8; 4] = *b"pgCB";
pub(super) const HEADER_BYTES: usize = 20;

/// A block is closed when its rows have this many bytes; the last row may be longer. One row is found by expanding
/// one block: smaller ones are quicker to read, larger ones take less room.
pub(super) const BYTES: usize = 16 * 1024;
/// No block expands to more; those of format 1 have 128 kB before their last row.
const MOST_BYTES: usize = 256 * 1024;
const GONE: u32 = u32::MAX;
const LEVEL: i32 = 1;

/// Appends a row; without one the key is gone.
pub(super) fn push(rows: &mut Vec<u8>, key: &[u8], row: Option<&Row>) {
    let row = row.map(Row::as_stored);
    let length = row.map_or(GONE, |row| u32::try_from(row.len()).unwrap_or(GONE));
    rows.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_le_bytes());
    rows.extend_from_slice(&length.to_le_bytes());
    rows.extend_from_slice(key);
    rows.extend_from_slice(row.unwrap_or_default());
}

/// Reads what [`push`] wrote: key and row.
pub(super) fn row<'a>(rows: &mut Fields<'a>) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let (key, row) = (rows.u16()?, rows.u32()?);
    let key = rows.take(key.into())?;
    let row = if row == GONE { None } else { Some(rows.take(row.try_into().ok()?)?) };
    Some((key, row))
}

/// The block as it is stored.
pub(super) fn encode(rows: &[u8], number: u32) -> Result<Vec<u8>, StoreError> {
    let wrong = |source| StoreError::Document { step: "compressed", source };
    let stored = zstd::bulk::compress(rows, LEVEL).map_err(wrong)?;
    let mut out = MAGIC.to_vec();
    for length in [stored.len(), rows.len()] {
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend_from_slice(&crc32c::crc32c(&stored).to_le_bytes());
    out.extend_from_slice(&crc32c::crc32c_append(number, &out).to_le_bytes());
    out.extend_from_slice(&stored);
    Ok(out)
}

/// What stands in front of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// Length of what follows.
    pub(super) stored: u32,
    expanded: u32,
    crc: u32,
}

impl Header {
    /// - `head`: begins with the header of block `number`.
    pub(super) fn read(head: &[u8], number: u32) -> Result<Self, &'static str> {
        let mut fields = Fields(head);
        let magic: Option<[u8; 4]> = fields.array();
        if magic != Some(MAGIC) {
            return Err("no block of rows");
        }
        let lengths = (fields.u32(), fields.u32(), fields.u32());
        let checked = head.get(..HEADER_BYTES - 4).map(|head| crc32c::crc32c_append(number, head));
        let (Some(stored), Some(expanded), Some(crc)) = lengths else { return Err("a block cut short") };
        if checked.is_none() || fields.u32() != checked {
            return Err("a block with a wrong header");
        }
        Ok(Self { stored, expanded, crc })
    }

    /// The rows.
    pub(super) fn expand(&self, stored: &[u8]) -> Result<Vec<u8>, &'static str> {
        let whole = stored.len() as u64 == u64::from(self.stored) && crc32c::crc32c(stored) == self.crc;
        let most = usize::try_from(self.expanded).unwrap_or(usize::MAX).min(MOST_BYTES);
        let rows = if whole { zstd::bulk::decompress(stored, most).ok() } else { None };
        rows.filter(|rows| rows.len() as u64 == u64::from(self.expanded))
            .ok_or("a block with a wrong checksum")
    }
}
