//! The handle on one attribute.

use std::fmt;

use super::{
    Document, Position, Span,
    chars::space_len,
    document::{AttributeRecord, wide},
    namespaces,
};

/// One attribute of an [`Element`](super::Element).
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    document: &'a Document,
    record: &'a AttributeRecord,
}

impl<'a> Attribute<'a> {
    pub(super) fn new(document: &'a Document, record: &'a AttributeRecord) -> Self {
        Self { document, record }
    }

    /// Local name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        local(self.qualified_name(), self.record.prefix)
    }

    /// Name as written, with its prefix.
    #[must_use]
    pub fn qualified_name(&self) -> &'a str {
        let start = wide(self.record.start);
        self.document.text().get(start..start + usize::from(self.record.name)).unwrap_or_default()
    }

    /// Prefix as written.
    #[must_use]
    pub fn prefix(&self) -> Option<&'a str> {
        prefix(self.qualified_name(), self.record.prefix)
    }

    /// URI of the namespace; an attribute without a prefix has none.
    #[must_use]
    pub fn namespace(&self) -> Option<&'a str> {
        self.document.namespace(self.record.namespace)
    }

    /// Value, references resolved and white space normalised.
    #[must_use]
    pub fn value(&self) -> &'a str {
        self.document.resolve(self.record.value)
    }

    /// Where its name begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.document.position(wide(self.record.start))
    }

    /// Where its value stands between the quotes.
    #[must_use]
    pub fn value_span(&self) -> Span {
        let after_name = wide(self.record.start) + usize::from(self.record.name);
        let rest = self.document.text().get(after_name..).unwrap_or_default().as_bytes();
        let equals = space_len(rest) + 1;
        let quote = equals + space_len(rest.get(equals..).unwrap_or_default());
        let value = rest.get(quote + 1..).unwrap_or_default();
        let length = value.iter().position(|byte| Some(byte) == rest.get(quote)).unwrap_or(0);
        let start = after_name + quote + 1;
        start..start + length
    }

    pub(super) fn declares_namespace(&self) -> bool {
        namespaces::is_declaration(self.qualified_name(), usize::from(self.record.prefix))
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attribute({}={:?})", self.qualified_name(), self.value())
    }
}

/// What follows the prefix and its colon.
pub(super) fn local(qualified: &str, prefix: u16) -> &str {
    match prefix {
        0 => qualified,
        prefix => qualified.get(usize::from(prefix) + 1..).unwrap_or_default(),
    }
}

/// What stands before the colon.
pub(super) fn prefix(qualified: &str, prefix: u16) -> Option<&str> {
    if prefix == 0 { None } else { qualified.get(..usize::from(prefix)) }
}
