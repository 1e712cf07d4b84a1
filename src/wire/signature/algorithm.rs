//! Algorithms by their URIs (XML Signature 1.1 §6, RFC 9231): closed lists, whatever else there is in the world is refused.

use ring::{
    digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512},
    hmac,
    signature::{
        self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    },
};

/// `DigestMethod`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum DigestMethod {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl DigestMethod {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Sha1, "http://www.w3.org/2000/09/xmldsig#sha1"),
        (Self::Sha256, "http://www.w3.org/2001/04/xmlenc#sha256"),
        (Self::Sha384, "http://www.w3.org/2001/04/xmldsig-more#sha384"),
        (Self::Sha512, "http://www.w3.org/2001/04/xmlenc#sha512"),
    ];

    pub(super) fn of(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == uri).map(|(method, _)| method)
    }

    /// Its URI.
    #[must_use]
    pub fn uri(self) -> &'static str {
        Self::ALL.into_iter().find(|(method, _)| *method == self).map_or("", |(_, uri)| uri)
    }

    pub(super) fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        }
    }
}

/// `SignatureMethod`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SignatureMethod {
    RsaSha1,
    RsaSha256,
    RsaSha384,
    RsaSha512,
    RsaPssSha256,
    RsaPssSha384,
    RsaPssSha512,
    EcdsaP256Sha256,
    EcdsaP384Sha384,
    HmacSha1,
    HmacSha256,
    HmacSha384,
    HmacSha512,
}

/// Which keys a method takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Family {
    Rsa,
    Ecdsa,
    Hmac,
}

impl SignatureMethod {
    /// With their short names, for the command line and reports.
    const ALL: [(Self, &'static str, &'static str); 13] = [
        (Self::RsaSha1, "rsa-sha1", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (Self::RsaSha256, "rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        (Self::RsaSha384, "rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"),
        (Self::RsaSha512, "rsa-sha512", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
        (Self::RsaPssSha256, "rsa-pss-sha256", "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"),
        (Self::RsaPssSha384, "rsa-pss-sha384", "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1"),
        (Self::RsaPssSha512, "rsa-pss-sha512", "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"),
        (Self::EcdsaP256Sha256, "ecdsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
        (Self::EcdsaP384Sha384, "ecdsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"),
        (Self::HmacSha1, "hmac-sha1", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        (Self::HmacSha256, "hmac-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        (Self::HmacSha384, "hmac-sha384", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384"),
        (Self::HmacSha512, "hmac-sha512", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512"),
    ];

    pub(super) fn of(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, _, known)| *known == uri).map(|(method, ..)| method)
    }

    /// The method with this short name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(method, ..)| method)
    }

    /// Its short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(method, ..)| *method == self).map_or("", |(_, name, _)| name)
    }

    /// Its URI.
    #[must_use]
    pub fn uri(self) -> &'static str {
        Self::ALL.into_iter().find(|(method, ..)| *method == self).map_or("", |(.., uri)| uri)
    }

    /// The digest of the same strength, for what a signature of ours refers to.
    pub(super) const fn digest(self) -> DigestMethod {
        match self {
            Self::RsaSha1 | Self::HmacSha1 => DigestMethod::Sha1,
            Self::RsaSha256 | Self::RsaPssSha256 | Self::EcdsaP256Sha256 | Self::HmacSha256 => {
                DigestMethod::Sha256
            }
            Self::RsaSha384 | Self::RsaPssSha384 | Self::EcdsaP384Sha384 | Self::HmacSha384 => {
                DigestMethod::Sha384
            }
            Self::RsaSha512 | Self::RsaPssSha512 | Self::HmacSha512 => DigestMethod::Sha512,
        }
    }

    pub(super) const fn is_sha1(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::HmacSha1)
    }

    pub(super) const fn family(self) -> Family {
        match self {
            Self::RsaSha1
            | Self::RsaSha256
            | Self::RsaSha384
            | Self::RsaSha512
            | Self::RsaPssSha256
            | Self::RsaPssSha384
            | Self::RsaPssSha512 => Family::Rsa,
            Self::EcdsaP256Sha256 | Self::EcdsaP384Sha384 => Family::Ecdsa,
            Self::HmacSha1 | Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512 => Family::Hmac,
        }
    }

    /// How a public key verifies; `None` for a MAC. ECDSA values are `r ‖ s` at full length (XML Signature §6.4.3).
    pub(super) fn verification(self) -> Option<&'static dyn signature::VerificationAlgorithm> {
        Some(match self {
            Self::RsaSha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Self::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::RsaSha384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::RsaSha512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::RsaPssSha256 => &RSA_PSS_2048_8192_SHA256,
            Self::RsaPssSha384 => &RSA_PSS_2048_8192_SHA384,
            Self::RsaPssSha512 => &RSA_PSS_2048_8192_SHA512,
            Self::EcdsaP256Sha256 => &ECDSA_P256_SHA256_FIXED,
            Self::EcdsaP384Sha384 => &ECDSA_P384_SHA384_FIXED,
            Self::HmacSha1 | Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512 => return None,
        })
    }

    /// How a private RSA key signs; `None` for other keys and for SHA-1, which is never used to sign.
    pub(super) fn rsa_encoding(self) -> Option<&'static dyn signature::RsaEncoding> {
        Some(match self {
            Self::RsaSha256 => &signature::RSA_PKCS1_SHA256,
            Self::RsaSha384 => &signature::RSA_PKCS1_SHA384,
            Self::RsaSha512 => &signature::RSA_PKCS1_SHA512,
            Self::RsaPssSha256 => &signature::RSA_PSS_SHA256,
            Self::RsaPssSha384 => &signature::RSA_PSS_SHA384,
            Self::RsaPssSha512 => &signature::RSA_PSS_SHA512,
            _ => return None,
        })
    }

    pub(super) fn hmac(self) -> Option<hmac::Algorithm> {
        Some(match self {
            Self::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::HmacSha256 => hmac::HMAC_SHA256,
            Self::HmacSha384 => hmac::HMAC_SHA384,
            Self::HmacSha512 => hmac::HMAC_SHA512,
            _ => return None,
        })
    }
}
