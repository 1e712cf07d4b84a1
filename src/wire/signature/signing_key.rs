//! Private keys that sign: RSA of 2 048 to 4 096 bits, P-256, P-384.

use ring::{
    rand::SecureRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
        ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RsaKeyPair,
    },
};
use rustls_pki_types::pem::SectionKind;
use x509_cert::{
    der::{
        Any, Encode,
        asn1::{BitString, Null},
        oid::ObjectIdentifier,
    },
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
};
use zeroize::Zeroizing;

use super::{
    algorithm::SignatureMethod,
    key::{EC, KeyKind, P256, P384, PublicKey, RSA},
    pem,
};

/// Why a private key cannot be used, in words.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct SigningKeyFault(pub(super) String);

/// An elliptic curve.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Curve {
    P256,
    P384,
}

/// A private key.
pub struct SigningKey {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    /// `fixed` makes `r ‖ s` as XML has it, `asn1` what certificates have.
    Ecdsa {
        fixed: Box<EcdsaKeyPair>,
        asn1: Box<EcdsaKeyPair>,
    },
}

impl SigningKey {
    /// A new key: the text of a PKCS#8 PEM file.
    ///
    /// Of RSA keys ring can make none: `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072` does.
    ///
    /// # Errors
    /// The randomness fails.
    pub fn generate(curve: Curve, random: &dyn SecureRandom) -> Result<Zeroizing<String>, SigningKeyFault> {
        let algorithm = match curve {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        };
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, random)
            .map_err(|_| SigningKeyFault("no key could be made: no randomness".into()))?;
        Ok(Zeroizing::new(pem::block("PRIVATE KEY", made.as_ref())))
    }

    /// Reads the one private key of a PEM text: PKCS#8, or PKCS#1 for RSA.
    ///
    /// # Errors
    /// None, several, an encrypted one, or one of a kind or length that is not taken.
    pub fn from_pem(text: &[u8], random: &dyn SecureRandom) -> Result<Self, SigningKeyFault> {
        let fault = |problem: &str| SigningKeyFault(problem.to_owned());
        let blocks = pem::all(text).map_err(SigningKeyFault)?;
        let mut keys = blocks.into_iter().filter(|(kind, _)| {
            matches!(kind, SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey)
        });
        let Some((kind, der)) = keys.next() else {
            let encrypted = text.windows(9).any(|window| window == b"ENCRYPTED");
            return Err(fault(if encrypted {
                "the private key is encrypted; take the password off with `openssl pkey -in FILE`, and guard the file"
            } else {
                "there is no private key in it"
            }));
        };
        let der = Zeroizing::new(der);
        if keys.next().is_some() {
            return Err(fault("there is more than one private key in it"));
        }
        match kind {
            SectionKind::PrivateKey => Self::from_pkcs8(&der, random),
            SectionKind::RsaPrivateKey => {
                Self::rsa(RsaKeyPair::from_der(&der).map_err(|error| rejected(&error))?)
            }
            _ => Err(fault(
                "this is an EC key in its own format; make PKCS#8 of it with `openssl pkcs8 -topk8 -nocrypt -in FILE`",
            )),
        }
    }

    fn from_pkcs8(der: &[u8], random: &dyn SecureRandom) -> Result<Self, SigningKeyFault> {
        let curves = [
            (&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDSA_P256_SHA256_ASN1_SIGNING, P256),
            (&ECDSA_P384_SHA384_FIXED_SIGNING, &ECDSA_P384_SHA384_ASN1_SIGNING, P384),
        ];
        for (fixed, asn1, curve) in curves {
            let load = |algorithm: &'static EcdsaSigningAlgorithm| {
                EcdsaKeyPair::from_pkcs8(algorithm, der, random).map(Box::new)
            };
            if let Ok(fixed) = load(fixed) {
                let public = public(EC, &curve, fixed.public_key().as_ref())?;
                let asn1 = load(asn1).map_err(|error| rejected(&error))?;
                return Ok(Self { pair: Pair::Ecdsa { fixed, asn1 }, public });
            }
        }
        Self::rsa(RsaKeyPair::from_pkcs8(der).map_err(|error| rejected(&error))?)
    }

    fn rsa(pair: RsaKeyPair) -> Result<Self, SigningKeyFault> {
        let public = public(RSA, &Null, pair.public().as_ref())?;
        Ok(Self { pair: Pair::Rsa(Box::new(pair)), public })
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// What it signs with unless something else is asked for.
    #[must_use]
    pub fn usual_method(&self) -> SignatureMethod {
        match self.public.kind() {
            KeyKind::Rsa(_) => SignatureMethod::RsaSha256,
            KeyKind::P256 => SignatureMethod::EcdsaP256Sha256,
            KeyKind::P384 => SignatureMethod::EcdsaP384Sha384,
        }
    }

    /// A signature value as XML has it.
    ///
    /// # Errors
    /// The method is not for this key, or the randomness fails.
    pub(super) fn sign(
        &self,
        method: SignatureMethod,
        octets: &[u8],
        random: &dyn SecureRandom,
    ) -> Result<Vec<u8>, SigningKeyFault> {
        let failed = || SigningKeyFault("the key could not sign: no randomness".into());
        match (&self.pair, method.rsa_encoding()) {
            (Pair::Rsa(pair), Some(encoding)) => {
                let mut value = vec![0; pair.public().modulus_len()];
                pair.sign(encoding, random, octets, &mut value).map_err(|_| failed())?;
                Ok(value)
            }
            (Pair::Ecdsa { fixed, .. }, None) if self.public.fits(method) => {
                Ok(fixed.sign(random, octets).map_err(|_| failed())?.as_ref().to_vec())
            }
            _ => Err(SigningKeyFault(format!(
                "a key of the kind {} cannot sign by {}",
                self.public.kind(),
                method.name()
            ))),
        }
    }

    /// A signature value as certificates have it, made by the usual method.
    pub(super) fn sign_asn1(
        &self,
        octets: &[u8],
        random: &dyn SecureRandom,
    ) -> Result<Vec<u8>, SigningKeyFault> {
        match &self.pair {
            Pair::Rsa(_) => self.sign(self.usual_method(), octets, random),
            Pair::Ecdsa { asn1, .. } => asn1
                .sign(random, octets)
                .map(|value| value.as_ref().to_vec())
                .map_err(|_| SigningKeyFault("the key could not sign: no randomness".into())),
        }
    }
}

fn rejected(error: &ring::error::KeyRejected) -> SigningKeyFault {
    SigningKeyFault(format!(
        "the private key is not taken ({error}); RSA of 2048 to 4096 bits, P-256 and P-384 are"
    ))
}

fn public(
    algorithm: ObjectIdentifier,
    parameters: &(impl x509_cert::der::EncodeValue + x509_cert::der::Tagged),
    octets: &[u8],
) -> Result<PublicKey, SigningKeyFault> {
    let fault =
        |problem: &dyn std::fmt::Display| SigningKeyFault(format!("the private key is not taken: {problem}"));
    let info = SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned {
            oid: algorithm,
            parameters: Some(Any::encode_from(parameters).map_err(|error| fault(&error))?),
        },
        subject_public_key: BitString::from_bytes(octets).map_err(|error| fault(&error))?,
    };
    PublicKey::from_spki(&info.to_der().map_err(|error| fault(&error))?).map_err(|error| fault(&error))
}
