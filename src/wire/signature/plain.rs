//! One signature by itself: its value, its references, and the verdict on a document that is not cXML.

use jiff::Timestamp;

use crate::wire::{
    transport::Part,
    xml::{Document, Element, canonical},
};

use super::{
    Covered, Policy, Signed,
    read::{DS, Signature, signature},
    reference::{IdNames, Ids, Resolved, Target},
    refused::{Refused, RefusedKind},
    trust::{Signer, Trust},
};

/// What a plain signature proves. Only [`verify_plain`] makes one.
#[derive(Debug)]
pub struct PlainVerified<'d> {
    /// Who signed what.
    pub signed: Signed,
    elements: Vec<Element<'d>>,
    whole: bool,
}

impl<'d> PlainVerified<'d> {
    /// Whether this very element was signed.
    #[must_use]
    pub fn covers(&self, element: Element<'d>) -> bool {
        self.whole || self.elements.contains(&element)
    }
}

/// Verifies the one `ds:Signature` of any document, wherever it stands.
///
/// What is signed may be less than the document: ask [`PlainVerified::covers`] before reading anything.
///
/// # Errors
/// The check that failed.
pub fn verify_plain<'d>(
    document: &'d Document,
    parts: &'d [Part],
    trust: &Trust,
    policy: Policy,
    now: Timestamp,
) -> Result<PlainVerified<'d>, Refused> {
    let mut found = document.root().descendants().filter(|element| is_signature(*element));
    let element = found.next().ok_or_else(|| RefusedKind::NotSigned.nowhere())?;
    if let Some(second) = found.next() {
        return Err(RefusedKind::Malformed(
            "a second ds:Signature: which one counts is not ours to say".into(),
        )
        .at(second));
    }
    let read = signature(element)?;
    let ids = Ids::of(document, IdNames::Any)?;
    let resolved = resolve(&read, &ids, parts)?;
    let signer = value(&read, trust, policy, now)?;
    for reference in &resolved {
        reference.check(&ids, element, policy)?;
    }
    let elements = resolved.iter().filter_map(|one| match one.target {
        Target::Element(element) => Some(element),
        Target::Document | Target::Part(_) => None,
    });
    Ok(PlainVerified {
        elements: elements.collect(),
        whole: resolved.iter().any(|one| matches!(one.target, Target::Document)),
        signed: Signed {
            signer,
            method: read.method,
            covered: resolved.iter().map(Covered::of).collect(),
            signed_at: None,
            with_defaults: false,
        },
    })
}

pub(super) fn is_signature(element: Element<'_>) -> bool {
    element.name() == "Signature" && element.namespace() == Some(DS)
}

/// Follows every reference of a signature.
pub(super) fn resolve<'s, 'd>(
    signature: &'s Signature<'d>,
    ids: &Ids<'d>,
    parts: &'d [Part],
) -> Result<Vec<Resolved<'s, 'd>>, Refused> {
    signature.references.iter().map(|reference| ids.resolve(reference, parts)).collect()
}

/// Verifies the signature value over the signed info; who made it.
pub(super) fn value(
    signature: &Signature<'_>,
    trust: &Trust,
    policy: Policy,
    now: Timestamp,
) -> Result<Signer, Refused> {
    if signature.method.is_sha1() && !policy.legacy_sha1 {
        return Err(RefusedKind::Sha1("the signature method").at(signature.signed_info));
    }
    let candidates = trust.candidates(signature, now)?;
    let signed = signature.canonical.octets(canonical::Part::Element(signature.signed_info), None).map_err(
        |problem| RefusedKind::NotCanonical { uri: "SignedInfo".into(), problem }.at(signature.signed_info),
    )?;
    let whom = candidates.first().map(|candidate| candidate.signer.to_string()).unwrap_or_default();
    candidates
        .into_iter()
        .find(|candidate| candidate.verifies(signature.method, &signed, &signature.value))
        .map(|candidate| candidate.signer)
        .ok_or_else(|| RefusedKind::Value(whom).at(signature.element))
}
