//! Runs a query: products that have words, in order, and how well they fit.
//!
//! A search finds few products among many, so every part of it is only ever asked for its next product at or after a
//! place. The index library's own union reads thousands of products ahead instead, which suits searches that find much.

use std::sync::Arc;

use tantivy::{
    DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, Term,
    fieldnorm::FieldNormReader,
    index::InvertedIndexReader,
    postings::{Postings, SegmentPostings, TermInfo},
    query::{Bm25Weight, ConstScorer, EnableScoring, FuzzyTermQuery, Query, Scorer},
    schema::{Field, IndexRecordOption},
};

use super::Shown;

/// Words with one beginning that are looked for one by one.
const MOST_BEGINNINGS: usize = 16;

/// A part of a query; it stands on its first product.
pub(super) type Part = Box<dyn Scorer>;

/// The words of one field.
pub(super) struct Words {
    field: Field,
    inverted: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    mean_length: Score,
    products: u64,
}

impl Words {
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a score, not money")]
    pub(super) fn of(segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let inverted = segment.inverted_index(field)?;
        let lengths = segment.fieldnorms_readers().get_field(field)?;
        let products = u64::from(segment.max_doc());
        Ok(Self {
            field,
            lengths: lengths.unwrap_or_else(|| FieldNormReader::constant(segment.max_doc(), 1)),
            mean_length: inverted.total_num_tokens() as Score / products.max(1) as Score,
            inverted,
            products,
        })
    }

    /// Products with this word, by how much it tells of them times `weight`.
    pub(super) fn scored(&self, word: &str, weight: Score) -> tantivy::Result<Option<Word>> {
        let Some(info) = self.inverted.terms().get(word)? else { return Ok(None) };
        let option = IndexRecordOption::WithFreqs;
        let postings = self.inverted.read_postings_from_terminfo(&info, option)?;
        let tells = Bm25Weight::for_one_term_without_explain(
            u64::from(info.doc_freq),
            self.products,
            self.mean_length,
        );
        Ok(Some(Word { postings, lengths: self.lengths.clone(), weight: tells.boost_by(weight) }))
    }

    /// Products with this word, each as good.
    pub(super) fn exact(&self, word: &str, score: Score) -> tantivy::Result<Option<Part>> {
        self.inverted.terms().get(word)?.map(|info| self.constant(&info, score)).transpose()
    }

    /// - `info`: where the word stands.
    fn constant(&self, info: &TermInfo, score: Score) -> tantivy::Result<Part> {
        let postings = self.inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        Ok(Box::new(ConstScorer::new(postings, score)))
    }

    /// Products with a word that begins so; where these are few, only with a wanted one.
    pub(super) fn begun(
        &self,
        within: &Searcher,
        start: &str,
        score: Score,
        wanted: impl Fn(&str) -> bool,
    ) -> tantivy::Result<Option<Part>> {
        let mut words = Vec::new();
        let mut terms = self.inverted.terms().range().ge(start.as_bytes()).into_stream()?;
        while terms.advance() && terms.key().starts_with(start.as_bytes()) {
            if words.len() == MOST_BEGINNINGS {
                let term = Term::from_field_text(self.field, start);
                return walked(&FuzzyTermQuery::new_prefix(term, 0, true), within, score);
            }
            words.push((terms.key().to_vec(), terms.value().clone()));
        }
        let mut ways = Vec::new();
        for (word, info) in words {
            if wanted(&String::from_utf8_lossy(&word)) {
                ways.push(self.constant(&info, score)?);
            }
        }
        Ok(any(ways))
    }

    /// Products with a word one typing error away.
    pub(super) fn near(&self, within: &Searcher, word: &str) -> tantivy::Result<Option<Part>> {
        walked(&FuzzyTermQuery::new(Term::from_field_text(self.field, word), 1, true), within, 1.0)
    }
}

/// A query of the index library's own.
fn walked(query: &FuzzyTermQuery, within: &Searcher, score: Score) -> tantivy::Result<Option<Part>> {
    let Some(segment) = within.segment_readers().first() else { return Ok(None) };
    let part = query.weight(EnableScoring::disabled_from_searcher(within))?.scorer(segment, score)?;
    Ok((part.doc() != TERMINATED).then_some(part))
}

/// Products with one word.
pub(super) struct Word {
    postings: SegmentPostings,
    lengths: FieldNormReader,
    weight: Bm25Weight,
}

impl DocSet for Word {
    fn advance(&mut self) -> DocId {
        self.postings.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.postings.seek(target)
    }

    fn doc(&self) -> DocId {
        self.postings.doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings.size_hint()
    }
}

impl Scorer for Word {
    fn score(&mut self) -> Score {
        self.weight.score(self.lengths.fieldnorm_id(self.doc()), self.postings.term_freq())
    }
}

/// Products that all of these have; `None`: one of them has none, or there is nothing to have.
pub(super) fn all(parts: Vec<Option<Part>>) -> Option<Part> {
    let mut parts = parts.into_iter().collect::<Option<Vec<Part>>>()?;
    if parts.len() < 2 {
        return parts.pop();
    }
    parts.sort_by_key(DocSet::size_hint);
    let mut all = All { parts, at: 0 };
    all.settle(0);
    (all.at != TERMINATED).then(|| Box::new(all) as Part)
}

/// Products that one of these has.
pub(super) fn any(mut parts: Vec<Part>) -> Option<Part> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let parts: Vec<_> = parts.into_iter().map(|part| (part.doc(), part)).collect();
    let mut any = Any { parts, at: 0 };
    any.settle();
    Some(Box::new(any))
}

/// The same products; each is better by what it has of the rest.
pub(super) fn preferring(found: Part, better: Vec<Word>) -> Part {
    if better.is_empty() { found } else { Box::new(Preferring { found, better }) }
}

/// The products that somebody sees, at or after a place.
pub(super) fn within(shown: &Arc<Shown>, place: DocId) -> Part {
    let at = shown.from(place).unwrap_or(TERMINATED);
    Box::new(Walk { shown: Arc::clone(shown), at })
}

struct All {
    /// The rarest first.
    parts: Vec<Part>,
    at: DocId,
}

impl All {
    /// Goes to the first product at or after a place that every part has.
    fn settle(&mut self, mut place: DocId) -> DocId {
        let mut agreed = 0;
        while agreed < self.parts.len() && place != TERMINATED {
            agreed = 0;
            for part in &mut self.parts {
                let found = if part.doc() < place { part.seek(place) } else { part.doc() };
                if found != place {
                    place = found;
                    break;
                }
                agreed += 1;
            }
        }
        self.at = place;
        place
    }
}

impl DocSet for All {
    fn advance(&mut self) -> DocId {
        if self.at == TERMINATED { TERMINATED } else { self.settle(self.at + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.at { self.settle(target) } else { self.at }
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        self.parts.first().map_or(0, DocSet::size_hint)
    }
}

impl Scorer for All {
    fn score(&mut self) -> Score {
        self.parts.iter_mut().map(Scorer::score).sum()
    }
}

struct Any {
    /// Each with the product that it stands on.
    parts: Vec<(DocId, Part)>,
    at: DocId,
}

impl Any {
    fn settle(&mut self) -> DocId {
        self.at = self.parts.iter().map(|(at, _)| *at).min().unwrap_or(TERMINATED);
        self.at
    }
}

impl DocSet for Any {
    fn advance(&mut self) -> DocId {
        if self.at != TERMINATED {
            for (at, part) in self.parts.iter_mut().filter(|(at, _)| *at == self.at) {
                *at = part.advance();
            }
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for (at, part) in self.parts.iter_mut().filter(|(at, _)| *at < target) {
            *at = part.seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        self.parts.iter().fold(0, |sum, (_, part)| sum.saturating_add(part.size_hint()))
    }
}

impl Scorer for Any {
    fn score(&mut self) -> Score {
        let here = self.parts.iter_mut().filter(|(at, _)| *at == self.at);
        here.map(|(_, part)| part.score()).sum()
    }
}

struct Preferring {
    found: Part,
    better: Vec<Word>,
}

impl DocSet for Preferring {
    fn advance(&mut self) -> DocId {
        self.found.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.found.seek(target)
    }

    fn doc(&self) -> DocId {
        self.found.doc()
    }

    fn size_hint(&self) -> u32 {
        self.found.size_hint()
    }
}

impl Scorer for Preferring {
    fn score(&mut self) -> Score {
        let place = self.found.doc();
        let better = self.better.iter_mut().filter_map(|word| {
            let at = if word.doc() < place { word.seek(place) } else { word.doc() };
            (at == place).then(|| word.score())
        });
        better.chain([self.found.score()]).sum()
    }
}

struct Walk {
    shown: Arc<Shown>,
    at: DocId,
}

impl DocSet for Walk {
    fn advance(&mut self) -> DocId {
        if self.at != TERMINATED {
            self.at = self.shown.from(self.at + 1).unwrap_or(TERMINATED);
        }
        self.at
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.at {
            self.at = self.shown.from(target).unwrap_or(TERMINATED);
        }
        self.at
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        self.shown.len()
    }
}

impl Scorer for Walk {
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::{
        collection::vec,
        prelude::{Strategy, prop_assert_eq, proptest},
    };

    use super::*;

    fn set(ordinals: &[u32]) -> Part {
        let mut shown = Shown::none(300);
        for one in ordinals {
            shown.insert(*one);
        }
        within(&Arc::new(shown), 0)
    }

    fn walked(part: Option<Part>) -> Vec<u32> {
        let Some(mut part) = part else { return Vec::new() };
        let mut found = Vec::new();
        while part.doc() != TERMINATED {
            found.push(part.doc());
            part.advance();
        }
        found
    }

    fn sets() -> impl Strategy<Value = Vec<Vec<u32>>> {
        vec(vec(0_u32..300, 0..60), 1..5)
    }

    proptest! {
        #[test]
        fn all_and_any_are_intersection_and_union(sets in sets(), other in vec(0_u32..300, 0..200)) {
            let every = |one: &u32| sets.iter().all(|set| set.contains(one));
            let some = |one: &u32| sets.iter().any(|set| set.contains(one));
            let parts = || sets.iter().map(|set_of| set(set_of)).collect::<Vec<_>>();
            prop_assert_eq!(
                walked(all(parts().into_iter().map(Some).collect())),
                (0..300).filter(every).collect::<Vec<_>>()
            );
            prop_assert_eq!(walked(any(parts())), (0..300).filter(some).collect::<Vec<_>>());
            // One in the other: whoever asks goes forward by places, not by steps.
            prop_assert_eq!(
                walked(all(vec![any(parts()), Some(set(&other))])),
                (0..300).filter(some).filter(|one| other.contains(one)).collect::<Vec<_>>()
            );
            let both = all(vec![all(parts().into_iter().map(Some).collect()), any(vec![set(&other), set(&[])])]);
            prop_assert_eq!(
                walked(both),
                (0..300).filter(every).filter(|one| other.contains(one)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn nothing_is_in_all_of_which_one_has_nothing() {
        assert!(
            all(vec![Some(set(&[1])), None]).is_none()
                && all(Vec::new()).is_none()
                && any(Vec::new()).is_none()
        );
    }
}
