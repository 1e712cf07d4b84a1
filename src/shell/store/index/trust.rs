//! Whether what an earlier run left as index may be used, and what becomes of it otherwise.
//!
//! It may after a clean close, proven by a file that tells what the index's files looked like then; and
//! after a kill, as long as the machine was not restarted and what is in it is in the journal too.

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use super::base::{Base, IndexKind, Marker};
use super::compare::{self, Compared};
use super::{Index, Row, Write};
use crate::shell::store::error::StoreError;
use crate::shell::store::files::Files;
use crate::shell::store::journal::{Checkpoint, Upto, Whole};
use crate::shell::store::ops::Fields;

/// Written when an index was closed, removed when it is opened.
const CLEAN: &str = "index.clean";
/// Left when an index turned out to be damaged.
const BAD: &str = "index.bad";

const CLEAN_MAGIC: [u8; 8] = *b"pgclean\n";
const CLEAN_BYTES: usize = 28;

/// Writes that a rebuild hands over at once.
const LOAD_WRITES: usize = 512;

/// Batches after which a rebuild has the base write out: sled keeps in memory what it has not written.
const LOAD_BATCHES: u32 = 32;

/// Opens and closes the base.
#[derive(Clone, Debug)]
pub(in crate::shell::store) struct Trust {
    pub(in crate::shell::store) files: Arc<dyn Files>,
    /// The store's.
    pub(in crate::shell::store) folder: PathBuf,
    pub(in crate::shell::store) kind: IndexKind,
    pub(in crate::shell::store) boot: String,
}

/// What the index of a store that nobody has open is worth.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum IndexState {
    /// It would be used, and this is how it compares.
    Compared(Compared),
    /// The next start builds it from the journal, because of this.
    ToBeRebuilt(&'static str),
}

/// An index, and up to where it holds what the journal holds; `None`: it is empty.
#[derive(Debug)]
pub(in crate::shell::store) struct Opened {
    pub(in crate::shell::store) index: Index,
    pub(in crate::shell::store) applied: Option<Marker>,
}

impl Trust {
    pub(in crate::shell::store) fn new(files: Arc<dyn Files>, folder: PathBuf, kind: IndexKind) -> Self {
        // Without an id nothing but a clean close is trusted.
        let boot = files.boot_id().unwrap_or_default();
        Self { files, folder, kind, boot }
    }

    /// Opens what an earlier run left if it may be trusted, an empty index otherwise.
    ///
    /// - `checkpoint`: the newest of the journal.
    /// - `holds`: whether the journal holds what the marker speaks of.
    pub(in crate::shell::store) fn open(
        &self,
        checkpoint: Option<&Arc<Checkpoint>>,
        holds: impl FnOnce(&Marker) -> bool,
    ) -> Result<Opened, StoreError> {
        let bad = self.exists(BAD)?;
        let clean = self.take_clean()?;
        let touched = clean.is_some_and(|(_, fingerprint)| fingerprint != self.fingerprint());
        let left = if bad || touched { Ok(None) } else { self.open_left() };
        let reason = match left {
            _ if bad => "it was found damaged",
            _ if touched => "its files are not those that were closed",
            Ok(None) => return self.reset("there is none", checkpoint),
            Ok(Some((base, marker))) => {
                let closed = clean.is_some_and(|(lsn, _)| lsn == marker.lsn);
                let same_boot = !self.boot.is_empty() && marker.boot == self.boot;
                let fits = fits(&marker, checkpoint.map(|checkpoint| checkpoint.upto()));
                if (closed || same_boot) && fits && holds(&marker) {
                    // From here on only the boot id speaks for it.
                    let marker = Marker { boot: self.boot.clone(), ..marker };
                    base.apply(std::iter::empty(), Some(&marker))?;
                    base.flush()?;
                    Base::forget_aside(&self.kind, &self.folder);
                    let index = Index::new(base, marker.from, checkpoint.cloned());
                    return Ok(Opened { index, applied: Some(marker) });
                }
                base.close()?;
                if closed || same_boot { "the journal does not hold it" } else { "the machine was restarted" }
            }
            Err(error) => {
                tracing::warn!(%error, "the index does not open");
                "it does not open"
            }
        };
        self.reset(reason, checkpoint)
    }

    /// The marker of a base that holds nothing beside a checkpoint.
    pub(super) fn marker_at(&self, upto: &Upto) -> Marker {
        let Upto { segment, salt, lsn } = *upto;
        Marker { lsn, segment, salt, from: lsn, boot: self.boot.clone() }
    }

    fn open_left(&self) -> Result<Option<(Base, Marker)>, StoreError> {
        let base = Base::open(&self.kind, &self.folder)?;
        match base.marker() {
            Ok(Some(marker)) => Ok(Some((base, marker))),
            Ok(None) => base.close().map(|()| None),
            Err(error) => {
                let _ = base.close();
                Err(error)
            }
        }
    }

    /// Sets aside what is there and opens an empty base on the checkpoint.
    pub(in crate::shell::store) fn reset(
        &self,
        reason: &str,
        checkpoint: Option<&Arc<Checkpoint>>,
    ) -> Result<Opened, StoreError> {
        tracing::info!(reason, "the index is rebuilt from the journal");
        Base::set_aside(&self.kind, &self.folder)?;
        let base = Base::open(&self.kind, &self.folder)?;
        self.remove(BAD)?;
        let upto = checkpoint.map(|checkpoint| checkpoint.upto());
        if let Some(upto) = &upto {
            base.apply(std::iter::empty(), Some(&self.marker_at(upto)))?;
        }
        let from = upto.map_or(0, |upto| upto.lsn);
        Ok(Opened { index: Index::new(base, from, checkpoint.cloned()), applied: None })
    }

    /// Has the next start rebuild the index.
    pub(in crate::shell::store) fn distrust(&self) {
        let path = self.folder.join(BAD);
        let created = self.files.create(&path).and_then(|file| file.sync());
        if let Err(error) = created.and_then(|()| self.files.sync_folder(&self.folder)) {
            tracing::error!(file = %path.display(), %error, "a damaged index could not be marked as such");
        }
    }

    /// Closes the index and leaves word that it is whole. Where that fails the next start does without.
    ///
    /// - `lsn`: of the last change of all, which the index holds.
    pub(in crate::shell::store) fn close(&self, index: &Index, lsn: u64) {
        let base = index.below().base;
        let closed = base.marker().and_then(|marker| {
            base.close()?;
            Ok(marker.is_some_and(|marker| marker.lsn == lsn))
        });
        match closed {
            Ok(true) => {
                if let Err(error) = self.leave_clean(lsn) {
                    tracing::warn!(%error, "the next start cannot know that the index was closed");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the index was not closed; the next start may rebuild it"),
        }
    }

    /// Lets go of the index without a word; the next start decides what it is worth.
    pub(in crate::shell::store) fn abandon(&self, index: &Index) {
        if let Err(error) = index.below().base.close() {
            tracing::warn!(folder = %self.folder.display(), %error, "the index was not closed");
        }
    }

    fn fingerprint(&self) -> u64 {
        Base::fingerprint(&self.kind, &self.folder)
    }

    fn leave_clean(&self, lsn: u64) -> io::Result<()> {
        let mut bytes = CLEAN_MAGIC.to_vec();
        bytes.extend_from_slice(&lsn.to_le_bytes());
        bytes.extend_from_slice(&self.fingerprint().to_le_bytes());
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        let file = self.files.create(&self.folder.join(CLEAN))?;
        file.write_at(0, &mut [IoSlice::new(&bytes)])?;
        file.sync()?;
        self.files.sync_folder(&self.folder)
    }

    /// Compares what an earlier run left with the journal. It is left as it was.
    pub(in crate::shell::store) fn compare(&self, whole: &Whole) -> Result<IndexState, StoreError> {
        if self.exists(BAD)? {
            return Ok(IndexState::ToBeRebuilt("it was found damaged"));
        }
        if !Base::is_there(&self.kind, &self.folder) {
            return Ok(IndexState::ToBeRebuilt("there is none"));
        }
        let clean = self.read_clean()?;
        if clean.is_some_and(|(_, fingerprint)| fingerprint != self.fingerprint()) {
            return Ok(IndexState::ToBeRebuilt("its files are not those that were closed"));
        }
        let (base, marker) = match self.open_left() {
            Ok(Some(left)) => left,
            Ok(None) => return Ok(IndexState::ToBeRebuilt("it does not say how far it is")),
            Err(_) => return Ok(IndexState::ToBeRebuilt("it does not open")),
        };
        let closed = clean.is_some_and(|(lsn, _)| lsn == marker.lsn);
        let same_boot = !self.boot.is_empty() && marker.boot == self.boot;
        let checkpoint = whole.checkpoint()?.map(Arc::new);
        let fits = fits(&marker, checkpoint.as_ref().map(|checkpoint| checkpoint.upto()));
        let index = Index::new(base, marker.from, checkpoint);
        let compared = if !closed && !same_boot {
            Ok(IndexState::ToBeRebuilt("the machine was restarted"))
        } else if !fits {
            Ok(IndexState::ToBeRebuilt("the journal does not hold it"))
        } else {
            compare::compare(&index, &marker, whole).map(IndexState::Compared)
        };
        index.below().base.close()?;
        // Opening it touched its files.
        if closed {
            self.remove(CLEAN)?;
            self.leave_clean(marker.lsn).map_err(StoreError::io(&self.folder.join(CLEAN)))?;
        }
        compared
    }

    /// Reads and removes what the last close left: LSN and fingerprint.
    fn take_clean(&self) -> Result<Option<(u64, u64)>, StoreError> {
        let clean = self.read_clean()?;
        self.remove(CLEAN)?;
        Ok(clean)
    }

    fn read_clean(&self) -> Result<Option<(u64, u64)>, StoreError> {
        if !self.exists(CLEAN)? {
            return Ok(None);
        }
        let path = self.folder.join(CLEAN);
        let mut bytes = [0; CLEAN_BYTES];
        let file = self.files.open(&path).map_err(StoreError::io(&path))?;
        file.read_at(0, &mut bytes).map_err(StoreError::io(&path))?;
        let checked = bytes.get(..CLEAN_BYTES - 4).map(crc32c::crc32c);
        let mut fields = Fields(&bytes);
        let mut read = || {
            fields.array().filter(|&magic: &[u8; 8]| magic == CLEAN_MAGIC)?;
            let clean = (fields.u64()?, fields.u64()?);
            (fields.u32() == checked).then_some(clean)
        };
        Ok(read())
    }

    fn exists(&self, name: &str) -> Result<bool, StoreError> {
        let names = self.files.list(&self.folder).map_err(StoreError::io(&self.folder))?;
        Ok(names.iter().any(|found| found == name))
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        if self.exists(name)? {
            let path = self.folder.join(name);
            self.files.remove(&path).map_err(StoreError::io(&path))?;
            self.files.sync_folder(&self.folder).map_err(StoreError::io(&self.folder))?;
        }
        Ok(())
    }
}

/// Whether a base holds everything behind the checkpoint.
fn fits(marker: &Marker, checkpoint: Option<Upto>) -> bool {
    let upto = checkpoint.map_or(0, |upto| upto.lsn);
    marker.from <= upto && upto <= marker.lsn
}

/// Fills a base from the journal.
#[derive(Debug)]
pub(in crate::shell::store) struct Loader<'a> {
    base: &'a Base,
    writes: Vec<Write>,
    marker: Option<Marker>,
    batches: u32,
}

impl<'a> Loader<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self { base, writes: Vec::new(), marker: None, batches: 0 }
    }

    /// The writes of a change, or none: the base holds everything up to the marker.
    pub(in crate::shell::store) fn change(
        &mut self,
        writes: Vec<Write>,
        marker: Marker,
    ) -> Result<(), StoreError> {
        self.writes.extend(writes);
        self.marker = Some(marker);
        self.flush(LOAD_WRITES)
    }

    pub(in crate::shell::store) fn finish(mut self) -> Result<(), StoreError> {
        self.flush(0)
    }

    fn flush(&mut self, above: usize) -> Result<(), StoreError> {
        if self.writes.len() > above || above == 0 {
            self.base.apply(self.writes.iter(), self.marker.as_ref())?;
            self.writes.clear();
            self.batches += 1;
            if self.batches.is_multiple_of(LOAD_BATCHES) {
                self.base.flush()?;
            }
        }
        Ok(())
    }
}

impl Index {
    /// Has a base filled before anybody uses it.
    pub(in crate::shell::store) fn fill(
        &self,
        fill: impl FnOnce(&mut Loader<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let base = self.below().base;
        let mut loader = Loader::new(&base);
        fill(&mut loader)?;
        loader.finish()
    }

    /// LSN from which on the writes are in the base.
    pub(in crate::shell::store) fn from(&self) -> u64 {
        self.below().from
    }

    /// Reads every row of the base: that it can be read at all, and that none is newer than `lsn`.
    ///
    /// - `stop`: gives up.
    pub(in crate::shell::store) fn prove(
        &self,
        lsn: u64,
        stop: &dyn Fn() -> bool,
    ) -> Result<u64, StoreError> {
        let mut range = super::KeyRange { start: Vec::new(), end: vec![u8::MAX] };
        let mut count = 0;
        loop {
            let base = self.below().base;
            let rows = base.rows(&range, super::Direction::Forward, super::CHUNK)?;
            let newer = |row: &Row| row.as_stored().len() < Row::LSN_BYTES || row.version().0 > lsn;
            let wrong = rows.iter().filter_map(|(_, row)| row.as_ref()).any(newer);
            if wrong || !rows.is_sorted_by(|(a, _), (b, _)| a < b) {
                let folder = match &*base {
                    Base::Memory(_) => PathBuf::new(),
                    Base::Sled(index) => index.folder().to_owned(),
                };
                return Err(StoreError::Index { folder, reason: "rows out of order".to_owned() });
            }
            count += rows.len() as u64;
            match rows.last() {
                Some((key, _)) if !stop() => range.after(key.to_vec()),
                _ => return Ok(count),
            }
        }
    }
}
