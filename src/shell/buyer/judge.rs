//! Whether a returned cart is what a buyer's system takes without trouble.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use url::Url;

use crate::{flow::setup::IncomingLine, wire::oci};

use super::receive::{Carrier, ReturnedCart, amount, sum};

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Check {
    /// What should be.
    pub what: String,
    /// What is.
    pub found: String,
    /// Whether it is so.
    pub ok: bool,
}

impl Check {
    fn new(what: impl Into<String>, ok: bool, found: impl Into<String>) -> Self {
        Self { what: what.into(), found: found.into(), ok }
    }
}

/// What the buyer asked for.
pub struct Expected<'a> {
    /// The return address it gave.
    pub return_to: &'a str,
    /// The mark it gave; OCI has none.
    pub buyer_cookie: Option<&'a str>,
}

/// Looks at everything: where the form leads, and what is in it.
///
/// - `action`: of the return form, as written.
#[must_use]
pub fn judge(cart: &ReturnedCart, action: Option<&str>, expected: &Expected<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(action) = action {
        checks.push(leads_to(action, expected.return_to, &cart.fields));
    }
    if let Some(cookie) = expected.buyer_cookie {
        let found = cart.buyer_cookie.as_deref().unwrap_or_default();
        checks.push(Check::new("the BuyerCookie comes back as sent", found == cookie, found));
    }
    checks.push(Check::new("the cart is a success", cart.status == 200, format!("Status {}", cart.status)));
    checks.push(Check::new("it has lines", !cart.lines.is_empty(), format!("{} lines", cart.lines.len())));
    checks.extend(cart.lines.iter().map(|line| complete(line, cart.carrier)));
    let total = sum(&cart.lines);
    let sums = total.map_or_else(
        || "no sum: a price is missing, or two currencies".to_owned(),
        |sum| format!("{} {}", sum.text(), sum.currency),
    );
    match cart.carrier {
        Carrier::Oci => {
            checks.push(Check::new("the lines can be added up", total.is_some(), sums));
            checks.extend(oci_form(&cart.fields));
        }
        Carrier::Base64 | Carrier::Urlencoded => {
            let stated =
                cart.total.map(|(amount, currency)| (amount, currency.or(total.map(|sum| sum.currency))));
            let same = match (stated, total) {
                (Some((amount, currency)), Some(sum)) => {
                    amount == sum.amount && currency == Some(sum.currency)
                }
                _ => false,
            };
            let found = match stated {
                Some((amount, _)) => format!("Total {amount}, lines add up to {sums}"),
                None => format!("no Total, lines add up to {sums}"),
            };
            checks.push(Check::new("Total is the sum of the lines", same, found));
            let allowed = cart.operation_allowed.as_deref().unwrap_or_default();
            let known = matches!(allowed, "create" | "inspect" | "edit");
            checks.push(Check::new("operationAllowed is create, inspect or edit", known, allowed));
        }
    }
    checks
}

/// Leaving without changing anything: Status 204, the same mark, no lines.
#[must_use]
pub fn judge_cancel(cart: &ReturnedCart, expected: &Expected<'_>) -> Vec<Check> {
    let mut checks = vec![Check::new(
        "Status 204 says that nothing changes",
        cart.status == 204,
        format!("Status {}", cart.status),
    )];
    if let Some(cookie) = expected.buyer_cookie {
        let found = cart.buyer_cookie.as_deref().unwrap_or_default();
        checks.push(Check::new("the BuyerCookie comes back as sent", found == cookie, found));
    }
    let lines = cart.lines.len();
    checks.push(Check::new("no lines travel", lines == 0, format!("{lines} lines")));
    checks
}

/// Whether every line of the requisition is back in the same quantity.
#[must_use]
pub fn judge_restored(before: &[IncomingLine], after: &[IncomingLine]) -> Check {
    let by_part = |lines: &[IncomingLine]| {
        let mut parts: BTreeMap<String, Decimal> = BTreeMap::new();
        for line in lines {
            let entry = parts.entry(line.item.part.as_str().to_owned()).or_default();
            *entry = entry.saturating_add(line.quantity.value());
        }
        parts
    };
    let (before, after) = (by_part(before), by_part(after));
    let words = |parts: &BTreeMap<String, Decimal>| {
        parts.iter().map(|(part, quantity)| format!("{quantity} × {part}")).collect::<Vec<_>>().join(", ")
    };
    Check::new(
        format!("the lines of the requisition are restored: {}", words(&before)),
        before == after,
        words(&after),
    )
}

/// The form leads to the return address; its query may travel as fields instead.
fn leads_to(action: &str, return_to: &str, fields: &[(String, String)]) -> Check {
    let split = || {
        let (bare, query) = return_to.split_once('?')?;
        let mut pairs =
            Url::parse(return_to).ok()?.query_pairs().into_owned().collect::<Vec<_>>().into_iter();
        Some(action == bare && !query.is_empty() && pairs.all(|pair| fields.contains(&pair)))
    };
    let ok = action == return_to || split().unwrap_or_default();
    Check::new(format!("the form leads to the return address {return_to}"), ok, action)
}

/// What a line must have to become a line of a requisition.
fn complete(line: &IncomingLine, carrier: Carrier) -> Check {
    let part = line.item.part.as_str();
    let missing: Vec<&str> = [
        ("a price", line.price.is_some()),
        ("a currency", line.price.is_some_and(|price| price.currency.is_some())),
        ("a unit", line.unit.is_some()),
        ("a description", line.description.is_some()),
        ("a classification", line.classification.is_some() || carrier == Carrier::Oci),
    ]
    .into_iter()
    .filter(|(_, there)| !there)
    .map(|(what, _)| what)
    .collect();
    let found = match amount(line) {
        Some(amount) if missing.is_empty() => {
            format!("{} × {part}, {} {}", line.quantity, amount.text(), amount.currency)
        }
        _ => format!("without {}", missing.join(", ")),
    };
    Check::new(format!("line {} ({part}) is complete", line.line_number), missing.is_empty(), found)
}

/// Indexes from 1 without gaps; values no wider than their fields.
fn oci_form(fields: &[(String, String)]) -> Vec<Check> {
    let lines = oci::read_fields(fields);
    let indexes: Vec<u32> = lines.iter().map(|(index, _)| *index).collect();
    let consecutive = (1..).zip(&indexes).all(|(expected, index)| expected == *index);
    let too_wide: Vec<String> = lines
        .iter()
        .flat_map(|(index, fields)| fields.iter().map(move |field| (index, field)))
        .filter_map(|(index, (name, value))| {
            let width = oci::definition(name)?.width()?;
            (value.chars().count() > width).then(|| format!("{name}[{index}] is wider than {width}"))
        })
        .collect();
    let wide = if too_wide.is_empty() { "all fit".to_owned() } else { too_wide.join(", ") };
    let shown = indexes.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    vec![
        Check::new("the lines are numbered from 1 without gaps", consecutive, shown),
        Check::new("no value is wider than its field", too_wide.is_empty(), wide),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::buyer::receive::{self, tests::MESSAGE};

    fn cart(message: &str) -> ReturnedCart {
        receive::read(vec![("cxml-urlencoded".to_owned(), message.to_owned())]).unwrap()
    }

    fn failing(checks: &[Check]) -> Vec<&str> {
        checks.iter().filter(|check| !check.ok).map(|check| check.what.as_str()).collect()
    }

    const EXPECTED: Expected<'_> = Expected { return_to: "https://b/r?a=1", buyer_cookie: Some("C 1") };

    #[test]
    fn a_good_cart_passes_and_each_fault_is_named() {
        let judge = |message: &str| judge(&cart(message), Some("https://b/r?a=1"), &EXPECTED);
        assert_eq!(failing(&judge(MESSAGE)), [""; 0]);
        assert_eq!(failing(&judge(&MESSAGE.replace("13.72", "13.73"))), ["Total is the sum of the lines"]);
        assert_eq!(failing(&judge(&MESSAGE.replace("C 1", "C 2"))), ["the BuyerCookie comes back as sent"]);
        let bare = MESSAGE.replace("<Classification domain=\"UNSPSC\">31161600</Classification>", "");
        assert_eq!(failing(&judge(&bare)), ["line 1 (A-1) is complete"]);
    }

    #[test]
    fn the_query_of_the_return_address_may_travel_as_fields() {
        let fields = vec![("a".to_owned(), "1".to_owned())];
        assert!(leads_to("https://b/r", "https://b/r?a=1", &fields).ok);
        assert!(!leads_to("https://b/r", "https://b/r?a=2", &fields).ok);
        assert!(!leads_to("https://evil/r?a=1", "https://b/r?a=1", &fields).ok);
    }

    #[test]
    fn restored_means_the_same_parts_in_the_same_quantities() {
        let lines = cart(MESSAGE).lines;
        assert!(judge_restored(&lines, &lines).ok);
        assert!(!judge_restored(&lines, &[]).ok);
        let more = cart(&MESSAGE.replace("quantity=\"250\"", "quantity=\"251\"")).lines;
        assert!(!judge_restored(&lines, &more).ok);
    }

    #[test]
    fn oci_indexes_and_widths_are_looked_at() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let checks = oci_form(&[field("NEW_ITEM-UNIT[1]", "EACH"), field("NEW_ITEM-UNIT[3]", "PCE")]);
        assert_eq!(checks.iter().map(|check| check.ok).collect::<Vec<_>>(), [false, false]);
    }
}
