//! `ds:Signature` from the tree into typed values (XML Signature 1.1 §4), before anything is computed.
//!
//! Strict where the rest of the reading is tolerant: an element in another place, a second one or an unknown one refuses, since
//! whatever is skipped here would be signed in one reader's eyes and not in another's.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::wire::xml::{
    Element, Node,
    canonical::{Canonical, Form},
};

use super::{
    algorithm::{DigestMethod, SignatureMethod},
    refused::{Refused, RefusedKind},
};

/// Namespace of XML signatures.
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Namespace of exclusive canonicalization, and its URI as an algorithm.
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";

/// References in one signature.
const REFERENCES: usize = 16;
/// Certificates in one `KeyInfo`.
const CERTIFICATES: usize = 8;

/// One `ds:Signature`.
#[derive(Debug)]
pub(super) struct Signature<'d> {
    pub(super) element: Element<'d>,
    pub(super) id: Option<&'d str>,
    pub(super) signed_info: Element<'d>,
    pub(super) canonical: Canonical<'static>,
    pub(super) method: SignatureMethod,
    pub(super) references: Vec<Reference<'d>>,
    pub(super) value: Vec<u8>,
    /// DER of `KeyInfo/X509Data/X509Certificate`, in order.
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) key_info: Option<Element<'d>>,
    pub(super) objects: Vec<Element<'d>>,
}

/// One `ds:Reference`.
#[derive(Debug)]
pub(super) struct Reference<'d> {
    pub(super) element: Element<'d>,
    /// `None`: not written, which would leave it to us what is meant.
    pub(super) uri: Option<&'d str>,
    pub(super) kind: Option<&'d str>,
    pub(super) transforms: Transforms,
    pub(super) method: DigestMethod,
    pub(super) digest: Vec<u8>,
}

/// `ds:Transforms`: as far as they are taken, their order leaves no choice.
#[derive(Debug, Default)]
pub(super) struct Transforms {
    pub(super) enveloped: bool,
    pub(super) base64: bool,
    /// The last step for XML; Canonical XML 1.0 without comments when none is named.
    pub(super) canonical: Option<Canonical<'static>>,
}

/// `Signature = SignedInfo, SignatureValue, KeyInfo?, Object*`
pub(super) fn signature(element: Element<'_>) -> Result<Signature<'_>, Refused> {
    let mut children = children(element)?;
    let signed_info = children.required("SignedInfo")?;
    let value = decoded(children.required("SignatureValue")?)?;
    let key_info = children.optional("KeyInfo");
    let mut objects = Vec::new();
    while let Some(object) = children.optional("Object") {
        objects.push(object);
    }
    children.end()?;
    let (canonical, method, references) = read_signed_info(signed_info)?;
    let certificates = key_info.map(certificates).transpose()?.unwrap_or_default();
    Ok(Signature {
        element,
        id: element.attribute("Id"),
        signed_info,
        canonical,
        method,
        references,
        value,
        certificates,
        key_info,
        objects,
    })
}

/// `SignedInfo = CanonicalizationMethod, SignatureMethod, Reference+`
fn read_signed_info(
    element: Element<'_>,
) -> Result<(Canonical<'static>, SignatureMethod, Vec<Reference<'_>>), Refused> {
    let mut children = children(element)?;
    let method = children.required("CanonicalizationMethod")?;
    let canonical = canonicalization(method)?.ok_or_else(|| unsupported(method, "the canonicalization"))?;
    let method = signature_method(children.required("SignatureMethod")?)?;
    let mut references = vec![reference(children.required("Reference")?)?];
    while let Some(next) = children.optional("Reference") {
        if references.len() == REFERENCES {
            return Err(RefusedKind::TooMany { what: "references", allowed: REFERENCES }.at(next));
        }
        references.push(reference(next)?);
    }
    children.end()?;
    Ok((canonical, method, references))
}

/// `SignatureMethod = HMACOutputLength?`, which is refused: a MAC of some bits is easily forged.
fn signature_method(element: Element<'_>) -> Result<SignatureMethod, Refused> {
    let method = SignatureMethod::of(algorithm(element)?)
        .ok_or_else(|| unsupported(element, "the signature method"))?;
    let mut children = children(element)?;
    if let Some(length) = children.optional("HMACOutputLength") {
        return Err(RefusedKind::Truncated.at(length));
    }
    children.end()?;
    Ok(method)
}

/// `Reference = Transforms?, DigestMethod, DigestValue`
fn reference(element: Element<'_>) -> Result<Reference<'_>, Refused> {
    let mut children = children(element)?;
    let transforms = children.optional("Transforms").map(transforms).transpose()?.unwrap_or_default();
    let method = children.required("DigestMethod")?;
    no_content(method)?;
    let digest = children.required("DigestValue")?;
    children.end()?;
    Ok(Reference {
        element,
        uri: element.attribute("URI"),
        kind: element.attribute("Type"),
        transforms,
        method: DigestMethod::of(algorithm(method)?)
            .ok_or_else(|| unsupported(method, "the digest method"))?,
        digest: decoded(digest)?,
    })
}

/// `Transforms = Transform+`: an enveloped signature first, then base64 or one canonical form.
fn transforms(element: Element<'_>) -> Result<Transforms, Refused> {
    let mut found = Transforms::default();
    let mut children = children(element)?;
    let mut next = Some(children.required("Transform")?);
    while let Some(transform) = next {
        let uri = algorithm(transform)?;
        let finished = found.base64 || found.canonical.is_some();
        match uri {
            ENVELOPED if !found.enveloped && !finished => {
                no_content(transform)?;
                found.enveloped = true;
            }
            BASE64 if !finished => {
                no_content(transform)?;
                found.base64 = true;
            }
            _ if finished => {
                return Err(malformed(transform, "a transform behind the one that makes octets"));
            }
            _ => {
                let canonical =
                    canonicalization(transform)?.ok_or_else(|| unsupported(transform, "the transform"))?;
                found.canonical = Some(canonical);
            }
        }
        next = children.optional("Transform");
    }
    children.end()?;
    Ok(found)
}

/// A canonical form by its URI, `None` for another algorithm; `InclusiveNamespaces` for the exclusive form alone.
fn canonicalization(element: Element<'_>) -> Result<Option<Canonical<'static>>, Refused> {
    let uri = algorithm(element)?;
    let (form, comments) = match uri {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (Form::Canonical10, false),
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments" => (Form::Canonical10, true),
        "http://www.w3.org/2006/12/xml-c14n11" => (Form::Canonical11, false),
        "http://www.w3.org/2006/12/xml-c14n11#WithComments" => (Form::Canonical11, true),
        EXCLUSIVE => (Form::Exclusive, false),
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" => (Form::Exclusive, true),
        _ => return Ok(None),
    };
    let mut canonical = Canonical { form, comments, ..Canonical::default() };
    let mut children = children(element)?;
    if form == Form::Exclusive
        && let Some(list) = children.optional_in(EXCLUSIVE, "InclusiveNamespaces")
    {
        no_content(list)?;
        let prefixes = list.attribute("PrefixList").unwrap_or_default();
        canonical.prefixes = prefixes.split_ascii_whitespace().map(str::to_owned).collect();
    }
    children.end()?;
    Ok(Some(canonical))
}

/// The URI of a canonical form.
pub(super) fn canonical_uri(form: Form) -> &'static str {
    match form {
        Form::Canonical10 => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        Form::Canonical11 => "http://www.w3.org/2006/12/xml-c14n11",
        Form::Exclusive => EXCLUSIVE,
    }
}

/// Certificates of a `KeyInfo`, whatever else it holds: nothing in it is trusted, so nothing needs to be understood.
fn certificates(key_info: Element<'_>) -> Result<Vec<Vec<u8>>, Refused> {
    let mut found = Vec::new();
    for certificate in key_info.all("X509Data").flat_map(|data| data.all("X509Certificate")) {
        if found.len() == CERTIFICATES {
            return Err(RefusedKind::TooMany { what: "certificates", allowed: CERTIFICATES }.at(certificate));
        }
        found.push(decoded(certificate)?);
    }
    Ok(found)
}

fn algorithm(element: Element<'_>) -> Result<&str, Refused> {
    element
        .attribute("Algorithm")
        .ok_or_else(|| malformed(element, &format!("{} has no Algorithm", element.qualified_name())))
}

fn unsupported(element: Element<'_>, what: &'static str) -> Refused {
    let uri = element.attribute("Algorithm").unwrap_or_default().chars().take(200).collect();
    RefusedKind::Unsupported { what, uri }.at(element)
}

pub(super) fn malformed(element: Element<'_>, what: &str) -> Refused {
    RefusedKind::Malformed(what.to_owned()).at(element)
}

/// Base64 of an element that holds text alone; a comment in it refuses, so that no two readers see two values.
fn decoded(element: Element<'_>) -> Result<Vec<u8>, Refused> {
    let name = element.qualified_name();
    let text = plain_text(element)?;
    unbase64(&text).ok_or_else(|| malformed(element, &format!("{name} is not base64")))
}

/// Decodes base64 with white space anywhere in it (XML Schema `base64Binary`).
pub(super) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).collect();
    STANDARD.decode(packed).ok()
}

/// The text of an element that holds nothing else, not even comments.
pub(super) fn plain_text(element: Element<'_>) -> Result<Cow<'_, str>, Refused> {
    if element.nodes().all(|node| matches!(node, Node::Text(_))) {
        return Ok(element.text());
    }
    Err(malformed(element, &format!("{} may hold text alone", element.qualified_name())))
}

fn no_content(element: Element<'_>) -> Result<(), Refused> {
    children(element)?.end()
}

/// The children of an element that holds elements alone, to be taken in order.
struct Children<'d> {
    parent: Element<'d>,
    rest: std::iter::Peekable<std::vec::IntoIter<Element<'d>>>,
}

fn children(parent: Element<'_>) -> Result<Children<'_>, Refused> {
    let mut elements = Vec::new();
    for node in parent.nodes() {
        match node {
            Node::Element(element) => elements.push(element),
            Node::Text(text) if text.value.trim().is_empty() => {}
            Node::Comment(_) => {}
            Node::Text(_) | Node::Instruction { .. } => {
                return Err(malformed(
                    parent,
                    &format!("{} may hold elements alone", parent.qualified_name()),
                ));
            }
        }
    }
    Ok(Children { parent, rest: elements.into_iter().peekable() })
}

impl<'d> Children<'d> {
    fn optional(&mut self, name: &str) -> Option<Element<'d>> {
        self.optional_in(DS, name)
    }

    fn optional_in(&mut self, namespace: &str, name: &str) -> Option<Element<'d>> {
        self.rest.next_if(|child| child.name() == name && child.namespace() == Some(namespace))
    }

    fn required(&mut self, name: &str) -> Result<Element<'d>, Refused> {
        self.optional(name).ok_or_else(|| {
            let parent = self.parent.qualified_name();
            malformed(self.parent, &format!("{parent} has no {name} where one must stand"))
        })
    }

    fn end(mut self) -> Result<(), Refused> {
        match self.rest.next() {
            None => Ok(()),
            Some(odd) => Err(malformed(
                odd,
                &format!("{} may not stand here in {}", odd.qualified_name(), self.parent.qualified_name()),
            )),
        }
    }
}
