//! XML signatures (XML Signature 1.1) as cXML uses them (cXML 1.2, "Digital signatures"), and `XAdES` properties.
//!
//! [`verify`] judges a document by its tree, never by its text: what it hands out as [`Verified`] holds the very element that was
//! signed, and nothing else makes one. Keys come as arguments ([`Trust`]); what a signature says about its own key is no reason to
//! believe it. Algorithms, transforms and references are closed lists. [`sign()`] makes what [`verify`] accepts, and what other
//! readers accept with or without the DTD. ring does the cryptography, rustls-webpki the chains.

mod algorithm;
mod certificate;
mod defaults;
mod key;
mod pem;
mod plain;
mod profile;
mod properties;
mod read;
mod reference;
mod refused;
mod request;
mod sign;
mod signing_key;
mod trust;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use self::{
    algorithm::{DigestMethod, SignatureMethod},
    certificate::{Certificate, CertificateFault},
    defaults::filled,
    key::{KeyFault, KeyKind, PublicKey},
    plain::{PlainVerified, verify_plain},
    profile::{Verified, is_signed, verify},
    refused::{Check, Refused, RefusedKind},
    request::{RequestFault, certificate_request, self_signed},
    sign::{SignError, SignOptions, sign},
    signing_key::{Curve, SigningKey, SigningKeyFault},
    trust::{Signer, Trust, Vouched},
};

/// What is accepted beyond the rule.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    /// SHA-1 in digests and signatures, for peers that can do no better.
    pub legacy_sha1: bool,
}

/// One signature that holds.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who made it.
    pub signer: Signer,
    /// How.
    pub method: SignatureMethod,
    /// What it covers.
    pub covered: Vec<Covered>,
    /// When, as the signer says: nobody vouches for it.
    pub signed_at: Option<Timestamp>,
    /// Whether the signer had read the DTD and signed its default attributes too.
    pub with_defaults: bool,
}

/// Something that a signature covers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Covered {
    /// Name of the element, or what kind of thing it is.
    pub what: String,
    /// The reference as written.
    pub uri: String,
}

impl Covered {
    fn of(resolved: &reference::Resolved<'_, '_>) -> Self {
        let what = match resolved.target {
            reference::Target::Document => "document".to_owned(),
            reference::Target::Element(element) => element.qualified_name().to_owned(),
            reference::Target::Part(_) => "attachment".to_owned(),
        };
        Self { what, uri: resolved.uri.to_owned() }
    }
}
