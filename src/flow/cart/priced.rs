//! The cart with the prices of now: what the pages show and what would leave.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::{
    flow::pricing::{Band, Quote},
    model::{
        catalog::{Product, ProductKey},
        money::{Currency, Money, MoneyError, UnitPrice, line_amount},
        quantity::{Quantity, QuantityRefused, UnitOfMeasure},
    },
};

use super::{
    charges::PricedCharge,
    lines::{Cart, Content, Line},
    minimum::Minimum,
    preflight::{Finding, Fitted, What},
};

/// Where the products and prices of a visit come from.
pub trait Shelf {
    /// The product, if this visit sees it.
    fn product(&self, key: &ProductKey) -> Option<Product>;
    /// Its prices; `None`: ask for a price.
    fn quote(&self, product: &Product) -> Option<Quote>;
}

/// The cart with prices.
#[derive(Clone, Debug)]
pub struct PricedCart {
    /// Revision of the cart.
    pub revision: u64,
    /// In the cart's order.
    pub lines: Vec<PricedLine>,
    /// Sum of the lines that have an amount, each rounded once.
    pub total: Money,
    /// What it must be worth, if that is settled.
    pub minimum: Option<Minimum>,
    /// What is added to the goods: freight and surcharges, behind them tax.
    pub charges: Vec<PricedCharge>,
    /// `total` and all charges.
    pub payable: Money,
    /// What pre-flight found about the cart as a whole.
    pub findings: Vec<Finding>,
}

/// One line with its price.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// The line.
    pub line: Line,
    /// Its product; `None`: a line that the catalog does not know.
    pub product: Option<Product>,
    /// Quantity that decides about the price: that of all lines of the product.
    pub together: Quantity,
    /// The band of that quantity, with the reason of the price.
    pub band: Option<Band>,
    /// First quantity of the next band.
    pub next_band: Option<Band>,
    /// Price that leaves: the band's, or the buyer's record on a foreign line.
    pub price: Option<UnitPrice>,
    /// Unit in our words; the buyer's own on a foreign line.
    pub unit: Option<UnitOfMeasure>,
    /// Price × quantity, rounded once.
    pub amount: Option<Money>,
    /// The price is not what it was when the line last left.
    pub moved: Option<PriceMoved>,
    /// Why this line cannot leave.
    pub problem: Option<Problem>,
    /// How it will be sent; `None` before pre-flight, and on a line without a price.
    pub fitted: Option<Fitted>,
    /// What pre-flight found about it.
    pub findings: Vec<Finding>,
}

/// A price that changed since the line last left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PriceMoved {
    /// What it was.
    pub was: UnitPrice,
}

/// Why a line cannot leave.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Was in the catalog when it was added.
    #[error("this product is no longer in the catalog")]
    Gone,
    /// No valid price.
    #[error("there is no price for this product at this quantity: please ask for one")]
    NoPrice,
    /// A quantity that cannot be ordered.
    #[error(transparent)]
    Quantity(#[from] QuantityRefused),
    /// A foreign line in another currency.
    #[error("this line is in {0}, the cart is in {1}")]
    OtherCurrency(Currency, Currency),
    /// Out of range.
    #[error("the amount of this line is too large")]
    TooLarge,
    /// The buyer's platform would refuse or change it.
    #[error("the buyer's platform does not take it: {0}")]
    Platform(What),
}

/// Prices every line, at the tier of what all lines of its product have together. Lines with a problem count nothing.
#[must_use]
pub fn price_cart(cart: &Cart, shelf: &impl Shelf, currency: Currency) -> PricedCart {
    let mut total = Money::zero(currency);
    let mut lines = Vec::with_capacity(cart.lines.len());
    let together = together(cart);
    for line in &cart.lines {
        let mut priced = match &line.content {
            Content::Product(key) => {
                let together = together.get(key).copied().unwrap_or(line.quantity);
                product_line(line, key, together, shelf)
            }
            Content::Foreign(foreign) => foreign_line(line, foreign, currency),
        };
        if let Some(amount) = priced.amount {
            match total.plus(amount) {
                Ok(sum) => total = sum,
                Err(MoneyError::Overflow) => priced.problem = Some(Problem::TooLarge),
                Err(MoneyError::Currencies(ours, theirs)) => {
                    priced.problem = Some(Problem::OtherCurrency(theirs, ours));
                }
            }
        }
        lines.push(priced);
    }
    PricedCart {
        revision: cart.revision,
        lines,
        total,
        minimum: None,
        charges: Vec::new(),
        payable: total,
        findings: Vec::new(),
    }
}

/// How many of each product the cart has in all its lines.
fn together(cart: &Cart) -> HashMap<&ProductKey, Quantity> {
    let mut sums: HashMap<&ProductKey, Quantity> = HashMap::new();
    for line in &cart.lines {
        let Content::Product(key) = &line.content else { continue };
        let sum = sums.get(key).map_or(Decimal::ZERO, Quantity::value).saturating_add(line.quantity.value());
        // Beyond the largest quantity there is no other tier.
        let sum = Quantity::new(sum.min(Decimal::from(Quantity::MAX))).unwrap_or(line.quantity);
        sums.insert(key, sum);
    }
    sums
}

fn product_line(line: &Line, key: &ProductKey, together: Quantity, shelf: &impl Shelf) -> PricedLine {
    let Some(product) = shelf.product(key) else {
        return unpriced(line, Problem::Gone);
    };
    let quote = shelf.quote(&product);
    let band = quote.as_ref().and_then(|quote| quote.band(together)).cloned();
    let next_band = quote.as_ref().and_then(|quote| quote.next_band(together)).cloned();
    let price = band.as_ref().map(|band| band.price);
    let amount = price.map(|price| line_amount(price, line.quantity));
    let problem = match (product.order.check(line.quantity), &amount) {
        (Err(refused), _) => Some(Problem::Quantity(refused)),
        (Ok(()), None) => Some(Problem::NoPrice),
        (Ok(()), Some(Err(_))) => Some(Problem::TooLarge),
        (Ok(()), Some(Ok(_))) => None,
    };
    let was = line.earlier.as_ref().and_then(|earlier| earlier.price);
    let moved =
        was.zip(price).filter(|(was, price)| !same_price(*was, *price)).map(|(was, _)| PriceMoved { was });
    PricedLine {
        line: line.clone(),
        unit: Some(product.unit.clone()),
        product: Some(product),
        together,
        band,
        next_band,
        price,
        amount: amount.and_then(Result::ok),
        moved,
        problem,
        fitted: None,
        findings: Vec::new(),
    }
}

fn foreign_line(line: &Line, foreign: &crate::flow::setup::IncomingLine, currency: Currency) -> PricedLine {
    let price = foreign
        .price
        .and_then(|price| UnitPrice::new(price.amount, price.currency.unwrap_or(currency), price.per).ok());
    let mut priced = unpriced(line, Problem::NoPrice);
    priced.unit.clone_from(&foreign.unit);
    let Some(price) = price else { return priced };
    priced.price = Some(price);
    priced.problem = if price.currency == currency {
        match line_amount(price, line.quantity) {
            Ok(amount) => {
                priced.amount = Some(amount);
                None
            }
            Err(_) => Some(Problem::TooLarge),
        }
    } else {
        Some(Problem::OtherCurrency(price.currency, currency))
    };
    priced
}

fn unpriced(line: &Line, problem: Problem) -> PricedLine {
    PricedLine {
        line: line.clone(),
        product: None,
        together: line.quantity,
        band: None,
        next_band: None,
        price: None,
        unit: None,
        amount: None,
        moved: None,
        problem: Some(problem),
        fitted: None,
        findings: Vec::new(),
    }
}

/// The same money for the same quantity, whatever basis it is written for.
pub(crate) fn same_price(a: UnitPrice, b: UnitPrice) -> bool {
    a.currency == b.currency
        && matches!((a.amount.checked_mul(b.per), b.amount.checked_mul(a.per)), (Some(x), Some(y)) if x == y)
}
