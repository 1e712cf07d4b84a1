//! The attribute axis: Canonical XML §2.3 and §2.4, Canonical XML 1.1 §2.4.

use std::borrow::Cow;

use super::{Canonical, Defaults, Element, Form, base, out::Out};
use crate::wire::xml::namespaces::XML;

/// The attributes of one start tag, in the order of the canonical form.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    list: Vec<Entry<'a>>,
}

struct Entry<'a> {
    /// Namespace, then local name: what they are sorted by.
    key: (&'a str, &'a str),
    qualified: &'a str,
    value: Cow<'a, str>,
}

impl<'a> Attributes<'a> {
    /// Writes the attributes of the start tag of `element`.
    ///
    /// `is_apex`: no element around it is in the output, so that `xml:` attributes may have to be taken over.
    pub(super) fn write(
        &mut self,
        element: Element<'a>,
        canonical: &'a Canonical<'a>,
        is_apex: bool,
        out: &mut Out<'_>,
    ) {
        self.list.clear();
        self.list.extend(element.attributes().map(|attribute| Entry {
            key: (attribute.namespace().unwrap_or_default(), attribute.name()),
            qualified: attribute.qualified_name(),
            value: Cow::Borrowed(attribute.value()),
        }));
        match canonical.form {
            Form::Canonical10 if is_apex => self.inherit(element, |_| true),
            Form::Canonical11 if is_apex => {
                self.inherit(element, |name| matches!(name, "lang" | "space"));
                self.join_base(element);
            }
            _ => {}
        }
        if let Some(defaults) = canonical.defaults {
            self.add_defaults(element, defaults);
        }
        self.list.sort_unstable_by_key(|entry| entry.key);
        for entry in &self.list {
            out.attribute(entry.qualified, &entry.value);
        }
    }

    /// Adds what the DTD gives to `element` and it does not have.
    fn add_defaults(&mut self, element: Element<'a>, defaults: &'a Defaults) {
        if element.namespace().is_some() {
            return;
        }
        for (name, value) in defaults.get(element.name()).into_iter().flatten() {
            let key = ("", name.as_ref());
            if !self.list.iter().any(|entry| entry.key == key) {
                self.list.push(Entry { key, qualified: name, value: Cow::Borrowed(value) });
            }
        }
    }

    /// Takes over the nearest of each `xml:` attribute around `element` that is `wanted` and that it does not have itself.
    fn inherit(&mut self, element: Element<'a>, wanted: impl Fn(&str) -> bool) {
        let around = element.ancestors().skip(1).flat_map(Element::attributes);
        for attribute in around.filter(|attribute| attribute.namespace() == Some(XML)) {
            let key = (XML, attribute.name());
            if wanted(key.1) && !self.list.iter().any(|entry| entry.key == key) {
                let value = Cow::Borrowed(attribute.value());
                self.list.push(Entry { key, qualified: attribute.qualified_name(), value });
            }
        }
    }

    /// Joins `xml:base` of `element` with those around it; an empty result is no attribute.
    fn join_base(&mut self, element: Element<'a>) {
        let around = element.ancestors().skip(1);
        let mut around = around.filter_map(|element| element.attribute("xml:base")).peekable();
        if around.peek().is_none() {
            return;
        }
        let own = self.list.iter().position(|entry| entry.key == (XML, "base"));
        let own = own.map(|index| self.list.swap_remove(index).value);
        let joined = own
            .into_iter()
            .chain(around.map(Cow::Borrowed))
            .reduce(|inner, outer| Cow::Owned(base::join(&outer, &inner)));
        if let Some(value) = joined.filter(|value| !value.is_empty()) {
            self.list.push(Entry { key: (XML, "base"), qualified: "xml:base", value });
        }
    }
}
