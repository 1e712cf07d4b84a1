//! Every octet of a signed document, changed.

use punchgate::wire::{
    signature::{Curve, SignOptions, Trust, filled, verify},
    xml::{
        Document,
        canonical::{self, Canonical, Form},
    },
};

use crate::support::Folder;

use super::{MODERN, oracle, read};

/// The canonical octets of all that the signature covers, and of the signed info.
fn signed_octets(document: &Document, form: Form) -> Vec<Vec<u8>> {
    let canonical = Canonical { form, ..Canonical::default() };
    let names = ["Request", "SignedInfo", "cXMLSignedInfo", "SignedProperties"];
    let octets = names.map(|name| {
        let mut found = document.root().descendants().filter(|element| element.name() == name);
        let element = found.next().unwrap();
        assert!(found.next().is_none());
        canonical.octets(canonical::Part::Element(element), None).unwrap()
    });
    octets.into()
}

/// A change is refused, or it changes nothing that was signed.
#[test]
fn every_single_octet_counts() {
    let folder = Folder::new("signature-octets");
    let party = oracle::Party::ecdsa(&folder.0, Curve::P256);
    let trust = party.trusted();
    // Every bit and two forms where that is quick.
    let masks: &[u8] = if cfg!(debug_assertions) { &[0x01] } else { &[1, 2, 4, 8, 16, 32, 64, 128] };
    let text = oracle::ORDER.replace("DOCTYPE", "");
    let forms: &[Form] =
        if cfg!(debug_assertions) { &[Form::Canonical10] } else { &[Form::Canonical10, Form::Exclusive] };
    for &form in forms {
        let signed = party.sign(&text, &[], SignOptions { method: None, form });
        let original: Document = signed.parse().unwrap();
        let octets = signed_octets(&original, form);
        let (mut refused, mut untouched) = (0, 0);
        let mut judge = |changed: &[u8], at: usize| {
            let Ok(document) = read(changed) else {
                refused += 1;
                return;
            };
            match verify(&document, &[], &trust, MODERN, oracle::now()) {
                Err(_) => refused += 1,
                Ok(verified) => {
                    assert_eq!(verified.payload(), document.root().required("Request").unwrap());
                    // What the DTD's defaults cover counts as they leave it.
                    let as_read = |document: &Document| signed_octets(document, form) == octets;
                    let same = as_read(&document) || filled(&document).is_some_and(|full| as_read(&full));
                    assert!(same, "octet {at} was changed unnoticed: {}", String::from_utf8_lossy(changed));
                    untouched += 1;
                }
            }
        };
        for at in 0..signed.len() {
            for mask in masks {
                let mut changed = signed.clone().into_bytes();
                changed[at] ^= mask;
                judge(&changed, at);
            }
            let mut shorter = signed.clone().into_bytes();
            shorter.remove(at);
            judge(&shorter, at);
        }
        println!("{form:?}: {refused} refused, {untouched} without effect on what is signed");
        assert!(refused > 1000 && untouched > 100, "{refused} {untouched}");
        assert!(verify(&original, &[], &Trust::default(), MODERN, oracle::now()).is_err());
    }
}
