//! cXML `Status`: the codes a supplier gives, and which refusal earns which.

use crate::{
    flow::{authenticate::NotAuthenticated, order::OrderRefused, setup::SetupRefused},
    wire::xml::{ReadError, ReadErrorKind},
};

/// cXML `Status/@code`, as far as punchgate gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the codes' texts say it")]
pub enum StatusCode {
    Ok,
    NoContent,
    BadRequest,
    Unauthorized,
    Forbidden,
    NotAcceptable,
    PreconditionFailed,
    NotImplemented,
    DocumentSizeError,
    InternalServerError,
    TemporaryServerError,
}

impl StatusCode {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::NoContent => 204,
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotAcceptable => 406,
            Self::PreconditionFailed => 412,
            Self::NotImplemented => 450,
            Self::DocumentSizeError => 499,
            Self::InternalServerError => 500,
            Self::TemporaryServerError => 560,
        }
    }

    /// Its short name: `Status/@text`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::NoContent => "No Content",
            Self::BadRequest => "Bad Request",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotAcceptable => "Not Acceptable",
            Self::PreconditionFailed => "Precondition Failed",
            Self::NotImplemented => "Not Implemented",
            Self::DocumentSizeError => "Document Size Error",
            Self::InternalServerError => "Internal Server Error",
            Self::TemporaryServerError => "Temporary server error",
        }
    }

    /// 2xx.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.code() < 300
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
            SetupRefused::OperationNotOffered(_) => Self::NotImplemented,
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
