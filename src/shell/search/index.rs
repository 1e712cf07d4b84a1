//! The index folder of a catalog version: written once, then read by many.

use std::{fs, path::Path};

use tantivy::{
    DocAddress, Index, IndexReader, Order, ReloadPolicy, Searcher, TantivyDocument, TantivyError,
    collector::TopDocs, indexer::NoMergePolicy,
};

use super::{
    Found, Query, Sort, analysis,
    counts::CategoryCounts,
    query,
    schema::{Fields, NAME_ORDER, ORDINAL, PART_ORDER},
};
use crate::model::catalog::{Ordinal, Product};

/// What the writer may hold in memory before it writes a segment.
const WRITER_BYTES: usize = 96 << 20;

/// Builds an index.
pub(crate) struct IndexWriter {
    fields: Fields,
    writer: tantivy::IndexWriter<TantivyDocument>,
}

impl IndexWriter {
    pub(crate) fn create(folder: &Path) -> Result<Self, TantivyError> {
        fs::create_dir_all(folder)?;
        let (schema, fields) = Fields::schema();
        let mut index = Index::create_in_dir(folder, schema)?;
        index.set_tokenizers(analysis::tokenizers());
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self { fields, writer })
    }

    pub(crate) fn add(&self, product: &Product, ordinal: Ordinal, category: u32) -> Result<(), TantivyError> {
        self.writer.add_document(self.fields.document(product, ordinal, category))?;
        Ok(())
    }

    /// Ends with one segment: the quickest to read.
    pub(crate) fn finish(mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        let segments = self.writer.index().searchable_segment_ids()?;
        if segments.len() > 1 {
            self.writer.merge(&segments).wait()?;
        }
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()
    }
}

/// A finished index.
pub(crate) struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

impl SearchIndex {
    pub(crate) fn open(folder: &Path) -> Result<Self, TantivyError> {
        let mut index = Index::open_in_dir(folder)?;
        index.set_tokenizers(analysis::tokenizers());
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(TantivyError::SchemaError("the index has other fields than this program".into()));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields })
    }

    pub(crate) fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Reads every file and checks it against its checksum.
    pub(crate) fn verify(&self) -> Result<(), TantivyError> {
        match self.index.validate_checksum()?.into_iter().next() {
            None => Ok(()),
            Some(path) => Err(TantivyError::SystemError(format!("{} is damaged", path.display()))),
        }
    }

    pub(crate) fn search(&self, query: &Query<'_>) -> Result<Found, TantivyError> {
        let searcher = self.reader.searcher();
        let found = self.run(&searcher, query, false)?;
        if found.by_category.iter().any(|count| *count > 0) {
            return Ok(found);
        }
        let near = self.run(&searcher, query, true)?;
        if near.by_category.iter().any(|count| *count > 0) { Ok(near) } else { Ok(found) }
    }

    fn run(&self, searcher: &Searcher, query: &Query<'_>, near: bool) -> Result<Found, TantivyError> {
        let Some(wanted) = query::build(&self.fields, query, near) else {
            return Ok(Found { ordinals: Vec::new(), by_category: Vec::new(), near: false });
        };
        let offset = query.offset.min(Query::MAX_OFFSET);
        let top = TopDocs::with_limit(query.limit.clamp(1, Query::MAX_LIMIT)).and_offset(offset);
        let by_field = |top: TopDocs, field| {
            let collector = (top.order_by_string_fast_field(field, Order::Asc), CategoryCounts);
            searcher.search(&wanted.query, &collector).map(|(hits, counts)| (addresses(hits), counts))
        };
        let (hits, by_category) = match query.sort {
            Sort::Relevance if wanted.scored => {
                let (hits, counts) =
                    searcher.search(&wanted.query, &(top.order_by_score(), CategoryCounts))?;
                (addresses(hits), counts)
            }
            Sort::Relevance => {
                let collector = (top.order_by_u64_field(ORDINAL, Order::Asc), CategoryCounts);
                let (hits, counts) = searcher.search(&wanted.query, &collector)?;
                (addresses(hits), counts)
            }
            Sort::Name => by_field(top, NAME_ORDER)?,
            Sort::Part => by_field(top, PART_ORDER)?,
        };
        Ok(Found { ordinals: ordinals(searcher, &hits)?, by_category, near })
    }
}

fn addresses<K>(hits: Vec<(K, DocAddress)>) -> Vec<DocAddress> {
    hits.into_iter().map(|(_, address)| address).collect()
}

fn ordinals(searcher: &Searcher, hits: &[DocAddress]) -> Result<Vec<Ordinal>, TantivyError> {
    let mut columns = Vec::new();
    for segment in searcher.segment_readers() {
        columns.push(segment.fast_fields().u64(ORDINAL)?);
    }
    let ordinal = |address: &DocAddress| {
        let column = columns.get(address.segment_ord as usize)?;
        column.first(address.doc_id).and_then(|ordinal| Ordinal::try_from(ordinal).ok())
    };
    Ok(hits.iter().filter_map(ordinal).collect())
}
