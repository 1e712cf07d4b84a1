//! How much one document may ask of us.

use super::{Limit, ReadError, error::Fault};

/// Bounds on one document. What goes beyond is refused with [`super::Limit`] and its position.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Length of the document in bytes, as received and as decoded; never above 2 GiB.
    pub bytes: usize,
    /// Elements inside one another.
    pub depth: usize,
    /// Elements, texts, comments and processing instructions together.
    pub nodes: usize,
    /// Attributes of one element, namespace declarations counted.
    pub attributes: usize,
    /// Bytes of an element, attribute or target name; never above 65 535.
    pub name_bytes: usize,
    /// Bytes of one attribute value or one unbroken text.
    pub value_bytes: usize,
}

impl Limits {
    /// Room for an order of ten thousand lines; the deepest cXML document known has under thirty levels.
    pub const DEFAULT: Self = Self {
        bytes: 16 << 20,
        depth: 128,
        nodes: 2_000_000,
        attributes: 128,
        name_bytes: 1_024,
        value_bytes: 4 << 20,
    };
    /// Offsets are kept in 31 bits.
    pub(super) const MOST_BYTES: usize = i32::MAX as usize;
    /// Name lengths and attribute counts are kept in 16 bits.
    pub(super) const MOST_SHORT: usize = u16::MAX as usize;

    /// Refuses a document of `bytes` bytes when that is too long.
    pub(super) fn check_bytes(&self, bytes: usize) -> Result<(), ReadError> {
        let allowed = self.bytes.min(Self::MOST_BYTES);
        if bytes <= allowed {
            return Ok(());
        }
        Err(Fault::limit(Limit::Bytes, allowed, 0).locate(""))
    }

    pub(super) fn check_attributes(&self, attributes: usize, offset: usize) -> Result<(), Fault> {
        check(Limit::Attributes, attributes, self.attributes.min(Self::MOST_SHORT), offset)
    }

    pub(super) fn check_name(&self, bytes: usize, offset: usize) -> Result<(), Fault> {
        check(Limit::Name, bytes, self.name_bytes.min(Self::MOST_SHORT), offset)
    }

    pub(super) fn check_value(&self, bytes: usize, offset: usize) -> Result<(), Fault> {
        check(Limit::Value, bytes, self.value_bytes, offset)
    }

    pub(super) fn check_depth(&self, depth: usize, offset: usize) -> Result<(), Fault> {
        check(Limit::Depth, depth, self.depth, offset)
    }

    pub(super) fn check_nodes(&self, nodes: usize, offset: usize) -> Result<(), Fault> {
        check(Limit::Nodes, nodes, self.nodes, offset)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

fn check(limit: Limit, found: usize, allowed: usize, offset: usize) -> Result<(), Fault> {
    if found <= allowed { Ok(()) } else { Err(Fault::limit(limit, allowed, offset)) }
}
