//! What the parts of a document mean, in plain words.

use crate::{
    flow::setup::Operation,
    shell::buyer::{
        connection::{BuyerConnection, CxmlLogin},
        receive::{Carrier, ReturnedCart},
    },
};

use super::played::{Exchange, Played, Sent};

/// One part: its name, its value, and what it means.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) meaning: &'static str,
}

fn part(name: &'static str, value: impl Into<String>, meaning: &'static str) -> Part {
    Part { name, value: value.into(), meaning }
}

fn parties(login: &CxmlLogin) -> [Part; 3] {
    [
        part(
            "From",
            login.from.to_string(),
            "The buyer: picks the connection, and so its catalog and prices.",
        ),
        part("To", login.to.to_string(), "The supplier that is asked."),
        part(
            "Sender",
            format!("{}, with its SharedSecret", login.sender),
            "Who opens the line. The secret proves it; it is masked here and wherever documents are kept.",
        ),
    ]
}

/// A setup request.
pub(super) fn setup(played: &Played, login: &CxmlLogin) -> Vec<Part> {
    let operation = match played.operation {
        Operation::Edit => "Open these lines again; they may be changed.",
        Operation::Inspect => "Show these lines; nothing may be changed.",
        Operation::Create | Operation::Source | Operation::Detail => "Fill a new cart.",
    };
    let mut parts = vec![part("operation", played.operation.as_str(), operation)];
    parts.extend(parties(login));
    parts.push(part(
        "BuyerCookie",
        played.cookie.clone().unwrap_or_default(),
        "The buyer's mark for this visit. It must come back with the cart, unchanged.",
    ));
    parts.push(part("BrowserFormPost", &*played.return_to, "Where the shopper's browser brings the cart."));
    if let Some((name, value)) = login.extrinsics.first() {
        parts.push(part("Extrinsic", format!("{name} = {value}"), "Who shops, as far as the buyer tells."));
    }
    if let Some(item) = &played.part {
        parts.push(part("SelectedItem", item, "Open the shop at this product."));
    }
    if !played.requisition.is_empty() {
        let lines = format!("{} lines", played.requisition.len());
        parts.push(part("ItemOut", lines, "The requisition as it stands, to open again."));
    }
    parts
}

/// The answer to any request.
pub(super) fn answer(exchange: &Exchange, start: Option<&str>) -> Vec<Part> {
    let mut parts = Vec::new();
    match &exchange.status {
        Ok(status) => parts.push(part(
            "Status",
            format!("{} {}", status.code, status.words),
            match status.code {
                200..=299 => {
                    "It worked. The HTTP status is 200 either way: the line worked, the verdict is here."
                }
                401 => "The sender could not prove who it is.",
                400..=499 => "The request was understood and refused; sending it again changes nothing.",
                _ => "Trouble on the supplier's side; the buyer's system tries again later.",
            },
        )),
        Err(why) => parts.push(part("no answer", &**why, "This is not a cXML answer.")),
    }
    if let Some(start) = start {
        let meaning =
            "Where the shopper's browser goes now. Good once, for ten minutes, and needs no cookie.";
        parts.push(part("StartPage", crate::shell::buyer::report::short(start), meaning));
    }
    parts
}

/// An OCI call.
pub(super) fn oci_call(connection: &BuyerConnection) -> Vec<Part> {
    let named = |wanted: &str| {
        let call = connection.oci.as_ref()?;
        call.parameters
            .iter()
            .find(|parameter| parameter.name.eq_ignore_ascii_case(wanted) && !parameter.is_secret)
            .map(|parameter| parameter.value.reveal().to_owned())
    };
    let mut parts = vec![
        part(
            "the browser calls",
            "no document",
            "OCI has no setup between the systems: the shopper's browser logs in.",
        ),
        part("HOOK_URL", "this buyer's return address", "Where the browser brings the cart."),
    ];
    for (name, meaning) in [
        ("USERNAME", "Who calls; the password goes with it and is masked here."),
        ("~OkCode", "Which function of SAP takes the cart. Sent back as it came."),
        ("~TARGET", "The frame or window that takes the cart."),
        ("http_content_charset", "The charset in which the buyer reads the cart."),
    ] {
        if let Some(value) = named(name) {
            parts.push(part(name, value, meaning));
        }
    }
    parts
}

/// A returned cart.
pub(super) fn cart(cart: &ReturnedCart) -> Vec<Part> {
    let how = match cart.carrier {
        Carrier::Base64 => "The message travels as base64, so no byte of it can change on the way.",
        Carrier::Urlencoded => "The message travels as text in a form field.",
        Carrier::Oci => "Plain form fields, numbered by line. There is no document, no total and no mark.",
    };
    let mut parts = vec![part("form field", cart.carrier.name(), how)];
    if let Some(cookie) = &cart.buyer_cookie {
        parts.push(part(
            "BuyerCookie",
            cookie,
            "The mark from the setup: it finds the shopper's requisition.",
        ));
    }
    if cart.status != 200 {
        let meaning = "204: the shopper left without changing anything; the requisition stays as it was.";
        parts.push(part("Status", cart.status.to_string(), meaning));
    }
    if let Some(allowed) = &cart.operation_allowed {
        let meaning = match allowed.as_str() {
            "edit" => "The cart may be opened again and changed until it is ordered.",
            "inspect" => "The cart may be looked at again, not changed.",
            _ => "The cart may not be opened again.",
        };
        parts.push(part("operationAllowed", allowed, meaning));
    }
    if let Some((amount, currency)) = cart.total {
        let currency = currency.map(|code| format!(" {code}")).unwrap_or_default();
        parts.push(part(
            "Total",
            format!("{amount}{currency}"),
            "The sum of the lines, as the supplier states it.",
        ));
    }
    let beside = [
        (
            "Shipping",
            cart.beside.shipping,
            "Freight and surcharges, beside the lines. The order must repeat it.",
        ),
        ("Tax", cart.beside.tax, "Tax, beside the lines. The order must repeat it."),
    ];
    for (name, amount, meaning) in beside {
        parts.extend(
            amount.map(|amount| part(name, format!("{} {}", amount.text(), amount.currency), meaning)),
        );
    }
    if let Some(auxiliary) = cart.lines.iter().find_map(|line| line.item.auxiliary.as_ref()) {
        parts.push(part(
            "SupplierPartAuxiliaryID",
            auxiliary.as_str(),
            "The supplier's own mark on a line: it leads to the price that was promised. The order must repeat it.",
        ));
    }
    parts
}

/// An order.
pub(super) fn order(sent: &Sent, login: &CxmlLogin) -> Vec<Part> {
    let kind = match sent.kind {
        "update" => "Replaces the version before.",
        "delete" => "Takes the order back.",
        _ => "A new order.",
    };
    let mut parts = vec![
        part("orderID", &*sent.order_id, "The buyer's order number."),
        part("orderVersion", sent.version.to_string(), "Counts the versions of this order."),
        part("type", sent.kind, kind),
        part(
            "payloadID",
            &*sent.payload_id,
            "The document's own id. A repeat carries the same one and has no second effect.",
        ),
    ];
    parts.extend(parties(login));
    parts
}
