//! `punchgate connection signatures` and `punchgate supplier signing-key`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use zeroize::Zeroizing;

use crate::{
    flow::secret::Secret,
    model::{
        ids::{ConnectionId, SupplierId},
        signature::SignatureRule,
    },
    shell::{
        app::App,
        onboarding::{self, SignatureChange},
        signing::InUse,
        store::keys::{ConnectionKey, SupplierKey},
    },
    wire::signature::Certificate,
};

use super::{
    Failure, input,
    relay::errand,
    secret::{SecretFrom, ask},
    show::{facts, rows, say},
    signatures::certificates,
};

#[derive(Debug, Args)]
pub(super) struct Signatures {
    /// Which connection
    id: ConnectionId,
    /// On documents that come
    #[arg(long, value_enum, value_name = "RULE")]
    incoming: Option<Rule>,
    /// On documents that leave
    #[arg(long, value_enum, value_name = "RULE")]
    outgoing: Option<Rule>,
    /// Believe the other side's certificate in this file (repeatable; two at a change-over)
    #[arg(long, value_name = "CERT.pem")]
    pin: Vec<PathBuf>,
    /// Believe whom the authority in this file vouches for (repeatable)
    #[arg(long, value_name = "CA.pem")]
    anchor: Vec<PathBuf>,
    /// Believe a certificate or authority no longer: its SHA-256 or the beginning of it (repeatable)
    #[arg(long, value_name = "FINGERPRINT")]
    drop: Vec<String>,
    /// Accept HMAC by a secret, which comes from here
    #[arg(long, value_enum, value_name = "SOURCE", conflicts_with = "no_secret")]
    secret_from: Option<SecretFrom>,
    /// Accept HMAC no longer
    #[arg(long)]
    no_secret: bool,
    /// Accept SHA-1, for a peer that can do no better
    #[arg(long, value_name = "true|false")]
    legacy_sha1: Option<bool>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rule {
    /// In: refused without one. Out: nothing leaves without one
    Required,
    /// In: one that is there must hold. Out: signed while there is a valid key
    Allowed,
    /// In: not looked at. Out: not signed
    Ignored,
}

impl From<Rule> for SignatureRule {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Required => Self::Required,
            Rule::Allowed => Self::Allowed,
            Rule::Ignored => Self::Ignored,
        }
    }
}

impl Signatures {
    pub(super) async fn run(self, app: &App) -> Result<(), Failure> {
        let secret = match self.secret_from {
            Some(SecretFrom::Generated) => Some(Some(onboarding::new_secret(app)?)),
            Some(source) => Some(Some(ask(source, "Secret for HMAC: ").await?)),
            None => self.no_secret.then_some(None),
        };
        let made = secret.clone().flatten();
        let wanted = SignatureChange {
            incoming: self.incoming.map(Into::into),
            outgoing: self.outgoing.map(Into::into),
            legacy_sha1: self.legacy_sha1,
            pin: all(&self.pin)?,
            anchor: all(&self.anchor)?,
            drop: self.drop,
            secret,
        };
        let connection = if wanted.is_nothing() {
            let row = app.store.get(&ConnectionKey { connection: self.id.clone() }).await?;
            let row = row.ok_or_else(|| Failure::refused(format!("there is no connection {}", self.id)))?;
            row.value
        } else {
            onboarding::set_signatures(app, &self.id, &wanted).await?
        };
        if let (Some(SecretFrom::Generated), Some(secret)) = (self.secret_from, &made) {
            say(format!("The secret, shown this once: {}", secret.reveal()))?;
        }
        let signatures = &connection.signatures;
        facts([
            ("documents that come", signatures.incoming.as_str().to_owned()),
            ("documents that leave", signatures.outgoing.as_str().to_owned()),
            ("HMAC", if signatures.secret.is_some() { "by a secret" } else { "not accepted" }.to_owned()),
            ("SHA-1", if signatures.legacy_sha1 { "accepted" } else { "not accepted" }.to_owned()),
        ])?;
        say("\nWhose signatures are believed:")?;
        table(app, &app.certificates_of(&connection)?)?;
        say("\nWho signs for us:")?;
        table(app, &app.certificates_of_supplier(&connection.supplier).await?)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum SigningKey {
    /// Sign with this key: at once, or after the one that is there
    #[command(after_help = "\
Example: a change-over. The new certificate goes to the buyers first; the older key signs until it is removed or ends.
  punchgate key new acme-2027.pem
  punchgate key certificate acme-2027.pem --subject CN=signing.acme.example --out acme-2027.cert.pem
  punchgate supplier signing-key add acme --key acme-2027.pem --cert acme-2027.cert.pem
  punchgate supplier signing-key remove acme 3f9a…")]
    Add {
        /// Which supplier
        supplier: SupplierId,
        /// The private key, PEM; it is sealed in the store
        #[arg(long, value_name = "KEY.pem")]
        key: PathBuf,
        /// Its certificate, and behind it those that lead to an authority
        #[arg(long, value_name = "CERT.pem")]
        cert: PathBuf,
    },
    /// List the keys, in the order in which they sign
    List {
        /// Which supplier
        supplier: SupplierId,
    },
    /// Take a key away
    Remove {
        /// Which supplier
        supplier: SupplierId,
        /// SHA-256 of its certificate, or the beginning of it
        fingerprint: String,
    },
}

impl SigningKey {
    pub(super) async fn run(self, app: &App) -> Result<(), Failure> {
        let supplier = match self {
            Self::Add { supplier, key, cert } => {
                let text = Zeroizing::new(input::read(&place(&key)).map_err(Failure::unready)?);
                let text = str::from_utf8(&text)
                    .map_err(|_| Failure::refused(format!("{}: this is not PEM", key.display())))?;
                let chain = certificates(&place(&cert)).map_err(Failure::unready)?;
                onboarding::add_signing_key(app, &supplier, &Secret::new(text), &chain).await?;
                supplier
            }
            Self::Remove { supplier, fingerprint } => {
                onboarding::remove_signing_key(app, &supplier, &fingerprint).await?;
                supplier
            }
            Self::List { supplier } => {
                let row = app.store.get(&SupplierKey { supplier: supplier.clone() }).await?;
                row.ok_or_else(|| Failure::refused(format!("there is no supplier {supplier}")))?;
                supplier
            }
        };
        table(app, &app.certificates_of_supplier(&supplier).await?)
    }
}

/// The file that is meant where the command was typed.
fn place(file: &Path) -> PathBuf {
    errand().map_or_else(|| file.to_owned(), |errand| errand.place(file))
}

fn all(files: &[PathBuf]) -> Result<Vec<Certificate>, Failure> {
    let mut found = Vec::new();
    for file in files {
        found.extend(certificates(&place(file)).map_err(Failure::unready)?);
    }
    Ok(found)
}

fn table(app: &App, all: &[InUse]) -> Result<(), Failure> {
    let now = app.now();
    let row = |one: &InUse| {
        let state = one.warning(now).map_or_else(
            || one.certificate.valid_until().strftime("until %Y-%m-%d").to_string(),
            |warning| format!("{warning}!"),
        );
        let fingerprint = one.certificate.fingerprint().chars().take(23).collect();
        vec![one.role.to_owned(), one.certificate.subject().to_owned(), state, fingerprint]
    };
    rows(&["role", "subject", "valid", "fingerprint"], all.iter().map(row), "Nobody.")
}
