//! A visit's way in and its way back.

use serde::{Deserialize, Serialize};

use super::{
    address::{Address, Contact},
    charge::{Price, Shipping, Tax},
    item::{Item, ItemId},
    order::SupplierOrder,
    status_update::SourcingStatus,
    text::{Extrinsic, Markup},
};
use crate::model::profile::OperationAllowed;

/// A buyer's user at the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PunchOutSetup {
    /// What the user may do.
    pub operation: Operation,
    /// The buyer's mark of the visit.
    pub buyer_cookie: Markup,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
    /// Where the cart goes.
    pub return_to: Option<String>,
    /// Who the user is.
    pub contacts: Vec<Contact>,
    /// Where the request was sent to.
    pub supplier_setup: Option<String>,
    /// Where the goods go.
    pub ship_to: Option<Address>,
    /// What the shop opens with.
    pub selected: Option<ItemId>,
    /// The lines of an earlier cart.
    pub items: Vec<Item>,
}

choice! {
    /// What the user may do.
    Operation, "operation";
    /// Fill a new cart.
    Create = "create",
    /// Look at an earlier cart.
    Inspect = "inspect",
    /// Change an earlier cart.
    Edit = "edit",
    /// Ask for offers.
    Source = "source",
}

impl Operation {
    /// Edit and inspect bring their lines along.
    #[must_use]
    pub const fn reopens_a_cart(self) -> bool {
        matches!(self, Self::Edit | Self::Inspect)
    }
}

/// A cart on its way to the buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartMessage {
    /// The buyer's mark of the visit.
    pub buyer_cookie: Markup,
    /// What holds for all of it.
    pub header: CartHeader,
    /// Its lines.
    pub items: Vec<Item>,
}

/// What holds for a whole cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartHeader {
    /// What the buyer may do with it later.
    pub operation_allowed: OperationAllowed,
    /// Whether its prices are the last word.
    pub quote_status: QuoteStatus,
    /// Of a sourcing.
    pub sourcing: Option<SourcingStatus>,
    /// Sum of the lines.
    pub total: Option<Price>,
    /// Where the goods go.
    pub ship_to: Option<Address>,
    /// Freight.
    pub shipping: Option<Shipping>,
    /// Tax.
    pub tax: Option<Tax>,
    /// The order that the supplier opened for it.
    pub supplier_order: Option<SupplierOrder>,
}

choice! {
    /// Whether the prices of a cart are the last word.
    QuoteStatus, "quoteStatus", default Final;
    /// A further message follows.
    Pending = "pending",
    /// They are.
    Final = "final",
}
