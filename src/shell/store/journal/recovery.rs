//! Reading the journal at start: every change in order, and what a crash left half-written cut off.
//!
//! Unsynced writes may survive a crash in any order, in part, or not at all; what was synced does not
//! change. So a broken group in the last segment is the crash's doing, unless a later group says that its
//! place had been synced before: then the disk lost something, and nothing is cut.

use std::path::Path;
use std::sync::Arc;

use super::format::SegmentHeader;
use super::segment::{Found, Segment};
use super::{Change, Place, segment_number, segment_path};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::Files;
use crate::shell::store::ops::Fields;

/// What was found.
pub(super) struct Recovered {
    /// Oldest first.
    pub(super) segments: Vec<Segment>,
    /// Where the last segment ends; everything before it is synced.
    pub(super) end: u64,
    pub(super) next_lsn: u64,
}

/// Reads every segment in a folder and hands on each change.
pub(super) fn recover(
    files: &dyn Files,
    folder: &Path,
    visit: &mut dyn FnMut(Change<'_>) -> Result<(), StoreError>,
) -> Result<Recovered, StoreError> {
    let names = files.list(folder).map_err(StoreError::io(folder))?;
    let mut numbers: Vec<u32> = names.iter().filter_map(|name| segment_number(name)).collect();
    numbers.sort_unstable();
    let mut recovered = Recovered { segments: Vec::new(), end: SegmentHeader::BYTES as u64, next_lsn: 1 };
    // Nothing is ever deleted yet, so the first segment is number 1; a checkpoint will name another.
    for (expected, &number) in (1..).zip(&numbers) {
        let path = segment_path(folder, expected);
        if number != expected {
            return Err(StoreError::Damaged {
                file: path,
                offset: 0,
                found: "no file: a segment is missing",
            });
        }
        let last = numbers.last() == Some(&number);
        let file = Arc::from(files.open(&path).map_err(StoreError::io(&path))?);
        match Segment::read(path.clone(), file)? {
            Some(segment) => recovered.read(segment, number, last, visit)?,
            None if last => {
                files.remove(&path).map_err(StoreError::io(&path))?;
                files.sync_folder(folder).map_err(StoreError::io(folder))?;
            }
            None => return Err(StoreError::Damaged { file: path, offset: 0, found: "no segment header" }),
        }
    }
    Ok(recovered)
}

impl Recovered {
    fn read(
        &mut self,
        segment: Segment,
        number: u32,
        last: bool,
        visit: &mut dyn FnMut(Change<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if segment.header.number != number || segment.header.first_lsn != self.next_lsn {
            return Err(segment.damaged(0, "the header of another segment"));
        }
        let mut reader = segment.reader()?;
        let mut offset = SegmentHeader::BYTES as u64;
        loop {
            let found = match reader.group(offset)? {
                Found::Group(header, _) if header.first_lsn != self.next_lsn => "a group out of order",
                Found::Group(header, changes) => {
                    let group = Place { segment: number, offset: offset + super::GROUP_HEADER_BYTES };
                    if !split(group, header.first_lsn, header.changes, changes, visit)? {
                        return Err(segment.damaged(offset, "a group with unknown content"));
                    }
                    self.next_lsn += u64::from(header.changes);
                    offset = group.offset + changes.len() as u64;
                    continue;
                }
                Found::End => break,
                Found::Bad(found) => found,
            };
            if !last || reader.claimed(offset)? {
                return Err(segment.damaged(offset, found));
            }
            tracing::warn!(
                file = %segment.path.display(), offset, found,
                "the end of the journal was being written when the last run ended; it is cut off"
            );
            segment.file.truncate(offset).map_err(StoreError::io(&segment.path))?;
            break;
        }
        // What survived without a sync is now part of what later answers rest on.
        segment.file.sync().map_err(StoreError::io(&segment.path))?;
        self.end = offset;
        self.segments.push(segment);
        Ok(())
    }
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
