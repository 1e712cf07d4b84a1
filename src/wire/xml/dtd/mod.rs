//! Declarations, XML 1.0 §2.8, §3.2 to §3.4 and §4: of a DTD file, or of a document's own internal subset.
//!
//! One parser for both. Parameter entities are expanded where the file stands alone, conditional sections are taken or passed over,
//! and nothing else is ever opened: an entity that lies outside is known by name only. What is expanded is bounded, and no list of
//! declarations takes more than linear time.

mod attlist;
mod content;
mod entities;
mod input;
mod judge;
mod parse;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::{Limits, ReadError, Source};

pub use self::content::{Expression, Occurs, Part, PartKind};
pub(super) use self::{
    entities::{Entities, Place},
    judge::judge,
    parse::internal_subset,
};

/// What a DTD declares.
#[derive(Debug, Default)]
pub struct Declarations {
    /// Elements, in order; the first declaration of a name counts.
    pub elements: Vec<ElementDeclaration>,
    /// Attributes by element name, in order; the first declaration of an attribute counts.
    pub attributes: HashMap<Box<str>, Vec<AttributeDeclaration>>,
    /// Names that were declared a second time as an element, which XML does not allow.
    pub repeated: Vec<Box<str>>,
}

/// `<!ELEMENT name content>`
#[derive(Debug)]
pub struct ElementDeclaration {
    /// As declared.
    pub name: Box<str>,
    /// What it may hold.
    pub content: ContentDeclaration,
}

/// What an element may hold.
#[derive(Debug)]
pub enum ContentDeclaration {
    /// `EMPTY`
    Empty,
    /// `ANY`
    Any,
    /// `(#PCDATA | a | b)*`; without names: text alone.
    Mixed(Vec<Box<str>>),
    /// Elements alone.
    Children(Expression),
}

/// One attribute of an `<!ATTLIST …>`.
#[derive(Clone, Debug)]
pub struct AttributeDeclaration {
    /// As declared.
    pub name: Box<str>,
    /// What its value may be.
    pub kind: AttributeKind,
    /// What holds when it is not there.
    pub presence: Presence,
}

/// Type of an attribute, XML 1.0 §3.3.1.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum AttributeKind {
    Text,
    Id,
    IdReference,
    IdReferences,
    Entity,
    Entities,
    Token,
    Tokens,
    Notation(Vec<Box<str>>),
    OneOf(Vec<Box<str>>),
}

/// Default of an attribute, XML 1.0 §3.3.2.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Presence {
    /// `#REQUIRED`
    Required,
    /// `#IMPLIED`
    Optional,
    /// `#FIXED "value"`
    Fixed(Box<str>),
    /// `"value"`
    Default(Box<str>),
}

impl Declarations {
    /// Reads a DTD file, in the encoding that its first line names, UTF-8 without one.
    ///
    /// # Errors
    /// What is not text or not a list of declarations, with its place; within a parameter entity that is the place of the reference.
    pub fn read(octets: Vec<u8>, limits: &Limits) -> Result<Self, ReadError> {
        limits.check_bytes(octets.len())?;
        let source = Source::decode(octets, None)?;
        parse::external_subset(source.text(), limits).map_err(|fault| fault.locate(source.text()))
    }
}
