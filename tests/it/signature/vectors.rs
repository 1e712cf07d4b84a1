//! Signed cXML, interop suites, attacks and `XAdES` samples, each with its expected result.

use std::fs;

use punchgate::wire::signature::verify;

use super::{LEGACY, MODERN, anchored, now, read, rows, vectors, verdict};

/// Signed cXML, valid and attacked: each is refused by the very check that is meant to refuse it.
#[test]
fn signed_cxml_earns_its_verdict() {
    let Some(folder) = vectors("cxml-signed") else { return };
    let trust = anchored(&folder.join("keys/ca.cert.pem"));
    let rows = rows(&folder.join("expected.tsv"));
    assert_eq!(rows.len(), 29);
    let mut wrong = Vec::new();
    for row in rows {
        let (file, expected) = (&row[0], row[1].as_str());
        let octets = fs::read(folder.join(file)).unwrap();
        let (modern, legacy) = match read(&octets) {
            Err(_) => ("not read", "not read"),
            Ok(document) => {
                let modern = verify(&document, &[], &trust, MODERN, now());
                let legacy = verify(&document, &[], &trust, LEGACY, now());
                println!("{file}: {}", modern.as_ref().err().map(ToString::to_string).unwrap_or_default());
                (verdict(&modern), verdict(&legacy))
            }
        };
        let right: &[(&str, &str)] = match expected {
            "accept" => &[("accepted", "accepted")],
            "legacy" => &[("algorithm", "accepted")],
            "reject-trust" => &[("trust", "trust")],
            "reject-alg" => &[("algorithm", "algorithm")],
            "reject-wrap" => &[("coverage", "coverage"), ("ids", "ids")],
            "reject-profile" => &[("profile", "profile"), ("coverage", "coverage")],
            "reject-policy" => &[("key", "key"), ("not read", "not read")],
            "reject-or-accept-consistently" => &[("form", "form")],
            "reject" => {
                &[("value", "value"), ("digest", "digest"), ("trust", "trust"), ("reference", "reference")]
            }
            other => panic!("{other}"),
        };
        if !right.contains(&(modern, legacy)) {
            wrong.push(format!("{file}: {expected}, but {modern} and {legacy}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
