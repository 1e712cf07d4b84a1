//! Sealing what must be read again: shared secrets and keys, under the key of this installation.

use std::{
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};
use zeroize::Zeroizing;

use crate::{flow::secret::Secret, model::party::Sealed};

use super::entropy::{Entropy, NoEntropy};

/// Seals and opens secrets (AES-256-GCM, a random nonce each).
pub struct Vault {
    key: LessSafeKey,
    marks: hmac::Key,
}

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file could not be read or made.
    #[error("the key file {path}: {source}")]
    KeyFile {
        /// Which file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The key is not 32 bytes in hexadecimal.
    #[error("the installation key is not 64 hexadecimal digits")]
    Key,
    /// Not sealed under this key, or changed.
    #[error("a sealed secret does not open with this installation's key")]
    Sealed,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

impl Vault {
    /// A vault under this master key.
    pub fn new(master: &[u8; 32]) -> Result<Self, VaultError> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"punchgate");
        let derived = salt.extract(master);
        let okm = derived.expand(&[b"seal v1"], &AES_256_GCM).map_err(|_| VaultError::Key)?;
        let marks = derived.expand(&[b"mark v1"], hmac::HMAC_SHA256).map_err(|_| VaultError::Key)?;
        Ok(Self { key: LessSafeKey::new(UnboundKey::from(okm)), marks: hmac::Key::from(marks) })
    }

    /// The vault under the key in a file of 64 hexadecimal digits; makes the file, for its owner alone, if there is
    /// none.
    pub fn at(path: &Path, entropy: &Entropy) -> Result<Self, VaultError> {
        let failed = |source| VaultError::KeyFile { path: path.display().to_string(), source };
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_hexadecimal(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let master = Zeroizing::new(entropy.bytes::<32>()?);
                let digits: Vec<String> = master.iter().map(|byte| format!("{byte:02x}")).collect();
                write_private(path, &Zeroizing::new(digits.concat())).map_err(failed)?;
                Self::new(&master)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The vault under a key given as 64 hexadecimal digits.
    pub fn from_hexadecimal(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let mut master = Zeroizing::new([0; 32]);
        let digits = text.as_bytes().chunks_exact(2);
        if text.len() != 64 {
            return Err(VaultError::Key);
        }
        for (byte, pair) in master.iter_mut().zip(digits) {
            let pair = str::from_utf8(pair).map_err(|_| VaultError::Key)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| VaultError::Key)?;
        }
        Self::new(&master)
    }

    /// Seals a secret; `purpose` must be given again to open it.
    pub fn seal(&self, secret: &Secret, purpose: &str, entropy: &Entropy) -> Result<Sealed, VaultError> {
        let sealed = self.seal_octets(secret.reveal().as_bytes(), purpose, entropy)?;
        Ok(Sealed(STANDARD_NO_PAD.encode(sealed)))
    }

    /// Seals any octets, for a document of the store.
    pub fn seal_octets(
        &self,
        octets: &[u8],
        purpose: &str,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let nonce = entropy.bytes::<NONCE_LEN>()?;
        let mut sealed = octets.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut sealed)
            .map_err(|_| VaultError::Sealed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Self::seal_octets`] made.
    pub fn open_octets(&self, sealed: &[u8], purpose: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Sealed)?;
        let mut rest = Zeroizing::new(rest.to_vec());
        let clear = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(purpose), &mut rest)
            .map_err(|_| VaultError::Sealed)?
            .len();
        rest.truncate(clear);
        Ok(rest)
    }

    /// 16 hexadecimal digits by which the same bytes are known again; they tell nothing else about them.
    #[must_use]
    pub fn mark(&self, bytes: &[u8]) -> String {
        let tag = hmac::sign(&self.marks, bytes);
        let start = tag.as_ref().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{start:016x}")
    }

    /// Opens a sealed secret.
    pub fn open(&self, sealed: &Sealed, purpose: &str) -> Result<Secret, VaultError> {
        let bytes = STANDARD_NO_PAD.decode(&sealed.0).map_err(|_| VaultError::Sealed)?;
        let clear = self.open_octets(&bytes, purpose)?;
        str::from_utf8(&clear).map(Secret::new).map_err(|_| VaultError::Sealed)
    }
}

/// Writes a file that only its owner reads, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_alone() {
        let (vault, entropy) = (Vault::new(&[1; 32]).unwrap(), Entropy::default());
        let sealed = vault.seal(&Secret::new("hush"), "sender", &entropy).unwrap();
        assert!(!sealed.0.contains("hush"));
        assert_eq!(vault.open(&sealed, "sender").unwrap().reveal(), "hush");
        assert!(vault.open(&sealed, "other").is_err());
        assert!(Vault::new(&[2; 32]).unwrap().open(&sealed, "sender").is_err());
        assert!(vault.open(&Sealed("AAAA".into()), "sender").is_err());
    }
}
