//! Freight, surcharges and tax of an order against those of the carts it came from: recorded, never a reason to refuse.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    flow::cart::ReturnedCart,
    model::{
        money::{Currency, Money},
        trade::OrderKind,
    },
};

use super::{OrderDocument, OrderedLine};

/// One charge that is not as it left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "charge")]
pub enum ChargeDifference {
    /// `Shipping` of the header: freight and surcharges.
    #[error("Shipping: returned {} {}, ordered {}", returned.text(), returned.currency, ordered_text(*ordered))]
    Shipping {
        /// In the carts that the lines came from.
        returned: Money,
        /// As ordered.
        ordered: Option<(Decimal, Option<Currency>)>,
    },
    /// `Tax` of the header.
    #[error("Tax: returned {} {}, ordered {}", returned.text(), returned.currency, ordered_text(*ordered))]
    Tax {
        /// In the carts that the lines came from.
        returned: Money,
        /// As ordered.
        ordered: Option<(Decimal, Option<Currency>)>,
    },
    /// A charge left as a line, and the order has no such line.
    #[error("{name}: returned as a line of {} {}, not ordered", amount.text(), amount.currency)]
    NotOrdered {
        /// What it is called.
        name: String,
        /// How much.
        amount: Money,
    },
}

fn ordered_text(ordered: Option<(Decimal, Option<Currency>)>) -> String {
    match ordered {
        None => "none".to_owned(),
        Some((amount, None)) => amount.to_string(),
        Some((amount, Some(currency))) => format!("{} {currency}", Money { amount, currency }.text()),
    }
}

/// Compares what an order pays beside the goods with what the carts of its lines said about it. A cart that said nothing
/// about freight or tax leaves that to the buyer's system.
///
/// - `lines`: of the order, each with the cart line it came from.
/// - `carts`: those that the lines came from.
#[must_use]
pub fn reconcile_charges(
    order: &OrderDocument,
    lines: &[OrderedLine],
    carts: &[ReturnedCart],
) -> Vec<ChargeDifference> {
    if order.kind == OrderKind::Delete {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(returned) = sum(carts.iter().filter_map(ReturnedCart::shipping))
        && !is_as_ordered(returned, order.shipping)
    {
        found.push(ChargeDifference::Shipping { returned, ordered: order.shipping });
    }
    if let Some(returned) = sum(carts.iter().filter_map(ReturnedCart::tax))
        && !is_as_ordered(returned, order.tax)
    {
        found.push(ChargeDifference::Tax { returned, ordered: order.tax });
    }
    let is_ordered = |cart: &ReturnedCart, number: u32| {
        let mut matches = lines.iter().filter_map(|line| line.matched.as_ref());
        matches.any(|matched| matched.cart == cart.id && matched.number == number)
    };
    for cart in carts {
        for charge in &cart.charges {
            if charge.line.is_some_and(|number| !is_ordered(cart, number)) {
                found.push(ChargeDifference::NotOrdered { name: charge.name.clone(), amount: charge.amount });
            }
        }
    }
    found
}

/// `None` without any; amounts in another currency than the first do not count: one order is in one currency.
fn sum(mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    let first = amounts.next()?;
    Some(amounts.fold(first, |sum, amount| sum.plus(amount).unwrap_or(sum)))
}

fn is_as_ordered(returned: Money, ordered: Option<(Decimal, Option<Currency>)>) -> bool {
    match ordered {
        None => returned.amount.is_zero(),
        Some((amount, currency)) => {
            amount == returned.amount && currency.is_none_or(|currency| currency == returned.currency)
        }
    }
}
