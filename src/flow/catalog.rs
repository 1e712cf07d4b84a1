//! 3 What this buyer may see: the products of the agreements made with it, its groups or everyone.

use crate::model::{
    agreement::{Agreement, Party},
    catalog::Product,
    party::Buyer,
};

/// Whether an agreement is made with this buyer.
#[must_use]
pub fn applies(agreement: &Agreement, buyer: &Buyer) -> bool {
    agreement.supplier == buyer.supplier
        && match &agreement.party {
            Party::Buyer(id) => *id == buyer.id,
            Party::Group(group) => buyer.groups.contains(group),
            Party::Everyone => true,
        }
}

/// Whether the agreements let their party see the product. Without an agreement nothing is visible.
#[must_use]
pub fn visible(product: &Product, agreements: &[Agreement]) -> bool {
    agreements.iter().any(|agreement| product.is_in(&agreement.assortment))
}
