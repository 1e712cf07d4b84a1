//! What pre-flight found about a line or a cart, as kept beside what left.

use serde::{Deserialize, Serialize};

use crate::model::{
    money::{Money, UnitPrice},
    profile::{LengthCounts, Profile, Strictness},
};

/// One thing that was found.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub what: What,
    /// What follows.
    pub effect: Effect,
}

/// What follows from a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It was put right; nothing else is to be done.
    Changed,
    /// It may get into trouble.
    Warned,
    /// It does not leave.
    Stopped,
}

/// What was found.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "found")]
pub enum What {
    /// A text was cut at a word.
    #[error("the {part} was shortened from {length} to at most {most} {}", counts.as_str())]
    Shortened {
        /// Which.
        part: Part,
        /// Its length before.
        length: usize,
        /// The limit.
        most: usize,
        /// Of what.
        counts: LengthCounts,
    },
    /// A word of ours was given in the buyer's.
    #[error("{part} {ours} was sent as {theirs}")]
    Mapped {
        /// Which.
        part: Part,
        /// Ours.
        ours: String,
        /// Theirs.
        theirs: String,
    },
    /// The same price, written for another number of units.
    #[error("the price {} per {} was written as {} per {}", was.text(), was.per, is.text(), is.per)]
    Rescaled {
        /// As in the agreement.
        was: UnitPrice,
        /// As written.
        is: UnitPrice,
    },
    /// Longer than the platform takes, and not to be cut.
    #[error("the {part} {text} has {length} {}, the platform takes {most}", counts.as_str())]
    TooLong {
        /// Which.
        part: Part,
        /// It.
        text: String,
        /// Its length.
        length: usize,
        /// The limit.
        most: usize,
        /// Of what.
        counts: LengthCounts,
    },
    /// A character that the platform refuses.
    #[error("the {part} {text} has the character {character}, which the platform refuses")]
    Forbidden {
        /// Which.
        part: Part,
        /// It.
        text: String,
        /// The character.
        character: char,
    },
    /// No word of the buyer's for it.
    #[error("{part} {code} is not in the connection's mapping")]
    Unmapped {
        /// Which.
        part: Part,
        /// It.
        code: String,
    },
    /// Not of the form that the platform asks for.
    #[error("the {part} {text} has not the form that the platform asks for")]
    Malformed {
        /// Which.
        part: Part,
        /// It.
        text: String,
    },
    /// The product has no classification of its own.
    #[error("the product has no classification, and the platform wants one")]
    Unclassified,
    /// More decimals than the platform keeps.
    #[error("the {part} {value} has more than {most} decimals")]
    Decimals {
        /// Which.
        part: Part,
        /// It.
        value: String,
        /// The limit.
        most: u32,
    },
    /// More digits than the platform takes.
    #[error("the {part} {value} has more than {most} digits before the point")]
    Digits {
        /// Which.
        part: Part,
        /// It.
        value: String,
        /// The limit.
        most: u32,
    },
    /// The price basis cannot be written without changing the price.
    #[error("a price for {per} units cannot be written exactly to this platform")]
    Basis {
        /// The basis.
        per: String,
    },
    /// Freight, surcharges or tax cannot be calculated.
    #[error("freight, surcharges or tax cannot be calculated: {reason}")]
    Charges {
        /// Why.
        reason: String,
    },
    /// More lines than the platform takes.
    #[error("{lines} lines, the platform takes {most}")]
    Lines {
        /// How many.
        lines: usize,
        /// The limit.
        most: usize,
    },
    /// Less than the minimum order value.
    #[error("the cart is worth {} {}, the least is {} {}", total.text(), total.currency, least.text(), least.currency)]
    BelowMinimum {
        /// What it is worth.
        total: Money,
        /// The least.
        least: Money,
    },
}

/// The part of a line that a finding is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Part number.
    Number,
    /// Second key, with the price lock's reference where that travels in it.
    SecondKey,
    /// Description.
    Description,
    /// Manufacturer's name.
    Manufacturer,
    /// Manufacturer's part number.
    ManufacturerNumber,
    /// Unit.
    Unit,
    /// Classification.
    Class,
    /// Price.
    Price,
    /// Quantity.
    Quantity,
}

impl std::fmt::Display for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Number => "part number",
            Self::SecondKey => "second key",
            Self::Description => "description",
            Self::Manufacturer => "manufacturer's name",
            Self::ManufacturerNumber => "manufacturer's part number",
            Self::Unit => "unit",
            Self::Class => "classification",
            Self::Price => "price",
            Self::Quantity => "quantity",
        })
    }
}

impl What {
    /// The field of the profile that it rests on.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Shortened { part, .. } | Self::TooLong { part, .. } => match part {
                Part::Number => "part_length",
                Part::SecondKey => "auxiliary_length",
                Part::Manufacturer => "manufacturer_length",
                Part::ManufacturerNumber => "manufacturer_part_length",
                Part::Unit => "unit_length",
                Part::Class => "classification_length",
                Part::Description | Part::Price | Part::Quantity => "description_characters",
            },
            Self::Forbidden { part: Part::Description, .. } => "description_forbidden",
            Self::Forbidden { .. } => "id_forbidden",
            Self::Mapped { part: Part::Class, .. } => "classifications",
            Self::Mapped { .. } => "units",
            Self::Unmapped { part: Part::Class, .. } => "classifications_otherwise",
            Self::Unmapped { .. } => "units_otherwise",
            Self::Malformed { .. } => "classification_digits",
            Self::Unclassified => "classification_required",
            Self::Decimals { part: Part::Quantity, .. } => "quantity_decimals",
            Self::Decimals { .. } | Self::Rescaled { .. } => "price_decimals",
            Self::Digits { .. } => "number_digits",
            Self::Basis { .. } => "price_basis_most",
            Self::Lines { .. } => "lines_kept",
            Self::BelowMinimum { .. } => "minimum_order",
            Self::Charges { .. } => "charges",
        }
    }

    /// With what follows from it: what is not sure only ever warns, the connection may want no more than that.
    pub(super) fn judged(self, profile: &Profile) -> Finding {
        let effect = match self {
            Self::Shortened { .. } | Self::Mapped { .. } | Self::Rescaled { .. } => Effect::Changed,
            _ if profile.preflight == Strictness::Stop && profile.claims.is_sure(self.field()) => {
                Effect::Stopped
            }
            _ => Effect::Warned,
        };
        Finding { what: self, effect }
    }

    /// What cannot be written at all stops whatever the connection says.
    pub(in crate::flow::cart) const fn impossible(self) -> Finding {
        Finding { what: self, effect: Effect::Stopped }
    }
}
