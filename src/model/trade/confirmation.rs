//! What the supplier says to an order.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    address::{Contact, IdReference},
    charge::{Price, Shipping, Tax},
    item::{CompositeType, Item, ItemType},
    order::OrderReference,
    text::{Comments, Extrinsic, Moment},
};
use crate::model::{ids::PayloadId, quantity::UnitOfMeasure};

/// A confirmation or refusal of an order, or of some of its lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    /// What holds for all of it.
    pub header: ConfirmationHeader,
    /// Which order.
    pub order: OrderReference,
    /// Lines that are spoken about.
    pub items: Vec<ConfirmationItem>,
}

/// What holds for a whole confirmation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmationHeader {
    /// The supplier's number of it.
    pub id: Option<String>,
    /// First or corrected.
    pub operation: ConfirmationOperation,
    /// What it says.
    pub kind: ConfirmationType,
    /// When it was made.
    pub notice: Moment,
    /// Number of the invoice.
    pub invoice: Option<String>,
    /// Who carries costs and risks.
    pub inco_terms: Option<IncoTerms>,
    /// Counts corrections.
    pub version: Option<String>,
    /// payloadID of the confirmation that it corrects.
    pub refers_to: Option<PayloadId>,
    /// The sum.
    pub total: Option<Price>,
    /// Freight.
    pub shipping: Option<Shipping>,
    /// Tax.
    pub tax: Option<Tax>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Other numbers.
    pub references: Vec<IdReference>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// Whether a confirmation corrects an earlier one.
    ConfirmationOperation, "operation", default New;
    /// A first one.
    New = "new",
    /// It replaces an earlier one.
    Update = "update",
}

choice! {
    /// What a confirmation says.
    ConfirmationType, "type";
    /// All of the order is accepted as it is.
    Accept = "accept",
    /// Every line is told in full, with changes or without.
    AllDetail = "allDetail",
    /// Some lines are told, as they differ from the order.
    Detail = "detail",
    /// It is on backorder.
    Backordered = "backordered",
    /// It is accepted except for what is told.
    Except = "except",
    /// All of the order is refused.
    Reject = "reject",
    /// Payment is asked for.
    RequestToPay = "requestToPay",
    /// It replaces the order.
    Replace = "replace",
}

choice! {
    /// Who carries costs and risks (Incoterms).
    IncoTerms, "incoTerms";
    /// Cost and freight.
    Cfr = "cfr",
    /// Cost, insurance and freight.
    Cif = "cif",
    /// Carriage and insurance paid to.
    Cip = "cip",
    /// Carriage paid to.
    Cpt = "cpt",
    /// Delivered at frontier.
    Daf = "daf",
    /// Delivered at place.
    Dap = "dap",
    /// Delivered duty paid.
    Ddp = "ddp",
    /// Delivered duty unpaid.
    Ddu = "ddu",
    /// Delivered at place unloaded.
    Dpu = "dpu",
    /// Delivered ex quay.
    Deq = "deq",
    /// Delivered ex ship.
    Des = "des",
    /// Ex works.
    Exw = "exw",
    /// Free alongside ship.
    Fas = "fas",
    /// Free carrier.
    Fca = "fca",
    /// Free on board.
    Fob = "fob",
}

/// What is said about one line of the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmationItem {
    /// How many were ordered.
    pub quantity: Decimal,
    /// Number of the order's line.
    pub line_number: u32,
    /// Number of the group it belongs to.
    pub parent_line_number: Option<u32>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Where a group has its price.
    pub composite_type: Option<CompositeType>,
    /// Unit of the quantity.
    pub unit: Option<UnitOfMeasure>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// What becomes of it: their quantities add up to the line's.
    pub statuses: Vec<ConfirmationStatus>,
}

/// What becomes of some units of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmationStatus {
    /// How many.
    pub quantity: Decimal,
    /// What becomes of them.
    pub kind: StatusType,
    /// When they leave.
    pub shipment: Option<Moment>,
    /// When they arrive.
    pub delivery: Option<Moment>,
    /// Unit of the quantity.
    pub unit: Option<UnitOfMeasure>,
    /// What comes instead.
    pub item: Option<Item>,
    /// Their new price; only without `item`.
    pub price: Option<Price>,
    /// Tax; only without `item`.
    pub tax: Option<Tax>,
    /// Freight; only without `item`.
    pub shipping: Option<Shipping>,
    /// The supplier's batch.
    pub batch: Option<String>,
    /// The part of the line's schedule that is meant.
    pub schedule: Option<ScheduleLineReference>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// What becomes of some units of a line.
    StatusType, "type";
    /// They come as ordered.
    Accept = "accept",
    /// They come as told here in full.
    AllDetail = "allDetail",
    /// They come, other than ordered as told here.
    Detail = "detail",
    /// They come later.
    Backordered = "backordered",
    /// They do not come.
    Reject = "reject",
    /// Nothing is known yet.
    Unknown = "unknown",
    /// Payment is asked for.
    RequestToPay = "requestToPay",
}

/// A part of a line's schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleLineReference {
    /// How many.
    pub quantity: Decimal,
    /// When they were wanted.
    pub requested_delivery: Moment,
    /// Its number.
    pub line_number: Option<u32>,
}
