//! Orders, and how other documents refer to them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    address::{Address, Contact, IdReference},
    charge::{Price, Shipping, Tax},
    item::Item,
    text::{Comments, DocumentNumber, Extrinsic, Moment},
};
use crate::model::{
    ids::{OrderId, PayloadId},
    money::Money,
};

/// An order in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What holds for all of it.
    pub header: OrderHeader,
    /// Its lines.
    pub items: Vec<Item>,
}

choice! {
    /// Whether an order is a first one.
    OrderKind, "type", default New;
    /// A first order.
    New = "new",
    /// The whole order again, changed.
    Update = "update",
    /// The order is taken back.
    Delete = "delete",
}

choice! {
    /// What an order commits to.
    OrderType, "orderType", default Regular;
    /// To buy what it lists.
    Regular = "regular",
    /// To buy a part of an agreement or blanket order.
    Release = "release",
    /// To spend up to a ceiling over some time.
    Blanket = "blanket",
    /// To move stock.
    StockTransport = "stockTransport",
    /// To move a part of an agreed stock.
    StockTransportRelease = "stockTransportRelease",
}

/// What holds for a whole order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderHeader {
    /// The buyer's number.
    pub id: OrderId,
    /// When it was placed.
    pub date: Option<Moment>,
    /// First, change or cancellation.
    pub kind: OrderKind,
    /// What it commits to.
    pub order_type: OrderType,
    /// 1 for the first, one more with each change.
    pub version: Option<u32>,
    /// The change matters inside the buyer's system only.
    pub internal_version: bool,
    /// A blanket order that needs releases.
    pub release_required: bool,
    /// The blanket order above this one.
    pub parent_agreement: Option<String>,
    /// payloadID of the blanket order above this one.
    pub parent_agreement_payload: Option<String>,
    /// From when a blanket order holds.
    pub effective: Option<Moment>,
    /// Until when a blanket order holds.
    pub expiration: Option<Moment>,
    /// The agreement it draws on.
    pub agreement: Option<String>,
    /// payloadID of that agreement.
    pub agreement_payload: Option<String>,
    /// The requisition it came from.
    pub requisition: Option<String>,
    /// Nothing leaves until everything is there.
    pub ship_complete: bool,
    /// When it is picked up.
    pub pick_up: Option<Moment>,
    /// When it is wanted.
    pub requested_delivery: Option<Moment>,
    /// The sum; of a blanket order the ceiling.
    pub total: Option<Price>,
    /// Where the goods go.
    pub ship_to: Option<Address>,
    /// Where the invoice goes.
    pub bill_to: Option<Address>,
    /// Freight.
    pub shipping: Option<Shipping>,
    /// Tax.
    pub tax: Option<Tax>,
    /// Paid how, if not by invoice.
    pub payment: Option<Payment>,
    /// Discounts for early payment.
    pub payment_terms: Vec<PaymentTerm>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks and attachments.
    pub comments: Vec<Comments>,
    /// Where later documents about it go.
    pub followup: Option<String>,
    /// payloadID of the order before, for changes.
    pub refers_to: Option<PayloadId>,
    /// The order that the supplier opened at punchout time.
    pub supplier_order: Option<SupplierOrder>,
    /// When it is delivered.
    pub delivery_period: Option<Period>,
    /// Other numbers.
    pub references: Vec<IdReference>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

impl OrderHeader {
    /// A first, regular order with nothing in it.
    #[must_use]
    pub fn new(id: OrderId) -> Self {
        Self {
            id,
            date: None,
            kind: OrderKind::New,
            order_type: OrderType::Regular,
            version: None,
            internal_version: false,
            release_required: false,
            parent_agreement: None,
            parent_agreement_payload: None,
            effective: None,
            expiration: None,
            agreement: None,
            agreement_payload: None,
            requisition: None,
            ship_complete: false,
            pick_up: None,
            requested_delivery: None,
            total: None,
            ship_to: None,
            bill_to: None,
            shipping: None,
            tax: None,
            payment: None,
            payment_terms: Vec::new(),
            contacts: Vec::new(),
            comments: Vec::new(),
            followup: None,
            refers_to: None,
            supplier_order: None,
            delivery_period: None,
            references: Vec::new(),
            extrinsics: Vec::new(),
        }
    }
}

/// How an order is paid. Numbers of cards are never part of it: they are sealed apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payment {
    /// With a card.
    Card,
    /// With a token that stands for a card.
    Token,
    /// In a way that is not known here.
    Other,
}

/// A discount for whoever pays in time.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PaymentTerm {
    /// Days from the invoice.
    pub days: Decimal,
    /// How much; none: the net term.
    pub discount: Option<Discount>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A discount.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discount {
    /// A share, in percent.
    Percent(Decimal),
    /// An amount.
    Amount(Money),
}

/// From when until when.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// From when.
    pub start: Moment,
    /// Until when.
    pub end: Moment,
}

/// The supplier's own order.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SupplierOrder {
    /// Its number.
    pub id: DocumentNumber,
    /// When it was opened.
    pub date: Option<Moment>,
}

/// An order, by its document.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct OrderReference {
    /// The buyer's number.
    pub id: Option<OrderId>,
    /// When it was placed.
    pub date: Option<Moment>,
    /// payloadID of its document.
    pub payload: Option<PayloadId>,
}

/// An order, by its number alone.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct OrderIdInfo {
    /// The buyer's number.
    pub id: OrderId,
    /// When it was placed.
    pub date: Option<Moment>,
    /// Other numbers.
    pub references: Vec<IdReference>,
}

/// An agreement, by its document or by its number alone.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct AgreementReference {
    /// Its number.
    pub id: Option<String>,
    /// When it was made.
    pub date: Option<Moment>,
    /// payloadID of its document; without one it is named by its number.
    pub payload: Option<PayloadId>,
}

/// Under which order or agreement something was delivered or invoiced.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct OrderedUnder {
    /// The order, by its document.
    pub order: Option<OrderReference>,
    /// The agreement.
    pub agreement: Option<AgreementReference>,
    /// The order, by its number; only where its document is not named.
    pub order_id: Option<OrderIdInfo>,
    /// The supplier's own order (invoices).
    pub supplier_order: Option<SupplierOrder>,
}
