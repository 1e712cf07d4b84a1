//! Signed documents over real sockets: what a connection wants of them, what is kept, and what leaves signed.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use jiff::Timestamp;
use punchgate::{
    flow::{cart::Change, secret::Secret},
    model::{
        ids::{ConnectionId, SupplierId},
        signature::SignatureRule,
    },
    shell::{
        demo::catalog,
        entropy::Entropy,
        onboarding::{self, SignatureChange},
        records::SignatureVerdict,
        signing::RECEIVED_OCTETS,
        store::DocumentId,
        web::visit::Visit,
    },
    wire::{
        signature::{
            Certificate, Curve, Policy, SignOptions, SigningKey, Trust, Verified, self_signed, sign, verify,
        },
        xml::Document,
    },
};

use crate::support::{Folder, Gateway, OrderText, SetupText, get, has_tool, send};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The Ariba-like connection, and the Coupa-like one.
pub(crate) const ARIBA: &str = "meridian-ariba";
pub(crate) const COUPA: &str = "harbor-coupa";

/// Somebody who signs.
pub(crate) struct Somebody {
    pub(crate) pem: String,
    key: SigningKey,
    pub(crate) certificate: Certificate,
}

impl Somebody {
    /// A key with a certificate of `days` days from the tests' present on.
    pub(crate) fn new(name: &str, days: u32) -> Self {
        let entropy = Entropy::default();
        let random = entropy.source();
        let pem = SigningKey::generate(Curve::P256, random).unwrap().to_string();
        let key = SigningKey::from_pem(pem.as_bytes(), random).unwrap();
        let made = self_signed(&key, &format!("CN={name}"), present(), days, random).unwrap();
        let certificate = Certificate::all_from(made.as_bytes()).unwrap().remove(0);
        Self { pem, key, certificate }
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        let entropy = Entropy::default();
        let document: Document = text.parse().unwrap();
        let chain = std::slice::from_ref(&self.certificate);
        sign(&document, &[], &self.key, chain, SignOptions::default(), present(), entropy.source()).unwrap()
    }

    /// What this certificate's owner has signed of `text`.
    pub(crate) fn has_signed<T>(&self, text: &str, look: impl FnOnce(&Verified<'_>) -> T) -> T {
        let mut trust = Trust::default();
        trust.pin(self.certificate.clone());
        let document: Document = text.parse().unwrap();
        look(&verify(&document, &[], &trust, Policy::default(), present()).unwrap())
    }
}

fn present() -> Timestamp {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

fn connection(id: &str) -> ConnectionId {
    ConnectionId::parse(id).unwrap()
}

fn supplier() -> SupplierId {
    SupplierId::parse("nordhafen").unwrap()
}

pub(crate) async fn wants(gateway: &Gateway, id: &str, wanted: SignatureChange) {
    onboarding::set_signatures(&gateway.app, &connection(id), &wanted).await.unwrap();
}

pub(crate) fn setup(gateway: &Gateway, payload_id: &str) -> String {
    SetupText { payload_id, secret: &gateway.secret(0), ..SetupText::default() }.ariba()
}

#[tokio::test]
async fn a_connection_requires_allows_or_ignores_signatures() {
    let gateway = Gateway::start("signed-rules").await;
    let (buyer, stranger) = (Somebody::new("buyer", 400), Somebody::new("stranger", 400));
    let plain = setup(&gateway, "1@b");
    let signed = buyer.sign(&setup(&gateway, "2@b"));
    let changed = signed.replace("cookie-1", "cookie-2");
    let foreign = stranger.sign(&setup(&gateway, "4@b"));
    let announced = plain.replace("<cXML ", "<cXML signatureVersion=\"1.0\" ");
    let rules = [
        (SignatureRule::Ignored, [200, 200, 200, 200, 200]),
        (SignatureRule::Allowed, [200, 200, 476, 477, 475]),
        (SignatureRule::Required, [475, 200, 476, 477, 475]),
    ];
    for (rule, codes) in rules {
        let wanted = SignatureChange { incoming: Some(rule), ..SignatureChange::default() };
        let pin = if rule == SignatureRule::Allowed { vec![buyer.certificate.clone()] } else { Vec::new() };
        wants(&gateway, ARIBA, SignatureChange { pin, ..wanted }).await;
        for (document, code) in [&plain, &signed, &changed, &foreign, &announced].into_iter().zip(codes) {
            let answer = gateway.cxml(document.clone()).await;
            assert_eq!(answer.code, code, "{rule:?}: {}", answer.text);
            assert_eq!(answer.start_page.is_some(), code == 200);
        }
        gateway.pass(11 * 60);
    }
    let verdicts = gateway.records().await.into_iter().map(|(transaction, ..)| transaction);
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for transaction in verdicts {
        *counted
            .entry(format!("{:?} {}", transaction.signing.verdict, transaction.outcome.code))
            .or_default() += 1;
    }
    let expected = [
        ("None 200", 2),
        ("Some(Holds) 200", 2),
        ("Some(Ignored) 200", 4),
        ("Some(Refused) 475", 3),
        ("Some(Refused) 476", 2),
        ("Some(Refused) 477", 2),
    ];
    assert_eq!(counted, expected.map(|(what, count)| (what.to_owned(), count)).into());
}

#[tokio::test]
async fn a_strangers_signature_opens_nothing_without_the_secret() {
    let gateway = Gateway::start("signed-secret").await;
    let buyer = Somebody::new("buyer", 400);
    let wanted = SignatureChange {
        incoming: Some(SignatureRule::Required),
        pin: vec![buyer.certificate.clone()],
        ..SignatureChange::default()
    };
    wants(&gateway, ARIBA, wanted).await;
    let wrong = SetupText { secret: "wrong", ..SetupText::default() }.ariba();
    assert_eq!(gateway.cxml(buyer.sign(&wrong)).await.code, 401);
    // What one connection believes, another does not: the Header is not signed, but it names the connection.
    let secret = gateway.secret(1);
    let other = SetupText { secret: &secret, ..SetupText::default() }.coupa();
    let allowed = SignatureChange { incoming: Some(SignatureRule::Allowed), ..SignatureChange::default() };
    wants(&gateway, COUPA, allowed).await;
    assert_eq!(gateway.cxml(buyer.sign(&other)).await.code, 477);
}

#[tokio::test]
async fn two_certificates_are_believed_during_a_change_over() {
    let gateway = Gateway::start("signed-change").await;
    let (old, new) = (Somebody::new("old", 400), Somebody::new("new", 400));
    let wanted = SignatureChange {
        incoming: Some(SignatureRule::Required),
        pin: vec![old.certificate.clone(), new.certificate.clone()],
        ..SignatureChange::default()
    };
    wants(&gateway, ARIBA, wanted).await;
    assert_eq!(gateway.cxml(old.sign(&setup(&gateway, "1@b"))).await.code, 200);
    assert_eq!(gateway.cxml(new.sign(&setup(&gateway, "2@b"))).await.code, 200);
    let drop = vec![old.certificate.fingerprint()[..12].to_uppercase()];
    wants(&gateway, ARIBA, SignatureChange { drop, ..SignatureChange::default() }).await;
    assert_eq!(gateway.cxml(old.sign(&setup(&gateway, "3@b"))).await.code, 477);
    assert_eq!(gateway.cxml(new.sign(&setup(&gateway, "4@b"))).await.code, 200);
    let last = SignatureChange { drop: vec![new.certificate.fingerprint()], ..SignatureChange::default() };
    let refused = onboarding::set_signatures(&gateway.app, &connection(ARIBA), &last).await.unwrap_err();
    assert!(refused.to_string().contains("nobody's signature is believed"), "{refused}");
    // A pinned certificate ends like any other.
    gateway.pass(401 * 86_400);
    assert_eq!(gateway.cxml(new.sign(&setup(&gateway, "5@b"))).await.code, 477);
}

#[tokio::test]
async fn what_was_signed_is_told_and_the_octets_stay() {
    let gateway = Gateway::start("signed-record").await;
    let buyer = Somebody::new("Meridian signing", 400);
    let wanted = SignatureChange {
        incoming: Some(SignatureRule::Required),
        pin: vec![buyer.certificate.clone()],
        ..SignatureChange::default()
    };
    wants(&gateway, ARIBA, wanted).await;
    let items = r#"<ItemOut quantity="7" lineNumber="1"><ItemID><SupplierPartID>x</SupplierPartID></ItemID></ItemOut>"#;
    let secret = gateway.secret(0);
    let order =
        OrderText { payload_id: "o@b", secret: &secret, order_id: "PO1", attributes: "type=\"new\"", items };
    let sent = buyer.sign(&order.ariba());
    assert_eq!(gateway.cxml(sent.clone()).await.code, 200);
    let (transaction, copy, _) = gateway.records().await.remove(0);
    assert!(!copy.contains(&secret) && copy.len() == sent.len());
    let signing = &transaction.signing;
    assert_eq!(signing.verdict, Some(SignatureVerdict::Holds));
    assert_eq!(signing.signatures[0].signer, "CN=Meridian signing");
    assert_eq!(signing.signatures[0].fingerprint.as_deref(), Some(buyer.certificate.fingerprint().as_str()));
    assert!(signing.signatures[0].covered.iter().any(|what| what.starts_with("Request")), "{signing:?}");
    assert_eq!(signing.uncovered, ["Header"]);
    let kept = DocumentId::new(*signing.received.unwrap().bytes());
    let sealed = gateway.app.store.document(&kept).await.unwrap().unwrap();
    assert!(!sealed.windows(secret.len()).any(|window| window == secret.as_bytes()));
    let opened = gateway.app.vault.open_octets(&sealed, RECEIVED_OCTETS).unwrap();
    assert_eq!(opened.as_slice(), sent.as_bytes());
    assert!(gateway.app.vault.open_octets(&sealed, "other").is_err());
}

/// A document with an empty signature that xmlsec1 can fill in.
fn template(text: &str) -> String {
    let payload_id = text.split("payloadID=\"").nth(1).unwrap().split('"').next().unwrap();
    let reference = |id: &str| {
        format!(
            "<Reference URI=\"#{id}\"><DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue/></Reference>"
        )
    };
    let signature = format!(
        "<Signature xmlns=\"{DSIG}\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"/>{}{}</SignedInfo>\
         <SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>\
         <Object><cXMLSignedInfo xmlns=\"\" Id=\"cXMLSignedInfo\" payloadID=\"{payload_id}\" signatureVersion=\"1.0\"/></Object>\
         </Signature></cXML>",
        reference("cXMLSignedInfo"),
        reference("cXMLData"),
    );
    text.replace("<Request>", "<Request Id=\"cXMLData\">")
        .replace("<cXML ", "<cXML signatureVersion=\"1.0\" ")
        .replace("</cXML>", &signature)
}

fn xmlsec1(arguments: &[&str], file: &Path) -> std::process::Output {
    let ids = ["--id-attr:Id", "cXMLSignedInfo", "--id-attr:Id", "Request", "--id-attr:Id", "Response"];
    Command::new("xmlsec1").args(arguments).args(ids).arg(file).output().unwrap()
}

#[tokio::test]
async fn xmlsec1_signs_and_is_understood_and_understands() {
    if !has_tool("xmlsec1") {
        return;
    }
    let gateway = Gateway::start("signed-xmlsec1").await;
    let folder = Folder::new("signed-xmlsec1");
    let at = |name: &str| folder.0.join(name);
    let (buyer, ours) = (Somebody::new("buyer", 4000), Somebody::new("ours", 4000));
    fs::write(at("key.pem"), &buyer.pem).unwrap();
    fs::write(at("cert.pem"), buyer.certificate.pem()).unwrap();
    fs::write(at("ours.pem"), ours.certificate.pem()).unwrap();
    add_key(&gateway, &ours).await;
    let wanted = SignatureChange {
        incoming: Some(SignatureRule::Required),
        outgoing: Some(SignatureRule::Required),
        pin: vec![buyer.certificate.clone()],
        ..SignatureChange::default()
    };
    wants(&gateway, ARIBA, wanted).await;
    fs::write(at("template.xml"), template(&setup(&gateway, "1@b"))).unwrap();
    let pair = format!("{},{}", at("key.pem").display(), at("cert.pem").display());
    let signed = xmlsec1(&["--sign", "--privkey-pem", &pair], &at("template.xml"));
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let signed = String::from_utf8(signed.stdout).unwrap();
    let answer = gateway.cxml(signed.clone()).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    assert_eq!(gateway.cxml(signed.replace("jdoe", "jdoo")).await.code, 476);

    fs::write(at("answer.xml"), &answer.text).unwrap();
    let arguments = ["--verify", "--pubkey-cert-pem", at("ours.pem").to_str().unwrap()].map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The properties' Id is in a namespace of its own.
    let properties = ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"];
    let verified = xmlsec1(&[arguments.as_slice(), &properties].concat(), &at("answer.xml"));
    assert!(verified.status.success(), "{}\n{}", String::from_utf8_lossy(&verified.stderr), answer.text);
}

pub(crate) async fn add_key(gateway: &Gateway, somebody: &Somebody) {
    let chain = std::slice::from_ref(&somebody.certificate);
    onboarding::add_signing_key(&gateway.app, &supplier(), &Secret::new(&somebody.pem), chain).await.unwrap();
}

#[tokio::test]
async fn documents_leave_signed_where_the_connection_says_so() {
    let gateway = Gateway::start("signed-out").await;
    let (old, new) = (Somebody::new("Grünwald old", 20), Somebody::new("new", 400));
    let required =
        || SignatureChange { outgoing: Some(SignatureRule::Required), ..SignatureChange::default() };
    let refused =
        onboarding::set_signatures(&gateway.app, &connection(ARIBA), &required()).await.unwrap_err();
    assert!(refused.to_string().contains("no signing key"), "{refused}");
    let allowed = SignatureChange { outgoing: Some(SignatureRule::Allowed), ..SignatureChange::default() };
    wants(&gateway, COUPA, allowed).await;
    let secret = gateway.secret(1);
    let coupa = |payload_id| SetupText { payload_id, secret: &secret, ..SetupText::default() }.coupa();
    assert!(!gateway.cxml(coupa("0@b")).await.text.contains("SignatureValue"), "there is no key yet");

    add_key(&gateway, &old).await;
    add_key(&gateway, &new).await;
    wants(&gateway, ARIBA, required()).await;
    let first = gateway.cxml(setup(&gateway, "1@b")).await;
    old.has_signed(&first.text, |verified| {
        assert_eq!(verified.payload().name(), "Response");
        assert!(verified.uncovered().is_empty());
    });
    let refusal = gateway.cxml(setup(&gateway, "2@b").replace("\"create\"", "\"edit\"")).await;
    assert_eq!(refusal.code, 412);
    old.has_signed(&refusal.text, |_| ());

    // The cart that leaves through the browser is signed too, in either encoding.
    for (document, field) in [(setup(&gateway, "3@b"), "cxml-base64"), (coupa("3@b"), "cxml-urlencoded")] {
        let message =
            returned_message(&gateway, &gateway.cxml(document).await.start_page.unwrap(), field).await;
        old.has_signed(&message, |verified| assert_eq!(verified.payload().name(), "Message"));
        assert!(field == "cxml-base64" || message.is_ascii(), "{message}");
    }

    // The older key ends: the newer one signs, without a word from the operator.
    let warnings = gateway.app.certificate_warnings().await.unwrap();
    assert!(
        warnings.iter().any(|text| text.contains("Grünwald old") && text.contains("in 19 days")),
        "{warnings:?}"
    );
    gateway.pass(30 * 86_400);
    new.has_signed(&gateway.cxml(setup(&gateway, "4@b")).await.text, |_| ());
    let last =
        onboarding::remove_signing_key(&gateway.app, &supplier(), &old.certificate.fingerprint()).await;
    last.unwrap();
    let last =
        onboarding::remove_signing_key(&gateway.app, &supplier(), &new.certificate.fingerprint()).await;
    assert!(last.unwrap_err().to_string().contains("must sign"));

    // Without a valid key nothing leaves unsigned, and nothing is taken.
    gateway.pass(500 * 86_400);
    let before = gateway.records().await.len();
    assert_eq!(gateway.cxml(setup(&gateway, "5@b")).await.code, 500);
    assert_eq!(gateway.records().await.len(), before);
    assert_eq!(
        gateway.cxml(coupa("6@b")).await.code,
        200,
        "where signatures are allowed, it leaves unsigned"
    );
}

/// Fills a cart, returns it and gives the document that the browser would post.
async fn returned_message(gateway: &Gateway, start: &str, field: &str) -> String {
    let redirect = get(start).await;
    let capability = redirect.header("location").split('/').nth(2).unwrap().to_owned();
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let products = catalog::products().unwrap();
    let mut sold = products.iter();
    let sold =
        sold.find(|one| visit.shop.find(&one.key()).is_some() && visit.shop.prices(one).is_some()).unwrap();
    let change = Change::Add { product: sold.key(), quantity: sold.order.first() };
    let visit = visit.change(&gateway.app, &change).await.unwrap();
    let revision = visit.cart.revision;
    gateway.pass(1);
    visit.depart(&gateway.app, revision).await.unwrap();
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let form = visit.departure(&gateway.app, revision).await.unwrap().unwrap().form;
    assert_eq!(form.fields[0].name.to_ascii_lowercase(), field);
    let (transaction, document, _) = gateway.records().await.remove(0);
    assert_eq!(transaction.kind, "PunchOutOrderMessage");
    assert!(transaction.signing.signed_by.is_some());
    if field == "cxml-urlencoded" {
        assert_eq!(form.fields[0].value, document);
    }
    document
}

#[tokio::test]
async fn a_repeat_gets_the_very_octets() {
    let gateway = Gateway::start("signed-repeat").await;
    let (old, new) = (Somebody::new("old", 400), Somebody::new("new", 400));
    add_key(&gateway, &old).await;
    let required = SignatureChange { outgoing: Some(SignatureRule::Required), ..SignatureChange::default() };
    wants(&gateway, ARIBA, required).await;
    let secret = gateway.secret(0);
    let items = r#"<ItemOut quantity="7" lineNumber="1"><ItemID><SupplierPartID>x</SupplierPartID></ItemID></ItemOut>"#;
    let order =
        OrderText { payload_id: "o@b", secret: &secret, order_id: "PO1", attributes: "type=\"new\"", items }
            .ariba();
    let visit = setup(&gateway, "s@b");
    let opened = gateway.cxml(visit.clone()).await;
    let ordered = gateway.cxml(order.clone()).await;
    let asked = gateway.cxml(setup(&gateway, "t@b").replace("\"create\"", "\"edit\"")).await;
    assert_eq!((opened.code, ordered.code, asked.code), (200, 200, 412));
    old.has_signed(&opened.text, |_| ());

    // What another key would sign now is what the first one signed.
    add_key(&gateway, &new).await;
    onboarding::remove_signing_key(&gateway.app, &supplier(), &old.certificate.fingerprint()).await.unwrap();
    gateway.pass(60);
    for _ in 0..2 {
        assert_eq!(gateway.cxml(visit.clone()).await.text, opened.text);
        assert_eq!(gateway.cxml(order.clone()).await.text, ordered.text);
    }
    gateway.pass(2 * 86_400);
    assert_eq!(gateway.cxml(order.clone()).await.text, ordered.text);
    new.has_signed(&gateway.cxml(setup(&gateway, "u@b")).await.text, |_| ());

    // The copy for the operator names no link; what left does, and is sealed.
    let records = gateway.records().await;
    let (first, _, kept) = records
        .iter()
        .find(|(one, ..)| {
            one.payload_id.as_ref().is_some_and(|id| id.as_str() == "s@b" && one.signing.sent.is_some())
        })
        .unwrap();
    let link = opened.start_page.as_deref().unwrap();
    assert!(!kept.contains(link) && opened.text.contains(link));
    assert_eq!(gateway.app.sent(first.id).await.unwrap().as_deref(), Some(opened.text.as_str()));
    // A connection that wants no signatures any more gets the plain answer.
    let ignored = SignatureChange { outgoing: Some(SignatureRule::Ignored), ..SignatureChange::default() };
    wants(&gateway, ARIBA, ignored).await;
    assert!(!gateway.cxml(order).await.text.contains("SignatureValue"));
}

#[tokio::test]
async fn bad_settings_are_refused_and_change_nothing() {
    let gateway = Gateway::start("signed-settings").await;
    let one = Somebody::new("one", 400);
    let app = &gateway.app;
    let refused = async |id: &str, wanted: SignatureChange| {
        onboarding::set_signatures(app, &connection(id), &wanted).await.unwrap_err().to_string()
    };
    let nothing = SignatureChange::default;
    let required = Some(SignatureRule::Required);
    let no_authority = SignatureChange { anchor: vec![one.certificate.clone()], ..nothing() };
    assert!(refused(ARIBA, no_authority).await.contains("is no authority"));
    assert!(refused(ARIBA, SignatureChange { incoming: required, ..nothing() }).await.contains("nobody's"));
    assert!(
        refused(ARIBA, SignatureChange { drop: vec!["0000".into()], ..nothing() })
            .await
            .contains("no certificate")
    );
    assert!(refused("nobody", nothing()).await.contains("there is no connection"));
    let short = SignatureChange { secret: Some(Some(Secret::new("short"))), ..nothing() };
    assert!(refused(ARIBA, short).await.contains("too short"));
    let chain = std::slice::from_ref(&one.certificate);
    let foreign =
        onboarding::add_signing_key(app, &supplier(), &Secret::new(&Somebody::new("x", 9).pem), chain).await;
    assert!(foreign.unwrap_err().to_string().contains("another key"));
    let nothing_there = onboarding::add_signing_key(app, &supplier(), &Secret::new("no key"), chain).await;
    assert!(nothing_there.is_err());
    assert!(app.signing_identities(&supplier()).await.unwrap().is_empty());
    let reply =
        send("POST", &gateway.url("/cxml"), &[("content-type", "text/xml")], setup(&gateway, "1@b")).await;
    assert!(!reply.text().contains("Signature"));
}
