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
//! | [blocks](super::block), the directory, the end | |
//!
//! | directory | bytes |
//! | --- | --- |
//! | magic `pgCD` | 4 |
//! | length of the entries | 8 |
//! | CRC32C of the entries | 4 |
//! | [entries](super::directory), one for each block | |
//!
//! | end | bytes |
//! | --- | --- |
//! | magic `pgCE` | 4 |
//! | number of rows | 8 |
//! | offset of the directory | 8 |
//! | CRC32C of the above, started from the number of blocks | 4 |
//!
//! Format 1 has no directory and no offset of it.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::block::{self, Header};
use super::directory::{Directory, Entries};
use super::format::BadHeader;
use crate::shell::store::error::StoreError;
use crate::shell::store::files::{Files, StoreFile};
use crate::shell::store::index::{Row, Write};
use crate::shell::store::ops::Fields;

/// The newest format of these files, and the one that is written.
const FORMAT: u16 = 2;

const MAGIC: [u8; 8] = *b"pgcheck\n";
const DIRECTORY_MAGIC: [u8; 4] = *b"pgCD";
const END_MAGIC: [u8; 4] = *b"pgCE";
const HEADER_BYTES: usize = 32;
const DIRECTORY_HEADER_BYTES: usize = 16;
const END_BYTES: usize = 24;

/// What a file of rows speaks of.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
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

    /// With the format of the file.
    fn decode(bytes: &[u8]) -> Result<(Self, u16), BadHeader> {
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
            (fields.u32() == checked).then_some((upto, format))
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
    entries: Entries,
    directory: Vec<u8>,
}

impl Writer {
    pub(super) fn create(files: &dyn Files, path: PathBuf, upto: Upto) -> Result<Self, StoreError> {
        let file = files.create(&path).map_err(StoreError::io(&path))?;
        let (block, entries, directory) = (Vec::new(), Entries::default(), Vec::new());
        let mut writer = Self { path, file, offset: 0, block, blocks: 0, rows: 0, entries, directory };
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
        block::push(&mut self.block, key, row);
        self.entries.row(key);
        self.rows += 1;
        if self.block.len() >= block::BYTES { self.close_block() } else { Ok(()) }
    }

    fn close_block(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        self.entries.close(self.offset, &mut self.directory);
        self.write(&block::encode(&self.block, self.blocks)?)?;
        self.block.clear();
        self.blocks += 1;
        Ok(())
    }

    /// Writes directory and end; returns the number of rows.
    ///
    /// - `sync`: makes the content durable.
    pub(super) fn finish(mut self, sync: bool) -> Result<u64, StoreError> {
        self.close_block()?;
        let (at, directory) = (self.offset, std::mem::take(&mut self.directory));
        let mut head = DIRECTORY_MAGIC.to_vec();
        head.extend_from_slice(&(directory.len() as u64).to_le_bytes());
        head.extend_from_slice(&crc32c::crc32c(&directory).to_le_bytes());
        self.write(&head)?;
        self.write(&directory)?;
        let mut end = END_MAGIC.to_vec();
        end.extend_from_slice(&self.rows.to_le_bytes());
        end.extend_from_slice(&at.to_le_bytes());
        end.extend_from_slice(&crc32c::crc32c_append(self.blocks, &end).to_le_bytes());
        self.write(&end)?;
        if sync {
            self.file.sync().map_err(StoreError::io(&self.path))?;
        }
        Ok(self.rows)
    }
}

/// A file of rows, open: its header is read, and its end is there.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) file: Arc<dyn StoreFile>,
    pub(super) upto: Upto,
    format: u16,
    /// Where the end begins.
    end: u64,
}

impl Opened {
    pub(super) fn of(path: PathBuf, file: Arc<dyn StoreFile>) -> Result<Self, StoreError> {
        let head = read(&path, file.as_ref(), 0, HEADER_BYTES)?;
        let damaged = |offset, found| StoreError::Damaged { file: path.clone(), offset, found };
        let (upto, format) = match Upto::decode(&head) {
            Ok(upto) => upto,
            Err(BadHeader::Newer(format)) => {
                return Err(StoreError::Newer { file: path, format, known: FORMAT });
            }
            Err(BadHeader::Damaged) => return Err(damaged(0, "no checkpoint header")),
        };
        let length = file.length().map_err(StoreError::io(&path))?;
        let end = length.saturating_sub(end_bytes(format) as u64);
        let magic = read(&path, file.as_ref(), end, END_MAGIC.len())?;
        if end < HEADER_BYTES as u64 || magic != END_MAGIC {
            return Err(damaged(end, "no end of the checkpoint"));
        }
        Ok(Self { path, file, upto, format, end })
    }

    pub(super) fn damaged(&self, offset: u64, found: &'static str) -> StoreError {
        StoreError::Damaged { file: self.path.clone(), offset, found }
    }

    /// Bytes in the file.
    pub(super) fn length(&self) -> u64 {
        self.end + end_bytes(self.format) as u64
    }

    /// At most so many bytes; fewer at the end of the file.
    pub(super) fn read(&self, offset: u64, count: usize) -> Result<Vec<u8>, StoreError> {
        let left = usize::try_from(self.length().saturating_sub(offset)).unwrap_or(usize::MAX);
        read(&self.path, self.file.as_ref(), offset, count.min(left))
    }

    /// The directory and where it stands; of a file without one, what it would be.
    pub(super) fn directory(&self) -> Result<(Directory, u64), StoreError> {
        let (bytes, at) = if self.format == 1 {
            (self.made_directory()?, self.end)
        } else {
            let end = self.read(self.end, END_BYTES)?;
            let at = end.get(12..).and_then(|end| Fields(end).u64()).unwrap_or(u64::MAX);
            let head = self.read(at, DIRECTORY_HEADER_BYTES)?;
            let (length, crc) = directory_header(&head).ok_or_else(|| self.damaged(at, "no directory"))?;
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = self.read(at.saturating_add(DIRECTORY_HEADER_BYTES as u64), length)?;
            if bytes.len() < length || crc32c::crc32c(&bytes) != crc {
                return Err(self.damaged(at, "a directory with a wrong checksum"));
            }
            (bytes, at)
        };
        Directory::read(bytes)
            .map(|directory| (directory, at))
            .ok_or_else(|| self.damaged(at, "no directory"))
    }

    fn made_directory(&self) -> Result<Vec<u8>, StoreError> {
        let mut rows = Sorted::over(Self::of(self.path.clone(), Arc::clone(&self.file))?);
        rows.directory = Some(Vec::new());
        while rows.next()?.is_some() {}
        Ok(rows.directory.unwrap_or_default())
    }
}

fn read(path: &Path, file: &dyn StoreFile, offset: u64, count: usize) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![0; count];
    let read = file.read_at(offset, &mut bytes).map_err(StoreError::io(path))?;
    bytes.truncate(read);
    Ok(bytes)
}

fn end_bytes(format: u16) -> usize {
    if format == 1 { END_BYTES - 8 } else { END_BYTES }
}

/// Length and checksum of the entries.
fn directory_header(head: &[u8]) -> Option<(u64, u32)> {
    let mut fields = Fields(head);
    fields.array().filter(|&magic: &[u8; 4]| magic == DIRECTORY_MAGIC)?;
    Some((fields.u64()?, fields.u32()?))
}

/// Reads a file of rows, front to back.
#[derive(Debug)]
pub(in crate::shell::store) struct Sorted {
    opened: Opened,
    pub(in crate::shell::store) upto: Upto,
    offset: u64,
    block: Vec<u8>,
    /// Where in the block the next row is.
    next: usize,
    blocks: u32,
    rows: u64,
    last: Vec<u8>,
    /// Where the block began that is read.
    block_at: u64,
    entries: Entries,
    /// CRC32C of the entries of the blocks before.
    crc: u32,
    /// These entries, where they are asked for.
    directory: Option<Vec<u8>>,
}

impl Sorted {
    pub(super) fn open(path: PathBuf, file: Arc<dyn StoreFile>) -> Result<Self, StoreError> {
        Opened::of(path, file).map(Self::over)
    }

    fn over(opened: Opened) -> Self {
        Self {
            upto: opened.upto,
            opened,
            offset: HEADER_BYTES as u64,
            block: Vec::new(),
            next: 0,
            blocks: 0,
            rows: 0,
            last: Vec::new(),
            block_at: 0,
            entries: Entries::default(),
            crc: 0,
            directory: None,
        }
    }

    fn damaged(&self, found: &'static str) -> StoreError {
        self.opened.damaged(self.offset, found)
    }

    /// The next row; `None` at the end, when everything before it was whole.
    pub(in crate::shell::store) fn next(&mut self) -> Result<Option<Write>, StoreError> {
        if self.next >= self.block.len() && !self.next_block()? {
            return Ok(None);
        }
        let rest = self.block.get(self.next..).unwrap_or_default();
        let mut fields = Fields(rest);
        let Some((key, row)) = block::row(&mut fields) else { return Err(self.damaged("a row cut short")) };
        if self.rows > 0 && key <= self.last.as_slice() {
            return Err(self.damaged("a row out of order"));
        }
        let used = rest.len() - fields.0.len();
        let found: Write = (key.into(), row.map(Row::stored));
        self.last.clear();
        self.last.extend_from_slice(&found.0);
        self.entries.row(&found.0);
        self.next += used;
        self.rows += 1;
        Ok(Some(found))
    }

    /// `false` at the end.
    fn next_block(&mut self) -> Result<bool, StoreError> {
        if self.blocks > 0 && !self.block.is_empty() {
            let mut entry = Vec::new();
            self.entries.close(self.block_at, &mut entry);
            self.crc = crc32c::crc32c_append(self.crc, &entry);
            self.directory.iter_mut().for_each(|directory| directory.extend_from_slice(&entry));
            self.block.clear();
        }
        let head = self.opened.read(self.offset, block::HEADER_BYTES)?;
        if !head.starts_with(&block::MAGIC) {
            return self.end().map(|()| false);
        }
        let header = Header::read(&head, self.blocks).map_err(|found| self.damaged(found))?;
        let stored = usize::try_from(header.stored).unwrap_or(usize::MAX);
        let bytes = self.opened.read(self.offset + block::HEADER_BYTES as u64, stored)?;
        self.block = header.expand(&bytes).map_err(|found| self.damaged(found))?;
        self.block_at = self.offset;
        self.offset += (block::HEADER_BYTES + stored) as u64;
        self.next = 0;
        self.blocks += 1;
        Ok(true)
    }

    /// Checks directory and end.
    fn end(&mut self) -> Result<(), StoreError> {
        let directory_at = self.offset;
        if self.opened.format > 1 {
            let head = self.opened.read(self.offset, DIRECTORY_HEADER_BYTES)?;
            let Some((length, crc)) = directory_header(&head) else {
                return Err(self.damaged("no block of rows"));
            };
            let bytes_at = self.offset + DIRECTORY_HEADER_BYTES as u64;
            let bytes = self.opened.read(bytes_at, usize::try_from(length).unwrap_or(usize::MAX))?;
            if crc != self.crc || crc32c::crc32c(&bytes) != crc {
                return Err(self.damaged("a directory of other rows"));
            }
            self.offset = bytes_at + bytes.len() as u64;
        }
        let end = self.opened.read(self.offset, end_bytes(self.opened.format) + 1)?;
        let checked = end.len().checked_sub(4).and_then(|length| end.get(..length));
        let crc = checked.map(|checked| crc32c::crc32c_append(self.blocks, checked));
        let mut fields = Fields(&end);
        let magic: Option<[u8; 4]> = fields.array();
        let rows = fields.u64();
        let at = if self.opened.format > 1 { fields.u64() } else { Some(directory_at) };
        let right = magic == Some(END_MAGIC)
            && rows == Some(self.rows)
            && at == Some(directory_at)
            && fields.u32() == crc
            && fields.0.is_empty();
        if right { Ok(()) } else { Err(self.damaged("a wrong end of the checkpoint")) }
    }
}
