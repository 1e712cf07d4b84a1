//! Blocks of PEM (RFC 7468), without the text around them.

use rustls_pki_types::pem::{self, PemObject, SectionKind};

/// Certificates of a text, in order.
pub(super) fn certificates(text: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    blocks(text, |kind| kind == SectionKind::Certificate)
}

/// Public keys of a text, in order.
pub(super) fn public_keys(text: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    blocks(text, |kind| kind == SectionKind::PublicKey)
}

/// Every block of a text with its kind.
pub(super) fn all(text: &[u8]) -> Result<Vec<(SectionKind, Vec<u8>)>, String> {
    <(SectionKind, Vec<u8>)>::pem_slice_iter(text)
        .map(|block| block.map_err(|error: pem::Error| format!("this is not PEM: {error}")))
        .collect()
}

fn blocks(text: &[u8], wanted: impl Fn(SectionKind) -> bool) -> Result<Vec<Vec<u8>>, String> {
    Ok(all(text)?.into_iter().filter(|(kind, _)| wanted(*kind)).map(|(_, der)| der).collect())
}

/// One block: 64 characters a line.
pub(super) fn block(label: &str, der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let encoded = STANDARD.encode(der);
    let mut text = ["-----BEGIN ", label, "-----\n"].concat();
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(64));
        text.extend([line, "\n"]);
        rest = behind;
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}
