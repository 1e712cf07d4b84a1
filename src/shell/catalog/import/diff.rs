//! What a version changes: new, gone and changed products, and prices that jump.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        catalog::{Ordinal, Product},
        money::plain,
    },
    shell::catalog::{Catalog, CatalogError},
};

/// How many products of each kind are named; the rest are counted.
const NAMED: usize = 100;
/// From this change on, up or down, a price jumps, in percent.
const JUMP: i64 = 30;

/// The difference between a version and the one before.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// Products that were not there.
    pub new: u64,
    /// Products that are no longer there.
    pub gone: u64,
    /// Products that are not as they were.
    pub changed: u64,
    /// Of the changed ones, those whose list price jumps.
    pub jumps: u64,
    /// Products that are as they were.
    pub same: u64,
    /// Some of them, by kind.
    pub lines: Vec<DiffLine>,
}

/// One product that differs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DiffLine {
    /// How.
    pub kind: DiffKind,
    /// Its part number.
    pub part: String,
    /// Its name, or what changed.
    pub text: String,
}

/// How a product differs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiffKind {
    /// It was not there.
    New,
    /// It is no longer there.
    Gone,
    /// It is not as it was.
    Changed,
    /// Its list price changes by 30 % or more.
    PriceJump,
}

impl DiffKind {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::PriceJump => "price jump",
        }
    }
}

impl Diff {
    /// In one line: `3 new, 1 gone, 20 changed (2 price jumps), 1 000 as before`.
    #[must_use]
    pub fn summary(&self) -> String {
        let Self { new, gone, changed, jumps, same, .. } = self;
        format!("{new} new, {gone} gone, {changed} changed ({jumps} price jumps), {same} as before")
    }

    fn name(&mut self, kind: DiffKind, product: &Product, text: String) {
        if self.lines.iter().filter(|line| line.kind == kind).count() < NAMED {
            self.lines.push(DiffLine { kind, part: product.part.to_string(), text });
        }
    }
}

/// Compares a version with what it takes the place of, product by product.
pub(super) struct Comparison<'a> {
    base: Option<&'a Catalog>,
    seen: Vec<u64>,
    diff: Diff,
}

impl<'a> Comparison<'a> {
    pub(super) fn to(base: Option<&'a Catalog>) -> Self {
        let words = base.map_or(0, |base| base.len() as usize / 64 + 1);
        Self { base, seen: vec![0; words], diff: Diff::default() }
    }

    /// Takes a product of the new version.
    pub(super) fn see(&mut self, product: &Product) -> Result<(), CatalogError> {
        let Some(base) = self.base else {
            self.diff.new += 1;
            return Ok(());
        };
        if let Some((ordinal, old)) = base.exactly(product)? {
            self.pair(ordinal, &old, product);
        } else {
            self.diff.new += 1;
            self.diff.name(DiffKind::New, product, product.name.clone());
        }
        Ok(())
    }

    /// Takes a product with the one of the same key that was there.
    pub(super) fn pair(&mut self, ordinal: Ordinal, old: &Product, new: &Product) {
        if let Some(word) = self.seen.get_mut(ordinal as usize / 64) {
            *word |= 1 << (ordinal % 64);
        }
        if old == new {
            self.diff.same += 1;
            return;
        }
        self.diff.changed += 1;
        if let Some(jump) = jump(old, new) {
            self.diff.jumps += 1;
            self.diff.name(DiffKind::PriceJump, new, jump);
        } else {
            self.diff.name(DiffKind::Changed, new, new.name.clone());
        }
    }

    /// The whole difference.
    pub(super) fn finish(mut self) -> Result<Diff, CatalogError> {
        let Some(base) = self.base else { return Ok(self.diff) };
        for ordinal in 0..base.len() {
            let seen =
                self.seen.get(ordinal as usize / 64).is_some_and(|word| word & (1 << (ordinal % 64)) != 0);
            if seen {
                continue;
            }
            self.diff.gone += 1;
            if self.diff.gone <= NAMED as u64
                && let Some(product) = base.product(ordinal)?
            {
                self.diff.name(DiffKind::Gone, &product, product.name.clone());
            }
        }
        Ok(self.diff)
    }
}

/// How the first list price changes, where it jumps: `12.00 → 120.00 EUR`.
fn jump(old: &Product, new: &Product) -> Option<String> {
    let of = |product: &Product| {
        let list = product.list_price.as_ref()?;
        Some((list.tiers.first()?.amount, product.price_basis, list.currency))
    };
    let ((was, was_per, was_in), (is, is_per, is_in)) = (of(old)?, of(new)?);
    let told = || format!("{} → {} {is_in}", plain(was, 0), plain(is, 0));
    if was_in != is_in {
        return Some(format!("{} {was_in} → {} {is_in}", plain(was, 0), plain(is, 0)));
    }
    let (was, is) = (was.checked_mul(is_per)?, is.checked_mul(was_per)?);
    let most = was.checked_mul(Decimal::from(100 + JUMP))?;
    let least = was.checked_mul(Decimal::from(100 - JUMP))?;
    let is = is.checked_mul(Decimal::ONE_HUNDRED)?;
    (is >= most || is <= least)
        .then(told)
        .filter(|_| was != is.checked_div(Decimal::ONE_HUNDRED).unwrap_or(was))
}
