//! `multipart/related` and `multipart/mixed`, RFC 2046 §5.1 and RFC 2387.

use super::{Bounds, Package, Part, TransportError, begins_with_markup, coding, header::MediaType};

/// Takes a package apart. The document is the part that `start` names, or else the first that is XML.
pub(super) fn open(body: &[u8], media: &MediaType, bounds: &Bounds) -> Result<Package, TransportError> {
    let boundary = media.parameter("boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or(TransportError::NoBoundary)?;
    let start = media.parameter("start").map(bare_id);
    let mut parts: Vec<(Part, Option<String>)> = Vec::new();
    let mut document = None;
    for section in sections(body, boundary)? {
        if parts.len() >= bounds.parts {
            return Err(TransportError::TooManyParts(bounds.parts));
        }
        let (headers, octets) = split_headers(section, bounds)?;
        let octets =
            coding::decode(octets, header(&headers, "content-transfer-encoding").unwrap_or_default())?;
        let content_type = header(&headers, "content-type");
        let own = MediaType::parse(content_type.unwrap_or_default());
        let disposition = MediaType::parse(header(&headers, "content-disposition").unwrap_or_default());
        let part = Part {
            id: header(&headers, "content-id").map(bare_id),
            content_type: content_type.map(str::to_owned),
            file_name: disposition.parameter("filename").map(str::to_owned),
            octets,
        };
        let is_document = match &start {
            Some(start) => part.id.as_ref() == Some(start),
            None => own.essence.ends_with("/xml") || begins_with_markup(&part.octets),
        };
        if is_document && document.is_none() {
            document = Some(parts.len());
        }
        parts.push((part, own.parameter("charset").map(str::to_owned)));
    }
    // A start that names nothing is overlooked: the first part is the document by custom.
    let index = document.or_else(|| parts.iter().position(|(part, _)| begins_with_markup(&part.octets)));
    let index = index.ok_or(TransportError::NoDocument)?;
    let (document, charset) = parts.remove(index);
    Ok(Package {
        document: document.octets,
        charset,
        parts: parts.into_iter().map(|(part, _)| part).collect(),
    })
}

/// What stands between the boundaries.
///
/// A boundary begins a line and is followed by blanks and a line end; its line end belongs to it. Bare line feeds are accepted.
fn sections<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<&'b [u8]>, TransportError> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut found = Vec::new();
    let mut begin: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix(mark.as_slice()) {
            let closing = rest.starts_with(b"--");
            if closing || rest.trim_ascii().is_empty() {
                if let Some(begin) = begin {
                    found.push(without_line_end(body.get(begin..at).unwrap_or_default()));
                }
                begin = Some(end);
                if closing {
                    return Ok(found);
                }
            }
        }
        at = end;
    }
    Err(TransportError::BrokenParts)
}

fn without_line_end(octets: &[u8]) -> &[u8] {
    let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
    octets.strip_suffix(b"\r").unwrap_or(octets)
}

type Headers = Vec<(String, String)>;

/// Headers with their folded lines joined, and what follows the empty line.
fn split_headers<'s>(section: &'s [u8], bounds: &Bounds) -> Result<(Headers, &'s [u8]), TransportError> {
    let mut headers: Headers = Vec::new();
    let mut at = 0;
    for line in section.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if at > bounds.header_bytes {
            return Err(TransportError::LongHeaders(bounds.header_bytes));
        }
        let text = String::from_utf8_lossy(without_line_end(line));
        if text.is_empty() {
            break;
        }
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    Ok((headers, section.get(at..).unwrap_or_default()))
}

fn header<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// A `Content-ID` without its angle brackets.
fn bare_id(id: &str) -> String {
    let id = id.trim();
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id).to_owned()
}
