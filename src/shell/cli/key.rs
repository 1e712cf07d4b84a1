//! `punchgate key`: keys that sign, requests for certificates, and what is in such files.

use std::{
    io::{Write as _, stderr},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};
use jiff::{Timestamp, Unit};

use crate::{
    shell::entropy::Entropy,
    wire::signature::{Certificate, Curve, PublicKey, SigningKey, certificate_request, self_signed},
};

use super::{
    input,
    signatures::{certificates, create, emit, moment},
};

/// Days before its end from which a certificate should be renewed.
const SOON_DAYS: i32 = 30;

/// Keys that sign documents, and their certificates
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a private key (ECDSA) that only its owner may read
    ///
    /// An RSA key is made by `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out KEY.pem`; everything else here takes it too.
    New {
        /// The file, which must not exist
        #[arg(value_name = "KEY.pem")]
        file: PathBuf,
        /// The curve
        #[arg(long, value_enum, default_value_t)]
        curve: NamedCurve,
    },
    /// Make a request (PKCS#10) that an authority answers with a certificate
    Csr {
        /// The private key
        #[arg(value_name = "KEY.pem")]
        key: PathBuf,
        /// Whose certificate it is to be
        #[arg(long, value_name = "CN=signing.acme.example,O=Acme,C=DE")]
        subject: String,
        /// Where to write; it must not exist. Standard output without it
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a certificate that the key vouches for itself: for peers that pin certificates
    Certificate {
        /// The private key
        #[arg(value_name = "KEY.pem")]
        key: PathBuf,
        /// Whose certificate it is
        #[arg(long, value_name = "CN=signing.acme.example,O=Acme,C=DE")]
        subject: String,
        /// How long it is valid from now on
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=7300))]
        days: u32,
        /// Where to write; it must not exist. Standard output without it
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what keys and certificates are in files; of private keys the public half alone
    ///
    /// Ends with 0, with 1 when a certificate is not valid now or ends within 30 days, with 2 when a file cannot be read.
    Show {
        /// Files, PEM or DER
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum NamedCurve {
    #[default]
    P256,
    P384,
}

impl Key {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        match self.command.run() {
            Ok(code) => code,
            Err(problem) => {
                let _ = writeln!(stderr(), "error: {problem}");
                ExitCode::from(2)
            }
        }
    }
}

impl Command {
    fn run(self) -> Result<ExitCode, String> {
        let entropy = Entropy::default();
        let random = entropy.source();
        let load = |file: &PathBuf| {
            SigningKey::from_pem(&input::read(file)?, random)
                .map_err(|fault| format!("{}: {fault}", input::name(file)))
        };
        match self {
            Self::New { file, curve } => {
                let curve = match curve {
                    NamedCurve::P256 => Curve::P256,
                    NamedCurve::P384 => Curve::P384,
                };
                let text = SigningKey::generate(curve, random).map_err(|fault| fault.to_string())?;
                create(&file, &text, true)?;
                emit(None, &format!("{}: {}\n", input::name(&file), public(load(&file)?.public())))?;
            }
            Self::Csr { key, subject, out } => {
                let request = certificate_request(&load(&key)?, &subject, random);
                emit(out.as_ref(), &request.map_err(|fault| fault.to_string())?)?;
            }
            Self::Certificate { key, subject, days, out } => {
                let made = self_signed(&load(&key)?, &subject, moment(None), days, random);
                emit(out.as_ref(), &made.map_err(|fault| fault.to_string())?)?;
            }
            Self::Show { files } => return show(&files, &entropy),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(files: &[PathBuf], entropy: &Entropy) -> Result<ExitCode, String> {
    let now = moment(None);
    let mut well = true;
    for file in files {
        let name = input::name(file);
        let octets = input::read(file)?;
        let key = SigningKey::from_pem(&octets, entropy.source());
        let alone = PublicKey::from_pem(&octets);
        let found = certificates(file);
        if let Ok(key) = &key {
            emit(None, &format!("{name}: private key, {}\n", public(key.public())))?;
        }
        if let Ok(key) = &alone {
            emit(None, &format!("{name}: public key, {}\n", public(key)))?;
        }
        match found {
            Ok(certificates) => {
                for certificate in &certificates {
                    let (text, good) = certificate_text(certificate, now);
                    well &= good;
                    emit(None, &format!("{name}: certificate\n{text}"))?;
                }
            }
            Err(_) if key.is_ok() || alone.is_ok() => {}
            // What it is meant to be can only be guessed: a key tells the most.
            Err(problem) => {
                let is_key = octets.windows(11).any(|window| window == b"PRIVATE KEY");
                return Err(match key {
                    Err(fault) if is_key => format!("{name}: {fault}"),
                    _ => problem,
                });
            }
        }
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn public(key: &PublicKey) -> String {
    format!("{}, key fingerprint {}", key.kind(), key.fingerprint())
}

/// A certificate in lines, and whether it needs no attention.
fn certificate_text(certificate: &Certificate, now: Timestamp) -> (String, bool) {
    let key = match certificate.key() {
        Ok(key) => public(key),
        Err(fault) => fault.to_string(),
    };
    let left = certificate.valid_until().since((Unit::Hour, now)).map_or(0, |left| left.get_hours() / 24);
    let unfit = certificate.unfit_to_sign(now).filter(|_| !certificate.is_authority());
    let soon = left < SOON_DAYS;
    let verdict = match unfit {
        Some(problem) => problem,
        None if soon => format!("{left} days left: renew it now"),
        None => format!("{left} days left"),
    };
    let text = format!(
        "  subject      {}\n  issuer       {}\n  serial       {}\n  valid        {} to {}\n  now          {verdict}\n  key          {key}\n  fingerprint  {}\n",
        certificate.subject(),
        certificate.issuer(),
        certificate.serial(),
        certificate.valid_from(),
        certificate.valid_until(),
        certificate.fingerprint(),
    );
    (text, !soon && certificate.valid_from() <= now)
}
