//! Public keys: RSA from 2 048 bits, and the curves P-256 and P-384.

use ring::{digest, signature::UnparsedPublicKey};
use x509_cert::{
    der::{Decode, Encode, asn1::UintRef, oid::ObjectIdentifier},
    spki::SubjectPublicKeyInfoOwned,
};

use super::{
    algorithm::{Family, SignatureMethod},
    pem,
};

pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(super) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
pub(super) const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Shortest RSA key that is accepted, in bits; ring verifies up to 8 192 and signs up to 4 096.
pub(super) const RSA_BITS: usize = 2048;

/// A key that is not taken, in words.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct KeyFault(pub(super) String);

/// What kind of key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKind {
    /// RSA of so many bits.
    Rsa(usize),
    /// Curve P-256.
    P256,
    /// Curve P-384.
    P384,
}

/// A public key that can verify.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    kind: KeyKind,
    /// `RSAPublicKey` or the uncompressed point, as ring wants it.
    octets: Vec<u8>,
    /// DER of the `SubjectPublicKeyInfo`: equal keys are equal octets.
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads DER of a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
    ///
    /// # Errors
    /// Keys of other kinds, and RSA keys that are too short.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyFault> {
        let fault =
            |problem: &dyn std::fmt::Display| KeyFault(format!("the public key cannot be read: {problem}"));
        let info = SubjectPublicKeyInfoOwned::from_der(der).map_err(|error| fault(&error))?;
        let spki = info.to_der().map_err(|error| fault(&error))?;
        let octets =
            info.subject_public_key.as_bytes().ok_or_else(|| fault(&"it is not made of octets"))?.to_vec();
        let curve = || info.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        let kind = match info.algorithm.oid {
            RSA => KeyKind::Rsa(modulus_bits(&octets).ok_or_else(|| fault(&"no RSA modulus"))?),
            EC if curve() == Some(P256) => KeyKind::P256,
            EC if curve() == Some(P384) => KeyKind::P384,
            EC => {
                return Err(KeyFault("elliptic curves other than P-256 and P-384 are not supported".into()));
            }
            other => return Err(KeyFault(format!("keys of the kind {other} are not supported"))),
        };
        if let KeyKind::Rsa(bits) = kind
            && bits < RSA_BITS
        {
            return Err(KeyFault(format!(
                "an RSA key of {bits} bits is too short, {RSA_BITS} are the least"
            )));
        }
        Ok(Self { kind, octets, spki })
    }

    /// Reads one `PUBLIC KEY` from PEM.
    ///
    /// # Errors
    /// No such block, or as [`Self::from_spki`].
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyFault> {
        let keys = pem::public_keys(text).map_err(KeyFault)?;
        let [one] = keys.as_slice() else {
            return Err(KeyFault(format!("{} public keys where one is expected", keys.len())));
        };
        Self::from_spki(one)
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// DER of its `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// SHA-256 of its `SubjectPublicKeyInfo`, hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(digest::digest(&digest::SHA256, &self.spki).as_ref())
    }

    pub(super) fn fits(&self, method: SignatureMethod) -> bool {
        match self.kind {
            KeyKind::Rsa(_) => method.family() == Family::Rsa,
            KeyKind::P256 => method == SignatureMethod::EcdsaP256Sha256,
            KeyKind::P384 => method == SignatureMethod::EcdsaP384Sha384,
        }
    }

    pub(super) fn verifies(&self, method: SignatureMethod, signed: &[u8], value: &[u8]) -> bool {
        self.fits(method)
            && method.verification().is_some_and(|verification| {
                UnparsedPublicKey::new(verification, &self.octets).verify(signed, value).is_ok()
            })
    }
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA, {bits} bits"),
            Self::P256 => f.write_str("ECDSA, P-256"),
            Self::P384 => f.write_str("ECDSA, P-384"),
        }
    }
}

/// Bits of the modulus of an `RSAPublicKey` (RFC 8017 A.1.1).
fn modulus_bits(der: &[u8]) -> Option<usize> {
    let numbers = Vec::<UintRef<'_>>::from_der(der).ok()?;
    let modulus = numbers.first()?.as_bytes();
    let unused = modulus.first()?.leading_zeros();
    Some(modulus.len() * 8 - usize::try_from(unused).ok()?)
}

/// `0A:FF:…`
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}
