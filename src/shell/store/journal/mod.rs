//! The journal: append-only segments that are the truth.
//!
//! One thread writes it. A group of changes is appended with one write and made durable by one sync; the
//! space behind it is filled with zeros ahead of time, so that most syncs change no metadata.

mod block;
mod checkpoint;
mod compaction;
mod directory;
mod format;
mod layout;
mod recovery;
mod segment;
mod sorted;
mod whole;

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ring::rand::{SecureRandom as _, SystemRandom};

pub(super) use self::checkpoint::Checkpoint;
pub use self::compaction::Compacted;
pub(super) use self::compaction::Compaction;
use self::format::{GroupHeader, SegmentHeader};
use self::layout::Name;
pub(super) use self::recovery::Survey;
use self::segment::Segment;
pub(super) use self::sorted::{Sorted, Upto};
pub use self::whole::Verified;
pub(super) use self::whole::Whole;
use super::error::StoreError;
use super::files::{Files, StoreFile};
use super::ops::Fields;

const GROUP_HEADER_BYTES: u64 = GroupHeader::BYTES as u64;

/// Zeros written ahead at once, at most.
const AHEAD: u64 = 1 << 20;

/// A position in the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u64,
}

/// One change as it stands in the journal.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) lsn: u64,
    pub(super) at: Place,
    /// With its length in front.
    pub(super) bytes: &'a [u8],
}

/// Where the documents of each segment are: in it, or what a compaction has left of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Segments(Arc<RwLock<BTreeMap<u32, PathBuf>>>);

impl Segments {
    fn add(&self, number: u32, path: PathBuf) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(number, path);
    }

    /// A checkpoint covers all segments up to this one; these files are what is left of them.
    fn covered(&self, last: u32, kept: impl Iterator<Item = (u32, PathBuf)>) {
        let mut segments = self.0.write().unwrap_or_else(PoisonError::into_inner);
        segments.retain(|number, _| *number > last);
        segments.extend(kept);
    }

    /// Reads the bytes of a document and checks them. A file is opened for each: there may be more of them
    /// than a process may have open.
    pub(super) fn read(
        &self,
        files: &dyn Files,
        at: Place,
        bytes: u32,
        crc: u32,
    ) -> Result<Vec<u8>, StoreError> {
        let path = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&at.segment).cloned();
        let Some(path) = path else {
            let file = Name::Segment(at.segment).in_folder(Path::new(""));
            return Err(StoreError::Damaged { file, offset: at.offset, found: "no such segment" });
        };
        let file = files.open(&path).map_err(StoreError::io(&path))?;
        read_document(&path, file.as_ref(), at.offset, bytes, crc)
    }
}

/// Reads the stored bytes of a document and checks them.
fn read_document(
    path: &Path,
    file: &dyn StoreFile,
    offset: u64,
    bytes: u32,
    crc: u32,
) -> Result<Vec<u8>, StoreError> {
    let damaged = |found| StoreError::Damaged { file: path.to_owned(), offset, found };
    let length = file.length().map_err(StoreError::io(path))?;
    if offset.saturating_add(bytes.into()) > length {
        return Err(damaged("a document cut short"));
    }
    let mut buffer = vec![0; usize::try_from(bytes).unwrap_or(0)];
    let read = file.read_at(offset, &mut buffer).map_err(StoreError::io(path))?;
    if read == buffer.len() && crc32c::crc32c(&buffer) == crc {
        Ok(buffer)
    } else {
        Err(damaged("a document with a wrong checksum"))
    }
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Journal {
    files: Arc<dyn Files>,
    folder: PathBuf,
    segments: Segments,
    current: Segment,
    /// Where the next group goes.
    end: u64,
    /// Up to here the current segment is synced.
    confirmed: u64,
    /// Up to here it is filled with zeros.
    filled: u64,
    next_lsn: u64,
    segment_bytes: u64,
}

impl Journal {
    /// Opens the journal that was surveyed, handing every change behind `from` to `visit`, oldest first.
    pub(super) fn open(
        survey: Survey,
        files: Arc<dyn Files>,
        segment_bytes: u64,
        from: u64,
        visit: &mut dyn FnMut(Change<'_>, u32) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let folder = survey.folder.clone();
        let recovered = survey.recover(from, visit)?;
        let current = match recovered.last {
            Some(segment) => segment,
            None => create(files.as_ref(), &folder, 1, recovered.next_lsn)?,
        };
        let segments = Segments::default();
        for (number, path) in recovered.files {
            segments.add(number, path);
        }
        segments.add(current.header.number, current.path.clone());
        let (end, next_lsn) = (recovered.end, recovered.next_lsn);
        let filled = current.file.length().map_err(StoreError::io(&current.path))?;
        Ok(Self { files, folder, segments, current, end, confirmed: end, filled, next_lsn, segment_bytes })
    }

    pub(super) fn segments(&self) -> Segments {
        self.segments.clone()
    }

    /// LSN of the last change.
    pub(super) fn last_lsn(&self) -> u64 {
        self.next_lsn - 1
    }

    /// Salt of the segment that is written.
    pub(super) fn salt(&self) -> u32 {
        self.current.header.salt
    }

    /// Where the next group goes.
    pub(super) fn end(&self) -> Place {
        Place { segment: self.current.header.number, offset: self.end }
    }

    /// Whether everything appended was synced.
    pub(super) fn is_synced(&self) -> bool {
        self.confirmed == self.end
    }

    /// Appends changes as one group; returns the first one's LSN and where each of them stands.
    ///
    /// # Errors
    /// [`StoreError::Full`]: nothing was appended, the journal goes on. Any other: it must not.
    pub(super) fn append(&mut self, changes: &[&[u8]]) -> Result<(u64, Vec<Place>), StoreError> {
        let length = changes.iter().map(|change| change.len() as u64).sum::<u64>();
        if self.end > SegmentHeader::BYTES as u64
            && self.end + GROUP_HEADER_BYTES + length > self.segment_bytes
        {
            self.rotate()?;
        }
        let (first_lsn, group) = (self.next_lsn, self.end + GROUP_HEADER_BYTES);
        self.write_group(changes, length)?;
        self.next_lsn += changes.len() as u64;
        let mut offset = group;
        let places = changes.iter().map(|change| {
            let place = Place { segment: self.current.header.number, offset };
            offset += change.len() as u64;
            place
        });
        Ok((first_lsn, places.collect()))
    }

    /// Makes durable what was appended.
    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        self.current.file.sync().map_err(|source| self.failed(source))?;
        self.confirmed = self.end;
        Ok(())
    }

    /// Appends an empty group, whose claim protects everything synced before it from being cut.
    pub(super) fn confirm(&mut self) -> Result<(), StoreError> {
        self.write_group(&[], 0)
    }

    fn write_group(&mut self, changes: &[&[u8]], length: u64) -> Result<(), StoreError> {
        let salt = self.current.header.salt;
        let header = GroupHeader {
            length: u32::try_from(length).map_err(|_| self.failed(io::ErrorKind::FileTooLarge.into()))?,
            first_lsn: self.next_lsn,
            changes: u32::try_from(changes.len())
                .map_err(|_| self.failed(io::ErrorKind::FileTooLarge.into()))?,
            confirmed: self.confirmed,
            crc: changes.iter().fold(salt, |crc, change| crc32c::crc32c_append(crc, change)),
        }
        .encode(salt);
        let mut parts: Vec<IoSlice<'_>> =
            std::iter::once(header.as_slice()).chain(changes.iter().copied()).map(IoSlice::new).collect();
        self.current.file.write_at(self.end, &mut parts).or_else(|error| self.take_back(error))?;
        self.end += GROUP_HEADER_BYTES + length;
        self.fill();
        Ok(())
    }

    /// Cuts off what a failed write left, durably: a refused change must not come back, and nothing but
    /// zeros may stand behind the end.
    fn take_back(&mut self, error: io::Error) -> Result<(), StoreError> {
        let cut = self.current.file.truncate(self.end).and_then(|()| self.current.file.sync());
        cut.map_err(|source| self.failed(source))?;
        self.confirmed = self.end;
        self.filled = self.end;
        Err(StoreError::io(&self.current.path)(error))
    }

    /// Writes zeros ahead. Where that fails they are done without: the next append will say what is wrong.
    fn fill(&mut self) {
        self.filled = self.filled.max(self.end);
        let ahead = AHEAD.min(self.segment_bytes / 16);
        if self.filled > self.end || self.end + ahead > self.segment_bytes {
            return;
        }
        let zeros = vec![0; usize::try_from(ahead).unwrap_or(0)];
        if self.current.file.write_at(self.end, &mut [IoSlice::new(&zeros)]).is_ok() {
            self.filled = self.end + ahead;
        } else if self.current.file.truncate(self.end).is_ok() {
            self.filled = self.end;
        }
    }

    /// Seals the current segment, if anything is in it.
    pub(super) fn seal(&mut self) -> Result<(), StoreError> {
        if self.end > SegmentHeader::BYTES as u64 { self.rotate() } else { Ok(()) }
    }

    /// Seals the current segment and starts the next.
    fn rotate(&mut self) -> Result<(), StoreError> {
        self.current.file.truncate(self.end).map_err(|source| self.failed(source))?;
        self.filled = self.end;
        self.sync()?;
        let number = self.current.header.number + 1;
        self.current = create(self.files.as_ref(), &self.folder, number, self.next_lsn)?;
        self.segments.add(number, self.current.path.clone());
        self.end = SegmentHeader::BYTES as u64;
        (self.confirmed, self.filled) = (self.end, self.end);
        Ok(())
    }

    /// An error after which the journal must not go on, a full disk included.
    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Io { file: self.current.path.clone(), source }
    }
}

/// Creates a segment, header and name synced. On a full disk nothing of it is left.
fn create(files: &dyn Files, folder: &Path, number: u32, first_lsn: u64) -> Result<Segment, StoreError> {
    let path = Name::Segment(number).in_folder(folder);
    let mut salt = [0; 4];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| StoreError::io(&path)(io::Error::other("no randomness")))?;
    let header = SegmentHeader { salt: u32::from_le_bytes(salt), number, first_lsn };
    let file: Arc<dyn StoreFile> = Arc::from(files.create(&path).map_err(StoreError::io(&path))?);
    let written = file
        .write_at(0, &mut [IoSlice::new(&header.encode())])
        .and_then(|()| file.sync())
        .and_then(|()| files.sync_folder(folder));
    if let Err(error) = written {
        files.remove(&path).map_err(|source| StoreError::Io { file: path.clone(), source })?;
        return Err(StoreError::io(&path)(error));
    }
    Ok(Segment { path, file, header })
}

/// Hands on the changes of a group; `false` when its content is not what its header says.
fn split(
    group: Place,
    first_lsn: u64,
    count: u32,
    bytes: &[u8],
    visit: &mut dyn FnMut(Change<'_>) -> Result<(), StoreError>,
) -> Result<bool, StoreError> {
    let mut rest = Fields(bytes);
    for index in 0..u64::from(count) {
        let at = Place { offset: group.offset + (bytes.len() - rest.0.len()) as u64, ..group };
        let length = Fields(rest.0).u32().and_then(|length| usize::try_from(length).ok());
        let Some(change) = length.and_then(|length| rest.take(length.checked_add(4)?)) else {
            return Ok(false);
        };
        visit(Change { lsn: first_lsn + index, at, bytes: change })?;
    }
    Ok(rest.0.is_empty())
}
