//! The same data in bare tantivy, with the agreements of each product as terms, and in SQLite FTS5, with a table of them.

use std::path::Path;

use rusqlite::{Connection, params};
use tantivy::{
    Index, IndexReader, Searcher, TantivyDocument, Term,
    aggregation::{AggregationCollector, agg_req::Aggregations},
    collector::{Count, TopDocs},
    query::{BooleanQuery, FuzzyTermQuery, Query, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream},
};

use crate::data::{self, Sample};

pub struct Bare {
    reader: IndexReader,
    name: Field,
    text: Field,
    agreement: Field,
    stemmer: TextAnalyzer,
    facets: Aggregations,
}

impl Bare {
    pub fn build(folder: &Path, count: u32, agreements: impl Fn(u32) -> Vec<u64>) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut schema = Schema::builder();
        let text = |tokenizer| {
            let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
            TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqs))
        };
        let name = schema.add_text_field("name", text("default"));
        let both = schema.add_text_field("text", text("en_stem"));
        let column = || TextOptions::default().set_fast("raw");
        let category = schema.add_text_field("category", column());
        let brand = schema.add_text_field("brand", column());
        let material = schema.add_text_field("material", column());
        let length = schema.add_u64_field("length", FAST);
        let agreement = schema.add_u64_field("agreement", INDEXED);
        let index = Index::create_in_dir(folder, schema.build()).unwrap();
        let stemmer = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(Stemmer::new(tantivy::tokenizer::Language::English))
            .build();
        index.tokenizers().register("en_stem", stemmer.clone());
        let mut writer = index.writer_with_num_threads(1, 96 << 20).unwrap();
        for number in 0..count {
            let Sample { name: words, description, brand: maker, category: path, length: long, material: of, .. } = data::product(number);
            let mut document = TantivyDocument::new();
            document.add_text(name, &words);
            document.add_text(both, &words);
            document.add_text(both, &description);
            document.add_text(category, path);
            document.add_text(brand, maker);
            document.add_text(material, of);
            document.add_u64(length, long);
            for one in agreements(number) {
                document.add_u64(agreement, one);
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let segments = index.searchable_segment_ids().unwrap();
        if segments.len() > 1 {
            writer.merge(&segments).wait().unwrap();
        }
        writer.wait_merging_threads().unwrap();
        let facets = serde_json::from_value(serde_json::json!({
            "category": { "terms": { "field": "category", "size": 20 } },
            "brand": { "terms": { "field": "brand", "size": 20 } },
            "material": { "terms": { "field": "material", "size": 20 } },
            "length": { "range": { "field": "length", "ranges": [{ "to": 60.0 }, { "from": 60.0, "to": 180.0 }, { "from": 180.0 }] } },
        }));
        Self { reader: index.reader().unwrap(), name, text: both, agreement, stemmer, facets: facets.unwrap() }
    }

    fn visible(&self, agreement: u64) -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_u64(self.agreement, agreement), IndexRecordOption::Basic))
    }

    /// Hits and how many there are, with counts by facet.
    pub fn search(&self, words: &str, agreement: u64) -> usize {
        let searcher: Searcher = self.reader.searcher();
        let mut all = vec![self.visible(agreement)];
        let mut stemmer = self.stemmer.clone();
        let mut stream = stemmer.token_stream(words);
        while stream.advance() {
            let term = Term::from_field_text(self.text, &stream.token().text);
            all.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        let facets = AggregationCollector::from_aggs(self.facets.clone(), Default::default());
        let collector = (TopDocs::with_limit(50).order_by_score(), Count, facets);
        searcher.search(&BooleanQuery::intersection(all), &collector).unwrap().1
    }

    /// A prefix query, as a search field would send it at each letter.
    pub fn prefix(&self, typed: &str, agreement: u64) -> usize {
        let last = typed.rsplit([' ', '-']).next().unwrap_or_default().to_lowercase();
        let prefix = FuzzyTermQuery::new_prefix(Term::from_field_text(self.name, &last), 0, true);
        let query = BooleanQuery::intersection(vec![self.visible(agreement), Box::new(prefix)]);
        let top = TopDocs::with_limit(8).order_by_score();
        self.reader.searcher().search(&query, &top).unwrap().len()
    }
}

pub struct Fts(Connection);

impl Fts {
    pub fn build(file: &Path, count: u32, agreements: impl Fn(u32) -> Vec<u64>) -> Self {
        let mut connection = Connection::open(file).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;
                 CREATE VIRTUAL TABLE texts USING fts5(name, description, part, content='', tokenize='porter unicode61');
                 CREATE TABLE products(id INTEGER PRIMARY KEY, category TEXT, brand TEXT, material TEXT, length INTEGER);
                 CREATE TABLE seen(agreement INTEGER, id INTEGER, PRIMARY KEY(agreement, id)) WITHOUT ROWID;",
            )
            .unwrap();
        let changes = connection.transaction().unwrap();
        {
            let mut texts = changes.prepare("INSERT INTO texts(rowid, name, description, part) VALUES(?, ?, ?, ?)").unwrap();
            let mut products = changes.prepare("INSERT INTO products VALUES(?, ?, ?, ?, ?)").unwrap();
            let mut seen = changes.prepare("INSERT INTO seen VALUES(?, ?)").unwrap();
            for number in 0..count {
                let one = data::product(number);
                texts.execute(params![number, one.name, one.description, one.part]).unwrap();
                products.execute(params![number, one.category, one.brand, one.material, one.length as i64]).unwrap();
                for agreement in agreements(number) {
                    seen.execute(params![agreement as i64, number]).unwrap();
                }
            }
        }
        changes.commit().unwrap();
        Self(connection)
    }

    /// The best 50, how many there are, and counts by three facets.
    pub fn search(&self, words: &str, agreement: u64) -> usize {
        let words = words.split(' ').map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
        let hits = "SELECT texts.rowid FROM texts JOIN seen ON seen.id = texts.rowid AND seen.agreement = ?2 WHERE texts MATCH ?1 ORDER BY rank LIMIT 50";
        let mut statement = self.0.prepare_cached(hits).unwrap();
        let found = statement.query_map(params![words, agreement as i64], |row| row.get::<_, i64>(0)).unwrap().count();
        for facet in ["category", "brand", "material"] {
            let counts = format!(
                "SELECT {facet}, count(*) FROM texts JOIN seen ON seen.id = texts.rowid AND seen.agreement = ?2 JOIN products ON products.id = texts.rowid WHERE texts MATCH ?1 GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
            );
            let mut statement = self.0.prepare_cached(&counts).unwrap();
            statement.query_map(params![words, agreement as i64], |row| row.get::<_, i64>(1)).unwrap().count();
        }
        found
    }
}
