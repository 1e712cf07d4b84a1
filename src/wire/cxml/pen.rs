//! Writing for a reader of one version: what that version does not know is left out.

use crate::{
    model::profile::CxmlVersion,
    wire::{
        grammar::{Version, cxml},
        xml::Writer,
    },
};

/// The open element of a document, and who will read it.
///
/// What an element may hold, and since when, is asked of the grammar.
pub(super) struct Pen<'w> {
    xml: &'w mut Writer,
    version: Option<Version>,
    element: &'static str,
}

/// Children that stood once before they became lists, as far as the DTDs held show: element, child, first version with several.
const LISTS_SINCE: [(&str, &str, &str); 3] = [
    ("OrderRequestHeader", "Comments", "1.2.050"),
    ("ItemOut", "Comments", "1.2.050"),
    ("InvoiceDetailShipping", "ShipmentIdentifier", "1.2.071"),
];

impl<'w> Pen<'w> {
    /// A pen within `element`, which is just open.
    pub(super) fn new(xml: &'w mut Writer, version: &CxmlVersion, element: &'static str) -> Self {
        Self { xml, version: Version::parse(version.as_str()), element }
    }

    /// Whether the reader knows this child of the open element.
    pub(super) fn knows(&self, child: &str) -> bool {
        cxml().holds(self.element, child, self.version)
    }

    /// Whether the reader knows this attribute of some element.
    pub(super) fn knows_attribute_of(&self, element: &str, attribute: &str) -> bool {
        cxml().holds_attribute(element, attribute, "", self.version)
    }

    /// Whether the open element may hold more than one such child.
    pub(super) fn repeats(&self, child: &str) -> bool {
        let once = LISTS_SINCE.iter().any(|(element, list, since)| {
            *element == self.element && *list == child && self.version < Version::parse(since)
        });
        !once && cxml().repeats(self.element, child)
    }

    /// An attribute of the open element; only before its content.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        if cxml().holds_attribute(self.element, name, value, self.version) {
            self.xml.attribute(name, value);
        }
    }

    /// A child of the open element.
    pub(super) fn child(&mut self, name: &'static str, content: impl FnOnce(&mut Pen<'_>)) {
        if self.knows(name) {
            let version = self.version;
            self.xml.element(name, &[], |xml| content(&mut Pen { xml, version, element: name }));
        }
    }

    /// Text of the open element.
    pub(super) fn text(&mut self, text: &str) {
        self.xml.text(text);
    }

    /// Markup of the open element, as it is.
    pub(super) fn markup(&mut self, markup: &str) {
        self.xml.markup(markup);
    }
}
