//! From what was typed, and who looks, to a query of the index.

use std::sync::Arc;

use tantivy::{
    Score, Searcher, Term,
    query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query as IndexQuery, TermQuery, TermSetQuery},
    schema::{Field, IndexRecordOption},
};

use super::{
    Query, Shown, Visible, analysis,
    schema::{Fields, property_key, without_zeros},
    scorers::{self, Part, Word, Words},
    synonyms::{Stems, Synonyms},
    tongue::Tongues,
};
use crate::model::agreement::{Assortment, Selector};

type Clause = Box<dyn IndexQuery>;

/// A whole query that is the supplier's number, or another one, outweighs any sum of words.
const WHOLE_PART_NUMBER: Score = 20_000.0;
const WHOLE_OTHER_NUMBER: Score = 10_000.0;
/// One word of several that is a number.
const NUMBER: Score = 50.0;
const NAME: Score = 4.0;
const KIND: Score = 2.0;
const BEGINNING: Score = 0.5;
/// What means the same, beside what was typed.
const SYNONYM: Score = 0.5;
/// A word exactly as typed, on top of what its stem counts.
const AS_TYPED: Score = 2.0;

/// What to go through, and whether its scores mean anything.
pub(super) struct Wanted {
    pub(super) part: Part,
    pub(super) scored: bool,
}

/// What to look for; `near`: with one typing error a word forgiven. `None`: nothing can match.
pub(super) fn build(
    searcher: &Searcher,
    fields: &Fields,
    tongues: &Tongues,
    query: &Query<'_>,
    shown: &Arc<Shown>,
    near: bool,
) -> tantivy::Result<Option<Wanted>> {
    let Some(segment) = searcher.segment_readers().first() else { return Ok(None) };
    let typed: String = query.text.chars().take(Query::MAX_CHARS).collect();
    let typed = typed.trim();
    let mut parts = vec![Some(scorers::within(shown, 0))];
    if let Some(category) = query.category {
        parts.push(Words::of(segment, fields.category)?.exact(category, 0.0)?);
    }
    if typed.is_empty() {
        let part = if near { None } else { scorers::all(parts) };
        return Ok(part.map(|part| Wanted { part, scored: false }));
    }
    let words = |field| Words::of(segment, field);
    let mut looked_for = LookedFor {
        searcher,
        tongues,
        synonyms: query.synonyms,
        near,
        words: words(fields.words)?,
        name: words(fields.name)?,
        kind: words(fields.kind)?,
        typed: words(fields.typed)?,
        part_number: words(fields.part_number)?,
        other_number: words(fields.other_number)?,
        better: Vec::new(),
    };
    parts.extend(looked_for.text(typed)?);
    let Some(found) = scorers::all(parts) else { return Ok(None) };
    for word in analysis::words(&mut analysis::plain(), typed).iter().take(Query::MAX_WORDS) {
        looked_for.better.extend(looked_for.typed.scored(word, AS_TYPED)?);
    }
    Ok(Some(Wanted { part: scorers::preferring(found, looked_for.better), scored: true }))
}

/// Products that one of the assortments has.
pub(super) fn visible(fields: &Fields, visible: &Visible) -> Clause {
    let everything = |one: &Assortment| one.exclude.is_empty() && selects_all(&one.include);
    if visible.assortments().iter().any(everything) {
        return Box::new(AllQuery);
    }
    any(visible.assortments().iter().map(|one| assortment(fields, one)).collect())
}

fn selects_all(include: &[Selector]) -> bool {
    include.is_empty() || include.contains(&Selector::All)
}

fn assortment(fields: &Fields, one: &Assortment) -> Clause {
    let included =
        if selects_all(&one.include) { Box::new(AllQuery) } else { selected(fields, &one.include) };
    let mut clauses = vec![(Occur::Must, included)];
    if !one.exclude.is_empty() {
        clauses.push((Occur::MustNot, selected(fields, &one.exclude)));
    }
    Box::new(BooleanQuery::new(clauses))
}

/// Products that one of the selectors names. Part numbers go in one set, for there may be thousands.
pub(super) fn selected(fields: &Fields, selectors: &[Selector]) -> Clause {
    let mut parts = Vec::new();
    let mut clauses: Vec<Clause> = Vec::new();
    for selector in selectors {
        match selector {
            Selector::Category(path) => clauses.push(exact(fields.category, path)),
            Selector::Brand(brand) => clauses.push(exact(fields.brand, brand)),
            Selector::Attribute(one) => clauses.push(exact(fields.property, &property_key(one))),
            Selector::Part(part) => parts.push(Term::from_field_text(fields.part, part)),
            Selector::Parts(many) => {
                parts.extend(many.iter().map(|part| Term::from_field_text(fields.part, part)));
            }
            Selector::All => clauses.push(Box::new(AllQuery)),
        }
    }
    if !parts.is_empty() {
        clauses.push(Box::new(TermSetQuery::new(parts)));
    }
    any(clauses)
}

/// How words are looked for, and where.
struct LookedFor<'a> {
    searcher: &'a Searcher,
    tongues: &'a Tongues,
    synonyms: Option<&'a Synonyms>,
    /// One typing error a word is forgiven.
    near: bool,
    words: Words,
    name: Words,
    kind: Words,
    typed: Words,
    part_number: Words,
    other_number: Words,
    /// What makes a product that is found a better one.
    better: Vec<Word>,
}

impl LookedFor<'_> {
    /// All that a product must have: the words, or in their place a number that is the whole text.
    fn text(&mut self, typed: &str) -> tantivy::Result<Vec<Option<Part>>> {
        let mut ways: Vec<Part> = Vec::new();
        let whole = analysis::compact(typed);
        if !whole.is_empty() {
            ways.extend(self.part_number.exact(&whole, WHOLE_PART_NUMBER)?);
            ways.extend(self.other_number.exact(&whole, WHOLE_OTHER_NUMBER)?);
            if let Some(gtin) = without_zeros(&whole).filter(|gtin| *gtin != whole) {
                ways.extend(self.other_number.exact(gtin, WHOLE_OTHER_NUMBER)?);
            }
        }
        let words = typed.split_whitespace().take(Query::MAX_WORDS);
        let words: Vec<&str> = words.filter(|word| !analysis::pieces(word).is_empty()).collect();
        let every = self.every(&words)?;
        if ways.is_empty() && !every.is_empty() {
            return Ok(every);
        }
        ways.extend(scorers::all(every));
        Ok(vec![scorers::any(ways)])
    }

    /// Every word, or a synonym in its place or in that of several.
    fn every(&mut self, words: &[&str]) -> tantivy::Result<Vec<Option<Part>>> {
        let mut parts = Vec::new();
        let last = words.len().saturating_sub(1);
        let Some(synonyms) = self.synonyms else {
            for (position, word) in words.iter().enumerate() {
                parts.push(self.word(word, position == last)?);
            }
            return Ok(parts);
        };
        let tongues = self.tongues;
        let stems = |word: &&str| -> Vec<Stems> {
            analysis::pieces(word).iter().map(|(piece, _)| tongues.stems(piece)).collect()
        };
        let typed: Vec<Vec<Stems>> = words.iter().map(stems).collect();
        let mut rest = words.iter().enumerate();
        while rest.len() > 0 {
            let (taken, others) = synonyms.at(typed.get(words.len() - rest.len()..).unwrap_or_default());
            let mut own = Vec::new();
            for (position, word) in rest.by_ref().take(taken) {
                own.push(self.word(word, position == last)?);
            }
            if others.is_empty() {
                parts.extend(own);
                continue;
            }
            let mut ways: Vec<Part> = scorers::all(own).into_iter().collect();
            for other in others {
                ways.extend(self.synonym(other)?);
            }
            parts.push(scorers::any(ways));
        }
        Ok(parts)
    }

    /// What means the same.
    fn synonym(&mut self, other: &str) -> tantivy::Result<Option<Part>> {
        let mut parts = Vec::new();
        for (piece, _) in analysis::pieces(other) {
            parts.push(scorers::any(self.stems(&piece, SYNONYM)?));
        }
        Ok(scorers::all(parts))
    }

    /// One word as typed: as a number in some spelling, or all the words that it is made of (`M8x40`: `m8`, `40`).
    fn word(&mut self, typed: &str, last: bool) -> tantivy::Result<Option<Part>> {
        let pieces = analysis::pieces(typed);
        let ends = pieces.len().saturating_sub(1);
        let mut parts = Vec::new();
        for (position, (piece, plain)) in pieces.iter().enumerate() {
            let mut ways = self.stems(piece, 1.0)?;
            let letters = plain.chars().count();
            if last && position == ends && letters >= 2 {
                ways.extend(self.beginnings(piece, plain)?);
            }
            if self.near && letters >= 4 && plain.chars().any(char::is_alphabetic) {
                ways.extend(self.typed.near(self.searcher, plain)?);
            }
            parts.push(scorers::any(ways));
        }
        let mut ways: Vec<Part> = scorers::all(parts).into_iter().collect();
        let number = analysis::compact(typed);
        let looks_like_one = typed.contains(|c: char| c.is_ascii_digit() || "-./".contains(c));
        for field in [&self.part_number, &self.other_number] {
            ways.extend(field.exact(&number, NUMBER)?);
            if last && number.chars().count() >= 3 && looks_like_one {
                ways.extend(field.begun(self.searcher, &number, BEGINNING, |_| true)?);
            }
        }
        Ok(scorers::any(ways))
    }

    /// A word by its stems, in whatever text; better in a name than in brand, category and attributes.
    ///
    /// - `weight`: of that.
    #[expect(clippy::float_arithmetic, reason = "a score, not money")]
    fn stems(&mut self, piece: &str, weight: Score) -> tantivy::Result<Vec<Part>> {
        let mut ways: Vec<Part> = Vec::new();
        for stem in self.tongues.stems(piece) {
            if let Some(word) = self.words.scored(&stem, weight)? {
                ways.push(Box::new(word));
                self.better.extend(self.name.scored(&stem, NAME * weight)?);
                self.better.extend(self.kind.scored(&stem, KIND * weight)?);
            }
        }
        Ok(ways)
    }

    /// Words that begin with one, but for those that its own stems find.
    fn beginnings(&self, piece: &str, plain: &str) -> tantivy::Result<Option<Part>> {
        let own = self.tongues.stems(piece);
        let is_other = |word: &str| !self.tongues.stems(word).iter().all(|stem| own.contains(stem));
        self.typed.begun(self.searcher, plain, BEGINNING, is_other)
    }
}

fn exact(field: Field, text: &str) -> Clause {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn any(mut clauses: Vec<Clause>) -> Clause {
    match clauses.len() {
        0 => Box::new(EmptyQuery),
        1 => clauses.swap_remove(0),
        _ => Box::new(BooleanQuery::union(clauses)),
    }
}
