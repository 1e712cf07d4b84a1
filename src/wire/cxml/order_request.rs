//! `OrderRequest = OrderRequestHeader, ItemOut+` (cXML 1.2).

use rust_decimal::Decimal;

use crate::{
    flow::{
        order::{Commitment, OrderDocument, OrderKind},
        secret::Secret,
        setup::IncomingLine,
    },
    model::{
        FieldError,
        ids::OrderId,
        money::{Currency, Money},
        party::Identity,
        profile::CxmlVersion,
        trade::{Order, OrderHeader, OrderType, Payment},
    },
    wire::xml::{Element, ReadError, WriteError},
};

use super::{
    content::{Content, Skipped, content},
    envelope::{Envelope, Stamp, timestamp},
    fingerprint::fingerprint,
    item::{label, money, money_of, order_line, write_money},
    pen::Pen,
    punch_out_setup_request::{write_header, write_item_out},
    response::document,
};

content! {
    Order, essential;
    ;
    header: "OrderRequestHeader", items: "ItemOut",
}

content! {
    OrderHeader, essential;
    id @ "orderID", date @ "orderDate", order_type @ "orderType", kind @ "type", version @ "orderVersion",
    internal_version @ "isInternalVersion", release_required @ "releaseRequired", parent_agreement @ "parentAgreementID",
    parent_agreement_payload @ "parentAgreementPayloadID", effective @ "effectiveDate", expiration @ "expirationDate",
    agreement @ "agreementID", agreement_payload @ "agreementPayloadID", requisition @ "requisitionID",
    ship_complete @ "shipComplete", pick_up @ "pickUpDate", requested_delivery @ "requestedDeliveryDate";
    total: "Total", ship_to: "ShipTo" / "Address", bill_to: "BillTo" / "Address", shipping: "Shipping", tax: "Tax",
    payment: "Payment", payment_terms: "PaymentTerm", contacts: "Contact", comments: "Comments", followup: "Followup" / "URL",
    refers_to: "DocumentReference", supplier_order: "SupplierOrderInfo", delivery_period: "DeliveryPeriod" / "Period",
    references: "IdReference", extrinsics: "Extrinsic",
}

/// `Payment = PCard | …`: what identifies a card is never part of the typed document, so that none is ever written.
impl Content for Payment {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        let has = |name: &str| element.descendants().any(|part| part.name() == name);
        Ok(match (has("PaymentToken"), has("PCard")) {
            (true, _) => Self::Token,
            (_, true) => Self::Card,
            _ => Self::Other,
        })
    }

    fn write(&self, _: &mut Pen<'_>) {}

    fn fits(&self, _: &str) -> bool {
        false
    }
}

/// Reads the order. Defaults that only a DTD would supply are applied: `type` is `new`.
pub fn read_order_request(envelope: &Envelope<'_>) -> Result<OrderDocument, ReadError> {
    let order = envelope.request;
    let header = order.required("OrderRequestHeader")?;
    let total = header.optional("Total")?.map(|total| total.required("Money")).transpose()?;
    let ship_to = header.optional("ShipTo")?.and_then(|ship_to| ship_to.all("Address").next());
    let reference = header.all("DocumentReference").next();
    let lines = (1..).zip(order.all("ItemOut")).map(|(place, item)| order_line(item, place));
    Ok(OrderDocument {
        payload_id: envelope.payload_id.clone(),
        content: fingerprint(envelope.wrapper),
        order_id: header.parse_required_attribute("orderID", |id| OrderId::parse(id.trim()))?,
        order_version: header.attribute("orderVersion").and_then(|version| version.trim().parse().ok()),
        kind: header.parse_attribute("type", kind)?.unwrap_or(OrderKind::New),
        order_date: label(header.attribute("orderDate").unwrap_or_default()),
        total: total.map(money).transpose()?.flatten(),
        shipping: money_of(header, "Shipping")?,
        tax: money_of(header, "Tax")?,
        refers_to: reference.and_then(|to| to.attribute("payloadID")).map(label),
        requisition: header.attribute("requisitionID").map(label),
        ship_to: ship_to.and_then(|address| address.attribute("addressID")).map(label),
        commitment: commitment(order, header)?,
        lines: lines.collect::<Result<_, _>>()?,
        test: envelope.test,
    })
}

/// `@orderType` with what belongs to it. An agreement that only lines name (`MasterAgreementReference`, `MasterAgreementIDInfo`) is the
/// first of those.
fn commitment(order: Element<'_>, header: Element<'_>) -> Result<Commitment, ReadError> {
    let text = |name: &str| header.attribute(name).map(label).filter(|text| !text.is_empty());
    let order_type = header.parse_attribute("orderType", |word| match word.trim() {
        "" => Ok(OrderType::Regular),
        word => OrderType::parse(word),
    })?;
    let of_line = |item: Element<'_>| {
        let document = item.all("MasterAgreementReference").next();
        let payload = document.and_then(|document| document.all("DocumentReference").next());
        let numbers = item.all("MasterAgreementIDInfo").next();
        let number = numbers.and_then(|numbers| numbers.all("IdReference").next());
        let id = document.and_then(|document| document.attribute("agreementID"));
        let id = id.or(number.and_then(|number| number.attribute("identifier")));
        let payload = payload.and_then(|payload| payload.attribute("payloadID"));
        (id.is_some() || payload.is_some()).then(|| (id.map(label), payload.map(label)))
    };
    let (id, payload) = order.all("ItemOut").find_map(of_line).unwrap_or_default();
    Ok(Commitment {
        order_type: order_type.unwrap_or_default(),
        agreement: text("agreementID").or(id),
        agreement_payload: text("agreementPayloadID").or(payload),
        effective: text("effectiveDate"),
        expiration: text("expirationDate"),
        release_required: header.attribute("releaseRequired").is_some_and(|word| word.trim() == "yes"),
    })
}

/// Numbers of payment cards (`Payment/PCard`, `PaymentToken`), to be sealed: no copy of the document has them.
#[must_use]
pub fn read_cards(envelope: &Envelope<'_>) -> Vec<Secret> {
    let card = |element: &Element<'_>| matches!(element.name(), "PCard" | "PaymentToken");
    let cards = envelope.request.descendants().filter(card);
    cards.filter_map(|card| card.attribute("number").map(Secret::new)).take(CARDS).collect()
}

/// Most cards of one order that are kept.
const CARDS: usize = 16;

fn kind(value: &str) -> Result<OrderKind, FieldError> {
    match value.trim() {
        "new" | "" => Ok(OrderKind::New),
        "update" => Ok(OrderKind::Update),
        "delete" => Ok(OrderKind::Delete),
        _ => Err(FieldError::Malformed { field: "type", expected: "new, update or delete" }),
    }
}

/// What a buyer's system orders.
pub struct Ordering<'a> {
    /// The buyer.
    pub from: &'a Identity,
    /// The supplier.
    pub to: &'a Identity,
    /// Who opens the connection, with the secret.
    pub sender: (&'a Identity, &'a Secret),
    /// `UserAgent`.
    pub user_agent: &'a str,
    /// `@orderID`.
    pub order_id: &'a str,
    /// `@orderVersion`.
    pub order_version: Option<u32>,
    /// `@type`.
    pub kind: OrderKind,
    /// payloadID of the version before, for update and delete.
    pub refers_to: Option<&'a str>,
    /// `Total`.
    pub total: (Decimal, Currency),
    /// `Shipping`.
    pub shipping: Option<Money>,
    /// `Tax`.
    pub tax: Option<Money>,
    /// Name in `BillTo` and `ShipTo`.
    pub company: &'a str,
    /// The lines.
    pub lines: &'a [IncomingLine],
}

/// Writes an order as a buyer's system would.
pub fn write_order_request(
    order: &Ordering<'_>,
    stamp: &Stamp,
    version: &CxmlVersion,
) -> Result<String, WriteError> {
    document(stamp, version, |xml| {
        write_header(xml, order.from, order.to, Some(order.sender), order.user_agent);
        xml.element("Request", &[("deploymentMode", "production")], |xml| {
            xml.element("OrderRequest", &[], |xml| {
                let date = timestamp(stamp.at);
                let attributes = [
                    ("orderID", order.order_id),
                    ("orderDate", date.as_str()),
                    ("type", order.kind.as_str()),
                ];
                xml.element("OrderRequestHeader", &attributes, |xml| {
                    let order_version = order.order_version.map(|number| number.to_string());
                    xml.optional_attribute("orderVersion", order_version.as_deref());
                    let (amount, currency) = order.total;
                    xml.element("Total", &[], |xml| write_money(xml, &amount.to_string(), currency));
                    for party in ["ShipTo", "BillTo"] {
                        xml.element(party, &[], |xml| {
                            xml.element(
                                "Address",
                                &[("addressID", "1000"), ("isoCountryCode", "DE")],
                                |xml| {
                                    xml.text_element("Name", &[("xml:lang", "en")], order.company);
                                },
                            );
                        });
                    }
                    for (element, amount) in [("Shipping", order.shipping), ("Tax", order.tax)] {
                        let Some(amount) = amount else { continue };
                        xml.element(element, &[], |xml| {
                            write_money(xml, &amount.text(), amount.currency);
                            xml.text_element("Description", &[("xml:lang", "en")], element);
                        });
                    }
                    if let Some(earlier) = order.refers_to {
                        xml.empty_element("DocumentReference", &[("payloadID", earlier)]);
                    }
                });
                for line in order.lines {
                    write_item_out(xml, line, version);
                }
            });
        });
    })
}
