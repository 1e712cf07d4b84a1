//! The cart of a visit, before it has prices.

use serde::{Deserialize, Serialize};

use crate::{
    flow::setup::IncomingLine,
    model::{catalog::ProductKey, ids::LockReference, money::UnitPrice, quantity::Quantity},
};

/// The lines of a visit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cart {
    /// Rises with every change; what left under a revision never changes.
    pub revision: u64,
    /// Number of the next new line.
    pub next_number: u32,
    /// In the order to show and send.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Names the line for the life of the cart.
    pub number: u32,
    /// What it is.
    pub content: Content,
    /// How many.
    pub quantity: Quantity,
    /// The shopper's note, plain text.
    pub note: String,
    /// The line of an earlier cart that this one was restored from.
    pub earlier: Option<Earlier>,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A product of this visit's catalog.
    Product(ProductKey),
    /// A line of the requisition that the catalog does not know; goes back as it came.
    Foreign(Box<IncomingLine>),
}

/// What a restored line was when it last left.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Its price lock.
    pub reference: Option<LockReference>,
    /// Its price then: ours if the snapshot is kept, else the buyer's record.
    pub price: Option<UnitPrice>,
    /// Its quantity then.
    pub quantity: Quantity,
    /// Its note then.
    pub note: String,
}

impl Cart {
    /// The line of this number.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// The lines of a product.
    pub fn lines_of<'a>(&'a self, product: &'a ProductKey) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| matches!(&line.content, Content::Product(own) if own == product))
    }

    /// Appends a line under the next number.
    pub(super) fn push(
        &mut self,
        content: Content,
        quantity: Quantity,
        note: String,
        earlier: Option<Earlier>,
    ) {
        self.next_number = self.next_number.saturating_add(1);
        self.lines.push(Line { number: self.next_number, content, quantity, note, earlier });
    }
}
