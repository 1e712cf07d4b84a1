//! The rules of one grammar, whatever they were written in.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::wire::xml::dtd::{AttributeKind, Presence};

use super::{
    automaton::{Automaton, Name},
    value::ValueType,
};

/// Which elements there are and what each may hold.
#[derive(Debug, Default)]
pub struct Grammar {
    names: HashMap<Box<str>, Name, BuildHasherDefault<NameHasher>>,
    /// By name; `None` where a name occurs in content models only.
    elements: Vec<(Box<str>, Option<ElementRule>)>,
    /// What is odd about the grammar itself, in words.
    pub(super) remarks: Vec<String>,
}

/// Looks at the length and at eight octets of each end: quick for names. Only the grammar's own names are kept, so nobody can
/// make them collide by what they send.
#[derive(Debug, Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => {
                u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23)
            }
            _ => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mixed = (ends ^ length).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }

    /// What a text adds to mark its end tells names apart no better.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What one element may be.
#[derive(Debug)]
pub(super) struct ElementRule {
    pub(super) content: ContentRule,
    pub(super) attributes: Vec<AttributeRule>,
    /// Elements that it holds only since a later version, in order of name.
    pub(super) since: Vec<(Name, Version)>,
}

/// What one element may hold.
#[derive(Debug)]
pub(super) enum ContentRule {
    Empty,
    Any,
    /// Anything, and nothing in it is looked at.
    Open,
    /// Text with these elements in it, in order of name.
    Mixed(Vec<Name>),
    /// Elements alone.
    Children(Automaton),
    /// Text alone, of a kind.
    Text(ValueType),
}

/// What one attribute may be.
#[derive(Debug)]
pub(super) struct AttributeRule {
    pub(super) name: Box<str>,
    pub(super) kind: AttributeKind,
    /// What plain text must be beyond its kind.
    pub(super) value: ValueType,
    pub(super) presence: Presence,
    /// The version it came with, if that was a later one.
    pub(super) since: Option<Version>,
    /// Values that came with a later version.
    pub(super) newer: Vec<(Box<str>, Version)>,
}

/// A cXML version by the last part of its number: 14 is 1.2.014. What is older than 1.2 counts as 1.2.000.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version(u16);

impl Version {
    /// Reads `1.2.036`, or the number in a system identifier that holds one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split('/').find_map(|part| {
            let (major, rest) = part.trim().split_once('.')?;
            let (minor, last) = rest.split_once('.')?;
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match (major, minor) {
                ("1", "2") if digits(last) => last.parse().ok().map(Self),
                ("1", "0" | "1") if digits(last) => Some(Self(0)),
                _ => None,
            }
        })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1.2.{:03}", self.0)
    }
}

impl Grammar {
    /// The number of a name.
    pub(super) fn intern(&mut self, name: &str) -> Name {
        if let Some(&known) = self.names.get(name) {
            return known;
        }
        let number = Name::try_from(self.elements.len()).unwrap_or(Name::MAX);
        self.names.insert(name.into(), number);
        self.elements.push((name.into(), None));
        number
    }

    pub(super) fn declare(&mut self, name: Name, rule: ElementRule) {
        if let Some((_, place)) = usize::try_from(name).ok().and_then(|index| self.elements.get_mut(index)) {
            *place = Some(rule);
        }
    }

    /// The number of a name that occurs in the grammar.
    pub(super) fn number(&self, name: &str) -> Option<Name> {
        self.names.get(name).copied()
    }

    pub(super) fn rule(&self, name: Name) -> Option<&ElementRule> {
        self.elements.get(usize::try_from(name).ok()?)?.1.as_ref()
    }

    pub(super) fn name(&self, name: Name) -> &str {
        let index = usize::try_from(name).unwrap_or(usize::MAX);
        self.elements.get(index).map_or("", |(name, _)| name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.elements.iter().filter(|(_, rule)| rule.is_some()).map(|(name, _)| name.as_ref())
    }

    /// Attributes of an element that have a default, with it.
    pub fn defaults(&self, element: &str) -> impl Iterator<Item = (&str, &str)> {
        let rule = self.number(element).and_then(|number| self.rule(number));
        rule.into_iter().flat_map(|rule| &rule.attributes).filter_map(|attribute| match &attribute.presence {
            Presence::Default(value) => Some((attribute.name.as_ref(), value.as_ref())),
            _ => None,
        })
    }

    /// Whether an element may hold this child at all, for a reader of `version` (without one: the newest).
    #[must_use]
    pub fn holds(&self, element: &str, child: &str, version: Option<Version>) -> bool {
        let rule = self.number(element).and_then(|number| self.rule(number));
        let Some((rule, child)) = rule.zip(self.number(child)) else { return false };
        let allowed = match &rule.content {
            ContentRule::Children(automaton) => automaton.knows(child),
            ContentRule::Mixed(names) => names.binary_search(&child).is_ok(),
            ContentRule::Any | ContentRule::Open => true,
            ContentRule::Empty | ContentRule::Text(_) => false,
        };
        let newer = |(name, since): &(Name, Version)| {
            *name == child && version.is_some_and(|version| *since > version)
        };
        allowed && !rule.since.iter().any(newer)
    }

    /// Whether an element may have this attribute with this value, for a reader of `version` (without one: the newest).
    #[must_use]
    pub fn holds_attribute(
        &self,
        element: &str,
        attribute: &str,
        value: &str,
        version: Option<Version>,
    ) -> bool {
        let rule = self.number(element).and_then(|number| self.rule(number));
        let known = rule.and_then(|rule| rule.attributes.iter().find(|own| *own.name == *attribute));
        let newer = |since: Version| version.is_some_and(|version| since > version);
        known.is_some_and(|rule| {
            !rule.since.is_some_and(newer)
                && !rule.newer.iter().any(|(own, since)| **own == *value && newer(*since))
        })
    }

    /// Whether an element may hold more than one of this child.
    #[must_use]
    pub fn repeats(&self, element: &str, child: &str) -> bool {
        let rule = self.number(element).and_then(|number| self.rule(number));
        let Some((rule, child)) = rule.zip(self.number(child)) else { return false };
        match &rule.content {
            ContentRule::Children(automaton) => automaton.repeats(child),
            ContentRule::Mixed(names) => names.binary_search(&child).is_ok(),
            _ => false,
        }
    }

    /// Names that content models use and nothing declares.
    #[must_use]
    pub fn undeclared(&self) -> Vec<&str> {
        self.elements.iter().filter(|(_, rule)| rule.is_none()).map(|(name, _)| name.as_ref()).collect()
    }

    /// How many elements are declared.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names().count()
    }

    /// Whether nothing is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is odd about the grammar itself, such as content models that fit one element in two ways.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }
}
