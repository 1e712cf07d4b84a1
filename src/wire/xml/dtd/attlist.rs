//! Attribute lists, XML 1.0 §3.3.

use crate::wire::xml::{Flaw, chars::nmtoken_len, error::Fault};

use super::{
    AttributeDeclaration, AttributeKind, Declarations, Presence,
    entities::{Entities, Place, names_in},
    input::Input,
};

/// Types named by one word; longer words before those they begin with.
const WORDS: [(&str, AttributeKind); 8] = [
    ("CDATA", AttributeKind::Text),
    ("IDREFS", AttributeKind::IdReferences),
    ("IDREF", AttributeKind::IdReference),
    ("ID", AttributeKind::Id),
    ("ENTITIES", AttributeKind::Entities),
    ("ENTITY", AttributeKind::Entity),
    ("NMTOKENS", AttributeKind::Tokens),
    ("NMTOKEN", AttributeKind::Token),
];

impl Input<'_> {
    /// What follows `<!ATTLIST` as far as its `>`.
    pub(super) fn attribute_list(
        &mut self,
        floor: usize,
        declarations: &mut Declarations,
        entities: &mut Entities,
    ) -> Result<(), Fault> {
        self.expect_space(floor)?;
        let element = self.name()?;
        loop {
            let spaced = self.space(floor)?;
            if self.peek() == Some(b'>') {
                declarations.attributes.entry(element).or_default();
                return Ok(());
            }
            if !spaced {
                return Err(self.fault(Flaw::Expected("white space or \">\"")));
            }
            let name = self.name()?;
            self.expect_space(floor)?;
            let kind = self.kind(floor)?;
            self.expect_space(floor)?;
            let presence = self.presence(floor, entities)?;
            let declared = declarations.attributes.entry(element.clone()).or_default();
            if declared.iter().all(|earlier| earlier.name != name) {
                self.limits().check_attributes(declared.len() + 1, self.offset())?;
                declared.push(AttributeDeclaration { name, kind, presence });
            }
        }
    }

    fn kind(&mut self, floor: usize) -> Result<AttributeKind, Fault> {
        if self.eat("NOTATION") {
            self.expect_space(floor)?;
            return self.values(floor, Self::plain_name).map(AttributeKind::Notation);
        }
        if self.peek() == Some(b'(') {
            let token = |input: &mut Self| input.word(nmtoken_len(input.rest()));
            return self.values(floor, token).map(AttributeKind::OneOf);
        }
        let known = WORDS.iter().find(|(word, _)| self.rest().starts_with(word));
        let Some((word, kind)) = known else {
            return Err(self.fault(Flaw::Expected("the type of an attribute")));
        };
        self.pass(word.len());
        Ok(kind.clone())
    }

    /// `(a | b)`
    fn values(
        &mut self,
        floor: usize,
        value: impl Fn(&mut Self) -> Result<Box<str>, Fault>,
    ) -> Result<Vec<Box<str>>, Fault> {
        self.expect("(")?;
        let mut values = Vec::new();
        loop {
            self.space(floor)?;
            values.push(value(self)?);
            self.space(floor)?;
            if self.eat(")") {
                return Ok(values);
            }
            self.expect("|")?;
        }
    }

    fn presence(&mut self, floor: usize, entities: &mut Entities) -> Result<Presence, Fault> {
        if self.eat("#REQUIRED") {
            return Ok(Presence::Required);
        }
        if self.eat("#IMPLIED") {
            return Ok(Presence::Optional);
        }
        if self.eat("#FIXED") {
            self.expect_space(floor)?;
            return self.default_value(entities).map(Presence::Fixed);
        }
        self.default_value(entities).map(Presence::Default)
    }

    /// A quoted value with the entities declared so far.
    fn default_value(&mut self, entities: &mut Entities) -> Result<Box<str>, Fault> {
        let (raw, start) = self.quoted()?;
        if let Some(wrong) = raw.find('<') {
            return Err(Fault::new(Flaw::LessThanInValue, start + wrong));
        }
        entities.incomplete = self.incomplete;
        let value = entities.expand(&raw, self.limits()).map_err(|kind| Fault { kind, offset: start })?;
        for name in names_in(&raw) {
            entities.refer(name, start, Place::Value).map_err(|flaw| Fault::new(flaw, start))?;
        }
        self.spend(value.len())?;
        Ok(value.into())
    }
}
