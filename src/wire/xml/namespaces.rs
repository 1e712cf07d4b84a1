//! Which prefix means what while a document is read, Namespaces in XML 1.0.

use std::collections::HashMap;

use super::{Flaw, document::Record, error::brief};

/// Bound to the prefix `xml`, always.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Bound to the prefix `xmlns`, never to be used.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Whether an attribute name is `xmlns` or begins with `xmlns:`.
pub(super) fn is_declaration(name: &str, prefix: usize) -> bool {
    match prefix {
        0 => name == "xmlns",
        5 => name.starts_with("xmlns:"),
        _ => false,
    }
}

/// Bindings in scope, undone when their element closes.
///
/// A namespace is the index of its declaration in the tree.
#[derive(Default)]
pub(super) struct Scopes<'t> {
    /// By prefix; the default namespace stands under the empty one.
    bound: HashMap<&'t str, u32>,
    /// What each declaration replaced, with the element it belongs to.
    replaced: Vec<(u32, &'t str, Option<u32>)>,
    /// A piece of a document: its prefixes may be declared outside of it.
    pub(super) lenient: bool,
}

impl<'t> Scopes<'t> {
    /// Binds `prefix` (empty: the default namespace) within `element`.
    pub(super) fn declare(&mut self, element: u32, prefix: &'t str, namespace: u32) {
        let before = self.bound.insert(prefix, namespace);
        self.replaced.push((element, prefix, before));
    }

    /// Takes back what `element` declared.
    pub(super) fn close(&mut self, element: u32) {
        while let Some((_, prefix, before)) =
            self.replaced.pop_if(|(declared_by, ..)| *declared_by == element)
        {
            match before {
                Some(before) => self.bound.insert(prefix, before),
                None => self.bound.remove(prefix),
            };
        }
    }

    /// The default namespace, if one is declared.
    pub(super) fn default_namespace(&self) -> u32 {
        if self.bound.is_empty() {
            return Record::NO_NAMESPACE;
        }
        self.bound.get("").copied().unwrap_or(Record::NO_NAMESPACE)
    }

    /// The namespace of a prefix.
    pub(super) fn resolve(&self, prefix: &str) -> Result<u32, Flaw> {
        if prefix == "xml" {
            return Ok(Record::XML_NAMESPACE);
        }
        match self.bound.get(prefix) {
            Some(&namespace) => Ok(namespace),
            None if self.lenient => Ok(Record::NO_NAMESPACE),
            None => Err(Flaw::UnknownPrefix(brief(prefix))),
        }
    }
}

/// Checks the constraints on a declaration of `prefix` (empty: the default namespace).
pub(super) fn check_declaration(prefix: &str, uri: &str) -> Result<(), Flaw> {
    let allowed = match prefix {
        "" => uri != XML && uri != XMLNS,
        "xml" => uri == XML,
        "xmlns" => false,
        _ => !uri.is_empty() && uri != XML && uri != XMLNS,
    };
    if allowed { Ok(()) } else { Err(Flaw::NamespaceDeclaration(brief(&format!("{prefix}=\"{uri}\"")))) }
}
