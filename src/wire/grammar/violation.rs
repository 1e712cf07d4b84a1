//! What is wrong, where, and what would be right.

use std::fmt;

use crate::wire::xml::Position;

use super::{rule::Version, value::ValueType};

/// One place where a document does not keep to its grammar.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Violation {
    /// What is wrong.
    pub kind: ViolationKind,
    /// Where.
    pub position: Position,
}

/// What is wrong. Names are as written, lists in the order of the content model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ViolationKind {
    /// An element that the grammar does not declare.
    UnknownElement {
        /// Its name.
        name: Box<str>,
        /// A declared name that is alike.
        alike: Option<Box<str>>,
    },
    /// An element before which others must stand.
    MissingBefore {
        /// The element around it.
        element: Box<str>,
        /// What stands there.
        found: Box<str>,
        /// What must stand before it.
        missing: Box<[Box<str>]>,
    },
    /// An element that belongs further up, or stands too often.
    OutOfOrder {
        /// The element around it.
        element: Box<str>,
        /// What stands there.
        found: Box<str>,
        /// What may stand there.
        expected: Box<[Box<str>]>,
    },
    /// An element that never stands in this one.
    Misplaced {
        /// The element around it.
        element: Box<str>,
        /// What stands there.
        found: Box<str>,
        /// What may stand there.
        expected: Box<[Box<str>]>,
    },
    /// The element ends too early.
    Incomplete {
        /// The element.
        element: Box<str>,
        /// What must follow.
        missing: Box<[Box<str>]>,
    },
    /// Text, a reference or a CDATA section among elements alone.
    Text {
        /// The element around it.
        element: Box<str>,
    },
    /// Anything in an element that must hold nothing.
    NotEmpty {
        /// The element.
        element: Box<str>,
    },
    /// An attribute that the element does not have.
    UnknownAttribute {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// A declared name that is alike.
        alike: Option<Box<str>>,
    },
    /// An attribute that must be there.
    MissingAttribute {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
    },
    /// A value that is not one of those listed.
    NotListed {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// What it says.
        found: Box<str>,
        /// What it may say.
        expected: Box<[Box<str>]>,
    },
    /// A value that must be one and is another.
    NotFixed {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// What it must say.
        expected: Box<str>,
    },
    /// A value that is not a name or name token.
    NotToken {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// What it says.
        found: Box<str>,
    },
    /// An ID that stands twice.
    RepeatedId {
        /// The value.
        id: Box<str>,
    },
    /// A reference to an ID that is nowhere.
    DanglingId {
        /// The value.
        id: Box<str>,
    },
    /// An attribute value or text that is not of its type.
    Value {
        /// The element.
        element: Box<str>,
        /// The attribute, `None`: the element's text.
        attribute: Option<Box<str>>,
        /// What it says, cut to size.
        found: Box<str>,
        /// What it must be.
        expected: ValueType,
    },
    /// An attribute that is not written, so that only who has the DTD knows its value.
    LeftToDefault {
        /// The element.
        element: Box<str>,
        /// The attribute.
        attribute: Box<str>,
        /// What the DTD says for it.
        default: Box<str>,
    },
    /// Something that only a later version knows.
    Newer {
        /// The element.
        element: Box<str>,
        /// What stands in it: a child, an attribute or a value.
        what: Box<str>,
        /// The version it came with, as far as the DTDs held show.
        since: Version,
    },
    /// The list of findings was cut here.
    TooMany,
}

impl ViolationKind {
    /// Its stable code, as `punchgate explain` knows it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownElement { .. } => "G001",
            Self::MissingBefore { .. } => "G002",
            Self::OutOfOrder { .. } => "G003",
            Self::Misplaced { .. } => "G004",
            Self::Incomplete { .. } => "G005",
            Self::Text { .. } => "G006",
            Self::NotEmpty { .. } => "G007",
            Self::UnknownAttribute { .. } => "G008",
            Self::MissingAttribute { .. } => "G009",
            Self::NotListed { .. } => "G010",
            Self::NotFixed { .. } => "G011",
            Self::NotToken { .. } => "G012",
            Self::RepeatedId { .. } => "G013",
            Self::DanglingId { .. } => "G014",
            Self::Value { expected: ValueType::Currency, .. } => "G020",
            Self::Value { expected: ValueType::Country, .. } => "G021",
            Self::Value { expected: ValueType::Unit, .. } => "G022",
            Self::Value { .. } => "G015",
            Self::Newer { .. } => "G016",
            Self::LeftToDefault { .. } => "G017",
            Self::TooMany => "G099",
        }
    }

    /// Whether the document is understood all the same by whoever does not insist.
    #[must_use]
    pub const fn is_advice(&self) -> bool {
        match self {
            Self::Value { expected, .. } => expected.is_advice(),
            Self::LeftToDefault { .. } => true,
            _ => false,
        }
    }

    /// What would be right, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownElement { alike: Some(alike), .. }
            | Self::UnknownAttribute { alike: Some(alike), .. } => format!("did you mean {alike}?"),
            Self::MissingBefore { missing, .. } => format!("put {} before it", list(missing, " and ")),
            Self::OutOfOrder { expected, .. } | Self::Misplaced { expected, .. } if !expected.is_empty() => {
                format!("here may stand {}", list(expected, " or "))
            }
            Self::OutOfOrder { .. } | Self::Misplaced { .. } => "nothing more may stand here".to_owned(),
            Self::Incomplete { element, missing } => {
                format!("add {} at the end of {element}", list(missing, " and "))
            }
            Self::MissingAttribute { attribute, .. } => format!("add {attribute}=\"…\""),
            Self::NotListed { expected, .. } => format!("it may be {}", list(expected, " or ")),
            Self::NotFixed { expected, .. } => format!("write \"{expected}\" or leave it out"),
            Self::Value { expected, found, .. } => {
                let capital = found.to_ascii_uppercase();
                let only_case = capital != **found && expected.is_code() && expected.fits(&capital);
                if only_case {
                    format!("write {capital}: the case of a code counts")
                } else {
                    format!("expected {}", expected.words())
                }
            }
            Self::LeftToDefault { attribute, default, .. } => {
                format!("write {attribute}=\"{default}\" if that is meant")
            }
            _ => return None,
        })
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownElement { name, .. } => write!(f, "there is no element {name}"),
            Self::MissingBefore { element, found, missing } => {
                write!(f, "{element}: {} missing before {found}", are(missing))
            }
            Self::OutOfOrder { element, found, .. } => {
                write!(f, "{element}: {found} stands in the wrong place or too often")
            }
            Self::Misplaced { element, found, .. } => write!(f, "{element} cannot hold {found}"),
            Self::Incomplete { element, missing } => write!(f, "{element}: {} missing", are(missing)),
            Self::Text { element } => write!(f, "{element} cannot hold text"),
            Self::NotEmpty { element } => write!(f, "{element} must be empty"),
            Self::UnknownAttribute { element, attribute, .. } => {
                write!(f, "{element} has no attribute {attribute}")
            }
            Self::MissingAttribute { element, attribute } => {
                write!(f, "{element}: attribute {attribute} is missing")
            }
            Self::NotListed { element, attribute, found, .. } => {
                write!(f, "{element}: {attribute} cannot be \"{found}\"")
            }
            Self::NotFixed { element, attribute, expected } => {
                write!(f, "{element}: {attribute} must be \"{expected}\"")
            }
            Self::NotToken { element, attribute, found } => {
                write!(f, "{element}: {attribute} must be a name, not \"{found}\"")
            }
            Self::RepeatedId { id } => write!(f, "ID \"{id}\" stands twice"),
            Self::DanglingId { id } => write!(f, "ID \"{id}\" is referred to but nowhere"),
            Self::Value { element, attribute: Some(attribute), found, .. } => {
                write!(f, "{element}: {attribute} is \"{found}\"")
            }
            Self::Value { element, attribute: None, found, .. } => write!(f, "{element} is \"{found}\""),
            Self::Newer { element, what, since } => write!(f, "{element}: {what} came with version {since}"),
            Self::LeftToDefault { element, attribute, default } => {
                write!(f, "{element}: {attribute} is left to the DTD's default, {default}")
            }
            Self::TooMany => f.write_str("there is more wrong than is told here"),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.position.line, self.position.column, self.kind)
    }
}

/// Names for a sentence; a long list ends in `…`.
fn list(names: &[Box<str>], last: &str) -> String {
    const MOST: usize = 12;
    match names {
        [names @ .., end] if !names.is_empty() && names.len() < MOST => {
            format!("{}{last}{end}", names.join(", "))
        }
        names if names.len() > MOST => format!("{}, …", names.get(..MOST).unwrap_or_default().join(", ")),
        names => names.join(", "),
    }
}

fn are(names: &[Box<str>]) -> String {
    format!("{} {}", list(names, " and "), if names.len() == 1 { "is" } else { "are" })
}
