//! Where a statement about a platform comes from, and how sure it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How sure a statement is. Only what is sure may stop a cart; anything else warns.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// The platform's own documentation or the protocol's says so.
    Confirmed,
    /// A setting of ours that claims nothing about the platform.
    Ours,
    /// Somebody else says what the platform's documentation says.
    Reported,
    /// General knowledge, nobody to name for it.
    Assumed,
}

impl Sure {
    /// As the files write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Ours => "ours",
            Self::Reported => "reported",
            Self::Assumed => "assumed",
        }
    }

    /// Whether a cart may be stopped for it.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Confirmed | Self::Ours)
    }
}

/// What stands behind a field of a profile.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// How sure it is.
    pub sure: Sure,
    /// Who says so, or why it was chosen.
    pub source: String,
}

/// The claims of a profile by field; what an operator agreed with a customer has none and is sure.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Claims(pub BTreeMap<String, Claim>);

impl Claims {
    /// What stands behind a field; `None`: agreed with the customer.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Claim> {
        self.0.get(field)
    }

    /// Whether a cart may be stopped for this field.
    #[must_use]
    pub fn is_sure(&self, field: &str) -> bool {
        self.of(field).is_none_or(|claim| claim.sure.holds())
    }
}

/// Something that a platform is known to change or lose.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mangle {
    /// What happens, as a sentence.
    pub what: String,
    /// The field of the profile that it concerns: said where a cart is found to break that.
    #[serde(default)]
    pub touches: Option<String>,
    /// How sure it is.
    pub sure: Sure,
    /// Who says so.
    pub source: String,
}
