//! Is it a repeat, the next version, or one for the operator?

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ChargeDifference, OrderLine, Overdrawn, Settled};
use crate::model::{
    ids::{BuyerId, ConnectionId, OrderId, PayloadId, SupplierId, TransactionId},
    limits,
    money::Currency,
    trade::{OrderKind, OrderType},
};

/// An order as received, in flow's words.
#[derive(Clone, Debug)]
pub struct OrderDocument {
    /// The document's id, where it has one.
    pub payload_id: Option<PayloadId>,
    /// Digest of the request; payloadID and timestamp do not count.
    pub content: [u8; 32],
    /// `@orderID`.
    pub order_id: OrderId,
    /// `@orderVersion`, where it is a number.
    pub order_version: Option<u32>,
    /// `@type`.
    pub kind: OrderKind,
    /// `@orderDate`, as written.
    pub order_date: String,
    /// `Total/Money`, where it can be read.
    pub total: Option<(Decimal, Option<Currency>)>,
    /// `Shipping/Money`, likewise.
    pub shipping: Option<(Decimal, Option<Currency>)>,
    /// `Tax/Money`, likewise.
    pub tax: Option<(Decimal, Option<Currency>)>,
    /// `DocumentReference/@payloadID`.
    pub refers_to: Option<String>,
    /// `@requisitionID`.
    pub requisition: Option<String>,
    /// `ShipTo/Address/@addressID`.
    pub ship_to: Option<String>,
    /// What it commits to.
    pub commitment: Commitment,
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// `deploymentMode="test"`.
    pub test: bool,
}

/// What an order commits to, and what it draws on. Times as written.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Commitment {
    /// `@orderType`.
    pub order_type: OrderType,
    /// Number of the agreement or blanket order that a release draws on: `@agreementID`, or what the first line names.
    pub agreement: Option<String>,
    /// `@agreementPayloadID`: the document of the agreement.
    pub agreement_payload: Option<String>,
    /// `@effectiveDate` of a blanket order.
    pub effective: Option<String>,
    /// `@expirationDate` of a blanket order.
    pub expiration: Option<String>,
    /// `@releaseRequired`: nothing of a blanket order is delivered without a release.
    pub release_required: bool,
}

impl Commitment {
    /// Number of the order that it draws on.
    #[must_use]
    pub fn blanket(&self) -> Option<OrderId> {
        let agreement = self.agreement.as_deref().filter(|_| self.order_type != OrderType::Blanket)?;
        OrderId::parse(agreement).ok()
    }
}

/// What is kept of an order: its versions in the order they came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Whose goods.
    pub supplier: SupplierId,
    /// Who ordered.
    pub buyer: BuyerId,
    /// The buyer's number.
    pub order_id: OrderId,
    /// Oldest first, at least one; the newest [`limits::ORDER_VERSIONS`] of them.
    pub versions: Vec<VersionSummary>,
}

/// What tells versions apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionSummary {
    /// Counts what came, from 1.
    pub number: u32,
    /// `@orderVersion` as given.
    pub given: Option<u32>,
    /// `@type`.
    pub kind: OrderKind,
    /// Digest of the request, hexadecimal.
    pub content: String,
    /// Waits for the operator.
    pub held: Option<Held>,
    /// The answer given.
    pub recorded: Recorded,
}

/// An answer that a repeat gets again.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Id of the answer.
    pub payload_id: PayloadId,
    /// When it was given.
    pub at: Timestamp,
}

/// Why a version waits for the operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// `orderVersion` is not above the one held, the content differs.
    #[error("orderVersion {given} has come with other content; version {latest} is the latest")]
    NotNewer {
        /// As given.
        given: u32,
        /// Highest given before.
        latest: u32,
    },
    /// A change or cancellation of an order that never came.
    #[error("it changes an order that is not known")]
    NothingToChange,
}

/// A version in full, without its lines: those are kept as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderVersion {
    /// Counts what came, from 1.
    pub number: u32,
    /// Over which connection.
    pub connection: ConnectionId,
    /// The document that brought it.
    pub transaction: TransactionId,
    /// The document's id, where it has one.
    pub payload_id: Option<PayloadId>,
    /// `@orderVersion` as given.
    pub given: Option<u32>,
    /// `@type`.
    pub kind: OrderKind,
    /// `@orderDate`, as written.
    pub order_date: String,
    /// When it came.
    pub at: Timestamp,
    /// `Total/Money`.
    pub total: Option<(Decimal, Option<Currency>)>,
    /// `@requisitionID`.
    pub requisition: Option<String>,
    /// `ShipTo/Address/@addressID`.
    pub ship_to: Option<String>,
    /// `DocumentReference/@payloadID`.
    pub refers_to: Option<String>,
    /// What it commits to.
    #[serde(default)]
    pub commitment: Commitment,
    /// Waits for the operator.
    pub held: Option<Held>,
    /// What the operator said of it, where it waited.
    #[serde(default)]
    pub settled: Option<Settled>,
    /// How many lines.
    pub lines: u32,
    /// How many of them differ from what left.
    pub differing: u32,
    /// What of freight, surcharges and tax is not as it left.
    #[serde(default)]
    pub charges: Vec<ChargeDifference>,
    /// With it, releases go beyond the ceiling of their blanket order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdrawn: Option<Overdrawn>,
    /// It does not count.
    pub test: bool,
}

/// What is known when an order arrives.
pub struct Facts {
    /// The order under this number, if one came before.
    pub known: Option<Order>,
}

/// Fresh values for a decision.
pub struct Accepted {
    /// For whom.
    pub supplier: SupplierId,
    /// From whom.
    pub buyer: BuyerId,
    /// The answer that is about to be given.
    pub recorded: Recorded,
}

/// What an order leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Said before: the same answer again, no second effect.
    Repeat(Recorded),
    /// A version to keep: the order with it as its last one.
    Keep(Box<Order>),
}

/// Why an order is not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OrderRefused {
    /// A new order or an update without lines.
    #[error("an order of type {0} needs at least one ItemOut")]
    NoLines(&'static str),
    /// More lines than are taken.
    #[error("the order has {lines} lines, {most} are the most")]
    TooManyLines {
        /// How many came.
        lines: usize,
        /// How many are taken.
        most: usize,
    },
}

/// Decides what an order leads to. Commercial doubts never refuse: they hold.
pub fn accept(order: &OrderDocument, facts: Facts, fresh: Accepted) -> Result<Decision, OrderRefused> {
    if order.lines.is_empty() && order.kind != OrderKind::Delete {
        return Err(OrderRefused::NoLines(order.kind.as_str()));
    }
    if order.lines.len() > limits::CART_LINES {
        return Err(OrderRefused::TooManyLines { lines: order.lines.len(), most: limits::CART_LINES });
    }
    let content = hexadecimal(&order.content);
    let versions = facts.known.map(|known| known.versions).unwrap_or_default();
    let same = |version: &&VersionSummary| {
        version.given == order.order_version && version.kind == order.kind && version.content == content
    };
    if let Some(earlier) = versions.iter().rev().find(same) {
        return Ok(Decision::Repeat(earlier.recorded.clone()));
    }
    let latest = versions.iter().filter_map(|version| version.given).max();
    let held = match (order.order_version, latest) {
        (Some(given), Some(latest)) if given <= latest => Some(Held::NotNewer { given, latest }),
        _ if versions.is_empty() && order.kind != OrderKind::New => Some(Held::NothingToChange),
        _ => None,
    };
    let number = versions.last().map_or(0, |version| version.number).saturating_add(1);
    let summary = VersionSummary {
        number,
        given: order.order_version,
        kind: order.kind,
        content,
        held,
        recorded: fresh.recorded,
    };
    let mut order =
        Order { supplier: fresh.supplier, buyer: fresh.buyer, order_id: order.order_id.clone(), versions };
    order.versions.push(summary);
    let surplus = order.versions.len().saturating_sub(limits::ORDER_VERSIONS);
    order.versions.drain(..surplus);
    Ok(Decision::Keep(Box::new(order)))
}

fn hexadecimal(digest: &[u8; 32]) -> String {
    let (high, low) = digest.split_at(16);
    let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    format!("{:032x}{:032x}", half(high), half(low))
}
