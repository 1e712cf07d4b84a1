//! From what was typed, and who looks, to a query of the index.

use std::sync::Arc;

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur,
        Query as IndexQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    Query, Shown, Visible, analysis,
    schema::{Fields, property_key, without_zeros},
    shown::Within,
    synonyms::{Stems, Synonyms},
    tongue::Tongues,
};
use crate::model::agreement::{Assortment, Selector};

type Clause = Box<dyn IndexQuery>;

/// A whole query that is the supplier's number, or another one, outweighs any sum of words.
const WHOLE_PART_NUMBER: f32 = 20_000.0;
const WHOLE_OTHER_NUMBER: f32 = 10_000.0;
/// One word of several that is a number.
const NUMBER: f32 = 50.0;
const NAME: f32 = 4.0;
const KIND: f32 = 2.0;
const BEGINNING: f32 = 0.5;
/// Words with one beginning that are looked for one by one.
const MOST_BEGINNINGS: usize = 16;
/// What means the same, beside what was typed.
const SYNONYM: f32 = 0.5;
/// A word exactly as typed, on top of what its stem counts.
const AS_TYPED: f32 = 2.0;

/// What makes a product a better one, one by one.
const MOST_BETTER: usize = 24;

/// A query for the index, and whether its scores mean anything.
pub(super) struct Wanted {
    pub(super) query: BooleanQuery,
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
) -> Option<Wanted> {
    let typed: String = query.text.chars().take(Query::MAX_CHARS).collect();
    let typed = typed.trim();
    let mut clauses = vec![(Occur::Must, Box::new(Within(Arc::clone(shown))) as Clause)];
    if let Some(category) = query.category {
        clauses.push((Occur::Must, unscored(exact(fields.category, category))));
    }
    if typed.is_empty() {
        return (!near).then(|| Wanted { query: BooleanQuery::new(clauses), scored: false });
    }
    let mut looked_for =
        LookedFor { searcher, fields, tongues, synonyms: query.synonyms, near, better: Vec::new() };
    let found = looked_for.text(typed)?;
    let exactly = analysis::words(&mut analysis::plain(), typed).into_iter().take(Query::MAX_WORDS);
    let exactly = exactly.map(|word| boosted(term(fields.typed, &word), AS_TYPED));
    clauses.push((Occur::Must, found));
    let mut better: Vec<Clause> = exactly.chain(looked_for.better).collect();
    let rest = better.split_off(better.len().min(MOST_BETTER));
    if !rest.is_empty() {
        better.push(any(rest));
    }
    // One around the other: of several at once the index would go through all that they find.
    let wanted = better.into_iter().fold(clauses, |clauses, better| {
        vec![(Occur::Must, Box::new(BooleanQuery::new(clauses)) as Clause), (Occur::Should, better)]
    });
    Some(Wanted { query: BooleanQuery::new(wanted), scored: true })
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

/// How words are looked for.
struct LookedFor<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    tongues: &'a Tongues,
    synonyms: Option<&'a Synonyms>,
    /// One typing error a word is forgiven.
    near: bool,
    /// What makes a product that is found a better one.
    better: Vec<Clause>,
}

impl LookedFor<'_> {
    /// A number as a whole, or all the words.
    fn text(&mut self, typed: &str) -> Option<Clause> {
        let fields = self.fields;
        let mut alternatives: Vec<Clause> = Vec::new();
        let whole = analysis::compact(typed);
        if !whole.is_empty() {
            alternatives.push(scored(exact(fields.part_number, &whole), WHOLE_PART_NUMBER));
            alternatives.push(scored(exact(fields.other_number, &whole), WHOLE_OTHER_NUMBER));
            if let Some(gtin) = without_zeros(&whole).filter(|gtin| *gtin != whole) {
                alternatives.push(scored(exact(fields.other_number, gtin), WHOLE_OTHER_NUMBER));
            }
        }
        let words: Vec<&str> = typed.split_whitespace().take(Query::MAX_WORDS).collect();
        let clauses = self.words(&words);
        if !clauses.is_empty() {
            alternatives.push(all(clauses));
        }
        (!alternatives.is_empty()).then(|| any(alternatives))
    }

    /// Every word, or a synonym in its place or in that of several.
    fn words(&mut self, words: &[&str]) -> Vec<Clause> {
        let last = words.len().saturating_sub(1);
        let Some(synonyms) = self.synonyms else {
            let each = words.iter().enumerate();
            return each.filter_map(|(position, word)| self.word(word, position == last)).collect();
        };
        let tongues = self.tongues;
        let stems = |word: &&str| -> Vec<Stems> {
            analysis::pieces(word).iter().map(|(piece, _)| tongues.stems(piece)).collect()
        };
        let typed: Vec<Vec<Stems>> = words.iter().map(stems).collect();
        let mut clauses = Vec::new();
        let mut rest = words.iter().enumerate();
        while rest.len() > 0 {
            let (taken, others) = synonyms.at(typed.get(words.len() - rest.len()..).unwrap_or_default());
            let own = rest.by_ref().take(taken);
            let own: Vec<Clause> =
                own.filter_map(|(position, word)| self.word(word, position == last)).collect();
            if others.is_empty() {
                clauses.extend(own);
                continue;
            }
            let mut instead = |other: &str| {
                let pieces = analysis::pieces(other).into_iter();
                let words = pieces.map(|(piece, _)| any(self.stems(&piece, SYNONYM)));
                boosted(all(words.collect()), SYNONYM)
            };
            clauses.push(any([all(own)].into_iter().chain(others.into_iter().map(&mut instead)).collect()));
        }
        clauses
    }

    /// One word as typed: as a number in some spelling, or all the words that it is made of (`M8x40`: `m8`, `40`).
    fn word(&mut self, typed: &str, last: bool) -> Option<Clause> {
        let fields = self.fields;
        let pieces = analysis::pieces(typed);
        let ends = pieces.len().checked_sub(1)?;
        let words = pieces.iter().enumerate().map(|(position, (piece, plain))| {
            let mut ways = self.stems(piece, 1.0);
            if last && position == ends && plain.chars().count() >= 2 {
                ways.extend(self.beginnings(piece, plain));
            }
            if self.near && plain.chars().count() >= 4 && plain.chars().any(char::is_alphabetic) {
                ways.push(Box::new(FuzzyTermQuery::new(Term::from_field_text(fields.typed, plain), 1, true)));
            }
            any(ways)
        });
        let mut ways = vec![all(words.collect())];
        let number = analysis::compact(typed);
        for field in [fields.part_number, fields.other_number] {
            ways.push(scored(exact(field, &number), NUMBER));
            let looks_like_one = typed.contains(|c: char| c.is_ascii_digit() || "-./".contains(c));
            if last && number.chars().count() >= 3 && looks_like_one {
                ways.push(boosted(beginning(field, &number), BEGINNING));
            }
        }
        Some(any(ways))
    }

    /// A word by its stems, in whatever text; better in a name than in brand, category and attributes.
    ///
    /// - `weight`: of that.
    fn stems(&mut self, piece: &str, weight: f32) -> Vec<Clause> {
        let stems = self.tongues.stems(piece);
        for (field, share) in [(self.fields.name, NAME), (self.fields.kind, KIND)] {
            self.better.extend(stems.iter().map(|stem| boosted(boosted(term(field, stem), share), weight)));
        }
        stems.iter().map(|stem| term(self.fields.words, stem)).collect()
    }

    /// Words that begin with one, but for those that its own stems find.
    fn beginnings(&self, piece: &str, plain: &str) -> Option<Clause> {
        let typed = self.fields.typed;
        let Some(words) = self.words_from(plain) else {
            return Some(boosted(beginning(typed, plain), BEGINNING));
        };
        let own = self.tongues.stems(piece);
        let others =
            words.iter().filter(|word| !self.tongues.stems(word).iter().all(|stem| own.contains(stem)));
        let clauses: Vec<Clause> = others.map(|word| scored(exact(typed, word), BEGINNING)).collect();
        (!clauses.is_empty()).then(|| any(clauses))
    }

    /// The words that begin so; `None`: too many of them.
    fn words_from(&self, plain: &str) -> Option<Vec<String>> {
        let mut words = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.typed).ok()?;
            let mut terms = inverted.terms().range().ge(plain.as_bytes()).into_stream().ok()?;
            while terms.advance() && terms.key().starts_with(plain.as_bytes()) {
                if words.len() == MOST_BEGINNINGS {
                    return None;
                }
                words.push(str::from_utf8(terms.key()).ok()?.to_owned());
            }
        }
        Some(words)
    }
}

fn exact(field: Field, text: &str) -> Clause {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn term(field: Field, text: &str) -> Clause {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// Words that begin so: a prefix automaton that forgives nothing.
fn beginning(field: Field, text: &str) -> Clause {
    Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), 0, true))
}

fn boosted(clause: Clause, by: f32) -> Clause {
    Box::new(BoostQuery::new(clause, by))
}

fn scored(clause: Clause, score: f32) -> Clause {
    Box::new(ConstScoreQuery::new(clause, score))
}

fn unscored(clause: Clause) -> Clause {
    scored(clause, 0.0)
}

fn any(mut clauses: Vec<Clause>) -> Clause {
    match clauses.len() {
        0 => Box::new(EmptyQuery),
        1 => clauses.swap_remove(0),
        _ => Box::new(BooleanQuery::union(clauses)),
    }
}

fn all(mut clauses: Vec<Clause>) -> Clause {
    match clauses.len() {
        1 => clauses.swap_remove(0),
        _ => Box::new(BooleanQuery::intersection(clauses)),
    }
}
