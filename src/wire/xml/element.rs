//! The handle typed documents read from.

use std::{borrow::Cow, fmt, ops::Range};

use super::{
    Attribute, Document, Node, Position, ReadError, ReadErrorKind, Span,
    attribute::prefix,
    chars::trim,
    document::{Content, ElementRecord, Record, wide},
    namespaces,
    node::{Nodes, walk},
};

/// One element of a [`Document`]; as small as a pointer and an index.
///
/// Children are asked for by local name and must be in this element's own namespace, so that a foreign `x:Money` is never taken for
/// `Money`; [`Self::optional_in`] reaches the others.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    index: u32,
}

impl<'a> Element<'a> {
    pub(super) fn new(document: &'a Document, index: u32) -> Self {
        Self { document, index }
    }

    fn record(self) -> &'a Record {
        self.document.record(self.index)
    }

    fn parts(self) -> ElementRecord {
        match self.record().content {
            Content::Element(parts) => parts,
            _ => ElementRecord {
                namespace: Record::NO_NAMESPACE,
                first_attribute: 0,
                attributes: 0,
                name: 0,
                prefix: 0,
            },
        }
    }

    /// Its own index and those of all nodes in it.
    pub(super) fn indexes(self) -> Range<u32> {
        self.index..self.record().next
    }

    /// The document it belongs to.
    #[must_use]
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// Local name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.document.text().get(self.name_span()).unwrap_or_default()
    }

    /// Where its local name stands in its start tag.
    fn name_span(self) -> Span {
        let (start, parts) = (wide(self.record().start) + 1, self.parts());
        let prefix = if parts.prefix == 0 { 0 } else { usize::from(parts.prefix) + 1 };
        start + prefix..start + usize::from(parts.name)
    }

    /// Whether this is its local name; most names differ in length.
    fn is_named(self, name: &str) -> bool {
        self.name_span().len() == name.len() && self.name() == name
    }

    /// Name as written, with its prefix.
    #[must_use]
    pub fn qualified_name(self) -> &'a str {
        let start = wide(self.record().start) + 1;
        self.document.text().get(start..start + usize::from(self.parts().name)).unwrap_or_default()
    }

    /// Prefix as written.
    #[must_use]
    pub fn prefix(self) -> Option<&'a str> {
        prefix(self.qualified_name(), self.parts().prefix)
    }

    /// URI of the namespace, `None` for the cXML documents we know.
    #[must_use]
    pub fn namespace(self) -> Option<&'a str> {
        self.document.namespace(self.parts().namespace)
    }

    /// Attributes in document order, namespace declarations not among them.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        self.attributes_and_declarations().filter(|attribute| !attribute.declares_namespace())
    }

    /// Namespace declarations of this element: prefix (`None`: the default namespace) and URI (empty: none).
    pub fn declarations(self) -> impl Iterator<Item = (Option<&'a str>, &'a str)> {
        self.attributes_and_declarations()
            .filter(Attribute::declares_namespace)
            .map(|declaration| (declaration.prefix().map(|_| declaration.name()), declaration.value()))
    }

    /// Attributes and namespace declarations in document order.
    pub fn attributes_and_declarations(self) -> impl Iterator<Item = Attribute<'a>> {
        let parts = self.parts();
        let records = self.document.attribute_records(parts.first_attribute, parts.attributes);
        records.iter().map(move |record| Attribute::new(self.document, record))
    }

    /// Value of the attribute written `name` (`currency`, `xml:lang`).
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.attribute_named(name).map(|attribute| attribute.value())
    }

    /// The attribute written `name`, for its place.
    #[must_use]
    pub fn attribute_named(self, name: &str) -> Option<Attribute<'a>> {
        self.attributes_and_declarations().find(|attribute| attribute.qualified_name() == name)
    }

    /// Value of an attribute that must be there.
    pub fn required_attribute(self, name: &str) -> Result<&'a str, ReadError> {
        self.attribute(name).ok_or_else(|| self.without(name))
    }

    /// A refusal for an attribute that is missing.
    fn without(self, name: &str) -> ReadError {
        self.refuse(ReadErrorKind::MissingAttribute {
            element: self.qualified_name().into(),
            attribute: name.into(),
        })
    }

    /// Parses an attribute if it is there; what `parser` says is refused with the attribute's place.
    pub fn parse_attribute<T, E: fmt::Display>(
        self,
        name: &str,
        parser: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ReadError> {
        let Some(attribute) = self.attribute_named(name) else { return Ok(None) };
        parser(attribute.value()).map(Some).map_err(|problem| ReadError {
            kind: ReadErrorKind::AttributeValue {
                element: self.qualified_name().into(),
                attribute: name.into(),
                problem: problem.to_string().into(),
            },
            position: attribute.position(),
        })
    }

    /// Parses an attribute that must be there.
    pub fn parse_required_attribute<T, E: fmt::Display>(
        self,
        name: &str,
        parser: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ReadError> {
        self.parse_attribute(name, parser)?.ok_or_else(|| self.without(name))
    }

    /// Child nodes of every kind.
    pub fn nodes(self) -> impl Iterator<Item = Node<'a>> {
        self.child_nodes()
    }

    fn child_nodes(self) -> Nodes<'a> {
        Nodes::new(self.document, self.index + 1, self.record().next)
    }

    /// Child elements.
    pub fn children(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.document;
        let mut nodes = self.child_nodes();
        std::iter::from_fn(move || {
            loop {
                let (index, record) = nodes.next_record()?;
                if matches!(record.content, Content::Element(_)) {
                    return Some(Element::new(document, index));
                }
            }
        })
    }

    /// Child elements with this local name in this element's namespace.
    pub fn all(self, name: &str) -> impl Iterator<Item = Element<'a>> {
        let namespace = self.namespace();
        self.children().filter(move |child| child.is_named(name) && child.namespace() == namespace)
    }

    /// The child with this name, if there is one; a second one is refused.
    pub fn optional(self, name: &str) -> Result<Option<Element<'a>>, ReadError> {
        self.single(name, self.all(name))
    }

    /// The child with this name; none or two are refused.
    pub fn required(self, name: &str) -> Result<Element<'a>, ReadError> {
        self.optional(name)?.ok_or_else(|| {
            self.refuse(ReadErrorKind::Missing { element: self.qualified_name().into(), child: name.into() })
        })
    }

    /// The child with this name in the namespace `uri`, if there is one; a second one is refused.
    pub fn optional_in(self, uri: &str, name: &str) -> Result<Option<Element<'a>>, ReadError> {
        let named = |child: &Element<'a>| child.name() == name && child.namespace() == Some(uri);
        self.single(name, self.children().filter(named))
    }

    fn single(
        self,
        name: &str,
        mut found: impl Iterator<Item = Element<'a>>,
    ) -> Result<Option<Element<'a>>, ReadError> {
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some(second) => Err(second.refuse(ReadErrorKind::Repeated {
                element: self.qualified_name().into(),
                child: name.into(),
            })),
        }
    }

    /// Its own text, untrimmed: text children joined, comments and child elements left out.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        join(
            self.nodes()
                .filter_map(|node| if let Node::Text(piece) = node { Some(piece.value) } else { None }),
        )
    }

    /// Its own text without white space at both ends.
    #[must_use]
    pub fn trimmed_text(self) -> Cow<'a, str> {
        match self.text() {
            Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
            Cow::Owned(text) => Cow::Owned(trim(&text).to_owned()),
        }
    }

    /// All text in it at any depth, in document order (the string value of `XPath`).
    #[must_use]
    pub fn string_value(self) -> Cow<'a, str> {
        let nodes = walk(self.document, self.index + 1, self.record().next);
        join(nodes.filter_map(|node| if let Node::Text(piece) = node { Some(piece.value) } else { None }))
    }

    /// Parses its own text as received; what `parser` says is refused with this element's place.
    pub fn parse_text<T, E: fmt::Display>(
        self,
        parser: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ReadError> {
        parser(&self.text()).map_err(|problem| self.invalid(problem))
    }

    /// Parses its own text without white space at both ends.
    pub fn parse_trimmed_text<T, E: fmt::Display>(
        self,
        parser: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ReadError> {
        parser(&self.trimmed_text()).map_err(|problem| self.invalid(problem))
    }

    /// Everything between its tags exactly as received, for ANY content.
    ///
    /// It can be written again inside another document, except where it uses a namespace prefix that is declared outside of it.
    #[must_use]
    pub fn markup(self) -> &'a str {
        self.document.text().get(self.content_span()).unwrap_or_default()
    }

    /// The element as received, tags included.
    #[must_use]
    pub fn outer_markup(self) -> &'a str {
        self.document.text().get(self.span()).unwrap_or_default()
    }

    /// Where it begins.
    #[must_use]
    pub fn position(self) -> Position {
        self.document.position(wide(self.record().start))
    }

    /// Where it stands, tags included.
    #[must_use]
    pub fn span(self) -> Span {
        wide(self.record().start)..wide(self.record().end)
    }

    /// Where its content stands; the end of the element when it has none.
    #[must_use]
    pub fn content_span(self) -> Span {
        let end = wide(self.record().end);
        match self.child_nodes().next_record() {
            None => end..end,
            // An end tag holds no `<` but its own.
            Some((_, first)) => {
                let start = wide(first.start);
                let content = self.document.text().get(start..end).unwrap_or_default();
                start..start + content.rfind('<').unwrap_or(0)
            }
        }
    }

    /// The element around it, `None` for the root.
    #[must_use]
    pub fn parent(self) -> Option<Element<'a>> {
        let parent = self.record().parent;
        (parent != Record::NO_PARENT).then(|| Element::new(self.document, parent))
    }

    /// Itself and every element around it, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Element<'a>> {
        std::iter::successors(Some(self), |element| element.parent())
    }

    /// Itself and every element in it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.document;
        (self.index..self.record().next)
            .filter(move |&index| matches!(document.record(index).content, Content::Element(_)))
            .map(move |index| Element::new(document, index))
    }

    /// Every node in it at any depth, in document order.
    pub fn descendant_nodes(self) -> impl Iterator<Item = Node<'a>> {
        walk(self.document, self.index + 1, self.record().next)
    }

    /// URI bound to `prefix` here (`None`: the default namespace).
    #[must_use]
    pub fn namespace_of_prefix(self, prefix: Option<&str>) -> Option<&'a str> {
        if prefix == Some("xml") {
            return Some(namespaces::XML);
        }
        self.ancestors()
            .find_map(|element| element.declarations().find(|declared| declared.0 == prefix))
            .map(|(_, uri)| uri)
            .filter(|uri| !uri.is_empty())
    }

    /// A refusal of this element's text, with its place.
    pub fn invalid(self, problem: impl fmt::Display) -> ReadError {
        self.refuse(ReadErrorKind::Value {
            element: self.qualified_name().into(),
            problem: problem.to_string().into(),
        })
    }

    /// A refusal that points at this element.
    #[must_use]
    pub fn refuse(self, kind: ReadErrorKind) -> ReadError {
        ReadError { kind, position: self.position() }
    }
}

impl PartialEq for Element<'_> {
    /// The same element of the same document.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({} at {:?})", self.qualified_name(), self.span())
    }
}

/// One text as it is, several joined.
fn join<'a>(mut texts: impl Iterator<Item = &'a str>) -> Cow<'a, str> {
    let Some(first) = texts.next() else { return Cow::Borrowed("") };
    match texts.next() {
        None => Cow::Borrowed(first),
        Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
    }
}
