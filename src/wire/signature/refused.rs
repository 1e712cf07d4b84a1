//! Why a signature is not believed.

use std::fmt;

use crate::wire::xml::{Element, Position, canonical::CanonicalError};

/// A document whose signature is not believed: the check that failed, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// What is wrong.
    pub kind: RefusedKind,
    /// Of the element it is about.
    pub position: Option<Position>,
}

/// Which step of the verification refused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Check {
    /// There is no signature.
    Presence,
    /// Where the signature stands, and how it is built.
    Form,
    /// Ids are unique.
    Ids,
    /// Algorithms, transforms and kinds of references are on our lists.
    Algorithm,
    /// References lead somewhere.
    Reference,
    /// What is read is what is signed.
    Coverage,
    /// The rules of the cXML profile.
    Profile,
    /// The `XAdES` properties.
    Properties,
    /// The key is long enough and fits the algorithm.
    Key,
    /// The key belongs to somebody we trust, now, for this purpose.
    Trust,
    /// The signature value.
    Value,
    /// A digest.
    Digest,
}

/// What is wrong with a signature.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RefusedKind {
    /// No `ds:Signature` at all.
    #[error("the document is not signed")]
    NotSigned,
    /// The root element is not cXML, or holds no Request, Message or Response.
    #[error("this is no cXML document with a Request, Message or Response")]
    NoPayload,
    /// Several of them: one reader may take one, and another one the other.
    #[error("the document holds more than one Request, Message or Response")]
    SeveralPayloads,
    /// A `ds:Signature` that is not one of the last children of `cXML`.
    #[error("ds:Signature stands where none may stand: only at the end of cXML")]
    Misplaced,
    /// Something in a signature that may not be there, is missing, or stands in another order.
    #[error("{0}")]
    Malformed(String),
    /// More references or certificates than are looked at.
    #[error("more than {allowed} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are looked at.
        allowed: usize,
    },
    /// Two elements with one Id.
    #[error("the Id {0:?} stands twice in the document")]
    DuplicateId(String),
    /// An algorithm that is not on our list.
    #[error("{what} {uri:?} is not supported")]
    Unsupported {
        /// What it was to be used for.
        what: &'static str,
        /// As written.
        uri: String,
    },
    /// SHA-1 without the switch that allows it.
    #[error("{0} uses SHA-1, which is not accepted any more")]
    Sha1(&'static str),
    /// A shortened MAC.
    #[error("a shortened HMAC is not accepted")]
    Truncated,
    /// A reference to something outside of the document and its attachments.
    #[error("the reference {0:?} leads out of the document; nothing is ever fetched")]
    External(String),
    /// A reference that leads nowhere, or to two attachments.
    #[error("the reference {0:?} does not lead to exactly one element or attachment")]
    Dangling(String),
    /// There is no canonical form of what is signed.
    #[error("{uri:?} cannot be verified: {problem}")]
    NotCanonical {
        /// The reference as written.
        uri: String,
        /// Why not.
        problem: CanonicalError,
    },
    /// The part that is read is not among the signed ones.
    #[error("the {0} of this document is not signed: what is signed is something else")]
    NotCovered(String),
    /// A rule of the cXML profile.
    #[error("{0}")]
    Profile(String),
    /// A rule of `XAdES`.
    #[error("{0}")]
    Properties(String),
    /// A key that is too short, of an unknown kind or does not fit the algorithm.
    #[error("{0}")]
    Key(String),
    /// A key that nobody vouches for.
    #[error("{0}")]
    Trust(String),
    /// The signature value does not fit.
    #[error("the signature value does not fit the signed info and the key of {0}")]
    Value(String),
    /// A digest does not fit.
    #[error("the digest of {0:?} does not fit: it was changed after signing")]
    Digest(String),
}

impl RefusedKind {
    /// The check that refused.
    #[must_use]
    pub const fn check(&self) -> Check {
        match self {
            Self::NotSigned => Check::Presence,
            Self::NoPayload | Self::Misplaced | Self::Malformed(_) | Self::TooMany { .. } => Check::Form,
            Self::DuplicateId(_) => Check::Ids,
            Self::Unsupported { .. } | Self::Sha1(_) | Self::Truncated => Check::Algorithm,
            Self::External(_) | Self::Dangling(_) | Self::NotCanonical { .. } => Check::Reference,
            Self::NotCovered(_) | Self::SeveralPayloads => Check::Coverage,
            Self::Profile(_) => Check::Profile,
            Self::Properties(_) => Check::Properties,
            Self::Key(_) => Check::Key,
            Self::Trust(_) => Check::Trust,
            Self::Value(_) => Check::Value,
            Self::Digest(_) => Check::Digest,
        }
    }

    pub(super) fn at(self, element: Element<'_>) -> Refused {
        Refused { kind: self, position: Some(element.position()) }
    }

    pub(super) fn nowhere(self) -> Refused {
        Refused { kind: self, position: None }
    }
}

impl Check {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Form => "form",
            Self::Ids => "ids",
            Self::Algorithm => "algorithm",
            Self::Reference => "reference",
            Self::Coverage => "coverage",
            Self::Profile => "profile",
            Self::Properties => "properties",
            Self::Key => "key",
            Self::Trust => "trust",
            Self::Value => "value",
            Self::Digest => "digest",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.position {
            write!(f, "line {}, column {}: ", at.line, at.column)?;
        }
        write!(f, "{}: {}", self.kind.check().name(), self.kind)
    }
}

impl std::error::Error for Refused {}
