//! X.509 certificates, as far as signatures need them (RFC 5280).

use jiff::Timestamp;
use ring::digest;
use x509_cert::{
    certificate::Certificate as X509,
    der::{Decode, Encode},
    ext::pkix::{BasicConstraints, KeyUsage},
    time::Time,
};

use super::{
    key::{KeyFault, PublicKey, hex},
    pem,
};

/// A certificate that cannot be read, in words.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct CertificateFault(String);

/// One certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    subject: String,
    issuer: String,
    serial: Vec<u8>,
    valid_from: Timestamp,
    valid_until: Timestamp,
    key: Result<PublicKey, KeyFault>,
    spki: Vec<u8>,
    usage: Option<KeyUsage>,
    is_authority: bool,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// What is not a certificate. A key that cannot verify is told by [`Self::key`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateFault> {
        let fault = |problem: &dyn std::fmt::Display| {
            CertificateFault(format!("the certificate cannot be read: {problem}"))
        };
        let read = X509::from_der(der).map_err(|error| fault(&error))?;
        let body = read.tbs_certificate();
        let spki = body.subject_public_key_info().to_der().map_err(|error| fault(&error))?;
        let usage = body.get_extension::<KeyUsage>().map_err(|error| fault(&error))?;
        let constraints = body.get_extension::<BasicConstraints>().map_err(|error| fault(&error))?;
        Ok(Self {
            der: der.to_vec(),
            subject: body.subject().to_string(),
            issuer: body.issuer().to_string(),
            serial: body.serial_number().as_bytes().to_vec(),
            valid_from: timestamp(body.validity().not_before).ok_or_else(|| fault(&"its first day"))?,
            valid_until: timestamp(body.validity().not_after).ok_or_else(|| fault(&"its last day"))?,
            key: PublicKey::from_spki(&spki),
            spki,
            usage: usage.map(|(_, usage)| usage),
            is_authority: constraints.is_some_and(|(_, constraints)| constraints.ca),
        })
    }

    /// Reads every certificate of a PEM text, at least one; or one as DER.
    ///
    /// # Errors
    /// None in it, or one that cannot be read.
    pub fn all_from(octets: &[u8]) -> Result<Vec<Self>, CertificateFault> {
        if octets.first() == Some(&0x30) {
            return Ok(vec![Self::from_der(octets)?]);
        }
        let found = pem::certificates(octets).map_err(CertificateFault)?;
        if found.is_empty() {
            return Err(CertificateFault("there is no certificate in it".into()));
        }
        found.iter().map(|der| Self::from_der(der)).collect()
    }

    /// As received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// As PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        pem::block("CERTIFICATE", &self.der)
    }

    /// Whose it is: `CN=…,O=…` (RFC 4514).
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who vouches for it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its serial number, decimal as `XAdES` writes it.
    #[must_use]
    pub fn serial(&self) -> String {
        decimal(&self.serial)
    }

    /// First instant at which it is valid.
    #[must_use]
    pub fn valid_from(&self) -> Timestamp {
        self.valid_from
    }

    /// Last instant at which it is valid.
    #[must_use]
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// Its key, if it is one that can verify.
    pub fn key(&self) -> Result<&PublicKey, &KeyFault> {
        self.key.as_ref()
    }

    /// SHA-256 of the whole, hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(digest::digest(&digest::SHA256, &self.der).as_ref())
    }

    /// Whether it says to be an authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.is_authority
    }

    pub(super) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Why it cannot vouch for documents at `now`, if so.
    #[must_use]
    pub fn unfit_to_sign(&self, now: Timestamp) -> Option<String> {
        self.untimely(now).or_else(|| {
            let usage = self.usage.as_ref()?;
            let signs = usage.digital_signature() || usage.non_repudiation();
            (!signs).then(|| format!("the key usage of {} allows no signatures", self.subject))
        })
    }

    /// Why it cannot vouch for other certificates, if its key usage says so.
    pub(super) fn unfit_to_issue(&self) -> Option<String> {
        let usage = self.usage.as_ref()?;
        (!usage.key_cert_sign())
            .then(|| format!("the key usage of {} allows no certificates to be issued", self.subject))
    }

    pub(super) fn untimely(&self, now: Timestamp) -> Option<String> {
        if now < self.valid_from {
            return Some(format!("the certificate of {} is valid from {} on", self.subject, self.valid_from));
        }
        if now > self.valid_until {
            return Some(format!("the certificate of {} expired at {}", self.subject, self.valid_until));
        }
        None
    }
}

fn timestamp(time: Time) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
}

/// A big-endian number in decimal digits.
fn decimal(octets: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new(); // least significant first
    for &octet in octets {
        let mut carry = u32::from(octet);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap_or_default();
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or_default());
            carry /= 10;
        }
    }
    if digits.is_empty() {
        return "0".to_owned();
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_decimal() {
        assert_eq!(decimal(&[0]), "0");
        assert_eq!(decimal(&[1, 0]), "256");
        assert_eq!(decimal(&[0xFF; 8]), u64::MAX.to_string());
        assert_eq!(decimal(&[0, 0x01, 0x23, 0x45, 0x67, 0x89]), 0x0001_2345_6789_u64.to_string());
    }
}
