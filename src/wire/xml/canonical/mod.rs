//! Canonical XML 1.0, Canonical XML 1.1 and Exclusive XML Canonicalization 1.0 of a document or of one subtree.
//!
//! One walk over the arena, in document order, without recursion; the octets go to a sink in pieces, so that a digest needs no
//! copy of them. Of document subsets there are those that signatures need: a whole subtree, less at most one subtree in it.

mod attributes;
mod base;
mod namespaces;
mod out;

use std::collections::{BTreeMap, BTreeSet};

use self::{attributes::Attributes, namespaces::Rendered, out::Out};
use super::{Document, Element, Node, Piece};

/// Which canonical form.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// Canonical XML 1.0: the subtree takes over all namespaces and `xml:` attributes that are in scope.
    #[default]
    Canonical10,
    /// Canonical XML 1.1: as 1.0, but `xml:id` is not taken over and `xml:base` is joined.
    Canonical11,
    /// Exclusive XML Canonicalization 1.0: only the namespaces that are used in the output.
    Exclusive,
}

/// One canonicalization method with its parameters.
#[derive(Clone, Debug, Default)]
pub struct Canonical<'c> {
    /// The form.
    pub form: Form,
    /// Whether comments are kept.
    pub comments: bool,
    /// `InclusiveNamespaces/@PrefixList`: prefixes that the exclusive form treats as the inclusive ones do; `#default` is the default
    /// namespace. The other forms do not look at it.
    pub prefixes: BTreeSet<String>,
    /// Attributes that a DTD gives to elements without them, where the other side is known to have read one.
    pub defaults: Option<&'c Defaults>,
}

/// Names and values of defaulted attributes by the name of the element; both in no namespace.
pub type Defaults = BTreeMap<Box<str>, Vec<(Box<str>, Box<str>)>>;

/// What is made canonical.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// The whole document.
    Document(&'a Document),
    /// An element with all that it holds.
    Element(Element<'a>),
}

/// Why there is no canonical form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CanonicalError {
    /// It would be out of proportion: namespaces with long names can be asked for by every element anew.
    #[error("the canonical form is longer than {allowed} bytes, too much for this document")]
    TooLong {
        /// Bytes that would have been accepted.
        allowed: usize,
    },
    /// Canonical XML is not defined for namespaces that are relative references.
    #[error("the namespace {0:?} is relative, for which there is no canonical form")]
    RelativeNamespace(Box<str>),
}

impl Canonical<'_> {
    /// Writes the canonical form of `part` to `sink`, in pieces.
    ///
    /// `excluded`: an element that is left out with all that it holds, for the enveloped signature.
    ///
    /// # Errors
    /// [`CanonicalError`], [`CanonicalError::TooLong`] beyond eight times the length of the document. What the sink has been given
    /// by then is worth nothing.
    pub fn write(
        &self,
        part: Part<'_>,
        excluded: Option<Element<'_>>,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CanonicalError> {
        let (document, range) = match part {
            Part::Document(document) => (document, document.indexes()),
            Part::Element(element) => (element.document(), element.indexes()),
        };
        let out = Out::new(document.text().len(), sink);
        let walk = Walk {
            canonical: self,
            out,
            rendered: Rendered::default(),
            attributes: Attributes::default(),
            open: Vec::new(),
            at_top: matches!(part, Part::Document(_)),
            behind_root: false,
        };
        let excluded = excluded.filter(|element| std::ptr::eq(element.document(), document));
        walk.run(document, range, excluded)
    }

    /// The canonical form of `part` in memory; otherwise as [`Self::write`].
    pub fn octets(&self, part: Part<'_>, excluded: Option<Element<'_>>) -> Result<Vec<u8>, CanonicalError> {
        let mut octets = Vec::new();
        self.write(part, excluded, &mut |piece| octets.extend_from_slice(piece))?;
        Ok(octets)
    }
}

/// An element whose end tag is still to be written.
struct Open<'a> {
    name: &'a str,
    /// Index of the first node behind it.
    next: u32,
    /// How many namespaces had been rendered before it.
    rendered: usize,
}

struct Walk<'a, 's> {
    canonical: &'a Canonical<'a>,
    out: Out<'s>,
    rendered: Rendered<'a>,
    attributes: Attributes<'a>,
    open: Vec<Open<'a>>,
    /// Whether the nodes outside of all open elements are those around the root element.
    at_top: bool,
    behind_root: bool,
}

impl<'a> Walk<'a, '_> {
    fn run(
        mut self,
        document: &'a Document,
        range: std::ops::Range<u32>,
        excluded: Option<Element<'a>>,
    ) -> Result<(), CanonicalError> {
        let mut at = range.start;
        while at < range.end {
            self.close(at);
            let node = Node::at(document, at);
            at += 1;
            match node {
                Node::Element(element) if Some(element) == excluded => {
                    at = element.indexes().end.max(at);
                    self.behind_root |= self.open.is_empty();
                }
                Node::Element(element) => self.start_tag(element)?,
                Node::Text(piece) => self.out.text(piece.value),
                Node::Comment(piece) if self.canonical.comments => self.comment(piece),
                Node::Comment(_) => {}
                Node::Instruction { target, content } => self.instruction(target, content),
            }
            self.out.check()?;
        }
        self.close(range.end);
        self.out.finish()
    }

    /// Writes the end tags of all elements that end before index `at`.
    fn close(&mut self, at: u32) {
        while let Some(closed) = self.open.pop_if(|open| open.next <= at) {
            self.out.raw("</");
            self.out.raw(closed.name);
            self.out.raw(">");
            self.rendered.take_back(closed.rendered);
            self.behind_root |= self.open.is_empty();
        }
    }

    fn start_tag(&mut self, element: Element<'a>) -> Result<(), CanonicalError> {
        let is_apex = self.open.is_empty();
        let name = element.qualified_name();
        self.out.raw("<");
        self.out.raw(name);
        let before = self.rendered.mark();
        self.rendered.namespaces(element, self.canonical, is_apex, &mut self.out)?;
        self.attributes.write(element, self.canonical, is_apex, &mut self.out);
        self.out.raw(">");
        self.open.push(Open { name, next: element.indexes().end, rendered: before });
        self.out.check()
    }

    fn comment(&mut self, comment: Piece<'_>) {
        self.around_root(|walk| {
            walk.out.raw("<!--");
            walk.out.raw(comment.value);
            walk.out.raw("-->");
        });
    }

    fn instruction(&mut self, target: &str, content: Piece<'_>) {
        self.around_root(|walk| {
            walk.out.raw("<?");
            walk.out.raw(target);
            if !content.value.is_empty() {
                walk.out.raw(" ");
                walk.out.raw(content.value);
            }
            walk.out.raw("?>");
        });
    }

    /// Outside of the root element every comment and instruction has a line of its own.
    fn around_root(&mut self, write: impl FnOnce(&mut Self)) {
        let outside = self.at_top && self.open.is_empty();
        if outside && self.behind_root {
            self.out.raw("\n");
        }
        write(self);
        if outside && !self.behind_root {
            self.out.raw("\n");
        }
    }
}
