//! What is kept of every document in or out: redacted, with its outcome, linked to visit and order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    hook_url::Origin,
    ids::{BuyerId, ConnectionId, OrderId, PayloadId, SessionId, SupplierId, TransactionId},
};

/// A document that came or left, and the answer it got.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// Its key.
    pub id: TransactionId,
    /// When it was complete.
    pub at: Timestamp,
    /// Which way the document went.
    pub direction: Direction,
    /// Its element name (`OrderRequest`), `OCI call`, `OCI form`, or what it could not be read as.
    pub kind: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Whose shop, once known.
    pub supplier: Option<SupplierId>,
    /// Who, once proven.
    pub buyer: Option<BuyerId>,
    /// Over which connection, once proven.
    pub connection: Option<ConnectionId>,
    /// Of which visit.
    pub session: Option<SessionId>,
    /// Of which order.
    pub order: Option<OrderId>,
    /// `payloadID` of the document.
    pub payload_id: Option<PayloadId>,
    /// `UserAgent` of its Header.
    pub user_agent: Option<String>,
    /// Address of the peer, as far as trusted proxies say.
    pub peer: Option<String>,
    /// Length as it travelled, in bytes.
    pub bytes: u64,
    /// How long the answer took, in microseconds.
    pub micros: u64,
    /// Random part of the document kept: the redacted copy.
    pub document: Option<TransactionId>,
    /// Random part of the answer kept.
    pub answer: Option<TransactionId>,
    /// Nothing of it counts.
    pub test: bool,
}

/// Which way a document went.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To us.
    In,
    /// From us.
    Out,
}

/// What became of a document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// cXML Status code, or HTTP status of a page.
    pub code: u16,
    /// Exactly what happened, for the operator.
    pub note: String,
}

impl Outcome {
    /// Whether it was accepted.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.code < 400
    }
}

/// A host that a connection in test met and that is not on its lists.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeenHost {
    /// Which.
    pub origin: Origin,
    /// The cart was to go there, or the shop was framed there.
    pub role: HostRole,
    /// When it was last met.
    pub at: Timestamp,
}

/// What a host was met as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostRole {
    /// A return address.
    Return,
    /// A page that frames the shop.
    Frame,
}
