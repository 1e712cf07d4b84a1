//! Compaction by checkpoint: the previous checkpoint merged with sealed segments, never read
//! from the index. Temporary file, sync, rename, sync of the folder, and only then is anything deleted.
//!
//! Of a segment that a checkpoint covers only the documents are still read, by their position. They move,
//! each to the same position, into a file with nothing between them; what was deleted is gone with that.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::format::SegmentHeader;
use super::layout::{Layout, Name};
use super::segment::Segment;
use super::sorted::{Sorted, Upto, Writer};
use super::{Change, Segments};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::{Files, StoreFile};
use crate::shell::store::index::{self, Row, Write};
use crate::shell::store::key::DOCUMENTS;
use crate::shell::store::ops::{Fields, Stored};

/// Bytes of keys and rows that are sorted in memory at once.
const PART_BYTES: usize = 16 << 20;
/// Segments that one checkpoint adds, at most: each part of them is an open file.
const MOST_SEGMENTS: usize = 64;

/// Documents as they stand in a segment: offset and stored length of each.
type Live = BTreeMap<u32, Vec<(u64, u32)>>;

#[derive(Debug)]
pub(in crate::shell::store) struct Compaction {
    pub(in crate::shell::store) files: Arc<dyn Files>,
    /// The journal's.
    pub(in crate::shell::store) folder: PathBuf,
    pub(in crate::shell::store) segments: Segments,
}

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compacted {
    /// Rows in the new checkpoint.
    pub rows: u64,
    /// Segments that it covers now and did not before.
    pub segments: u64,
}

impl Compaction {
    fn layout(&self) -> Result<Layout, StoreError> {
        Ok(Layout::of(&self.files.list(&self.folder).map_err(StoreError::io(&self.folder))?))
    }

    fn path(&self, name: Name) -> PathBuf {
        name.in_folder(&self.folder)
    }

    fn open(&self, path: &Path) -> Result<Arc<dyn StoreFile>, StoreError> {
        self.files.open(path).map(Arc::from).map_err(StoreError::io(path))
    }

    /// The newest checkpoint, its rows by key.
    pub(in crate::shell::store) fn newest(&self) -> Result<Option<Checkpoint>, StoreError> {
        let path = self.layout()?.checkpoint.map(|number| self.path(Name::Checkpoint(number)));
        path.map(|path| Checkpoint::open(path.clone(), self.open(&path)?)).transpose()
    }

    /// Hands on every change behind one LSN and up to another with the salt of its segment, oldest first; also while
    /// the journal is written. Both must be behind the checkpoint and synced.
    pub(in crate::shell::store) fn behind(
        &self,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(Change<'_>, u32) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for number in self.layout()?.segments {
            let path = self.path(Name::Segment(number));
            let Some(segment) = Segment::read(path.clone(), self.open(&path)?)? else { continue };
            let (salt, first) = (segment.header.salt, segment.header.first_lsn);
            if first > to {
                break;
            }
            segment.changes(true, &mut |change| {
                if change.lsn > from && change.lsn <= to { visit(change, salt) } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    fn checkpoint(&self, layout: &Layout) -> Result<Option<Sorted>, StoreError> {
        let path = layout.checkpoint.map(|number| self.path(Name::Checkpoint(number)));
        path.map(|path| Sorted::open(path.clone(), self.open(&path)?)).transpose()
    }

    /// Bytes of sealed segments that no checkpoint covers, and of the checkpoint.
    pub(in crate::shell::store) fn sizes(&self) -> Result<(u64, u64), StoreError> {
        let layout = self.layout()?;
        let length = |path: &Path| self.open(path)?.length().map_err(StoreError::io(path));
        let mut sealed = 0;
        for &number in &layout.segments {
            if Some(&number) != layout.segments.last() {
                sealed += length(&self.path(Name::Segment(number)))?;
            }
        }
        let checkpoint = layout.checkpoint.map(|number| length(&self.path(Name::Checkpoint(number))));
        Ok((sealed, checkpoint.transpose()?.unwrap_or(0)))
    }

    /// Finishes what an earlier run left unfinished.
    pub(in crate::shell::store) fn tidy(&self) -> Result<(), StoreError> {
        let layout = self.layout()?;
        if !layout.is_unfinished() {
            return Ok(());
        }
        self.remove(layout.leftovers.iter().copied().filter(|name| matches!(name, Name::Temporary(_))))?;
        let mut live = Live::new();
        if let Some(mut checkpoint) = self.checkpoint(&layout)? {
            while let Some((key, row)) = checkpoint.next()? {
                if key.first() != Some(&DOCUMENTS) {
                    break;
                }
                note(&mut live, &key, row.as_ref());
            }
        }
        self.keep_documents(live)
    }

    /// Covers every sealed segment by checkpoints.
    ///
    /// - `stop`: gives up; nothing is lost by that.
    pub(in crate::shell::store) fn run(&self, stop: &dyn Fn() -> bool) -> Result<Compacted, StoreError> {
        let mut done = Compacted::default();
        self.tidy()?;
        loop {
            let layout = self.layout()?;
            let sealed = layout.segments.len().saturating_sub(1); // the last one is being written
            let sealed: Vec<u32> = layout.segments.iter().copied().take(sealed).take(MOST_SEGMENTS).collect();
            if sealed.is_empty() || stop() {
                return Ok(done);
            }
            let written = self.step(&layout, &sealed, stop);
            if written.is_err() {
                self.remove_temporary();
            }
            let Some((rows, live)) = written? else { return Ok(done) };
            self.keep_documents(live)?;
            done = Compacted { rows, segments: done.segments + sealed.len() as u64 };
        }
    }

    /// Writes one checkpoint; `None`: gave up.
    fn step(
        &self,
        layout: &Layout,
        sealed: &[u32],
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<(u64, Live)>, StoreError> {
        let mut parts = Parts { compaction: self, count: 0, rows: BTreeMap::new(), bytes: 0 };
        let mut upto = None;
        for &number in sealed {
            if stop() {
                self.remove_temporary();
                return Ok(None);
            }
            let read = parts.read(number)?;
            let next = self.first_lsn(number + 1)?;
            if next != read.lsn + 1 {
                let file = self.path(Name::Segment(number + 1));
                return Err(StoreError::Damaged { file, offset: 0, found: "the header of another segment" });
            }
            upto = Some(read);
        }
        let Some(upto) = upto else { return Ok(None) };
        parts.close()?;
        let mut sources: Vec<Sorted> = self.checkpoint(layout)?.into_iter().collect();
        for part in 1..=parts.count {
            let path = self.path(Name::Temporary(part));
            sources.push(Sorted::open(path.clone(), self.open(&path)?)?);
        }
        let new = self.path(Name::Temporary(0));
        let mut writer = Writer::create(self.files.as_ref(), new.clone(), upto)?;
        let mut live = Live::new();
        let mut merge = Merge::new(sources)?;
        while let Some((key, row)) = merge.next()? {
            let Some(row) = row else { continue };
            note(&mut live, &key, Some(&row));
            writer.push(&key, Some(&row))?;
            if stop() {
                self.remove_temporary();
                return Ok(None);
            }
        }
        let rows = writer.finish(true)?;
        let path = self.path(Name::Checkpoint(upto.segment));
        self.files.rename(&new, &path).map_err(StoreError::io(&path))?;
        self.sync_names()?;
        self.remove_temporary();
        Ok(Some((rows, live)))
    }

    fn first_lsn(&self, number: u32) -> Result<u64, StoreError> {
        let path = self.path(Name::Segment(number));
        let segment = Segment::read(path.clone(), self.open(&path)?)?;
        let missing = || StoreError::Damaged { file: path, offset: 0, found: "no segment header" };
        segment.map(|segment| segment.header.first_lsn).ok_or_else(missing)
    }

    fn sync_names(&self) -> Result<(), StoreError> {
        self.files.sync_folder(&self.folder).map_err(StoreError::io(&self.folder))
    }

    /// Where this fails, the next run does it.
    fn remove_temporary(&self) {
        let Ok(layout) = self.layout() else { return };
        for name in layout.leftovers.into_iter().filter(|name| matches!(name, Name::Temporary(_))) {
            let _ = self.files.remove(&self.path(name));
        }
    }

    /// Leaves, of all that the newest checkpoint covers, the documents that its rows point to.
    fn keep_documents(&self, mut live: Live) -> Result<(), StoreError> {
        let layout = self.layout()?;
        let Some(checkpoint) = layout.checkpoint else { return self.remove(layout.leftovers) };
        let mut gone = layout.leftovers.clone();
        let mut kept = BTreeMap::new();
        for (&segment, &name) in &layout.documents {
            let Some(mut documents) = live.remove(&segment) else {
                gone.insert(name);
                continue;
            };
            documents.sort_unstable();
            let count = documents.len() as u64;
            if matches!(name, Name::Documents { .. }) && self.count(name)? == count {
                kept.insert(segment, name);
                continue;
            }
            let new = Name::Documents { segment, checkpoint };
            if new == name {
                let file = self.path(name);
                return Err(StoreError::Damaged { file, offset: 0, found: "another number of documents" });
            }
            self.copy_documents(name, new, segment, &documents)?;
            gone.insert(name);
            kept.insert(segment, new);
        }
        if let Some((&segment, documents)) = live.first_key_value() {
            let offset = documents.first().map_or(0, |(offset, _)| *offset);
            let file = self.path(Name::Segment(segment));
            return Err(StoreError::Damaged {
                file,
                offset,
                found: "no file: a segment with documents is missing",
            });
        }
        self.sync_names()?;
        self.segments.covered(checkpoint, kept.into_iter().map(|(number, name)| (number, self.path(name))));
        self.remove(gone)
    }

    fn remove(&self, names: impl IntoIterator<Item = Name>) -> Result<(), StoreError> {
        let mut removed = false;
        for name in names {
            let path = self.path(name);
            self.files.remove(&path).map_err(StoreError::io(&path))?;
            removed = true;
        }
        if removed { self.sync_names() } else { Ok(()) }
    }

    /// Documents in a file of them.
    fn count(&self, name: Name) -> Result<u64, StoreError> {
        let path = self.path(name);
        Ok(DocumentsHeader::read(&path, self.open(&path)?.as_ref())?.count)
    }

    fn copy_documents(
        &self,
        from: Name,
        to: Name,
        segment: u32,
        documents: &[(u64, u32)],
    ) -> Result<(), StoreError> {
        let (from, to) = (self.path(from), self.path(to));
        let temporary = self.path(Name::Temporary(segment));
        let source = self.open(&from)?;
        let written = (|| {
            let file = self.files.create(&temporary).map_err(StoreError::io(&temporary))?;
            let header = DocumentsHeader { segment, count: documents.len() as u64 }.encode();
            file.write_at(0, &mut [IoSlice::new(&header)]).map_err(StoreError::io(&temporary))?;
            for &(offset, bytes) in documents {
                let mut buffer = vec![0; usize::try_from(bytes).unwrap_or(0)];
                let read = source.read_at(offset, &mut buffer).map_err(StoreError::io(&from))?;
                if read < buffer.len() {
                    return Err(StoreError::Damaged {
                        file: from.clone(),
                        offset,
                        found: "a document cut short",
                    });
                }
                file.write_at(offset, &mut [IoSlice::new(&buffer)]).map_err(StoreError::io(&temporary))?;
            }
            file.sync().map_err(StoreError::io(&temporary))?;
            self.files.rename(&temporary, &to).map_err(StoreError::io(&to))
        })();
        if written.is_err() {
            self.remove_temporary();
        }
        written
    }
}

/// Notes where a document row of a checkpoint points to.
fn note(live: &mut Live, key: &[u8], row: Option<&Row>) {
    if key.first() == Some(&DOCUMENTS)
        && let Some((place, stored)) = row.and_then(|row| Stored::from_row_value(row.value()))
    {
        live.entry(place.segment).or_default().push((place.offset, stored.bytes));
    }
}

/// The first bytes of a file of documents: magic `pgdocs\n` and a zero, format (u16), zero (u16), segment
/// (u32), documents (u64), zero (u32), CRC32C of the above. The documents stand where they stood in the segment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::shell::store) struct DocumentsHeader {
    pub(in crate::shell::store) segment: u32,
    pub(in crate::shell::store) count: u64,
}

const DOCUMENTS_MAGIC: [u8; 8] = *b"pgdocs\n\0";

impl DocumentsHeader {
    const BYTES: usize = SegmentHeader::BYTES;

    fn encode(self) -> Vec<u8> {
        let mut out = DOCUMENTS_MAGIC.to_vec();
        out.extend_from_slice(&super::format::FORMAT.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.segment.to_le_bytes());
        out.extend_from_slice(&self.count.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let crc = crc32c::crc32c(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    pub(in crate::shell::store) fn read(path: &Path, file: &dyn StoreFile) -> Result<Self, StoreError> {
        let mut bytes = [0; Self::BYTES];
        file.read_at(0, &mut bytes).map_err(StoreError::io(path))?;
        let checked = bytes.get(..Self::BYTES - 4).map(crc32c::crc32c);
        let mut fields = Fields(&bytes);
        let magic = fields.array().filter(|&magic: &[u8; 8]| magic == DOCUMENTS_MAGIC);
        let format = fields.u16().unwrap_or(0);
        if magic.is_some() && format > super::format::FORMAT {
            let known = super::format::FORMAT;
            return Err(StoreError::Newer { file: path.to_owned(), format, known });
        }
        let mut read = || {
            fields.u16()?;
            let header = Self { segment: fields.u32()?, count: fields.u64()? };
            fields.u32()?;
            (magic.is_some() && fields.u32() == checked).then_some(header)
        };
        let damaged =
            || StoreError::Damaged { file: path.to_owned(), offset: 0, found: "no header of documents" };
        read().ok_or_else(damaged)
    }
}

/// Sorts sealed segments into temporary files.
struct Parts<'a> {
    compaction: &'a Compaction,
    count: u32,
    rows: BTreeMap<Arc<[u8]>, Option<Row>>,
    bytes: usize,
}

impl Parts<'_> {
    /// Takes in one segment; says up to where that is.
    fn read(&mut self, number: u32) -> Result<Upto, StoreError> {
        let path = self.compaction.path(Name::Segment(number));
        let file = self.compaction.open(&path)?;
        let Some(segment) = Segment::read(path.clone(), file)?.filter(|found| found.header.number == number)
        else {
            return Err(StoreError::Damaged { file: path, offset: 0, found: "no header of this segment" });
        };
        let extent = segment.changes(false, &mut |change| {
            for (key, row) in index::writes(&change)? {
                self.bytes += key.len() + row.as_ref().map_or(0, |row| row.as_stored().len());
                self.rows.insert(key, row);
            }
            if self.bytes >= PART_BYTES { self.close() } else { Ok(()) }
        })?;
        Ok(Upto { segment: number, salt: segment.header.salt, lsn: extent.next_lsn - 1 })
    }

    /// Writes what was taken in since the last time.
    fn close(&mut self) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.count += 1;
        let path = self.compaction.path(Name::Temporary(self.count));
        let mut writer = Writer::create(self.compaction.files.as_ref(), path, Upto::default())?;
        for (key, row) in std::mem::take(&mut self.rows) {
            writer.push(&key, row.as_ref())?;
        }
        self.bytes = 0;
        writer.finish(false).map(drop)
    }
}

/// Rows of several files in key order; of one key the newest.
struct Merge {
    heap: BinaryHeap<Head>,
    sources: Vec<Sorted>,
}

/// The next row of a source.
struct Head {
    write: Write,
    source: usize,
}

impl Ord for Head {
    /// The greatest is the one with the smallest key, and of these the one of the newest source.
    fn cmp(&self, other: &Self) -> Ordering {
        other.write.0.cmp(&self.write.0).then(self.source.cmp(&other.source))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

impl Merge {
    /// - `sources`: oldest first.
    fn new(sources: Vec<Sorted>) -> Result<Self, StoreError> {
        let mut merge = Self { heap: BinaryHeap::new(), sources };
        for source in 0..merge.sources.len() {
            merge.refill(source)?;
        }
        Ok(merge)
    }

    fn refill(&mut self, source: usize) -> Result<(), StoreError> {
        if let Some(sorted) = self.sources.get_mut(source)
            && let Some(write) = sorted.next()?
        {
            self.heap.push(Head { write, source });
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Write>, StoreError> {
        let Some(Head { write, source }) = self.heap.pop() else { return Ok(None) };
        self.refill(source)?;
        while let Some(older) = self.heap.peek().filter(|head| head.write.0 == write.0) {
            let source = older.source;
            self.heap.pop();
            self.refill(source)?;
        }
        Ok(Some(write))
    }
}
