//! How single cells are read and written.

use rust_decimal::Decimal;

use super::{currencies, row::Reason};
use crate::model::{
    catalog::{Attribute, Picture, Tier},
    money::{Currency, parse_decimal, plain},
    quantity::{Quantity, UnitOfMeasure},
    units,
};

/// The longest price, in digits before the point: above it is a mistake.
const MAX_PRICE: i64 = 999_999_999_999;

pub(super) fn line(max: usize) -> impl Fn(&str) -> Result<String, Reason> {
    move |raw| bounded(raw, max, char::is_control)
}

/// Text that may have line ends and tabs.
pub(super) fn paragraphs(max: usize) -> impl Fn(&str) -> Result<String, Reason> {
    move |raw| bounded(raw, max, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn bounded(raw: &str, max: usize, refused: fn(char) -> bool) -> Result<String, Reason> {
    if raw.chars().any(refused) {
        Err(Reason::Control)
    } else if raw.chars().count() > max {
        Err(Reason::TooLong(max))
    } else {
        Ok(raw.to_owned())
    }
}

pub(super) fn decimal(raw: &str) -> Result<Decimal, Reason> {
    if raw.contains(',') {
        return Err(Reason::Comma);
    }
    parse_decimal(raw, "number").map_err(|_| Reason::Malformed("a plain decimal number such as 1234.50"))
}

pub(super) fn quantity(raw: &str) -> Result<Quantity, Reason> {
    Ok(Quantity::new(decimal(raw)?)?)
}

pub(super) fn above_zero(raw: &str) -> Result<Decimal, Reason> {
    Ok(quantity(raw)?.value())
}

pub(super) fn unit(raw: &str) -> Result<UnitOfMeasure, Reason> {
    if units::name(raw, false).is_none() {
        return Err(Reason::UnknownUnit(raw.chars().take(UnitOfMeasure::MAX_BYTES).collect()));
    }
    Ok(UnitOfMeasure::parse(raw)?)
}

pub(super) fn currency(raw: &str) -> Result<Currency, Reason> {
    match Currency::parse(raw) {
        Ok(currency) if currencies::is_known(currency) => Ok(currency),
        _ => Err(Reason::UnknownCurrency(raw.chars().take(8).collect())),
    }
}

/// `12.50`, or by quantity: `1:12.50|10:11.80`.
pub(super) fn tiers(raw: &str) -> Result<Vec<Tier>, Reason> {
    if !raw.contains(':') {
        return Ok(vec![Tier { from: Quantity::ONE, amount: amount(raw)? }]);
    }
    let mut tiers: Vec<Tier> = Vec::new();
    for part in raw.split('|') {
        let (from, price) =
            part.split_once(':').ok_or(Reason::Malformed("a list of tiers such as 1:12.50|10:11.80"))?;
        let tier = Tier { from: quantity(from.trim())?, amount: amount(price.trim())? };
        if tiers.last().is_some_and(|last| last.from >= tier.from) {
            return Err(Reason::Tiers);
        }
        tiers.push(tier);
    }
    Ok(tiers)
}

fn amount(raw: &str) -> Result<Decimal, Reason> {
    let amount = decimal(raw)?;
    if amount.is_sign_negative() && !amount.is_zero() {
        Err(Reason::NegativePrice)
    } else if amount > Decimal::from(MAX_PRICE) {
        Err(Reason::Malformed("a price: it is too high"))
    } else {
        Ok(amount)
    }
}

pub(super) fn tiers_text(tiers: &[Tier]) -> String {
    let price = |tier: &Tier| plain(tier.amount, 0);
    match tiers {
        [only] if only.from == Quantity::ONE => price(only),
        _ => joined(tiers.iter().map(|tier| format!("{}:{}", tier.from, price(tier)))),
    }
}

/// `Thread=M8|Length=40 [mm]`; `\` before `|`, `=`, `[`, `]` or `\` takes it as text.
pub(super) fn attributes(raw: &str) -> Result<Vec<Attribute>, Reason> {
    const FORM: &str = "a list of properties such as Thread=M8|Length=40 [mm]";
    split(raw, '|').into_iter().map(|part| attribute(&part).ok_or(Reason::Malformed(FORM))).collect()
}

/// One property: `Thread=M8`, `Length=40 [mm]`.
#[must_use]
pub fn attribute(part: &str) -> Option<Attribute> {
    let halves = split(part, '=');
    let [name, rest] = halves.as_slice() else { return None };
    let values = split(rest, '[');
    let (value, unit) = match values.as_slice() {
        [value] => (value, None),
        [value, unit] => (value, Some(unit.trim_end().strip_suffix(']')?)),
        _ => return None,
    };
    let (name, value) = (unescaped(name.trim()), unescaped(value.trim()));
    let unit = unit.map(|unit| unescaped(unit.trim()));
    let filled = !name.is_empty() && !value.is_empty() && unit.as_deref() != Some("");
    let short = name.chars().count() <= 80 && value.chars().count() <= 300;
    let clean = ![&name, &value].into_iter().chain(&unit).any(|text| text.contains(char::is_control));
    (filled && short && clean).then_some(Attribute { name, value, unit })
}

pub(super) fn attributes_text(attributes: &[Attribute]) -> String {
    joined(attributes.iter().map(attribute_text))
}

/// What [`attribute`] reads.
#[must_use]
pub fn attribute_text(attribute: &Attribute) -> String {
    let unit = attribute.unit.as_ref().map(|unit| format!(" [{}]", escaped(unit))).unwrap_or_default();
    format!("{}={}{unit}", escaped(&attribute.name), escaped(&attribute.value))
}

/// `hex-bolt`, or with its variant `hex-bolt:17`.
pub(super) fn picture(raw: &str) -> Result<Picture, Reason> {
    const FORM: &str = "a drawing such as hex-bolt or hex-bolt:17";
    let (drawing, variant) = raw.split_once(':').unwrap_or((raw, "0"));
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match variant.parse() {
        Ok(variant) if (1..=40).contains(&drawing.len()) && drawing.bytes().all(plain) => {
            Ok(Picture { drawing: drawing.to_owned(), variant })
        }
        _ => Err(Reason::Malformed(FORM)),
    }
}

pub(super) fn picture_text(picture: &Picture) -> String {
    match picture.variant {
        0 => picture.drawing.clone(),
        variant => format!("{}:{variant}", picture.drawing),
    }
}

/// 8, 12, 13 or 14 digits with a right check digit.
pub(super) fn gtin(raw: &str) -> Result<String, Reason> {
    if !matches!(raw.len(), 8 | 12 | 13 | 14) || !raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::Malformed("a GTIN of 8, 12, 13 or 14 digits"));
    }
    let weighted = |(place, byte): (usize, u8)| u32::from(byte - b'0') * if place % 2 == 0 { 1 } else { 3 };
    let sum: u32 = raw.bytes().rev().enumerate().map(weighted).sum();
    if sum.is_multiple_of(10) { Ok(raw.to_owned()) } else { Err(Reason::CheckDigit) }
}

pub(super) fn unspsc(raw: &str) -> Result<String, Reason> {
    if raw.len() == 8 && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(raw.to_owned())
    } else {
        Err(Reason::Malformed("an UNSPSC code of 8 digits"))
    }
}

/// Splits at a mark that no `\` stands before.
pub(super) fn split(raw: &str, mark: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c == mark {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
            if c == '\\' {
                part.extend(chars.next());
            }
        }
    }
    parts
}

pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("|")
}

/// `\\` before every character that joins things in a cell.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '=' | '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tiers_must_rise_and_prices_be_plain() {
        assert_eq!(tiers("12.50").unwrap().len(), 1);
        assert_eq!(tiers("1:12.50|10:11.80").unwrap().len(), 2);
        assert_eq!(tiers("1:12.50|10:11.80|10:11").unwrap_err(), Reason::Tiers);
        assert_eq!(tiers("5:1|1:2").unwrap_err(), Reason::Tiers);
        assert_eq!(tiers("-1").unwrap_err(), Reason::NegativePrice);
        assert_eq!(tiers("1,50").unwrap_err(), Reason::Comma);
        for refused in ["1e9", "abc", "1:2|", "0:5", "1:", "9999999999999"] {
            assert!(tiers(refused).is_err(), "{refused}");
        }
        assert_eq!(tiers_text(&tiers("0.0054").unwrap()), "0.0054");
        assert_eq!(tiers_text(&tiers("1:12.50|10:11.80").unwrap()), "1:12.50|10:11.80");
    }

    #[test]
    fn a_gtin_proves_itself() {
        assert!(gtin("4006381333931").is_ok());
        assert_eq!(gtin("4006381333932").unwrap_err(), Reason::CheckDigit);
        assert!(gtin("123").is_err());
    }

    #[test]
    fn attributes_are_name_value_unit() {
        let read = attributes("Thread=M8| Length = 40 [mm]|Note=a \\| b \\= c").unwrap();
        assert_eq!(read[1], Attribute { name: "Length".into(), value: "40".into(), unit: Some("mm".into()) });
        assert_eq!(read[2].value, "a | b = c");
        for refused in ["Thread", "=M8", "A=", "A=1 [mm", "A=1 []", "A=B=C", "A=1||B=2"] {
            assert!(attributes(refused).is_err(), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn attributes_written_are_read(name in "[a-z|=\\[\\]\\\\]{1,8}", value in "[a-z|=\\[\\]\\\\]{1,8}", unit in proptest::option::of("[a-z\\]\\\\|]{1,4}")) {
            let written = vec![Attribute { name, value, unit }];
            prop_assert_eq!(attributes(&attributes_text(&written)).unwrap(), written);
        }
    }
}
