//! Any node of the tree, for whoever must see more than elements: canonical form, writer.

use super::{
    Document, Element, Span,
    document::{Content, Record, wide},
};

/// One node and what it is.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Unbroken text, CDATA sections and references included, as its value.
    Text(Piece<'a>),
    /// A comment, without its delimiters.
    Comment(Piece<'a>),
    /// A processing instruction.
    Instruction {
        /// Its target.
        target: &'a str,
        /// What follows the target and white space.
        content: Piece<'a>,
    },
}

/// The value of a text, comment or processing instruction, line ends normalised, and the place of the whole node.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The value.
    pub value: &'a str,
    start: usize,
    end: usize,
}

impl Piece<'_> {
    /// Where the node stands in the text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.start..self.end
    }
}

impl<'a> Node<'a> {
    // Inlined, what a walk does not ask for is not looked up.
    #[inline]
    pub(super) fn at(document: &'a Document, index: u32) -> Self {
        let record = document.record(index);
        let (start, end) = (wide(record.start), wide(record.end));
        let piece = |slice| Piece { value: document.resolve(slice), start, end };
        match record.content {
            Content::Element(_) => Self::Element(Element::new(document, index)),
            Content::Text(slice) => Self::Text(piece(slice)),
            Content::Comment(slice) => Self::Comment(piece(slice)),
            Content::Instruction { target, content } => {
                let target = start + 2..start + 2 + usize::from(target);
                Self::Instruction {
                    target: document.text().get(target).unwrap_or_default(),
                    content: piece(content),
                }
            }
        }
    }

    /// Offset of its first byte in the text.
    #[must_use]
    pub fn start(self) -> usize {
        match self {
            Self::Element(element) => element.span().start,
            Self::Text(piece) | Self::Comment(piece) | Self::Instruction { content: piece, .. } => {
                piece.start
            }
        }
    }

    /// The element, if it is one.
    #[must_use]
    pub fn element(self) -> Option<Element<'a>> {
        if let Self::Element(element) = self { Some(element) } else { None }
    }
}

/// Siblings from one index up to another.
#[derive(Clone)]
pub(super) struct Nodes<'a> {
    document: &'a Document,
    at: u32,
    end: u32,
}

impl<'a> Nodes<'a> {
    pub(super) fn new(document: &'a Document, at: u32, end: u32) -> Self {
        Self { document, at, end }
    }

    /// The next sibling as it is stored.
    pub(super) fn next_record(&mut self) -> Option<(u32, &'a Record)> {
        if self.at >= self.end {
            return None;
        }
        let index = self.at;
        let record = self.document.record(index);
        self.at = record.next.max(index + 1);
        Some((index, record))
    }
}

impl<'a> Iterator for Nodes<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let document = self.document;
        self.next_record().map(|(index, _)| Node::at(document, index))
    }
}

/// Every node from one index up to another, in document order.
pub(super) fn walk(document: &Document, from: u32, to: u32) -> impl Iterator<Item = Node<'_>> {
    (from..to).map(move |index| Node::at(document, index))
}
