//! Money: `Decimal` with its currency, and all the rounding there is.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{FieldError, quantity::Quantity};

/// An ISO 4217 code: three upper-case letters. An open list: an unknown code is taken with two minor digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// `XXX`, the code of ISO 4217 for no currency at all: stands for one that a document leaves out or misspells.
    pub const NONE: Self = Self(*b"XXX");

    /// Reads three letters, in either case.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        match raw.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Self([*a, *b, *c].map(|byte| byte.to_ascii_uppercase())))
            }
            [] => Err(FieldError::Empty { field: "currency" }),
            _ => Err(FieldError::Malformed {
                field: "currency",
                expected: "an ISO 4217 code of three letters",
            }),
        }
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits after the point in an amount that can be paid (ISO 4217, minor unit).
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Currency> for String {
    fn from(value: Currency) -> Self {
        value.as_str().to_owned()
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// An amount of money. Shown and sent with at least the currency's minor digits, never rounded by showing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// How much.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    /// The sum, exact.
    ///
    /// # Errors
    /// [`MoneyError::Currencies`] for two currencies, [`MoneyError::Overflow`] beyond the range of [`Decimal`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency })
    }

    /// The amount as plain decimal text with at least the currency's minor digits (cXML `Money`).
    #[must_use]
    pub fn text(&self) -> String {
        plain(self.amount, self.currency.minor_digits())
    }
}

/// A price: money for `per` units, any number of decimals, with no rounding of its own.
///
/// cXML `UnitPrice/Money` with `PriceBasisQuantity`; OCI `NEW_ITEM-PRICE` with `NEW_ITEM-PRICEUNIT`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct UnitPrice {
    /// Money for `per` units; not negative.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: Currency,
    /// Price basis: how many order units the amount buys; above zero.
    pub per: Decimal,
}

impl UnitPrice {
    /// A price of `amount` for `per` units.
    pub fn new(amount: Decimal, currency: Currency, per: Decimal) -> Result<Self, FieldError> {
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(FieldError::Malformed { field: "price", expected: "zero or more" });
        }
        if per <= Decimal::ZERO {
            return Err(FieldError::Malformed { field: "price basis", expected: "above zero" });
        }
        Ok(Self { amount, currency, per })
    }

    /// The amount as plain decimal text with at least the currency's minor digits, all decimals kept.
    #[must_use]
    pub fn text(&self) -> String {
        plain(self.amount.normalize(), self.currency.minor_digits())
    }

    /// One minor unit of the currency.
    #[must_use]
    pub fn minor_unit(&self) -> Decimal {
        Decimal::new(1, self.currency.minor_digits())
    }
}

/// Extended price of one line: `price × quantity ÷ per`, rounded once, half to even, to the currency's minor unit.
///
/// # Errors
/// [`MoneyError::Overflow`] when a product leaves the range of [`Decimal`].
pub fn line_amount(price: UnitPrice, quantity: Quantity) -> Result<Money, MoneyError> {
    let product = price.amount.checked_mul(quantity.value()).ok_or(MoneyError::Overflow)?;
    let amount = product.checked_div(price.per).ok_or(MoneyError::Overflow)?;
    let digits = price.currency.minor_digits();
    let amount = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven);
    Ok(Money { amount, currency: price.currency })
}

/// A decimal as plain digits with at least `digits` after the point: no exponent, no thousands mark.
#[must_use]
pub fn plain(value: Decimal, digits: u32) -> String {
    let mut value = value;
    if value.scale() < digits {
        value.rescale(digits);
    }
    value.to_string()
}

/// Reads an amount of money as the formats write it: digits with at most one point, a sign where `signed`.
///
/// White space at the ends is passed over; exponents, thousands marks and commas are refused.
pub fn parse_decimal(raw: &str, field: &'static str) -> Result<Decimal, FieldError> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(FieldError::Empty { field });
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    let refused = FieldError::Malformed { field, expected: "a plain decimal number such as 1234.50" };
    if !plain || digits.len() > 28 {
        return Err(refused);
    }
    Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).map_err(|_| refused)
}

/// Why two amounts do not make a third.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MoneyError {
    /// Currencies never mix.
    #[error("{0} and {1} cannot be added")]
    Currencies(Currency, Currency),
    /// Out of the range of a 96-bit decimal.
    #[error("the amount is too large")]
    Overflow,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(amount: &str, per: i64) -> UnitPrice {
        let currency = Currency::parse("EUR").unwrap();
        UnitPrice::new(amount.parse().unwrap(), currency, Decimal::from(per)).unwrap()
    }

    fn amount(unit_price: UnitPrice, quantity: &str) -> String {
        line_amount(unit_price, Quantity::parse(quantity).unwrap()).unwrap().text()
    }

    #[test]
    fn a_line_is_rounded_once_half_to_even() {
        assert_eq!(amount(price("0.125", 1), "1"), "0.12");
        assert_eq!(amount(price("0.135", 1), "1"), "0.14");
        assert_eq!(amount(price("5.49", 100), "250"), "13.72"); // 13.725
        assert_eq!(amount(price("10", 3), "1"), "3.33");
    }

    #[test]
    fn unit_prices_keep_every_decimal() {
        assert_eq!(price("0.0054", 1).text(), "0.0054");
        assert_eq!(price("12", 1).text(), "12.00");
        assert_eq!(price("12.500000", 1).text(), "12.50");
    }

    #[test]
    fn decimals_are_plain() {
        for refused in ["", "1,5", "1e9", ".", "--1", "1.2.3", "1 000", "٣", "12345678901234567890123456789"]
        {
            assert!(parse_decimal(refused, "Money").is_err(), "{refused:?}");
        }
        assert_eq!(parse_decimal(" 1.50\n", "Money").unwrap().to_string(), "1.50");
        assert_eq!(parse_decimal("-3", "Money").unwrap(), Decimal::from(-3));
    }

    #[test]
    fn yen_have_no_minor_digits() {
        let yen = Currency::parse("jpy").unwrap();
        let unit_price = UnitPrice::new("1.5".parse().unwrap(), yen, Decimal::ONE).unwrap();
        assert_eq!(amount(unit_price, "1"), "2");
    }

    proptest! {
        /// Bought in one line or two, the total moves by at most one minor unit.
        #[test]
        fn splitting_moves_at_most_one_minor_unit(cents in 0..10_000_000_i64, scale in 0..6_u32, a in 1..1_000_u32, b in 1..1_000_u32) {
            let unit_price = UnitPrice::new(Decimal::new(cents, scale), Currency::parse("EUR").unwrap(), Decimal::ONE).unwrap();
            let of = |units: u32| line_amount(unit_price, Quantity::parse(&units.to_string()).unwrap()).unwrap().amount;
            prop_assert!((of(a + b) - of(a) - of(b)).abs() <= unit_price.minor_unit());
        }
    }
}
