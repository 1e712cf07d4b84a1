//! What the buyer has received.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    charge::Price,
    invoice::DeletableOperation,
    item::{Basis, Classification, CompositeType, ItemId, ItemType},
    order::OrderedUnder,
    ship_notice::Batch,
    text::{Comments, Description, DocumentNumber, Extrinsic, Moment},
};
use crate::model::{ids::PayloadId, money::Money, quantity::UnitOfMeasure};

/// A goods receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// What holds for all of it.
    pub header: ReceiptHeader,
    /// What of which order.
    pub orders: Vec<ReceiptOrder>,
    /// The sum.
    pub total: Option<Price>,
}

/// What holds for a whole receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptHeader {
    /// The buyer's number of it.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Moment,
    /// First or taken back.
    pub operation: DeletableOperation,
    /// payloadID of the receipt that it takes back.
    pub refers_to: Option<PayloadId>,
    /// The shipment.
    pub ship_notice: Option<ShipNoticeId>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A ship notice, by its number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ShipNoticeId {
    /// The supplier's number.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Option<Moment>,
}

/// What of one order was received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptOrder {
    /// Nothing more is expected.
    pub closed: bool,
    /// Which order.
    pub order: OrderedUnder,
    /// Its lines.
    pub items: Vec<ReceiptItem>,
}

/// A line that was received or sent back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptItem {
    /// Its own number.
    pub number: u32,
    /// How many.
    pub quantity: Decimal,
    /// Received or sent back.
    pub kind: Option<ReceiptType>,
    /// Number of the group it belongs to.
    pub parent: Option<u32>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Where a group has its price.
    pub composite_type: Option<CompositeType>,
    /// Nothing more of this line is expected.
    pub completed: bool,
    /// Which line of the order.
    pub reference: ReceiptItemReference,
    /// Its price.
    pub rate: Option<UnitRate>,
    /// What it is worth.
    pub amount: Option<Money>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// The batch it comes from.
    pub batch: Option<Batch>,
    /// What kind of thing it is.
    pub classifications: Vec<Classification>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// Which way goods went.
    ReceiptType, "type";
    /// They came.
    Received = "received",
    /// They went back.
    Returned = "returned",
}

/// Which line of an order was received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptItemReference {
    /// Number of the order's line.
    pub line_number: u32,
    /// Which article.
    pub id: Option<ItemId>,
    /// What it is.
    pub description: Option<Description>,
    /// The shipment.
    pub ship_notice: Option<ShipNoticeId>,
    /// Number of the shipment's line.
    pub ship_notice_line: Option<ShipNoticeLine>,
}

/// A line of a ship notice, by its own number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ShipNoticeLine {
    /// Its number.
    pub number: u32,
}

/// A price for a unit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct UnitRate {
    /// How much.
    pub money: Money,
    /// For which unit.
    pub unit: Option<UnitOfMeasure>,
    /// What it buys.
    pub basis: Option<Basis>,
}
