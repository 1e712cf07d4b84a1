//! `XAdES` (ETSI EN 319 132-1, TS 101 903) as far as the cXML profile uses it: which certificate signed, and when.

use jiff::Timestamp;
use ring::digest;

use crate::wire::xml::Element;

use super::{
    algorithm::DigestMethod,
    read::{DS, Signature, plain_text, unbase64},
    reference::{Resolved, Target},
    refused::{Refused, RefusedKind},
    trust::Signer,
};

/// Namespace of the properties; 1.1.1 is what cXML 1.2.014 declares.
pub(super) const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const NAMESPACES: [&str; 3] =
    [XADES, "http://uri.etsi.org/01903/v1.2.2#", "http://uri.etsi.org/01903/v1.1.1#"];
/// `Reference/@Type` of signed properties.
pub(super) const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

/// `SignedProperties` of one signature.
pub(super) struct Properties<'d> {
    element: Element<'d>,
}

fn wrong(element: Element<'_>, problem: impl Into<String>) -> Refused {
    RefusedKind::Properties(problem.into()).at(element)
}

/// Finds `Object/QualifyingProperties/SignedProperties` of a signature.
///
/// # Errors
/// Several, or one that belongs to another signature.
pub(super) fn find<'d>(signature: &Signature<'d>) -> Result<Option<Properties<'d>>, Refused> {
    let within = |parent: Element<'d>, name: &'static str| {
        parent.children().filter(move |child| {
            child.name() == name && child.namespace().is_some_and(|uri| NAMESPACES.contains(&uri))
        })
    };
    let mut qualifying = signature.objects.iter().flat_map(|object| within(*object, "QualifyingProperties"));
    let Some(element) = qualifying.next() else { return Ok(None) };
    if let Some(second) = qualifying.next() {
        return Err(wrong(second, "a second QualifyingProperties"));
    }
    let target = element.attribute("Target").and_then(|target| target.strip_prefix('#'));
    if target.is_none() || target != signature.id {
        return Err(wrong(element, "QualifyingProperties/@Target does not name this signature"));
    }
    let mut signed = within(element, "SignedProperties");
    let Some(properties) = signed.next() else { return Ok(None) };
    if let Some(second) = signed.next() {
        return Err(wrong(second, "a second SignedProperties"));
    }
    Ok(Some(Properties { element: properties }))
}

impl Properties<'_> {
    /// Says that they are among what is signed.
    ///
    /// # Errors
    /// They are not: unsigned properties could be anybody's.
    pub(super) fn must_be_signed(&self, references: &[Resolved<'_, '_>]) -> Result<(), Refused> {
        let signed = references.iter().any(|one| match one.target {
            Target::Element(element) => element == self.element,
            Target::Document | Target::Part(_) => false,
        });
        if signed { Ok(()) } else { Err(wrong(self.element, "SignedProperties are there and not signed")) }
    }

    /// `SigningTime`, where it can be read.
    pub(super) fn signed_at(&self) -> Option<Timestamp> {
        self.signature_properties()?
            .optional_in(self.namespace()?, "SigningTime")
            .ok()??
            .trimmed_text()
            .parse()
            .ok()
    }

    /// Compares `SigningCertificate` (or `SigningCertificateV2`) with the certificate that the key was taken from.
    ///
    /// Only the digest counts: issuer and serial number are written in too many ways.
    ///
    /// # Errors
    /// It names another certificate.
    pub(super) fn must_name(&self, signer: &Signer) -> Result<(), Refused> {
        let (Some(certificate), Some(properties), Some(namespace)) =
            (&signer.certificate, self.signature_properties(), self.namespace())
        else {
            return Ok(());
        };
        for name in ["SigningCertificate", "SigningCertificateV2"] {
            let Ok(Some(list)) = properties.optional_in(namespace, name) else { continue };
            if !list.all("Cert").any(|one| names(one, certificate.der())) {
                return Err(wrong(
                    list,
                    format!("{name} names another certificate than the one that signed"),
                ));
            }
        }
        Ok(())
    }

    fn namespace(&self) -> Option<&str> {
        self.element.namespace()
    }

    fn signature_properties(&self) -> Option<Element<'_>> {
        self.element.all("SignedSignatureProperties").next()
    }
}

/// Whether `Cert/CertDigest` is the digest of `der`.
fn names(cert: Element<'_>, der: &[u8]) -> bool {
    let digest_of = || {
        let both = cert.all("CertDigest").next()?;
        let method = both.optional_in(DS, "DigestMethod").ok()??.attribute("Algorithm")?;
        let value = unbase64(&plain_text(both.optional_in(DS, "DigestValue").ok()??).ok()?)?;
        Some((DigestMethod::of(method)?, value))
    };
    digest_of()
        .is_some_and(|(method, value)| digest::digest(method.algorithm(), der).as_ref() == value.as_slice())
}
