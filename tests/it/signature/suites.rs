//! Interop suites, attacks and `XAdES` samples, as plain signatures.

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use punchgate::wire::{
    signature::{Certificate, PublicKey, Trust, verify, verify_plain},
    xml::{Document, Element},
};

use super::{LEGACY, MODERN, now, read, rows, vectors, verdict};

const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";

fn decoded(element: Element<'_>) -> Vec<u8> {
    let text: String = element.text().split_whitespace().collect();
    STANDARD.decode(text).unwrap_or_default()
}

fn named<'d>(document: &'d Document, name: &str) -> Option<Element<'d>> {
    document.root().descendants().find(|element| element.name() == name)
}

/// One value of DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(u8::try_from(short).unwrap()),
        _ => out.extend([0x82, length[0], length[1]]),
    }
    out.extend_from_slice(content);
    out
}

/// `RSAKeyValue` as a `SubjectPublicKeyInfo`.
fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let number = |octets: &[u8]| der(0x02, &[&[0], octets].concat());
    let numbers = der(0x30, &[number(modulus), number(exponent)].concat());
    let algorithm = der(0x30, &[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 0x05, 0]);
    der(0x30, &[algorithm, der(0x03, &[&[0], numbers.as_slice()].concat())].concat())
}

/// Believes whatever key the document brings: for the arithmetic alone.
fn its_own_key(document: &Document) -> Trust {
    let mut trust = Trust::default();
    let certificates = document.root().descendants().filter(|element| element.name() == "X509Certificate");
    for certificate in certificates.filter_map(|element| Certificate::from_der(&decoded(element)).ok()) {
        if let Ok(key) = certificate.key() {
            trust.pin_key(key.clone());
        }
    }
    let value = named(document, "DEREncodedKeyValue")
        .filter(|element| element.namespace() == Some(DSIG11))
        .map(decoded);
    let numbers = named(document, "Modulus").zip(named(document, "Exponent"));
    let value =
        value.or_else(|| numbers.map(|(modulus, exponent)| rsa(&decoded(modulus), &decoded(exponent))));
    if let Some(key) = value.and_then(|spki| PublicKey::from_spki(&spki).ok()) {
        trust.pin_key(key);
    }
    trust
}

/// Whom the suite's own command line believes, keys in the document included.
fn as_the_suite_says(document: &Document, parameters: &str, suite: &Path, support: &Path) -> Trust {
    let mut trust = its_own_key(document);
    let file = |name: &str| {
        let folder = [support.join(suite.file_name().unwrap()), support.to_path_buf()];
        folder
            .iter()
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
            .map(|file| fs::read(file).unwrap())
    };
    let words: Vec<_> = parameters.split_whitespace().collect();
    for pair in words.windows(2) {
        match pair[0] {
            "--hmackey" => trust.secret(&file(pair[1]).unwrap()),
            option if option.starts_with("--pubkey-der") => {
                if let Ok(key) = PublicKey::from_spki(&file(pair[1]).unwrap()) {
                    trust.pin_key(key);
                }
            }
            _ => {}
        }
    }
    trust
}

/// Valid where we know the algorithm and the key is long enough; otherwise refused by the check that says why.
#[test]
fn interop_suites_earn_their_verdicts() {
    let Some(folder) = vectors("signatures") else { return };
    let root = folder.parent().unwrap();
    let (mut valid, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in rows(&folder.join("expected.tsv")) {
        let [file, expected, _, method, in_ring, xpath, external, algorithms, parameters] =
            [0, 1, 2, 3, 4, 5, 6, 7, 8].map(|at| row.get(at).map_or("", String::as_str));
        let path = root.join(file);
        let outcome = read(&fs::read(&path).unwrap()).map(|document| {
            let trust =
                as_the_suite_says(&document, parameters, path.parent().unwrap(), &root.join("support"));
            let outcome =
                verify_plain(&document, &[], &trust, LEGACY, "2009-01-01T00:00:00Z".parse().unwrap());
            if verify_plain(&document, &[], &trust, MODERN, now()).is_ok() {
                assert!(!algorithms.contains("sha1"), "{file}");
            }
            assert_ne!(verdict(&verify(&document, &[], &trust, LEGACY, now())), "accepted", "{file}");
            if let Err(refused) = &outcome {
                println!("{file}: {refused}");
            }
            verdict(&outcome)
        });
        let verdict = outcome.unwrap_or("not read");
        let right: &[&str] = match (expected, in_ring, xpath, external) {
            // RSA of 1024 bits throughout, so that nobody is pinned.
            _ if file.contains("phaos") && method == "rsa-sha1" => &["key", "trust"],
            _ if method == "rsa-sha256" && file.contains("xmldsig11") && !algorithms.contains("sha224") => {
                &["trust"]
            }
            // Its key is on P-521.
            _ if file.ends_with("sha384-ecdsa-sha384.xml") => &["key"],
            // Keys in a form of their own, so that nobody is pinned.
            ("unlisted", ..) => &["trust", "algorithm"],
            (_, "no", ..) | (_, _, "yes", _) => &["algorithm"],
            _ if algorithms.contains("sha224") || algorithms.contains("-40-") => &["algorithm"],
            (.., "yes") => &["reference", "algorithm"],
            ("valid", ..) => &["accepted"],
            _ => &["digest", "value"],
        };
        if !right.contains(&verdict) {
            wrong.push(format!("{file}: {right:?}, but {verdict}"));
        }
        if verdict == "accepted" { valid += 1 } else { refused += 1 }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{valid} valid, {refused} refused");
    assert_eq!(valid + refused, 65);
    assert!(valid >= 10, "{valid}");
}

/// The octets of an attack file, which may be base64.
fn attack(file: &Path) -> Vec<u8> {
    let octets = fs::read(file).unwrap();
    if file.extension().is_some_and(|ending| ending == "base64") {
        let packed: Vec<u8> = octets.into_iter().filter(|octet| !octet.is_ascii_whitespace()).collect();
        return STANDARD.decode(packed).unwrap();
    }
    octets
}

/// Wrapping, truncation, doubling, tampering: refused, or what an application would read is told not to be signed.
#[test]
fn attacks_are_refused_or_sign_something_else() {
    let Some(folder) = vectors("attacks") else { return };
    let mut report = Vec::new();
    for row in rows(&folder.join("expected.tsv")) {
        let (file, expected) = (row[0].as_str(), row[1].as_str());
        let told = match read(&attack(&folder.join(file))) {
            Err(_) => "not read".to_owned(),
            Ok(document) => {
                let trust = its_own_key(&document);
                assert!(verify(&document, &[], &trust, LEGACY, now()).is_err(), "{file} is no cXML");
                let outcome = verify_plain(&document, &[], &trust, LEGACY, now());
                match &outcome {
                    Ok(verified) => {
                        let assertion = document.root().children().find(|child| child.name() == "Assertion");
                        let read = assertion.unwrap_or(document.root());
                        let covered = verified.covers(read) || verified.covers(document.root());
                        if covered { "valid" } else { "valid for something else" }.to_owned()
                    }
                    Err(_) => verdict(&outcome).to_owned(),
                }
            }
        };
        report.push(format!("{file}: {expected}: {told}"));
    }
    insta::assert_snapshot!(report.join("\n"), @r#"
    dos-and-xxe/attributes-5000.xml: reject-limit: not read
    dos-and-xxe/deep-5000.xml: reject-limit: not read
    dos-and-xxe/doctype-system-normal.xml: accept: presence
    dos-and-xxe/laughs.xml: reject: not read
    dos-and-xxe/namespaces-300.xml: reject-limit: not read
    dos-and-xxe/siblings-50000.xml: reject-limit-or-accept: presence
    dos-and-xxe/xxe-file.xml: reject: not read
    entities/dtd.xml: accept: presence
    entities/external.xml: reject: not read
    entities/simple.xml: accept: presence
    entities/xmlbomb.xml: reject: not read
    saml/adfs_response_sha256.xml: signature-valid-or-sample: key
    saml/attackxee.xml: reject: not read
    saml/duplicated_attributes.xml.base64: reject: form
    saml/multiple_signed.xml.base64: reject: form
    saml/no_signature.xml.base64: reject: presence
    saml/response_node_text_attack.xml.base64: reject: form
    saml/response_with_doubled_signed_assertion.xml: reject: key
    saml/response_wrapped.xml.base64: reject: key
    xml-crypto/invalid_saml_no_signed_info.xml: invalid: form
    xml-crypto/invalid_signature_-_hash.xml: invalid: trust
    xml-crypto/invalid_signature_-_wsu_-_changed_content.xml: invalid: trust
    xml-crypto/invalid_signature_-_wsu_-_non_existing_reference.xml: invalid: reference
    xml-crypto/saml_multiple_signed_info_nodes.xml: invalid: form
    xml-crypto/signature_with_inclusivenamespaces.xml: valid: key
    xml-crypto/unsigned_saml_response.xml: unsigned-or-input: presence
    xml-crypto/valid_saml_signature_wrapping.xml: invalid: form
    xml-crypto/valid_signature_with_lowercase_id_attribute.xml: valid: trust
    xml-crypto/valid_signature_with_unused_prefixes.xml: valid: trust
    xml-crypto/valid_signature_wsu.xml: valid: trust
    xml-crypto/wsfederation_metadata.xml: valid: valid
    "#);
}

/// Samples without verdicts: what refuses each, or that its arithmetic holds.
#[test]
fn xades_samples_are_told_apart() {
    let Some(folder) = vectors("xades") else { return };
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let at: Timestamp = "2015-01-01T00:00:00Z".parse().unwrap();
    let report = files.iter().map(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let told = match read(&fs::read(file).unwrap()) {
            Err(_) => "not read",
            Ok(document) => {
                let outcome = verify_plain(&document, &[], &its_own_key(&document), LEGACY, at);
                if let Err(refused) = &outcome {
                    println!("{name}: {refused}");
                }
                verdict(&outcome)
            }
        };
        format!("{name}: {told}")
    });
    insta::assert_snapshot!(report.collect::<Vec<_>>().join("\n"), @r#"
    Signature-X-CZ_SEF-4.xml: accepted
    Signature-X-SK_DIT-1.xml: accepted
    X_AT_SIT_1.xml: accepted
    document.signed.c.xml: key
    dss-signed.xml: accepted
    nonconformant-Signature-X-ES-100.xml: accepted
    nonconformant-dss-2293.xml: accepted
    nonconformant-xades-sign-cert-v1-wrong-serialnumber.xml: accepted
    valid-xades-policyId-newlines.xml: value
    xades-extended-short-a.xml: accepted
    xades-fake-counter-signature.xml: form
    xades-lta-valid.xml: accepted
    xades-sigPolicy-with-SPDocSpecification.xml: accepted
    xades-unsupported-signature-algorithm.xml: algorithm
    xades-with-multiple-alldatatimestamps.xml: accepted
    xades-with-spUserNotice-refs.xml: accepted
    xades-x-level-v2.xml: accepted
    "#);
}
