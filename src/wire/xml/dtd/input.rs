//! Text with parameter entities in it: a place that moves forward and may stand inside of replacement texts.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use crate::wire::xml::{
    Flaw, Limit, Limits,
    chars::{is_space, ncname_len, qname, space_len},
    error::{Fault, brief},
};

/// A parameter entity.
pub(super) enum Parameter {
    /// Its replacement text.
    Internal(Arc<str>),
    /// It lies elsewhere and is not looked at.
    External,
}

/// One text that is being read: the DTD itself, or a replacement text within it.
struct Frame<'t> {
    text: Cow<'t, str>,
    at: usize,
    /// The parameter entity it is the replacement text of.
    entity: Option<Box<str>>,
}

/// The DTD as one text. Names, literals, comments and instructions never reach across the end of a replacement text.
pub(super) struct Input<'t> {
    frames: Vec<Frame<'t>>,
    /// A DTD file: parameter entities may stand within declarations, conditional sections are known.
    pub(super) external: bool,
    pub(super) parameters: HashMap<Box<str>, Parameter>,
    /// A parameter entity was met that lies elsewhere: declarations after it may not be all there are.
    pub(super) incomplete: bool,
    /// Where in the DTD the outermost reference stands.
    reference: usize,
    expanded: usize,
    limits: &'t Limits,
}

impl<'t> Input<'t> {
    /// Parameter entities within one another.
    const MOST_NESTED: usize = 64;

    pub(super) fn new(text: &'t str, at: usize, external: bool, limits: &'t Limits) -> Self {
        Self {
            frames: vec![Frame { text: Cow::Borrowed(text), at, entity: None }],
            external,
            parameters: HashMap::new(),
            incomplete: false,
            reference: at,
            expanded: 0,
            limits,
        }
    }

    fn frame(&self) -> (&str, usize) {
        self.frames.last().map_or(("", 0), |frame| (&frame.text, frame.at))
    }

    /// What is left of the innermost text.
    pub(super) fn rest(&self) -> &str {
        let (text, at) = self.frame();
        text.get(at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().as_bytes().first().copied()
    }

    /// How many replacement texts are open.
    pub(super) fn depth(&self) -> usize {
        self.frames.len().saturating_sub(1)
    }

    /// Offset in the DTD itself.
    pub(super) fn offset(&self) -> usize {
        if self.depth() > 0 { self.reference } else { self.frame().1 }
    }

    pub(super) fn fault(&self, flaw: Flaw) -> Fault {
        Fault::new(flaw, self.offset())
    }

    pub(super) fn limit(&self, limit: Limit, allowed: usize) -> Fault {
        Fault::limit(limit, allowed, self.offset())
    }

    pub(super) fn limits(&self) -> &'t Limits {
        self.limits
    }

    /// Moves on by `bytes`.
    pub(super) fn pass(&mut self, bytes: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at += bytes;
        }
    }

    /// Passes `literal` if it stands here.
    pub(super) fn eat(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.pass(literal.len());
        }
        found
    }

    /// Passes `literal`, which must stand here.
    pub(super) fn expect(&mut self, literal: &'static str) -> Result<(), Fault> {
        if self.eat(literal) { Ok(()) } else { Err(self.fault(Flaw::Expected(literal))) }
    }

    /// Leaves a replacement text that is read to its end; says whether there was one.
    pub(super) fn leave(&mut self) -> bool {
        let over = self.depth() > 0 && self.rest().is_empty();
        if over {
            self.frames.pop();
        }
        over
    }

    /// Passes white space and, in a DTD file, goes into and out of parameter entities, though not above `floor`.
    ///
    /// Says whether there was any; a parameter entity counts as space before and behind its text.
    pub(super) fn space(&mut self, floor: usize) -> Result<bool, Fault> {
        let mut any = false;
        loop {
            let length = space_len(self.rest().as_bytes());
            self.pass(length);
            any |= length > 0;
            if self.depth() > floor && self.leave() {
                any = true;
            } else if self.at_reference() {
                if !self.external && self.depth() == 0 {
                    return Err(self.fault(Flaw::ParameterReference));
                }
                self.enter()?;
                any = true;
            } else {
                return Ok(any);
            }
        }
    }

    pub(super) fn expect_space(&mut self, floor: usize) -> Result<(), Fault> {
        if self.space(floor)? { Ok(()) } else { Err(self.fault(Flaw::Expected("white space"))) }
    }

    /// Whether `%name` stands here rather than the bare `%` of a declaration.
    fn at_reference(&self) -> bool {
        self.rest()
            .strip_prefix('%')
            .is_some_and(|rest| !rest.is_empty() && !rest.bytes().next().is_some_and(is_space))
    }

    /// Goes into the parameter entity whose reference stands here.
    pub(super) fn enter(&mut self) -> Result<(), Fault> {
        let at = self.offset();
        let name: Box<str> = self.reference_name()?.into();
        if self.depth() == 0 {
            self.reference = at;
        }
        match self.parameters.get(&name) {
            Some(Parameter::Internal(text)) => {
                let text = Arc::clone(text);
                self.push(name, &text)
            }
            None if self.external => Err(self.fault(Flaw::UnknownEntity(brief(&name)))),
            // It lies elsewhere, or may be declared where we do not look (XML 1.0 §4.1, Entity Declared).
            Some(Parameter::External) | None => {
                self.incomplete = true;
                Ok(())
            }
        }
    }

    /// `%name;`: passes it and gives the name.
    pub(super) fn reference_name(&mut self) -> Result<&str, Fault> {
        let length = ncname_len(self.rest().get(1..).unwrap_or_default());
        if length == 0 || self.rest().as_bytes().get(length + 1) != Some(&b';') {
            return Err(self.fault(Flaw::ParameterName));
        }
        self.pass(length + 2);
        let (text, at) = self.frame();
        Ok(text.get(at - length - 1..at - 1).unwrap_or_default())
    }

    fn push(&mut self, name: Box<str>, text: &str) -> Result<(), Fault> {
        if self.frames.iter().any(|frame| frame.entity.as_ref() == Some(&name)) {
            return Err(self.fault(Flaw::RecursiveEntity(brief(&name))));
        }
        if self.depth() >= Self::MOST_NESTED {
            return Err(self.limit(Limit::EntityDepth, Self::MOST_NESTED));
        }
        self.spend(text.len() + name.len())?;
        self.frames.push(Frame { text: Cow::Owned(text.to_owned()), at: 0, entity: Some(name) });
        Ok(())
    }

    /// Counts what entities expand to.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Fault> {
        self.expanded += bytes;
        if self.expanded > self.limits.bytes {
            return Err(self.limit(Limit::Expansion, self.limits.bytes));
        }
        Ok(())
    }

    /// Passes a `QName`: of an element or attribute.
    pub(super) fn name(&mut self) -> Result<Box<str>, Fault> {
        let length = qname(self.rest()).map_or(0, |name| name.length);
        self.word(length)
    }

    /// Passes an `NCName`: of an entity, notation or instruction.
    pub(super) fn plain_name(&mut self) -> Result<Box<str>, Fault> {
        self.word(ncname_len(self.rest()))
    }

    /// Passes the `length` bytes of a name.
    pub(super) fn word(&mut self, length: usize) -> Result<Box<str>, Fault> {
        let name: Box<str> = self.rest().get(..length).unwrap_or_default().into();
        if name.is_empty() {
            return Err(self.fault(Flaw::Name));
        }
        self.limits.check_name(length, self.offset())?;
        self.pass(length);
        Ok(name)
    }

    /// Passes a quoted literal, gives what stands between the quotes and its offset in the DTD.
    pub(super) fn quoted(&mut self) -> Result<(String, usize), Fault> {
        let rest = self.rest();
        let quote = match rest.as_bytes().first() {
            Some(b'"') => '"',
            Some(b'\'') => '\'',
            _ => return Err(self.fault(Flaw::Expected("a quoted value"))),
        };
        let Some((value, _)) = rest.get(1..).and_then(|inner| inner.split_once(quote)) else {
            return Err(self.fault(Flaw::Unclosed("a quoted value")));
        };
        let value = value.to_owned();
        self.limits.check_value(value.len(), self.offset())?;
        let start = self.offset() + usize::from(self.depth() == 0);
        self.pass(value.len() + 2);
        Ok((value, start))
    }
}
