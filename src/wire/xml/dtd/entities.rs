//! Entities, XML 1.0 §4: their declarations, and which of them a document refers to.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::wire::xml::{
    Flaw, Limit, Limits, ReadErrorKind,
    chars::ncname_len,
    error::{Fault, brief},
    text::{character, push_lines},
};

use super::input::{Input, Parameter};

/// A general entity.
#[derive(Clone, Debug)]
pub(super) enum Entity {
    /// Its replacement text.
    Internal(Arc<str>),
    /// It lies elsewhere and is not looked at.
    External,
    /// It lies elsewhere and is no XML.
    Unparsed,
}

/// Where a reference stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(in crate::wire::xml) enum Place {
    /// Among text and elements.
    Content,
    /// In an attribute value.
    Value,
}

/// The general entities that a document may refer to beside the predefined five, and those that it does refer to.
///
/// By default there are none, and a reference to one is refused.
#[derive(Clone, Debug, Default)]
pub(in crate::wire::xml) struct Entities {
    pub(super) declared: Arc<HashMap<Box<str>, Entity>>,
    /// There may be declarations that were not read: an unknown name is no fault then.
    pub(in crate::wire::xml) incomplete: bool,
    /// Names referred to, with the place of the first reference.
    pub(super) in_content: BTreeMap<Box<str>, usize>,
    pub(super) in_values: BTreeMap<Box<str>, usize>,
}

impl Entities {
    /// Takes note of a reference; refuses one that may not stand there.
    pub(in crate::wire::xml) fn refer(&mut self, name: &str, at: usize, place: Place) -> Result<(), Flaw> {
        match (self.declared.get(name), place) {
            (None, _) if self.incomplete => return Ok(()),
            (None, _) => return Err(Flaw::UnknownEntity(brief(name))),
            (Some(Entity::Unparsed), _) => return Err(Flaw::UnparsedEntity(brief(name))),
            (Some(Entity::External), Place::Value) => return Err(Flaw::ExternalEntity(brief(name))),
            (Some(Entity::External), Place::Content) => return Ok(()),
            (Some(Entity::Internal(_)), _) => {}
        }
        let used = if place == Place::Content { &mut self.in_content } else { &mut self.in_values };
        if !used.contains_key(name) {
            used.insert(name.into(), at);
        }
        Ok(())
    }

    /// An attribute value with its references replaced and its white space as spaces.
    ///
    /// Entities whose text is not known stand for nothing.
    pub(super) fn expand(&self, raw: &str, limits: &Limits) -> Result<String, ReadErrorKind> {
        let mut value = String::new();
        let mut visited = 0;
        // Texts that are being read, innermost last, with the entities they belong to.
        let mut open: Vec<(Arc<str>, usize, Option<Box<str>>)> = vec![(raw.into(), 0, None)];
        while let Some((text, at, _)) = open.last_mut() {
            let rest = text.get(*at..).unwrap_or_default();
            let Some(c) = rest.chars().next() else {
                open.pop();
                continue;
            };
            if value.len() > limits.value_bytes {
                return Err(ReadErrorKind::Limit { limit: Limit::Value, allowed: limits.value_bytes });
            }
            if c != '&' {
                *at += if rest.starts_with("\r\n") { 2 } else { c.len_utf8() };
                value.push(if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c });
                continue;
            }
            if let Some((character, length)) = character(rest)? {
                *at += length;
                value.push(character);
                continue;
            }
            let length = ncname_len(rest.get(1..).unwrap_or_default());
            let name = rest.get(1..=length).unwrap_or_default();
            if length == 0 || rest.as_bytes().get(length + 1) != Some(&b';') {
                return Err(Flaw::Reference.into());
            }
            let entity = self.declared.get(name).cloned();
            let name: Box<str> = name.into();
            *at += length + 2;
            if let Some(Entity::Internal(text)) = entity {
                if open.iter().any(|(_, _, entity)| entity.as_ref() == Some(&name)) || open.len() > 64 {
                    return Err(Flaw::RecursiveEntity(brief(&name)).into());
                }
                // Counted by what is read, not by what comes out: entities that hold nothing can refer to each other without end.
                visited += text.len() + name.len();
                if visited > limits.bytes {
                    return Err(ReadErrorKind::Limit { limit: Limit::Expansion, allowed: limits.bytes });
                }
                open.push((text, 0, Some(name)));
            }
        }
        Ok(value)
    }

    fn declare(&mut self, name: Box<str>, entity: Entity) {
        Arc::make_mut(&mut self.declared).entry(name).or_insert(entity);
    }
}

/// Names of the general entities, beside the predefined ones, that `text` refers to.
pub(super) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let references = text.split('&').skip(1).filter_map(|rest| rest.split_once(';'));
    references.map(|(name, _)| name).filter(|name| general(name))
}

/// Whether the name between `&` and `;` is that of a general entity which is not predefined.
fn general(name: &str) -> bool {
    !name.starts_with('#') && !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
}

impl Input<'_> {
    /// What follows `<!ENTITY` as far as its `>`.
    pub(super) fn entity(&mut self, floor: usize, entities: &mut Entities) -> Result<(), Fault> {
        self.expect_space(floor)?;
        let parameter = self.eat("%");
        if parameter {
            self.expect_space(floor)?;
        }
        let name = self.plain_name()?;
        self.expect_space(floor)?;
        if matches!(self.peek(), Some(b'"' | b'\'')) {
            let text = Arc::from(self.entity_value()?);
            if parameter {
                self.parameters.entry(name).or_insert(Parameter::Internal(text));
            } else {
                entities.declare(name, Entity::Internal(text));
            }
            self.space(floor)?;
            return Ok(());
        }
        self.external_id(floor, true)?;
        let spaced = self.space(floor)?;
        if parameter {
            self.parameters.entry(name).or_insert(Parameter::External);
            return Ok(());
        }
        let mut entity = Entity::External;
        if self.peek() != Some(b'>') {
            if !spaced || !self.eat("NDATA") {
                return Err(self.fault(Flaw::Expected("NDATA or \">\"")));
            }
            self.expect_space(floor)?;
            self.plain_name()?;
            self.space(floor)?;
            entity = Entity::Unparsed;
        }
        entities.declare(name, entity);
        Ok(())
    }

    /// What follows `<!NOTATION` as far as its `>`.
    pub(super) fn notation(&mut self, floor: usize) -> Result<(), Fault> {
        self.expect_space(floor)?;
        self.plain_name()?;
        self.expect_space(floor)?;
        self.external_id(floor, false)?;
        self.space(floor)?;
        Ok(())
    }

    /// `SYSTEM "…"` or `PUBLIC "…" "…"`; a public identifier may stand alone where none is `wanted`.
    fn external_id(&mut self, floor: usize, wanted: bool) -> Result<(), Fault> {
        let public = self.eat("PUBLIC");
        if !public && !self.eat("SYSTEM") {
            return Err(self.fault(Flaw::Expected("a quoted value, SYSTEM or PUBLIC")));
        }
        self.expect_space(floor)?;
        let (id, start) = self.quoted()?;
        if !public {
            return Ok(());
        }
        if let Some(wrong) = id.find(|c| !crate::wire::xml::doctype::is_pubid(c)) {
            return Err(Fault::new(Flaw::Expected("a public identifier"), start + wrong));
        }
        let spaced = self.space(floor)?;
        if matches!(self.peek(), Some(b'"' | b'\'')) && spaced {
            self.quoted()?;
            return Ok(());
        }
        if wanted {
            return Err(self.fault(Flaw::Expected("a system identifier")));
        }
        Ok(())
    }

    /// `EntityValue`: character references and, in a DTD file, parameter entities are replaced, general ones stay.
    fn entity_value(&mut self) -> Result<String, Fault> {
        let (raw, start) = self.quoted()?;
        let mut value = String::with_capacity(raw.len());
        // Parameter entities within the value are read in their own frames, down to the depth of the literal.
        let mut open: Vec<(Arc<str>, usize, Option<Box<str>>)> = vec![(raw.into(), 0, None)];
        let mut place = start;
        loop {
            let text_depth = open.len();
            let Some((text, at, _)) = open.last_mut() else { break };
            let rest = text.get(*at..).unwrap_or_default();
            let plain = rest.find(['&', '%']).unwrap_or(rest.len());
            push_lines(rest.get(..plain).unwrap_or_default(), &mut value);
            let special = rest.get(plain..).unwrap_or_default();
            *at += plain;
            if text_depth == 1 {
                place = start + *at;
            }
            let fault = |flaw: Flaw| Fault::new(flaw, place);
            if special.is_empty() {
                open.pop();
            } else if special.starts_with("&#") {
                let found = character(special).map_err(fault)?;
                let (c, length) = found.ok_or_else(|| fault(Flaw::Reference))?;
                value.push(c);
                *at += length;
            } else {
                let length = ncname_len(special.get(1..).unwrap_or_default());
                let name: Box<str> = special.get(1..=length).unwrap_or_default().into();
                let whole = length > 0 && special.as_bytes().get(length + 1) == Some(&b';');
                if special.starts_with('&') {
                    if !whole {
                        return Err(fault(Flaw::Reference));
                    }
                    value.push_str(special.get(..length + 2).unwrap_or_default());
                    *at += length + 2;
                    continue;
                }
                if !whole {
                    return Err(fault(Flaw::ParameterName));
                }
                if !self.external {
                    return Err(fault(Flaw::ParameterReference));
                }
                *at += length + 2;
                if open.len() > 64 || open.iter().any(|(_, _, entity)| entity.as_ref() == Some(&name)) {
                    return Err(fault(Flaw::RecursiveEntity(brief(&name))));
                }
                match self.parameters.get(&name) {
                    Some(Parameter::Internal(text)) => {
                        let text = Arc::clone(text);
                        self.spend(text.len() + name.len())?;
                        open.push((text, 0, Some(name)));
                    }
                    Some(Parameter::External) => self.incomplete = true,
                    None => return Err(fault(Flaw::UnknownEntity(brief(&name)))),
                }
            }
        }
        self.spend(value.len())?;
        Ok(value)
    }
}
