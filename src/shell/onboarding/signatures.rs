//! Signatures of connections, and the keys that sign for suppliers.

use crate::{
    flow::secret::Secret,
    model::{
        ids::{ConnectionId, SupplierId},
        party::{Connection, Login},
        signature::{KeptCertificate, SignatureRule, SigningIdentity},
    },
    shell::{
        app::{App, AppError},
        signing::{SIGNATURE_SECRET, SIGNING_KEY, certificate, keep},
        store::{
            Changes, Scan,
            keys::{ConnectionKey, SigningIdentitiesKey, SupplierKey},
        },
    },
    wire::signature::{Certificate, PublicKey, SigningKey},
};

use super::{OnboardingError, connections::change, unknown_supplier};

/// Most certificates on each list of a connection.
const CERTIFICATES_MOST: usize = 8;
/// Most keys that sign for a supplier: the one in use and the next.
const KEYS_MOST: usize = 2;
/// Most certificates that come with a key.
const CHAIN_MOST: usize = 6;

/// What changes about a connection's signatures; what is empty stays.
#[derive(Default)]
pub struct SignatureChange {
    /// On documents that come.
    pub incoming: Option<SignatureRule>,
    /// On documents that leave.
    pub outgoing: Option<SignatureRule>,
    /// SHA-1.
    pub legacy_sha1: Option<bool>,
    /// Certificates of the other side that are believed from now on.
    pub pin: Vec<Certificate>,
    /// Authorities that are believed from now on.
    pub anchor: Vec<Certificate>,
    /// Fingerprints, or their beginnings, of certificates that no longer are.
    pub drop: Vec<String>,
    /// A secret for HMAC; `Some(None)`: none any more.
    pub secret: Option<Option<Secret>>,
}

impl SignatureChange {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let Self { incoming, outgoing, legacy_sha1, pin, anchor, drop, secret } = self;
        let rules = incoming.is_none() && outgoing.is_none() && legacy_sha1.is_none();
        rules && pin.is_empty() && anchor.is_empty() && drop.is_empty() && secret.is_none()
    }
}

/// Changes what a connection wants of signatures, and whom it believes.
pub async fn set_signatures(
    app: &App,
    connection: &ConnectionId,
    wanted: &SignatureChange,
) -> Result<Connection, OnboardingError> {
    let secret = wanted.secret.as_ref().map(|secret| {
        secret.as_ref().map(|secret| {
            if secret.reveal().len() < super::SECRET_LEAST {
                return Err(OnboardingError::one("secret", "is too short"));
            }
            Ok(app.vault.seal(secret, SIGNATURE_SECRET, &app.entropy).map_err(AppError::from)?)
        })
    });
    let secret = secret.map(Option::transpose).transpose()?;
    for authority in &wanted.anchor {
        if !authority.is_authority() {
            let why = format!("{} is no authority: pin it instead", authority.subject());
            return Err(OnboardingError::one("anchor", why));
        }
    }
    let signs = match app.store.get(&ConnectionKey { connection: connection.clone() }).await? {
        Some(row) => !app.signing_identities(&row.value.supplier).await?.is_empty(),
        None => false,
    };
    change(app, connection, |row| {
        if matches!(row.login, Login::Oci { .. }) {
            return Err(OnboardingError::one("connection", "OCI knows no signatures"));
        }
        let signatures = &mut row.signatures;
        for fingerprint in &wanted.drop {
            tells_apart("drop", fingerprint)?;
            let before = signatures.pinned.len() + signatures.anchors.len();
            without(&mut signatures.pinned, fingerprint)?;
            without(&mut signatures.anchors, fingerprint)?;
            match before - signatures.pinned.len() - signatures.anchors.len() {
                1 => {}
                0 => return Err(OnboardingError::one("drop", format!("no certificate is {fingerprint}"))),
                _ => {
                    let why = format!("several certificates begin with {fingerprint}: write more of it");
                    return Err(OnboardingError::one("drop", why));
                }
            }
        }
        with(&mut signatures.pinned, "pin", &wanted.pin)?;
        with(&mut signatures.anchors, "anchor", &wanted.anchor)?;
        if let Some(secret) = &secret {
            signatures.secret.clone_from(secret);
        }
        signatures.legacy_sha1 = wanted.legacy_sha1.unwrap_or(signatures.legacy_sha1);
        signatures.incoming = wanted.incoming.unwrap_or(signatures.incoming);
        signatures.outgoing = wanted.outgoing.unwrap_or(signatures.outgoing);
        if signatures.incoming == SignatureRule::Required && !signatures.trusts_somebody() {
            let why = "required, but nobody's signature is believed: pin a certificate or name an authority";
            return Err(OnboardingError::one("incoming", why));
        }
        if signatures.outgoing == SignatureRule::Required && !signs {
            let why = format!("required, but supplier {} has no signing key", row.supplier);
            return Err(OnboardingError::one("outgoing", why));
        }
        Ok(Changes::durable())
    })
    .await
}

fn without(list: &mut Vec<KeptCertificate>, fingerprint: &str) -> Result<(), OnboardingError> {
    let mut kept = Vec::with_capacity(list.len());
    for one in list.drain(..) {
        if !begins_with(&certificate(&one)?.fingerprint(), fingerprint) {
            kept.push(one);
        }
    }
    *list = kept;
    Ok(())
}

/// Whether `beginning` is that of a fingerprint; case and colons do not count.
fn begins_with(fingerprint: &str, beginning: &str) -> bool {
    digits(fingerprint).starts_with(&digits(beginning))
}

fn digits(fingerprint: &str) -> String {
    fingerprint.trim().replace(':', "").to_ascii_lowercase()
}

/// Says whether enough of a fingerprint is written to mean one certificate.
fn tells_apart(field: &'static str, beginning: &str) -> Result<(), OnboardingError> {
    let digits = digits(beginning);
    if digits.len() >= 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(());
    }
    let why =
        format!("{beginning:?} is not the beginning of a fingerprint: four hexadecimal digits at least");
    Err(OnboardingError::one(field, why))
}

fn with(
    list: &mut Vec<KeptCertificate>,
    field: &'static str,
    more: &[Certificate],
) -> Result<(), OnboardingError> {
    for one in more {
        if let Err(fault) = one.key() {
            return Err(OnboardingError::one(field, format!("{}: {fault}", one.subject())));
        }
        let one = keep(one);
        if !list.contains(&one) {
            list.push(one);
        }
    }
    if list.len() > CERTIFICATES_MOST {
        return Err(OnboardingError::one(field, format!("more than {CERTIFICATES_MOST} certificates")));
    }
    Ok(())
}

/// Gives a supplier a key to sign with; with two of them the older one signs until it ends or is taken away.
pub async fn add_signing_key(
    app: &App,
    supplier: &SupplierId,
    pem: &Secret,
    chain: &[Certificate],
) -> Result<(), OnboardingError> {
    let wrong = |field, reason: &str| OnboardingError::one(field, reason);
    let key = SigningKey::from_pem(pem.reveal().as_bytes(), app.entropy.source())
        .map_err(|fault| wrong("key", &fault.to_string()))?;
    let own = chain.first().ok_or_else(|| wrong("certificate", "there is none"))?;
    if chain.len() > CHAIN_MOST {
        return Err(wrong("certificate", &format!("more than {CHAIN_MOST} certificates")));
    }
    if own.key().ok().map(PublicKey::fingerprint) != Some(key.public().fingerprint()) {
        return Err(wrong("certificate", &format!("{} is the certificate of another key", own.subject())));
    }
    if let Some(problem) = own.unfit_to_sign(app.now()).filter(|_| own.valid_from() <= app.now()) {
        return Err(wrong("certificate", &problem));
    }
    let sealed = app.vault.seal(pem, SIGNING_KEY, &app.entropy).map_err(AppError::from)?;
    let identity = SigningIdentity { key: sealed, chain: chain.iter().map(keep).collect() };
    known(app, supplier).await?;
    keys(app, supplier, |list| {
        if list.iter().any(|one| one.chain.first() == identity.chain.first()) {
            return Err(wrong("certificate", "is there already"));
        }
        if list.len() >= KEYS_MOST {
            return Err(wrong("key", "there are two already: remove one first"));
        }
        list.push(identity.clone());
        Ok(())
    })
    .await
}

/// Takes a key away; refused for the last one while a connection must sign.
pub async fn remove_signing_key(
    app: &App,
    supplier: &SupplierId,
    fingerprint: &str,
) -> Result<(), OnboardingError> {
    tells_apart("fingerprint", fingerprint)?;
    known(app, supplier).await?;
    let mut needed = None;
    for (_, row) in app.store.scan(Scan::<ConnectionKey>::table()).await? {
        if row.value.supplier == *supplier && row.value.signatures.outgoing == SignatureRule::Required {
            needed = Some(row.value.id);
        }
    }
    keys(app, supplier, |list| {
        let mut found = Vec::new();
        for (place, one) in list.iter().enumerate() {
            let Some(own) = one.chain.first() else { continue };
            if begins_with(&certificate(own)?.fingerprint(), fingerprint) {
                found.push(place);
            }
        }
        match (found.as_slice(), &needed) {
            ([_], Some(connection)) if list.len() == 1 => {
                let why = format!("is the last one, and connection {connection} must sign");
                Err(OnboardingError::one("key", why))
            }
            (&[place], _) => {
                list.remove(place);
                Ok(())
            }
            ([], _) => Err(OnboardingError::one("key", format!("no certificate is {fingerprint}"))),
            _ => Err(OnboardingError::one("key", format!("{fingerprint} is the beginning of two"))),
        }
    })
    .await
}

async fn known(app: &App, supplier: &SupplierId) -> Result<(), OnboardingError> {
    match app.store.get(&SupplierKey { supplier: supplier.clone() }).await? {
        Some(_) => Ok(()),
        None => Err(OnboardingError::one("supplier", unknown_supplier(supplier))),
    }
}

async fn keys(
    app: &App,
    supplier: &SupplierId,
    edit: impl Fn(&mut Vec<SigningIdentity>) -> Result<(), OnboardingError>,
) -> Result<(), OnboardingError> {
    decided!({
        let key = SigningIdentitiesKey { supplier: supplier.clone() };
        let row = app.store.get(&key).await?;
        let version = row.as_ref().map(|row| row.version);
        let mut list = row.map(|row| row.value).unwrap_or_default();
        edit(&mut list)?;
        let mut changes = Changes::durable();
        changes.expect(&key, version).put(&key, &list);
        Ok(app.store.commit(changes).await?)
    })
}
