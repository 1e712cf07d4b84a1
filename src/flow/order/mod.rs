//! 5 `OrderRequest` new, update, delete: which version it is, and how it compares with the carts that left.

mod accept;
mod charges;
mod reconcile;
mod settle;

pub use crate::model::trade::{OrderKind, OrderType};
pub use accept::{
    Accepted, Commitment, Decision, Facts, Held, Order, OrderDocument, OrderRefused, OrderVersion, Recorded,
    VersionSummary, accept,
};
pub use charges::{ChargeDifference, reconcile_charges};
pub use reconcile::{Difference, Match, OrderedLine, Snapshot, of_blanket, of_release, reconcile};
pub use settle::{NothingToSettle, Settled, Standing, Verdict};

#[cfg(test)]
mod tests;
