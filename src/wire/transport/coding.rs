//! Packing and transfer encodings: gzip (RFC 1952), base64 and quoted-printable (RFC 2045 §6.7, §6.8).

use std::io::Read;

use base64::{Engine, alphabet, engine::general_purpose};
use flate2::read::MultiGzDecoder;

use super::TransportError;

/// Undoes the `Content-Encoding`; at most `most` bytes come out.
pub(super) fn unpack(
    body: Vec<u8>,
    content_encoding: Option<&str>,
    most: usize,
) -> Result<Vec<u8>, TransportError> {
    match content_encoding.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(body),
        "gzip" | "x-gzip" => {}
        other => return Err(TransportError::UnknownPacking(other.chars().take(40).collect())),
    }
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    let length = MultiGzDecoder::new(body.as_slice())
        .take(bound)
        .read_to_end(&mut unpacked)
        .map_err(|_| TransportError::BrokenGzip)?;
    if length > most { Err(TransportError::TooLong(most)) } else { Ok(unpacked) }
}

/// Undoes the `Content-Transfer-Encoding` of a part.
pub(super) fn decode(octets: &[u8], coding: &str) -> Result<Vec<u8>, TransportError> {
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "7bit" | "8bit" | "binary" => Ok(octets.to_vec()),
        "base64" => base64(octets).ok_or(TransportError::BrokenCoding("base64")),
        "quoted-printable" => {
            quoted_printable(octets).ok_or(TransportError::BrokenCoding("quoted-printable"))
        }
        other => Err(TransportError::UnknownCoding(other.chars().take(40).collect())),
    }
}

/// Base64 in lines; the padding at the end may be missing.
pub(super) fn base64(octets: &[u8]) -> Option<Vec<u8>> {
    const LENIENT: general_purpose::GeneralPurposeConfig = general_purpose::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    let engine = general_purpose::GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    // Piece by piece, so that no copy of a long text without its line ends is made.
    let mut decoded = Vec::with_capacity(octets.len() / 4 * 3 + 3);
    let mut piece = Vec::with_capacity(PIECE);
    for &byte in octets.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        if piece.len() == PIECE {
            engine.decode_vec(&piece, &mut decoded).ok()?;
            // Padding ends the text.
            if piece.ends_with(b"=") {
                return None;
            }
            piece.clear();
        }
        piece.push(byte);
    }
    engine.decode_vec(&piece, &mut decoded).ok()?;
    Some(decoded)
}

/// Characters of base64 decoded at once, a multiple of four.
const PIECE: usize = 4096;

fn quoted_printable(octets: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(octets.len());
    for line in octets.split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii_end();
        let end = line.get(text.len()..).unwrap_or_default();
        // White space before a line end was added on the way; a soft line end is none at all.
        let line_end: &[u8] = if end.ends_with(b"\r\n") {
            b"\r\n"
        } else if end.ends_with(b"\n") {
            b"\n"
        } else {
            b""
        };
        let (text, line_end) = match text.strip_suffix(b"=") {
            Some(soft) => (soft, &b""[..]),
            None => (text, line_end),
        };
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            if byte == b'=' {
                let pair = [*bytes.next()?, *bytes.next()?];
                let digits = std::str::from_utf8(&pair).ok().filter(|digits| !digits.starts_with('+'))?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
            } else {
                out.push(byte);
            }
        }
        out.extend(line_end);
    }
    Some(out)
}
