//! What is signed here is verified here, and what is changed is not; `tests/it/signature` has what others sign and verify.

use ring::rand::SystemRandom;

use super::*;
use crate::wire::{
    transport::Part,
    xml::{Document, canonical::Form},
};

const ORDER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.071/cXML.dtd">
<cXML payloadID="7@buyer.example" timestamp="2026-11-23T10:00:00+00:00" xml:lang="en">
<Header><From/></Header>
<Request><OrderRequest><OrderRequestHeader orderID="&quot;1&amp;2&quot;"/></OrderRequest></Request>
</cXML>
"#;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

struct Party {
    key: SigningKey,
    certificate: Certificate,
}

impl Party {
    fn new(curve: Curve) -> Self {
        let random = SystemRandom::new();
        let text = SigningKey::generate(curve, &random).unwrap();
        let key = SigningKey::from_pem(text.as_bytes(), &random).unwrap();
        let certificate = self_signed(&key, "CN=signer.example,O=Acme,C=DE", now(), 365, &random).unwrap();
        let certificate = Certificate::all_from(certificate.as_bytes()).unwrap().remove(0);
        Self { key, certificate }
    }

    fn sign(&self, text: &str, parts: &[Part], form: Form) -> Result<String, SignError> {
        let document: Document = text.parse().unwrap();
        let options = SignOptions { method: None, form };
        let chain = std::slice::from_ref(&self.certificate);
        sign(&document, parts, &self.key, chain, options, now(), &SystemRandom::new())
    }

    fn trusted(&self) -> Trust {
        let mut trust = Trust::default();
        trust.pin(self.certificate.clone());
        trust
    }
}

fn check(text: &str, parts: &[Part], trust: &Trust) -> Result<Vec<String>, Check> {
    let document: Document = text.parse().unwrap();
    match verify(&document, parts, trust, Policy::default(), now()) {
        Ok(verified) => {
            assert_eq!(verified.payload().parent(), Some(document.root()));
            Ok(verified.uncovered().to_vec())
        }
        Err(refused) => {
            println!("{refused}");
            Err(refused.kind.check())
        }
    }
}

#[test]
fn what_is_signed_holds_until_it_is_changed() {
    for curve in [Curve::P256, Curve::P384] {
        let party = Party::new(curve);
        for form in [Form::Canonical10, Form::Canonical11, Form::Exclusive] {
            let signed = party.sign(ORDER, &[], form).unwrap();
            assert_eq!(check(&signed, &[], &party.trusted()), Ok(vec!["Header".to_owned()]), "{signed}");
            // A hub may rewrite the Header.
            let relayed = signed.replace("<From/>", "<From><Credential/></From>");
            assert!(check(&relayed, &[], &party.trusted()).is_ok());
            let changed = [
                ("orderID=\"&quot;1", "orderID=\"&quot;9", Check::Digest),
                ("<Request ", "<Request more=\"\" ", Check::Digest),
                ("payloadID=\"7@", "payloadID=\"8@", Check::Profile),
                ("SigningTime>2026", "SigningTime>2025", Check::Digest),
                ("Id=\"cXMLData\"", "Id=\"other\"", Check::Reference),
                ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", Check::Value),
                ("<Header>", "<Header Id=\"cXMLData\">", Check::Ids),
                ("signatureVersion=\"1.0\" payloadID", "signatureVersion=\"1.1\" payloadID", Check::Profile),
            ];
            for (from, to, by) in changed {
                assert!(signed.contains(from), "{from}: {signed}");
                assert_eq!(check(&signed.replacen(from, to, 1), &[], &party.trusted()), Err(by), "{from}");
            }
        }
    }
}

#[test]
fn only_who_is_trusted_is_believed() {
    let (one, other) = (Party::new(Curve::P256), Party::new(Curve::P256));
    let signed = one.sign(ORDER, &[], Form::default()).unwrap();
    assert_eq!(check(&signed, &[], &other.trusted()), Err(Check::Trust));
    assert_eq!(check(&signed, &[], &Trust::default()), Err(Check::Trust));
    let mut by_key = Trust::default();
    by_key.pin_key(one.certificate.key().unwrap().clone());
    assert!(check(&signed, &[], &by_key).is_ok());
    // Without a certificate in it, every pinned key is tried.
    let start = signed.find("<ds:KeyInfo>").unwrap();
    let end = signed.find("</ds:KeyInfo>").unwrap() + "</ds:KeyInfo>".len();
    let nameless = format!("{}{}", &signed[..start], &signed[end..]);
    let mut both = other.trusted();
    both.pin(one.certificate.clone());
    assert!(check(&nameless, &[], &both).is_ok());
    assert_eq!(check(&nameless, &[], &other.trusted()), Err(Check::Value));
    // A pin ends with its certificate.
    let document: Document = signed.parse().unwrap();
    let later = "2028-01-01T00:00:00Z".parse().unwrap();
    let refused = verify(&document, &[], &one.trusted(), Policy::default(), later).unwrap_err();
    assert_eq!(refused.kind.check(), Check::Trust);
}

#[test]
fn several_signatures_must_all_hold() {
    let (one, other) = (Party::new(Curve::P256), Party::new(Curve::P384));
    let once = one.sign(ORDER, &[], Form::default()).unwrap();
    let twice = other.sign(&once, &[], Form::Exclusive).unwrap();
    assert_eq!(check(&twice, &[], &one.trusted()), Err(Check::Trust));
    let mut both = other.trusted();
    both.pin(one.certificate.clone());
    assert_eq!(check(&twice, &[], &both), Ok(vec!["Header".to_owned()]));
    let document: Document = twice.parse().unwrap();
    let verified = verify(&document, &[], &both, Policy::default(), now()).unwrap();
    let methods: Vec<_> = verified.signatures().iter().map(|one| one.method.name()).collect();
    assert_eq!(methods, ["ecdsa-sha256", "ecdsa-sha384"]);
    assert!(verified.signatures().iter().all(|one| one.signed_at == Some(now()) && !one.with_defaults));
    let third = format!("{}<Note/></cXML>", twice.trim_end().trim_end_matches("</cXML>"));
    assert_eq!(check(&third, &[], &both), Err(Check::Form));
}

#[test]
fn attachments_are_signed_as_they_are() {
    let party = Party::new(Curve::P256);
    let part =
        |id: &str, octets: &[u8]| Part { id: Some(id.into()), octets: octets.to_vec(), ..Part::default() };
    let parts = [part("drawing 1@acme.example", b"\x00\xFF")];
    let signed = party.sign(ORDER, &parts, Form::default()).unwrap();
    assert!(signed.contains("cid:drawing%201@acme.example"));
    let trust = party.trusted();
    assert_eq!(check(&signed, &parts, &trust), Ok(vec!["Header".to_owned()]));
    assert_eq!(check(&signed, &[], &trust), Err(Check::Reference));
    assert_eq!(check(&signed, &[part("drawing 1@acme.example", b"\x00")], &trust), Err(Check::Digest));
    let [one] = parts;
    assert_eq!(check(&signed, &[one.clone(), one.clone()], &trust), Err(Check::Reference));
    let more = [one, part("unsigned", b"")];
    assert_eq!(
        check(&signed, &more, &trust),
        Ok(vec!["Header".to_owned(), "attachment unsigned".to_owned()])
    );
}

#[test]
fn defaults_of_the_dtd_are_written_out_and_may_be_signed_unwritten() {
    let party = Party::new(Curve::P256);
    let signed = party.sign(ORDER, &[], Form::default()).unwrap();
    assert!(signed.contains(r#"<Request Id="cXMLData" deploymentMode="production">"#), "{signed}");
    assert!(signed.contains("orderType=\"regular\" type=\"new\""), "{signed}");
    // What a signer that had read the DTD would have sent: the defaults are in the digest alone.
    let silent = signed
        .replace(" deploymentMode=\"production\"", "")
        .replace(" orderType=\"regular\" type=\"new\"", "")
        .replace(" xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\"", "")
        .replace(
            "<xades:QualifyingProperties ",
            "<xades:QualifyingProperties xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" ",
        );
    let document: Document = silent.parse().unwrap();
    let verified = verify(&document, &[], &party.trusted(), Policy::default(), now()).unwrap();
    assert!(verified.signatures()[0].with_defaults);
    assert_eq!(verified.payload(), document.root().required("Request").unwrap());
    // A default is no licence to write something else.
    let other = silent.replace("<Request ", "<Request deploymentMode=\"test\" ");
    assert_eq!(check(&other, &[], &party.trusted()), Err(Check::Value));
}

#[test]
fn what_cannot_be_signed_is_told() {
    let (party, other) = (Party::new(Curve::P256), Party::new(Curve::P256));
    let refused = |text: &str| party.sign(text, &[], Form::default()).unwrap_err().to_string();
    insta::assert_snapshot!(refused("<a/>"), @"line 1, column 1: form: this is no cXML document with a Request, Message or Response");
    insta::assert_snapshot!(refused("<cXML><Request/></cXML>"), @"cXML has no payloadID to be signed");
    insta::assert_snapshot!(refused("<cXML payloadID='1' signatureVersion='2'><Request/></cXML>"), @r#"cXML/@signatureVersion is "2", not 1.0"#);
    insta::assert_snapshot!(refused("<cXML payloadID='1'><Request><a Id='x'/><b Id='x'/></Request></cXML>"), @r#"line 1, column 41: ids: the Id "x" stands twice in the document"#);
    let foreign = Party { key: party.key, certificate: other.certificate };
    insta::assert_snapshot!(foreign.sign(ORDER, &[], Form::default()).unwrap_err(), @"the certificate of CN=signer.example,O=Acme,C=DE belongs to another key");
}

#[test]
fn another_encoding_leaves_as_utf_8() {
    let party = Party::new(Curve::P256);
    let mut octets = Vec::new();
    let text = ORDER.replace("UTF-8", "ISO-8859-1").replace("&amp;2", "ü");
    octets.extend(text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()));
    let document = Document::read(octets, None, &crate::wire::xml::Limits::default()).unwrap();
    let chain = [party.certificate.clone()];
    let signed =
        sign(&document, &[], &party.key, &chain, SignOptions::default(), now(), &SystemRandom::new())
            .unwrap();
    assert!(signed.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE"), "{signed}");
    assert!(signed.contains('ü'));
    assert!(check(&signed, &[], &party.trusted()).is_ok());
}

#[test]
fn keys_are_told_what_is_wrong_with_them() {
    let random = SystemRandom::new();
    let read = |text: &str| SigningKey::from_pem(text.as_bytes(), &random).err().unwrap().to_string();
    assert_eq!(read("nothing"), "there is no private key in it");
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assert!(read(encrypted).contains("openssl pkey"), "{}", read(encrypted));
    let own_format = "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n";
    assert!(read(own_format).contains("openssl pkcs8"));
    let broken = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    assert!(read(broken).starts_with("the private key is not taken"));
    assert!(read(&broken.repeat(2)).contains("more than one"));
}
