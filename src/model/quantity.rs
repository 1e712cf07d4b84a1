//! How much of what.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{FieldError, money::parse_decimal};

/// A quantity in some unit: above zero, at most 999 999 999, up to 6 decimals.
///
/// cXML `@quantity`; OCI `NEW_ITEM-QUANTITY` (three decimals there).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Quantity(Decimal);

impl Quantity {
    /// One.
    pub const ONE: Self = Self(Decimal::ONE);
    /// The largest one.
    pub const MAX: i64 = 999_999_999;
    /// The most decimals.
    pub const MAX_SCALE: u32 = 6;

    /// Reads a plain decimal with a point: `1,5`, `-3` and `1e9` are refused.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        Self::new(parse_decimal(raw, "quantity")?)
    }

    /// A quantity of this value.
    pub fn new(value: Decimal) -> Result<Self, FieldError> {
        let value = value.normalize();
        let refused = |expected| Err(FieldError::Malformed { field: "quantity", expected });
        if value <= Decimal::ZERO {
            return refused("above zero");
        }
        if value > Decimal::from(Self::MAX) {
            return refused("at most 999999999");
        }
        if value.scale() > Self::MAX_SCALE {
            return refused("a number of at most 6 decimals");
        }
        Ok(Self(value))
    }

    /// The number.
    #[must_use]
    pub const fn value(&self) -> Decimal {
        self.0
    }
}

impl TryFrom<Decimal> for Quantity {
    type Error = FieldError;

    fn try_from(value: Decimal) -> Result<Self, FieldError> {
        Self::new(value)
    }
}

impl From<Quantity> for Decimal {
    fn from(value: Quantity) -> Self {
        value.0
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A unit code, kept as written: UN/ECE Rec 20 in our catalog, the buyer's own list on the wire.
///
/// cXML `UnitOfMeasure`; OCI `NEW_ITEM-UNIT`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitOfMeasure(String);

impl UnitOfMeasure {
    /// `H87`, one piece.
    #[must_use]
    pub fn piece() -> Self {
        Self("H87".to_owned())
    }

    /// The longest one, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// Takes a code of 1 to 32 bytes without white space; white space at the ends is passed over.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let field = "UnitOfMeasure";
        let text = raw.trim();
        match text.len() {
            0 => Err(FieldError::Empty { field }),
            1..=Self::MAX_BYTES if !text.contains(|c: char| c.is_whitespace() || c.is_control()) => {
                Ok(Self(text.to_owned()))
            }
            1..=Self::MAX_BYTES => Err(FieldError::Malformed { field, expected: "one word" }),
            _ => Err(FieldError::TooLong { field, max_bytes: Self::MAX_BYTES }),
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UnitOfMeasure {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<UnitOfMeasure> for String {
    fn from(value: UnitOfMeasure) -> Self {
        value.0
    }
}

impl std::fmt::Display for UnitOfMeasure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How a product may be ordered, in order units.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct QuantityRule {
    /// The least.
    pub minimum: Quantity,
    /// The step, counted from zero.
    pub multiple: Quantity,
    /// The most, if there is a bound.
    pub maximum: Option<Quantity>,
}

/// What a quantity that breaks the rule could be instead.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{wanted} cannot be ordered: {reason}")]
pub struct QuantityRefused {
    /// What was asked for.
    pub wanted: Quantity,
    /// Which part of the rule it breaks, in words.
    pub reason: &'static str,
    /// The nearest quantities that can be ordered, smaller first.
    pub offers: Vec<Quantity>,
}

impl Default for QuantityRule {
    fn default() -> Self {
        Self { minimum: Quantity::ONE, multiple: Quantity::ONE, maximum: None }
    }
}

impl QuantityRule {
    /// Says whether this quantity may be ordered; never changes it.
    ///
    /// # Errors
    /// [`QuantityRefused`] with the nearest quantities that may.
    pub fn check(&self, wanted: Quantity) -> Result<(), QuantityRefused> {
        let reason = if wanted < self.minimum {
            "it is below the minimum"
        } else if self.maximum.is_some_and(|maximum| wanted > maximum) {
            "it is above the maximum"
        } else if wanted.value().checked_rem(self.multiple.value()).is_none_or(|rest| !rest.is_zero()) {
            "this item comes in fixed steps"
        } else {
            return Ok(());
        };
        Err(QuantityRefused { wanted, reason, offers: self.nearest(wanted) })
    }

    /// The smallest quantity that may be ordered.
    #[must_use]
    pub fn first(&self) -> Quantity {
        self.steps(self.minimum.value(), true).unwrap_or(self.minimum)
    }

    fn nearest(&self, wanted: Quantity) -> Vec<Quantity> {
        let below = self.steps(wanted.value(), false);
        let above = self.steps(wanted.value(), true);
        let fits = |quantity: &Quantity| {
            *quantity >= self.minimum && self.maximum.is_none_or(|maximum| *quantity <= maximum)
        };
        let mut offers: Vec<Quantity> = [below, above].into_iter().flatten().filter(fits).collect();
        if offers.is_empty() {
            let bound = if wanted < self.minimum {
                Some(self.first())
            } else {
                self.maximum.and_then(|maximum| self.steps(maximum.value(), false))
            };
            offers.extend(bound.filter(fits));
        }
        offers.dedup();
        offers
    }

    /// The multiple of the step next to `value`, upwards or downwards.
    fn steps(&self, value: Decimal, up: bool) -> Option<Quantity> {
        let step = self.multiple.value();
        let count = value.checked_div(step)?;
        let count = if up { count.ceil() } else { count.floor() };
        Quantity::new(count.checked_mul(step)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).unwrap()
    }

    fn offers(rule: QuantityRule, wanted: &str) -> Vec<String> {
        rule.check(quantity(wanted)).unwrap_err().offers.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn quantities_are_plain_and_above_zero() {
        for refused in ["", "0", "-3", "1,5", "1e9", "1000000000", "0.0000001", "abc"] {
            assert!(Quantity::parse(refused).is_err(), "{refused:?}");
        }
        assert_eq!(quantity("2.500").to_string(), "2.5");
    }

    #[test]
    fn a_refused_quantity_comes_with_the_nearest_offers() {
        let rule =
            QuantityRule { minimum: quantity("10"), multiple: quantity("5"), maximum: Some(quantity("100")) };
        assert!(rule.check(quantity("15")).is_ok());
        assert_eq!(offers(rule, "12"), ["10", "15"]);
        assert_eq!(offers(rule, "7"), ["10"]);
        assert_eq!(offers(rule, "2"), ["10"]);
        assert_eq!(offers(rule, "101"), ["100"]);
        assert_eq!(offers(rule, "5000"), ["100"]);
    }
}
