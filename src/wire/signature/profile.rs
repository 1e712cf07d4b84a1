//! The signature of a cXML document (cXML 1.2, "Digital signatures"): where it stands, what it must cover, what may be read then.

use jiff::Timestamp;

use crate::wire::{
    transport::Part,
    xml::{Document, Element},
};

use super::{
    Covered, Policy, Signed, defaults,
    plain::{is_signature, resolve, value},
    properties,
    read::{Signature, signature},
    reference::{IdNames, Ids, Resolved, Target},
    refused::{Check, Refused, RefusedKind},
    trust::Trust,
};

/// Signatures on one document.
const SIGNATURES: usize = 8;
/// The Id that `cXMLSignedInfo` must have.
pub(super) const SIGNED_INFO: &str = "cXMLSignedInfo";
/// The one version there is.
pub(super) const VERSION: &str = "1.0";

/// A cXML document whose signatures hold, every one. Only [`verify`] makes one.
#[derive(Debug)]
pub struct Verified<'d> {
    payload: Element<'d>,
    judged: Judged,
}

/// Signatures that hold, and what none of them covers.
#[derive(Debug)]
struct Judged {
    signatures: Vec<Signed>,
    uncovered: Vec<String>,
}

impl<'d> Verified<'d> {
    /// The `Request`, `Message` or `Response` that was signed: what is read must be this element.
    #[must_use]
    pub fn payload(&self) -> Element<'d> {
        self.payload
    }

    /// Every signature, in document order; at least one.
    #[must_use]
    pub fn signatures(&self) -> &[Signed] {
        &self.judged.signatures
    }

    /// What no signature covers: the Header, and attachments by their ids.
    #[must_use]
    pub fn uncovered(&self) -> &[String] {
        &self.judged.uncovered
    }
}

/// Whether a document says to be signed, or looks like it.
#[must_use]
pub fn is_signed(document: &Document) -> bool {
    let root = document.root();
    root.attribute("signatureVersion").is_some() || root.children().any(is_signature)
}

/// Verifies every signature of a cXML document; `now` is the time at which certificates must be valid.
///
/// Digests are compared over the document as it came; where they do not fit, once more over the document with the attributes that its
/// DTD defaults, since a signer that has read the DTD signs them too. `parts`: its attachments.
///
/// # Errors
/// The first check that failed.
pub fn verify<'d>(
    document: &'d Document,
    parts: &[Part],
    trust: &Trust,
    policy: Policy,
    now: Timestamp,
) -> Result<Verified<'d>, Refused> {
    let payload = payload(document)?;
    let refused = match judge(document, parts, trust, policy, now) {
        Ok(judged) => return Ok(Verified { payload, judged }),
        Err(refused) => refused,
    };
    let changed = matches!(refused.kind.check(), Check::Value | Check::Digest);
    let Some(filled) = changed.then(|| defaults::filled(document)).flatten() else { return Err(refused) };
    let mut judged = judge(&filled, parts, trust, policy, now).map_err(|_| refused)?;
    for signature in &mut judged.signatures {
        signature.with_defaults = true;
    }
    Ok(Verified { payload, judged })
}

/// The one `Request`, `Message` or `Response` of a cXML document.
pub(super) fn payload(document: &Document) -> Result<Element<'_>, Refused> {
    let root = document.root();
    let nothing = || RefusedKind::NoPayload.at(root);
    if root.name() != "cXML" || root.namespace().is_some() {
        return Err(nothing());
    }
    let mut found = root.children().filter(|child| {
        matches!(child.name(), "Request" | "Message" | "Response") && child.namespace().is_none()
    });
    let payload = found.next().ok_or_else(nothing)?;
    match found.next() {
        None => Ok(payload),
        Some(second) => Err(RefusedKind::SeveralPayloads.at(second)),
    }
}

/// The signatures of a document: its last children.
pub(super) fn signatures(document: &Document) -> Result<Vec<Element<'_>>, Refused> {
    let root = document.root();
    let mut found: Vec<Element<'_>> = Vec::new();
    for child in root.children() {
        if is_signature(child) {
            if found.len() == SIGNATURES {
                return Err(RefusedKind::TooMany { what: "signatures", allowed: SIGNATURES }.at(child));
            }
            found.push(child);
        } else if let Some(before) = found.last() {
            return Err(RefusedKind::Misplaced.at(*before));
        }
    }
    if found.is_empty() {
        return Err(match root.descendants().find(|element| is_signature(*element)) {
            Some(elsewhere) => RefusedKind::Misplaced.at(elsewhere),
            None => RefusedKind::NotSigned.at(root),
        });
    }
    Ok(found)
}

/// One attempt, over one tree: form first, then whose key it is, the signature value, and the digests last.
fn judge(
    document: &Document,
    parts: &[Part],
    trust: &Trust,
    policy: Policy,
    now: Timestamp,
) -> Result<Judged, Refused> {
    let root = document.root();
    let payload = payload(document)?;
    let elements = signatures(document)?;
    if root.attribute("signatureVersion") != Some(VERSION) {
        return Err(wrong(root, "cXML/@signatureVersion is not 1.0"));
    }
    let read = elements.into_iter().map(signature).collect::<Result<Vec<_>, _>>()?;
    let ids = Ids::of(document, IdNames::Cxml)?;
    let signed_info = signed_info(&read, root)?;
    let mut signatures = Vec::new();
    let mut targets = Vec::new();
    for signature in &read {
        let references = resolve(signature, &ids, parts)?;
        covers(signature, &references, payload, signed_info)?;
        let properties = properties::find(signature)?;
        if let Some(properties) = &properties {
            properties.must_be_signed(&references)?;
        }
        let signer = value(signature, trust, policy, now)?;
        for reference in &references {
            reference.check(&ids, signature.element, policy)?;
        }
        if let Some(properties) = &properties {
            properties.must_name(&signer)?;
        }
        targets.extend(references.iter().map(|one| one.target));
        signatures.push(Signed {
            signer,
            method: signature.method,
            covered: references.iter().map(Covered::of).collect(),
            signed_at: properties.and_then(|properties| properties.signed_at()),
            with_defaults: false,
        });
    }
    Ok(Judged { signatures, uncovered: uncovered(root, parts, &targets) })
}

/// `cXMLSignedInfo` of the document: in the first `ds:Object` of its first signature, saying what the root element says.
fn signed_info<'d>(signatures: &[Signature<'d>], root: Element<'d>) -> Result<Element<'d>, Refused> {
    let object = signatures.first().and_then(|first| first.objects.first());
    let found = object.and_then(|object| {
        object.children().find(|child| child.name() == SIGNED_INFO && child.namespace().is_none())
    });
    let Some(info) = found else {
        return Err(wrong(root, "the first ds:Object of the signature holds no cXMLSignedInfo"));
    };
    if info.attribute("Id") != Some(SIGNED_INFO) {
        return Err(wrong(info, "cXMLSignedInfo/@Id is not cXMLSignedInfo"));
    }
    for name in ["signatureVersion", "payloadID"] {
        if info.attribute(name) != root.attribute(name) || info.attribute(name).is_none() {
            return Err(wrong(info, &format!("cXMLSignedInfo/@{name} is not that of cXML")));
        }
    }
    if info.nodes().next().is_some() {
        return Err(wrong(info, "cXMLSignedInfo is not empty"));
    }
    Ok(info)
}

/// What a signature must cover, and what it may.
fn covers<'d>(
    signature: &Signature<'d>,
    references: &[Resolved<'_, 'd>],
    payload: Element<'d>,
    signed_info: Element<'d>,
) -> Result<(), Refused> {
    let covered = |wanted: Element<'d>| {
        references.iter().any(|one| matches!(one.target, Target::Element(element) if element == wanted))
    };
    if !covered(payload) {
        return Err(RefusedKind::NotCovered(payload.qualified_name().to_owned()).at(payload));
    }
    if !covered(signed_info) {
        return Err(wrong(signature.element, "cXMLSignedInfo is not among the references"));
    }
    for one in references {
        let element = one.reference.element;
        if matches!(one.target, Target::Document) || one.uri.starts_with("#xpointer(") {
            return Err(wrong(element, "cXML is signed by references to Ids alone"));
        }
        if one.reference.transforms.base64 {
            return Err(wrong(element, "cXML is signed in a canonical form, not as base64"));
        }
        let properties = one.reference.kind.is_some_and(|kind| kind.ends_with("#SignedProperties"));
        let leads_there =
            matches!(one.target, Target::Element(element) if element.name() == "SignedProperties");
        if properties && !leads_there {
            return Err(wrong(element, "a reference of the type SignedProperties leads to something else"));
        }
    }
    Ok(())
}

/// Children of the root element and attachments that no reference leads to.
fn uncovered<'d>(root: Element<'d>, parts: &[Part], targets: &[Target<'d>]) -> Vec<String> {
    let element = |wanted: Element<'d>| {
        targets.iter().any(|target| matches!(target, Target::Element(element) if *element == wanted))
    };
    let part = |wanted: &Part| {
        targets.iter().any(|target| matches!(target, Target::Part(part) if std::ptr::eq(*part, wanted)))
    };
    let children = root.children().filter(|child| !is_signature(*child) && !element(*child));
    let children = children.map(|child| child.qualified_name().to_owned());
    let parts = parts.iter().filter(|one| !part(one));
    children
        .chain(parts.map(|part| format!("attachment {}", part.id.as_deref().unwrap_or("without id"))))
        .collect()
}

fn wrong(element: Element<'_>, problem: &str) -> Refused {
    RefusedKind::Profile(problem.to_owned()).at(element)
}
