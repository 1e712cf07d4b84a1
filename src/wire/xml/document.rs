//! The arena tree of one document.

use std::{ops::Range, str::FromStr, sync::OnceLock};

use super::{
    Doctype, Element, Encoding, Limits, Node, Position, ReadError, Source, Span, doctype::DoctypeSpans,
    dtd::Entities, node::Nodes, position::Lines, reader, redact,
};

/// One well-formed document: its received octets, its decoded text and the tree over it.
///
/// The tree is flat, in document order; nothing in it owns anything, so walking and dropping it take no stack.
#[derive(Debug)]
pub struct Document {
    source: Source,
    tree: Tree,
    lines: OnceLock<Lines>,
}

impl Document {
    /// Decodes and reads `octets`.
    ///
    /// `charset`: the parameter of the HTTP `Content-Type`, if it has one (see [`super::charset_parameter`]).
    ///
    /// # Errors
    /// Whatever is not text, not well-formed, declares an internal subset or goes beyond `limits`, with its place.
    pub fn read(
        octets: impl Into<Vec<u8>>,
        charset: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, ReadError> {
        let octets = octets.into();
        limits.check_bytes(octets.len())?;
        Self::from_source(Source::decode(octets, charset)?, limits)
    }

    /// Reads text that is decoded already.
    pub fn from_source(source: Source, limits: &Limits) -> Result<Self, ReadError> {
        limits.check_bytes(source.text().len())?;
        let tree = reader::read(source.text(), limits).map_err(|fault| fault.locate(source.text()))?;
        Ok(Self { source, tree, lines: OnceLock::new() })
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element::new(self, self.tree.root)
    }

    /// Everything at the top: comments and processing instructions around the root element, and it.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        Nodes::new(self, 0, narrow(self.tree.records.len()))
    }

    /// The DOCTYPE, if there is one.
    #[must_use]
    pub fn doctype(&self) -> Option<Doctype<'_>> {
        self.tree.doctype.as_ref().map(|spans| Doctype::of(self, spans))
    }

    /// Where the DOCTYPE stands.
    #[must_use]
    pub fn doctype_span(&self) -> Option<Span> {
        self.tree.doctype.as_ref().map(|spans| spans.whole.clone())
    }

    /// The decoded text, without byte order mark, line ends as received; every [`Span`] refers to it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// What was received, to the octet.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.source.octets()
    }

    /// The encoding it was received in.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.source.encoding()
    }

    /// A copy of [`Self::text`] with `spans` overwritten by `*`, of equal length.
    #[must_use]
    pub fn redacted(&self, spans: &[Span]) -> String {
        redact::redact(self.text(), spans)
    }

    /// Line and column of an offset in [`Self::text`].
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| Lines::of(self.text())).position(self.text(), offset)
    }

    /// Indexes of all nodes.
    pub(super) fn indexes(&self) -> Range<u32> {
        0..narrow(self.tree.records.len())
    }

    pub(super) fn record(&self, index: u32) -> &Record {
        self.tree.records.get(wide(index)).unwrap_or(&Record::NOTHING)
    }

    pub(super) fn attribute_records(&self, first: u32, count: u16) -> &[AttributeRecord] {
        let first = wide(first);
        self.tree.attributes.get(first..first + usize::from(count)).unwrap_or_default()
    }

    pub(super) fn resolve(&self, slice: Slice) -> &str {
        self.tree.resolve(self.text(), slice)
    }

    pub(super) fn namespace(&self, namespace: u32) -> Option<&str> {
        self.tree.namespace(self.text(), namespace)
    }
}

impl FromStr for Document {
    type Err = ReadError;

    /// Reads text under the default [`Limits`].
    fn from_str(text: &str) -> Result<Self, ReadError> {
        Self::from_source(Source::from(text.to_owned()), &Limits::default())
    }
}

/// Says whether `octets` are a well-formed document, internal subset included, without making anything of it.
///
/// Declarations are taken into account here as a document from a peer never may ask; nothing external is opened.
///
/// # Errors
/// What makes it none, with its place; for the text of an entity that is the place of its first reference.
pub fn check(octets: impl Into<Vec<u8>>, charset: Option<&str>, limits: &Limits) -> Result<(), ReadError> {
    let octets = octets.into();
    limits.check_bytes(octets.len())?;
    let source = Source::decode(octets, charset)?;
    limits.check_bytes(source.text().len())?;
    reader::check(source.text(), limits).map_err(|fault| fault.locate(source.text()))
}

/// The tree itself, without the text it refers to.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) records: Vec<Record>,
    pub(super) attributes: Vec<AttributeRecord>,
    /// URIs of the namespace declarations, in document order.
    pub(super) namespaces: Vec<Slice>,
    /// What could not be taken from the text as it stands: references resolved, line ends and white space normalised.
    pub(super) unescaped: String,
    pub(super) root: u32,
    pub(super) doctype: Option<DoctypeSpans>,
    /// None are declared, unless the document was only to be checked.
    pub(super) entities: Entities,
}

impl Tree {
    pub(super) fn resolve<'a>(&'a self, text: &'a str, slice: Slice) -> &'a str {
        let (buffer, start) = match slice.start & Slice::UNESCAPED {
            0 => (text, slice.start),
            _ => (self.unescaped.as_str(), slice.start & !Slice::UNESCAPED),
        };
        let start = wide(start);
        buffer.get(start..start + wide(slice.length)).unwrap_or_default()
    }

    /// URI of a resolved namespace.
    pub(super) fn namespace<'a>(&'a self, text: &'a str, namespace: u32) -> Option<&'a str> {
        match namespace {
            Record::NO_NAMESPACE => None,
            Record::XML_NAMESPACE => Some(super::namespaces::XML),
            declared => self.namespaces.get(wide(declared)).map(|&uri| self.resolve(text, uri)),
        }
    }
}

/// Some text: of the document as it stands, or of [`Tree::unescaped`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    start: u32,
    length: u32,
}

impl Slice {
    const UNESCAPED: u32 = 1 << 31;

    pub(super) fn of_text(span: Span) -> Self {
        Self { start: narrow(span.start), length: narrow(span.len()) }
    }

    pub(super) fn of_unescaped(span: Span) -> Self {
        Self { start: narrow(span.start) | Self::UNESCAPED, length: narrow(span.len()) }
    }
}

/// One node.
#[derive(Debug)]
pub(super) struct Record {
    /// Where it stands in the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Index of the element around it, [`Self::NO_PARENT`] at the top.
    pub(super) parent: u32,
    /// Index of the first node after it that is not inside of it.
    pub(super) next: u32,
    pub(super) content: Content,
}

impl Record {
    pub(super) const NO_PARENT: u32 = u32::MAX;
    pub(super) const NO_NAMESPACE: u32 = u32::MAX;
    pub(super) const XML_NAMESPACE: u32 = u32::MAX - 1;
    const NOTHING: Self = Self {
        start: 0,
        end: 0,
        parent: Self::NO_PARENT,
        next: 0,
        content: Content::Text(Slice { start: 0, length: 0 }),
    };
}

#[derive(Debug)]
pub(super) enum Content {
    Element(ElementRecord),
    Text(Slice),
    Comment(Slice),
    Instruction { target: u16, content: Slice },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ElementRecord {
    pub(super) namespace: u32,
    pub(super) first_attribute: u32,
    pub(super) attributes: u16,
    /// Bytes of the name, which begins one byte after the element.
    pub(super) name: u16,
    /// Bytes of its prefix; 0: none.
    pub(super) prefix: u16,
}

/// One attribute or namespace declaration.
#[derive(Debug)]
pub(super) struct AttributeRecord {
    pub(super) start: u32,
    pub(super) namespace: u32,
    pub(super) value: Slice,
    pub(super) name: u16,
    pub(super) prefix: u16,
}

/// Offsets are below 2³¹ by [`Limits::MOST_BYTES`], so this never saturates.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(super) fn wide(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
