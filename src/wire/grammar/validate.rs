//! One walk over a document.

use std::collections::HashSet;

use crate::wire::xml::{
    Attribute, Document, Element, Node, Position, Span,
    dtd::{AttributeKind, Presence},
    is_name, is_token,
};

use super::{
    automaton::{Automaton, Name, State},
    rule::{AttributeRule, ContentRule, ElementRule, Grammar, Version},
    value::ValueType,
    violation::{Violation, ViolationKind},
};

/// Findings that are told of one document.
const MOST: usize = 1_000;

impl Grammar {
    /// Checks a document: every element, attribute and value. Findings come in document order; none: it keeps to the grammar.
    ///
    /// Which element may be the root is not this grammar's matter.
    #[must_use]
    pub fn validate(&self, document: &Document) -> Vec<Violation> {
        self.validate_as(document, None)
    }

    /// As [`Self::validate`], and tells what is newer than `version`.
    #[must_use]
    pub fn validate_as(&self, document: &Document, version: Option<Version>) -> Vec<Violation> {
        self.walk(document, version, false)
    }

    /// As [`Self::validate_as`], and points out what is left to defaults that only the DTD names.
    #[must_use]
    pub fn judge(&self, document: &Document, version: Option<Version>) -> Vec<Violation> {
        self.walk(document, version, true)
    }

    fn walk(&self, document: &Document, version: Option<Version>, tells_defaults: bool) -> Vec<Violation> {
        let mut walk = Walk {
            grammar: self,
            version,
            tells_defaults,
            open: Vec::new(),
            found: Vec::new(),
            ids: HashSet::new(),
            references: Vec::new(),
        };
        walk.enter(document.root(), self.number(document.root().qualified_name()));
        let mut skipped_until = 0;
        for node in document.root().descendant_nodes() {
            let start = node.start();
            if start < skipped_until {
                continue;
            }
            walk.leave_before(start);
            match node {
                Node::Element(child) => {
                    if walk.child(child) == Inside::Open {
                        skipped_until = child.span().end;
                    }
                }
                Node::Text(piece) => walk.text_between(document, piece.span()),
                Node::Comment(_) | Node::Instruction { .. } => {}
            }
            if walk.found.len() >= MOST {
                walk.found.truncate(MOST);
                walk.tell(ViolationKind::TooMany, document.position(start));
                return walk.found;
            }
        }
        walk.leave_before(usize::MAX);
        let references = std::mem::take(&mut walk.references);
        for (id, attribute) in references.into_iter().take(MOST) {
            if !walk.ids.contains(id) {
                walk.tell(ViolationKind::DanglingId { id: id.into() }, attribute.position());
            }
        }
        walk.found.sort_by_key(|violation| violation.position.offset);
        walk.found
    }
}

/// Whether what is in an element is looked at.
#[derive(PartialEq)]
enum Inside {
    Checked,
    Open,
}

/// An element whose end has not been reached.
struct Open<'g, 'd> {
    element: Element<'d>,
    /// Offset of its end.
    end: usize,
    rule: Option<&'g ElementRule>,
    /// How far its content model has come.
    state: State,
    told_text: bool,
}

struct Walk<'g, 'd> {
    grammar: &'g Grammar,
    version: Option<Version>,
    tells_defaults: bool,
    open: Vec<Open<'g, 'd>>,
    found: Vec<Violation>,
    ids: HashSet<&'d str>,
    references: Vec<(&'d str, Attribute<'d>)>,
}

impl<'g, 'd> Walk<'g, 'd> {
    fn tell(&mut self, kind: ViolationKind, position: Position) {
        self.found.push(Violation { kind, position });
    }

    /// Takes the element as a child of the innermost open one, then opens it.
    fn child(&mut self, child: Element<'d>) -> Inside {
        let number = self.grammar.number(child.qualified_name());
        if let Some((rule, parent)) = self.open.last_mut().and_then(|open| Some((open.rule?, open))) {
            match &rule.content {
                ContentRule::Children(automaton) => {
                    match number.and_then(|number| automaton.step(parent.state, number)) {
                        Some(next) => parent.state = next,
                        None => self.wrong_child(automaton, number, child),
                    }
                }
                ContentRule::Mixed(allowed) => self.mixed(allowed, number, child),
                ContentRule::Text(_) => self.mixed(&[], number, child),
                ContentRule::Any | ContentRule::Open | ContentRule::Empty => {}
            }
            self.newer_child(rule, number, child);
        }
        self.enter(child, number)
    }

    /// Looks at the element itself and opens it.
    fn enter(&mut self, element: Element<'d>, number: Option<Name>) -> Inside {
        let name = element.qualified_name();
        let rule = number.and_then(|number| self.grammar.rule(number));
        self.open.push(Open { element, end: element.span().end, rule, state: 0, told_text: false });
        let Some(rule) = rule else {
            let alike = alike(name, self.grammar.names());
            self.tell(ViolationKind::UnknownElement { name: name.into(), alike }, element.position());
            return Inside::Checked;
        };
        self.attributes(element, rule);
        match &rule.content {
            ContentRule::Open => return Inside::Open,
            ContentRule::Empty if element.nodes().next().is_some() => {
                self.tell(ViolationKind::NotEmpty { element: name.into() }, element.position());
            }
            ContentRule::Text(kind) => self.text(element, *kind),
            ContentRule::Empty | ContentRule::Any | ContentRule::Mixed(_) | ContentRule::Children(_) => {}
        }
        Inside::Checked
    }

    /// Closes the elements that end before an offset.
    fn leave_before(&mut self, offset: usize) {
        while let Some(open) = self.open.pop_if(|open| open.end <= offset) {
            let Some(ContentRule::Children(automaton)) = open.rule.map(|rule| &rule.content) else {
                continue;
            };
            if !automaton.accepts(open.state) {
                let missing = automaton.bridge(open.state, None).map(|(way, _)| self.spell(way));
                let (element, missing) = (open.element.qualified_name().into(), missing.unwrap_or_default());
                self.tell(ViolationKind::Incomplete { element, missing }, open.element.position());
            }
        }
    }

    fn newer_child(&mut self, rule: &ElementRule, number: Option<Name>, child: Element<'d>) {
        let Some(version) = self.version.filter(|_| !rule.since.is_empty()) else { return };
        let since = rule.since.iter().find(|(name, _)| Some(*name) == number).map(|&(_, since)| since);
        if let (Some(since), Some(element)) = (since.filter(|&since| since > version), child.parent()) {
            self.newer(element, child.qualified_name(), since, child.position());
        }
    }

    fn newer(&mut self, element: Element<'d>, what: &str, since: Version, position: Position) {
        let kind =
            ViolationKind::Newer { element: element.qualified_name().into(), what: what.into(), since };
        self.tell(kind, position);
    }

    fn mixed(&mut self, allowed: &[Name], number: Option<Name>, child: Element<'d>) {
        let declared = number.filter(|&number| self.grammar.rule(number).is_some());
        if declared.is_some_and(|number| allowed.binary_search(&number).is_err()) {
            let kind = ViolationKind::Misplaced {
                element: child.parent().map_or("", Element::qualified_name).into(),
                found: child.qualified_name().into(),
                expected: self.spell(allowed.iter().copied()),
            };
            self.tell(kind, child.position());
        }
    }

    fn text(&mut self, element: Element<'d>, expected: ValueType) {
        if expected == ValueType::Text || expected.fits(&element.text()) {
            return;
        }
        let kind = ViolationKind::Value {
            element: element.qualified_name().into(),
            attribute: None,
            found: brief(element.text().trim()),
            expected,
        };
        self.tell(kind, element.position());
    }

    /// White space as it stands may part elements; from a reference or a CDATA section it may not (XML 1.0 §3).
    fn text_between(&mut self, document: &'d Document, span: Span) {
        let Some(open) = self.open.last_mut().filter(|open| !open.told_text) else { return };
        if !open.rule.is_some_and(|rule| matches!(rule.content, ContentRule::Children(_))) {
            return;
        }
        let raw = document.text().get(span.clone()).unwrap_or_default();
        let wrong = raw.bytes().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        if let Some(wrong) = wrong {
            open.told_text = true;
            let element = open.element.qualified_name().into();
            self.tell(ViolationKind::Text { element }, document.position(span.start + wrong));
        }
    }

    /// A child that may not stand here: goes on where that makes the least further noise.
    fn wrong_child(&mut self, automaton: &Automaton, number: Option<Name>, child: Element<'d>) {
        let Some((element, state)) = self.open.last().map(|open| (open.element, open.state)) else { return };
        let (element, found): (Box<str>, Box<str>) =
            (element.qualified_name().into(), child.qualified_name().into());
        let known = number.filter(|&number| automaton.knows(number));
        if let Some((way, before)) = known.and_then(|number| automaton.bridge(state, Some(number))) {
            let missing = self.spell(way);
            self.tell(ViolationKind::MissingBefore { element, found, missing }, child.position());
            let next = known.and_then(|number| automaton.step(before, number)).unwrap_or(before);
            if let Some(open) = self.open.last_mut() {
                open.state = next;
            }
            return;
        }
        if number.and_then(|number| self.grammar.rule(number)).is_none() {
            // The element itself will be told of.
            return;
        }
        let expected = self.spell(automaton.expected(state));
        let kind = if known.is_some() {
            ViolationKind::OutOfOrder { element, found, expected }
        } else {
            ViolationKind::Misplaced { element, found, expected }
        };
        self.tell(kind, child.position());
    }

    fn spell(&self, names: impl IntoIterator<Item = Name>) -> Box<[Box<str>]> {
        names.into_iter().take(64).map(|name| self.grammar.name(name).into()).collect()
    }

    fn attributes(&mut self, element: Element<'d>, rule: &'g ElementRule) {
        for attribute in element.attributes_and_declarations() {
            let name = attribute.qualified_name();
            if let Some(known) = rule.attributes.iter().find(|known| *known.name == *name) {
                self.attribute(element, attribute, known);
            } else if self.found.len() < MOST {
                let alike = alike(name, rule.attributes.iter().map(|known| known.name.as_ref()));
                let element = element.qualified_name().into();
                let kind = ViolationKind::UnknownAttribute { element, attribute: name.into(), alike };
                self.tell(kind, attribute.position());
            }
        }
        for known in &rule.attributes {
            let (element_name, attribute) = (|| element.qualified_name().into(), || known.name.clone());
            let kind = match &known.presence {
                Presence::Required if element.attribute_named(&known.name).is_none() => {
                    ViolationKind::MissingAttribute { element: element_name(), attribute: attribute() }
                }
                Presence::Default(value)
                    if self.tells_defaults && element.attribute_named(&known.name).is_none() =>
                {
                    let default = value.clone();
                    ViolationKind::LeftToDefault { element: element_name(), attribute: attribute(), default }
                }
                _ => continue,
            };
            self.tell(kind, element.position());
        }
    }

    fn attribute(&mut self, element: Element<'d>, attribute: Attribute<'d>, rule: &AttributeRule) {
        // Values of every type but plain text have no space at their ends (XML 1.0 §3.3.3).
        let value = match rule.kind {
            AttributeKind::Text => attribute.value(),
            _ => attribute.value().trim_matches(' '),
        };
        let holder = || Box::<str>::from(element.qualified_name());
        let not_token = |found: &str| ViolationKind::NotToken {
            element: holder(),
            attribute: rule.name.clone(),
            found: brief(found),
        };
        let words = || value.split(' ').filter(|word| !word.is_empty());
        let problem = match &rule.kind {
            AttributeKind::Text => {
                (rule.value != ValueType::Text && !rule.value.fits(value)).then(|| ViolationKind::Value {
                    element: holder(),
                    attribute: Some(rule.name.clone()),
                    found: brief(value),
                    expected: rule.value,
                })
            }
            AttributeKind::Token => (!is_token(value)).then(|| not_token(value)),
            AttributeKind::Tokens => (value.is_empty() || !words().all(is_token)).then(|| not_token(value)),
            AttributeKind::Entity | AttributeKind::Entities => {
                (value.is_empty() || !words().all(is_name)).then(|| not_token(value))
            }
            AttributeKind::Notation(listed) | AttributeKind::OneOf(listed) => {
                (!listed.iter().any(|allowed| **allowed == *value)).then(|| ViolationKind::NotListed {
                    element: holder(),
                    attribute: rule.name.clone(),
                    found: brief(value),
                    expected: listed.iter().cloned().collect(),
                })
            }
            AttributeKind::Id if !is_name(value) => Some(not_token(value)),
            AttributeKind::Id => {
                (!self.ids.insert(value)).then(|| ViolationKind::RepeatedId { id: value.into() })
            }
            AttributeKind::IdReference | AttributeKind::IdReferences => {
                self.references.extend(words().map(|word| (word, attribute)));
                (value.is_empty() || !words().all(is_name)).then(|| not_token(value))
            }
        };
        if let Some(kind) = problem {
            return self.tell(kind, attribute.position());
        }
        if let Some(version) = self.version {
            let newer = rule.newer.iter().find(|(newer, since)| **newer == *value && *since > version);
            if let Some(since) = rule.since.filter(|&since| since > version) {
                self.newer(element, &rule.name, since, attribute.position());
            } else if let Some((value, since)) = newer {
                let what = format!("{}=\"{value}\"", rule.name);
                self.newer(element, &what, *since, attribute.position());
            }
        }
        if let Presence::Fixed(fixed) = &rule.presence
            && !same(fixed, value, &rule.kind)
        {
            let kind = ViolationKind::NotFixed {
                element: holder(),
                attribute: rule.name.clone(),
                expected: fixed.clone(),
            };
            self.tell(kind, attribute.position());
        }
    }
}

/// Whether two values of this type are one.
fn same(fixed: &str, value: &str, kind: &AttributeKind) -> bool {
    match kind {
        AttributeKind::Text => fixed == value,
        _ => fixed.split_ascii_whitespace().eq(value.split_ascii_whitespace()),
    }
}

/// The declared name that is most likely meant: alike but for case, or one slip away.
fn alike<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Option<Box<str>> {
    let same_letters = known.clone().find(|known| known.eq_ignore_ascii_case(name));
    same_letters.or_else(|| known.into_iter().find(|known| one_slip(known, name))).map(Into::into)
}

/// Whether two names differ by one character changed, left out or put in, or by two neighbours exchanged.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 || a.len() < 4 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let left = |text: &[u8]| text.len().saturating_sub(head + tail);
    let (x, y) = (left(a), left(b));
    let exchanged = || {
        let (x, y) = (a.get(head..head + 2), b.get(head..head + 2));
        x.zip(y).is_some_and(|(x, y)| x.iter().eq(y.iter().rev()))
    };
    (x <= 1 && y <= 1) || (x == 2 && y == 2 && exchanged())
}

/// At most 60 characters of a value.
fn brief(value: &str) -> Box<str> {
    match value.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()).into(),
        None => value.into(),
    }
}
