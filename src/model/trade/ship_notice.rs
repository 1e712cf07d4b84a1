//! What the supplier has sent, or will.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    address::{Contact, IdReference},
    item::{CompositeType, Dimension, ItemDetail, ItemId, ItemType},
    order::{AgreementReference, OrderReference},
    text::{Comments, Description, DocumentNumber, Domained, Extrinsic, Localized, Moment, Token},
};
use crate::model::{ids::PayloadId, quantity::UnitOfMeasure};

/// One shipment, of one order or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipNotice {
    /// What holds for all of it.
    pub header: ShipNoticeHeader,
    /// Who carries it, one after the other.
    pub controls: Vec<ShipControl>,
    /// What of which order; a portion without lines is the whole order.
    pub portions: Vec<ShipNoticePortion>,
}

/// What holds for a whole shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipNoticeHeader {
    /// The supplier's number of it.
    pub id: DocumentNumber,
    /// First, corrected or taken back.
    pub operation: ShipNoticeOperation,
    /// When it was made.
    pub notice: Moment,
    /// When the goods leave.
    pub shipment: Option<Moment>,
    /// When they arrive.
    pub delivery: Option<Moment>,
    /// Whether they have left.
    pub shipment_type: Option<ShipmentType>,
    /// Whether the orders are complete with it.
    pub fulfillment: Option<FulfillmentType>,
    /// When they were wanted.
    pub requested_delivery: Option<Moment>,
    /// `overnight` and the like.
    pub service_levels: Vec<Localized>,
    /// payloadID of the notice that it replaces.
    pub refers_to: Option<PayloadId>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Who carries costs and risks.
    pub terms: Option<TermsOfDelivery>,
    /// How it is packed.
    pub packaging: Option<Packaging>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
    /// Other numbers.
    pub references: Vec<IdReference>,
}

choice! {
    /// Whether a ship notice replaces an earlier one.
    ShipNoticeOperation, "operation", default New;
    /// A first one.
    New = "new",
    /// It replaces an earlier one, whole.
    Update = "update",
    /// It takes an earlier one back.
    Delete = "delete",
}

choice! {
    /// Whether the goods have left.
    ShipmentType, "shipmentType";
    /// They have.
    Actual = "actual",
    /// They will.
    Planned = "planned",
}

choice! {
    /// Whether the orders are complete with a shipment.
    FulfillmentType, "fulfillmentType";
    /// More will follow.
    Partial = "partial",
    /// Nothing more will follow.
    Complete = "complete",
}

/// A carrier and its part of the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipControl {
    /// From when; the first one has none.
    pub start: Option<Moment>,
    /// Who: domains `companyName`, `SCAC`, `DUNS` …
    pub carriers: Vec<Domained>,
    /// The carrier's numbers of it.
    pub identifiers: Vec<ShipmentIdentifier>,
    /// Numbers of the packages.
    pub packages: Option<PackageRange>,
    /// How it travels.
    pub routes: Vec<Route>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A carrier's number of a shipment.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ShipmentIdentifier {
    /// `trackingNumber`, `billOfLading` …
    pub domain: Option<String>,
    /// When it was given.
    pub date: Option<Moment>,
    /// Page that follows it.
    pub url: Option<String>,
    /// The number.
    pub value: String,
}

/// Numbers of the packages of a shipment.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct PackageRange {
    /// The first.
    pub first: String,
    /// The last.
    pub last: String,
}

/// How goods travel.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// By what.
    pub method: RouteMethod,
    /// Which vehicle.
    pub means: Option<Token>,
    /// From when.
    pub start: Option<Moment>,
    /// Until when.
    pub end: Option<Moment>,
    /// From where, to where.
    pub contacts: Vec<Contact>,
}

choice! {
    /// By what goods travel.
    RouteMethod, "method";
    /// Through the air.
    Air = "air",
    /// By lorry.
    Motor = "motor",
    /// By rail.
    Rail = "rail",
    /// By ship.
    Ship = "ship",
    /// By mail.
    Mail = "mail",
    /// By several.
    Multimodal = "multimodal",
    /// Through a pipe or the like.
    Fixed = "fixedTransport",
    /// On a river.
    Inland = "inlandWater",
    /// It is not known.
    Unknown = "unknown",
    /// As agreed.
    Custom = "custom",
}

/// Who carries costs and risks, how freight is paid.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct TermsOfDelivery {
    /// `PriceCondition`, `DespatchCondition`, …
    pub code: Valued,
    /// Who pays the freight.
    pub payment: Valued,
    /// Incoterms and the like.
    pub transport: Option<Valued>,
    /// Remarks.
    pub comments: Vec<Comments>,
}

/// A value of a list, with words where the list has none.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Valued {
    /// Of the list; `Other` with words.
    pub value: String,
    /// In words.
    pub text: String,
}

/// How goods are packed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packaging {
    /// What it is packed in.
    pub codes: Vec<Localized>,
    /// Sizes and weights.
    pub dimensions: Vec<Dimension>,
    /// In words.
    pub description: Option<Description>,
    /// `inner`, `outer` …
    pub level: Option<String>,
    /// Code of the kind of package.
    pub package_type: Option<String>,
    /// Serial shipping container code (SSCC).
    pub serial: Option<String>,
    /// Serial code of the package around it.
    pub outer_serial: Option<String>,
    /// Marks on it.
    pub marks: Vec<String>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// What of one order is in a shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipNoticePortion {
    /// Which order.
    pub order: OrderReference,
    /// The agreement it draws on.
    pub agreement: Option<AgreementReference>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
    /// Its lines; none: the whole order.
    pub items: Vec<ShipNoticeItem>,
}

/// A line in a shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShipNoticeItem {
    /// How many.
    pub quantity: Decimal,
    /// Number of the order's line.
    pub line_number: u32,
    /// Number of the group it belongs to.
    pub parent_line_number: Option<u32>,
    /// Its own number.
    pub own_line_number: Option<u32>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Where a group has its price.
    pub composite_type: Option<CompositeType>,
    /// Which article.
    pub id: Option<ItemId>,
    /// What is known about it.
    pub detail: Option<ItemDetail>,
    /// Unit of the quantity.
    pub unit: Option<UnitOfMeasure>,
    /// How it is packed.
    pub packaging: Vec<Packaging>,
    /// Batches it comes from.
    pub batches: Vec<Batch>,
    /// Batches by the supplier's number alone.
    pub supplier_batches: Vec<String>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A batch of goods.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// When it was made.
    pub production: Option<Moment>,
    /// Until when it may be used.
    pub expiration: Option<Moment>,
    /// ISO 3166 code of where it was made.
    pub origin: Option<String>,
    /// The buyer's number.
    pub buyer: Option<String>,
    /// The supplier's number.
    pub supplier: Option<String>,
}
