//! Making a signature that the cXML profile asks for, with `XAdES` properties.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use ring::{digest, rand::SecureRandom};

use crate::wire::{
    grammar::Version,
    transport::Part,
    xml::{
        Document, Element, Encoding, WriteError, Writer,
        canonical::{self, Canonical, CanonicalError},
    },
};

use super::{
    algorithm::{DigestMethod, SignatureMethod},
    certificate::Certificate,
    defaults::{self, inserted, reread},
    profile::{self, SIGNED_INFO, VERSION},
    properties::{SIGNED_PROPERTIES, XADES},
    read::{DS, canonical_uri},
    reference::{IdNames, Ids},
    refused::{Check, Refused},
    signing_key::{SigningKey, SigningKeyFault},
};

/// How to sign.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignOptions {
    /// By which method; `None`: the usual one of the key.
    pub method: Option<SignatureMethod>,
    /// In which canonical form; Canonical XML 1.0 is what cXML's own sample uses.
    pub form: canonical::Form,
}

/// Why a document cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It is no cXML document, or signed in a way that cannot be added to.
    #[error("{0}")]
    Document(Refused),
    /// A rule that the document would break.
    #[error("{0}")]
    Rule(String),
    /// The certificate does not belong to the key, or may not sign now.
    #[error("{0}")]
    Certificate(String),
    /// The key.
    #[error(transparent)]
    Key(#[from] SigningKeyFault),
    /// There is no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The writer.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What one signature says, digests and value as base64.
struct Draft<'s> {
    suffix: &'s str,
    options: SignOptions,
    method: SignatureMethod,
    digest: DigestMethod,
    /// The first signature of a document holds `cXMLSignedInfo`.
    payload_id: Option<&'s str>,
    chain: &'s [Certificate],
    signed_at: Option<Timestamp>,
    /// Reference, its type, its digest.
    references: Vec<(String, Option<&'static str>, String)>,
    value: String,
}

/// Signs a cXML document: the text of the signed document, UTF-8.
///
/// - `parts`: attachments to be signed too; each needs an id.
/// - `chain`: the certificate of the key first, then those that lead to an authority.
/// - `now`: the signing time, at which the certificate must be valid.
///
/// Adds `signatureVersion` and the payload's Id where they are missing, and writes out the attributes that the DTD defaults, so that
/// the signature holds for readers that load the DTD and for those that do not. A signed document gets one more signature, and
/// nothing else in it is touched.
///
/// # Errors
/// [`SignError`]; the document is not changed then.
pub fn sign(
    document: &Document,
    parts: &[Part],
    key: &SigningKey,
    chain: &[Certificate],
    options: SignOptions,
    now: Timestamp,
    random: &dyn SecureRandom,
) -> Result<String, SignError> {
    let method = options.method.unwrap_or_else(|| key.usual_method());
    fits(key, chain, now)?;
    let unique =
        |document: &Document| Ids::of(document, IdNames::Cxml).map(drop).map_err(SignError::Document);
    unique(document)?;
    let before = signatures_before(document)?;
    let prepared = if before == 0 { prepared(document)? } else { None };
    prepared.as_ref().map_or(Ok(()), unique)?;
    let document = prepared.as_ref().unwrap_or(document);
    let root = document.root();
    let payload = profile::payload(document).map_err(SignError::Document)?;
    let id = payload.attribute("Id").ok_or_else(|| SignError::Rule("the signed part has no Id".into()))?;
    let payload_id = root.attribute("payloadID").filter(|id| !id.is_empty());
    let payload_id =
        payload_id.ok_or_else(|| SignError::Rule("cXML has no payloadID to be signed".into()))?;
    let digest = method.digest();
    // cXML 1.2.014 declares an older XAdES, which nobody uses any more.
    let old =
        defaults::version(document).zip(Version::parse("1.2.020")).is_some_and(|(own, since)| own < since);
    let suffix = if before == 0 { String::new() } else { format!("-{}", before + 1) };
    let mut draft = Draft {
        suffix: &suffix,
        options,
        method,
        digest,
        payload_id: (before == 0).then_some(payload_id),
        chain,
        signed_at: (!old).then_some(now),
        references: Vec::new(),
        value: String::new(),
    };

    let canonical = Canonical { form: options.form, ..Canonical::default() };
    let digest_of = |element: Element<'_>| -> Result<String, SignError> {
        let mut context = digest::Context::new(digest.algorithm());
        canonical.write(canonical::Part::Element(element), None, &mut |piece| context.update(piece))?;
        Ok(STANDARD.encode(context.finish()))
    };
    let own = around(root, &draft.write()?)?;
    let of_own = |name: &str| -> Result<String, SignError> {
        let found = own.root().descendants().find(|element| element.name() == name);
        digest_of(found.ok_or_else(|| SignError::Rule(format!("{name} was not written")))?)
    };
    let signed_info = if before == 0 {
        of_own(SIGNED_INFO)?
    } else {
        let named = |element: &Element<'_>| element.attribute("Id") == Some(SIGNED_INFO);
        let found = root.descendants().find(named);
        digest_of(found.ok_or_else(|| SignError::Rule("the document holds no cXMLSignedInfo".into()))?)?
    };
    draft.references.push((format!("#{SIGNED_INFO}"), None, signed_info));
    draft.references.push((format!("#{id}"), None, digest_of(payload)?));
    if draft.signed_at.is_some() {
        let properties = format!("#XAdESSignedProps{suffix}");
        draft.references.push((properties, Some(SIGNED_PROPERTIES), of_own("SignedProperties")?));
    }
    for part in parts {
        let id = part.id.as_deref().ok_or_else(|| SignError::Rule("an attachment has no id".into()))?;
        let octets = digest::digest(digest.algorithm(), &part.octets);
        draft.references.push((format!("cid:{}", encoded(id)), None, STANDARD.encode(octets)));
    }

    let own = around(root, &draft.write()?)?;
    let signed_info = own.root().descendants().find(|element| element.name() == "SignedInfo");
    let signed_info = signed_info.ok_or_else(|| SignError::Rule("SignedInfo was not written".into()))?;
    let octets = canonical.octets(canonical::Part::Element(signed_info), None)?;
    draft.value = STANDARD.encode(key.sign(method, &octets, random)?);
    let signed = inserted(document.text(), &[(root.content_span().end, draft.write()?)]);
    Ok(as_utf8(signed, document.encoding()))
}

/// Says whether the certificate is that of the key and may sign now.
fn fits(key: &SigningKey, chain: &[Certificate], now: Timestamp) -> Result<(), SignError> {
    let own = chain.first().ok_or_else(|| SignError::Certificate("there is no certificate".into()))?;
    if own.spki() != key.public().spki() {
        return Err(SignError::Certificate(format!(
            "the certificate of {} belongs to another key",
            own.subject()
        )));
    }
    own.unfit_to_sign(now).map_or(Ok(()), |problem| Err(SignError::Certificate(problem)))
}

/// How many signatures there are already.
fn signatures_before(document: &Document) -> Result<usize, SignError> {
    match profile::signatures(document) {
        Ok(found) => Ok(found.len()),
        Err(refused) if refused.kind.check() == Check::Presence => Ok(0),
        Err(refused) => Err(SignError::Document(refused)),
    }
}

/// The document with all that a signature needs in it; `None` when it is there already.
fn prepared(document: &Document) -> Result<Option<Document>, SignError> {
    let root = document.root();
    let payload = profile::payload(document).map_err(SignError::Document)?;
    let mut insertions = Vec::new();
    match root.attribute("signatureVersion") {
        Some(VERSION) => {}
        None => insertions
            .push((root.span().start + 1 + root.name().len(), format!(" signatureVersion=\"{VERSION}\""))),
        Some(other) => {
            return Err(SignError::Rule(format!("cXML/@signatureVersion is {other:?}, not {VERSION}")));
        }
    }
    if payload.attribute("Id").is_none() {
        insertions.push((payload.span().start + 1 + payload.name().len(), " Id=\"cXMLData\"".to_owned()));
    }
    insertions.extend(defaults::insertions(payload, defaults::version(document)));
    if insertions.is_empty() {
        return Ok(None);
    }
    let text = inserted(document.text(), &insertions);
    reread(as_utf8(text, document.encoding()))
        .map(Some)
        .ok_or_else(|| SignError::Rule("the document cannot be made ready to be signed".into()))
}

/// A document of the root element's start tag and the signature alone: what stands around a signature in the canonical form.
fn around(root: Element<'_>, signature: &str) -> Result<Document, SignError> {
    let text = root.document().text();
    let start = text.get(root.span().start..root.content_span().start).unwrap_or_default();
    reread(format!("{start}{signature}</{}>", root.qualified_name()))
        .ok_or_else(|| SignError::Rule("the signature cannot be read back".into()))
}

/// The text with a declaration that says UTF-8, where it came in another encoding.
fn as_utf8(text: String, encoding: Encoding) -> String {
    let declared = text.starts_with("<?xml").then(|| text.find("?>")).flatten();
    match declared {
        Some(end) if encoding != Encoding::Utf8 => {
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", text.get(end + 2..).unwrap_or_default())
        }
        _ => text,
    }
}

/// An id as it stands in a `cid:` URL.
fn encoded(id: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
    utf8_percent_encode(id, KEPT).to_string()
}

impl Draft<'_> {
    fn write(&self) -> Result<String, WriteError> {
        let mut out = Writer::new(crate::wire::xml::Form::default());
        let suffix = self.suffix;
        let mut attributes = vec![("xmlns:ds", DS)];
        if self.signed_at.is_some() {
            attributes.push(("xmlns:xades", XADES));
        }
        let id = format!("cXMLSignature{suffix}");
        attributes.push(("Id", &id));
        out.element("ds:Signature", &attributes, |out| {
            self.signed_info(out);
            out.text_element("ds:SignatureValue", &[], &self.value);
            out.element("ds:KeyInfo", &[], |out| {
                out.element("ds:X509Data", &[], |out| {
                    for certificate in self.chain {
                        out.text_element("ds:X509Certificate", &[], &STANDARD.encode(certificate.der()));
                    }
                });
            });
            if let Some(payload_id) = self.payload_id {
                let attributes =
                    [("Id", SIGNED_INFO), ("payloadID", payload_id), ("signatureVersion", VERSION)];
                out.element("ds:Object", &[], |out| out.empty_element(SIGNED_INFO, &attributes));
            }
            if let Some(at) = self.signed_at {
                out.element("ds:Object", &[], |out| self.properties(out, at, &id));
            }
        });
        out.finish()
    }

    fn signed_info(&self, out: &mut Writer) {
        let canonical = [("Algorithm", canonical_uri(self.options.form))];
        out.element("ds:SignedInfo", &[], |out| {
            out.empty_element("ds:CanonicalizationMethod", &canonical);
            out.empty_element("ds:SignatureMethod", &[("Algorithm", self.method.uri())]);
            for (uri, kind, digest) in &self.references {
                out.element("ds:Reference", &[("URI", uri)], |out| {
                    out.optional_attribute("Type", *kind);
                    if uri.starts_with('#') && self.options.form != canonical::Form::Canonical10 {
                        out.element("ds:Transforms", &[], |out| {
                            out.empty_element("ds:Transform", &canonical);
                        });
                    }
                    out.empty_element("ds:DigestMethod", &[("Algorithm", self.digest.uri())]);
                    out.text_element("ds:DigestValue", &[], digest);
                });
            }
        });
    }

    /// `QualifyingProperties` with the signing time and the certificate.
    fn properties(&self, out: &mut Writer, at: Timestamp, id: &str) {
        let target = format!("#{id}");
        let own = format!("XAdESSignedProps{}", self.suffix);
        out.element("xades:QualifyingProperties", &[("Target", &target)], |out| {
            out.element("xades:SignedProperties", &[("Id", &own)], |out| {
                out.element("xades:SignedSignatureProperties", &[], |out| {
                    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                    out.text_element("xades:SigningTime", &[], &at);
                    let Some(certificate) = self.chain.first() else { return };
                    out.element("xades:SigningCertificate", &[], |out| {
                        out.element("xades:Cert", &[], |out| self.certificate(out, certificate));
                    });
                });
            });
        });
    }

    fn certificate(&self, out: &mut Writer, certificate: &Certificate) {
        let digest = digest::digest(self.digest.algorithm(), certificate.der());
        out.element("xades:CertDigest", &[], |out| {
            out.empty_element("ds:DigestMethod", &[("Algorithm", self.digest.uri())]);
            out.text_element("ds:DigestValue", &[], &STANDARD.encode(digest));
        });
        out.element("xades:IssuerSerial", &[], |out| {
            out.text_element("ds:X509IssuerName", &[], certificate.issuer());
            out.text_element("ds:X509SerialNumber", &[], &certificate.serial());
        });
    }
}
