//! Full-text search in one catalog version. Knows products and who may see them, never a price.
//!
//! A query is words: every one must be found (as a word of name, brand, category, attributes or description, in any
//! inflection; as a number in any spelling; the last one also as a beginning). When nothing has them all, one typing
//! error a word is forgiven. A whole query that is a part number comes first, whatever else matches.

mod analysis;
mod completions;
mod counts;
mod facets;
mod index;
mod query;
mod schema;
mod scorers;
mod shown;
pub mod synonyms;
#[cfg(test)]
mod tests;
mod tongue;

pub use completions::{Asker, Completions, Thing, Weights};
pub(crate) use facets::FacetBuilder;
pub use facets::{Facet, FacetCount, FacetName, FacetValue, Facets, Narrow};
pub(crate) use index::{IndexWriter, SearchIndex};
pub(crate) use schema::order_key;
pub use shown::Shown;
pub use synonyms::{SynonymFault, SynonymRules, Synonyms};

use crate::model::{
    agreement::Assortment,
    catalog::{CategoryPath, Ordinal, Product},
};

/// Who looks: the union of some assortments. No assortment: nothing is visible.
///
/// Every search runs within the products that it admits, so that a hidden one is in no hit, no count and no suggestion.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    assortments: Vec<Assortment>,
}

impl Visible {
    /// What any of these assortments has.
    pub fn of<'a>(assortments: impl IntoIterator<Item = &'a Assortment>) -> Self {
        Self { assortments: assortments.into_iter().cloned().collect() }
    }

    /// Everything: for the operator.
    #[must_use]
    pub fn everything() -> Self {
        Self { assortments: vec![Assortment::default()] }
    }

    /// Whether this product is visible: the same answer that a search gives.
    #[must_use]
    pub fn admits(&self, product: &Product) -> bool {
        self.assortments.iter().any(|assortment| product.is_in(assortment))
    }

    pub(crate) fn assortments(&self) -> &[Assortment] {
        &self.assortments
    }
}

/// A question to a catalog.
#[derive(Clone, Debug, Default)]
pub struct Query<'a> {
    /// What was typed; empty: everything, as a category page wants it.
    pub text: &'a str,
    /// What else to look for.
    pub synonyms: Option<&'a Synonyms>,
    /// Only in this category and below it.
    pub category: Option<&'a str>,
    /// Only what each of these takes, each about another facet; the first 30 count.
    pub narrowed: &'a [Narrow],
    /// How to order the hits.
    pub sort: Sort,
    /// How many hits to pass over, and
    pub offset: usize,
    /// how many to name then: 1 to [`Query::MAX_LIMIT`].
    pub limit: usize,
}

impl Query<'_> {
    /// The most hits at once.
    pub const MAX_LIMIT: usize = 10_000;
    /// The furthest a page can lie.
    pub const MAX_OFFSET: usize = 1_000_000;
    /// What is read of a text: characters, and words.
    pub const MAX_CHARS: usize = 256;
    /// The most words that are looked for.
    pub const MAX_WORDS: usize = 16;
    /// The most facets that are told.
    pub const FACETS: usize = 8;
}

/// How hits are ordered; the supplier's own order decides a tie.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sort {
    /// The best ones first; without a text: in the supplier's order.
    #[default]
    Relevance,
    /// By name, A to Z.
    Name,
    /// By part number.
    Part,
    /// By the buyer's price of what an order begins with, for one unit; the cheapest first, those without a price last.
    /// The index does not know it: whoever does orders at most [`Query::MAX_LIMIT`] hits.
    Price,
    /// By working days until it leaves; not known: last. As with prices.
    LeadTime,
}

impl Sort {
    /// Whether the index knows this order.
    #[must_use]
    pub const fn is_indexed(self) -> bool {
        matches!(self, Self::Relevance | Self::Name | Self::Part)
    }
}

/// What was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Hits {
    /// How many visible products match.
    pub total: u32,
    /// Those asked for, in order.
    pub ordinals: Vec<Ordinal>,
    /// Every category with a match, and how many are in it and below it; in the tree's order.
    pub categories: Vec<CategoryCount>,
    /// What these can be narrowed by, the most telling first.
    pub facets: Vec<FacetCount>,
    /// There are too many to order them so: they are in the supplier's order.
    pub unsorted: bool,
    /// Nothing had the words as typed: these have words one typing error away.
    pub near: bool,
}

/// Matches in a category.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CategoryCount {
    /// Which one.
    pub path: CategoryPath,
    /// How many are in it and below it.
    pub products: u32,
}

/// What the index itself knows: counts by category number, not yet added up, and by number of the value.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) ordinals: Vec<Ordinal>,
    pub(crate) by_category: Vec<u32>,
    pub(crate) by_value: Vec<u32>,
    pub(crate) near: bool,
}

/// What a catalog version knows of its categories and values.
#[derive(Clone, Copy)]
pub(crate) struct Dictionary<'a> {
    /// How many categories.
    pub(crate) categories: usize,
    /// All values.
    pub(crate) facets: &'a Facets,
}

/// The counts of a search by facet.
pub(crate) fn facet_counts(facets: &Facets, found: &Found, query: &Query<'_>) -> Vec<FacetCount> {
    let total = found.by_category.iter().sum();
    facets::counted(facets, &found.by_value, query.narrowed, total, Query::FACETS)
}
