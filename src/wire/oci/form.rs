//! The form that carries the cart back: `NEW_ITEM-<FIELD>[n]`, n from 1 without gaps, all plain text.

use rust_decimal::Decimal;

use crate::{
    flow::{cart::ReturnedLine, setup::OciControls},
    model::{
        hook_url::HookUrl,
        profile::{HookQuery, LockCarrier, Profile},
    },
};

/// One hidden field.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value, not escaped.
    pub value: String,
}

/// A form that the browser posts to the buyer.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReturnForm {
    /// Where to.
    pub action: String,
    /// In order.
    pub fields: Vec<Field>,
}

/// Digits before the point of a number field.
const WHOLE_DIGITS: usize = 11;

/// A decimal of exactly three places, at most 11 before the point: no sign, no exponent; `None` if that is not
/// exactly its value.
#[must_use]
pub fn number(value: Decimal) -> Option<String> {
    let mut three = value.normalize();
    if three.scale() > 3 {
        return None;
    }
    three.rescale(3);
    let text = three.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    (whole.len() <= WHOLE_DIGITS && !text.starts_with('-')).then_some(text)
}

/// Writes the form. `None`: some number does not fit its field.
#[must_use]
pub fn return_form(
    hook: &HookUrl,
    controls: &OciControls,
    lines: &[ReturnedLine],
    profile: &Profile,
) -> Option<ReturnForm> {
    let mut fields: Vec<Field> = Vec::new();
    let mut field = |name: String, value: String| fields.push(Field { name, value });
    let (action, query) = split_query(hook, profile.hook_query);
    for (name, value) in query.into_iter().chain(controls.echo.iter().cloned()) {
        field(name, value);
    }
    for line in lines {
        let n = line.number;
        let mut item = |name: &str, value: String| {
            if !value.is_empty() {
                field(format!("NEW_ITEM-{name}[{n}]"), value);
            }
        };
        let (price, unit) = scaled_price(line)?;
        item("DESCRIPTION", cut(&line.text.description, 40));
        item("QUANTITY", number(line.quantity.value())?);
        item("UNIT", cut(&line.unit_sent, 3));
        item("PRICE", number(price)?);
        item("CURRENCY", line.price.currency.to_string());
        item("PRICEUNIT", unit.to_string());
        item("LEADTIME", line.lead_time_days.map(|days| days.to_string()).unwrap_or_default());
        item("VENDORMAT", cut(&line.part, 40));
        item("MANUFACTMAT", cut(line.text.manufacturer_part.as_deref().unwrap_or_default(), 40));
        item("MATGROUP", cut(&line.text.classification.1, 10));
        item("EXT_PRODUCT_ID", cut(&line.part, 40));
        if profile.lock_carrier == LockCarrier::Auxiliary {
            item("EXT_QUOTE_ID", line.reference.to_string());
            item("EXT_QUOTE_ITEM", n.to_string());
        }
        // The product's text belongs to the line number before the colon; the brackets stay empty.
        let long = if line.note.is_empty() {
            line.text.description.clone()
        } else {
            format!("{}\n{}", line.text.description, line.note)
        };
        if long.chars().count() > 40 || !line.note.is_empty() {
            field(format!("NEW_ITEM-LONGTEXT_{n}:132[]"), long);
        }
        for (name, value) in &controls.fixed {
            let bare = name.split('[').next().unwrap_or_default();
            field(format!("{}[{n}]", bare.to_ascii_uppercase()), value.clone());
        }
    }
    Some(ReturnForm { action, fields })
}

/// The price in at most three decimals: a finer one is given for 10, 100 … times the basis.
fn scaled_price(line: &ReturnedLine) -> Option<(Decimal, Decimal)> {
    let (mut price, mut unit) = (line.price.amount.normalize(), line.price.per.normalize());
    while (price.scale() > 3 || unit.scale() > 0) && unit < Decimal::from(10_000) {
        price = price.checked_mul(Decimal::TEN)?.normalize();
        unit = unit.checked_mul(Decimal::TEN)?.normalize();
    }
    (unit.scale() == 0 && unit <= Decimal::from(99_999)).then_some((price, unit))
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect::<String>().trim_end().to_owned()
}

/// The address for the form's action, and the pairs of its query that become fields.
fn split_query(hook: &HookUrl, mode: HookQuery) -> (String, Vec<(String, String)>) {
    let text = hook.as_str();
    match (mode, text.split_once('?')) {
        (HookQuery::Keep, _) | (_, None) => (text.to_owned(), Vec::new()),
        (HookQuery::Split | HookQuery::Both, Some((bare, query))) => {
            let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            (if mode == HookQuery::Split { bare.to_owned() } else { text.to_owned() }, pairs)
        }
    }
}

/// The lines of a received form: for each index the fields by name, as a tolerant receiver reads them.
#[must_use]
pub fn read_fields(fields: &[(String, String)]) -> Vec<(u32, Vec<(String, String)>)> {
    let mut lines: std::collections::BTreeMap<u32, Vec<(String, String)>> = std::collections::BTreeMap::new();
    for (name, value) in fields {
        let upper = name.to_ascii_uppercase();
        let Some(rest) = upper.strip_prefix("NEW_ITEM-") else { continue };
        let long = rest
            .strip_prefix("LONGTEXT_")
            .and_then(|rest| rest.split_once(':'))
            .map(|(n, _)| ("LONGTEXT", n));
        let plain = rest.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        if let Some((field, Ok(index))) = long.or(plain).map(|(field, n)| (field, n.parse::<u32>())) {
            lines.entry(index).or_default().push((field.to_owned(), value.clone()));
        }
    }
    lines.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_places_and_a_point() {
        let of = |text: &str| number(text.parse().unwrap());
        assert_eq!(of("1234").as_deref(), Some("1234.000"));
        assert_eq!(of("0.0005"), None, "never rounded silently");
        assert_eq!(of("2.50000").as_deref(), Some("2.500"));
        assert_eq!(of("99999999999").as_deref(), Some("99999999999.000"));
        assert_eq!(of("100000000000"), None);
    }

    #[test]
    fn the_query_of_the_hook_stays_splits_or_both() {
        let hook = HookUrl::parse("https://b/r?a=1&b=%20x").unwrap();
        assert_eq!(split_query(&hook, HookQuery::Keep), ("https://b/r?a=1&b=%20x".into(), vec![]));
        let pairs = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), " x".to_owned())];
        assert_eq!(split_query(&hook, HookQuery::Split), ("https://b/r".into(), pairs.clone()));
        assert_eq!(split_query(&hook, HookQuery::Both), (hook.as_str().into(), pairs));
    }
}
