//! Certificate requests (PKCS#10, RFC 2986) and certificates that a key makes for itself (RFC 5280).

use std::{str::FromStr, time::Duration};

use jiff::Timestamp;
use ring::rand::SecureRandom;
use x509_cert::{
    der::{
        Any, DateTime, Decode, Encode, EncodeValue, FixedTag,
        asn1::{BitString, Null, OctetString, SetOfVec, UtcTime},
        oid::{AssociatedOid, ObjectIdentifier},
    },
    ext::{
        Extension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
    name::Name,
    request::{CertReq, CertReqInfo, Version},
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
    time::{Time, Validity},
};

use super::{key::KeyKind, pem, signing_key::SigningKey};

/// Why nothing could be made, in words.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct RequestFault(String);

fn fault(problem: impl std::fmt::Display) -> RequestFault {
    RequestFault(problem.to_string())
}

/// A request for a certificate, as PEM.
///
/// `subject`: `CN=signing.acme.example,O=Acme,C=DE` (RFC 4514).
///
/// # Errors
/// The subject cannot be read.
pub fn certificate_request(
    key: &SigningKey,
    subject: &str,
    random: &dyn SecureRandom,
) -> Result<String, RequestFault> {
    let info = CertReqInfo {
        version: Version::V1,
        subject: name(subject)?,
        public_key: public_key(key)?,
        attributes: SetOfVec::new(),
    };
    let signed = info.to_der().map_err(fault)?;
    let value = key.sign_asn1(&signed, random).map_err(fault)?;
    let request = CertReq {
        info,
        algorithm: algorithm(key)?,
        signature: BitString::from_bytes(&value).map_err(fault)?,
    };
    Ok(pem::block("CERTIFICATE REQUEST", &request.to_der().map_err(fault)?))
}

/// A certificate that the key vouches for itself, as PEM: for peers that pin certificates instead of following chains.
///
/// # Errors
/// The subject cannot be read, or the days lead beyond what certificates can say.
pub fn self_signed(
    key: &SigningKey,
    subject: &str,
    from: Timestamp,
    days: u32,
    random: &dyn SecureRandom,
) -> Result<String, RequestFault> {
    let name = name(subject)?.to_der().map_err(fault)?;
    let mut serial = [0; 16];
    random.fill(&mut serial).map_err(|_| fault("no randomness"))?;
    serial[0] = (serial[0] & 0x7F) | 0x40; // positive, and always of full length
    let from = u64::try_from(from.as_second()).map_err(|_| fault("the time lies before 1970"))?;
    let validity: Validity =
        Validity::new(time(from)?, time(from.saturating_add(u64::from(days) * 24 * 60 * 60))?);
    let extensions = vec![
        extension(&BasicConstraints { ca: false, path_len_constraint: None })?,
        extension(&KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation))?,
    ];
    let algorithm = algorithm(key)?.to_der().map_err(fault)?;
    // TBSCertificate, RFC 5280 §4.1
    let body = sequence(&[
        &tagged(0xA0, &[0x02, 0x01, 0x02]), // version 3
        &tagged(0x02, &serial),
        &algorithm,
        &name,
        &validity.to_der().map_err(fault)?,
        &name,
        key.public().spki(),
        &tagged(0xA3, &extensions.to_der().map_err(fault)?),
    ]);
    let value = key.sign_asn1(&body, random).map_err(fault)?;
    let value = BitString::from_bytes(&value).and_then(|value| value.to_der()).map_err(fault)?;
    Ok(pem::block("CERTIFICATE", &sequence(&[&body, &algorithm, &value])))
}

fn name(subject: &str) -> Result<Name, RequestFault> {
    let name = Name::from_str(subject).map_err(|_| {
        fault(format!("{subject:?} is not a name such as CN=signing.acme.example,O=Acme,C=DE"))
    })?;
    if name.is_empty() { Err(fault("the subject is empty")) } else { Ok(name) }
}

fn public_key(key: &SigningKey) -> Result<SubjectPublicKeyInfoOwned, RequestFault> {
    SubjectPublicKeyInfoOwned::from_der(key.public().spki()).map_err(fault)
}

/// What [`SigningKey::sign_asn1`] uses (RFC 4055, RFC 5758).
fn algorithm(key: &SigningKey) -> Result<AlgorithmIdentifierOwned, RequestFault> {
    let (oid, parameters) = match key.public().kind() {
        KeyKind::Rsa(_) => {
            ("1.2.840.113549.1.1.11", Some(Any::encode_from(&Null).map_err(fault)?)) // sha256WithRSAEncryption
        }
        KeyKind::P256 => ("1.2.840.10045.4.3.2", None), // ecdsa-with-SHA256
        KeyKind::P384 => ("1.2.840.10045.4.3.3", None), // ecdsa-with-SHA384
    };
    Ok(AlgorithmIdentifierOwned { oid: ObjectIdentifier::new(oid).map_err(fault)?, parameters })
}

fn extension<T: AssociatedOid + EncodeValue + FixedTag>(value: &T) -> Result<Extension, RequestFault> {
    let octets = OctetString::new(value.to_der().map_err(fault)?).map_err(fault)?;
    Ok(Extension { extn_id: T::OID, critical: true, extn_value: octets })
}

/// `UTCTime` until 2049, `GeneralizedTime` from then on (RFC 5280 §4.1.2.5).
fn time(seconds: u64) -> Result<Time, RequestFault> {
    let since_1970 = Duration::from_secs(seconds);
    match UtcTime::from_unix_duration(since_1970) {
        Ok(time) => Ok(Time::UtcTime(time)),
        Err(_) => Ok(Time::GeneralTime(DateTime::from_unix_duration(since_1970).map_err(fault)?.into())),
    }
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, &parts.concat())
}

/// One value of DER: tag, length, content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    if let Ok(short @ ..0x80) = u8::try_from(content.len()) {
        out.push(short);
    } else {
        let digits = content.len().to_be_bytes().into_iter().skip_while(|octet| *octet == 0);
        let digits: Vec<u8> = digits.collect();
        out.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
        out.extend(digits);
    }
    out.extend_from_slice(content);
    out
}
