//! Files of rows in key order: checkpoints, and the sorted parts that are merged into one.
//!
//! | file | bytes |
//! | --- | --- |
//! | magic `pgcheck\n` | 8 |
//! | format version | 2 |
//! | zero | 2 |
//! | last segment that is in it, its salt | 4, 4 |
//! | LSN of the last change that is in it | 8 |
//! | CRC32C of the above | 4 |
//! | blocks, then the end | |
//!
//! | block | bytes |
//! | --- | --- |
//! | magic `pgCB` | 4 |
//! | length of what follows this header; expanded length | 4, 4 |
//! | CRC32C of what follows this header | 4 |
//! | CRC32C of the above, started from the block's number, from 0 | 4 |
//! | rows, compressed (zstd): key length u16, row length u32 (2³² − 1: the key is gone), key, row (LSN u64, value) | |
//!
//! | end | bytes |
//! | --- | --- |
//! | magic `pgCE` | 4 |
//! | number of rows | 8 |
//! | CRC32C of the above, started from the number of blocks | 4 |

use std::io::IoSlice;
use std::path::PathBuf;
use std::sync::Arc;

use super::format::{BadHeader, FORMAT};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::{Files, StoreFile};
use crate::shell::store::index::{Row, Write};
use crate::shell::store::ops::Fields;

const MAGIC: [u8; 8] = *b"pgcheck\n";
const BLOCK_MAGIC: [u8; 4] = *b"pgCB";
const END_MAGIC: [u8; 4] = *b"pgCE";
const HEADER_BYTES: usize = 32;
const BLOCK_HEADER_BYTES: usize = 20;
const END_BYTES: u64 = 16;

/// A block is closed when its rows have this many bytes; the last row may be longer.
const BLOCK_BYTES: usize = 128 * 1024;
/// No block expands to more.
const MOST_BLOCK_BYTES: usize = BLOCK_BYTES + 128 * 1024;
const GONE: u32 = u32::MAX;
const LEVEL: i32 = 1;

/// What a file of rows speaks of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::shell::store) struct Upto {
    pub(in crate::shell::store) segment: u32,
    pub(in crate::shell::store) salt: u32,
    pub(in crate::shell::store) lsn: u64,
}

impl Upto {
    fn encode(self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.segment.to_le_bytes());
        out.extend_from_slice(&self.salt.to_le_bytes());
        out.extend_from_slice(&self.lsn.to_le_bytes());
        let crc = crc32c::crc32c(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Result<Self, BadHeader> {
        let mut fields = Fields(bytes);
        let magic = fields.array().filter(|&magic: &[u8; 8]| magic == MAGIC);
        let (Some(_), Some(format)) = (magic, fields.u16()) else { return Err(BadHeader::Damaged) };
        if format > FORMAT {
            return Err(BadHeader::Newer(format));
        }
        let checked = bytes.get(..HEADER_BYTES - 4).map(crc32c::crc32c);
        let mut read = || {
            fields.u16()?;
            let upto = Self { segment: fields.u32()?, salt: fields.u32()?, lsn: fields.u64()? };
            (fields.u32() == checked).then_some(upto)
        };
        read().ok_or(BadHeader::Damaged)
    }
}

/// Writes a file of rows, front to back.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    file: Box<dyn StoreFile>,
    offset: u64,
    block: Vec<u8>,
    blocks: u32,
    rows: u64,
}

impl Writer {
    pub(super) fn create(files: &dyn Files, path: PathBuf, upto: Upto) -> Result<Self, StoreError> {
        let file = files.create(&path).map_err(StoreError::io(&path))?;
        let mut writer = Self { path, file, offset: 0, block: Vec::new(), blocks: 0, rows: 0 };
        writer.write(&upto.encode())?;
        Ok(writer)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_at(self.offset, &mut [IoSlice::new(bytes)]).map_err(StoreError::io(&self.path))?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Appends a key that sorts behind all before it.
    pub(super) fn push(&mut self, key: &[u8], row: Option<&Row>) -> Result<(), StoreError> {
        let row = row.map(Row::as_stored);
        let length = row.map_or(GONE, |row| u32::try_from(row.len()).unwrap_or(GONE));
        self.block.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_le_bytes());
        self.block.extend_from_slice(&length.to_le_bytes());
        self.block.extend_from_slice(key);
        self.block.extend_from_slice(row.unwrap_or_default());
        self.rows += 1;
        if self.block.len() >= BLOCK_BYTES { self.close_block() } else { Ok(()) }
    }

    fn close_block(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let wrong = |source| StoreError::Document { step: "compressed", source };
        let stored = zstd::bulk::compress(&self.block, LEVEL).map_err(wrong)?;
        let mut out = BLOCK_MAGIC.to_vec();
        for length in [stored.len(), self.block.len()] {
            out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
        out.extend_from_slice(&crc32c::crc32c(&stored).to_le_bytes());
        out.extend_from_slice(&crc32c::crc32c_append(self.blocks, &out).to_le_bytes());
        out.extend_from_slice(&stored);
        self.write(&out)?;
        self.block.clear();
        self.blocks += 1;
        Ok(())
    }

    /// Writes the end; returns the number of rows.
    ///
    /// - `sync`: makes the content durable.
    pub(super) fn finish(mut self, sync: bool) -> Result<u64, StoreError> {
        self.close_block()?;
        let mut out = END_MAGIC.to_vec();
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.extend_from_slice(&crc32c::crc32c_append(self.blocks, &out).to_le_bytes());
        self.write(&out)?;
        if sync {
            self.file.sync().map_err(StoreError::io(&self.path))?;
        }
        Ok(self.rows)
    }
}

/// Reads a file of rows, front to back.
#[derive(Debug)]
pub(in crate::shell::store) struct Sorted {
    pub(super) path: PathBuf,
    pub(in crate::shell::store) upto: Upto,
    file: Arc<dyn StoreFile>,
    length: u64,
    offset: u64,
    block: Vec<u8>,
    /// Where in the block the next row is.
    next: usize,
    blocks: u32,
    rows: u64,
    last: Vec<u8>,
}

impl Sorted {
    /// Reads the header, and that the end has been written.
    pub(super) fn open(path: PathBuf, file: Arc<dyn StoreFile>) -> Result<Self, StoreError> {
        let mut bytes = [0; HEADER_BYTES];
        let read = file.read_at(0, &mut bytes).map_err(StoreError::io(&path))?;
        let damaged = |offset, found| StoreError::Damaged { file: path.clone(), offset, found };
        let upto = match Upto::decode(bytes.get(..read).unwrap_or_default()) {
            Ok(upto) => upto,
            Err(BadHeader::Newer(format)) => {
                return Err(StoreError::Newer { file: path, format, known: FORMAT });
            }
            Err(BadHeader::Damaged) => return Err(damaged(0, "no checkpoint header")),
        };
        let length = file.length().map_err(StoreError::io(&path))?;
        let end = length.saturating_sub(END_BYTES);
        let mut magic = [0; 4];
        let read = file.read_at(end, &mut magic).map_err(StoreError::io(&path))?;
        if end < HEADER_BYTES as u64 || read < magic.len() || magic != END_MAGIC {
            return Err(damaged(end, "no end of the checkpoint"));
        }
        let (block, last) = (Vec::new(), Vec::new());
        Ok(Self {
            path,
            upto,
            file,
            length,
            offset: HEADER_BYTES as u64,
            block,
            next: 0,
            blocks: 0,
            rows: 0,
            last,
        })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    fn damaged(&self, found: &'static str) -> StoreError {
        StoreError::Damaged { file: self.path.clone(), offset: self.offset, found }
    }

    fn read(&self, count: usize) -> Result<Vec<u8>, StoreError> {
        let left = usize::try_from(self.length.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; count.min(left)];
        let read = self.file.read_at(self.offset, &mut bytes).map_err(StoreError::io(&self.path))?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// The next row; `None` at the end, when everything before it was whole.
    pub(in crate::shell::store) fn next(&mut self) -> Result<Option<Write>, StoreError> {
        if self.next >= self.block.len() && !self.next_block()? {
            return Ok(None);
        }
        let rest = self.block.get(self.next..).unwrap_or_default();
        let mut fields = Fields(rest);
        let mut read = || {
            let (key, row) = (fields.u16()?, fields.u32()?);
            let key = fields.take(key.into())?;
            let row = if row == GONE { None } else { Some(fields.take(row.try_into().ok()?)?) };
            Some((key, row))
        };
        let Some((key, row)) = read() else { return Err(self.damaged("a row cut short")) };
        if self.rows > 0 && key <= self.last.as_slice() {
            return Err(self.damaged("a row out of order"));
        }
        let used = rest.len() - fields.0.len();
        let found: Write = (key.into(), row.map(Row::stored));
        self.last.clear();
        self.last.extend_from_slice(&found.0);
        self.next += used;
        self.rows += 1;
        Ok(Some(found))
    }

    /// `false` at the end.
    fn next_block(&mut self) -> Result<bool, StoreError> {
        let head = self.read(BLOCK_HEADER_BYTES)?;
        let mut fields = Fields(&head);
        match fields.array() {
            Some(BLOCK_MAGIC) => {}
            Some(END_MAGIC) => return self.end(&head).map(|()| false),
            _ => return Err(self.damaged("no block of rows")),
        }
        let lengths = (fields.u32(), fields.u32(), fields.u32());
        let checked = head.get(..BLOCK_HEADER_BYTES - 4).map(|head| crc32c::crc32c_append(self.blocks, head));
        let (Some(stored), Some(expanded), Some(crc)) = lengths else {
            return Err(self.damaged("a block cut short"));
        };
        if checked.is_none() || fields.u32() != checked {
            return Err(self.damaged("a block with a wrong header"));
        }
        let head_at = self.offset;
        self.offset += BLOCK_HEADER_BYTES as u64;
        let bytes = self.read(usize::try_from(stored).unwrap_or(usize::MAX))?;
        let whole = bytes.len() as u64 == u64::from(stored) && crc32c::crc32c(&bytes) == crc;
        let most = usize::try_from(expanded).unwrap_or(usize::MAX).min(MOST_BLOCK_BYTES);
        match zstd::bulk::decompress(&bytes, most) {
            Ok(block) if whole && block.len() as u64 == u64::from(expanded) => self.block = block,
            _ => {
                self.offset = head_at;
                return Err(self.damaged("a block with a wrong checksum"));
            }
        }
        self.offset += u64::from(stored);
        self.next = 0;
        self.blocks += 1;
        Ok(true)
    }

    fn end(&self, head: &[u8]) -> Result<(), StoreError> {
        let mut fields = Fields(head.get(4..).unwrap_or_default());
        let crc = head.get(..12).map(|head| crc32c::crc32c_append(self.blocks, head));
        let right = fields.u64() == Some(self.rows) && fields.u32() == crc && fields.0.is_empty();
        if right { Ok(()) } else { Err(self.damaged("a wrong end of the checkpoint")) }
    }
}
