//! The index folder of a catalog version: written once, then read by many.

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use tantivy::{
    DocAddress, Index, IndexReader, Order, ReloadPolicy, Searcher, SegmentReader, TERMINATED,
    TantivyDocument, TantivyError,
    collector::{Collector, SegmentCollector, TopDocs},
    indexer::NoMergePolicy,
    query::EnableScoring,
};

use super::{
    Dictionary, Found, Query, Shown, Sort, SynonymRules, Synonyms, Visible, analysis,
    completions::{self, Asker, Offered, Sets, Weights},
    counts::{Columns, Counts, InOrder, Wishes},
    facets::ValueId,
    query::{self, Wanted},
    schema::{Fields, NAME_ORDER, ORDINAL, PART_ORDER},
    scorers::Part,
    tongue::{NOT_SAID, Tongues},
};
use crate::model::{
    agreement::Selector,
    catalog::{Ordinal, Product},
    language::{Language, primary},
};

/// What the writer may hold in memory before it writes a segment.
const WRITER_BYTES: usize = 96 << 20;

/// Builds an index.
pub(crate) struct IndexWriter {
    folder: PathBuf,
    fields: Fields,
    writer: tantivy::IndexWriter<TantivyDocument>,
    /// First parts of the tags of all languages seen.
    tags: BTreeSet<String>,
}

/// The file of them, beside the index.
const LANGUAGES: &str = "languages.json";

impl IndexWriter {
    pub(crate) fn create(folder: &Path) -> Result<Self, TantivyError> {
        fs::create_dir_all(folder)?;
        let (schema, fields) = Fields::schema();
        let mut index = Index::create_in_dir(folder, schema)?;
        index.set_tokenizers(analysis::tokenizers());
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self { folder: folder.to_owned(), fields, writer, tags: BTreeSet::new() })
    }

    /// Takes a product; they come in order.
    ///
    /// - `own`: what it is written in, where it does not say so.
    pub(crate) fn add(
        &mut self,
        product: &Product,
        ordinal: Ordinal,
        category: u32,
        values: &[ValueId],
        own: Option<&str>,
    ) -> Result<(), TantivyError> {
        let language = product.details.language.as_deref().or(own);
        let others = product.details.translations.iter().map(|one| one.language.as_str());
        for tag in others.chain([language.unwrap_or(NOT_SAID)]).map(primary) {
            if !self.tags.contains(tag) {
                self.tags.insert(tag.to_ascii_lowercase());
            }
        }
        let document = self.fields.document(product, ordinal, category, values, language);
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Ends with one segment, its documents numbered as the products.
    pub(crate) fn finish(mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        let index = self.writer.index();
        let mut segments = Vec::new();
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        for segment in reader.searcher().segment_readers() {
            segments.push((segment.fast_fields().u64(ORDINAL)?.first(0), segment.segment_id()));
        }
        drop(reader);
        segments.sort_unstable();
        let segments: Vec<_> = segments.into_iter().map(|(_, id)| id).collect();
        if segments.len() > 1 {
            self.writer.merge(&segments).wait()?;
        }
        self.writer.garbage_collect_files().wait()?;
        let reader: IndexReader =
            self.writer.index().reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        completions::write(&reader.searcher(), &self.fields, &self.folder)?;
        fs::write(self.folder.join(LANGUAGES), serde_json::to_vec(&self.tags)?)?;
        self.writer.wait_merging_threads()
    }
}

/// A finished index.
pub(crate) struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    sets: Sets,
    tongues: Tongues,
    /// None: there is no product.
    columns: Option<Columns>,
}

impl SearchIndex {
    pub(crate) fn open(folder: &Path) -> Result<Self, TantivyError> {
        let mut index = Index::open_in_dir(folder)?;
        index.set_tokenizers(analysis::tokenizers());
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(TantivyError::SchemaError("the index has other fields than this program".into()));
        }
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        if reader.searcher().segment_readers().len() > 1 {
            return Err(TantivyError::SchemaError("the index was not finished".into()));
        }
        let tags = match fs::read(folder.join(LANGUAGES)) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            // Of a program that took everything for English.
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeSet::from([NOT_SAID.to_owned()]),
            Err(error) => return Err(error.into()),
        };
        let columns = reader.searcher().segment_readers().first().map(Columns::open).transpose()?;
        let (sets, tongues) = (Sets::open(folder)?, Tongues::new(tags));
        Ok(Self { index, reader, fields, sets, tongues, columns })
    }

    pub(crate) fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Rules by the stems of this index.
    pub(crate) fn synonyms(&self, rules: &SynonymRules) -> Synonyms {
        Synonyms::new(rules, &self.tongues)
    }

    /// Whether some text is in this language.
    pub(crate) fn speaks(&self, language: &Language) -> bool {
        self.tongues.has(language.as_str())
    }

    /// Reads every file and checks it against its checksum.
    pub(crate) fn verify(&self) -> Result<(), TantivyError> {
        self.sets.verify()?;
        match self.index.validate_checksum()?.into_iter().next() {
            None => Ok(()),
            Some(path) => Err(TantivyError::SystemError(format!("{} is damaged", path.display()))),
        }
    }

    /// The products that somebody sees.
    pub(crate) fn visible(&self, visible: &Visible) -> Result<Shown, TantivyError> {
        self.set(&*query::visible(&self.fields, visible))
    }

    /// The products that one of these names.
    pub(crate) fn selected(&self, selectors: &[Selector]) -> Result<Shown, TantivyError> {
        self.set(&*query::selected(&self.fields, selectors))
    }

    fn set(&self, query: &dyn tantivy::query::Query) -> Result<Shown, TantivyError> {
        let searcher = self.reader.searcher();
        let mut set = Shown::none(u32::try_from(self.len()).unwrap_or(u32::MAX));
        let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        for segment in searcher.segment_readers() {
            weight.for_each_no_score(segment, &mut |documents| {
                for document in documents {
                    set.insert(*document);
                }
            })?;
        }
        Ok(set)
    }

    /// Weighs what can be completed for somebody.
    pub(crate) fn weights(&self, shown: &Shown) -> Result<Weights, TantivyError> {
        completions::weigh(&self.reader.searcher(), &self.fields, shown)
    }

    /// What can be typed next.
    pub(crate) fn complete(
        &self,
        text: &str,
        most: usize,
        asker: Asker<'_>,
    ) -> Result<Offered, TantivyError> {
        self.sets.complete(&self.reader.searcher(), &self.fields, text, most, asker)
    }

    pub(crate) fn search(
        &self,
        query: &Query<'_>,
        shown: &Arc<Shown>,
        of: Dictionary<'_>,
    ) -> Result<Found, TantivyError> {
        let searcher = self.reader.searcher();
        let (matched, found) = self.run(&searcher, query, shown, of, false)?;
        if matched > 0 {
            return Ok(found);
        }
        let (matched, near) = self.run(&searcher, query, shown, of, true)?;
        if matched > 0 { Ok(near) } else { Ok(found) }
    }

    fn run(
        &self,
        searcher: &Searcher,
        query: &Query<'_>,
        shown: &Arc<Shown>,
        of: Dictionary<'_>,
        near: bool,
    ) -> Result<(u32, Found), TantivyError> {
        let wanted = query::build(searcher, &self.fields, &self.tongues, query, shown, near)?;
        let (Some(Wanted { part, scored }), Some(columns), Some(segment)) =
            (wanted, &self.columns, searcher.segment_readers().first())
        else {
            return Ok((0, Found::default()));
        };
        let wishes = Wishes::new(of.facets, query.narrowed);
        let (offset, limit) = (query.offset.min(Query::MAX_OFFSET), query.limit.clamp(1, Query::MAX_LIMIT));
        let top = || TopDocs::with_limit(limit).and_offset(offset);
        let pass = Pass { segment, part, columns, wishes: &wishes, of };
        let (ordinals, counts) = match query.sort {
            Sort::Relevance if scored => pass.collect(&top().order_by_score(), addresses),
            Sort::Relevance => pass.collect(&InOrder { offset, limit }, |documents| documents),
            Sort::Name | Sort::Part => {
                let column = if query.sort == Sort::Name { NAME_ORDER } else { PART_ORDER };
                pass.collect(&top().order_by_string_fast_field(column, Order::Asc), addresses)
            }
            Sort::Price | Sort::LeadTime => {
                pass.collect(&InOrder { offset: 0, limit: Query::MAX_LIMIT }, |documents| documents)
            }
        }?;
        let Counts { matched, by_category, by_value } = counts;
        Ok((matched, Found { ordinals, by_category, by_value, near }))
    }
}

/// One run over everything that matches.
struct Pass<'a> {
    segment: &'a SegmentReader,
    part: Part,
    columns: &'a Columns,
    wishes: &'a Wishes,
    of: Dictionary<'a>,
}

impl Pass<'_> {
    fn collect<C: Collector>(
        mut self,
        top: &C,
        ordinals: impl FnOnce(C::Fruit) -> Vec<Ordinal>,
    ) -> Result<(Vec<Ordinal>, Counts), TantivyError> {
        let mut counts = Counts::new(self.of.categories, self.of.facets.len());
        let scored = top.requires_scoring();
        let mut best = top.for_segment(0, self.segment)?;
        let mut hit = self.part.doc();
        while hit != TERMINATED {
            if counts.see(hit, self.columns, self.wishes) {
                best.collect(hit, if scored { self.part.score() } else { 0.0 });
            }
            hit = self.part.advance();
        }
        Ok((ordinals(top.merge_fruits(vec![best.harvest()])?), counts))
    }
}

/// Documents are numbered as the products.
fn addresses<K>(hits: Vec<(K, DocAddress)>) -> Vec<Ordinal> {
    hits.into_iter().map(|(_, address)| address.doc_id).collect()
}
