//! What the index holds of a product.

use tantivy::{
    TantivyDocument,
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use super::{
    analysis::{self, PLAIN, STEMMED},
    facets::ValueId,
    tongue::marked,
};
use crate::model::catalog::{Attribute, Ordinal, Product, category_levels};

pub(super) const ORDINAL: &str = "ordinal";
pub(super) const LEAF: &str = "leaf";
pub(super) const FACETS: &str = "facets";
pub(super) const NAME_ORDER: &str = "name_order";
pub(super) const PART_ORDER: &str = "part_order";

/// The fields by what they are for.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    /// All words in all languages, stemmed: what decides whether a product is found.
    pub(super) words: Field,
    /// Those of the name, and those of brand, category and attributes: what decides how well.
    pub(super) name: Field,
    pub(super) kind: Field,
    /// Words of names, brand, manufacturer, category and attributes as written: for beginnings and typing errors.
    pub(super) typed: Field,
    /// Supplier's number, compact.
    pub(super) part_number: Field,
    /// Manufacturer's number and GTIN, compact; the GTIN also without leading zeros.
    pub(super) other_number: Field,
    /// The four that assortments name, exactly as written; of the category also all above it.
    pub(super) category: Field,
    pub(super) brand: Field,
    pub(super) part: Field,
    pub(super) property: Field,
    /// Columns: place in the catalog, number of the category, numbers of its values, two orders.
    ordinal: Field,
    leaf: Field,
    facets: Field,
    name_order: Field,
    part_order: Field,
}

impl Fields {
    pub(super) fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let text = |analyser, record| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(record),
            )
        };
        let stemmed = text(STEMMED, IndexRecordOption::WithFreqs);
        // How long a description is says nothing of how well a product fits.
        let of_any_length = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(STEMMED)
                .set_index_option(IndexRecordOption::WithFreqs)
                .set_fieldnorms(false),
        );
        let exact = || {
            let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false);
            TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::Basic))
        };
        let column = || TextOptions::default().set_fast("raw");
        let fields = Self {
            words: schema.add_text_field("words", of_any_length),
            name: schema.add_text_field("name", stemmed.clone()),
            kind: schema.add_text_field("kind", stemmed),
            typed: schema.add_text_field("typed", text(PLAIN, IndexRecordOption::Basic)),
            part_number: schema.add_text_field("part_number", exact()),
            other_number: schema.add_text_field("other_number", exact()),
            category: schema.add_text_field("category", exact()),
            brand: schema.add_text_field("brand", exact()),
            part: schema.add_text_field("part", exact()),
            property: schema.add_text_field("property", exact()),
            ordinal: schema.add_u64_field(ORDINAL, FAST),
            leaf: schema.add_u64_field(LEAF, FAST),
            facets: schema.add_u64_field(FACETS, FAST),
            name_order: schema.add_text_field(NAME_ORDER, column()),
            part_order: schema.add_text_field(PART_ORDER, column()),
        };
        (schema.build(), fields)
    }

    /// - `language`: of all texts but the translations; `None`: not said.
    pub(super) fn document(
        &self,
        product: &Product,
        ordinal: Ordinal,
        leaf: u32,
        values: &[ValueId],
        language: Option<&str>,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let words =
            |document: &mut TantivyDocument, field: Option<Field>, language: Option<&str>, text: &str| {
                let text = marked(language, text);
                if let Some(field) = field {
                    document.add_text(field, &text);
                }
                document.add_text(self.words, text);
            };
        words(&mut document, Some(self.name), language, &product.name);
        words(&mut document, None, language, &product.description);
        for text in [&product.name, &product.brand, &product.category] {
            document.add_text(self.typed, text);
        }
        for other in &product.details.translations {
            let language = Some(other.language.as_str());
            if let Some(name) = &other.name {
                words(&mut document, Some(self.name), language, name);
                document.add_text(self.typed, name);
            }
            if let Some(description) = &other.description {
                words(&mut document, None, language, description);
            }
        }
        for text in [&product.brand, &product.category].into_iter().chain(&product.manufacturer) {
            words(&mut document, Some(self.kind), language, text);
        }
        document.add_text(self.typed, product.manufacturer.as_deref().unwrap_or_default());
        for attribute in &product.attributes {
            let unit = attribute.unit.as_deref().unwrap_or_default();
            let text = format!("{} {} {unit}", attribute.name, attribute.value);
            words(&mut document, Some(self.kind), language, &text);
            document.add_text(self.typed, &text);
        }
        document.add_text(self.part_number, analysis::compact(product.part.as_str()));
        for number in product.manufacturer_part.iter().chain(&product.gtin) {
            document.add_text(self.other_number, analysis::compact(number));
        }
        if let Some(gtin) = product.gtin.as_deref().and_then(without_zeros) {
            document.add_text(self.other_number, gtin);
        }
        for path in category_levels(&product.category) {
            document.add_text(self.category, path);
        }
        document.add_text(self.brand, &product.brand);
        document.add_text(self.part, product.part.as_str());
        for attribute in &product.attributes {
            document.add_text(self.property, property_key(attribute));
            if attribute.unit.is_some() {
                let in_any_unit = Attribute { unit: None, ..attribute.clone() };
                document.add_text(self.property, property_key(&in_any_unit));
            }
        }
        document.add_u64(self.ordinal, u64::from(ordinal));
        document.add_u64(self.leaf, u64::from(leaf));
        for value in values {
            document.add_u64(self.facets, u64::from(*value));
        }
        document.add_text(self.name_order, order_key(&product.name));
        document.add_text(self.part_order, order_key(product.part.as_str()));
        document
    }
}

/// A property as one term; no text of a catalog holds the sign between its pieces.
pub(super) fn property_key(attribute: &Attribute) -> String {
    let unit = attribute.unit.as_ref().map(|unit| format!("\u{1f}{unit}")).unwrap_or_default();
    format!("{}\u{1f}{}{unit}", attribute.name, attribute.value)
}

/// A GTIN as the number that it is: GTIN-13 and the GTIN-14 of the same article differ in a leading zero.
pub(super) fn without_zeros(number: &str) -> Option<&str> {
    let is_gtin = (8..=14).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_gtin.then(|| number.trim_start_matches('0'))
}

/// What texts are ordered by: without case, numbers by their value (`M8` before `M10`).
pub(crate) fn order_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 8);
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let value = digits.trim_start_matches('0');
            // A longer number is a larger one: its length goes first, as a character.
            key.push('0');
            key.push(u32::try_from(value.len()).ok().and_then(char::from_u32).unwrap_or('\u{d7ff}'));
            key.push_str(value);
            digits.clear();
        }
        if c != '\0' {
            key.extend(c.to_lowercase());
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::order_key;

    #[test]
    fn numbers_are_ordered_by_value() {
        let mut names = ["bolt M10 x 20", "Bolt M8 x 100", "bolt m8 x 20", "Anchor", "bolt M8", "Bolt"];
        names.sort_by_key(|name| order_key(name));
        assert_eq!(names, ["Anchor", "Bolt", "bolt M8", "bolt m8 x 20", "Bolt M8 x 100", "bolt M10 x 20"]);
    }
}
