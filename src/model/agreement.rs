//! Who may see and buy what, at which price: the terms negotiated with a buyer or a group.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    catalog::{Attribute, Tier},
    ids::{AgreementId, BuyerId, GroupId, SupplierId},
    money::Currency,
};

/// Terms for one buyer, a group or everyone. Dated; each change is a new version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Its key.
    pub id: AgreementId,
    /// Whose terms.
    pub supplier: SupplierId,
    /// The name that shoppers see: `Framework 2026`.
    pub name: String,
    /// For whom.
    pub party: Party,
    /// Currency of its prices.
    pub currency: Currency,
    /// First instant it holds.
    pub valid_from: Timestamp,
    /// First instant it no longer holds; `None`: open end.
    pub valid_until: Option<Timestamp>,
    /// A higher one wins where the connection says that priority decides.
    pub priority: i32,
    /// Which products it lets the party see.
    pub assortment: Assortment,
    /// Whether list price and saving may be shown beside its prices.
    pub shows_list_price: bool,
    /// Price rules by share of the list price, besides the fixed prices of its price list.
    pub rules: Vec<PriceRule>,
    /// The least that a cart with one of its prices must be worth, in its currency.
    #[serde(default)]
    pub minimum_order: Option<Decimal>,
    /// Version of its price list: an immutable folder; `None`: rules only.
    pub price_list: Option<u64>,
    /// Holds only for visits whose setup says all of this; empty: for every visit.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// IANA name of the time zone in which its days begin and end; `None`: UTC.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// What the setup of a visit must say.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The goods go to this `addressID`.
    ShipTo(String),
    /// An Extrinsic or call parameter of this name has this value: a cost centre, a contract number.
    Says {
        /// Case and a leading `~` do not count.
        name: String,
        /// Exactly.
        value: String,
    },
    /// The goods go to this country, ISO 3166: `DE`.
    Country(String),
}

impl Condition {
    /// Whether it can ever hold.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::ShipTo(text) | Self::Says { name: text, .. } => !text.is_empty(),
            Self::Country(code) => code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()),
        }
    }
}

/// For whom an agreement holds.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// One buyer.
    Buyer(BuyerId),
    /// Every buyer of a group.
    Group(GroupId),
    /// Every buyer of the supplier.
    Everyone,
}

/// A choice of products: what is included (nothing named: everything) less what is excluded.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Assortment {
    /// Any of these; empty: all products.
    #[serde(default)]
    pub include: Vec<Selector>,
    /// None of these.
    #[serde(default)]
    pub exclude: Vec<Selector>,
}

/// Names some products.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selector {
    /// A category and all below it.
    Category(String),
    /// A brand.
    Brand(String),
    /// What has this property, name and value as written; without a unit, whatever the unit.
    Attribute(Attribute),
    /// One supplier part number.
    Part(String),
    /// A list of supplier part numbers.
    Parts(BTreeSet<String>),
    /// Every product.
    All,
}

/// List price less a share.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PriceRule {
    /// For these products; the most specific rule counts: part, list of parts, property, brand, deepest category, all.
    pub on: Selector,
    /// Share taken off the list price, in percent, 0 to 100.
    pub percent_off: Decimal,
}

/// A fixed price in a price list.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PriceEntry {
    /// By rising quantity, at least one.
    pub tiers: Vec<Tier>,
    /// Price basis in order units.
    pub per: Decimal,
}

/// Which of several valid prices counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceChoice {
    /// That of the agreement with the highest priority (the agreement's id decides a tie).
    #[default]
    HighestPriority,
    /// The lowest one for the quantity asked.
    LowestPrice,
}
