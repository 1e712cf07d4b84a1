//! `punchgate sign`: a document with one more signature.

use std::{
    io::{Write as _, stderr},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::{
    shell::entropy::Entropy,
    wire::{
        signature::{SignOptions, SignatureMethod, SigningKey, sign},
        xml::canonical::Form,
    },
};

use super::{
    input,
    signatures::{attachment, certificates, document, emit, moment},
};

/// Sign a cXML document
///
/// Writes the signed document, UTF-8. A document that is signed already gets one more signature. Ends with 0 when it is signed, with 1
/// when the document cannot be signed, with 2 when a file cannot be read.
#[derive(Debug, Args)]
pub(super) struct Sign {
    /// The document, - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The private key, PEM
    #[arg(long, value_name = "KEY.pem")]
    key: PathBuf,
    /// The certificate of the key, then those that lead to an authority, PEM or DER
    #[arg(long, value_name = "CERT.pem", required = true)]
    cert: Vec<PathBuf>,
    /// rsa-sha256, rsa-sha384, rsa-sha512, rsa-pss-sha256, rsa-pss-sha384, rsa-pss-sha512, ecdsa-sha256, ecdsa-sha384
    #[arg(long, value_name = "NAME", value_parser = method)]
    algorithm: Option<SignatureMethod>,
    /// The canonical form that is signed
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    canonical: CanonicalForm,
    /// An attachment to be signed too, by its Content-ID
    #[arg(long, value_name = "ID=FILE")]
    attach: Vec<String>,
    /// The signing time; now without it
    #[arg(long, value_name = "2026-11-23T12:00:00Z")]
    at: Option<Timestamp>,
    /// Where to write; it must not exist. Standard output without it
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum CanonicalForm {
    /// Canonical XML 1.0, as cXML's own sample
    #[default]
    #[value(name = "1.0")]
    Canonical10,
    /// Canonical XML 1.1
    #[value(name = "1.1")]
    Canonical11,
    /// Exclusive Canonical XML 1.0
    #[value(name = "exclusive")]
    Exclusive,
}

fn method(name: &str) -> Result<SignatureMethod, String> {
    SignatureMethod::named(name).ok_or_else(|| "there is no such signature method".to_owned())
}

impl Sign {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        let (code, problem) = match self.signed() {
            Ok(Ok(text)) => match emit(self.out.as_ref(), &text) {
                Ok(()) => return ExitCode::SUCCESS,
                Err(problem) => (2, problem),
            },
            Ok(Err(problem)) => (1, problem),
            Err(problem) => (2, problem),
        };
        let _ = writeln!(stderr(), "error: {problem}");
        ExitCode::from(code)
    }

    /// The inner error: the document cannot be signed.
    fn signed(&self) -> Result<Result<String, String>, String> {
        let entropy = Entropy::default();
        let key = SigningKey::from_pem(&input::read(&self.key)?, entropy.source())
            .map_err(|fault| format!("{}: {fault}", input::name(&self.key)))?;
        let mut chain = Vec::new();
        for file in &self.cert {
            chain.extend(certificates(file)?);
        }
        let parts = self.attach.iter().map(|one| attachment(one)).collect::<Result<Vec<_>, _>>()?;
        let name = input::name(&self.file);
        let document = match document(input::read(&self.file)?) {
            Ok(document) => document,
            Err(error) => return Ok(Err(format!("{name}: {error}"))),
        };
        let form = match self.canonical {
            CanonicalForm::Canonical10 => Form::Canonical10,
            CanonicalForm::Canonical11 => Form::Canonical11,
            CanonicalForm::Exclusive => Form::Exclusive,
        };
        let options = SignOptions { method: self.algorithm, form };
        let signed = sign(&document, &parts, &key, &chain, options, moment(self.at), entropy.source());
        Ok(signed.map_err(|error| format!("{name}: {error}")))
    }
}
