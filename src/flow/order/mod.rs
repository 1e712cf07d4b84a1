//! 5 `OrderRequest` new, update, delete: which version it is, and how it compares with the carts that left.

mod accept;
mod charges;
mod reconcile;
mod release;
mod settle;

pub use crate::model::trade::{OrderKind, OrderType};
pub use accept::{
    Accepted, Commitment, Decision, Facts, Held, Order, OrderDocument, OrderRefused, OrderVersion, Recorded,
    VersionSummary, accept,
};
pub use charges::{ChargeDifference, reconcile_charges};
pub use reconcile::{Difference, Match, OrderLine, OrderedLine, Snapshot, reconcile};
pub use release::{Blanket, Drawn, Overdrawn, of_blanket};
pub use settle::{NothingToSettle, Settled, Standing, Verdict};

#[cfg(test)]
mod tests;
