//! One file of the journal, read front to back.

use std::path::PathBuf;
use std::sync::Arc;

use super::format::{BadHeader, FORMAT, GROUP_MAGIC, GroupHeader, SegmentHeader};
use super::{Change, GROUP_HEADER_BYTES, Place, split};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::StoreFile;

/// A segment whose header was read.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) path: PathBuf,
    pub(super) file: Arc<dyn StoreFile>,
    pub(super) header: SegmentHeader,
}

/// How far the changes of a segment go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Behind the last group.
    pub(super) end: u64,
    pub(super) next_lsn: u64,
    /// What a crash has left behind the end.
    pub(super) cut: Option<&'static str>,
}

/// What stands at a position.
enum Found<'a> {
    Group(GroupHeader, &'a [u8]),
    /// Nothing but zeros up to the end of the file.
    End,
    /// No group, and this is why.
    Bad(&'static str),
}

/// Bytes read at once; a larger group is read whole.
const READ_AHEAD: usize = 1 << 20;

/// Reads a segment through a window, so that small groups cost no system call each.
struct Reader<'a> {
    segment: &'a Segment,
    length: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl Segment {
    /// Reads the header. `Ok(None)`: a segment whose creation was cut short; it never held a group.
    pub(super) fn read(path: PathBuf, file: Arc<dyn StoreFile>) -> Result<Option<Self>, StoreError> {
        let mut bytes = [0; SegmentHeader::BYTES];
        let read = file.read_at(0, &mut bytes).map_err(StoreError::io(&path))?;
        match SegmentHeader::decode(bytes.get(..read).unwrap_or_default()) {
            Ok(header) => Ok(Some(Self { path, file, header })),
            Err(BadHeader::Newer(format)) => Err(StoreError::Newer { file: path, format, known: FORMAT }),
            Err(BadHeader::Damaged) => {
                let length = file.length().map_err(StoreError::io(&path))?;
                // The header is synced before the first group is written behind it.
                if length <= SegmentHeader::BYTES as u64 {
                    return Ok(None);
                }
                Err(StoreError::Damaged { file: path, offset: 0, found: "no segment header" })
            }
        }
    }

    pub(super) fn damaged(&self, offset: u64, found: &'static str) -> StoreError {
        StoreError::Damaged { file: self.path.clone(), offset, found }
    }

    /// Hands on every change, in order.
    ///
    /// - `last`: whether it is the segment that was written last, whose end may be half-written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for anything that no crash can have done.
    pub(super) fn changes(
        &self,
        last: bool,
        visit: &mut dyn FnMut(Change<'_>) -> Result<(), StoreError>,
    ) -> Result<Extent, StoreError> {
        let mut reader = self.reader()?;
        let mut extent =
            Extent { end: SegmentHeader::BYTES as u64, next_lsn: self.header.first_lsn, cut: None };
        loop {
            let found = match reader.group(extent.end)? {
                Found::Group(header, _) if header.first_lsn != extent.next_lsn => "a group out of order",
                Found::Group(header, changes) => {
                    let group =
                        Place { segment: self.header.number, offset: extent.end + GROUP_HEADER_BYTES };
                    if !split(group, header.first_lsn, header.changes, changes, visit)? {
                        return Err(self.damaged(extent.end, "a group with unknown content"));
                    }
                    extent.next_lsn += u64::from(header.changes);
                    extent.end = group.offset + changes.len() as u64;
                    continue;
                }
                Found::End => return Ok(extent),
                Found::Bad(found) => found,
            };
            if !last || reader.claimed(extent.end)? {
                return Err(self.damaged(extent.end, found));
            }
            return Ok(Extent { cut: Some(found), ..extent });
        }
    }

    fn reader(&self) -> Result<Reader<'_>, StoreError> {
        let length = self.file.length().map_err(StoreError::io(&self.path))?;
        Ok(Reader { segment: self, length, window: Vec::new(), window_at: 0 })
    }
}

impl Reader<'_> {
    /// The bytes at a position; fewer than asked for at the end of the file.
    fn bytes(&mut self, offset: u64, count: usize) -> Result<&[u8], StoreError> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = count.min(left);
        let inside = |window_at: u64, window: &[u8]| {
            let start = usize::try_from(offset.checked_sub(window_at)?).ok()?;
            (start + count <= window.len()).then_some(start)
        };
        let start = if let Some(start) = inside(self.window_at, &self.window) {
            start
        } else {
            let segment = self.segment;
            self.window.resize(count.max(READ_AHEAD.min(left)), 0);
            self.window_at = offset;
            let read =
                segment.file.read_at(offset, &mut self.window).map_err(StoreError::io(&segment.path))?;
            self.window.truncate(read);
            0
        };
        Ok(self.window.get(start..(start + count).min(self.window.len())).unwrap_or_default())
    }

    /// Reads the group at a position. No length is believed before its checksum, nor beyond the file.
    fn group(&mut self, offset: u64) -> Result<Found<'_>, StoreError> {
        let salt = self.segment.header.salt;
        let Some(header) = GroupHeader::decode(self.bytes(offset, GroupHeader::BYTES)?, salt) else {
            return Ok(if self.zeros_from(offset)? { Found::End } else { Found::Bad("no group header") });
        };
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let changes = self.bytes(offset + GroupHeader::BYTES as u64, length)?;
        if changes.len() < length {
            return Ok(Found::Bad("a group cut short"));
        }
        if crc32c::crc32c_append(salt, changes) != header.crc {
            return Ok(Found::Bad("a group with a wrong checksum"));
        }
        Ok(Found::Group(header, changes))
    }

    fn zeros_from(&mut self, mut offset: u64) -> Result<bool, StoreError> {
        while offset < self.length {
            let bytes = self.bytes(offset, READ_AHEAD)?;
            if bytes.is_empty() || bytes.iter().any(|&byte| byte != 0) {
                return Ok(bytes.is_empty());
            }
            offset += bytes.len() as u64;
        }
        Ok(true)
    }

    /// Whether a group behind a position was written after that position had been synced.
    fn claimed(&mut self, position: u64) -> Result<bool, StoreError> {
        let salt = self.segment.header.salt;
        let mut offset = position;
        while offset < self.length {
            let bytes = self.bytes(offset, READ_AHEAD)?;
            for (start, candidate) in bytes.windows(GroupHeader::BYTES).enumerate() {
                if candidate.starts_with(&GROUP_MAGIC)
                    && GroupHeader::decode(candidate, salt).is_some_and(|header| {
                        header.confirmed > position && header.confirmed <= offset + start as u64
                    })
                {
                    return Ok(true);
                }
            }
            if bytes.len() < GroupHeader::BYTES {
                break;
            }
            offset += (bytes.len() - GroupHeader::BYTES + 1) as u64;
        }
        Ok(false)
    }
}
