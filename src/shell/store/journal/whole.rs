//! A journal as one thing, read without being its writer: to verify it and to copy it, also while it is
//! written and compacted.

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::compaction::DocumentsHeader;
use super::layout::{Layout, Name};
use super::segment::Segment;
use super::sorted::Sorted;
use super::{Change, read_document};
use crate::shell::store::changes::expand;
use crate::shell::store::error::StoreError;
use crate::shell::store::files::{Files, StoreFile};
use crate::shell::store::index;
use crate::shell::store::key::DOCUMENTS;
use crate::shell::store::ops::Stored;

/// Files of a journal that belong together, open: what is removed meanwhile is still read.
#[derive(Debug)]
pub(in crate::shell::store) struct Whole {
    folder: PathBuf,
    /// In the order of their names' kinds: checkpoint, documents, segments.
    files: BTreeMap<Name, Arc<dyn StoreFile>>,
    layout: Layout,
}

/// What was read and found whole.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Verified {
    /// Changes in segments.
    pub changes: u64,
    /// LSN of the last change.
    pub lsn: u64,
    /// Rows in the checkpoint.
    pub rows: u64,
    /// Documents that rows point to.
    pub documents: u64,
    /// Bytes of all files read.
    pub bytes: u64,
}

/// Bytes copied at once.
const COPY_BYTES: usize = 256 << 10;

/// Names read again and again while a compaction works; each time takes as long as opening the files.
const ATTEMPTS: usize = 1000;

impl Whole {
    /// Opens all files of a journal.
    pub(in crate::shell::store) fn open(files: &dyn Files, folder: &Path) -> Result<Self, StoreError> {
        let list = || files.list(folder).map(|names| Layout::of(&names)).map_err(StoreError::io(folder));
        for _ in 0..ATTEMPTS {
            let layout = list()?;
            let names = layout.checkpoint.map(Name::Checkpoint).into_iter();
            let names = names.chain(layout.documents.values().copied());
            let names = names.chain(layout.segments.iter().copied().map(Name::Segment));
            let opened: std::io::Result<BTreeMap<_, _>> =
                names.map(|name| Ok((name, Arc::from(files.open(&name.in_folder(folder))?)))).collect();
            match opened {
                Ok(files) if list()? == layout => {
                    return Ok(Self { folder: folder.to_owned(), files, layout });
                }
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io(folder)(error));
                }
                _ => {}
            }
        }
        let error = std::io::Error::other("files come and go faster than they can be opened");
        Err(StoreError::io(folder)(error))
    }

    /// Bytes of all files.
    pub(in crate::shell::store) fn bytes(&self) -> Result<u64, StoreError> {
        let length = |(name, file): (&Name, &Arc<dyn StoreFile>)| {
            file.length().map_err(StoreError::io(&name.in_folder(&self.folder)))
        };
        self.files.iter().map(length).sum()
    }

    fn segment(&self, number: u32) -> Result<Segment, StoreError> {
        let path = Name::Segment(number).in_folder(&self.folder);
        let damaged = |found| StoreError::Damaged { file: path.clone(), offset: 0, found };
        let file = self.files.get(&Name::Segment(number)).ok_or_else(|| damaged("no such segment"))?;
        Segment::read(path.clone(), Arc::clone(file))?
            .filter(|segment| segment.header.number == number)
            .ok_or_else(|| damaged("no header of this segment"))
    }

    /// The checkpoint, if there is one.
    fn newest(&self) -> Option<(PathBuf, Arc<dyn StoreFile>)> {
        let name = Name::Checkpoint(self.layout.checkpoint?);
        Some((name.in_folder(&self.folder), Arc::clone(self.files.get(&name)?)))
    }

    /// Its rows, one after the other.
    pub(in crate::shell::store) fn rows(&self) -> Result<Option<Sorted>, StoreError> {
        self.newest().map(|(path, file)| Sorted::open(path, file)).transpose()
    }

    /// Its rows, by key.
    pub(in crate::shell::store) fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.newest().map(|(path, file)| Checkpoint::open(path, file)).transpose()
    }

    /// Hands on every change behind the checkpoint, in order; returns the LSN of the last change of all.
    pub(in crate::shell::store) fn changes(
        &self,
        visit: &mut dyn FnMut(Change<'_>) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let mut last_lsn = self.rows()?.map_or(0, |rows| rows.upto.lsn);
        for &number in &self.layout.segments {
            let last = self.layout.segments.last() == Some(&number);
            last_lsn = self.segment(number)?.changes(last, visit)?.next_lsn - 1;
        }
        Ok(last_lsn)
    }

    /// Reads everything that a rebuild would read, and every document.
    ///
    /// - `stop`: gives up; what was read by then is told.
    pub(in crate::shell::store) fn verify(&self, stop: &dyn Fn() -> bool) -> Result<Verified, StoreError> {
        let mut verified = Verified { bytes: self.bytes()?, ..Verified::default() };
        let mut documents: BTreeMap<Box<[u8]>, Box<[u8]>> = BTreeMap::new();
        let (mut next_number, mut next_lsn) = (1, 1);
        if let Some(mut rows) = self.rows()? {
            while let Some((key, row)) = rows.next()? {
                verified.rows += 1;
                if key.first() == Some(&DOCUMENTS) {
                    documents
                        .insert(key.as_ref().into(), row.map_or_else(Box::default, |row| row.value().into()));
                }
                if stop() {
                    return Ok(verified);
                }
            }
            (next_number, next_lsn) = (rows.upto.segment + 1, rows.upto.lsn + 1);
        }
        for &number in &self.layout.segments {
            let segment = self.segment(number)?;
            if number != next_number || segment.header.first_lsn != next_lsn {
                return Err(segment.damaged(0, "a segment before it is missing"));
            }
            let last = self.layout.segments.last() == Some(&number);
            let extent = segment.changes(last, &mut |change| {
                verified.changes += 1;
                for (key, row) in index::writes(&change)? {
                    if key.first() == Some(&DOCUMENTS) {
                        match row {
                            Some(row) => drop(documents.insert(key.as_ref().into(), row.value().into())),
                            None => drop(documents.remove(key.as_ref())),
                        }
                    }
                }
                Ok(())
            })?;
            (next_number, next_lsn) = (number + 1, extent.next_lsn);
            if stop() {
                return Ok(verified);
            }
        }
        verified.lsn = next_lsn - 1;
        for value in documents.values() {
            self.verify_document(value)?;
            verified.documents += 1;
            if stop() {
                break;
            }
        }
        Ok(verified)
    }

    fn verify_document(&self, row_value: &[u8]) -> Result<(), StoreError> {
        let Some((at, stored)) = Stored::from_row_value(row_value) else {
            return Err(StoreError::Row { table: DOCUMENTS, reason: "not a place".to_owned() });
        };
        let name = self.layout.documents.get(&at.segment).copied().unwrap_or(Name::Segment(at.segment));
        let path = name.in_folder(&self.folder);
        let Some(file) = self.files.get(&name) else {
            return Err(StoreError::Damaged { file: path, offset: at.offset, found: "no such segment" });
        };
        if matches!(name, Name::Documents { .. }) {
            let header = DocumentsHeader::read(&path, file.as_ref())?;
            if header.segment != at.segment {
                return Err(StoreError::Damaged {
                    file: path,
                    offset: 0,
                    found: "the header of another file",
                });
            }
        }
        let bytes = read_document(&path, file.as_ref(), at.offset, stored.bytes, stored.crc)?;
        expand(&bytes, usize::try_from(stored.expanded).unwrap_or(usize::MAX)).map(drop)
    }

    /// Copies everything that was acknowledged before the files were opened; what is being written
    /// meanwhile is left out.
    ///
    /// - `to`: a folder without any file in it.
    pub(in crate::shell::store) fn copy(&self, files: &dyn Files, to: &Path) -> Result<(), StoreError> {
        files.create_folder(to).map_err(StoreError::io(to))?;
        for (&name, file) in &self.files {
            let from = name.in_folder(&self.folder);
            let last = self.layout.segments.last().map(|&number| Name::Segment(number));
            let length = match name {
                Name::Segment(number) if Some(name) == last => {
                    self.segment(number)?.changes(true, &mut |_| Ok(()))?.end
                }
                _ => file.length().map_err(StoreError::io(&from))?,
            };
            let path = name.in_folder(to);
            let copy = files.create(&path).map_err(StoreError::io(&path))?;
            let mut buffer = vec![0; COPY_BYTES];
            let mut offset = 0;
            while offset < length {
                let count = buffer.len().min(usize::try_from(length - offset).unwrap_or(usize::MAX));
                let part = buffer.get_mut(..count).unwrap_or_default();
                let read = file.read_at(offset, part).map_err(StoreError::io(&from))?;
                if read < part.len() {
                    return Err(StoreError::Damaged { file: from, offset, found: "the end of the file" });
                }
                let last_part = offset + count as u64 == length;
                if last_part || part.iter().any(|&byte| byte != 0) {
                    copy.write_at(offset, &mut [IoSlice::new(part)]).map_err(StoreError::io(&path))?;
                }
                offset += count as u64;
            }
            copy.sync().map_err(StoreError::io(&path))?;
        }
        files.sync_folder(to).map_err(StoreError::io(to))
    }
}
