//! What the supplier is owed.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    address::{Contact, IdReference},
    charge::{Distribution, Modification, Price, Tax},
    item::{Basis, Classification, CompositeType, ItemId, ItemType},
    order::{OrderedUnder, PaymentTerm, Period},
    receipt::ShipNoticeId,
    ship_notice::ShipmentIdentifier,
    status_update::InvoiceId,
    text::{Comments, Description, DocumentNumber, Domained, Extrinsic, Moment},
};
use crate::model::{ids::PayloadId, money::Money, quantity::UnitOfMeasure};

/// An invoice, credit memo or debit memo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    /// What holds for all of it.
    pub header: InvoiceHeader,
    /// Order by order, line by line.
    pub orders: Vec<InvoiceOrder>,
    /// Order by order, in sums alone; only where `orders` is empty.
    pub summaries: Vec<InvoiceOrderSummary>,
    /// The sums.
    pub summary: InvoiceSummary,
}

/// What holds for a whole invoice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceHeader {
    /// The supplier's number of it.
    pub id: DocumentNumber,
    /// For information alone: nothing is to be paid.
    pub information_only: bool,
    /// What it is.
    pub purpose: InvoicePurpose,
    /// First or taken back.
    pub operation: DeletableOperation,
    /// When it was made.
    pub date: Moment,
    /// What it says about the whole.
    pub header_indicator: HeaderIndicator,
    /// What it says line by line.
    pub line_indicator: LineIndicator,
    /// `from`, `billTo`, `remitTo`, `soldTo` … by the role of the contact.
    pub partners: Vec<InvoicePartner>,
    /// payloadID of the document that it corrects.
    pub refers_to: Option<PayloadId>,
    /// The invoice that it corrects.
    pub invoice: Option<InvoiceId>,
    /// From where to where.
    pub shipping: Option<InvoiceShipping>,
    /// The shipment.
    pub ship_notice: Option<ShipNoticeId>,
    /// Discounts for early payment.
    pub payment_terms: Vec<PaymentTerm>,
    /// For which time.
    pub period: Option<Period>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Other numbers.
    pub references: Vec<IdReference>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// What an invoice is.
    InvoicePurpose, "purpose", default Standard;
    /// An invoice.
    Standard = "standard",
    /// It gives money back.
    CreditMemo = "creditMemo",
    /// It asks for more.
    DebitMemo = "debitMemo",
    /// It gives money back, line by line.
    LineCreditMemo = "lineLevelCreditMemo",
    /// It asks for more, line by line.
    LineDebitMemo = "lineLevelDebitMemo",
}

choice! {
    /// Whether a document takes an earlier one back.
    DeletableOperation, "operation", default New;
    /// A first one.
    New = "new",
    /// It takes an earlier one back.
    Delete = "delete",
}

/// What an invoice says about the whole.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct HeaderIndicator {
    /// It has no lines, only sums.
    pub header_invoice: bool,
    /// Its tax can be recovered.
    pub vat_recoverable: bool,
}

/// What an invoice says line by line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is an indicator of its own in the document")]
pub struct LineIndicator {
    /// Tax.
    pub tax: bool,
    /// Special handling.
    pub special_handling: bool,
    /// Freight.
    pub shipping: bool,
    /// Discounts.
    pub discount: bool,
    /// Whom it is charged to.
    pub accounting: bool,
}

/// A party of an invoice.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoicePartner {
    /// Who, with its role.
    pub contact: Contact,
    /// Its numbers: of tax, of register.
    pub references: Vec<IdReference>,
}

/// From where goods went to where.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoiceShipping {
    /// When.
    pub date: Option<Moment>,
    /// `shipFrom`, `shipTo`; two at least.
    pub contacts: Vec<Contact>,
    /// Who carried it.
    pub carriers: Vec<Domained>,
    /// The carrier's numbers of it; there where there are carriers.
    pub identifiers: Vec<ShipmentIdentifier>,
    /// payloadID of the ship notice.
    pub ship_notice: Option<PayloadId>,
}

/// What is owed for one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceOrder {
    /// Which order.
    pub order: OrderedUnder,
    /// Its lines.
    pub items: Vec<InvoiceItem>,
}

/// A line of an invoice: goods, or a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceItem {
    /// Its own number.
    pub number: u32,
    /// How many; a service may have none.
    pub quantity: Option<Decimal>,
    /// When it was ordered or done.
    pub reference_date: Option<Moment>,
    /// When it was inspected.
    pub inspection_date: Option<Moment>,
    /// Number of the group it belongs to.
    pub parent: Option<u32>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Where a group has its price.
    pub composite_type: Option<CompositeType>,
    /// A service.
    pub service: bool,
    /// Which line of the order.
    pub reference: InvoiceItemReference,
    /// Unit of the quantity.
    pub unit: Option<UnitOfMeasure>,
    /// Price of the basis.
    pub price: Option<Price>,
    /// What the price buys.
    pub basis: Option<Basis>,
    /// For which time, if a service.
    pub period: Option<Period>,
    /// Before taxes, freight and discounts.
    pub subtotal: Option<Money>,
    /// Tax.
    pub tax: Option<Tax>,
    /// Special handling.
    pub special_handling: Option<InvoiceSpecialHandling>,
    /// Freight.
    pub shipping: Option<InvoiceLineShipping>,
    /// With taxes, freight and handling.
    pub gross: Option<Money>,
    /// Discount.
    pub discount: Option<InvoiceDiscount>,
    /// Surcharges and allowances.
    pub modifications: Vec<Modification>,
    /// What is owed.
    pub net: Option<Money>,
    /// Whom it is charged to.
    pub distributions: Vec<Distribution>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// Which line of an order is invoiced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceItemReference {
    /// Number of the order's line.
    pub line_number: Option<u32>,
    /// Which article.
    pub id: Option<ItemId>,
    /// What it is.
    pub description: Option<Description>,
    /// What kind of thing it is.
    pub classifications: Vec<Classification>,
    /// The maker's number; only together with the maker.
    pub manufacturer_part: Option<String>,
    /// The maker; only together with its number.
    pub manufacturer: Option<String>,
}

/// Special handling of a line.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoiceSpecialHandling {
    /// In words.
    pub description: Option<Description>,
    /// What it costs.
    pub money: Money,
}

/// Freight of a line.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoiceLineShipping {
    /// From where to where.
    pub shipping: InvoiceShipping,
    /// What it costs.
    pub money: Money,
}

/// A discount of an invoice.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoiceDiscount {
    /// As a share, in percent.
    pub rate: Option<Decimal>,
    /// How much.
    pub money: Money,
}

/// What is owed for one order, in sums alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceOrderSummary {
    /// Which order.
    pub order: OrderedUnder,
    /// The sums.
    pub sums: InvoiceOrderSums,
}

/// The sums of one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceOrderSums {
    /// Its own number.
    pub number: u32,
    /// Before taxes, freight and discounts.
    pub subtotal: Money,
    /// Tax.
    pub tax: Option<Tax>,
    /// With taxes, freight and handling.
    pub gross: Option<Money>,
    /// Discount.
    pub discount: Option<InvoiceDiscount>,
    /// What is owed.
    pub net: Option<Money>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// The sums of an invoice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceSummary {
    /// Before taxes, freight and discounts.
    pub subtotal: Money,
    /// Tax; every invoice has it, if zero.
    pub tax: Tax,
    /// Special handling.
    pub special_handling: Option<Money>,
    /// Freight.
    pub shipping: Option<Money>,
    /// With taxes, freight and handling.
    pub gross: Option<Money>,
    /// Discount.
    pub discount: Option<InvoiceDiscount>,
    /// Surcharges and allowances.
    pub modifications: Vec<Modification>,
    /// After discounts.
    pub net: Money,
    /// Paid already.
    pub deposit: Option<Money>,
    /// What is owed; below zero for a credit memo.
    pub due: Option<Money>,
}
