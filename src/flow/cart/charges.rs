//! Freight, surcharges and tax of a cart: which of the connection's rules hold, and how much that is.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::{
    flow::{catalog::meets, setup::Purpose},
    model::{
        catalog::Product,
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule, Charges},
        ids::SupplierPartId,
        money::{Currency, Money, MoneyError, UnitPrice},
        profile::Profile,
        quantity::Quantity,
    },
};

use super::{
    lines::{Content, Line},
    preflight::{Finding, What, fit},
    priced::{PricedCart, PricedLine},
};

/// An amount beside the goods, as it is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Charge {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: ChargeKind,
    /// Where the buyer gets it.
    pub place: ChargePlace,
    /// How much; may be zero.
    pub amount: Money,
    /// Number of its line, where it left as one.
    #[serde(default)]
    pub line: Option<u32>,
}

/// A charge of a cart, and the line that it leaves as.
#[derive(Clone, Debug)]
pub struct PricedCharge {
    /// The amount.
    pub charge: Charge,
    /// Its line; `None` in the header, and where nothing is due.
    pub line: Option<PricedLine>,
}

impl PricedCart {
    /// The cart with what the rules add to it. What cannot be calculated stops the cart.
    #[must_use]
    pub fn charged(mut self, rules: &Charges, purpose: &Purpose) -> Self {
        if self.lines.is_empty() || rules.is_empty() {
            return self;
        }
        match charges(&self, rules, purpose) {
            Ok((charges, payable)) => (self.charges, self.payable) = (charges, payable),
            Err(error) => {
                let reason = error.to_string();
                self.findings.push(What::Charges { reason }.impossible());
            }
        }
        self
    }

    /// All lines that leave: the goods, behind them the charges.
    pub fn leaving(&self) -> impl Iterator<Item = &PricedLine> {
        self.lines.iter().chain(self.charges.iter().filter_map(|charge| charge.line.as_ref()))
    }

    /// What pre-flight found about the cart as a whole and about its charges.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let of_charges = self.charges.iter().filter_map(|charge| charge.line.as_ref());
        self.findings.iter().chain(of_charges.flat_map(|line| &line.findings))
    }
}

/// Freight and surcharges first: tax is due on them, too.
fn charges(
    cart: &PricedCart,
    rules: &Charges,
    purpose: &Purpose,
) -> Result<(Vec<PricedCharge>, Money), MoneyError> {
    let weight = weight(cart);
    let mut payable = cart.total;
    let mut found: Vec<PricedCharge> = Vec::new();
    for is_tax in [false, true] {
        let base = if is_tax { payable } else { cart.total };
        for rule in rules.0.iter().filter(|rule| (rule.kind == ChargeKind::Tax) == is_tax) {
            let is_settled = found.iter().any(|other| other.charge.name == rule.name);
            if is_settled || !holds(rule, cart.total.amount, weight, purpose) {
                continue;
            }
            let amount = amount(rule, base, weight)?;
            payable = payable.plus(amount)?;
            found.push(priced(rule, amount));
        }
    }
    Ok((found, payable))
}

fn holds(rule: &ChargeRule, value: Decimal, weight: Option<Decimal>, purpose: &Purpose) -> bool {
    let by_weight = !rule.needs_weight() || weight.is_some_and(|weight| rule.weight.has(weight));
    rule.value.has(value) && by_weight && rule.conditions.iter().all(|condition| meets(purpose, condition))
}

/// Rounded once, half to even, to what can be paid.
fn amount(rule: &ChargeRule, base: Money, weight: Option<Decimal>) -> Result<Money, MoneyError> {
    let exact = match rule.amount {
        ChargeAmount::Flat(amount) => Some(amount),
        ChargeAmount::Percent(share) => {
            base.amount.checked_mul(share).and_then(|product| product.checked_div(Decimal::ONE_HUNDRED))
        }
        ChargeAmount::PerKilogram(price) => weight.unwrap_or_default().checked_mul(price),
    };
    let exact = exact.ok_or(MoneyError::Overflow)?;
    let digits = base.currency.minor_digits();
    let amount = exact.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven);
    Ok(Money { amount, currency: base.currency })
}

/// What the goods weigh, in kilograms; `None` where one of them does not say.
fn weight(cart: &PricedCart) -> Option<Decimal> {
    cart.lines.iter().try_fold(Decimal::ZERO, |sum, line| {
        let one = line.product.as_ref()?.details.weight_kg?;
        sum.checked_add(one.value().checked_mul(line.line.quantity.value())?)
    })
}

fn priced(rule: &ChargeRule, amount: Money) -> PricedCharge {
    let charge = Charge { name: rule.name.clone(), kind: rule.kind, place: rule.place, amount, line: None };
    let is_line = rule.place == ChargePlace::Line && !amount.amount.is_zero();
    PricedCharge { charge, line: is_line.then(|| line(rule, amount)) }
}

/// A line like any other: one piece of a product that no catalog has.
fn line(rule: &ChargeRule, amount: Money) -> PricedLine {
    let product = Product { unspsc: rule.unspsc.clone(), ..Product::new(rule.part.clone(), &rule.name) };
    PricedLine {
        line: Line {
            number: 0,
            content: Content::Product(product.key()),
            quantity: Quantity::ONE,
            note: String::new(),
            earlier: None,
        },
        together: Quantity::ONE,
        band: None,
        next_band: None,
        price: Some(UnitPrice { amount: amount.amount, currency: amount.currency, per: Decimal::ONE }),
        unit: Some(product.unit.clone()),
        amount: Some(amount),
        moved: None,
        problem: None,
        fitted: None,
        findings: Vec::new(),
        product: Some(product),
    }
}

impl ChargeRule {
    /// What the buyer's platform makes of its line; nothing where it is no line.
    #[must_use]
    pub fn findings(&self, currency: Currency, profile: &Profile) -> Vec<Finding> {
        let amount = match self.amount {
            ChargeAmount::Flat(amount) => amount,
            ChargeAmount::Percent(_) | ChargeAmount::PerKilogram(_) => Decimal::ONE,
        };
        let priced = priced(self, Money { amount, currency });
        let Some(mut line) = priced.line else { return Vec::new() };
        fit(&mut line, profile);
        line.findings
    }
}

/// Whether a line of a requisition is a charge of ours: it is calculated anew, never kept.
///
/// - `left_as`: what it was when it left, if its price lock says so.
#[must_use]
pub fn is_charge(
    part: &SupplierPartId,
    left_as: Option<ChargeKind>,
    is_product: bool,
    rules: &Charges,
) -> bool {
    left_as.is_some() || (!is_product && rules.has_part(part))
}

#[cfg(test)]
mod tests;
