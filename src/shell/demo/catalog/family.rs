//! The description of a kind of goods, as it stands in `families/*.toml`.

use rust_decimal::Decimal;
use serde::Deserialize;

/// Why the sample catalog could not be made: a mistake in one of its own files.
#[derive(Clone, Debug, thiserror::Error)]
#[error("sample catalog: {0}")]
pub struct DemoError(pub String);

impl DemoError {
    pub(super) fn new(part: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("{part}: {error}"))
    }
}

/// One file: a top category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    /// Name of the top category.
    category: String,
    family: Vec<Family>,
}

impl Group {
    /// Its families, with the whole category path.
    pub(super) fn families(self) -> Vec<Family> {
        let Self { category, family } = self;
        let whole =
            |family: Family| Family { category: format!("{category} / {}", family.category), ..family };
        family.into_iter().map(whole).collect()
    }
}

/// A kind of goods; every combination of its axes and brands is a product.
///
/// `{Axis}` and `{brand}` in `name` and `text` stand for the value, in `part` for its code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    /// What other families call it in `with`.
    #[serde(default)]
    pub(super) id: String,
    /// Below the top category.
    pub(super) category: String,
    pub(super) name: String,
    /// The part number; with several brands the brand's code is added.
    pub(super) part: String,
    pub(super) brands: Vec<String>,
    /// One to three sentences; several: one of them each.
    pub(super) text: Vec<String>,
    /// List price in euro of the combination whose factors are all 100.
    pub(super) price: Decimal,
    #[serde(default = "piece")]
    pub(super) unit: String,
    /// `100 H87`.
    pub(super) content: Option<String>,
    #[serde(default = "one")]
    pub(super) basis: Decimal,
    /// `minimum multiple maximum`, the last ones may be missing.
    #[serde(default)]
    pub(super) order: String,
    /// `quantity:percent` of the price, by rising quantity.
    #[serde(default)]
    pub(super) tiers: String,
    pub(super) unspsc: String,
    pub(super) drawing: String,
    /// Working days.
    #[serde(default = "lead")]
    pub(super) lead: u16,
    /// Properties that all have: `Standard=DIN 933`, `Weight=2 [kg]`.
    #[serde(default)]
    pub(super) fixed: Vec<String>,
    /// `Name [unit]: value|code|price in percent, …`.
    pub(super) axes: Vec<String>,
    /// Families that go with it; of each, the product with the same value on an axis of the same name.
    #[serde(default)]
    pub(super) with: Vec<String>,
}

fn piece() -> String {
    "H87".to_owned()
}

fn one() -> Decimal {
    Decimal::ONE
}

fn lead() -> u16 {
    4
}

/// One of the sizes, colours … that a family comes in.
#[derive(Debug)]
pub(super) struct Axis<'a> {
    pub(super) name: &'a str,
    pub(super) unit: Option<&'a str>,
    pub(super) values: Vec<Value<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) code: &'a str,
    pub(super) percent: Decimal,
}

impl<'a> Axis<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DemoError> {
        let wrong = || DemoError::new(text, "is not an axis");
        let (name, values) = text.split_once(':').ok_or_else(wrong)?;
        let (name, unit) = match name.split_once('[') {
            Some((name, unit)) => (name.trim(), Some(unit.strip_suffix(']').ok_or_else(wrong)?)),
            None => (name.trim(), None),
        };
        let mut parsed = Vec::new();
        for value in values.split(", ") {
            let mut fields = value.trim().split('|');
            let text = fields.next().ok_or_else(wrong)?;
            let code = fields.next().unwrap_or(text);
            let percent = fields.next().unwrap_or("100").parse().map_err(|_| wrong())?;
            parsed.push(Value { text, code, percent });
        }
        Ok(Self { name, unit, values: parsed })
    }
}
