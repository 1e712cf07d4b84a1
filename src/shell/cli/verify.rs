//! `punchgate verify`: is the signature of a document to be believed?

use std::{
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use jiff::Timestamp;

use crate::wire::signature::{Policy, PublicKey, Refused, Signed, Trust, verify, verify_plain};

use super::{
    input,
    signatures::{attachment, certificates, document, moment},
};

/// Verify the signature of a cXML document
///
/// Believed is who is pinned or vouched for by an authority, and never what the document says about its own key. Nothing is fetched.
/// Ends with 0 when every signature holds, with 1 when it is refused (the reason begins with the check that failed), with 2 when
/// a file cannot be read.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The document, - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Certificates of authorities to be believed, PEM or DER
    #[arg(long, value_name = "CA.pem")]
    trust: Vec<PathBuf>,
    /// The signer's own certificate or public key, PEM (a certificate also DER)
    #[arg(long, value_name = "CERT.pem")]
    pin: Vec<PathBuf>,
    /// A secret for HMAC, the octets of a file as they are
    #[arg(long, value_name = "FILE")]
    hmac_key: Vec<PathBuf>,
    /// Judge certificates as of this time; now without it
    #[arg(long, value_name = "2026-11-23T12:00:00Z")]
    at: Option<Timestamp>,
    /// Accept SHA-1
    #[arg(long)]
    legacy_sha1: bool,
    /// Judge a plain XML signature, wherever it stands, without the rules of cXML
    #[arg(long)]
    plain: bool,
    /// An attachment of the document by its Content-ID
    #[arg(long, value_name = "ID=FILE")]
    attach: Vec<String>,
}

impl Verify {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        match self.judge() {
            Ok((report, code)) => {
                // A reader that went away changes nothing about the verdict.
                let _ = stdout().write_all(report.as_bytes());
                ExitCode::from(code)
            }
            Err(problem) => {
                let _ = writeln!(stderr(), "error: {problem}");
                ExitCode::from(2)
            }
        }
    }

    fn judge(&self) -> Result<(String, u8), String> {
        let trust = self.trusted()?;
        let parts = self.attach.iter().map(|one| attachment(one)).collect::<Result<Vec<_>, _>>()?;
        let name = input::name(&self.file);
        let document = match document(input::read(&self.file)?) {
            Ok(document) => document,
            Err(error) => {
                let (at, kind) = (error.position, &error.kind);
                return Ok((format!("{name}:{}:{}: refused: reading: {kind}\n", at.line, at.column), 1));
            }
        };
        let policy = Policy { legacy_sha1: self.legacy_sha1 };
        let now = moment(self.at);
        if self.plain {
            return Ok(match verify_plain(&document, &parts, &trust, policy, now) {
                Ok(verified) => {
                    let whole = verified.covers(document.root());
                    let note = if whole { "" } else { "  not the whole document is signed\n" };
                    (format!("{name}: valid\n{}{note}", told(&verified.signed)), 0)
                }
                Err(refused) => (refusal(&name, &refused), 1),
            });
        }
        Ok(match verify(&document, &parts, &trust, policy, now) {
            Ok(verified) => {
                let mut report = format!("{name}: valid\n");
                verified.signatures().iter().for_each(|signed| report.push_str(&told(signed)));
                if !verified.uncovered().is_empty() {
                    report.extend(["  not signed: ", &verified.uncovered().join(", "), "\n"]);
                }
                (report, 0)
            }
            Err(refused) => (refusal(&name, &refused), 1),
        })
    }

    fn trusted(&self) -> Result<Trust, String> {
        let mut trust = Trust::default();
        for file in &self.trust {
            certificates(file)?.into_iter().for_each(|one| trust.anchor(one));
        }
        for file in &self.pin {
            pin(&mut trust, file)?;
        }
        for file in &self.hmac_key {
            trust.secret(&input::read(file)?);
        }
        if trust.is_empty() {
            return Err(
                "nobody is trusted: name an authority (--trust) or the signer's certificate (--pin)".into()
            );
        }
        Ok(trust)
    }
}

/// Pins the certificates of a file, or the public key that it holds instead.
fn pin(trust: &mut Trust, file: &Path) -> Result<(), String> {
    let octets = input::read(file)?;
    if let Ok(key) = PublicKey::from_pem(&octets) {
        trust.pin_key(key);
        return Ok(());
    }
    certificates(file)?.into_iter().for_each(|one| trust.pin(one));
    Ok(())
}

fn refusal(name: &str, refused: &Refused) -> String {
    let place = refused.position.as_ref().map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
    format!("{name}{place}: refused: {}: {}\n", refused.kind.check().name(), refused.kind)
}

/// Who signed what, and how.
fn told(signed: &Signed) -> String {
    let covered: Vec<_> = signed.covered.iter().map(|one| format!("{} {}", one.what, one.uri)).collect();
    let when = signed.signed_at.map(|at| format!(", by its own word at {at}")).unwrap_or_default();
    let defaults = if signed.with_defaults { ", with the DTD's default attributes" } else { "" };
    format!(
        "  signed by {} ({})\n  by {}{defaults}{when}\n  signed: {}\n",
        signed.signer,
        signed.signer.reason,
        signed.method.name(),
        covered.join(", ")
    )
}
