//! 4 Lines, totals, and the [`ReturnedCart`]: neither cXML nor OCI.

mod change;
mod charges;
mod fields;
mod lines;
mod lock;
mod minimum;
mod preflight;
mod priced;
mod returned;

pub use change::{Change, ChangeRefused, Facts as ChangeFacts};
pub use charges::{Charge, PricedCharge, is_charge};
pub use lines::{Cart, Content, Earlier, Line};
pub use lock::{Carried, carry, read_carried, reference_of};
pub use minimum::Minimum;
pub use preflight::{Effect, Finding, Fitted, Part, What};
pub use priced::{PriceMoved, PricedCart, PricedLine, Problem, Shelf, price_cart};
pub use returned::{LineText, ReturnFacts, ReturnRefused, ReturnedCart, ReturnedLine, return_cart};

#[cfg(test)]
pub(crate) mod tests;
