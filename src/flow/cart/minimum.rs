//! The least that a cart must be worth to leave.

use crate::model::{agreement::Agreement, money::Money, party::Connection, profile::Strictness};

use super::{
    preflight::{Effect, Finding, What},
    priced::PricedCart,
};

/// A minimum order value, and what happens below it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Minimum {
    /// Reached by a total that is this or more.
    pub least: Money,
    /// As the connection says.
    pub below: Strictness,
}

impl PricedCart {
    /// The cart with the minimum that counts for it: the connection's own, else the largest of the agreements whose
    /// prices stand on its lines. One in another currency than the cart's never counts.
    #[must_use]
    pub fn at_least<'a>(
        mut self,
        connection: &Connection,
        agreements: impl IntoIterator<Item = &'a Agreement>,
    ) -> Self {
        let currency = self.total.currency;
        let own = connection.minimum_order.filter(|own| own.currency == currency);
        let has_price_of = |agreement: &&Agreement| {
            let bands = self.lines.iter().filter_map(|line| line.band.as_ref());
            agreement.currency == currency
                && bands.into_iter().any(|band| band.provenance.agreement == agreement.id)
        };
        let agreed = agreements.into_iter().filter(has_price_of).filter_map(|one| one.minimum_order).max();
        let least = own.or(agreed.map(|amount| Money { amount, currency }));
        let least = least.filter(|least| !least.amount.is_zero());
        self.minimum = least.map(|least| Minimum { least, below: connection.below_minimum });
        self
    }

    /// That its total is below its minimum.
    pub(super) fn below_minimum(&self) -> Option<Finding> {
        let Minimum { least, below } = self.minimum?;
        (self.total.amount < least.amount).then_some(Finding {
            what: What::BelowMinimum { total: self.total, least },
            effect: match below {
                Strictness::Warn => Effect::Warned,
                Strictness::Stop => Effect::Stopped,
            },
        })
    }
}
