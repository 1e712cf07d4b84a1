//! `PunchOutOrderMessage = BuyerCookie, PunchOutOrderMessageHeader, ItemIn*` (cXML 1.2): travels through the
//! browser and so never holds a secret.

use rust_decimal::Decimal;

use crate::{
    flow::{
        cart::{Charge, ReturnedLine},
        setup::IncomingLine,
    },
    model::{
        charges::{ChargeKind, ChargePlace},
        ids::BuyerCookie,
        money::{Currency, Money},
        party::Identity,
        profile::{CxmlVersion, OperationAllowed},
        trade::{CartHeader, CartMessage},
    },
    wire::xml::{Document, Form, ReadError, WriteError, Writer},
};

use super::{
    content::content,
    envelope::Stamp,
    item::{self, LOCK_EXTRINSIC, write_money},
    punch_out_setup_request::write_header,
    response::document_as,
    status::StatusCode,
};

content! {
    CartMessage, essential;
    ;
    buyer_cookie: "BuyerCookie", header: "PunchOutOrderMessageHeader", items: "ItemIn",
}

content! {
    CartHeader, essential;
    operation_allowed @ "operationAllowed", quote_status @ "quoteStatus";
    sourcing: "SourcingStatus", total: "Total", ship_to: "ShipTo" / "Address", shipping: "Shipping", tax: "Tax",
    supplier_order: "SupplierOrderInfo",
}

/// A cart on its way to the buyer.
pub struct MessageFacts<'a> {
    /// The supplier, under the name the buyer used.
    pub from: &'a Identity,
    /// The buyer, as the request said.
    pub to: &'a Identity,
    /// `UserAgent`.
    pub user_agent: &'a str,
    /// As received.
    pub buyer_cookie: Option<&'a BuyerCookie>,
    /// What the buyer may do later.
    pub operation_allowed: OperationAllowed,
    /// Sum of the lines.
    pub total: Money,
    /// What is added to the goods; those of the header are written there.
    pub charges: &'a [Charge],
    /// None: with `cancelled`, the session ends and the cart stays as it was.
    pub lines: &'a [ReturnedLine],
    /// Status 204.
    pub cancelled: bool,
    /// Nothing of it counts.
    pub test: bool,
    /// US-ASCII with numeric references, for `cxml-urlencoded`.
    pub ascii: bool,
}

/// Writes the message in the version that the buyer is known to take, with nothing newer in it.
pub fn write_order_message(
    facts: &MessageFacts<'_>,
    stamp: &Stamp,
    version: &CxmlVersion,
) -> Result<String, WriteError> {
    let form = Form { indent: false, ascii: facts.ascii };
    let modern = version.has_price_basis();
    document_as(form, "cXML.dtd", stamp, version, |xml| {
        write_header(xml, facts.from, facts.to, None, facts.user_agent);
        let mode = if facts.test { "test" } else { "production" };
        xml.element("Message", &[("deploymentMode", mode)], |xml| {
            if facts.cancelled {
                let code = StatusCode::NoContent;
                xml.empty_element("Status", &[("code", &code.code().to_string()), ("text", code.text())]);
            }
            xml.element("PunchOutOrderMessage", &[], |xml| {
                xml.element("BuyerCookie", &[], |xml| {
                    xml.markup(facts.buyer_cookie.map(BuyerCookie::as_str).unwrap_or_default());
                });
                let allowed = match facts.operation_allowed {
                    OperationAllowed::Create => "create",
                    OperationAllowed::Inspect => "inspect",
                    OperationAllowed::Edit => "edit",
                };
                xml.element(
                    "PunchOutOrderMessageHeader",
                    &[("operationAllowed", allowed), ("quoteStatus", "final")],
                    |xml| {
                        let total = facts.total;
                        xml.element("Total", &[], |xml| write_money(xml, &total.text(), total.currency));
                        write_charges(xml, facts.charges);
                    },
                );
                for line in facts.lines {
                    item_in(xml, line, modern);
                }
            });
        });
    })
}

/// `Shipping = Money, Description`: freight and surcharges; `Tax = Money, Description`.
fn write_charges(xml: &mut Writer, charges: &[Charge]) {
    for (element, is_tax) in [("Shipping", false), ("Tax", true)] {
        let mut named: Vec<&str> = Vec::new();
        let mut sum: Option<Money> = None;
        let in_header = charges.iter().filter(|charge| charge.place == ChargePlace::Header);
        for charge in in_header.filter(|charge| (charge.kind == ChargeKind::Tax) == is_tax) {
            named.push(&charge.name);
            // Was added up without overflow when the cart was priced.
            sum = Some(sum.and_then(|sum| sum.plus(charge.amount).ok()).unwrap_or(charge.amount));
        }
        let Some(sum) = sum else { continue };
        xml.element(element, &[], |xml| {
            write_money(xml, &sum.text(), sum.currency);
            xml.text_element("Description", &[("xml:lang", "en")], &named.join(", "));
        });
    }
}

/// `ItemIn = ItemID, ItemDetail, …, Comments?`
fn item_in(xml: &mut Writer, line: &ReturnedLine, modern: bool) {
    let (quantity, number) = (line.quantity.to_string(), line.number.to_string());
    xml.element("ItemIn", &[("quantity", &quantity), ("lineNumber", &number)], |xml| {
        xml.element("ItemID", &[], |xml| {
            xml.text_element("SupplierPartID", &[], &line.part);
            if let Some(auxiliary) = &line.auxiliary {
                xml.element("SupplierPartAuxiliaryID", &[], |xml| xml.markup(auxiliary));
            }
        });
        item_detail(xml, line, modern);
        if modern && !line.note.is_empty() {
            xml.text_element("Comments", &[("xml:lang", "en")], &line.note);
        }
    });
}

/// `ItemDetail = UnitPrice, Description+, UnitOfMeasure, PriceBasisQuantity?, Classification+, ManufacturerPartID?,
/// ManufacturerName?, LeadTime?, Extrinsic*`
fn item_detail(xml: &mut Writer, line: &ReturnedLine, modern: bool) {
    xml.element("ItemDetail", &[], |xml| {
        let price = line.price;
        let amount =
            if modern { price.text() } else { item::per_one(&price.text(), price.amount, price.per) };
        xml.element("UnitPrice", &[], |xml| write_money(xml, &amount, price.currency));
        let language = [("xml:lang", line.text.language.as_deref().unwrap_or("en"))];
        xml.text_element("Description", &language, &line.text.description);
        xml.text_element("UnitOfMeasure", &[], &line.unit_sent);
        if modern {
            item::write_basis(xml, price.per, &line.unit_sent);
        }
        let (domain, code) = &line.text.classification;
        xml.text_element("Classification", &[("domain", domain)], code);
        if let Some(number) = &line.text.manufacturer_part {
            xml.text_element("ManufacturerPartID", &[], number);
        }
        if let Some(name) = &line.text.manufacturer {
            xml.text_element("ManufacturerName", &language, name);
        }
        if let Some(days) = line.lead_time_days {
            xml.text_element("LeadTime", &[], &days.to_string());
        }
        if line.reference_in_extrinsic {
            xml.text_element("Extrinsic", &[("name", LOCK_EXTRINSIC)], line.reference.as_str());
        }
        if !modern && !line.note.is_empty() {
            xml.text_element("Extrinsic", &[("name", "Comments")], &line.note);
        }
        for (name, value) in &line.fields {
            xml.text_element("Extrinsic", &[("name", name)], value);
        }
    });
}

/// A cart as the buyer's system reads it.
#[derive(Clone, Debug)]
pub struct ReceivedCart {
    /// `BuyerCookie`, text.
    pub buyer_cookie: String,
    /// Code of the message's `Status`; 200 without one.
    pub status: u16,
    /// `Total/Money`.
    pub total: Option<(Decimal, Option<Currency>)>,
    /// `Shipping/Money`.
    pub shipping: Option<(Decimal, Option<Currency>)>,
    /// `Tax/Money`.
    pub tax: Option<(Decimal, Option<Currency>)>,
    /// `@operationAllowed`.
    pub operation_allowed: String,
    /// The lines.
    pub lines: Vec<ReceivedLine>,
}

/// A line as the buyer's system reads it.
pub type ReceivedLine = IncomingLine;

/// Reads the message.
pub fn read_order_message(document: &Document) -> Result<ReceivedCart, ReadError> {
    let message = document.root().required("Message")?;
    let status = match message.optional("Status")? {
        Some(status) => status.parse_required_attribute("code", |code| code.trim().parse::<u16>())?,
        None => 200,
    };
    let order = message.required("PunchOutOrderMessage")?;
    let header = order.required("PunchOutOrderMessageHeader")?;
    let lines = (1..).zip(order.all("ItemIn")).map(|(place, item)| item::line(item, place));
    Ok(ReceivedCart {
        buyer_cookie: order.required("BuyerCookie")?.text().into_owned(),
        status,
        total: item::money(header.required("Total")?.required("Money")?)?,
        shipping: item::money_of(header, "Shipping")?,
        tax: item::money_of(header, "Tax")?,
        operation_allowed: header.required_attribute("operationAllowed")?.to_owned(),
        lines: lines.collect::<Result<_, _>>()?,
    })
}
