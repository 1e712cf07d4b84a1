//! The price of a product for this buyer: candidates of all agreements valid now, one choice, with its reason.
//!
//! Unit prices keep every decimal; the only rounding is that of a line's amount
//! ([`line_amount`](crate::model::money::line_amount)).

mod candidates;
mod quote;

pub use candidates::{Offer, Terms, quote};
pub use quote::{Band, Provenance, Quote, Source};

#[cfg(test)]
pub(crate) mod tests;
