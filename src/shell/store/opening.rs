//! Opening: the index brought to where the journal is, from what an earlier run left or from nothing.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::StoreError;
use super::index::{self, Index, Marker, Opened, Trust};
use super::journal::{Journal, Survey};

#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) index: Index,
    pub(super) journal: Journal,
    /// Whether rows of an earlier run are in it.
    pub(super) trusted: bool,
}

/// Opens the journal and an index that holds all of it.
pub(super) fn load(trust: &Trust, folder: PathBuf, segment_bytes: u64) -> Result<Loaded, StoreError> {
    let survey = Survey::of(trust.files.as_ref(), folder.clone())?;
    let checkpoint = survey.checkpoint(trust.files.as_ref())?.map(Arc::new);
    let opened =
        trust.open(checkpoint.as_ref(), |marker| survey.has(marker.lsn, marker.segment, marker.salt))?;
    let trusted = opened.applied.is_some();
    let failed = match fill(trust, survey, &opened, segment_bytes) {
        Ok(Some(journal)) => return Ok(Loaded { index: opened.index, journal, trusted }),
        Ok(None) => "it is ahead of the journal",
        Err(error @ StoreError::Index { .. }) if trusted => {
            tracing::warn!(%error, "the index cannot be written");
            "it cannot be written"
        }
        Err(error) => return Err(error),
    };
    trust.abandon(&opened.index);
    let opened = trust.reset(failed, checkpoint.as_ref())?;
    let survey = Survey::of(trust.files.as_ref(), folder)?;
    match fill(trust, survey, &opened, segment_bytes)? {
        Some(journal) => Ok(Loaded { index: opened.index, journal, trusted: false }),
        None => Err(StoreError::Index { folder: trust.folder.clone(), reason: failed.to_owned() }),
    }
}

/// Reads what the index does not hold; `None`: it holds what the journal does not.
fn fill(
    trust: &Trust,
    survey: Survey,
    opened: &Opened,
    segment_bytes: u64,
) -> Result<Option<Journal>, StoreError> {
    let Opened { index, applied } = opened;
    let (base_from, mut journal) = (index.from(), None);
    let from = applied.as_ref().map_or(base_from, |marker| marker.lsn);
    index.fill(|loader| {
        let files = Arc::clone(&trust.files);
        journal = Some(Journal::open(survey, files, segment_bytes, from, &mut |change, salt| {
            let (segment, boot) = (change.at.segment, trust.boot.clone());
            let marker = Marker { lsn: change.lsn, segment, salt, from: base_from, boot };
            loader.change(index::writes(&change)?, marker)
        })?);
        Ok(())
    })?;
    Ok(journal.filter(|journal| journal.last_lsn() >= from))
}
