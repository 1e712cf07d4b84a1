//! cXML `Status`: the codes a supplier gives, and which refusal earns which.

use crate::{
    flow::{authenticate::NotAuthenticated, order::OrderRefused, setup::SetupRefused},
    wire::{
        signature::{Check, Refused},
        transport::TransportError,
        xml::{ReadError, ReadErrorKind},
    },
};

/// cXML `Status/@code`. Catalog uploads have some more, whose meanings are not confirmed: they are read by their [`StatusClass`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the codes' texts say it")]
pub enum StatusCode {
    Ok,
    Accepted,
    NoContent,
    Broadcast,
    Forwarded,
    ForwardedUnreliably,
    BadRequest,
    Unauthorized,
    PaymentRequired,
    Forbidden,
    NotAcceptable,
    Conflict,
    PreconditionFailed,
    ExpectationFailed,
    NotImplemented,
    CatalogTooLarge,
    SignatureRequired,
    SignatureVerificationFailed,
    SignatureUnacceptable,
    DocumentSizeError,
    InternalServerError,
    ServerUnreachable,
    CannotForward,
    TemporaryServerError,
}

impl StatusCode {
    /// Every code, in order of number.
    pub const ALL: [Self; 24] = [
        Self::Ok,
        Self::Accepted,
        Self::NoContent,
        Self::Broadcast,
        Self::Forwarded,
        Self::ForwardedUnreliably,
        Self::BadRequest,
        Self::Unauthorized,
        Self::PaymentRequired,
        Self::Forbidden,
        Self::NotAcceptable,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::ExpectationFailed,
        Self::NotImplemented,
        Self::CatalogTooLarge,
        Self::SignatureRequired,
        Self::SignatureVerificationFailed,
        Self::SignatureUnacceptable,
        Self::DocumentSizeError,
        Self::InternalServerError,
        Self::ServerUnreachable,
        Self::CannotForward,
        Self::TemporaryServerError,
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.row().0
    }

    /// Its short name: `Status/@text`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.row().1
    }

    const fn row(self) -> (u16, &'static str) {
        match self {
            Self::Ok => (200, "OK"),
            Self::Accepted => (201, "Accepted"),
            Self::NoContent => (204, "No Content"),
            Self::Broadcast => (211, "OK"),
            Self::Forwarded => (280, "Forwarded"),
            Self::ForwardedUnreliably => (281, "Forwarded by unreliable transport"),
            Self::BadRequest => (400, "Bad Request"),
            Self::Unauthorized => (401, "Unauthorized"),
            Self::PaymentRequired => (402, "Payment Required"),
            Self::Forbidden => (403, "Forbidden"),
            Self::NotAcceptable => (406, "Not Acceptable"),
            Self::Conflict => (409, "Conflict"),
            Self::PreconditionFailed => (412, "Precondition Failed"),
            Self::ExpectationFailed => (417, "Expectation Failed"),
            Self::NotImplemented => (450, "Not Implemented"),
            Self::CatalogTooLarge => (468, "Catalog Too Large"),
            Self::SignatureRequired => (475, "Signature Required"),
            Self::SignatureVerificationFailed => (476, "Signature Verification Failed"),
            Self::SignatureUnacceptable => (477, "Signature Unacceptable"),
            Self::DocumentSizeError => (499, "Document Size Error"),
            Self::InternalServerError => (500, "Internal Server Error"),
            Self::ServerUnreachable => (550, "Unable to reach cXML server"),
            Self::CannotForward => (551, "Unable to forward request"),
            Self::TemporaryServerError => (560, "Temporary server error"),
        }
    }

    /// The code with this number, if it has a name.
    #[must_use]
    pub fn of(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.code() == number)
    }

    /// Whether cXML has a code of this number. Those of catalog uploads have one text each that is not confirmed, so they are none of
    /// [`Self::ALL`]: whoever gets one goes by its [`StatusClass`].
    #[must_use]
    pub fn exists(number: u16) -> bool {
        Self::of(number).is_some() || matches!(number, 461..=470 | 561..=563)
    }

    /// 2xx.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.code() < 300
    }
}

/// What a code means to whoever sent the document, whether the code itself is known or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusClass {
    /// 2xx: taken.
    Success,
    /// 4xx: not to be sent again unchanged.
    Permanent,
    /// 5xx, and whatever is no code at all: to be sent again.
    Transient,
}

impl StatusClass {
    /// The class of a code.
    #[must_use]
    pub const fn of(number: u16) -> Self {
        match number {
            200..=299 => Self::Success,
            400..=499 => Self::Permanent,
            _ => Self::Transient,
        }
    }
}

/// A `Status` with what it tells the peer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    /// Which.
    pub code: StatusCode,
    /// Content of the element: the cause, in words for the peer.
    pub cause: String,
}

/// A refusal: what the peer is told, and what we record.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{exact}")]
pub struct Refusal {
    /// For the peer: generic where exactness would help a stranger.
    pub status: Status,
    /// For our record.
    pub exact: String,
}

impl Refusal {
    /// Tells the peer exactly what is recorded.
    pub fn open(code: StatusCode, reason: impl std::fmt::Display) -> Self {
        let exact = reason.to_string();
        Self { status: Status { code, cause: exact.clone() }, exact }
    }

    /// Tells the peer less than is recorded.
    pub fn guarded(code: StatusCode, cause: &str, reason: impl std::fmt::Display) -> Self {
        Self { status: Status { code, cause: cause.to_owned() }, exact: reason.to_string() }
    }
}

impl From<&Refused> for StatusCode {
    fn from(refused: &Refused) -> Self {
        match refused.kind.check() {
            Check::Presence => Self::SignatureRequired,
            Check::Form
            | Check::Ids
            | Check::Reference
            | Check::Coverage
            | Check::Profile
            | Check::Properties
            | Check::Value
            | Check::Digest => Self::SignatureVerificationFailed,
            // It may hold for others: not for us.
            Check::Algorithm | Check::Key | Check::Trust => Self::SignatureUnacceptable,
        }
    }
}

impl From<&ReadError> for StatusCode {
    fn from(error: &ReadError) -> Self {
        match &error.kind {
            ReadErrorKind::Encoding(_) | ReadErrorKind::NotWellFormed(_) | ReadErrorKind::InternalSubset => {
                Self::NotAcceptable
            }
            ReadErrorKind::Limit { .. } => Self::DocumentSizeError,
            ReadErrorKind::Missing { .. }
            | ReadErrorKind::Repeated { .. }
            | ReadErrorKind::MissingAttribute { .. }
            | ReadErrorKind::Value { .. }
            | ReadErrorKind::AttributeValue { .. } => Self::BadRequest,
        }
    }
}

impl From<&TransportError> for StatusCode {
    fn from(error: &TransportError) -> Self {
        match error {
            TransportError::TooLong(_) | TransportError::TooManyParts(_) | TransportError::LongHeaders(_) => {
                Self::DocumentSizeError
            }
            TransportError::UnknownPacking(_)
            | TransportError::BrokenGzip
            | TransportError::NoBoundary
            | TransportError::BrokenParts
            | TransportError::UnknownCoding(_)
            | TransportError::BrokenCoding(_)
            | TransportError::NoDocument
            | TransportError::NoField => Self::NotAcceptable,
            TransportError::Dangling(_) | TransportError::Doubled(_) => Self::BadRequest,
        }
    }
}

impl From<TransportError> for Refusal {
    fn from(error: TransportError) -> Self {
        Self::open((&error).into(), error)
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::open((&error).into(), error)
    }
}

impl From<NotAuthenticated> for Refusal {
    fn from(refused: NotAuthenticated) -> Self {
        let (code, cause) = match refused {
            // One text for both: a stranger learns nothing about who exists.
            NotAuthenticated::UnknownSender | NotAuthenticated::WrongSecret => {
                (StatusCode::Unauthorized, "The credentials in Sender were not accepted.")
            }
            // Of calls, which hear it on a page.
            NotAuthenticated::UnknownConnection | NotAuthenticated::WrongCredentials => {
                (StatusCode::Unauthorized, "The credentials of the call were not accepted.")
            }
            NotAuthenticated::UnknownFrom => {
                (StatusCode::Forbidden, "The sender may not act for the organisation in From.")
            }
        };
        Self::guarded(code, cause, refused)
    }
}

impl From<&SetupRefused> for StatusCode {
    fn from(refused: &SetupRefused) -> Self {
        match refused {
            SetupRefused::WrongProtocol
            | SetupRefused::ForeignReturnHost(_)
            | SetupRefused::SapEventNotAllowed => Self::Forbidden,
            SetupRefused::NoReturnAddress
            | SetupRefused::InsecureReturnAddress
            | SetupRefused::TooManyLines { .. } => Self::BadRequest,
            SetupRefused::NothingToReopen(_) => Self::PreconditionFailed,
            SetupRefused::NoCatalog => Self::TemporaryServerError,
        }
    }
}

impl From<SetupRefused> for Refusal {
    fn from(refused: SetupRefused) -> Self {
        let code = StatusCode::from(&refused);
        match &refused {
            SetupRefused::ForeignReturnHost(_) => Self::guarded(
                code,
                "The host of BrowserFormPost is not allowed for this connection.",
                refused,
            ),
            SetupRefused::NoCatalog => {
                Self::guarded(code, "The catalog is not available at the moment.", refused)
            }
            _ => Self::open(code, refused),
        }
    }
}

impl From<OrderRefused> for Refusal {
    fn from(refused: OrderRefused) -> Self {
        let code = match refused {
            OrderRefused::NoLines(_) | OrderRefused::TooManyLines { .. } => StatusCode::BadRequest,
        };
        Self::open(code, refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_number_and_unknown_ones_by_class() {
        for code in StatusCode::ALL {
            assert_eq!(StatusCode::of(code.code()), Some(code));
            assert_eq!(code.is_success(), StatusClass::of(code.code()) == StatusClass::Success);
        }
        assert!(StatusCode::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        assert_eq!(StatusCode::of(404), None);
        assert!(StatusCode::exists(468) && StatusCode::exists(461) && StatusCode::exists(563));
        assert!(!StatusCode::exists(404) && !StatusCode::exists(471));
        assert_eq!(StatusClass::of(463), StatusClass::Permanent);
        assert_eq!(StatusClass::of(563), StatusClass::Transient);
        assert_eq!(StatusClass::of(299), StatusClass::Success);
        assert_eq!(StatusClass::of(0), StatusClass::Transient);
    }
}
