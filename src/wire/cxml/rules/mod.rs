//! Rules that no DTD can state: sums, dates, references between lines, what may travel through a browser.
//!
//! Each is a function over the tree. They read tolerantly: what is missing or unreadable is the grammar's matter, not theirs.

mod documents;
mod envelope;
mod lines;
mod order;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use crate::wire::{
    grammar::document_type,
    xml::{Document, Element, Position},
};

use super::finding::{Finding, Severity};

/// What the rules have against a document.
pub(super) fn judge(document: &Document) -> Vec<Finding> {
    let mut found = Found(Vec::new());
    envelope::judge(document, &mut found);
    let kind = document_type(document);
    match kind.name() {
        "PunchOutSetupRequest" => order::setup(kind, &mut found),
        "PunchOutOrderMessage" => lines::message(kind, &mut found),
        "OrderRequest" => {
            order::request(kind, &mut found);
            lines::order(kind, &mut found);
        }
        "ConfirmationRequest" => {
            order::confirmation(kind, &mut found);
            documents::confirmation(kind, &mut found);
        }
        "ShipNoticeRequest" => {
            order::ship_notice(kind, &mut found);
            documents::ship_notice(kind, &mut found);
        }
        "InvoiceDetailRequest" => documents::invoice(kind, &mut found),
        "StatusUpdateRequest" => documents::status_update(kind, &mut found),
        "CopyRequest" => documents::copy(kind, &mut found),
        _ => {}
    }
    documents::everywhere(document.root(), &mut found);
    found.0
}

/// The findings so far.
struct Found(Vec<Finding>);

impl Found {
    fn error(&mut self, code: &'static str, at: Position, message: String, hint: &str) {
        self.push(Severity::Error, code, at, message, hint);
    }

    fn advice(&mut self, code: &'static str, at: Position, message: String, hint: &str) {
        self.push(Severity::Advice, code, at, message, hint);
    }

    fn push(
        &mut self,
        severity: Severity,
        code: &'static str,
        position: Position,
        message: String,
        hint: &str,
    ) {
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        self.0.push(Finding { code, severity, message, hint, position });
    }
}

/// The first child of this name, if any.
fn child<'a>(element: Element<'a>, name: &str) -> Option<Element<'a>> {
    element.all(name).next()
}

/// The element at the end of a path of children, if every one is there.
fn at<'a>(element: Element<'a>, path: &[&str]) -> Option<Element<'a>> {
    path.iter().try_fold(element, |element, name| child(element, name))
}

/// The decimal that an attribute holds, if it holds one.
fn number(element: Element<'_>, attribute: &str) -> Option<Decimal> {
    element.attribute(attribute).and_then(|text| text.trim().parse().ok())
}

/// Amount and currency of a `Money`.
fn money(element: Element<'_>) -> Option<(Decimal, &str)> {
    let amount = element.trimmed_text().parse().ok()?;
    Some((amount, element.attribute("currency").unwrap_or_default().trim()))
}
