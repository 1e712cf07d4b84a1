//! Keys and certificates of the store: whom a connection believes, and with what punchgate signs for a supplier.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};

use crate::{
    flow::authenticate::Parties,
    model::{
        ids::{SessionId, SupplierId, TransactionId},
        party::Connection,
        signature::{KeptCertificate, SignatureRule, Signatures, SigningIdentity},
    },
    wire::{
        signature::{self, Certificate, SignOptions, SigningKey, Trust},
        xml::Document,
    },
};

use super::{
    app::{App, AppError},
    store::{
        DocumentId, Scan,
        keys::{ConnectionKey, SessionTransactionKey, SigningIdentitiesKey, TransactionKey},
    },
};

/// What private keys are sealed for.
pub const SIGNING_KEY: &str = "signing key";
/// What secrets for HMAC are sealed for.
pub const SIGNATURE_SECRET: &str = "signature secret";
/// What received octets of signed documents are sealed for.
pub const RECEIVED_OCTETS: &str = "received octets";
/// What answers are sealed for that left signed.
pub const SENT_OCTETS: &str = "sent octets";
/// How long before its end a certificate is warned about.
pub const RENEWAL: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The certificate that is kept.
pub fn certificate(kept: &KeptCertificate) -> Result<Certificate, AppError> {
    let broken = |problem: &dyn std::fmt::Display| AppError::Broken(format!("a kept certificate: {problem}"));
    let der = STANDARD.decode(&kept.0).map_err(|error| broken(&error))?;
    Certificate::from_der(&der).map_err(|fault| broken(&fault))
}

/// A certificate, to be kept.
#[must_use]
pub fn keep(certificate: &Certificate) -> KeptCertificate {
    KeptCertificate(STANDARD.encode(certificate.der()))
}

/// What signs a document on its way out.
pub struct Signatory {
    key: SigningKey,
    chain: Vec<Certificate>,
    now: Timestamp,
}

impl Signatory {
    /// Whose certificate it is.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.chain.first().map(Certificate::subject).unwrap_or_default()
    }

    /// The document with its signature. One in US-ASCII stays in it, whatever the certificate holds.
    pub fn sign(&self, app: &App, text: &str) -> Result<String, AppError> {
        let broken = |problem: &dyn std::fmt::Display| {
            AppError::Broken(format!("a document could not be signed: {problem}"))
        };
        let document: Document = text.parse().map_err(|error| broken(&error))?;
        let (options, random) = (SignOptions::default(), app.entropy.source());
        let signed = signature::sign(&document, &[], &self.key, &self.chain, options, self.now, random);
        let signed = signed.map_err(|error| broken(&error))?;
        Ok(if text.is_ascii() { in_ascii(&signed) } else { signed })
    }
}

/// A signed document with what a certificate brought in beyond US-ASCII as numeric references: the canonical form is the same.
fn in_ascii(signed: &str) -> String {
    let mut out = String::with_capacity(signed.len());
    for c in signed.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(["&#", &u32::from(c).to_string(), ";"]);
        }
    }
    out
}

/// A certificate in use, and what for.
#[derive(Clone, Debug)]
pub struct InUse {
    /// Of whom: `connection globex`, `supplier acme`.
    pub owner: String,
    /// `pinned`, `authority`, `signs`; of the other keys of a supplier `next` or `unused`.
    pub role: &'static str,
    /// The certificate.
    pub certificate: Certificate,
}

impl InUse {
    /// What is to be said about it now: it has ended, will soon, or has not begun; `None`: nothing.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let (from, until) = (self.certificate.valid_from(), self.certificate.valid_until());
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        if now > until {
            Some(format!("ended on {}", day(until)))
        } else if until.duration_since(now) < RENEWAL {
            let left = until.duration_since(now).as_hours() / 24;
            Some(format!("ends on {}, in {left} days", day(until)))
        } else if now < from {
            Some(format!("is valid from {} on", day(from)))
        } else {
            None
        }
    }
}

impl App {
    /// Whose signatures a connection believes.
    pub fn trust(&self, signatures: &Signatures) -> Result<Trust, AppError> {
        let mut trust = Trust::default();
        for kept in &signatures.pinned {
            trust.pin(certificate(kept)?);
        }
        for kept in &signatures.anchors {
            trust.anchor(certificate(kept)?);
        }
        if let Some(sealed) = &signatures.secret {
            trust.secret(self.vault.open(sealed, SIGNATURE_SECRET)?.reveal().as_bytes());
        }
        Ok(trust)
    }

    /// What signs documents over this connection now; `None`: they leave unsigned.
    ///
    /// Of several keys the first one counts whose certificate is valid: a new one signs when the older one is taken away or ends.
    pub async fn signatory(&self, parties: &Parties) -> Result<Option<Signatory>, AppError> {
        let rule = parties.connection.signatures.outgoing;
        if rule == SignatureRule::Ignored {
            return Ok(None);
        }
        let now = self.now();
        for identity in self.signing_identities(&parties.supplier.id).await? {
            let chain = identity.chain.iter().map(certificate).collect::<Result<Vec<_>, _>>()?;
            if chain.first().is_some_and(|own| own.unfit_to_sign(now).is_none()) {
                let text = self.vault.open(&identity.key, SIGNING_KEY)?;
                let key = SigningKey::from_pem(text.reveal().as_bytes(), self.entropy.source());
                let key = key.map_err(|fault| AppError::Broken(format!("a signing key: {fault}")))?;
                return Ok(Some(Signatory { key, chain, now }));
            }
        }
        if rule == SignatureRule::Required {
            let supplier = &parties.supplier.id;
            return Err(AppError::Broken(format!(
                "connection {} wants signed documents, and no key of supplier {supplier} has a valid certificate",
                parties.connection.id
            )));
        }
        Ok(None)
    }

    /// The answer of an exchange as it left, where it left signed.
    pub async fn sent(&self, transaction: TransactionId) -> Result<Option<String>, AppError> {
        let Some(row) = self.store.get(&TransactionKey { transaction }).await? else { return Ok(None) };
        let Some(kept) = row.value.signing.sent else { return Ok(None) };
        let Some(sealed) = self.store.document(&DocumentId::new(*kept.bytes())).await? else {
            return Ok(None);
        };
        let octets = self.vault.open_octets(&sealed, SENT_OCTETS)?;
        let text = String::from_utf8(octets.to_vec());
        text.map(Some).map_err(|_| AppError::Broken("an answer that was kept is no text".to_owned()))
    }

    /// The signed answer that opened a visit, as it left.
    pub async fn sent_to_open(&self, session: SessionId) -> Result<Option<String>, AppError> {
        let of_visit = Scan::<SessionTransactionKey>::prefix(|key| key.raw(*session.bytes()));
        for (key, ()) in self.store.scan(of_visit).await?.into_iter().map(|(key, row)| (key, row.value)) {
            if let Some(text) = self.sent(key.transaction).await? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// Keys that sign for a supplier, oldest first.
    pub async fn signing_identities(&self, supplier: &SupplierId) -> Result<Vec<SigningIdentity>, AppError> {
        let row = self.store.get(&SigningIdentitiesKey { supplier: supplier.clone() }).await?;
        Ok(row.map(|row| row.value).unwrap_or_default())
    }

    /// Certificates that a connection goes by.
    pub fn certificates_of(&self, connection: &Connection) -> Result<Vec<InUse>, AppError> {
        let Signatures { pinned, anchors, .. } = &connection.signatures;
        let of = |kept, role| {
            let owner = format!("connection {}", connection.id);
            Ok(InUse { owner, role, certificate: certificate(kept)? })
        };
        let pinned = pinned.iter().map(|kept| of(kept, "pinned"));
        pinned.chain(anchors.iter().map(|kept| of(kept, "authority"))).collect()
    }

    /// Certificates of the keys that sign for a supplier.
    pub async fn certificates_of_supplier(&self, supplier: &SupplierId) -> Result<Vec<InUse>, AppError> {
        let identities = self.signing_identities(supplier).await?;
        let (now, mut signs) = (self.now(), false);
        let mut found = Vec::new();
        for kept in identities.iter().filter_map(|identity| identity.chain.first()) {
            let certificate = certificate(kept)?;
            let role = match (signs, certificate.unfit_to_sign(now)) {
                (true, _) => "next",
                (false, None) => "signs",
                (false, Some(_)) => "unused",
            };
            signs |= role == "signs";
            found.push(InUse { owner: format!("supplier {supplier}"), role, certificate });
        }
        Ok(found)
    }

    /// Every certificate of the store that something is to be said about, in sentences.
    pub async fn certificate_warnings(&self) -> Result<Vec<String>, AppError> {
        let mut all = Vec::new();
        for (_, row) in self.store.scan(Scan::<ConnectionKey>::table()).await? {
            all.extend(self.certificates_of(&row.value)?);
        }
        for (key, _) in self.store.scan(Scan::<SigningIdentitiesKey>::table()).await? {
            all.extend(self.certificates_of_supplier(&key.supplier).await?);
        }
        let now = self.now();
        let told = |one: &InUse| {
            let warning = one.warning(now)?;
            Some(format!(
                "{}: the certificate of {} ({}) {warning}",
                one.owner,
                one.certificate.subject(),
                one.role
            ))
        };
        Ok(all.iter().filter_map(told).collect())
    }
}
