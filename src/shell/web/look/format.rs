//! How numbers, money, quantities and times are written for people. The only place that knows: English so far.

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, Render, html};
use rust_decimal::Decimal;

use crate::model::{
    catalog::Product,
    money::{Currency, Money, UnitPrice, plain},
    quantity::{Quantity, UnitOfMeasure},
};

use super::units;

/// A decimal with thousands marks and at least `digits` decimals; none of its own is lost.
#[must_use]
pub fn number(value: Decimal, digits: u32) -> String {
    let text = plain(value.normalize(), digits);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::with_capacity(text.len() + text.len() / 3 + 1);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

/// A count of things.
#[must_use]
pub fn count(value: usize) -> String {
    number(Decimal::from(value), 0)
}

/// `1 line`, `12 lines`.
#[must_use]
pub fn counted(value: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// A quantity without its unit: `1,250`, `2.5`.
#[must_use]
pub fn quantity(value: Quantity) -> String {
    number(value.value(), 0)
}

/// A quantity as a field takes it: plain digits with a point.
#[must_use]
pub fn typed(value: Quantity) -> String {
    value.to_string()
}

/// A quantity with its unit in words: `1 box`, `2.5 metres`.
#[must_use]
pub fn quantity_of(value: Quantity, unit: &UnitOfMeasure) -> String {
    format!("{}\u{a0}{}", quantity(value), units::of(unit).number(value.value()))
}

/// Money with its currency's code, as text: `1,234.50 EUR`.
#[must_use]
pub fn money_text(money: Money) -> String {
    amount_text(money.amount, money.currency)
}

/// A price's money as text, every decimal kept: `0.0054 EUR`.
#[must_use]
pub fn price_text(price: UnitPrice) -> String {
    amount_text(price.amount, price.currency)
}

fn amount_text(amount: Decimal, currency: Currency) -> String {
    format!("{}\u{a0}{currency}", number(amount, currency.minor_digits()))
}

/// Money: the figure, and the code quieter beside it.
#[must_use]
pub fn money(money: Money) -> Markup {
    amount(money.amount, money.currency)
}

/// The money of a price, without its basis.
#[must_use]
pub fn price(price: UnitPrice) -> Markup {
    amount(price.amount, price.currency)
}

fn amount(amount: Decimal, currency: Currency) -> Markup {
    html! {
        span.money { (number(amount, currency.minor_digits())) "\u{a0}" span.code { (currency) } }
    }
}

/// What a price is for: `per box`, `per 100 pieces`.
#[must_use]
pub fn basis(per: Decimal, unit: &UnitOfMeasure) -> String {
    let words = units::of(unit);
    if per == Decimal::ONE {
        format!("per {}", words.one)
    } else {
        format!("per {}\u{a0}{}", number(per, 0), words.number(per))
    }
}

/// The order unit with what it holds: `box of 100`, `roll of 50 metres`, `piece`.
#[must_use]
pub fn order_unit(product: &Product) -> String {
    let unit = units::of(&product.unit);
    match &product.content {
        None => unit.one.to_owned(),
        Some(content) if units::is_piece(&content.unit) => {
            format!("{} of {}", unit.one, quantity(content.quantity))
        }
        Some(content) => format!("{} of {}", unit.one, quantity_of(content.quantity, &content.unit)),
    }
}

/// A day: `3 Mar 2026`.
#[must_use]
pub fn day(at: Timestamp) -> Markup {
    time(at, "%-d %b %Y")
}

/// A day and time: `3 Mar 2026, 14:05 UTC`.
#[must_use]
pub fn moment(at: Timestamp) -> Markup {
    time(at, "%-d %b %Y, %H:%M UTC")
}

/// A time of a day that is clear from the context: `14:05 UTC`.
#[must_use]
pub fn clock(at: Timestamp) -> Markup {
    time(at, "%H:%M UTC")
}

fn time(at: Timestamp, format: &str) -> Markup {
    let text = at.to_zoned(TimeZone::UTC).strftime(format).to_string();
    html! { time datetime=(at) { (text) } }
}

/// A text out of somebody's data: its own direction, whatever the page's is.
pub struct Data<'a>(
    /// The text.
    pub &'a str,
);

impl Render for Data<'_> {
    fn render(&self) -> Markup {
        html! { bdi { (self.0) } }
    }
}

/// A part number: left to right in every language, and never cut in odd places.
#[must_use]
pub fn part(number: &str) -> Markup {
    html! { span.part dir="ltr" translate="no" { (number) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_grouped_and_never_rounded() {
        let shown: Vec<_> = ["0", "999", "1000", "1234567.5", "-1234", "0.0054", "12.5000"]
            .map(|text| number(decimal(text), 2))
            .into_iter()
            .collect();
        assert_eq!(shown, ["0.00", "999.00", "1,000.00", "1,234,567.50", "−1,234.00", "0.0054", "12.50"]);
    }

    #[test]
    fn a_basis_names_its_unit() {
        let unit = |code: &str| UnitOfMeasure::parse(code).unwrap();
        assert_eq!(basis(Decimal::ONE, &unit("BX")), "per box");
        assert_eq!(basis(Decimal::ONE_HUNDRED, &unit("H87")), "per 100\u{a0}pieces");
        assert_eq!(basis(Decimal::ONE, &unit("ZZ9")), "per ZZ9");
    }

    #[test]
    fn times_are_told_in_utc() {
        let at: Timestamp = "2026-03-03T14:05:59Z".parse().unwrap();
        assert_eq!(
            moment(at).into_string(),
            "<time datetime=\"2026-03-03T14:05:59Z\">3 Mar 2026, 14:05 UTC</time>"
        );
    }
}
