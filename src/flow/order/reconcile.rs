//! An order line against the cart line it came from: differences are recorded, never a reason to refuse.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    flow::{
        cart::ReturnedLine,
        setup::{IncomingLine, IncomingPrice, ItemKey},
    },
    model::{
        ids::CartId,
        money::{Currency, Money, UnitPrice},
        profile::Profile,
        quantity::Quantity,
    },
};

/// A cart line that an order line may have come from.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Of which cart.
    pub cart: CartId,
    /// When that left.
    pub at: Timestamp,
    /// First instant its prices no longer hold.
    pub holds_until: Timestamp,
    /// The line as it left.
    pub line: ReturnedLine,
}

/// A line of an order; of a blanket order it may stand for whatever fits its description.
pub type OrderLine = IncomingLine<Option<ItemKey>>;

/// An order line with what was found about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderedLine {
    /// As ordered.
    pub line: OrderLine,
    /// Its unit in our words, the connection's mapping undone.
    #[serde(default)]
    pub unit: Option<String>,
    /// Its classification in our words, likewise.
    #[serde(default)]
    pub classification: Option<String>,
    /// The cart line it came from.
    pub matched: Option<Match>,
    /// The line of the blanket order that it draws on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<u32>,
    /// What is not as it left, in the order of importance.
    pub differences: Vec<Difference>,
}

/// Where an order line came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Which cart.
    pub cart: CartId,
    /// Which line of it.
    pub number: u32,
    /// Found by its reference; else by part, unit, price basis and currency.
    pub by_reference: bool,
}

/// One thing that is not as it left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "difference")]
pub enum Difference {
    /// Nothing that left fits.
    #[error("no returned cart of this buyer has such a line")]
    NotReturned,
    /// The blanket order that a release draws on has no such line.
    #[error("the blanket order has no such line")]
    NotAgreed,
    /// Another part number than the blanket order's line.
    #[error("part number: agreed {agreed}, ordered {ordered}")]
    AgreedPart {
        /// In the blanket order.
        agreed: String,
        /// In the release.
        ordered: String,
    },
    /// Another unit than the blanket order's.
    #[error("unit: agreed {agreed}, ordered {ordered}")]
    AgreedUnit {
        /// In the blanket order.
        agreed: String,
        /// In the release.
        ordered: String,
    },
    /// Another currency than the blanket order's.
    #[error("currency: agreed {agreed}, ordered {ordered}")]
    AgreedCurrency {
        /// In the blanket order.
        agreed: Currency,
        /// In the release.
        ordered: Currency,
    },
    /// With it, releases go beyond the quantity of the blanket order's line.
    #[error("quantity: {drawn} drawn in all, {most} agreed at most")]
    OverQuantity {
        /// In the blanket order.
        most: Decimal,
        /// By all releases, this one among them.
        drawn: Decimal,
    },
    /// With it, releases go beyond the amount of the blanket order's line.
    #[error("amount: {} {} drawn in all, {} agreed at most", drawn.text(), drawn.currency, most.text())]
    OverAmount {
        /// In the blanket order.
        most: Money,
        /// By all releases, this one among them.
        drawn: Money,
    },
    /// Another price than the blanket order's, for the same quantity.
    #[error("price: agreed {agreed} per {agreed_per}, ordered {ordered} per {per}")]
    AgreedPrice {
        /// In the blanket order.
        agreed: Decimal,
        /// For how many units.
        agreed_per: Decimal,
        /// In the release.
        ordered: Decimal,
        /// For how many units.
        per: Decimal,
    },
    /// Another part number under the same reference.
    #[error("part number: returned {returned}, ordered {ordered}")]
    Part {
        /// As it left.
        returned: String,
        /// As ordered.
        ordered: String,
    },
    /// Another price for the same quantity.
    #[error("price: returned {} per {}, ordered {ordered} per {per}", returned.text(), returned.per)]
    Price {
        /// As it left.
        returned: UnitPrice,
        /// As ordered.
        ordered: Decimal,
        /// For how many units.
        per: Decimal,
    },
    /// Another currency.
    #[error("currency: returned {returned}, ordered {ordered}")]
    Currency {
        /// As it left.
        returned: Currency,
        /// As ordered.
        ordered: Currency,
    },
    /// No price in the order line.
    #[error("the order line has no price")]
    NoPrice,
    /// Another unit, after undoing the connection's mapping.
    #[error("unit: returned {returned}, ordered {ordered}")]
    Unit {
        /// As it left.
        returned: String,
        /// As ordered.
        ordered: String,
    },
    /// Another quantity.
    #[error("quantity: returned {returned}, ordered {ordered}")]
    Quantity {
        /// As it left.
        returned: Quantity,
        /// As ordered.
        ordered: Quantity,
    },
    /// The quantity belongs to another price tier.
    #[error("quantity {ordered} is outside the tier of the returned price (from {from}{})", until.map(|until| format!(", below {until}")).unwrap_or_default())]
    Tier {
        /// As ordered.
        ordered: Quantity,
        /// First quantity of the tier.
        from: Quantity,
        /// First quantity of the next one.
        until: Option<Quantity>,
    },
    /// The price lock is over.
    #[error("the returned price held until {until}")]
    LockOver {
        /// First instant it no longer held.
        until: Timestamp,
    },
}

/// Compares an order line with the snapshots it may have come from.
///
/// - `referenced`: the snapshot that its reference leads to, of the same buyer.
/// - `candidates`: recent snapshots of the same buyer and part number, newest first.
/// - `profile`: of the connection that the order came over; its mappings are undone first.
#[must_use]
pub fn reconcile(
    line: OrderLine,
    referenced: Option<&Snapshot>,
    candidates: &[Snapshot],
    profile: &Profile,
    now: Timestamp,
) -> OrderedLine {
    let units = line.unit.as_ref().map(|unit| profile.units_back(unit.as_str())).unwrap_or_default();
    let alike = || candidates.iter().find(|candidate| fits(&line, &units, &candidate.line));
    let snapshot = referenced.or_else(alike);
    // Where several of ours are one of theirs, the line that left tells which it was.
    let returned = snapshot.map(|snapshot| snapshot.line.unit.as_str()).filter(|unit| units.contains(unit));
    let unit = returned.or_else(|| units.first().copied()).map(str::to_owned);
    let class = line.classification.as_ref().map(|(_, code)| profile.classifications_back(code));
    let classification = class.and_then(|codes| codes.first().map(|code| (*code).to_owned()));
    let (matched, differences) = match snapshot {
        None => (None, vec![Difference::NotReturned]),
        Some(snapshot) => {
            let (cart, number) = (snapshot.cart, snapshot.line.number);
            let matched = Match { cart, number, by_reference: referenced.is_some() };
            (Some(matched), differences(&line, &units, snapshot, now))
        }
    };
    OrderedLine { line, unit, classification, matched, drawn: None, differences }
}

/// The part number that a line names.
pub(super) fn part_of(line: &OrderLine) -> Option<&str> {
    line.item.as_ref().map(|item| item.part.as_str())
}

/// Without a reference: part, unit, price basis and currency decide.
fn fits(line: &OrderLine, units: &[&str], returned: &ReturnedLine) -> bool {
    let unit = line.unit.as_ref().is_none_or(|unit| same_unit(unit.as_str(), units, returned));
    let price = line.price.is_none_or(|price| {
        // What has no price basis in its version of cXML gives the price of one unit.
        (price.per == returned.price.per || price_difference(price, returned.price).is_none())
            && price.currency.is_none_or(|currency| currency == returned.price.currency)
    });
    part_of(line) == Some(returned.part.as_str()) && unit && price
}

/// - `units`: what it may be in our words.
fn same_unit(unit: &str, units: &[&str], returned: &ReturnedLine) -> bool {
    unit.eq_ignore_ascii_case(&returned.unit_sent)
        || units.iter().any(|unit| unit.eq_ignore_ascii_case(returned.unit.as_str()))
}

fn differences(line: &OrderLine, units: &[&str], snapshot: &Snapshot, now: Timestamp) -> Vec<Difference> {
    let returned = &snapshot.line;
    let mut found = Vec::new();
    let part = part_of(line).unwrap_or_default();
    if part != returned.part {
        found.push(Difference::Part { returned: returned.part.clone(), ordered: part.to_owned() });
    }
    match line.price {
        Some(price) => found.extend(price_difference(price, returned.price)),
        None => found.push(Difference::NoPrice),
    }
    if let Some(unit) = line.unit.as_ref().filter(|unit| !same_unit(unit.as_str(), units, returned)) {
        found.push(Difference::Unit { returned: returned.unit_sent.clone(), ordered: unit.to_string() });
    }
    if line.quantity != returned.quantity {
        let (ordered, from, until) = (line.quantity, returned.band_from, returned.band_until);
        found.push(Difference::Quantity { returned: returned.quantity, ordered });
        if ordered < from || until.is_some_and(|until| ordered >= until) {
            found.push(Difference::Tier { ordered, from, until });
        }
    }
    if now >= snapshot.holds_until {
        found.push(Difference::LockOver { until: snapshot.holds_until });
    }
    found
}

fn price_difference(ordered: IncomingPrice, returned: UnitPrice) -> Option<Difference> {
    if let Some(currency) = ordered.currency.filter(|currency| *currency != returned.currency) {
        return Some(Difference::Currency { returned: returned.currency, ordered: currency });
    }
    let (left, right) = (ordered.amount.checked_mul(returned.per), returned.amount.checked_mul(ordered.per));
    let same = matches!((left, right), (Some(left), Some(right)) if left == right);
    (!same).then_some(Difference::Price { returned, ordered: ordered.amount, per: ordered.per })
}
