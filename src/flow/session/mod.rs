//! 2 The visit: what it may do, how long it lasts, what its start link does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    flow::setup::Purpose,
    model::{
        charges::Charges,
        hook_url::Origin,
        ids::{AgreementId, BuyerId, ConnectionId, SessionId, SupplierId},
        limits,
        money::Currency,
    },
};

/// One visit, from setup to return or expiry; found by a capability in the URL path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Its key.
    pub id: SessionId,
    /// Over which connection it came.
    pub connection: ConnectionId,
    /// In whose shop.
    pub supplier: SupplierId,
    /// Whose prices.
    pub buyer: BuyerId,
    /// What it is for.
    #[serde(flatten)]
    pub purpose: Purpose,
    /// Nothing it makes counts.
    pub test: bool,
    /// Of all its prices.
    pub currency: Currency,
    /// The versions it sees from start to return.
    pub pins: Pins,
    /// The connection's rules for freight, surcharges and tax as they were when it was set up.
    #[serde(default, skip_serializing_if = "Charges::is_empty")]
    pub charges: Charges,
    /// When it was set up.
    pub opened_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its start link was first followed.
    pub first_used_at: Option<Timestamp>,
    /// The page that framed the start, as its browser said; allowed as an ancestor in test state only.
    pub frame_origin: Option<Origin>,
    /// How far it is.
    pub stage: Stage,
}

/// The versions that a visit sees, whatever is published meanwhile.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Pins {
    /// Catalog version.
    pub catalog: u64,
    /// Agreements of this buyer, each with its version.
    pub agreements: Vec<(AgreementId, u64)>,
}

/// How far a visit is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nothing left yet.
    Shopping,
    /// A cart of this revision left last.
    Returned {
        /// Revision of the cart.
        revision: u64,
    },
    /// The user left without changing anything.
    Cancelled,
}

/// Why a page of a visit is not shown, or a change not made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VisitRefused {
    /// Its time is over.
    #[error("the visit has ended")]
    Expired,
    /// The start link was used longer ago than its grace time.
    #[error("the start link was used before")]
    StartLinkUsed,
    /// The start link was not followed in time.
    #[error("the start link was not used in time")]
    StartLinkTooOld,
    /// Inspect changes nothing.
    #[error("the visit is read-only")]
    ReadOnly,
}

/// What following a start link leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Entrance {
    /// The first time: the clock of its grace time starts.
    First,
    /// Again, within the grace time.
    Again,
}

impl Session {
    /// Whether pages of this visit may be shown.
    pub fn visit(&self, now: Timestamp) -> Result<(), VisitRefused> {
        if now < self.expires_at { Ok(()) } else { Err(VisitRefused::Expired) }
    }

    /// Whether its cart may be changed.
    pub fn change(&self, now: Timestamp) -> Result<(), VisitRefused> {
        self.visit(now)?;
        if self.purpose.operation.is_read_only() { Err(VisitRefused::ReadOnly) } else { Ok(()) }
    }

    /// Whether its start link may be followed now.
    pub fn enter(&self, now: Timestamp) -> Result<Entrance, VisitRefused> {
        self.visit(now)?;
        let within = |since: Timestamp, span| now < super::setup::later(since, span);
        match self.first_used_at {
            Some(first) if within(first, limits::START_LINK_REUSE) => Ok(Entrance::Again),
            Some(_) => Err(VisitRefused::StartLinkUsed),
            None if within(self.opened_at, limits::START_LINK_UNUSED) => Ok(Entrance::First),
            None => Err(VisitRefused::StartLinkTooOld),
        }
    }
}
