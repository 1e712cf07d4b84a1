//! A list of declarations, XML 1.0 §2.8 and §3.4.

use std::collections::HashSet;

use crate::wire::xml::{
    Flaw, Limits,
    chars::{is_char, is_space, space_len},
    error::Fault,
};

use super::{Declarations, ElementDeclaration, entities::Entities, input::Input};

/// Reads a DTD file.
pub(super) fn external_subset(text: &str, limits: &Limits) -> Result<Declarations, Fault> {
    if let Some((offset, c)) = text.char_indices().find(|&(_, c)| !is_char(c)) {
        return Err(Fault::new(Flaw::Character(c), offset));
    }
    let begins = text.strip_prefix("<?xml").is_some_and(|rest| rest.bytes().next().is_some_and(is_space));
    let start = if begins { text.find("?>").map_or(0, |end| end + 2) } else { 0 };
    let mut list = List::new(Input::new(text, start, true, limits));
    list.read()?;
    Ok(list.declarations)
}

/// An internal subset: what it declares for the document, and the offset of the `]` behind it.
pub(in crate::wire::xml) struct InternalSubset {
    pub(in crate::wire::xml) entities: Entities,
    pub(in crate::wire::xml) end: usize,
}

/// Reads the internal subset of the document `text`, which begins at `at`.
pub(in crate::wire::xml) fn internal_subset(
    text: &str,
    at: usize,
    limits: &Limits,
) -> Result<InternalSubset, Fault> {
    let mut list = List::new(Input::new(text, at, false, limits));
    list.read()?;
    list.entities.incomplete = list.input.incomplete;
    Ok(InternalSubset { end: list.input.offset(), entities: list.entities })
}

struct List<'t> {
    input: Input<'t>,
    declarations: Declarations,
    entities: Entities,
    seen: HashSet<Box<str>>,
    /// Depths at which the open `<![INCLUDE[` sections began.
    sections: Vec<usize>,
}

impl<'t> List<'t> {
    fn new(input: Input<'t>) -> Self {
        Self {
            input,
            declarations: Declarations::default(),
            entities: Entities::default(),
            seen: HashSet::new(),
            sections: Vec::new(),
        }
    }

    fn read(&mut self) -> Result<(), Fault> {
        loop {
            let input = &mut self.input;
            input.pass(space_len(input.rest().as_bytes()));
            let depth = input.depth();
            match input.peek() {
                None if depth > 0 && self.sections.last() != Some(&depth) => {
                    input.leave();
                }
                None if input.external && self.sections.is_empty() => return Ok(()),
                None if input.external => return Err(input.fault(Flaw::Unclosed("a conditional section"))),
                None => return Err(input.fault(Flaw::Unclosed("the DOCTYPE"))),
                Some(b']') if !input.external && depth == 0 => return Ok(()),
                Some(b']') if self.sections.last() == Some(&depth) && input.eat("]]>") => {
                    self.sections.pop();
                }
                Some(b'%') => input.enter()?,
                Some(_) => self.declaration(depth)?,
            }
        }
    }

    fn declaration(&mut self, floor: usize) -> Result<(), Fault> {
        let input = &mut self.input;
        if input.eat("<!--") {
            return input.comment();
        }
        if input.eat("<?") {
            return input.instruction();
        }
        if input.eat("<![") {
            return self.section(floor);
        }
        if input.eat("<!ELEMENT") {
            self.element(floor)?;
        } else if input.eat("<!ATTLIST") {
            input.attribute_list(floor, &mut self.declarations, &mut self.entities)?;
        } else if input.eat("<!ENTITY") {
            input.entity(floor, &mut self.entities)?;
        } else if input.eat("<!NOTATION") {
            input.notation(floor)?;
        } else {
            return Err(input.fault(Flaw::Expected("a declaration")));
        }
        self.input.expect(">")
    }

    fn element(&mut self, floor: usize) -> Result<(), Fault> {
        let input = &mut self.input;
        input.expect_space(floor)?;
        let name = input.name()?;
        input.expect_space(floor)?;
        let content = input.content(floor)?;
        input.space(floor)?;
        if self.seen.insert(name.clone()) {
            self.declarations.elements.push(ElementDeclaration { name, content });
        } else {
            self.declarations.repeated.push(name);
        }
        Ok(())
    }

    /// `<![INCLUDE[` is taken, `<![IGNORE[` passed over with all sections in it.
    fn section(&mut self, floor: usize) -> Result<(), Fault> {
        let input = &mut self.input;
        if !input.external && floor == 0 {
            return Err(input.fault(Flaw::UnknownMarkup));
        }
        input.space(floor)?;
        let include = input.eat("INCLUDE");
        if !include && !input.eat("IGNORE") {
            return Err(input.fault(Flaw::Expected("INCLUDE or IGNORE")));
        }
        input.space(floor)?;
        input.expect("[")?;
        if include {
            self.sections.push(floor);
            return Ok(());
        }
        let mut open = 1_usize;
        while open > 0 {
            let rest = input.rest();
            let (end, start) = (rest.find("]]>"), rest.find("<!["));
            let Some(end) = end else { return Err(input.fault(Flaw::Unclosed("a conditional section"))) };
            match start {
                Some(start) if start < end => {
                    open += 1;
                    input.pass(start + 3);
                }
                _ => {
                    open -= 1;
                    input.pass(end + 3);
                }
            }
        }
        Ok(())
    }
}

impl Input<'_> {
    /// What follows `<!--`.
    fn comment(&mut self) -> Result<(), Fault> {
        match self.rest().find("--") {
            None => Err(self.fault(Flaw::Unclosed("a comment"))),
            Some(end) => {
                self.pass(end);
                if self.eat("-->") { Ok(()) } else { Err(self.fault(Flaw::DoubleHyphen)) }
            }
        }
    }

    /// What follows `<?`.
    fn instruction(&mut self) -> Result<(), Fault> {
        let target = self.plain_name()?;
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.fault(Flaw::ReservedTarget(target)));
        }
        if !self.rest().starts_with("?>") && !self.peek().is_some_and(is_space) {
            return Err(self.fault(Flaw::Expected("white space or \"?>\"")));
        }
        let Some(end) = self.rest().find("?>") else {
            return Err(self.fault(Flaw::Unclosed("a processing instruction")));
        };
        self.pass(end + 2);
        Ok(())
    }
}
