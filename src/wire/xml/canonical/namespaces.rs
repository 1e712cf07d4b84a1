//! The namespace axis: Canonical XML §2.3 and §4.8, Exclusive XML Canonicalization §3.

use std::collections::{BTreeMap, BTreeSet};

use super::{Canonical, CanonicalError, Element, Form, out::Out};

/// Namespaces that the output has in scope, undone when their element closes.
///
/// The prefix is empty for the default namespace, the URI for none.
#[derive(Default)]
pub(super) struct Rendered<'a> {
    bound: BTreeMap<&'a str, &'a str>,
    /// What each rendered declaration replaced.
    replaced: Vec<(&'a str, Option<&'a str>)>,
    /// What the current element may have to declare.
    candidates: Vec<(&'a str, &'a str)>,
}

impl<'a> Rendered<'a> {
    /// How much has been rendered by now, for [`Self::take_back`].
    pub(super) fn mark(&self) -> usize {
        self.replaced.len()
    }

    /// Forgets what has been rendered since `mark`.
    pub(super) fn take_back(&mut self, mark: usize) {
        while self.replaced.len() > mark {
            let Some((prefix, before)) = self.replaced.pop() else { return };
            match before {
                Some(before) => self.bound.insert(prefix, before),
                None => self.bound.remove(prefix),
            };
        }
    }

    /// Writes the namespace declarations of the start tag of `element`.
    ///
    /// `is_apex`: no element around it is in the output.
    pub(super) fn namespaces(
        &mut self,
        element: Element<'a>,
        canonical: &Canonical<'_>,
        is_apex: bool,
        out: &mut Out<'_>,
    ) -> Result<(), CanonicalError> {
        self.candidates.clear();
        match canonical.form {
            Form::Exclusive => {
                self.used(element);
                self.listed(element, &canonical.prefixes, is_apex);
            }
            _ if is_apex => self.candidates.extend(in_scope(element)),
            _ => self.candidates.extend(declared(element)),
        }
        // Several candidates for one prefix are equal, for all of them are what is in scope.
        self.candidates.sort_unstable();
        for &(prefix, uri) in &self.candidates {
            if prefix == "xml" || self.bound.get(prefix).copied().unwrap_or_default() == uri {
                continue;
            }
            if is_relative(uri) {
                return Err(CanonicalError::RelativeNamespace(uri.into()));
            }
            out.raw(" xmlns");
            if !prefix.is_empty() {
                out.raw(":");
                out.raw(prefix);
            }
            out.value(uri);
            self.replaced.push((prefix, self.bound.insert(prefix, uri)));
        }
        Ok(())
    }

    /// The prefixes of the element and of its attributes.
    fn used(&mut self, element: Element<'a>) {
        let own = (element.prefix().unwrap_or_default(), element.namespace().unwrap_or_default());
        self.candidates.push(own);
        for attribute in element.attributes() {
            if let Some(prefix) = attribute.prefix() {
                self.candidates.push((prefix, attribute.namespace().unwrap_or_default()));
            }
        }
    }

    /// Those of `prefixes` that are in scope, or below the apex those that `element` declares.
    fn listed(&mut self, element: Element<'a>, prefixes: &BTreeSet<String>, is_apex: bool) {
        if prefixes.is_empty() {
            return;
        }
        let listed = |prefix: &str| prefixes.contains(if prefix.is_empty() { "#default" } else { prefix });
        if is_apex {
            self.candidates.extend(in_scope(element).into_iter().filter(|(prefix, _)| listed(prefix)));
        } else {
            self.candidates.extend(declared(element).filter(|(prefix, _)| listed(prefix)));
        }
    }
}

fn declared(element: Element<'_>) -> impl Iterator<Item = (&str, &str)> {
    element.declarations().map(|(prefix, uri)| (prefix.unwrap_or_default(), uri))
}

/// Every binding in scope at `element`, the innermost of each prefix.
fn in_scope(element: Element<'_>) -> BTreeMap<&str, &str> {
    let mut bound = BTreeMap::new();
    for (prefix, uri) in element.ancestors().flat_map(declared) {
        bound.entry(prefix).or_insert(uri);
    }
    bound
}

/// Whether a namespace has a name without a scheme.
fn is_relative(uri: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    !uri.is_empty() && !uri.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}
