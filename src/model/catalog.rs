//! What a supplier sells, before anybody's prices.

mod details;

pub use details::{
    Attachment, AttachmentKind, BadValue, Classified, Component, Details, ErpItem, Extrinsic, Family, Hazard,
    Media, Pictogram, Relation, RelationKind, Signal, Translation, Validity,
};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    agreement::{Assortment, Selector},
    ids::SupplierPartId,
    language::Language,
    money::{Currency, parse_decimal},
    quantity::{Quantity, QuantityRule, UnitOfMeasure},
};

/// Where a product stands within one catalog version; products are kept and priced by it.
pub type Ordinal = u32;

/// The place of a category in the tree: its names from the root, joined by ` / `.
pub type CategoryPath = String;

/// What names a product within a catalog: its number and, where several share it, the second key.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct ProductKey {
    /// Supplier's own number.
    pub part: SupplierPartId,
    /// The product's own second key.
    pub auxiliary: Option<String>,
}

/// One product of a catalog version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Supplier's own number.
    pub part: SupplierPartId,
    /// Stable second key of the offer, at most 29 characters `A-Z 0-9 - _ .`, if the part number alone is not one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auxiliary: Option<String>,
    /// Short name, one line of plain text.
    pub name: String,
    /// Description, plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Brand as shown.
    pub brand: String,
    /// Manufacturer's name, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// Manufacturer's part number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer_part: Option<String>,
    /// Category, from the root: `Fasteners / Screws / Hex bolts`.
    pub category: CategoryPath,
    /// UNSPSC code, 8 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unspsc: Option<String>,
    /// GTIN, 8 to 14 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// Order unit, UN/ECE Rec 20.
    pub unit: UnitOfMeasure,
    /// What one order unit holds: 100 pieces in a box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<PackContent>,
    /// Price basis of list and agreement prices, in order units; 1 for most.
    pub price_basis: Decimal,
    /// Minimum, step and maximum of an order.
    pub order: QuantityRule,
    /// The public list price, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<ListPrice>,
    /// Typed properties in the order to show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Which drawing shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// Working days until it leaves, when not in stock; a newer one comes with the [`Stock`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_days: Option<u16>,
    /// Products that have to do with it, in the order to show them.
    #[serde(default, alias = "related", skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// What its page and the exports tell beyond that.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Box<Details>,
}

impl Product {
    /// Sold by the piece; nothing else is known of it.
    #[must_use]
    pub fn new(part: SupplierPartId, name: impl Into<String>) -> Self {
        Self {
            part,
            auxiliary: None,
            name: name.into(),
            description: String::new(),
            brand: String::new(),
            manufacturer: None,
            manufacturer_part: None,
            category: String::new(),
            unspsc: None,
            gtin: None,
            unit: UnitOfMeasure::piece(),
            content: None,
            price_basis: Decimal::ONE,
            order: QuantityRule::default(),
            list_price: None,
            attributes: Vec::new(),
            picture: None,
            lead_time_days: None,
            relations: Vec::new(),
            details: Box::default(),
        }
    }

    /// What names it.
    #[must_use]
    pub fn key(&self) -> ProductKey {
        ProductKey { part: self.part.clone(), auxiliary: self.auxiliary.clone() }
    }

    /// Puts name and description into the first of these languages that it has them in; each for itself, and as they are
    /// where it has none of them.
    ///
    /// - `own`: what the supplier writes in, for a product that does not say its language.
    pub fn speak(&mut self, wishes: &[Language], own: Option<&Language>) {
        let main = self.details.language.take().or_else(|| own.map(|own| own.as_str().to_owned()));
        let best = |text: fn(&Translation) -> Option<&String>| {
            let found = self.details.translation(wishes, main.as_deref(), text)?;
            Some((found.language.clone(), text(found)?.clone()))
        };
        let (name, description) = (best(|one| one.name.as_ref()), best(|one| one.description.as_ref()));
        let (mut named_in, mut described_in) = (main.clone(), main);
        if let Some((language, text)) = name {
            (named_in, self.name) = (Some(language), text);
        }
        if let Some((language, text)) = description {
            (described_in, self.description) = (Some(language), text);
        }
        self.details.described_in = (described_in != named_in).then(|| described_in.unwrap_or_default());
        self.details.language = named_in;
    }

    /// Language of the description, where known; empty: another one than the name's, and not known.
    #[must_use]
    pub fn described_in(&self) -> Option<&str> {
        self.details.described_in.as_deref().or(self.details.language.as_deref())
    }

    /// Whether it can be ordered on this day.
    #[must_use]
    pub fn is_valid_on(&self, day: jiff::civil::Date) -> bool {
        self.details.validity.holds_on(day)
    }

    /// Whether the selector names it: `Fasteners / Screws` names what is in it and below it.
    #[must_use]
    pub fn is(&self, selector: &Selector) -> bool {
        match selector {
            Selector::Category(path) => category_is_in(&self.category, path),
            Selector::Brand(brand) => self.brand == *brand,
            Selector::Attribute(wanted) => self.attributes.iter().any(|own| own.is(wanted)),
            Selector::Part(part) => self.part.as_str() == part,
            Selector::Parts(parts) => parts.contains(self.part.as_str()),
            Selector::All => true,
        }
    }

    /// Whether the assortment has it.
    #[must_use]
    pub fn is_in(&self, assortment: &Assortment) -> bool {
        let included = assortment.include.is_empty() || assortment.include.iter().any(|one| self.is(one));
        included && !assortment.exclude.iter().any(|one| self.is(one))
    }
}

/// What stands between two levels of a category path.
pub const CATEGORY_SEPARATOR: &str = " / ";

/// Whether a category is `path` or stands below it.
#[must_use]
pub fn category_is_in(category: &str, path: &str) -> bool {
    category.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(CATEGORY_SEPARATOR))
}

/// The paths from the root down to this one: `A`, `A / B`, `A / B / C`.
pub fn category_levels(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(CATEGORY_SEPARATOR).map(|(end, _)| end).chain([path.len()]);
    ends.filter_map(|end| path.get(..end))
}

/// What one order unit holds.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PackContent {
    /// How many.
    pub quantity: Quantity,
    /// Of which unit, UN/ECE Rec 20.
    pub unit: UnitOfMeasure,
}

/// Price tiers for everybody, per the product's price basis.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ListPrice {
    /// Currency of all tiers.
    pub currency: Currency,
    /// At least one, by rising quantity.
    pub tiers: Vec<Tier>,
}

/// From this quantity on, this price.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// First quantity of the band, in order units.
    pub from: Quantity,
    /// Money per price basis, not negative, every decimal kept.
    pub amount: Decimal,
}

/// One property: what it is called, and a value that is a number, yes or no, or a text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name: `Thread`.
    pub name: String,
    /// Its value: `M8`.
    pub value: String,
    /// The value's unit, where it has one: `mm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A property's value by its type: what a facet compares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Typed<'a> {
    /// `40`, `-2.5`; never `0815`, which is a name.
    Number(Decimal),
    /// `yes`, `true`; `no`, `false`.
    Flag(bool),
    /// Anything else.
    Text(&'a str),
}

impl Attribute {
    /// Whether it is the property that `wanted` asks for: without a unit there, whatever the unit.
    #[must_use]
    pub fn is(&self, wanted: &Self) -> bool {
        let unit = wanted.unit.is_none() || self.unit == wanted.unit;
        unit && self.name == wanted.name && self.value == wanted.value
    }

    /// The value by its type.
    #[must_use]
    pub fn typed(&self) -> Typed<'_> {
        let text = self.value.as_str();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_name = digits.starts_with('0') && digits.len() > 1 && !digits.starts_with("0.");
        let number = parse_decimal(text, "attribute").ok().filter(|_| !is_name);
        match (number, text.to_ascii_lowercase().as_str()) {
            (Some(number), _) => Typed::Number(number),
            (None, "yes" | "true") => Typed::Flag(true),
            (None, "no" | "false") => Typed::Flag(false),
            (None, _) => Typed::Text(text),
        }
    }
}

/// A picture that punchgate draws: what kind of thing, and a seed for its proportions and colour.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// The drawing's name: `hex-bolt`; an unknown one shows the general placeholder.
    pub drawing: String,
    /// 0 to 255.
    pub variant: u8,
}

/// How many there are, as far as known; live, not part of a catalog version.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Stock {
    /// In order units; `None`: not known.
    pub available: Option<Quantity>,
    /// Known to be zero.
    pub sold_out: bool,
    /// Working days until it leaves, where known: counts before the catalog's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_days: Option<u16>,
    /// When this was true.
    pub as_of: jiff::Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_number_only_where_it_counts_something() {
        let typed = |value: &str| {
            let attribute = Attribute { name: "A".into(), value: value.into(), unit: None };
            format!("{:?}", attribute.typed())
        };
        assert_eq!(typed("40.50"), "Number(40.50)");
        assert_eq!(typed("-2"), "Number(-2)");
        assert_eq!(typed("0.5"), "Number(0.5)");
        assert_eq!(typed("0815"), "Text(\"0815\")");
        assert_eq!(typed("M8"), "Text(\"M8\")");
        assert_eq!(typed("Yes"), "Flag(true)");
        assert_eq!(typed("no"), "Flag(false)");
    }

    #[test]
    fn texts_are_chosen_by_language_each_for_itself() {
        let translation = |language: &str, name: &str, description: &str| Translation {
            language: language.into(),
            name: (!name.is_empty()).then(|| name.into()),
            description: (!description.is_empty()).then(|| description.into()),
        };
        let mut product: Product = serde_json::from_value(serde_json::json!({
            "part": "A", "name": "Screw", "description": "Of steel", "brand": "", "category": "C", "unit": "H87",
            "price_basis": "1", "order": { "minimum": "1", "multiple": "1", "maximum": null },
        }))
        .unwrap();
        product.details.translations = vec![
            translation("de-CH", "Schruube", ""),
            translation("de", "Schraube", ""),
            translation("fr", "", "En acier"),
        ];
        let spoken = |wishes: &[&str], own: Option<&str>| {
            let of = |tag: &&str| Language::parse(tag).unwrap();
            let mut product = product.clone();
            product.speak(&wishes.iter().map(of).collect::<Vec<_>>(), own.as_ref().map(of).as_ref());
            let mut again = product.clone();
            again.speak(&wishes.iter().map(of).collect::<Vec<_>>(), own.as_ref().map(of).as_ref());
            assert_eq!((&again.name, &again.description), (&product.name, &product.description));
            let details = product.details;
            let language = |tag: Option<String>| tag.unwrap_or_default();
            format!(
                "{} ({}), {} ({})",
                product.name,
                language(details.language),
                product.description,
                language(details.described_in)
            )
        };
        assert_eq!(spoken(&[], None), "Screw (), Of steel ()");
        assert_eq!(spoken(&["de-AT"], Some("en")), "Schraube (de), Of steel (en)");
        assert_eq!(spoken(&["de-CH"], Some("en")), "Schruube (de-CH), Of steel (en)");
        assert_eq!(spoken(&["fr"], Some("en")), "Screw (en), En acier (fr)");
        assert_eq!(spoken(&["pl", "de"], Some("en")), "Schraube (de), Of steel (en)", "the second wish");
        assert_eq!(spoken(&["en-US", "de"], Some("en")), "Screw (en), Of steel ()", "the first one has it");
        assert_eq!(spoken(&["pl"], Some("en")), "Screw (en), Of steel ()");
        assert_eq!(spoken(&["de"], Some("de")), "Screw (de), Of steel ()", "its own text counts before");
        product.details.translations.clear();
        product.details.translations.push(translation("fr", "Vis", ""));
        product.speak(&[Language::parse("fr").unwrap()], None);
        assert_eq!(product.described_in(), Some(""), "not French");
    }
}
