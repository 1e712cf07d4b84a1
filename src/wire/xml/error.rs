//! Why a document was not read.

use super::{Excerpt, Position};

/// A refusal with its place: `line 3, column 7: …`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {}, column {}: {kind}", position.line, position.column)]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// Where, in the decoded text.
    pub position: Position,
}

impl ReadError {
    /// The line in question with a caret below the place, at most `width` characters of it.
    ///
    /// `text`: the decoded text that was read, or its redacted copy, which has the same offsets.
    #[must_use]
    pub fn excerpt(&self, text: &str, width: usize) -> Excerpt {
        Excerpt::new(text, self.position, width)
    }
}

/// What is wrong with a document.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadErrorKind {
    /// The octets are not text.
    #[error(transparent)]
    Encoding(#[from] EncodingFault),
    /// The text is not XML.
    #[error(transparent)]
    NotWellFormed(#[from] Flaw),
    /// The document is larger than allowed.
    #[error("{limit} beyond {allowed}")]
    Limit {
        /// Which bound.
        limit: Limit,
        /// What was allowed.
        allowed: usize,
    },
    /// The DOCTYPE declares something of its own, which is never taken from a peer.
    #[error("the DOCTYPE has an internal subset with declarations, which are not accepted")]
    InternalSubset,
    /// A child element is missing.
    #[error("element {element} has no {child}")]
    Missing {
        /// The element.
        element: Box<str>,
        /// What it lacks.
        child: Box<str>,
    },
    /// A child element that may stand once stands twice; the position is the second one's.
    #[error("element {element} has more than one {child}")]
    Repeated {
        /// The element.
        element: Box<str>,
        /// What it has too often.
        child: Box<str>,
    },
    /// An attribute is missing.
    #[error("element {element} has no attribute {attribute}")]
    MissingAttribute {
        /// The element.
        element: Box<str>,
        /// What it lacks.
        attribute: Box<str>,
    },
    /// A text is not what it should be.
    #[error("element {element}: {problem}")]
    Value {
        /// The element.
        element: Box<str>,
        /// What is wrong with its text.
        problem: Box<str>,
    },
    /// An attribute value is not what it should be.
    #[error("element {element}, attribute {attribute}: {problem}")]
    AttributeValue {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// What is wrong with its value.
        problem: Box<str>,
    },
}

/// Why octets could not become text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EncodingFault {
    /// No such encoding is read here.
    #[error("encoding {0:?} is not supported")]
    Unsupported(Box<str>),
    /// UTF-16 announced or found, without the mark that tells its byte order.
    #[error("UTF-16 without a byte order mark")]
    NoByteOrderMark,
    /// The XML declaration says UTF-16 in octets that are not.
    #[error("the XML declaration says {0}, but the document is in single octets")]
    Contradiction(Box<str>),
    /// Octets that mean nothing in the encoding.
    #[error("octet {offset} is not valid {encoding}")]
    Undecodable {
        /// Octets before it, as received.
        offset: usize,
        /// The encoding that was expected.
        encoding: super::Encoding,
    },
}

/// A breach of XML 1.0 or of Namespaces in XML.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Flaw {
    /// No element at all.
    #[error("there is no root element")]
    NoRoot,
    /// A second element beside the root.
    #[error("a second root element {0}")]
    SecondRoot(Box<str>),
    /// Text before or after the root element.
    #[error("text outside of the root element")]
    TextOutsideRoot,
    /// A character that XML has no place for.
    #[error("character U+{:04X} is not allowed in XML", u32::from(*.0))]
    Character(char),
    /// No name where one must stand, or colons that are misplaced.
    #[error("not a name")]
    Name,
    /// Something stands in a tag, declaration or DOCTYPE that has no place there.
    #[error("expected {0}")]
    Expected(&'static str),
    /// The document ends within markup.
    #[error("{0} is not closed")]
    Unclosed(&'static str),
    /// The document ends within an element.
    #[error("element {name}, opened in line {line}, is not closed")]
    UnclosedElement {
        /// The element.
        name: Box<str>,
        /// Line of its start tag.
        line: usize,
    },
    /// An end tag that closes another element than the open one.
    #[error("</{found}> closes nothing here: <{expected}>, opened in line {line}, must be closed first")]
    MismatchedEndTag {
        /// The open element.
        expected: Box<str>,
        /// What the end tag says.
        found: Box<str>,
        /// Line of the start tag.
        line: usize,
    },
    /// An end tag with nothing open.
    #[error("</{0}> closes nothing: no element is open")]
    StrayEndTag(Box<str>),
    /// Two attributes of one name in one tag, as written or by namespace.
    #[error("attribute {0} stands twice")]
    DuplicateAttribute(Box<str>),
    /// A `<` that begins no tag.
    #[error("\"<\" begins no tag; as text it must be written &lt;")]
    TagName,
    /// A bare `<` in an attribute value.
    #[error("\"<\" in an attribute value must be written &lt;")]
    LessThanInValue,
    /// `]]>` in text.
    #[error("\"]]>\" in text must be written ]]&gt;")]
    CdataEndInText,
    /// `--` within a comment.
    #[error("\"--\" within a comment")]
    DoubleHyphen,
    /// An ampersand that begins no reference.
    #[error("\"&\" begins no reference; as text it must be written &amp;")]
    Reference,
    /// A character reference to something that is no XML character.
    #[error("character reference {0} is to nothing that XML allows")]
    CharacterReference(Box<str>),
    /// A reference to an entity that nobody declared.
    #[error("entity {0} is not declared")]
    UnknownEntity(Box<str>),
    /// A `%` that begins no reference to a parameter entity.
    #[error("\"%\" begins no reference to a parameter entity; as text it must be written &#37;")]
    ParameterName,
    /// A parameter entity within a declaration of the internal subset.
    #[error("a parameter entity may not stand within a declaration of the internal subset")]
    ParameterReference,
    /// An entity that refers to itself, directly or through others.
    #[error("entity {0} refers to itself")]
    RecursiveEntity(Box<str>),
    /// A reference to an entity that is no XML.
    #[error("entity {0} is declared as something that is not XML and cannot be referred to")]
    UnparsedEntity(Box<str>),
    /// A reference from an attribute value to an entity that lies elsewhere.
    #[error("entity {0} lies outside of the document; an attribute value cannot refer to it")]
    ExternalEntity(Box<str>),
    /// What is wrong with the text of an entity that is referred to.
    #[error("within entity {name}: {problem}")]
    InEntity {
        /// The entity.
        name: Box<str>,
        /// What is wrong with it.
        problem: Box<str>,
    },
    /// `<?xml` anywhere but at the very start.
    #[error("an XML declaration is allowed at the very start only")]
    MisplacedDeclaration,
    /// A processing instruction whose target is reserved.
    #[error("processing instruction target {0} is reserved")]
    ReservedTarget(Box<str>),
    /// A second DOCTYPE, or one that does not stand before the root element.
    #[error("a DOCTYPE is allowed once, before the root element")]
    MisplacedDoctype,
    /// Markup that begins with `<!` and is none.
    #[error("unknown markup")]
    UnknownMarkup,
    /// A CDATA section outside the root element.
    #[error("a CDATA section outside of the root element")]
    CdataOutsideRoot,
    /// A prefix that nobody declared.
    #[error("namespace prefix {0} is not declared")]
    UnknownPrefix(Box<str>),
    /// A namespace declaration that Namespaces in XML forbids.
    #[error("namespace declaration {0} is not allowed")]
    NamespaceDeclaration(Box<str>),
}

impl ReadErrorKind {
    /// Its stable code, as `punchgate explain` knows it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding(EncodingFault::Unsupported(_)) => "X001",
            Self::Encoding(EncodingFault::NoByteOrderMark) => "X002",
            Self::Encoding(EncodingFault::Contradiction(_)) => "X003",
            Self::Encoding(EncodingFault::Undecodable { .. }) => "X004",
            Self::Limit { .. } => "X010",
            Self::InternalSubset => "X011",
            Self::NotWellFormed(flaw) => flaw.code(),
            Self::Missing { .. } => "T001",
            Self::Repeated { .. } => "T002",
            Self::MissingAttribute { .. } => "T003",
            Self::Value { .. } => "T004",
            Self::AttributeValue { .. } => "T005",
        }
    }
}

impl Flaw {
    const fn code(&self) -> &'static str {
        match self {
            Self::NoRoot => "X020",
            Self::SecondRoot(_) => "X021",
            Self::TextOutsideRoot => "X022",
            Self::Character(_) => "X023",
            Self::Name => "X024",
            Self::Expected(_) => "X025",
            Self::Unclosed(_) => "X026",
            Self::UnclosedElement { .. } => "X027",
            Self::MismatchedEndTag { .. } => "X028",
            Self::StrayEndTag(_) => "X029",
            Self::DuplicateAttribute(_) => "X030",
            Self::TagName => "X031",
            Self::LessThanInValue => "X032",
            Self::CdataEndInText => "X033",
            Self::DoubleHyphen => "X034",
            Self::Reference => "X035",
            Self::CharacterReference(_) => "X036",
            Self::UnknownEntity(_) => "X037",
            Self::ParameterName => "X038",
            Self::ParameterReference => "X039",
            Self::RecursiveEntity(_) => "X040",
            Self::UnparsedEntity(_) => "X041",
            Self::ExternalEntity(_) => "X042",
            Self::InEntity { .. } => "X043",
            Self::MisplacedDeclaration => "X044",
            Self::ReservedTarget(_) => "X045",
            Self::MisplacedDoctype => "X046",
            Self::UnknownMarkup => "X047",
            Self::CdataOutsideRoot => "X048",
            Self::UnknownPrefix(_) => "X049",
            Self::NamespaceDeclaration(_) => "X050",
        }
    }
}

/// A bound of [`super::Limits`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Limit {
    /// Length of the document.
    #[error("document length in bytes")]
    Bytes,
    /// Elements inside one another.
    #[error("element depth")]
    Depth,
    /// Nodes of the document.
    #[error("number of nodes")]
    Nodes,
    /// Attributes of one element.
    #[error("number of attributes")]
    Attributes,
    /// Length of a name.
    #[error("name length in bytes")]
    Name,
    /// Length of a value or text.
    #[error("value length in bytes")]
    Value,
    /// Groups inside one another in a content model.
    #[error("content model depth")]
    ContentDepth,
    /// Parameter entities inside one another.
    #[error("depth of parameter entities")]
    EntityDepth,
    /// What entities expand to.
    #[error("expansion of entities in bytes")]
    Expansion,
}

/// `name` for a message: at most 60 characters of it.
pub(super) fn brief(name: &str) -> Box<str> {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()).into(),
        None => name.into(),
    }
}

/// A refusal before its line and column are known: what, and at which byte.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ReadErrorKind,
    pub(super) offset: usize,
}

impl Fault {
    pub(super) fn new(kind: impl Into<ReadErrorKind>, offset: usize) -> Self {
        Self { kind: kind.into(), offset }
    }

    pub(super) fn limit(limit: Limit, allowed: usize, offset: usize) -> Self {
        Self { kind: ReadErrorKind::Limit { limit, allowed }, offset }
    }

    pub(super) fn locate(self, text: &str) -> ReadError {
        ReadError { kind: self.kind, position: Position::find(text, self.offset) }
    }
}
