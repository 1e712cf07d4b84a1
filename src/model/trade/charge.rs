//! What is paid and why: prices, taxes, freight, allowances, whom it is charged to.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::text::{Description, Extrinsic, Localized, Moment};
use crate::model::money::Money;

/// Money after its modifications: a unit price, a total.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The final amount.
    pub money: Money,
    /// How it came about.
    pub modifications: Vec<Modification>,
}

impl From<Money> for Price {
    fn from(money: Money) -> Self {
        Self { money, modifications: Vec::new() }
    }
}

/// One surcharge or allowance.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Modification {
    /// The amount before.
    pub original: Option<Money>,
    /// What was done to it.
    pub adjustment: Adjustment,
    /// Tax on it.
    pub tax: Option<Tax>,
    /// What it is.
    pub detail: Option<ModificationDetail>,
}

/// What a modification does.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjustment {
    /// Takes off an amount.
    Deduction(Money),
    /// Takes off a share, in percent.
    DeductionPercent(Decimal),
    /// Leaves this amount.
    DeductedPrice(Money),
    /// Adds an amount.
    Cost(Money),
    /// Adds a share, in percent.
    CostPercent(Decimal),
}

/// What a modification is called.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ModificationDetail {
    /// Its name: `Volume Discount`, `Freight` …
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// From when.
    pub start: Option<Moment>,
    /// Until when.
    pub end: Option<Moment>,
    /// In words.
    pub description: Option<Description>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// Freight.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Shipping {
    /// How it is tracked: by whom.
    pub tracking_domain: Option<String>,
    /// Tracking number.
    pub tracking_id: Option<String>,
    /// More on tracking.
    pub tracking: Option<String>,
    /// What it costs.
    pub money: Money,
    /// In words.
    pub description: Description,
    /// How the amount came about.
    pub modifications: Vec<Modification>,
}

/// Tax.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tax {
    /// How much in all.
    pub money: Money,
    /// In words; may be empty.
    pub description: Description,
    /// By kind of tax.
    pub details: Vec<TaxDetail>,
    /// Whom it is charged to.
    pub distributions: Vec<Distribution>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// One kind of tax.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TaxDetail {
    /// `vat`, `sales`, `gst` …: an open list.
    pub category: String,
    /// `tax`, `duty` …
    pub purpose: Option<String>,
    /// Rate, in percent.
    pub rate: Option<Decimal>,
    /// Whether it can be recovered.
    pub recoverable: bool,
    /// When it arises.
    pub tax_point: Option<Moment>,
    /// Triangular trade within the European Union.
    pub triangular: bool,
    /// `zeroRated` or `exempt`.
    pub exempt: Option<TaxExemption>,
    /// On which amount.
    pub taxable: Option<Money>,
    /// How much.
    pub amount: Money,
    /// Where.
    pub location: Option<Localized>,
    /// In words.
    pub description: Option<Description>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// Why no tax is due.
    TaxExemption, "exemptDetail";
    /// The rate is zero.
    ZeroRated = "zeroRated",
    /// Exempt.
    Exempt = "exempt",
}

/// Whom a part of a line is charged to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// The account.
    pub accounting: Accounting,
    /// How much of the line.
    pub charge: Money,
}

/// An account, by its segments: of one form or the other.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Accounting {
    /// `DistributionCharge` and the like.
    pub name: String,
    /// Segments in attributes.
    pub segments: Vec<Segment>,
    /// Segments with names in a language.
    pub accounting_segments: Vec<AccountingSegment>,
}

/// A segment of an account.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// `CostCenter`, `GLAccount` …
    pub kind: String,
    /// Its number.
    pub id: String,
    /// In words.
    pub description: String,
}

/// A segment of an account, with names in a language.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct AccountingSegment {
    /// Its number.
    pub id: String,
    /// `CostCenter`, `GLAccount` …
    pub name: Localized,
    /// In words.
    pub description: Description,
}
