//! A supplier's synonyms: one file beside its catalog versions, replaced whole, the same for all of them.

use std::{fs, io::ErrorKind, path::Path};

use super::{error::CatalogError, folder, version::catalogs_of};
use crate::{model::ids::SupplierId, shell::search::SynonymRules};

const FILE: &str = "synonyms.txt";

/// The text of the file, if there is one.
pub fn read(data: &Path, supplier: &SupplierId) -> Result<Option<String>, CatalogError> {
    let path = catalogs_of(data, supplier).join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CatalogError::io(&path, error)),
    }
}

/// The rules of the file. Only what was checked is written; what somebody else made of it counts for nothing.
pub(crate) fn rules(data: &Path, supplier: &SupplierId) -> Result<SynonymRules, CatalogError> {
    let text = read(data, supplier)?.unwrap_or_default();
    Ok(SynonymRules::parse(&text).unwrap_or_else(|faults| {
        let fault = faults.first().map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%supplier, fault, "the file of synonyms is not one and is passed over");
        SynonymRules::default()
    }))
}

/// Puts a text in its place, durably; `None`: there are no synonyms any more.
pub(crate) fn replace(data: &Path, supplier: &SupplierId, text: Option<&str>) -> Result<(), CatalogError> {
    let root = catalogs_of(data, supplier);
    folder::create_synced(&root)?;
    let (draft, path) = (root.join("synonyms.new"), root.join(FILE));
    folder::write_synced(&draft, text.unwrap_or_default().as_bytes())?;
    folder::replace(&draft, &path)
}
