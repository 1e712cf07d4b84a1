//! Beside others: xmlsec1 verifies what punchgate signs and signs what punchgate verifies; Python's `cryptography` does so for RSA-PSS,
//! which Debian's xmlsec1 has not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use punchgate::wire::{
    grammar::from_dtd,
    signature::{
        Certificate, Curve, Policy, SignOptions, SignatureMethod, SigningKey, Trust, Verified, self_signed,
        sign, verify,
    },
    transport::Part,
    xml::{
        Document, Limits,
        canonical::{self, Canonical, Form},
    },
};
use ring::rand::SystemRandom;

use crate::support::Folder;

use super::{LEGACY, MODERN};

/// A document to be signed; `DOCTYPE` stands for one or none.
pub(super) const ORDER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
DOCTYPE<cXML xmlns:a="urn:a" version="1.2.071" payloadID="7.8&amp;9@buyer.example" timestamp="2026-11-23T10:00:00+00:00" xml:lang="en-US"><Header><From><Credential domain="DUNS"><Identity>1</Identity></Credential></From><To><Credential domain="DUNS"><Identity>2</Identity></Credential></To><Sender><Credential domain="DUNS"><Identity>1</Identity></Credential><UserAgent>t</UserAgent></Sender></Header>
<Request><OrderRequest><OrderRequestHeader orderID="PO&#10;7" orderDate="2026-11-23T10:00:00+00:00"><Total><Money currency="EUR">1.50</Money></Total><BillTo><Address><Name xml:lang="de">Grüße &amp; <!-- gone --><![CDATA[<mehr>]]></Name></Address></BillTo></OrderRequestHeader>
<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID></ItemOut></OrderRequest></Request></cXML>
"#;

const PUBLIC_DOCTYPE: &str = "<!DOCTYPE cXML SYSTEM \"http://xml.cxml.org/schemas/cXML/1.2.071/cXML.dtd\">\n";

pub(super) fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// Whether a tool is here; it must be where CI is set.
pub(super) fn has(tool: &str, arguments: &[&str]) -> bool {
    let found = Command::new(tool).args(arguments).output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "{tool} is missing");
    if !found {
        println!("skipped: no {tool}");
    }
    found
}

pub(super) struct Party {
    pub(super) key: SigningKey,
    pub(super) certificate: Certificate,
    key_file: PathBuf,
    certificate_file: PathBuf,
}

impl Party {
    fn of(folder: &Path, name: &str, text: &str) -> Self {
        let random = SystemRandom::new();
        let key = SigningKey::from_pem(text.as_bytes(), &random).unwrap();
        let pem = self_signed(&key, &format!("CN={name},O=Acme\\, Ltd,C=DE"), now(), 365, &random).unwrap();
        let files = [format!("{name}.key.pem"), format!("{name}.pem")].map(|file| folder.join(file));
        fs::write(&files[0], text).unwrap();
        fs::write(&files[1], &pem).unwrap();
        let certificate = Certificate::all_from(pem.as_bytes()).unwrap().remove(0);
        let [key_file, certificate_file] = files;
        Self { key, certificate, key_file, certificate_file }
    }

    pub(super) fn ecdsa(folder: &Path, curve: Curve) -> Self {
        let text = SigningKey::generate(curve, &SystemRandom::new()).unwrap();
        Self::of(folder, &format!("{curve:?}"), &text)
    }

    fn rsa(folder: &Path, bits: u32) -> Self {
        let made = Command::new("openssl")
            .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", &format!("rsa_keygen_bits:{bits}")])
            .output()
            .unwrap();
        assert!(made.status.success());
        Self::of(folder, &format!("rsa{bits}"), std::str::from_utf8(&made.stdout).unwrap())
    }

    pub(super) fn sign(&self, text: &str, parts: &[Part], options: SignOptions) -> String {
        let document: Document = text.parse().unwrap();
        let chain = std::slice::from_ref(&self.certificate);
        sign(&document, parts, &self.key, chain, options, now(), &SystemRandom::new()).unwrap()
    }

    pub(super) fn trusted(&self) -> Trust {
        let mut trust = Trust::default();
        trust.pin(self.certificate.clone());
        trust
    }
}

fn accepted<'d>(document: &'d Document, trust: &Trust, policy: Policy) -> Verified<'d> {
    verify(document, &[], trust, policy, now())
        .unwrap_or_else(|refused| panic!("{refused}\n{}", document.text()))
}

fn xmlsec1(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new("xmlsec1");
    command.args(arguments);
    for element in ["Request", "cXMLSignedInfo", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"] {
        command.args(["--id-attr:Id", element]);
    }
    command.arg(file).output().unwrap()
}

/// The document as a reader has it that loads the DTD: with its default attributes written out.
fn completed(file: &Path) {
    let output = Command::new("xmllint").args(["--nonet", "--dtdattr"]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(file, output.stdout).unwrap();
}

fn dtd_file(version: &str) -> Option<PathBuf> {
    let place = std::env::var_os("CXML_DTD_DIR").unwrap_or_else(|| "../shared/cxml-dtd".into());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(place).join(version).join("cXML.dtd");
    assert!(file.is_file() || std::env::var_os("CI").is_none(), "no DTD at {}", file.display());
    file.is_file().then_some(file)
}

fn dtd() -> Option<String> {
    dtd_file("1.2.071").map(|file| format!("<!DOCTYPE cXML SYSTEM \"{}\">\n", file.display()))
}

/// With no DOCTYPE, with one that leads nowhere, and with a DTD whose defaults the other side adds.
fn doctypes() -> Vec<String> {
    let mut found = vec![String::new(), PUBLIC_DOCTYPE.to_owned()];
    found.extend(dtd());
    found
}

const FORMS: [Form; 3] = [Form::Canonical10, Form::Canonical11, Form::Exclusive];

#[test]
fn xmlsec1_verifies_what_is_signed_here() {
    if !has("xmlsec1", &["--version"]) || !has("openssl", &["version"]) || !has("xmllint", &["--version"]) {
        return;
    }
    let folder = Folder::new("signature-oracle");
    let (p256, p384) = (Party::ecdsa(&folder.0, Curve::P256), Party::ecdsa(&folder.0, Curve::P384));
    let rsa = [Party::rsa(&folder.0, 2048), Party::rsa(&folder.0, 3072)];
    let file = folder.0.join("signed.xml");
    let mut checked = 0;
    for (party, method) in [
        (&p256, "ecdsa-sha256"),
        (&p384, "ecdsa-sha384"),
        (&rsa[0], "rsa-sha256"),
        (&rsa[0], "rsa-sha384"),
        (&rsa[1], "rsa-sha512"),
    ] {
        for doctype in doctypes() {
            for form in FORMS {
                let options = SignOptions { method: SignatureMethod::named(method), form };
                let text = ORDER.replace("DOCTYPE", &doctype);
                let signed = party.sign(&text, &[], options);
                let document: Document = signed.parse().unwrap();
                assert!(!accepted(&document, &party.trusted(), MODERN).signatures()[0].with_defaults);
                fs::write(&file, &signed).unwrap();
                if Some(&doctype) == dtd().as_ref() {
                    completed(&file);
                }
                let pem = party.certificate_file.to_str().unwrap();
                let arguments = ["--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", pem];
                let verify = |file: &Path| xmlsec1(&arguments, file);
                let output = verify(&file);
                assert!(
                    output.status.success(),
                    "{method} {form:?} {doctype}: {}\n{signed}",
                    String::from_utf8_lossy(&output.stderr)
                );
                fs::write(&file, signed.replace(">1.50<", ">1.51<")).unwrap();
                assert!(!verify(&file).status.success(), "the oracle accepts everything");
                checked += 1;
            }
        }
    }
    println!("{checked} documents");
    assert!(checked >= 30);
}

/// What is signed stays valid by the DTDs, of which 1.2.014 knows an older `XAdES`.
#[test]
fn a_signed_document_is_valid_by_the_dtd() {
    let Some(newest) = dtd_file("1.2.071") else { return };
    let folder = Folder::new("signature-valid");
    let party = Party::ecdsa(&folder.0, Curve::P256);
    for version in ["1.2.014", "1.2.020", "1.2.050", "1.2.063", "1.2.071"] {
        let file = newest.parent().unwrap().with_file_name(version).join("cXML.dtd");
        let grammar = from_dtd(fs::read(file).unwrap(), &Limits::default()).unwrap();
        let text = ORDER.replace("DOCTYPE", "").replace(" xmlns:a=\"urn:a\"", "").replace("1.2.071", version);
        let once = party.sign(&text, &[], SignOptions::default());
        let twice = party.sign(&once, &[], SignOptions { method: None, form: Form::Exclusive });
        // 1.2.014 allows one signature.
        for signed in [Some(once), (version != "1.2.014").then_some(twice)].into_iter().flatten() {
            let document: Document = signed.parse().unwrap();
            let violations: Vec<_> = grammar.validate(&document).iter().map(ToString::to_string).collect();
            assert!(violations.is_empty(), "{version}: {violations:?}\n{signed}");
            accepted(&document, &party.trusted(), MODERN);
        }
    }
}

/// A document with an empty signature, for others to fill in.
fn template(doctype: &str, method: SignatureMethod, digest: &str, canonical: &str) -> String {
    let transforms = format!("<ds:Transforms><ds:Transform Algorithm=\"{canonical}\"/></ds:Transforms>");
    let reference = |uri: &str| {
        format!(
            "<ds:Reference URI=\"{uri}\">{transforms}<ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference>"
        )
    };
    let signature = format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"cXMLSignature\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"{canonical}\"/><ds:SignatureMethod Algorithm=\"{}\"/>{}{}</ds:SignedInfo>\
         <ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo><ds:Object><cXMLSignedInfo Id=\"cXMLSignedInfo\" \
         payloadID=\"7.8&amp;9@buyer.example\" signatureVersion=\"1.0\"/></ds:Object></ds:Signature></cXML>",
        method.uri(),
        reference("#cXMLSignedInfo"),
        reference("#cXMLData"),
    );
    ORDER
        .replace("DOCTYPE", doctype)
        .replace("<Request>", "<Request Id=\"cXMLData\">")
        .replace(" timestamp=", " signatureVersion=\"1.0\" timestamp=")
        .replace("</cXML>", &signature)
}

#[test]
fn what_xmlsec1_signs_is_verified_here() {
    if !has("xmlsec1", &["--version"]) || !has("openssl", &["version"]) || !has("xmllint", &["--version"]) {
        return;
    }
    let folder = Folder::new("signature-foreign");
    let (p256, p384) = (Party::ecdsa(&folder.0, Curve::P256), Party::ecdsa(&folder.0, Curve::P384));
    let rsa = Party::rsa(&folder.0, 3072);
    let file = folder.0.join("template.xml");
    let (sha1, sha256) =
        ("http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmlenc#sha256");
    let (mut checked, mut with_defaults) = (0, 0);
    for (party, method, digest, policy) in [
        (&p256, "ecdsa-sha256", sha256, MODERN),
        (&p384, "ecdsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384", MODERN),
        (&rsa, "rsa-sha256", sha256, MODERN),
        (&rsa, "rsa-sha384", sha256, MODERN),
        (&rsa, "rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512", MODERN),
        (&rsa, "rsa-sha1", sha1, LEGACY),
    ] {
        for doctype in doctypes() {
            for canonical in [
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
                "http://www.w3.org/2006/12/xml-c14n11",
                "http://www.w3.org/2001/10/xml-exc-c14n#",
            ] {
                let method = SignatureMethod::named(method).unwrap();
                fs::write(&file, template(&doctype, method, digest, canonical)).unwrap();
                if Some(&doctype) == dtd().as_ref() {
                    completed(&file);
                }
                let keys = format!("{},{}", party.key_file.display(), party.certificate_file.display());
                let output = xmlsec1(&["--sign", "--privkey-pem", &keys], &file);
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                // A signer that has loaded the DTD has signed its defaults, written or not.
                let written = String::from_utf8(output.stdout).unwrap();
                let silent = written
                    .replace(" deploymentMode=\"production\"", "")
                    .replace(" orderType=\"regular\"", "")
                    .replace(" type=\"new\"", "")
                    .replace(" xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\"", "");
                for text in [&written, &silent] {
                    let document: Document = text.parse().unwrap();
                    let verified = accepted(&document, &party.trusted(), policy);
                    with_defaults += usize::from(verified.signatures()[0].with_defaults);
                    let changed: Document = text.replace(">1.50<", ">1.51<").parse().unwrap();
                    assert!(verify(&changed, &[], &party.trusted(), policy, now()).is_err());
                    checked += 1;
                }
                if policy == LEGACY {
                    let document: Document = written.parse().unwrap();
                    assert!(verify(&document, &[], &party.trusted(), MODERN, now()).is_err());
                }
            }
        }
    }
    println!("{checked} documents, {with_defaults} with defaults of the DTD");
    assert!(checked >= 96);
    assert!(dtd().is_none() || with_defaults > 0);
}

/// A MAC by xmlsec1 holds for whoever knows the secret, and for nobody else.
#[test]
fn macs_hold_for_named_secrets_alone() {
    if !has("xmlsec1", &["--version"]) {
        return;
    }
    let folder = Folder::new("signature-mac");
    let (file, key) = (folder.0.join("template.xml"), folder.0.join("key.bin"));
    fs::write(&key, b"a secret of both sides").unwrap();
    for method in ["hmac-sha256", "hmac-sha384", "hmac-sha512"] {
        let canonical = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let digest = "http://www.w3.org/2001/04/xmlenc#sha256";
        fs::write(&file, template("", SignatureMethod::named(method).unwrap(), digest, canonical)).unwrap();
        let output = xmlsec1(&["--sign", "--hmackey", key.to_str().unwrap()], &file);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let document = super::read(&output.stdout).unwrap();
        let mut trust = Trust::default();
        assert_eq!(super::verdict(&verify(&document, &[], &trust, MODERN, now())), "trust");
        trust.secret(b"another secret");
        assert_eq!(super::verdict(&verify(&document, &[], &trust, MODERN, now())), "value");
        trust.secret(b"a secret of both sides");
        assert_eq!(accepted(&document, &trust, MODERN).signatures()[0].method.name(), method);
    }
}

const PYTHON: &str = r"
import sys, base64
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
certificate, key, octets, value, bits = sys.argv[1:6]
hash = {'256': hashes.SHA256(), '384': hashes.SHA384(), '512': hashes.SHA512()}[bits]
pss = padding.PSS(mgf=padding.MGF1(hash), salt_length=hash.digest_size)
data = open(octets, 'rb').read()
public = x509.load_pem_x509_certificate(open(certificate, 'rb').read()).public_key()
public.verify(base64.b64decode(value), data, pss, hash)
private = serialization.load_pem_private_key(open(key, 'rb').read(), None)
print(base64.b64encode(private.sign(data, pss, hash)).decode())
";

#[test]
fn python_verifies_and_makes_rsa_pss() {
    if !has("python3", &["-c", "import cryptography"]) || !has("openssl", &["version"]) {
        return;
    }
    let folder = Folder::new("signature-pss");
    let party = Party::rsa(&folder.0, 2048);
    for bits in ["256", "384", "512"] {
        for form in FORMS {
            let options = SignOptions { method: SignatureMethod::named(&format!("rsa-pss-sha{bits}")), form };
            let signed = party.sign(&ORDER.replace("DOCTYPE", PUBLIC_DOCTYPE), &[], options);
            let document: Document = signed.parse().unwrap();
            accepted(&document, &party.trusted(), MODERN);
            let named =
                |name: &str| document.root().descendants().find(|element| element.name() == name).unwrap();
            let canonical = Canonical { form, ..Canonical::default() };
            let octets = canonical.octets(canonical::Part::Element(named("SignedInfo")), None).unwrap();
            let file = folder.0.join("octets");
            fs::write(&file, octets).unwrap();
            let value = named("SignatureValue").text().into_owned();
            let output = Command::new("python3")
                .args(["-c", PYTHON])
                .args([&party.certificate_file, &party.key_file, &file])
                .args([&value, bits])
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let theirs = String::from_utf8(output.stdout).unwrap();
            assert_ne!(theirs.trim(), value);
            let document: Document = signed.replace(&value, theirs.trim()).parse().unwrap();
            accepted(&document, &party.trusted(), MODERN);
            // Another salt length is another algorithm.
            let mut broken = STANDARD.decode(theirs.trim()).unwrap();
            broken[0] ^= 1;
            let document: Document = signed.replace(&value, &STANDARD.encode(broken)).parse().unwrap();
            assert_eq!(super::verdict(&verify(&document, &[], &party.trusted(), MODERN, now())), "value");
        }
    }
}
