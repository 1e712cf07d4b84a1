//! What the fuzz targets do with octets; the ordinary tests do the same with every file of the corpus.
#![allow(dead_code, reason = "each target uses one")]

use punchgate::wire::{
    cxml::{
        judge, read_envelope, read_order_request, read_setup_request, redact_text, secret_spans, to_json,
    },
    grammar::from_dtd,
    signature::{Policy, PublicKey, Trust, verify, verify_plain},
    transport::{Bounds, attachments, open},
    xml::{Document, Limits, check},
};

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    nodes: 100_000,
    attributes: 64,
    name_bytes: 512,
    value_bytes: 1 << 18,
};

/// The strict reader, and everything that stands on its tree. What it accepts `check` accepts.
pub(crate) fn reader(octets: &[u8]) {
    let checked = check(octets, None, &LIMITS);
    let document = match Document::read(octets, None, &LIMITS) {
        Ok(document) => document,
        Err(error) => {
            let text = String::from_utf8_lossy(octets);
            let _ = (error.excerpt(&text, 80).to_string(), redact_text(&text));
            return;
        }
    };
    assert!(checked.is_ok(), "read, but not well-formed: {checked:?}");
    let redacted = document.redacted(&secret_spans(&document));
    assert_eq!(redacted.len(), document.text().len());
    let _ = (judge(&document, None), to_json(&document));
    if let Ok(envelope) = read_envelope(&document) {
        let _ = (read_setup_request(&envelope).is_ok(), read_order_request(&envelope).is_ok());
    }
}

/// The DTD front end: a DTD, a zero octet, a document to be judged by it.
pub(crate) fn grammar(octets: &[u8]) {
    let (dtd, document) =
        octets.split_at(octets.iter().position(|&octet| octet == 0).unwrap_or(octets.len()));
    let Ok(grammar) = from_dtd(dtd.to_vec(), &LIMITS) else { return };
    if let Ok(document) = Document::read(document.strip_prefix(&[0]).unwrap_or_default(), None, &LIMITS) {
        let text = document.text();
        for violation in grammar.validate(&document) {
            assert!(violation.position.offset <= text.len());
            let _ = (violation.to_string(), violation.kind.hint());
        }
    }
}

/// HTTP bodies: the first line is the Content-Type, the second the Content-Encoding, the rest the body.
pub(crate) fn forms(octets: &[u8]) {
    let mut parts = octets.splitn(3, |&octet| octet == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (media, packing) = (line(), line());
    let body = parts.next().unwrap_or_default().to_vec();
    let bounds = Bounds { bytes: 1 << 20, ..Bounds::default() };
    if let Ok(package) = open(body, Some(&media), Some(&packing), &bounds) {
        assert!(package.document.len() <= 2 << 20);
        if let Ok(document) = Document::read(package.document, package.charset.as_deref(), &LIMITS) {
            let _ = attachments(&document, &package.parts).is_ok();
        }
    }
}

/// The key that signed the files of the corpus.
const SIGNER: &str = include_str!("corpus/signer.pem");

/// Signatures: what is accepted is signed by the one pinned key, and what may be read is a child of the root element.
pub(crate) fn signature(octets: &[u8]) {
    let Ok(document) = Document::read(octets, None, &LIMITS) else { return };
    let mut trust = Trust::default();
    if let Ok(key) = PublicKey::from_pem(SIGNER.as_bytes()) {
        trust.pin_key(key);
    }
    let (at, policy) = (jiff::Timestamp::UNIX_EPOCH, Policy { legacy_sha1: true });
    if let Ok(verified) = verify(&document, &[], &trust, policy, at) {
        assert_eq!(verified.payload().parent(), Some(document.root()));
        assert!(!verified.signatures().is_empty());
    }
    let _ = verify_plain(&document, &[], &trust, policy, at).is_ok();
}
