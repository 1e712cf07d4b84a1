//! Rules from a DTD.

use crate::wire::xml::{
    Limits, ReadError,
    dtd::{ContentDeclaration, Declarations},
};

use super::{
    automaton::Automaton,
    rule::{AttributeRule, ContentRule, ElementRule, Grammar},
    value::ValueType,
};

/// Reads a DTD file into a grammar.
///
/// # Errors
/// What is wrong with the file, with its place.
pub fn from_dtd(octets: Vec<u8>, limits: &Limits) -> Result<Grammar, ReadError> {
    Declarations::read(octets, limits).map(compile)
}

fn compile(mut declarations: Declarations) -> Grammar {
    let mut grammar = Grammar::default();
    for element in declarations.elements {
        let content = match element.content {
            ContentDeclaration::Empty => ContentRule::Empty,
            ContentDeclaration::Any => ContentRule::Any,
            ContentDeclaration::Mixed(names) => {
                let mut names: Vec<_> = names.iter().map(|name| grammar.intern(name)).collect();
                names.sort_unstable();
                ContentRule::Mixed(names)
            }
            ContentDeclaration::Children(expression) => {
                match Automaton::build(&expression, |name| grammar.intern(name)) {
                    Ok(automaton) => {
                        if let Some(name) = automaton.ambiguous {
                            let name = grammar.name(name).to_owned();
                            grammar.remarks.push(format!(
                                "element {}: its content model fits {name} in two ways at once",
                                element.name
                            ));
                        }
                        ContentRule::Children(automaton)
                    }
                    Err(problem) => {
                        grammar.remarks.push(format!("element {}: {problem}; not checked", element.name));
                        ContentRule::Any
                    }
                }
            }
        };
        let attributes = declarations.attributes.remove(&element.name).unwrap_or_default();
        let attributes = attributes.into_iter().map(|declared| AttributeRule {
            name: declared.name,
            kind: declared.kind,
            value: ValueType::Text,
            presence: declared.presence,
            since: None,
            newer: Vec::new(),
        });
        let rule = ElementRule { content, attributes: attributes.collect(), since: Vec::new() };
        let name = grammar.intern(&element.name);
        grammar.declare(name, rule);
    }
    let repeated = declarations.repeated.iter();
    grammar.remarks.extend(repeated.map(|name| format!("element {name} is declared more than once")));
    grammar
}
