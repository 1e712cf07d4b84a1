//! What a connection wants of XML signatures, and by what it knows them.

use serde::{Deserialize, Serialize};

use super::party::Sealed;

/// Whether documents are signed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureRule {
    /// In: a document without a signature is refused. Out: nothing leaves without one.
    Required,
    /// In: a signature that is there must hold. Out: signed while there is a key to sign with.
    Allowed,
    /// In: a signature is not looked at. Out: not signed.
    #[default]
    Ignored,
}

impl SignatureRule {
    /// Its name, as in the store and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Allowed => "allowed",
            Self::Ignored => "ignored",
        }
    }
}

/// Signatures of one connection, in and out.
///
/// The Header of a document is not signed: what proves a signer is bound to the connection, which the Header names.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signatures {
    /// On documents that come.
    pub incoming: SignatureRule,
    /// On documents that leave.
    pub outgoing: SignatureRule,
    /// Certificates of the other side; two while it changes over.
    pub pinned: Vec<KeptCertificate>,
    /// Authorities that vouch for its certificates.
    pub anchors: Vec<KeptCertificate>,
    /// A secret for HMAC, sealed.
    pub secret: Option<Sealed>,
    /// SHA-1 is accepted: the other side can do no better.
    pub legacy_sha1: bool,
}

impl Signatures {
    /// Whether anybody's signature would be accepted.
    #[must_use]
    pub fn trusts_somebody(&self) -> bool {
        !self.pinned.is_empty() || !self.anchors.is_empty() || self.secret.is_some()
    }
}

/// A certificate as it is kept: base64 of its DER.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeptCertificate(pub String);

/// A private key of a supplier with its certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SigningIdentity {
    /// The key, PEM, sealed.
    pub key: Sealed,
    /// Its certificate first, then those that lead to an authority.
    pub chain: Vec<KeptCertificate>,
}
