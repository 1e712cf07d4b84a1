//! What follows an order: ship notices, invoices, receipts, news, quotes, catalogs.

use std::collections::HashSet;

use rust_decimal::Decimal;

use crate::wire::xml::Element;

use super::{Found, at, child, money};

/// `ShipNoticeRequest`: an order once in a notice, a line once in a portion.
pub(super) fn ship_notice(notice: Element<'_>, found: &mut Found) {
    let mut orders = HashSet::new();
    for portion in notice.all("ShipNoticePortion") {
        let order = at(portion, &["OrderReference", "DocumentReference"])
            .and_then(|reference| reference.attribute("payloadID"))
            .filter(|id| !id.trim().is_empty());
        if order.is_some_and(|order| !orders.insert(order)) {
            let message = "a second portion of the same order".to_owned();
            found.error("R043", portion.position(), message, "put its lines into the first one");
        }
        once(portion, "ShipNoticeItem", "lineNumber", found);
    }
}

/// `ConfirmationRequest`: what it corrects, each line once.
pub(super) fn confirmation(confirmation: Element<'_>, found: &mut Found) {
    if let Some(header) = child(confirmation, "ConfirmationHeader")
        && header.attribute("operation") == Some("update")
    {
        refers(header, found);
    }
    once(confirmation, "ConfirmationItem", "lineNumber", found);
}

/// Says that a line stands once.
fn once(parent: Element<'_>, name: &str, attribute: &str, found: &mut Found) {
    let mut seen = HashSet::new();
    for line in parent.all(name) {
        let number = line.attribute(attribute).map(str::trim);
        if let Some(number) = number.filter(|number| !seen.insert(*number)) {
            let message = format!("{attribute} {number} stands twice");
            found.error("R020", line.position(), message, "a line is told once");
        }
    }
}

fn refers(header: Element<'_>, found: &mut Found) {
    if child(header, "DocumentReference").is_none() {
        let message = "it replaces an earlier document that it does not name".to_owned();
        let hint = "DocumentReference/@payloadID names the document before";
        found.advice("R032", header.position(), message, hint);
    }
}

/// `InvoiceDetailRequest`: its sums, and the sign of a credit memo.
pub(super) fn invoice(invoice: Element<'_>, found: &mut Found) {
    let (Some(header), Some(summary)) =
        (child(invoice, "InvoiceDetailRequestHeader"), child(invoice, "InvoiceDetailSummary"))
    else {
        return;
    };
    for order in invoice.all("InvoiceDetailOrder") {
        once(order, "InvoiceDetailItem", "invoiceLineNumber", found);
    }
    if header.attribute("operation") == Some("delete") && child(header, "DocumentReference").is_none() {
        refers(header, found);
    }
    let credit = header.attribute("purpose").is_some_and(|purpose| purpose.contains("redit"));
    let due = at(summary, &["DueAmount", "Money"]);
    if credit && !due.and_then(money).is_some_and(|(due, _)| due.is_sign_negative()) {
        let place = due.unwrap_or(summary);
        let message = "a credit memo that does not give back".to_owned();
        found.advice("R045", place.position(), message, "its DueAmount is below zero");
    }
    let total = at(summary, &["SubtotalAmount", "Money"]);
    let Some((total, (subtotal, currency))) = total.and_then(|total| Some((total, money(total)?))) else {
        return;
    };
    for part in invoice.descendants().filter(|part| part.name() == "Money") {
        // An amount in the buyer's books may be in another currency.
        let own = part.attribute("currency").map(str::trim).filter(|own| !own.is_empty());
        let counts = part.parent().is_some_and(|parent| parent.name().ends_with("Amount"));
        if let Some(own) = own.filter(|own| counts && *own != currency) {
            let message = format!("an amount in {own}, the sum in {currency}");
            found.error("R022", part.position(), message, "one document has one currency");
            return;
        }
    }
    let lines: Vec<Element<'_>> = invoice
        .children()
        .filter(|part| matches!(part.name(), "InvoiceDetailOrder" | "InvoiceDetailHeaderOrder"))
        .flat_map(Element::children)
        .filter(|line| {
            matches!(
                line.name(),
                "InvoiceDetailItem" | "InvoiceDetailServiceItem" | "InvoiceDetailOrderSummary"
            )
        })
        .collect();
    let amounts = lines.iter().map(|line| at(*line, &["SubtotalAmount", "Money"]).and_then(money));
    let sum = amounts
        .map(|amount| amount.map(|(amount, _)| amount))
        .try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount?));
    let cent = |count: usize| Decimal::new(i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1), 2);
    let grouped = lines.iter().any(|line| line.attribute("parentInvoiceLineNumber").is_some());
    if let Some(sum) = sum.filter(|_| !grouped)
        && total_differs(subtotal, sum, cent(lines.len()))
    {
        let message = format!("SubtotalAmount is {subtotal}, those of the lines are {sum}");
        found.advice("R044", total.position(), message, "it is their sum");
    }
    let part = |names: &[&str]| at(summary, names).and_then(money).map_or(Decimal::ZERO, |(part, _)| part);
    let Some((net, place)) = at(summary, &["NetAmount", "Money"]).and_then(|net| Some((money(net)?.0, net)))
    else {
        return;
    };
    let plus = [&["Tax", "Money"][..], &["SpecialHandlingAmount", "Money"], &["ShippingAmount", "Money"]];
    let more = plus.iter().try_fold(subtotal, |sum, names| sum.checked_add(part(names)));
    let less = more.and_then(|sum| sum.checked_sub(part(&["InvoiceDetailDiscount", "Money"])));
    let modified = child(summary, "InvoiceHeaderModifications").is_some();
    if let Some(expected) = less.filter(|_| !modified)
        && total_differs(net, expected, cent(4))
    {
        let message = format!("NetAmount is {net}, its parts come to {expected}");
        let hint = "subtotal, tax, handling and freight, less the discount";
        found.advice("R044", place.position(), message, hint);
    }
}

fn total_differs(total: Decimal, sum: Decimal, slack: Decimal) -> bool {
    total.checked_sub(sum).is_none_or(|rest| rest.abs() > slack)
}

/// `StatusUpdateRequest`: which document it speaks of.
pub(super) fn status_update(update: Element<'_>, found: &mut Found) {
    let by_number = at(update, &["InvoiceStatus", "InvoiceIDInfo"]).is_some();
    if child(update, "DocumentReference").is_none() && !by_number {
        let message = "news of a document that it does not name".to_owned();
        let hint = "only an InvoiceStatus with InvoiceIDInfo can do without DocumentReference";
        found.advice("R046", update.position(), message, hint);
    }
}

/// `CopyRequest`: a copy shows its secrets to whoever gets it.
pub(super) fn copy(copy: Element<'_>, found: &mut Found) {
    for part in copy.descendants().filter(|part| part.name() == "SharedSecret") {
        let message = "the copy holds the secret of another connection".to_owned();
        found.advice("R049", part.position(), message, "overwrite it before a document is passed on");
    }
}

/// Whatever the document: taxes add up to what is said, times run forward.
pub(super) fn everywhere(root: Element<'_>, found: &mut Found) {
    for element in root.descendants() {
        if element.name() == "Tax" {
            tax(element, found);
        }
        for (first, last) in TIMES {
            let date = |name| element.attribute(name).map(str::trim).and_then(|date| date.get(..10));
            if let (Some(start), Some(end)) = (date(first), date(last))
                && is_date(start)
                && is_date(end)
                && start > end
            {
                let message = format!("{first} is after {last}");
                found.advice("R047", element.position(), message, "one of the two is wrong");
            }
        }
    }
}

/// Attributes of one element that follow each other in time.
const TIMES: [(&str, &str); 4] = [
    ("startDate", "endDate"),
    ("effectiveDate", "expirationDate"),
    ("openDate", "closeDate"),
    ("shipmentDate", "deliveryDate"),
];

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
}

/// The kinds of a tax add up to it.
fn tax(tax: Element<'_>, found: &mut Found) {
    let details: Vec<_> = tax.all("TaxDetail").collect();
    let amounts = details.iter().map(|detail| {
        let withheld = detail.attribute("isWithholdingTax") == Some("yes");
        at(*detail, &["TaxAmount", "Money"]).and_then(money).filter(|_| !withheld).map(|(amount, _)| amount)
    });
    let sum = amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount?));
    let total = child(tax, "Money").and_then(money);
    if let (Some(sum), Some((total, _)), false) = (sum, total, details.is_empty()) {
        let slack = Decimal::new(i64::try_from(details.len()).unwrap_or(i64::MAX), 2);
        if total_differs(total, sum, slack) {
            let message = format!("Tax is {total}, its details come to {sum}");
            found.advice("R048", tax.position(), message, "TaxAmount of every TaxDetail together is the Tax");
        }
    }
}
