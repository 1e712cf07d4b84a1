//! Prices and quantities as a platform can keep them.

use rust_decimal::Decimal;

use crate::model::{money::UnitPrice, profile::Profile, quantity::Quantity};

use super::{Bounds, Finding, Part, What};

/// The same price for another number of units, where that makes it fit; and what still does not.
pub(super) fn fitted(price: UnitPrice, profile: &Profile, bounds: Bounds) -> (UnitPrice, Vec<Finding>) {
    let mut found = Vec::new();
    let largest = profile.largest_basis().map(Decimal::from);
    let mut fit = UnitPrice { amount: price.amount.normalize(), per: price.per.normalize(), ..price };
    if largest.is_some_and(|largest| fit.per > largest || fit.per.scale() > 0) {
        match for_one(fit) {
            Some(one) => fit = one,
            None => found.push(What::Basis { per: price.per.to_string() }.impossible()),
        }
    }
    // What is written to a platform that counts in bases must be a whole one; decimals move into it.
    let most = profile.price_decimals.filter(|_| profile.claims.is_sure("price_decimals"));
    let most = most.unwrap_or(u32::MAX).min(bounds.decimals);
    while fit.amount.scale() > most || (largest.is_some() && fit.per.scale() > 0) {
        match tenfold(fit).filter(|next| largest.is_none_or(|largest| next.per <= largest)) {
            Some(next) => fit = next,
            None => break,
        }
    }
    let (decimals, digits) = (fit.amount.scale(), whole_digits(fit.amount));
    let value = fit.amount.to_string();
    if decimals > bounds.decimals {
        found.push(What::Decimals { part: Part::Price, value, most: bounds.decimals }.impossible());
    } else if let Some(most) = profile.price_decimals.filter(|most| decimals > *most) {
        found.push(What::Decimals { part: Part::Price, value, most }.judged(profile));
    } else if digits > bounds.digits {
        found.push(What::Digits { part: Part::Price, value, most: bounds.digits }.impossible());
    } else if let Some(most) = profile.number_digits.filter(|most| digits > *most) {
        found.push(What::Digits { part: Part::Price, value, most }.judged(profile));
    }
    if fit.per == price.per.normalize() {
        return (price, found);
    }
    found.push(What::Rescaled { was: price, is: fit }.judged(profile));
    (fit, found)
}

/// What does not fit about a quantity, which is never changed.
pub(super) fn quantity(quantity: Quantity, profile: &Profile, bounds: Bounds) -> Option<Finding> {
    let (part, number) = (Part::Quantity, quantity.value().normalize());
    let (decimals, digits, value) = (number.scale(), whole_digits(number), number.to_string());
    if decimals > bounds.decimals {
        return Some(What::Decimals { part, value, most: bounds.decimals }.impossible());
    }
    if let Some(most) = profile.quantity_decimals.filter(|most| decimals > *most) {
        return Some(What::Decimals { part, value, most }.judged(profile));
    }
    let most = profile.number_digits.filter(|most| digits > *most)?;
    Some(What::Digits { part, value, most }.judged(profile))
}

/// Decimals of a quotient from which on it may have been rounded: an endless one fills all 28 digits.
const ENDLESS: u32 = 18;

/// The price of one unit, if that is exact.
fn for_one(price: UnitPrice) -> Option<UnitPrice> {
    let amount = price.amount.checked_div(price.per)?.normalize();
    let exact = amount.scale() < ENDLESS && amount.checked_mul(price.per)? == price.amount;
    exact.then_some(UnitPrice { amount, per: Decimal::ONE, ..price })
}

/// The price of ten times as many units.
fn tenfold(price: UnitPrice) -> Option<UnitPrice> {
    let amount = price.amount.checked_mul(Decimal::TEN)?.normalize();
    let per = price.per.checked_mul(Decimal::TEN)?.normalize();
    Some(UnitPrice { amount, per, ..price })
}

/// Digits before the point.
fn whole_digits(value: Decimal) -> u32 {
    let whole = value.trunc().abs().normalize().to_string();
    u32::try_from(whole.len()).unwrap_or(u32::MAX)
}
