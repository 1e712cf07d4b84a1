//! Versions that an older program published: what it did not write is made of the products once, beside them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    categories::CategoryTree,
    error::CatalogError,
    facts::FactsWriter,
    folder,
    record::{FORMAT, unpack},
    table::{self, Table},
    version::{FACETS, FACTS, INDEX},
};
use crate::shell::search::{FacetBuilder, IndexWriter};

/// The folder that holds index, facets and facts of an older version; made, if it is not there yet.
pub(super) fn derived(of: &Path, format: u32, products: &Table) -> Result<PathBuf, CatalogError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| CatalogError::io(&path, error)
    };
    let done = of.join(format!("derived-{FORMAT}"));
    if done.is_dir() {
        return Ok(done);
    }
    let _lock = folder::lock(&of.join("derived.lock"))?;
    let draft = of.join("derived.new");
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(io(&draft))?; // of a killed process
    }
    fs::create_dir(&draft).map_err(io(&draft))?;
    let mut facts = FactsWriter::create(&draft.join(FACTS))?;
    let mut index = IndexWriter::create(&draft.join(INDEX))?;
    let (mut facets, mut categories) = (FacetBuilder::default(), CategoryTree::default());
    for ordinal in 0..products.len() {
        let Some(record) = products.read(ordinal)? else { continue };
        let product = unpack(products, format, &record)?;
        facts.append(&product)?;
        index.add(&product, ordinal, categories.add(&product), &facets.see(&product), None)?;
    }
    facts.finish()?;
    index.finish()?;
    folder::write_synced(&draft.join(FACETS), &table::json(&facets.finish())?)?;
    folder::replace(&draft, &done)?;
    Ok(done)
}
