//! From the body of an HTTP request to the cXML document in it (cXML 1.2 "Attachments"; RFC 1952, 2045, 2046, 2387, 2392).
//!
//! A body is the document, a `multipart/related` or `multipart/mixed` package of it and its attachments, or a form with the
//! document in a field; any of them may be packed with gzip. Whatever the headers say, a body that begins with `<` is the
//! document. Every size is bounded before it is allocated.

mod attachments;
mod coding;
mod form;
mod header;
mod multipart;

#[cfg(test)]
mod tests;

pub use self::attachments::{Attached, attachments};

use self::header::MediaType;

/// Bounds on one body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// Bytes of everything once unpacked.
    pub bytes: usize,
    /// Parts of a package.
    pub parts: usize,
    /// Bytes of the headers of one part.
    pub header_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 64 << 20, parts: 200, header_bytes: 16 << 10 }
    }
}

/// What a body holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Package {
    /// The octets of the document.
    pub document: Vec<u8>,
    /// The charset that its own header names.
    pub charset: Option<String>,
    /// What came with it.
    pub parts: Vec<Part>,
}

/// One attachment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Part {
    /// `Content-ID` without its angle brackets.
    pub id: Option<String>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// `filename` of `Content-Disposition`, as received: never a path to write to.
    pub file_name: Option<String>,
    /// The decoded octets.
    pub octets: Vec<u8>,
}

/// Why a body cannot be opened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// A packing other than gzip.
    #[error("Content-Encoding {0:?} is not supported; send gzip or nothing")]
    UnknownPacking(String),
    /// What calls itself gzip and is not.
    #[error("the body is not valid gzip")]
    BrokenGzip,
    /// More than is accepted.
    #[error("the body is longer than {0} bytes once unpacked")]
    TooLong(usize),
    /// More parts than are accepted.
    #[error("the body has more than {0} parts")]
    TooManyParts(usize),
    /// A part with more headers than are accepted.
    #[error("the headers of a part are longer than {0} bytes")]
    LongHeaders(usize),
    /// A multipart type without a boundary.
    #[error("Content-Type names no boundary")]
    NoBoundary,
    /// The boundary does not occur, or the last one is missing.
    #[error("the parts of the body do not end with the boundary of Content-Type; boundaries need CR LF")]
    BrokenParts,
    /// A transfer encoding that is not one of MIME's.
    #[error("Content-Transfer-Encoding {0:?} is not supported")]
    UnknownCoding(String),
    /// A part that is not in the transfer encoding it names.
    #[error("a part is not valid {0}")]
    BrokenCoding(&'static str),
    /// A package without a document.
    #[error("no part of the body is the cXML document")]
    NoDocument,
    /// A form without a document.
    #[error("no field of the form holds a cXML document")]
    NoField,
    /// A reference to a part that is not there.
    #[error("attachment {0:?} is not among the parts of the body")]
    Dangling(String),
    /// A reference that two parts answer to.
    #[error("attachment {0:?} stands twice among the parts of the body")]
    Doubled(String),
}

/// Opens a body.
///
/// `content_type`, `content_encoding`: the HTTP headers, as received.
///
/// # Errors
/// What is wrong with it; [`TransportError::TooLong`] before more than `bounds` were unpacked.
pub fn open(
    body: Vec<u8>,
    content_type: Option<&str>,
    content_encoding: Option<&str>,
    bounds: &Bounds,
) -> Result<Package, TransportError> {
    let body = coding::unpack(body, content_encoding, bounds.bytes)?;
    if body.len() > bounds.bytes {
        return Err(TransportError::TooLong(bounds.bytes));
    }
    let media = MediaType::parse(content_type.unwrap_or_default());
    let charset = media.parameter("charset").map(str::to_owned);
    if begins_with_markup(&body) {
        return Ok(Package { document: body, charset, parts: Vec::new() });
    }
    match media.essence.as_str() {
        essence if essence.starts_with("multipart/") => multipart::open(&body, &media, bounds),
        "application/x-www-form-urlencoded" => {
            form::document(&body).map(|document| Package { document, ..Package::default() })
        }
        _ => Ok(Package { document: body, charset, parts: Vec::new() }),
    }
}

/// Whether `<` is the first thing after byte order mark and white space; in UTF-16 too.
fn begins_with_markup(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    body.starts_with(b"\xFF\xFE")
        || body.starts_with(b"\xFE\xFF")
        || body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}
