//! Verifying and signing cXML beside `xmlsec1 --repeat`, in one run.
//!
//! `cargo run --release --manifest-path benches/signature/Cargo.toml [-- ROUNDS]`. Debian's xmlsec1 and openssl must be there.
//!
//! Inputs: a signed order of about 5 kB and one of about 1 MB, RSA 2048 and ECDSA P-256, both with SHA-256 and Canonical XML 1.0, key
//! pinned; one thread each. Every figure is the median of the rounds, which go through all of them in turn, so that other work on the
//! machine hits both sides alike; a ratio is the median of the rounds' ratios, with their least and most. *Whole*: from the octets of
//! the document; for xmlsec1 the wall time of a run with many repeats less that of a run with one. *Tree*: over the tree that was read
//! before, in processor time; for xmlsec1 as it reports itself. *Key alone*: processor time of the key's part, by ring and by the
//! machine's `openssl speed`; nobody can be quicker than that.
//! Targets: twice xmlsec1's rate at 5 kB, its rate at 1 MB.

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use punchgate::wire::{
    signature::{Certificate, Curve, Policy, SignOptions, SigningKey, Trust, self_signed, sign, verify},
    xml::{Document, Limits},
};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
    },
};

const REFERENCES: [&str; 3] = ["#cXMLSignedInfo", "#cXMLData", "#XAdESSignedProps"];

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// An order of about so many bytes.
fn order(bytes: usize) -> String {
    let mut lines = String::new();
    let mut number = 0;
    while lines.len() + 700 < bytes {
        number += 1;
        lines.push_str(&format!(
            "<ItemOut quantity=\"{}\" lineNumber=\"{number}\"><ItemID><SupplierPartID>AM-{number:06}</SupplierPartID></ItemID>\
             <ItemDetail><UnitPrice><Money currency=\"EUR\">{number}.50</Money></UnitPrice><Description xml:lang=\"de\">Schraube \
             M{number} &amp; Mutter, verzinkt, für außen</Description><UnitOfMeasure>EA</UnitOfMeasure><Classification \
             domain=\"UNSPSC\">31161500</Classification></ItemDetail></ItemOut>\n",
            number % 9 + 1
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cXML payloadID=\"1@buyer.example\" timestamp=\"2026-11-23T10:00:00+00:00\" \
         signatureVersion=\"1.0\" xml:lang=\"en-US\"><Header><From><Credential domain=\"DUNS\"><Identity>1</Identity></Credential></From>\
         <To><Credential domain=\"DUNS\"><Identity>2</Identity></Credential></To><Sender><Credential domain=\"DUNS\"><Identity>1</Identity>\
         </Credential><UserAgent>b</UserAgent></Sender></Header><Request deploymentMode=\"production\" Id=\"cXMLData\"><OrderRequest>\
         <OrderRequestHeader orderID=\"PO\" orderDate=\"2026-11-23\" orderType=\"regular\" type=\"new\"><Total><Money currency=\"EUR\">1\
         </Money></Total></OrderRequestHeader>{lines}</OrderRequest></Request></cXML>\n"
    )
}

struct Party {
    key: SigningKey,
    certificate: Certificate,
    key_file: PathBuf,
    certificate_file: PathBuf,
}

impl Party {
    fn new(folder: &Path, name: &str, text: &str) -> Self {
        let random = SystemRandom::new();
        let key = SigningKey::from_pem(text.as_bytes(), &random).unwrap();
        let pem = self_signed(&key, "CN=bench", now(), 365, &random).unwrap();
        let (key_file, certificate_file) =
            (folder.join(format!("{name}.key")), folder.join(format!("{name}.pem")));
        fs::write(&key_file, text).unwrap();
        fs::write(&certificate_file, &pem).unwrap();
        let certificate = Certificate::all_from(pem.as_bytes()).unwrap().remove(0);
        Self { key, certificate, key_file, certificate_file }
    }

    /// Its key as PKCS#8.
    fn der(&self) -> Vec<u8> {
        let file = self.key_file.to_str().unwrap();
        Command::new("openssl")
            .args(["pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", file])
            .output()
            .unwrap()
            .stdout
    }

    fn sign(&self, document: &Document) -> String {
        let chain = std::slice::from_ref(&self.certificate);
        sign(document, &[], &self.key, chain, SignOptions::default(), now(), &SystemRandom::new()).unwrap()
    }
}

fn read(text: &str) -> Document {
    Document::read(text.as_bytes(), None, &Limits::default()).unwrap()
}

/// Seconds of one of `times` repeats: by the clock on the wall, and of the processor.
fn timed(times: u32, mut work: impl FnMut()) -> (f64, f64) {
    let (start, before) = (Instant::now(), processor_time());
    for _ in 0..times {
        work();
    }
    let processor = processor_time().saturating_sub(before);
    (start.elapsed().as_secs_f64() / f64::from(times), processor.as_secs_f64() / f64::from(times))
}

/// What this thread has had of the processor.
fn processor_time() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

/// Wall time of a run, and the processor time that xmlsec1 itself reports for its work.
fn xmlsec1(arguments: &[&str], times: u32, file: &Path) -> (Duration, f64) {
    let mut command = Command::new("xmlsec1");
    command.args(arguments).args(["--output", "/dev/null", "--repeat", &times.to_string()]);
    for element in ["Request", "cXMLSignedInfo", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"] {
        command.args(["--id-attr:Id", element]);
    }
    let start = Instant::now();
    let output = command.arg(file).output().unwrap();
    let wall = start.elapsed();
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(output.status.success(), "{told}");
    let millis = told.split(" tests in ").nth(1).and_then(|rest| rest.split_whitespace().next());
    (wall, millis.and_then(|millis| millis.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1000.0)
}

/// Seconds of one repeat: whole, and by its own account.
fn theirs(arguments: &[&str], times: u32, file: &Path) -> (f64, f64) {
    let (one, _) = xmlsec1(arguments, 1, file);
    let (many, own) = xmlsec1(arguments, times + 1, file);
    (many.saturating_sub(one).as_secs_f64() / f64::from(times), own / f64::from(times + 1))
}

/// The document as a template: digests and value taken out.
fn template(signed: &str) -> String {
    let mut text = signed.to_owned();
    for name in ["ds:DigestValue", "ds:SignatureValue"] {
        let mut at = text.find("<ds:SignedInfo>").unwrap();
        let mut left = if name == "ds:DigestValue" { REFERENCES.len() } else { 1 };
        while left > 0 {
            let start = at + text[at..].find(&format!("<{name}>")).unwrap() + name.len() + 2;
            let end = start + text[start..].find('<').unwrap();
            text.replace_range(start..end, "");
            (at, left) = (start, left - 1);
        }
    }
    text
}

/// Seconds that ring takes to sign some octets and to verify that.
fn ring_alone(name: &str, der: &[u8]) -> [f64; 2] {
    let random = SystemRandom::new();
    let octets = [7; 1_000];
    let verified = |method: &'static dyn VerificationAlgorithm, public: &[u8], value: &[u8]| {
        let key = UnparsedPublicKey::new(method, public);
        timed(1_000, || key.verify(black_box(&octets), value).unwrap()).1
    };
    if name == "RSA 2048" {
        let pair = RsaKeyPair::from_pkcs8(der).unwrap();
        let mut value = vec![0; pair.public().modulus_len()];
        let signed =
            timed(200, || pair.sign(&RSA_PKCS1_SHA256, &random, black_box(&octets), &mut value).unwrap()).1;
        return [signed, verified(&RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref(), &value)];
    }
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).unwrap();
    let value = pair.sign(&random, &octets).unwrap();
    let signed = timed(1_000, || drop(black_box(pair.sign(&random, black_box(&octets)).unwrap()))).1;
    [signed, verified(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref(), value.as_ref())]
}

/// Seconds that OpenSSL takes for the same, by its own account.
fn openssl_alone(name: &str) -> [f64; 2] {
    let (asked, line) =
        if name == "RSA 2048" { ("rsa2048", "rsa 2048 bits") } else { ("ecdsap256", " 256 bits ecdsa") };
    let output = Command::new("openssl").args(["speed", "-seconds", "1", asked]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let row = told.lines().find(|row| row.starts_with(line)).unwrap();
    let rates: Vec<f64> = row.split_whitespace().rev().take(2).map(|rate| rate.parse().unwrap()).collect();
    [1.0 / rates[1], 1.0 / rates[0]]
}

/// Figures of one thing, a round each.
#[derive(Default)]
struct Rounds(Vec<f64>);

impl Rounds {
    fn sorted(&self) -> Vec<f64> {
        let mut figures = self.0.clone();
        figures.sort_by(f64::total_cmp);
        figures
    }

    fn median(&self) -> f64 {
        self.sorted()[self.0.len() / 2]
    }

    /// How many times quicker these are than `others`: median, least and most.
    fn ratio(&self, others: &Self) -> String {
        let ratios = Self(self.0.iter().zip(&others.0).map(|(own, other)| other / own).collect());
        let (median, sorted) = (ratios.median(), ratios.sorted());
        format!("{median:.2} ({:.2} to {:.2})", sorted[0], sorted[sorted.len() - 1])
    }
}

fn row(what: &str, [ours, theirs]: [&Rounds; 2]) {
    println!(
        "| {what} | {:.0} | {:.0} | {} |",
        1.0 / ours.median(),
        1.0 / theirs.median(),
        ours.ratio(theirs)
    );
}

fn main() {
    let rounds: usize = env::args().nth(1).map_or(7, |rounds| rounds.parse().unwrap());
    let folder = env::temp_dir().join(format!("punchgate-bench-signature-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let rsa = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .unwrap();
    let ecdsa = SigningKey::generate(Curve::P256, &SystemRandom::new()).unwrap();
    let parties = [
        ("RSA 2048", Party::new(&folder, "rsa", std::str::from_utf8(&rsa.stdout).unwrap())),
        ("ECDSA P-256", Party::new(&folder, "ecdsa", &ecdsa)),
    ];
    println!(
        "medians of {rounds} rounds, a second; ratio: punchgate to xmlsec1, with the least and the most of a round"
    );
    println!("| key, document, work | punchgate | xmlsec1 | ratio |");
    println!("| --- | --- | --- | --- |");
    for (key, party) in &parties {
        let mut alone: [Rounds; 4] = Default::default();
        for _ in 0..rounds {
            let [[sign, verify], [their_sign, their_verify]] =
                [ring_alone(key, &party.der()), openssl_alone(key)];
            alone
                .iter_mut()
                .zip([verify, their_verify, sign, their_sign])
                .for_each(|(rounds, figure)| rounds.0.push(figure));
        }
        row(&format!("{key}, key alone, verify"), [&alone[0], &alone[1]]);
        row(&format!("{key}, key alone, sign"), [&alone[2], &alone[3]]);
        for (name, bytes, times) in [("5 kB", 1_400, 400), ("1 MB", 1_000_000, 15)] {
            let unsigned = order(bytes);
            let signed = party.sign(&read(&unsigned));
            let (signed_file, template_file) = (folder.join("signed.xml"), folder.join("template.xml"));
            fs::write(&signed_file, &signed).unwrap();
            fs::write(&template_file, template(&signed)).unwrap();
            let mut trust = Trust::default();
            trust.pin(party.certificate.clone());
            let (document, plain) = (read(&signed), read(&unsigned));
            let judge = |document: &Document| {
                black_box(verify(document, &[], &trust, Policy::default(), now()).unwrap());
            };
            let pem = party.certificate_file.to_str().unwrap();
            let verifying = ["--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", pem];
            let keys = format!("{},{pem}", party.key_file.display());
            let signing = ["--sign", "--privkey-pem", &keys];
            let mut figures: [Rounds; 8] = Default::default();
            for _ in 0..rounds {
                let (verify_whole, verify_tree) = theirs(&verifying, times, &signed_file);
                let (sign_whole, sign_tree) = theirs(&signing, times, &template_file);
                let round = [
                    timed(times, || judge(&read(&signed))).0,
                    verify_whole,
                    timed(times, || judge(&document)).1,
                    verify_tree,
                    timed(times, || drop(black_box(party.sign(&read(&unsigned))))).0,
                    sign_whole,
                    timed(times, || drop(black_box(party.sign(&plain)))).1,
                    sign_tree,
                ];
                figures.iter_mut().zip(round).for_each(|(rounds, figure)| rounds.0.push(figure));
            }
            let works = ["verify, whole", "verify, tree", "sign, whole", "sign, tree"];
            for (work, pair) in works.iter().zip(figures.chunks(2)) {
                row(&format!("{key}, {name} ({} bytes), {work}", signed.len()), [&pair[0], &pair[1]]);
            }
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}
