//! One strict, bounded XML reader and one tree.
//!
//! XML 1.0 (fifth edition) with Namespaces 1.0. [`Document::read`] turns octets into an arena tree with positions or refuses
//! them with a [`ReadError`] that names line and column; [`Element`] is the handle that typed documents read from, [`Writer`] the
//! only way XML leaves. quick-xml splits the text into tokens; every rule it leaves open is checked here. No external entity or DTD
//! is ever opened, and an internal subset that declares anything is refused; [`check`] alone judges one.

mod attribute;
pub mod canonical;
mod chars;
mod cursor;
mod declaration;
mod decode;
mod doctype;
mod document;
pub mod dtd;
mod element;
mod error;
mod excerpt;
mod limits;
mod namespaces;
mod node;
mod pieces;
mod position;
mod reader;
mod redact;
mod tag;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use self::{
    attribute::Attribute,
    chars::{is_name, is_token},
    decode::{Encoding, Source, charset_parameter, lossy},
    doctype::Doctype,
    document::{Document, check},
    element::Element,
    error::{EncodingFault, Flaw, Limit, ReadError, ReadErrorKind},
    excerpt::Excerpt,
    limits::Limits,
    node::{Node, Piece},
    pieces::{Piece as Part, PieceError, Pieces},
    position::{Position, Span},
    redact::redact,
    write::{Form, WriteError, Writer},
};
