//! Grammar: what documents may hold, and the first to the last place where one does not keep to it.
//!
//! Rules come from DTD files ([`from_dtd`]) or from punchgate's own grammar of cXML ([`cxml()`]). Either way content models
//! are deterministic automata, so that a document is checked in one walk over its tree, in time proportional to it.

mod automaton;
mod codes;
mod compact;
mod cxml;
mod dtd;
mod kind;
mod rule;
mod validate;
mod value;
mod violation;

#[cfg(test)]
mod tests;

pub use self::{
    automaton::TooLarge,
    cxml::cxml,
    dtd::from_dtd,
    kind::{document_type, dtd_file},
    rule::{Grammar, Version},
    value::ValueType,
    violation::{Violation, ViolationKind},
};
