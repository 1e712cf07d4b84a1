//! Reading the journal at start: every change in order, and what a crash left half-written cut off.
//!
//! Unsynced writes may survive a crash in any order, in part, or not at all; what was synced does not
//! change. So a broken group in the last segment is the crash's doing, unless a later group says that its
//! place had been synced before: then the disk lost something, and nothing is cut.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Change;
use super::checkpoint::Checkpoint;
use super::format::SegmentHeader;
use super::layout::{Layout, Name};
use super::segment::Segment;
use super::sorted::{Opened, Upto};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::Files;

/// What stands in a journal's folder, before any change is read.
#[derive(Debug)]
pub(in crate::shell::store) struct Survey {
    pub(in crate::shell::store) folder: PathBuf,
    /// The newest checkpoint.
    upto: Option<Upto>,
    /// Segments behind the checkpoint, oldest first.
    segments: Vec<Segment>,
    /// Files with documents of segments before it.
    documents: BTreeMap<u32, PathBuf>,
}

/// What was found.
pub(super) struct Recovered {
    /// The segment to go on with; `None`: there is none yet.
    pub(super) last: Option<Segment>,
    /// Where the last segment ends; everything before it is synced.
    pub(super) end: u64,
    pub(super) next_lsn: u64,
    /// Every file with documents.
    pub(super) files: BTreeMap<u32, PathBuf>,
}

impl Survey {
    /// Looks at names and headers.
    pub(in crate::shell::store) fn of(files: &dyn Files, folder: PathBuf) -> Result<Self, StoreError> {
        files.create_folder(&folder).map_err(StoreError::io(&folder))?;
        // A run that was killed may have created files whose names no sync has covered yet.
        files.sync_folder(&folder).map_err(StoreError::io(&folder))?;
        let layout = Layout::of(&files.list(&folder).map_err(StoreError::io(&folder))?);
        let open = |name: Name| {
            let path = name.in_folder(&folder);
            files.open(&path).map(|file| (path.clone(), Arc::from(file))).map_err(StoreError::io(&path))
        };
        let mut upto = None;
        if let Some(number) = layout.checkpoint {
            let (path, file) = open(Name::Checkpoint(number))?;
            let opened = Opened::of(path.clone(), file)?;
            if opened.upto.segment != number {
                return Err(StoreError::Damaged {
                    file: path,
                    offset: 0,
                    found: "another checkpoint's header",
                });
            }
            upto = Some(opened.upto);
        }
        for (&segment, name) in &layout.documents {
            if matches!(name, Name::Documents { checkpoint, .. } if Some(*checkpoint) > layout.checkpoint) {
                let file = Name::Segment(segment).in_folder(&folder);
                return Err(StoreError::Damaged { file, offset: 0, found: "a checkpoint is missing" });
            }
        }
        let first = layout.checkpoint.map_or(1, |number| number.saturating_add(1));
        let mut segments = Vec::new();
        for (expected, &number) in (first..).zip(&layout.segments) {
            let path = Name::Segment(expected).in_folder(&folder);
            if number != expected {
                return Err(missing(path));
            }
            let (path, file) = open(Name::Segment(number))?;
            match Segment::read(path.clone(), file)? {
                Some(segment) if segment.header.number == number => segments.push(segment),
                Some(segment) => return Err(segment.damaged(0, "the header of another segment")),
                // The segment behind a checkpoint is there before the checkpoint is.
                None if layout.segments.last() == Some(&number)
                    && (segments.last().is_some() || upto.is_none()) =>
                {
                    files.remove(&path).map_err(StoreError::io(&path))?;
                    files.sync_folder(&folder).map_err(StoreError::io(&folder))?;
                }
                None => {
                    return Err(StoreError::Damaged { file: path, offset: 0, found: "no segment header" });
                }
            }
        }
        if segments.is_empty() && upto.is_some() {
            return Err(missing(Name::Segment(first).in_folder(&folder)));
        }
        let documents = layout.documents.iter().map(|(&number, name)| (number, name.in_folder(&folder)));
        let documents = documents.collect();
        Ok(Self { folder, upto, segments, documents })
    }

    /// Whether the journal has a change, as far as can be seen without reading it.
    ///
    /// - `segment`, `salt`: where it was written.
    pub(in crate::shell::store) fn has(&self, lsn: u64, segment: u32, salt: u32) -> bool {
        let at_checkpoint = self.upto == Some(Upto { segment, salt, lsn });
        let behind = self.segments.iter().any(|found| {
            let header = &found.header;
            header.number == segment && header.salt == salt && header.first_lsn <= lsn
        });
        at_checkpoint || behind
    }

    /// The checkpoint, to be read.
    pub(in crate::shell::store) fn checkpoint(
        &self,
        files: &dyn Files,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let Some(upto) = self.upto else { return Ok(None) };
        let path = Name::Checkpoint(upto.segment).in_folder(&self.folder);
        let file = files.open(&path).map_err(StoreError::io(&path))?;
        Checkpoint::open(path, Arc::from(file)).map(Some)
    }

    /// Reads every segment that holds a change behind `from`, and hands on these changes with the salt of
    /// their segment. Cuts off what a crash left half-written.
    pub(super) fn recover(
        self,
        from: u64,
        visit: &mut dyn FnMut(Change<'_>, u32) -> Result<(), StoreError>,
    ) -> Result<Recovered, StoreError> {
        let mut recovered = Recovered {
            last: None,
            end: SegmentHeader::BYTES as u64,
            next_lsn: self.upto.map_or(1, |upto| upto.lsn + 1),
            files: self.documents,
        };
        let starts: Vec<u64> = self.segments.iter().skip(1).map(|segment| segment.header.first_lsn).collect();
        let mut starts = starts.into_iter();
        for segment in self.segments {
            recovered.files.insert(segment.header.number, segment.path.clone());
            let next = starts.next();
            if segment.header.first_lsn != recovered.next_lsn {
                return Err(segment.damaged(0, "the header of another segment"));
            }
            match next {
                Some(next) if next <= from + 1 => recovered.next_lsn = next,
                next => recovered.read(segment, next.is_none(), from, visit)?,
            }
        }
        Ok(recovered)
    }
}

fn missing(file: PathBuf) -> StoreError {
    StoreError::Damaged { file, offset: 0, found: "no file: a segment is missing" }
}

impl Recovered {
    fn read(
        &mut self,
        segment: Segment,
        last: bool,
        from: u64,
        visit: &mut dyn FnMut(Change<'_>, u32) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let salt = segment.header.salt;
        let visit = &mut |change: Change<'_>| if change.lsn > from { visit(change, salt) } else { Ok(()) };
        let extent = segment.changes(last, visit)?;
        if let Some(found) = extent.cut {
            tracing::warn!(
                file = %segment.path.display(), offset = extent.end, found,
                "the end of the journal was being written when the last run ended; it is cut off"
            );
            segment.file.truncate(extent.end).map_err(StoreError::io(&segment.path))?;
        }
        // What survived without a sync is now part of what later answers rest on.
        segment.file.sync().map_err(StoreError::io(&segment.path))?;
        (self.end, self.next_lsn) = (extent.end, extent.next_lsn);
        self.last = Some(segment);
        Ok(())
    }
}
