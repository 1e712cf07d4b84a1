//! Opening: the index brought to where the journal is, from what an earlier run left or from nothing.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::StoreError;
use super::index::{self, Index, Loader, Marker, Opened, Trust};
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
    let opened = trust.open(|marker| survey.has(marker.lsn, marker.segment, marker.salt))?;
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
    let opened = trust.reset(failed)?;
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
    let mut loader = Loader::new(&opened.index);
    let from = match &opened.applied {
        Some(marker) => marker.lsn,
        None => load_checkpoint(trust, &survey, &mut loader)?,
    };
    let journal =
        Journal::open(survey, Arc::clone(&trust.files), segment_bytes, from, &mut |change, salt| {
            let marker =
                Marker { lsn: change.lsn, segment: change.at.segment, salt, boot: trust.boot.clone() };
            loader.change(index::writes(&change)?, marker)
        })?;
    loader.finish()?;
    Ok((journal.last_lsn() >= from).then_some(journal))
}

/// Fills the index from the checkpoint, if there is one; returns the LSN up to which it then is.
fn load_checkpoint(trust: &Trust, survey: &Survey, loader: &mut Loader<'_>) -> Result<u64, StoreError> {
    let Some(mut rows) = survey.rows(trust.files.as_ref())? else { return Ok(0) };
    while let Some((key, row)) = rows.next()? {
        if let Some(row) = row {
            loader.row(key, row)?;
        }
    }
    let upto = rows.upto;
    let marker = Marker { lsn: upto.lsn, segment: upto.segment, salt: upto.salt, boot: trust.boot.clone() };
    loader.change(Vec::new(), marker)?;
    Ok(upto.lsn)
}
