//! Who takes part: supplier, buyer, connection, sender credential.

use serde::{Deserialize, Serialize};

use super::{
    FieldError,
    agreement::PriceChoice,
    charges::Charges,
    hook_url::OriginPattern,
    ids::{BuyerId, ConnectionId, GroupId, ProfileId, SenderId, SupplierId},
    language::Language,
    money::{Currency, Money},
    profile::Strictness,
    signature::Signatures,
};

/// Who sells; a tenant.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Supplier {
    /// Its key.
    pub id: SupplierId,
    /// Name shown to shoppers and written into documents.
    pub name: String,
    /// The names by which `To` may call it; the first one is written into documents that punchgate sends.
    pub identities: Vec<Identity>,
    /// Default currency.
    pub currency: Currency,
    /// Whom a shopper may ask.
    pub contact: Contact,
    /// Accent colour of its pages, `#rrggbb`.
    pub accent: Accent,
    /// How long a returned price holds, in days.
    pub price_lock_days: u16,
    /// What is done with the pictures that its catalog names by address.
    #[serde(default)]
    pub pictures: PictureUse,
    /// What its catalog is written in, where a product does not say so.
    #[serde(default)]
    pub language: Option<Language>,
}

/// What is done with pictures at addresses.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureUse {
    /// A product's page links them; the shop shows drawings.
    #[default]
    Linked,
    /// They are fetched at import, and the shop shows them.
    Fetched,
}

/// Whom a shopper may ask.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// A person or a desk.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number, as dialled.
    pub phone: String,
}

/// A colour for the supplier's pages: six hexadecimal digits.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(String);

impl Accent {
    /// Reads `#rrggbb`.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        match raw.strip_prefix('#') {
            Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Self(raw.to_ascii_lowercase()))
            }
            _ => Err(FieldError::Malformed { field: "accent", expected: "a colour such as #0b5cad" }),
        }
    }

    /// `#rrggbb`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Accent {
    fn default() -> Self {
        Self("#0b5cad".to_owned())
    }
}

impl TryFrom<String> for Accent {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Accent> for String {
    fn from(value: Accent) -> Self {
        value.0
    }
}

/// A name of a party under a domain.
///
/// cXML `Credential/@domain` and `Credential/Identity`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// As written: `NetworkID`.
    pub domain: String,
    /// As written: `AN01000000001-T`.
    pub identity: String,
}

impl Identity {
    /// The form to compare by: case does not count in either part, nor white space at the ends.
    ///
    /// Peers and their own handbooks disagree about `NetworkId`/`NetworkID` and `-T`/`-t`.
    #[must_use]
    pub fn key(&self) -> IdentityKey {
        IdentityKey {
            domain: self.domain.trim().to_lowercase(),
            identity: self.identity.trim().to_lowercase(),
        }
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.domain, self.identity)
    }
}

/// An [`Identity`] folded for comparison.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct IdentityKey {
    /// Folded domain.
    pub domain: String,
    /// Folded identity.
    pub identity: String,
}

/// The customer organisation.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Buyer {
    /// Its key.
    pub id: BuyerId,
    /// Whose customer.
    pub supplier: SupplierId,
    /// Name shown on pages.
    pub name: String,
    /// Groups that agreements may name.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// The customer number in the supplier's ERP.
    #[serde(default)]
    pub erp_customer: Option<String>,
}

/// Who may open cXML connections of a supplier: an identity and its secret, in two slots for a change-over.
///
/// Many connections may share one: on Ariba the network sends for all buyers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Sender {
    /// Its key.
    pub id: SenderId,
    /// Whom it may call.
    pub supplier: SupplierId,
    /// cXML `Sender/Credential`.
    pub identity: Identity,
    /// Sealed secrets; at least one slot is filled.
    pub secrets: Vec<Sealed>,
}

/// A secret, encrypted under the key of this installation.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Sealed")
    }
}

/// One buyer over one protocol. What an operator creates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Its key; part of the OCI address.
    pub id: ConnectionId,
    /// Whose shop.
    pub supplier: SupplierId,
    /// Whose visits.
    pub buyer: BuyerId,
    /// Not trusted yet, or real.
    pub state: ConnectionState,
    /// How the other side knocks and proves who it is.
    pub login: Login,
    /// Which platform it is.
    pub profile: ProfileId,
    /// Fields of the profile that this connection answers differently, by the profile's own names.
    #[serde(default)]
    pub overrides: serde_json::Map<String, serde_json::Value>,
    /// Origins to which a cart may be posted: `https://buyer.example`, `https://*.buyer.example:8443`.
    pub return_hosts: Vec<OriginPattern>,
    /// Origins that may show the shop in a frame.
    pub frame_hosts: Vec<OriginPattern>,
    /// Which of several valid prices counts.
    #[serde(default)]
    pub price_choice: PriceChoice,
    /// A product without a price is hidden, not shown with “ask for a price”.
    #[serde(default)]
    pub hides_unpriced: bool,
    /// Currency of its sessions, if not the supplier's.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The least that a cart must be worth; `None`: as the agreements say, zero: nothing, whatever they say.
    #[serde(default)]
    pub minimum_order: Option<Money>,
    /// What happens to a cart that is worth less.
    #[serde(default)]
    pub below_minimum: Strictness,
    /// Freight, surcharges and tax of its carts.
    #[serde(default)]
    pub charges: Charges,
    /// A `CatalogUploadRequest` over it becomes an import that waits for the operator.
    #[serde(default)]
    pub takes_catalogs: bool,
    /// XML signatures of its documents.
    #[serde(default)]
    pub signatures: Signatures,
    /// Language of its visits, where the setup says none or the catalog has no text in that one.
    #[serde(default)]
    pub language: Option<Language>,
}

/// Whether a connection's documents count.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionState {
    /// Nothing it makes reaches the ERP; unknown hosts are recorded and let through.
    Test,
    /// Real; an unknown return host refuses the setup.
    Live,
}

/// How the other side proves who it is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "protocol")]
pub enum Login {
    /// cXML: a sender that may speak for these identities (`From`).
    Cxml {
        /// Which sender credential.
        sender: SenderId,
        /// The buyer's own identities.
        from: Vec<Identity>,
    },
    /// OCI: parameters of the call, all of which must match.
    Oci {
        /// Parameter names and sealed values: `USERNAME`, `PASSWORD`, or whatever the buyer was given.
        credentials: Vec<OciCredential>,
    },
}

/// A call parameter that proves who calls.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct OciCredential {
    /// Its name, compared without case.
    pub name: String,
    /// What it must be.
    pub value: Sealed,
}

/// The person that shops, as far as the setup names one; a label, never a proof.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// First of `UniqueName`, `User`, `UserEmail` …
    pub key: Option<String>,
    /// Name to show.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_compare_without_case() {
        let of = |domain: &str, identity: &str| {
            Identity { domain: domain.into(), identity: identity.into() }.key()
        };
        assert_eq!(of("NetworkID", "AN01-T"), of("networkid ", "\n an01-t"));
        assert_ne!(of("DUNS", "1"), of("NetworkID", "1"));
    }

    #[test]
    fn an_accent_is_a_colour() {
        assert!(Accent::parse("#0B5cad").is_ok());
        for refused in ["red", "#fff", "#0b5ca", "#0b5cag", "#0b5cad;"] {
            assert!(Accent::parse(refused).is_err(), "{refused}");
        }
    }
}
