//! Which prices an agreement has for a product, and which of them counts.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::model::{
    agreement::{Agreement, PriceChoice, PriceEntry, PriceRule, Selector},
    catalog::{Product, Tier},
    money::{Currency, UnitPrice},
    quantity::Quantity,
};

use super::quote::{Band, Provenance, Quote, Source};

/// The terms of a session.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Of the session; other currencies do not count.
    pub currency: Currency,
    /// Which of several prices counts.
    pub choice: PriceChoice,
    /// Only what is valid now counts.
    pub now: Timestamp,
}

/// One agreement with what its price list says about the product.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// Its version.
    pub version: u64,
    /// Its fixed price of the product.
    pub entry: Option<PriceEntry>,
}

/// One agreement's prices of a product.
struct Candidate {
    priority: i32,
    bands: Vec<Band>,
}

/// The product's prices by quantity; `None`: ask for a price.
///
/// Does not depend on the order of `offers`: the agreement's id decides what priority and price leave open.
#[must_use]
pub fn quote(product: &Product, offers: &[Offer<'_>], terms: Terms) -> Option<Quote> {
    let mut candidates: Vec<Candidate> =
        offers.iter().filter_map(|offer| candidate(product, offer, terms)).collect();
    candidates.sort_by(|a, b| (b.priority.cmp(&a.priority)).then_with(|| id(a).cmp(&id(b))));
    let bands = match terms.choice {
        PriceChoice::HighestPriority => candidates.into_iter().next()?.bands,
        PriceChoice::LowestPrice => lowest(&candidates),
    };
    (!bands.is_empty()).then_some(Quote { bands })
}

fn id(candidate: &Candidate) -> Option<&crate::model::ids::AgreementId> {
    candidate.bands.first().map(|band| &band.provenance.agreement)
}

fn candidate(product: &Product, offer: &Offer<'_>, terms: Terms) -> Option<Candidate> {
    let agreement = offer.agreement;
    let valid = agreement.valid_from <= terms.now && agreement.valid_until.is_none_or(|end| terms.now < end);
    if !valid || agreement.currency != terms.currency {
        return None;
    }
    let list = product.list_price.as_ref().filter(|list| list.currency == terms.currency);
    let (source, tiers, per) = match (&offer.entry, rule(product, &agreement.rules), list) {
        (Some(entry), _, _) => (Source::Fixed, entry.tiers.clone(), entry.per),
        (None, Some(rule), Some(list)) => (
            Source::PercentOff(rule.percent_off),
            reduced(&list.tiers, rule.percent_off)?,
            product.price_basis,
        ),
        (None, _, _) => return None,
    };
    let provenance = Provenance {
        agreement: agreement.id.clone(),
        version: offer.version,
        name: agreement.name.clone(),
        source,
        valid_until: agreement.valid_until,
    };
    let shown_list = list.filter(|_| agreement.shows_list_price && per == product.price_basis);
    let band = |tier: &Tier| {
        let price = UnitPrice::new(tier.amount, terms.currency, per).ok()?;
        let list_price = shown_list
            .and_then(|list| tier_at(&list.tiers, tier.from))
            .filter(|list| list.amount > tier.amount)
            .and_then(|list| UnitPrice::new(list.amount, terms.currency, per).ok());
        Some(Band { from: tier.from, price, list_price, provenance: provenance.clone() })
    };
    let mut bands = tiers.iter().map(band).collect::<Option<Vec<Band>>>()?;
    bands.sort_by_key(|band| band.from);
    (!bands.is_empty()).then_some(Candidate { priority: agreement.priority, bands })
}

/// The most specific rule for the product: part, list of parts, property, brand, deepest category, all.
fn rule<'a>(product: &Product, rules: &'a [PriceRule]) -> Option<&'a PriceRule> {
    let specific = |rule: &&PriceRule| match &rule.on {
        Selector::Part(_) => usize::MAX,
        Selector::Parts(_) => usize::MAX - 1,
        Selector::Attribute(_) => usize::MAX - 2,
        Selector::Brand(_) => usize::MAX - 3,
        Selector::Category(path) => path.len(),
        Selector::All => 0,
    };
    let fits = |rule: &&PriceRule| product.is(&rule.on);
    // Two rules of one rank: the larger share counts, wherever they stand.
    rules
        .iter()
        .filter(fits)
        .max_by(|a, b| specific(a).cmp(&specific(b)).then_with(|| a.percent_off.cmp(&b.percent_off)))
}

fn reduced(tiers: &[Tier], percent_off: Decimal) -> Option<Vec<Tier>> {
    let share = Decimal::ONE_HUNDRED.checked_sub(percent_off)?;
    let less = |tier: &Tier| {
        let amount = tier.amount.checked_mul(share)?.checked_div(Decimal::ONE_HUNDRED)?.normalize();
        Some(Tier { from: tier.from, amount })
    };
    tiers.iter().map(less).collect()
}

fn tier_at(tiers: &[Tier], quantity: Quantity) -> Option<&Tier> {
    tiers.iter().filter(|tier| tier.from <= quantity).max_by_key(|tier| tier.from)
}

/// At each quantity where some candidate changes, the cheapest one.
fn lowest(candidates: &[Candidate]) -> Vec<Band> {
    let mut starts: Vec<Quantity> =
        candidates.iter().flat_map(|candidate| candidate.bands.iter().map(|band| band.from)).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut bands: Vec<Band> = Vec::new();
    for from in starts {
        let at = |candidate: &Candidate| candidate.bands.iter().rev().find(|band| band.from <= from).cloned();
        let cheapest = candidates
            .iter()
            .filter_map(at)
            .reduce(|best, band| if cheaper(&band, &best) { band } else { best });
        let Some(band) = cheapest else { continue };
        let same =
            bands.last().is_some_and(|last| last.price == band.price && last.provenance == band.provenance);
        if !same {
            bands.push(Band { from, ..band });
        }
    }
    bands
}

/// Compares money per unit without dividing.
fn cheaper(a: &Band, b: &Band) -> bool {
    let (left, right) = (a.price.amount.checked_mul(b.price.per), b.price.amount.checked_mul(a.price.per));
    matches!((left, right), (Some(left), Some(right)) if left < right)
}
