//! Content models, XML 1.0 §3.2.1 and §3.2.2.

use std::fmt;

use crate::wire::xml::{Flaw, Limit, error::Fault};

use super::{ContentDeclaration, input::Input};

/// How often a part may stand.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Occurs {
    /// Once.
    #[default]
    Once,
    /// `?`
    Optional,
    /// `*`
    Any,
    /// `+`
    Some,
}

impl Occurs {
    /// Whether it may be left out.
    #[must_use]
    pub const fn may_miss(self) -> bool {
        matches!(self, Self::Optional | Self::Any)
    }

    /// Whether it may follow itself.
    #[must_use]
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Any | Self::Some)
    }

    /// Its mark.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Once => "",
            Self::Optional => "?",
            Self::Any => "*",
            Self::Some => "+",
        }
    }
}

/// A content model as a flat tree: every part stands behind its own parts, the last one is the whole.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Expression {
    /// The parts.
    pub parts: Vec<Part>,
}

/// One part of an [`Expression`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// How often it may stand.
    pub occurs: Occurs,
}

/// A name, or a group of parts by index.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PartKind {
    /// An element.
    Name(Box<str>),
    /// `(a, b)`
    Sequence(Vec<usize>),
    /// `(a | b)`
    Choice(Vec<usize>),
}

impl Expression {
    /// Groups within one another.
    pub const MOST_NESTED: usize = 64;

    /// Adds a part and gives its index.
    pub fn push(&mut self, kind: PartKind, occurs: Occurs) -> usize {
        self.parts.push(Part { kind, occurs });
        self.parts.len() - 1
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut texts: Vec<String> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let group = |indices: &[usize], separator| {
                let inner: Vec<_> =
                    indices.iter().filter_map(|&index| texts.get(index).map(String::as_str)).collect();
                format!("({})", inner.join(separator))
            };
            let text = match &part.kind {
                PartKind::Name(name) => name.to_string(),
                PartKind::Sequence(indices) => group(indices, ", "),
                PartKind::Choice(indices) => group(indices, " | "),
            };
            texts.push(text + part.occurs.mark());
        }
        f.write_str(texts.last().map(String::as_str).unwrap_or_default())
    }
}

/// A group that is being read.
#[derive(Default)]
struct Group {
    members: Vec<usize>,
    separator: Option<u8>,
}

impl Input<'_> {
    /// `contentspec`, with the declaration that began `floor` replacement texts deep.
    pub(super) fn content(&mut self, floor: usize) -> Result<ContentDeclaration, Fault> {
        if self.eat("EMPTY") {
            return Ok(ContentDeclaration::Empty);
        }
        if self.eat("ANY") {
            return Ok(ContentDeclaration::Any);
        }
        if !self.eat("(") {
            return Err(self.fault(Flaw::Expected("EMPTY, ANY or \"(\"")));
        }
        self.space(floor)?;
        if self.eat("#PCDATA") {
            return self.mixed(floor).map(ContentDeclaration::Mixed);
        }
        self.children(floor).map(ContentDeclaration::Children)
    }

    /// What follows `(#PCDATA`.
    fn mixed(&mut self, floor: usize) -> Result<Vec<Box<str>>, Fault> {
        let mut names = Vec::new();
        loop {
            self.space(floor)?;
            if self.eat("|") {
                self.space(floor)?;
                names.push(self.name()?);
            } else if self.eat(")") {
                let star = self.eat("*");
                if !star && !names.is_empty() {
                    return Err(self.fault(Flaw::Expected("\"*\"")));
                }
                return Ok(names);
            } else {
                return Err(self.fault(Flaw::Expected("\"|\" or \")\"")));
            }
        }
    }

    /// What follows the first `(` of element content.
    fn children(&mut self, floor: usize) -> Result<Expression, Fault> {
        let mut expression = Expression::default();
        let mut open = vec![Group::default()];
        loop {
            self.space(floor)?;
            if self.eat("(") {
                if open.len() >= Expression::MOST_NESTED {
                    return Err(self.limit(Limit::ContentDepth, Expression::MOST_NESTED));
                }
                open.push(Group::default());
                continue;
            }
            let name = self.name()?;
            let occurs = self.occurs();
            let mut index = expression.push(PartKind::Name(name), occurs);
            // Behind a member: a separator, or the ends of any number of groups.
            loop {
                let Some(group) = open.last_mut() else { return Ok(expression) };
                group.members.push(index);
                self.space(floor)?;
                match self.peek() {
                    Some(separator @ (b'|' | b','))
                        if group.separator.is_none_or(|first| first == separator) =>
                    {
                        group.separator = Some(separator);
                        self.pass(1);
                        break;
                    }
                    Some(b')') => {
                        self.pass(1);
                        let Some(group) = open.pop() else { return Ok(expression) };
                        let occurs = self.occurs();
                        let kind = if group.separator == Some(b'|') {
                            PartKind::Choice(group.members)
                        } else {
                            PartKind::Sequence(group.members)
                        };
                        index = expression.push(kind, occurs);
                        if open.is_empty() {
                            return Ok(expression);
                        }
                    }
                    _ => return Err(self.fault(Flaw::Expected("\",\", \"|\" or \")\""))),
                }
            }
        }
    }

    fn occurs(&mut self) -> Occurs {
        let occurs = match self.peek() {
            Some(b'?') => Occurs::Optional,
            Some(b'*') => Occurs::Any,
            Some(b'+') => Occurs::Some,
            _ => return Occurs::Once,
        };
        self.pass(1);
        occurs
    }
}
