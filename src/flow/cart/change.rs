//! What a shopper does to a cart: add, set, remove; and opening an earlier cart again.

use crate::{
    flow::setup::IncomingLine,
    model::{
        catalog::ProductKey,
        limits,
        quantity::{Quantity, QuantityRefused, QuantityRule},
    },
};

use super::{
    lines::{Cart, Content, Earlier},
    lock,
};

/// One wish of the shopper.
#[derive(Clone, Debug)]
pub enum Change {
    /// More of a product: joins its line if there is one without a note.
    Add {
        /// Which product.
        product: ProductKey,
        /// How many more.
        quantity: Quantity,
    },
    /// Another quantity and note of a line.
    Set {
        /// Which line.
        number: u32,
        /// How many in all.
        quantity: Quantity,
        /// The note in full.
        note: String,
    },
    /// Without this line.
    Remove {
        /// Which line.
        number: u32,
    },
}

/// What is known about the product of a change.
pub struct Facts {
    /// How it may be ordered; `None`: this visit does not see such a product.
    pub rule: Option<QuantityRule>,
}

/// Why a cart was not changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChangeRefused {
    /// Not in this visit's catalog.
    #[error("there is no such product in this catalog")]
    UnknownProduct,
    /// The line is gone.
    #[error("this line is no longer in the cart")]
    UnknownLine,
    /// A line that the catalog does not know goes back as it came.
    #[error("the quantity of this line can only be changed in the procurement system")]
    ForeignQuantity,
    /// Not a quantity this product can be ordered in.
    #[error(transparent)]
    Quantity(#[from] QuantityRefused),
    /// Too many lines.
    #[error("a cart holds at most {0} lines")]
    Full(usize),
    /// Too long a note.
    #[error("a note holds at most {0} characters")]
    NoteTooLong(usize),
    /// The buyer's platform would refuse or change it.
    #[error("the buyer's platform does not take it: {0}")]
    Platform(super::preflight::What),
}

impl Cart {
    /// The cart after a change, under the next revision.
    pub fn changed(&self, change: &Change, facts: &Facts) -> Result<Self, ChangeRefused> {
        let mut cart = self.clone();
        match change {
            Change::Add { product, quantity } => cart.add(product, *quantity, facts)?,
            Change::Set { number, quantity, note } => cart.set(*number, *quantity, note, facts)?,
            Change::Remove { number } => cart.remove(*number)?,
        }
        cart.revision = cart.revision.saturating_add(1);
        Ok(cart)
    }

    fn add(&mut self, product: &ProductKey, quantity: Quantity, facts: &Facts) -> Result<(), ChangeRefused> {
        let rule = facts.rule.ok_or(ChangeRefused::UnknownProduct)?;
        let own = |content: &Content| matches!(content, Content::Product(own) if own == product);
        if let Some(line) = self.lines.iter_mut().find(|line| own(&line.content) && line.note.is_empty()) {
            let sum = Quantity::new(line.quantity.value() + quantity.value()).unwrap_or(quantity);
            rule.check(sum)?;
            line.quantity = sum;
            return Ok(());
        }
        rule.check(quantity)?;
        if self.lines.len() >= limits::CART_LINES {
            return Err(ChangeRefused::Full(limits::CART_LINES));
        }
        self.push(Content::Product(product.clone()), quantity, String::new(), None);
        Ok(())
    }

    fn set(
        &mut self,
        number: u32,
        quantity: Quantity,
        note: &str,
        facts: &Facts,
    ) -> Result<(), ChangeRefused> {
        let line =
            self.lines.iter_mut().find(|line| line.number == number).ok_or(ChangeRefused::UnknownLine)?;
        let note = note.trim();
        if note.chars().count() > limits::NOTE_CHARACTERS {
            return Err(ChangeRefused::NoteTooLong(limits::NOTE_CHARACTERS));
        }
        if quantity != line.quantity {
            match &line.content {
                Content::Foreign(_) => return Err(ChangeRefused::ForeignQuantity),
                Content::Product(_) => facts.rule.ok_or(ChangeRefused::UnknownProduct)?.check(quantity)?,
            }
        }
        line.quantity = quantity;
        note.clone_into(&mut line.note);
        Ok(())
    }

    fn remove(&mut self, number: u32) -> Result<(), ChangeRefused> {
        let before = self.lines.len();
        self.lines.retain(|line| line.number != number);
        if self.lines.len() == before { Err(ChangeRefused::UnknownLine) } else { Ok(()) }
    }

    /// The cart of an edit or inspect: every line of the requisition, those we do not know kept as they came.
    ///
    /// - `known`: for each line, the product of this visit's catalog, and what the line was when it left us, if its
    ///   snapshot is still kept.
    #[must_use]
    pub fn reopened(lines: &[IncomingLine], known: &[(Option<ProductKey>, Option<Earlier>)]) -> Self {
        let mut cart = Self { revision: 1, ..Self::default() };
        for (index, line) in lines.iter().enumerate() {
            let (ours, earlier) = known.get(index).cloned().unwrap_or_default();
            let note = line.comment.clone().unwrap_or_default();
            let note: String = note.trim().chars().take(limits::NOTE_CHARACTERS).collect();
            let content = ours.map_or_else(|| Content::Foreign(Box::new(line.clone())), Content::Product);
            let earlier = earlier.or_else(|| Some(recorded(line, &note)));
            cart.push(content, line.quantity, note, earlier);
        }
        cart
    }
}

/// What the buyer's record says a line was.
fn recorded(line: &IncomingLine, note: &str) -> Earlier {
    let price = line
        .price
        .and_then(|price| crate::model::money::UnitPrice::new(price.amount, price.currency?, price.per).ok());
    Earlier {
        reference: lock::reference_of(Some(&line.item), line.lock_extrinsic.as_deref()),
        price,
        quantity: line.quantity,
        note: note.to_owned(),
    }
}
