//! Lines, their sums and how they refer to each other.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::wire::xml::Element;

use super::{Found, at, child, money, number};

/// A returned cart.
pub(super) fn message(message: Element<'_>, found: &mut Found) {
    let total = at(message, &["PunchOutOrderMessageHeader", "Total", "Money"]);
    numbered(message, "ItemIn", found);
    sum(message, "ItemIn", total, found);
}

/// An order. The total of a blanket order is a ceiling, not a sum.
pub(super) fn order(order: Element<'_>, found: &mut Found) {
    let header = child(order, "OrderRequestHeader");
    let blanket = header.is_some_and(|header| header.attribute("orderType") == Some("blanket"));
    let total = header.and_then(|header| at(header, &["Total", "Money"])).filter(|_| !blanket);
    numbered(order, "ItemOut", found);
    sum(order, "ItemOut", total, found);
    for line in order.all("ItemOut") {
        distribution(line, found);
        if header.is_some_and(|header| header.attribute("requisitionID").is_some())
            && line.attribute("requisitionID").is_some()
        {
            let message = "requisitionID stands on the header and on a line".to_owned();
            found.advice("R027", line.position(), message, "write it in one of the two places");
        }
    }
}

/// Line numbers are unique, parents exist.
fn numbered(parent: Element<'_>, name: &str, found: &mut Found) {
    let mut seen: HashMap<&str, Element<'_>> = HashMap::new();
    for line in parent.all(name) {
        let Some(number) = line.attribute("lineNumber").map(str::trim) else { continue };
        if seen.insert(number, line).is_some() {
            let message = format!("lineNumber {number} stands twice");
            found.error("R020", line.position(), message, "orders and confirmations refer to lines by it");
        }
    }
    for line in parent.all(name) {
        let Some(above) = line.attribute("parentLineNumber").map(str::trim) else { continue };
        match seen.get(above) {
            None => {
                let message = format!("parentLineNumber {above} is no line of this document");
                found.error("R021", line.position(), message, "");
            }
            Some(above) if above.attribute("itemType") != Some("composite") => {
                let message = "the line above this one is not itemType=\"composite\"".to_owned();
                found.error("R021", line.position(), message, "a group line says itemType=\"composite\"");
            }
            Some(_) => {}
        }
    }
    for line in parent.all(name) {
        if let Some(code) = line.children().find_map(unspsc) {
            let message = format!("UNSPSC \"{}\" is not eight digits", code.trimmed_text());
            found.advice("R026", code.position(), message, "some platforms drop or refuse other forms");
        }
    }
}

/// A classification by UNSPSC that is not one.
fn unspsc(detail: Element<'_>) -> Option<Element<'_>> {
    detail.all("Classification").find(|code| {
        let text = code.trimmed_text();
        code.attribute("domain").is_some_and(|domain| domain.trim().eq_ignore_ascii_case("UNSPSC"))
            && !(text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The total against the lines, as far as these have prices; tax and shipping may or may not be in it.
fn sum(parent: Element<'_>, name: &str, total: Option<Element<'_>>, found: &mut Found) {
    let Some((place, (total, currency))) = total.and_then(|total| Some((total, money(total)?))) else {
        return;
    };
    let (mut least, mut most) = (Decimal::ZERO, Decimal::ZERO);
    let mut lines = 0_u32;
    for line in parent.all(name) {
        // A part of a bundle that is priced as a whole has no price of its own.
        let Some(price) = at(line, &["ItemDetail", "UnitPrice", "Money"]) else { return };
        let (Some((amount, own)), Some(quantity)) = (money(price), number(line, "quantity")) else { return };
        if own != currency {
            let message = format!("a price in {own}, the total in {currency}");
            found.error("R022", price.position(), message, "one document has one currency");
            return;
        }
        if line.attribute("parentLineNumber").is_some() || line.attribute("itemType").is_some() {
            return;
        }
        let basis = at(line, &["ItemDetail", "PriceBasisQuantity"]);
        let basis = basis.and_then(|basis| number(basis, "quantity")).unwrap_or(Decimal::ONE);
        let exact = amount.checked_mul(quantity).and_then(|amount| amount.checked_div(basis));
        let Some(exact) = exact else { return };
        let more = extras(line).and_then(|extra| exact.checked_add(extra));
        let (Some(low), Some(high)) =
            (least.checked_add(exact), more.and_then(|exact| most.checked_add(exact)))
        else {
            return;
        };
        (least, most) = (low, high);
        lines += 1;
    }
    let header = parent.children().next();
    let Some(most) = header.and_then(extras).and_then(|extra| most.checked_add(extra)) else { return };
    // Each line may have been rounded by itself.
    let slack = Decimal::new(i64::from(lines) + 1, 2);
    let fits = |sum: Decimal| total.checked_sub(sum).is_some_and(|rest| rest.abs() <= slack);
    let between = total > least && total < most;
    if !(between || fits(least) || fits(most)) {
        let message = format!("Total is {total}, the lines are {}", least.normalize());
        found.advice("R023", place.position(), message, "usually it is the sum of quantity × unit price");
    }
}

/// Shipping and tax of a line or header.
fn extras(element: Element<'_>) -> Option<Decimal> {
    ["Shipping", "Tax"].iter().try_fold(Decimal::ZERO, |sum, name| {
        let amount =
            at(element, &[name, "Money"]).and_then(money).map_or(Decimal::ZERO, |(amount, _)| amount);
        sum.checked_add(amount)
    })
}

/// Charges of the account assignment add up to the line.
fn distribution(line: Element<'_>, found: &mut Found) {
    let charges: Option<Vec<Decimal>> = line
        .all("Distribution")
        .map(|split| at(split, &["Charge", "Money"]).and_then(money).map(|(amount, _)| amount))
        .collect();
    let Some(charges) = charges.filter(|charges| !charges.is_empty()) else { return };
    let price = at(line, &["ItemDetail", "UnitPrice", "Money"]).and_then(money);
    let (Some((price, _)), Some(quantity)) = (price, number(line, "quantity")) else { return };
    if at(line, &["ItemDetail", "PriceBasisQuantity"]).is_some() {
        return;
    }
    let charged = charges.iter().try_fold(Decimal::ZERO, |sum, charge| sum.checked_add(*charge));
    let (Some(charged), Some(amount)) = (charged, price.checked_mul(quantity)) else { return };
    let slack = Decimal::new(i64::try_from(charges.len()).unwrap_or(i64::MAX), 2);
    let high = extras(line).and_then(|extra| amount.checked_add(extra)).unwrap_or(amount);
    if charged < amount.saturating_sub(slack) || charged > high.saturating_add(slack) {
        let message = format!("the charges are {charged}, the line is {}", amount.normalize());
        found.advice("R024", line.position(), message, "splits of the account assignment add up to the line");
    }
}
