//! Where references lead, and their digests (XML Signature 1.1 §4.4.3).
//!
//! A reference leads to one element by its Id, to the whole document, or to an attachment. Nothing is ever fetched.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use ring::digest;

use crate::wire::{
    transport,
    xml::{
        Document, Element,
        canonical::{Canonical, Part},
    },
};

use super::{
    Policy,
    algorithm::DigestMethod,
    read::{Reference, malformed, unbase64},
    refused::{Refused, RefusedKind},
};

/// Which attributes are Ids.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum IdNames {
    /// `Id`, as in cXML, and `xml:id`.
    Cxml,
    /// Whatever is customary elsewhere too.
    Any,
}

impl IdNames {
    fn is_id(self, name: &str) -> bool {
        match self {
            Self::Cxml => matches!(name, "Id" | "xml:id"),
            Self::Any => matches!(name, "Id" | "ID" | "id" | "xml:id" | "wsu:Id" | "AssertionID"),
        }
    }
}

/// The elements of a document by their Ids.
pub(super) struct Ids<'d> {
    document: &'d Document,
    elements: HashMap<&'d str, Element<'d>>,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'d> {
    Document,
    Element(Element<'d>),
    Part(&'d transport::Part),
}

/// A reference and what it leads to.
#[derive(Debug)]
pub(super) struct Resolved<'s, 'd> {
    pub(super) reference: &'s Reference<'d>,
    pub(super) uri: &'d str,
    pub(super) target: Target<'d>,
    /// Whether comments belong to what is meant: only when an `XPointer` says so.
    comments: bool,
}

impl<'d> Ids<'d> {
    /// # Errors
    /// Two elements with one Id: whoever finds the other one would see something else.
    pub(super) fn of(document: &'d Document, names: IdNames) -> Result<Self, Refused> {
        let mut elements: HashMap<&str, Element<'_>> = HashMap::new();
        for element in document.root().descendants() {
            for attribute in element.attributes().filter(|one| names.is_id(one.qualified_name())) {
                let other = elements.insert(attribute.value(), element);
                if other.is_some_and(|other| other != element) {
                    let id = attribute.value().chars().take(200).collect();
                    return Err(RefusedKind::DuplicateId(id).at(element));
                }
            }
        }
        Ok(Self { document, elements })
    }

    /// Follows a reference.
    ///
    /// # Errors
    /// It leads nowhere, to two attachments, or out of the document.
    pub(super) fn resolve<'s>(
        &self,
        reference: &'s Reference<'d>,
        parts: &'d [transport::Part],
    ) -> Result<Resolved<'s, 'd>, Refused> {
        let at = |kind: RefusedKind| kind.at(reference.element);
        let uri = reference.uri.ok_or_else(|| malformed(reference.element, "a reference without URI"))?;
        let shown = || uri.chars().take(200).collect::<String>();
        let (id, comments) = match uri.strip_prefix('#') {
            None if uri.is_empty() => (None, false),
            None => {
                let part = attachment(uri, parts).ok_or_else(|| {
                    at(if is_attachment(uri) {
                        RefusedKind::Dangling(shown())
                    } else {
                        RefusedKind::External(shown())
                    })
                })?;
                return Ok(Resolved { reference, uri, target: Target::Part(part), comments: false });
            }
            Some("xpointer(/)") => (None, true),
            Some(fragment) => match pointed_id(fragment) {
                Some(id) => (Some(id), true),
                None => (Some(fragment), false),
            },
        };
        let target = match id {
            None => Target::Document,
            Some(id) => {
                Target::Element(*self.elements.get(id).ok_or_else(|| at(RefusedKind::Dangling(shown())))?)
            }
        };
        Ok(Resolved { reference, uri, target, comments })
    }
}

/// The id in `xpointer(id('…'))`.
fn pointed_id(fragment: &str) -> Option<&str> {
    let quoted = fragment.strip_prefix("xpointer(id(")?.strip_suffix("))")?;
    let inner = |quote: char| quoted.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"')).filter(|id| !id.contains(['\'', '"']))
}

fn is_attachment(uri: &str) -> bool {
    uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:"))
}

/// The one part with the `Content-ID` of a `cid:` URL (RFC 2392).
fn attachment<'d>(uri: &str, parts: &'d [transport::Part]) -> Option<&'d transport::Part> {
    let id = percent_decode_str(uri.get(4..).filter(|_| is_attachment(uri))?).decode_utf8().ok()?;
    let mut named = parts.iter().filter(|part| part.id.as_deref() == Some(id.as_ref()));
    let part = named.next()?;
    named.next().is_none().then_some(part)
}

impl<'d> Resolved<'_, 'd> {
    /// Computes the digest and compares it.
    ///
    /// `signature`: the element that an enveloped signature leaves out.
    ///
    /// # Errors
    /// It does not fit, uses SHA-1 without permission, or cannot be computed.
    pub(super) fn check(&self, ids: &Ids<'d>, signature: Element<'d>, policy: Policy) -> Result<(), Refused> {
        let reference = self.reference;
        let at = |kind: RefusedKind| kind.at(reference.element);
        let shown = || self.uri.chars().take(200).collect::<String>();
        if reference.method == DigestMethod::Sha1 && !policy.legacy_sha1 {
            return Err(at(RefusedKind::Sha1("the digest")));
        }
        let mut context = digest::Context::new(reference.method.algorithm());
        let transforms = &reference.transforms;
        let part = match self.target {
            Target::Part(part) => {
                if transforms.enveloped || transforms.base64 || transforms.canonical.is_some() {
                    return Err(malformed(
                        reference.element,
                        "an attachment is signed as it is, without transforms",
                    ));
                }
                context.update(&part.octets);
                None
            }
            Target::Document => Some(Part::Document(ids.document)),
            Target::Element(element) => Some(Part::Element(element)),
        };
        match part {
            None => {}
            Some(Part::Element(element)) if transforms.base64 && !transforms.enveloped => {
                let octets = unbase64(&element.string_value())
                    .ok_or_else(|| malformed(element, "what the reference means is not base64"))?;
                context.update(&octets);
            }
            Some(_) if transforms.base64 => {
                return Err(malformed(reference.element, "base64 is taken of one element alone"));
            }
            Some(part) => {
                let canonical = match &transforms.canonical {
                    Some(named) => &Canonical { comments: named.comments && self.comments, ..named.clone() },
                    None => &Canonical::default(),
                };
                let excluded = transforms.enveloped.then_some(signature);
                canonical
                    .write(part, excluded, &mut |piece| context.update(piece))
                    .map_err(|problem| at(RefusedKind::NotCanonical { uri: shown(), problem }))?;
            }
        }
        if context.finish().as_ref() != reference.digest.as_slice() {
            return Err(at(RefusedKind::Digest(shown())));
        }
        Ok(())
    }
}
