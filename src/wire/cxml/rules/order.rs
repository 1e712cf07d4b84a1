//! Setup, orders and the documents that follow them.

use rust_decimal::Decimal;

use crate::wire::xml::Element;

use super::{Found, at, child, number};

/// `PunchOutSetupRequest`
pub(super) fn setup(setup: Element<'_>, found: &mut Found) {
    if at(setup, &["BrowserFormPost", "URL"]).is_none() {
        let message = "there is no BrowserFormPost: the cart has nowhere to go".to_owned();
        found.advice(
            "R030",
            setup.position(),
            message,
            "the DTD lets it be left out, no supplier can do without",
        );
    }
    let reopens = matches!(setup.attribute("operation"), Some("edit" | "inspect"));
    if reopens && child(setup, "ItemOut").is_none() {
        let message = "edit or inspect without the lines of the cart".to_owned();
        found.advice(
            "R031",
            setup.position(),
            message,
            "send the lines as ItemOut: the cart is found by them",
        );
    }
}

/// `OrderRequest`
pub(super) fn request(order: Element<'_>, found: &mut Found) {
    let Some(header) = child(order, "OrderRequestHeader") else { return };
    let later = matches!(header.attribute("type"), Some("update" | "delete"));
    if later && child(header, "DocumentReference").is_none() {
        let message = "a change or cancellation that does not say of what".to_owned();
        let hint = "DocumentReference/@payloadID names the OrderRequest before";
        found.advice("R032", header.position(), message, hint);
    }
    let has = |name| header.attribute(name).is_some_and(|value| !value.trim().is_empty());
    match header.attribute("orderType") {
        Some("release") if !has("agreementID") && !has("agreementPayloadID") => {
            let message = "a release order that does not name its agreement".to_owned();
            found.error("R033", header.position(), message, "add agreementID");
        }
        Some("blanket") if !has("effectiveDate") => {
            let message = "a blanket order without effectiveDate".to_owned();
            found.error("R034", header.position(), message, "add effectiveDate");
        }
        _ => {}
    }
    let lines_have_addresses = order.all("ItemOut").all(|line| child(line, "ShipTo").is_some());
    if child(header, "ShipTo").is_none() && !lines_have_addresses {
        let message = "neither the header nor every line says where to ship to".to_owned();
        found.advice("R035", header.position(), message, "add ShipTo");
    }
    for card in order.descendants().filter(|element| element.name() == "PCard") {
        let message = "the document holds a card number".to_owned();
        found.advice("R036", card.position(), message, "whoever stores it falls under PCI DSS");
    }
}

/// `ConfirmationRequest`
pub(super) fn confirmation(confirmation: Element<'_>, found: &mut Found) {
    let kind = child(confirmation, "ConfirmationHeader").and_then(|header| header.attribute("type"));
    for item in confirmation.all("ConfirmationItem") {
        let mut sum = Some(Decimal::ZERO);
        for status in item.all("ConfirmationStatus") {
            let quantity = number(status, "quantity");
            sum = sum.zip(quantity).and_then(|(sum, quantity)| sum.checked_add(quantity));
            let own = status.attribute("type").unwrap_or_default();
            let allowed = match kind {
                Some("accept") => own == "accept",
                Some("allDetail") => matches!(own, "allDetail" | "reject" | "unknown"),
                Some("detail") => own != "allDetail",
                _ => true,
            };
            if !allowed {
                let message =
                    format!("a line of type {own} in a confirmation of type {}", kind.unwrap_or_default());
                found.error("R041", status.position(), message, "");
            }
        }
        if let (Some(sum), Some(quantity)) = (sum, number(item, "quantity"))
            && sum != quantity
        {
            let message = format!("the parts add up to {sum}, the line to {quantity}");
            found.error("R040", item.position(), message, "every unit of the line gets a ConfirmationStatus");
        }
    }
}

/// `ShipNoticeRequest`
pub(super) fn ship_notice(notice: Element<'_>, found: &mut Found) {
    for (index, control) in notice.all("ShipControl").enumerate() {
        let dated = control.attribute("startDate").is_some();
        if dated == (index == 0) {
            let message = if dated {
                "the first ShipControl has a startDate"
            } else {
                "a later ShipControl without startDate"
            };
            let hint = "the first carrier begins with the shipment, each later one on its startDate";
            found.advice("R042", control.position(), message.to_owned(), hint);
        }
    }
}
