//! A product's prices by quantity, each with where it comes from.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{catalog::Product, ids::AgreementId, money::UnitPrice, quantity::Quantity};

/// What a product costs this buyer, by quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// By rising quantity, at least one.
    pub bands: Vec<Band>,
}

/// From this quantity on, this price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// First quantity of the band, in order units.
    pub from: Quantity,
    /// The price.
    pub price: UnitPrice,
    /// List price for the same basis, where the agreement lets it be shown and it is higher.
    pub list_price: Option<UnitPrice>,
    /// Why this price.
    pub provenance: Provenance,
}

/// Why this price.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Its version.
    pub version: u64,
    /// Its name as shown.
    pub name: String,
    /// Fixed price or rule.
    pub source: Source,
    /// First instant the price no longer holds.
    pub valid_until: Option<Timestamp>,
}

/// Where an agreement's price comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A fixed price of its price list.
    Fixed,
    /// The list price less this share, in percent.
    PercentOff(Decimal),
}

impl Quote {
    /// The band of a quantity; `None` below the first one.
    #[must_use]
    pub fn band(&self, quantity: Quantity) -> Option<&Band> {
        self.bands.iter().rev().find(|band| band.from <= quantity)
    }

    /// The band that a list shows: of what an order begins with, else the first one.
    #[must_use]
    pub fn shown(&self, product: &Product) -> Option<&Band> {
        self.band(product.order.first()).or_else(|| self.bands.first())
    }

    /// The next cheaper band above a quantity.
    #[must_use]
    pub fn next_band(&self, quantity: Quantity) -> Option<&Band> {
        self.bands.iter().find(|band| band.from > quantity)
    }
}

impl Band {
    /// Saving against the list price, where that may be shown: percent, rounded down to whole ones.
    #[must_use]
    pub fn saving_percent(&self) -> Option<Decimal> {
        let list = self.list_price?;
        let less = list.amount.checked_sub(self.price.amount)?;
        less.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(list.amount).map(|percent| percent.floor())
    }
}
