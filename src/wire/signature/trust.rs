//! Whom we believe. What a document says about its own key is a hint where to look and never a reason.

use std::time::Duration;

use jiff::Timestamp;
use ring::hmac;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, VerifiedPath,
    anchor_from_trusted_cert,
};
use zeroize::Zeroizing;

use super::{
    algorithm::{Family, SignatureMethod},
    certificate::Certificate,
    key::{KeyFault, PublicKey},
    read::Signature,
    refused::{Refused, RefusedKind},
};

/// Keys that are tried for a signature that names none.
const CANDIDATES: usize = 16;

/// Whose signatures are accepted: pinned certificates and keys, authorities, and named secrets.
#[derive(Clone, Default)]
pub struct Trust {
    pins: Vec<Pin>,
    anchors: Vec<Certificate>,
    secrets: Vec<Zeroizing<Vec<u8>>>,
}

#[derive(Clone)]
enum Pin {
    Certificate(Certificate),
    Key(PublicKey),
}

/// Who signed, and why that is believed.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The certificate that names the signer; `None` where a bare key or a secret is pinned.
    pub certificate: Option<Certificate>,
    /// Why it is believed.
    pub reason: Vouched,
}

/// Why a key is believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Vouched {
    /// The certificate is pinned.
    PinnedCertificate,
    /// The key is pinned; its fingerprint.
    PinnedKey(String),
    /// A chain leads to this authority.
    Authority(String),
    /// Both sides know the secret.
    Secret,
}

/// A key that may have made a signature, and who that would be.
pub(super) struct Candidate<'t> {
    key: VerifyingKey<'t>,
    pub(super) signer: Signer,
}

enum VerifyingKey<'t> {
    Public(PublicKey),
    Secret(&'t [u8]),
}

impl Trust {
    /// Believes what this certificate's key signs while the certificate is valid.
    pub fn pin(&mut self, certificate: Certificate) {
        self.pins.push(Pin::Certificate(certificate));
    }

    /// Believes what this key signs.
    pub fn pin_key(&mut self, key: PublicKey) {
        self.pins.push(Pin::Key(key));
    }

    /// Believes whom this authority vouches for.
    pub fn anchor(&mut self, certificate: Certificate) {
        self.anchors.push(certificate);
    }

    /// Believes whoever knows this secret: HMAC is accepted for it.
    pub fn secret(&mut self, secret: &[u8]) {
        self.secrets.push(Zeroizing::new(secret.to_vec()));
    }

    /// Whether nobody is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pins.is_empty() && self.anchors.is_empty() && self.secrets.is_empty()
    }

    /// Keys that may have made `signature` and are believed at `now`; at least one.
    pub(super) fn candidates(
        &self,
        signature: &Signature<'_>,
        now: Timestamp,
    ) -> Result<Vec<Candidate<'_>>, Refused> {
        let at = signature.key_info.unwrap_or(signature.element);
        let refuse = |problem: String| RefusedKind::Trust(problem).at(at);
        if signature.method.family() == Family::Hmac {
            if self.secrets.is_empty() {
                return Err(refuse("a MAC proves nothing here: no secret is named".into()));
            }
            return Ok(self
                .secrets
                .iter()
                .take(CANDIDATES)
                .map(|secret| Candidate::secret(secret))
                .collect());
        }
        let fits = |key: &PublicKey| {
            if key.fits(signature.method) {
                return Ok(());
            }
            let (kind, method) = (key.kind(), signature.method.name());
            Err(RefusedKind::Key(format!("a key of the kind {kind} cannot have signed by {method}")).at(at))
        };
        // The usual case needs no certificate to be read.
        if let [only] = signature.certificates.as_slice()
            && let Some(pin) = self.pins.iter().find(|pin| pin.is(only))
        {
            fits(pin.key().map_err(|fault| RefusedKind::Key(fault.to_string()).at(at))?)?;
            return Ok(vec![pin.candidate(None, now).map_err(refuse)?]);
        }
        let certificates = certificates(signature)?;
        let Some(leaf) = leaf(&certificates) else {
            return self.every_pin(signature.method, now).map_err(refuse);
        };
        let key = leaf.key().map_err(|fault| RefusedKind::Key(fault.to_string()).at(at))?;
        fits(key)?;
        if let Some(pin) = self.pins.iter().find(|pin| pin.spki() == leaf.spki()) {
            return Ok(vec![pin.candidate(Some(leaf), now).map_err(refuse)?]);
        }
        if self.anchors.is_empty() {
            return Err(refuse(format!("the certificate of {} is not pinned", leaf.subject())));
        }
        let anchor = self.chain(leaf, &certificates, now).map_err(refuse)?;
        let signer = Signer { certificate: Some(leaf.clone()), reason: Vouched::Authority(anchor) };
        Ok(vec![Candidate { key: VerifyingKey::Public(key.clone()), signer }])
    }

    /// For a signature that does not name its key: every pinned key that fits.
    fn every_pin(&self, method: SignatureMethod, now: Timestamp) -> Result<Vec<Candidate<'_>>, String> {
        let mut found = Vec::new();
        let mut problem = "the signature names no certificate, and no pinned key fits it".to_owned();
        let fitting = self.pins.iter().filter(|pin| pin.key().is_ok_and(|key| key.fits(method)));
        for pin in fitting.take(CANDIDATES) {
            match pin.candidate(None, now) {
                Ok(candidate) => found.push(candidate),
                Err(reason) => problem = reason,
            }
        }
        if found.is_empty() { Err(problem) } else { Ok(found) }
    }

    /// Leads `leaf` to an authority of ours; its name.
    fn chain(&self, leaf: &Certificate, others: &[Certificate], now: Timestamp) -> Result<String, String> {
        let unfit = |problem: webpki::Error| explain(leaf, &problem);
        if let Some(problem) = leaf.unfit_to_sign(now) {
            return Err(problem);
        }
        let der: Vec<_> = self.anchors.iter().map(|anchor| CertificateDer::from(anchor.der())).collect();
        let timely = der.iter().zip(&self.anchors).filter(|(_, anchor)| anchor.untimely(now).is_none());
        let anchors: Vec<_> = timely
            .map(|(der, anchor)| {
                anchor_from_trusted_cert(der)
                    .map(|trusted| (trusted, anchor))
                    .map_err(|problem| explain(anchor, &problem))
            })
            .collect::<Result<_, _>>()?;
        if anchors.is_empty() {
            return Err("no authority that is believed is valid at this time".into());
        }
        let trusted: Vec<_> = anchors.iter().map(|(trusted, _)| trusted.clone()).collect();
        let others: Vec<_> = others.iter().map(|other| CertificateDer::from(other.der())).collect();
        let seconds = u64::try_from(now.as_second()).map_err(|_| "the time lies before 1970".to_owned())?;
        let leaf_der = CertificateDer::from(leaf.der());
        let end = EndEntityCert::try_from(&leaf_der).map_err(unfit)?;
        let path = end
            .verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &trusted,
                &others,
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                Purposes,
                None,
                Some(&may_issue),
            )
            .map_err(unfit)?;
        let subject = path.anchor().subject.as_ref();
        let anchor = anchors.iter().find(|(trusted, _)| trusted.subject.as_ref() == subject);
        let anchor = anchor.map(|(_, anchor)| *anchor).ok_or("the authority is not one of ours")?;
        match anchor.unfit_to_issue() {
            Some(problem) => Err(problem),
            None => Ok(anchor.subject().to_owned()),
        }
    }
}

impl Pin {
    /// Whether this very certificate is pinned.
    fn is(&self, der: &[u8]) -> bool {
        matches!(self, Self::Certificate(certificate) if certificate.der() == der)
    }

    fn spki(&self) -> &[u8] {
        match self {
            Self::Certificate(certificate) => certificate.spki(),
            Self::Key(key) => key.spki(),
        }
    }

    fn key(&self) -> Result<&PublicKey, &KeyFault> {
        match self {
            Self::Certificate(certificate) => certificate.key(),
            Self::Key(key) => Ok(key),
        }
    }

    /// `named`: the certificate in the document that has this key.
    fn candidate(&self, named: Option<&Certificate>, now: Timestamp) -> Result<Candidate<'static>, String> {
        let key = self.key().map_err(ToString::to_string)?;
        let signer = match self {
            Self::Certificate(certificate) => {
                if let Some(problem) = certificate.unfit_to_sign(now) {
                    return Err(problem);
                }
                Signer { certificate: Some(certificate.clone()), reason: Vouched::PinnedCertificate }
            }
            Self::Key(key) => {
                Signer { certificate: named.cloned(), reason: Vouched::PinnedKey(key.fingerprint()) }
            }
        };
        Ok(Candidate { key: VerifyingKey::Public(key.clone()), signer })
    }
}

impl<'t> Candidate<'t> {
    fn secret(secret: &'t [u8]) -> Self {
        Self {
            key: VerifyingKey::Secret(secret),
            signer: Signer { certificate: None, reason: Vouched::Secret },
        }
    }

    pub(super) fn verifies(&self, method: SignatureMethod, signed: &[u8], value: &[u8]) -> bool {
        match &self.key {
            VerifyingKey::Public(key) => key.verifies(method, signed, value),
            VerifyingKey::Secret(secret) => method.hmac().is_some_and(|algorithm| {
                hmac::verify(&hmac::Key::new(algorithm, secret), signed, value).is_ok()
            }),
        }
    }
}

impl std::fmt::Display for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.certificate, &self.reason) {
            (Some(certificate), _) => f.write_str(certificate.subject()),
            (None, Vouched::PinnedKey(fingerprint)) => write!(f, "the key {fingerprint}"),
            (None, _) => f.write_str("the holder of the secret"),
        }
    }
}

impl std::fmt::Display for Vouched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PinnedCertificate => f.write_str("the certificate is pinned"),
            Self::PinnedKey(_) => f.write_str("the key is pinned"),
            Self::Authority(name) => write!(f, "the authority {name} is trusted"),
            Self::Secret => f.write_str("the secret is shared"),
        }
    }
}

/// Certificates that a signature carries; one that cannot be read refuses, since it may be the one that counts.
fn certificates(signature: &Signature<'_>) -> Result<Vec<Certificate>, Refused> {
    let read = |der: &Vec<u8>| {
        Certificate::from_der(der).map_err(|fault| {
            RefusedKind::Key(fault.to_string()).at(signature.key_info.unwrap_or(signature.element))
        })
    };
    signature.certificates.iter().map(read).collect()
}

/// The certificate of the signer among those of a chain in any order: the one that issued none of the others.
fn leaf(certificates: &[Certificate]) -> Option<&Certificate> {
    let issued = |candidate: &Certificate| {
        certificates
            .iter()
            .any(|other| other.issuer() == candidate.subject() && other.der() != candidate.der())
    };
    certificates.iter().find(|candidate| !issued(candidate)).or_else(|| certificates.first())
}

/// Purposes of certificates (`ExtendedKeyUsage`) that a signature on a document may have; a certificate without any may do all.
struct Purposes;

impl Purposes {
    const ACCEPTED: [&'static [usize]; 6] = [
        &[2, 5, 29, 37, 0],                  // any
        &[1, 3, 6, 1, 5, 5, 7, 3, 2],        // TLS client: how business partners usually identify themselves
        &[1, 3, 6, 1, 5, 5, 7, 3, 4],        // e-mail protection
        &[1, 3, 6, 1, 5, 5, 7, 3, 36],       // document signing, RFC 9336
        &[1, 3, 6, 1, 4, 1, 311, 10, 3, 12], // the same, Microsoft
        &[1, 2, 840, 113_583, 1, 1, 5],      // the same, Adobe
    ];
}

impl ExtendedKeyUsageValidator for Purposes {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        let mut any = false;
        for purpose in purposes {
            any = true;
            let purpose = purpose?.to_decoded_oid();
            if Self::ACCEPTED.contains(&purpose.as_slice()) {
                return Ok(());
            }
        }
        if any {
            return Err(webpki::Error::RequiredEkuNotFoundContext(webpki::RequiredEkuNotFoundContext {
                required: webpki::KeyUsage::client_auth(),
                present: Vec::new(),
            }));
        }
        Ok(())
    }
}

/// Refuses paths over certificates whose key usage forbids issuing others, which webpki does not look at.
fn may_issue(path: &VerifiedPath<'_>) -> Result<(), webpki::Error> {
    for certificate in path.intermediate_certificates() {
        let certificate = Certificate::from_der(&certificate.der()).map_err(|_| webpki::Error::BadDer)?;
        if certificate.unfit_to_issue().is_some() {
            return Err(webpki::Error::UnknownIssuer);
        }
    }
    Ok(())
}

fn explain(certificate: &Certificate, problem: &webpki::Error) -> String {
    let subject = certificate.subject();
    match problem {
        webpki::Error::UnknownIssuer => {
            format!(
                "no chain leads from {subject}, issued by {}, to an authority that is believed",
                certificate.issuer()
            )
        }
        webpki::Error::CaUsedAsEndEntity => {
            format!("{subject} is an authority, which signs certificates and not documents")
        }
        webpki::Error::RequiredEkuNotFoundContext(_) => {
            format!("the certificate of {subject} is made for other purposes than signing documents")
        }
        webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => {
            format!("a certificate between {subject} and the authority is not valid at this time")
        }
        other => format!("the chain of {subject} does not hold: {other:?}"),
    }
}
