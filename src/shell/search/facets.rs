//! What lists can be narrowed by: brand and typed properties, with every value that some product has.
//!
//! A value has a number within its catalog version; the index holds the numbers of each product.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::schema::order_key;
use crate::model::catalog::{Attribute, Product, Typed};

/// Number of a value.
pub(crate) type ValueId = u32;

/// More texts than this are no choice any more but names of single things; more numbers neither.
const MOST_TEXTS: usize = 2_000;
const MOST_NUMBERS: usize = 50_000;
/// The most properties.
const MOST_FACETS: usize = 5_000;
/// Longest name and value, in bytes.
const LONGEST: usize = 200;

/// What can be narrowed by.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub enum FacetName {
    /// The brand.
    Brand,
    /// A property; the same name with another unit is another one.
    Attribute {
        /// `Length`
        name: String,
        /// `mm`
        unit: Option<String>,
    },
}

/// A value by its type.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub enum FacetValue {
    /// Without trailing zeros: `40.50` is `40.5`.
    Number(Decimal),
    /// Yes or no.
    Flag(bool),
    /// Anything else, as written.
    Text(String),
}

/// One thing to narrow by, with its values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facet {
    /// Which.
    pub name: FacetName,
    /// All values with their numbers: numbers first, by size, then flags, then texts.
    pub values: Vec<(ValueId, FacetValue)>,
    /// It has too many values to choose from; those above are not all.
    pub crowded: bool,
}

/// All of a catalog version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Facet>", into = "Vec<Facet>")]
pub struct Facets {
    facets: Vec<Facet>,
    /// How many values there are.
    values: u32,
}

impl From<Vec<Facet>> for Facets {
    fn from(mut facets: Vec<Facet>) -> Self {
        for facet in &mut facets {
            facet.values.sort_by_cached_key(|(_, value)| value.place());
        }
        let last = facets.iter().flat_map(|facet| facet.values.iter().map(|(id, _)| *id)).max();
        Self { values: last.map_or(0, |last| last.saturating_add(1)), facets }
    }
}

impl From<Facets> for Vec<Facet> {
    fn from(facets: Facets) -> Self {
        facets.facets
    }
}

impl Facets {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Facet] {
        &self.facets
    }

    /// Numbers of values are below this.
    pub(super) fn len(&self) -> usize {
        self.values as usize
    }

    pub(super) fn position(&self, name: &FacetName) -> Option<usize> {
        self.facets.iter().position(|facet| facet.name == *name)
    }
}

/// Finds the facets of products that come one by one.
#[derive(Default)]
pub(crate) struct FacetBuilder {
    facets: Vec<Facet>,
    by_name: HashMap<FacetName, Known>,
    values: ValueId,
}

struct Known {
    place: usize,
    ids: HashMap<FacetValue, ValueId>,
    texts: usize,
}

impl FacetBuilder {
    /// The numbers of a product's values.
    pub(crate) fn see(&mut self, product: &Product) -> Vec<ValueId> {
        let brand = (!product.brand.is_empty()).then(|| FacetValue::Text(product.brand.clone()));
        let mut ids: Vec<ValueId> =
            brand.into_iter().filter_map(|brand| self.value(&FacetName::Brand, brand)).collect();
        for attribute in &product.attributes {
            let name = FacetName::Attribute { name: attribute.name.clone(), unit: attribute.unit.clone() };
            ids.extend(self.value(&name, FacetValue::of(attribute)));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn value(&mut self, name: &FacetName, value: FacetValue) -> Option<ValueId> {
        if name.bytes() > LONGEST || matches!(&value, FacetValue::Text(text) if text.len() > LONGEST) {
            return None;
        }
        if !self.by_name.contains_key(name) {
            if self.facets.len() == MOST_FACETS {
                return None;
            }
            let place = self.facets.len();
            self.facets.push(Facet { name: name.clone(), values: Vec::new(), crowded: false });
            self.by_name.insert(name.clone(), Known { place, ids: HashMap::new(), texts: 0 });
        }
        let known = self.by_name.get_mut(name)?;
        if let Some(id) = known.ids.get(&value) {
            return Some(*id);
        }
        let facet = self.facets.get_mut(known.place)?;
        let is_text = matches!(value, FacetValue::Text(_));
        let is_brand = facet.name == FacetName::Brand;
        let full = if is_text && !is_brand {
            known.texts == MOST_TEXTS
        } else {
            known.ids.len() - known.texts >= MOST_NUMBERS
        };
        if full || facet.crowded {
            facet.crowded = true;
            return None;
        }
        let id = self.values;
        self.values += 1;
        known.texts += usize::from(is_text && !is_brand);
        known.ids.insert(value.clone(), id);
        facet.values.push((id, value));
        Some(id)
    }

    /// Everything that was found.
    pub(crate) fn finish(self) -> Facets {
        self.facets.into()
    }
}

impl FacetName {
    fn bytes(&self) -> usize {
        match self {
            Self::Brand => 0,
            Self::Attribute { name, unit } => name.len() + unit.as_ref().map_or(0, String::len),
        }
    }
}

impl FacetValue {
    /// A property's value.
    #[must_use]
    pub fn of(attribute: &Attribute) -> Self {
        match attribute.typed() {
            Typed::Number(number) => Self::Number(number.normalize()),
            Typed::Flag(flag) => Self::Flag(flag),
            Typed::Text(text) => Self::Text(text.to_owned()),
        }
    }

    /// What values of a facet are ordered by.
    fn place(&self) -> (u8, Decimal, String) {
        match self {
            Self::Number(number) => (0, *number, String::new()),
            Self::Flag(flag) => (1 + u8::from(!flag), Decimal::ZERO, String::new()),
            Self::Text(text) => (3, Decimal::ZERO, order_key(text)),
        }
    }
}

/// A wish to see only some values of one facet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Narrow {
    /// Of which.
    pub name: FacetName,
    /// Any of these,
    pub values: Vec<FacetValue>,
    /// or a number between these, both included.
    pub range: Option<(Option<Decimal>, Option<Decimal>)>,
}

impl Narrow {
    /// Whether it takes this value.
    #[must_use]
    pub fn takes(&self, value: &FacetValue) -> bool {
        let between = |number: &Decimal| {
            self.range.is_some_and(|(from, to)| {
                from.is_none_or(|from| from <= *number) && to.is_none_or(|to| *number <= to)
            })
        };
        self.values.contains(value) || matches!(value, FacetValue::Number(number) if between(number))
    }
}

/// Hits by the values of one facet; what it is itself narrowed to does not lessen its counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FacetCount {
    /// Which.
    pub name: FacetName,
    /// Each value that a hit has, and those that are chosen: numbers first, by size, then texts.
    pub values: Vec<(FacetValue, u32)>,
}

impl FacetCount {
    /// Hits that have some value; the measure of how telling a facet is.
    #[must_use]
    pub fn products(&self) -> u32 {
        self.values.iter().map(|(_, count)| count).sum()
    }
}

/// The counts of a search, by facet: those that tell hits apart, and those that are narrowed.
pub(super) fn counted(
    facets: &Facets,
    counts: &[u32],
    narrowed: &[Narrow],
    total: u32,
    most: usize,
) -> Vec<FacetCount> {
    let mut found: Vec<(bool, FacetCount)> = Vec::new();
    for facet in facets.all().iter().filter(|facet| !facet.crowded) {
        let narrow = narrowed.iter().find(|narrow| narrow.name == facet.name);
        let chosen = |value: &FacetValue| narrow.is_some_and(|narrow| narrow.values.contains(value));
        let values: Vec<(FacetValue, u32)> = facet
            .values
            .iter()
            .map(|(id, value)| (value, counts.get(*id as usize).copied().unwrap_or(0)))
            .filter(|(value, count)| *count > 0 || chosen(value))
            .map(|(value, count)| (value.clone(), count))
            .collect();
        let count = FacetCount { name: facet.name.clone(), values };
        // One value that all hits have is nothing to choose.
        let tells = count.values.len() > 1 || count.values.iter().any(|(_, products)| *products < total);
        if narrow.is_some() || (!count.values.is_empty() && tells) {
            found.push((narrow.is_some(), count));
        }
    }
    found.sort_by_key(|(narrowed, count)| {
        (count.name != FacetName::Brand, !narrowed, std::cmp::Reverse(count.products()))
    });
    found.into_iter().map(|(_, count)| count).take(most.max(narrowed.len())).collect()
}
