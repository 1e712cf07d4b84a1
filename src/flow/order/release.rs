//! Blanket orders and their releases: line by line, and added up against what was agreed. Recorded, never a reason to refuse.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    flow::setup::IncomingPrice,
    model::money::{Currency, Money},
};

use super::{Difference, Match, OrderLine, OrderedLine, reconcile::part_of};

/// A line of a blanket order: nothing has left that it would have to be like, unless its own reference says so.
#[must_use]
pub fn of_blanket(compared: OrderedLine) -> OrderedLine {
    let Some(Match { by_reference: true, .. }) = compared.matched else {
        return OrderedLine { matched: None, differences: Vec::new(), ..compared };
    };
    compared
}

/// A blanket order, and what its releases have drawn on it.
#[derive(Clone, Debug)]
pub struct Blanket {
    lines: Vec<OrderedLine>,
    /// `Total`: what all releases may come to.
    ceiling: Option<Money>,
    /// By the numbers of its lines.
    drawn: BTreeMap<u32, Drawn>,
    drawn_in_all: Option<Money>,
}

/// What releases have drawn on a line. What came in another unit or currency does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    /// How many.
    pub quantity: Decimal,
    /// For how much.
    pub amount: Option<Money>,
}

/// Releases that go beyond the ceiling of their blanket order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("its releases come to {} {} in all, the ceiling is {}", drawn.text(), drawn.currency, ceiling.text())]
pub struct Overdrawn {
    /// `Total` of the blanket order.
    pub ceiling: Money,
    /// By all releases, this one among them.
    pub drawn: Money,
}

impl Blanket {
    /// Nothing is drawn on it yet.
    ///
    /// - `total`: of its header; nothing and 0 are no ceiling.
    #[must_use]
    pub fn new(lines: Vec<OrderedLine>, total: Option<(Decimal, Option<Currency>)>) -> Self {
        let ceiling = total.and_then(|(amount, currency)| Some(Money { amount, currency: currency? }));
        let ceiling = ceiling.filter(|ceiling| ceiling.amount > Decimal::ZERO);
        let drawn_in_all = ceiling.map(|ceiling| Money::zero(ceiling.currency));
        Self { lines, ceiling, drawn: BTreeMap::new(), drawn_in_all }
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[OrderedLine] {
        &self.lines
    }

    /// What is drawn on a line.
    #[must_use]
    pub fn drawn(&self, line: u32) -> Option<Drawn> {
        self.drawn.get(&line).copied()
    }

    /// What all releases come to.
    #[must_use]
    pub fn drawn_in_all(&self) -> Option<Money> {
        self.drawn_in_all
    }

    /// Whether releases go beyond the ceiling.
    #[must_use]
    pub fn overdrawn(&self) -> Option<Overdrawn> {
        let (ceiling, drawn) = self.ceiling.zip(self.drawn_in_all)?;
        (drawn.amount > ceiling.amount).then_some(Overdrawn { ceiling, drawn })
    }

    /// A line of a release against its line here: by `agreementItemNumber`, else by part number.
    ///
    /// A line that still carries a price lock is one of a cart and stays compared with that.
    #[must_use]
    pub fn compared(&self, ordered: OrderedLine) -> OrderedLine {
        let line = &ordered.line;
        let numbered = line.agreement_item.as_ref().and_then(|number| number.parse::<u32>().ok());
        let by_number = || self.lines.iter().find(|agreed| Some(agreed.line.line_number) == numbered);
        let same_part =
            |agreed: &&OrderedLine| part_of(line).is_some_and(|part| part_of(&agreed.line) == Some(part));
        let by_part = || self.lines.iter().find(same_part);
        let agreed = by_number().or_else(by_part).map(|agreed| &agreed.line);
        let drawn = agreed.map(|agreed| agreed.line_number);
        if matches!(ordered.matched, Some(Match { by_reference: true, .. })) {
            return OrderedLine { drawn, ..ordered };
        }
        let differences =
            agreed.map_or_else(|| vec![Difference::NotAgreed], |agreed| differences(line, agreed));
        OrderedLine { drawn, matched: None, differences, ..ordered }
    }

    /// As [`Self::compared`]; what it draws is added up, and told where that is more than was agreed.
    #[must_use]
    pub fn released(&mut self, ordered: OrderedLine) -> OrderedLine {
        let mut ordered = self.compared(ordered);
        let over = self.draw(&ordered);
        ordered.differences.extend(over);
        ordered
    }

    /// Adds up a line of a release that was compared before; gives what goes beyond the bounds of the line here.
    pub fn draw(&mut self, ordered: &OrderedLine) -> Vec<Difference> {
        let mut over = Vec::new();
        let of_line = |agreed: &&OrderedLine| Some(agreed.line.line_number) == ordered.drawn;
        let Some(agreed) = self.lines.iter().find(of_line).map(|agreed| &agreed.line) else { return over };
        let bounds = agreed.bounds;
        let drawn = self.drawn.entry(agreed.line_number).or_insert_with(|| Drawn {
            quantity: Decimal::ZERO,
            amount: bounds.most.map(|most| Money::zero(most.currency)),
        });
        if same_unit(&ordered.line, agreed) {
            let quantity = drawn.quantity.checked_add(ordered.line.quantity.value());
            drawn.quantity = quantity.unwrap_or(drawn.quantity);
            if let Some(most) = bounds.most_quantity.filter(|most| drawn.quantity > *most) {
                over.push(Difference::OverQuantity { most, drawn: drawn.quantity });
            }
        }
        let amount = amount(&ordered.line, agreed);
        drawn.amount = plus(drawn.amount, amount);
        self.drawn_in_all = plus(self.drawn_in_all, amount);
        if let (Some(drawn), Some(most)) = (drawn.amount, bounds.most)
            && drawn.amount > most.amount
        {
            over.push(Difference::OverAmount { most, drawn });
        }
        over
    }
}

/// What a line of a release costs; without a price of its own it has the agreed one.
fn amount(line: &OrderLine, agreed: &OrderLine) -> Option<Money> {
    let price = line.price.or(agreed.price)?;
    let currency = price.currency.or_else(|| agreed.price?.currency);
    IncomingPrice { currency, ..price }.amount_of(line.quantity)
}

/// The sum; what is in another currency does not count.
fn plus(sum: Option<Money>, more: Option<Money>) -> Option<Money> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum.plus(more).unwrap_or(sum)),
        (sum, more) => sum.or(more),
    }
}

fn same_unit(line: &OrderLine, agreed: &OrderLine) -> bool {
    match (&line.unit, &agreed.unit) {
        (Some(unit), Some(agreed)) => unit.as_str().eq_ignore_ascii_case(agreed.as_str()),
        _ => true,
    }
}

fn differences(line: &OrderLine, agreed: &OrderLine) -> Vec<Difference> {
    let mut found = Vec::new();
    // What names no part is agreed for any that fits its description.
    if let Some(part) = part_of(agreed).filter(|part| Some(*part) != part_of(line)) {
        let ordered = part_of(line).unwrap_or_default().to_owned();
        found.push(Difference::AgreedPart { agreed: part.to_owned(), ordered });
    }
    if let (Some(agreed), Some(ordered), false) = (&agreed.unit, &line.unit, same_unit(line, agreed)) {
        found.push(Difference::AgreedUnit { agreed: agreed.to_string(), ordered: ordered.to_string() });
    }
    if let (Some(agreed), Some(ordered)) = (agreed.price, line.price) {
        found.extend(price_difference(ordered, agreed));
    }
    found
}

fn price_difference(ordered: IncomingPrice, agreed: IncomingPrice) -> Option<Difference> {
    if let (Some(ordered), Some(agreed)) = (ordered.currency, agreed.currency)
        && ordered != agreed
    {
        return Some(Difference::AgreedCurrency { agreed, ordered });
    }
    let (left, right) = (ordered.amount.checked_mul(agreed.per), agreed.amount.checked_mul(ordered.per));
    let same = matches!((left, right), (Some(left), Some(right)) if left == right);
    (!same).then_some(Difference::AgreedPrice {
        agreed: agreed.amount,
        agreed_per: agreed.per,
        ordered: ordered.amount,
        per: ordered.per,
    })
}
