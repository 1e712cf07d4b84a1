//! Form data as a browser writes it and as the buyer's system reads it: charsets, line ends, escapes.

use encoding_rs::{Encoding, UTF_8};
use url::form_urlencoded;

use crate::wire::xml::charset_parameter;

use super::page::DEFAULT_CHARSET;

/// How far into a page its own word on the charset is looked for (HTML, "prescan": 1024 bytes).
const PRESCAN: usize = 1024;

/// What a page is written in: its byte order mark, `Content-Type`, `<meta>`, else UTF-8.
#[must_use]
pub(super) fn charset_of(content_type: &str, bytes: &[u8]) -> &'static Encoding {
    let label = |name: &str| Encoding::for_label(name.as_bytes());
    let head =
        String::from_utf8_lossy(bytes.get(..PRESCAN.min(bytes.len())).unwrap_or_default()).to_lowercase();
    let meta = head.split_once("charset=").map(|(_, rest)| {
        rest.trim_start_matches(['"', '\'']).split(['"', '\'', '>', ' ', ';', '/']).next().unwrap_or_default()
    });
    Encoding::for_bom(bytes)
        .map(|(charset, _)| charset)
        .or_else(|| charset_parameter(content_type).and_then(label))
        .or_else(|| meta.and_then(label))
        .unwrap_or(DEFAULT_CHARSET)
}

/// `application/x-www-form-urlencoded` in a charset: line ends become CR LF, characters that the charset lacks
/// become `&#…;` (HTML, "constructing the form data set").
#[must_use]
pub(super) fn urlencoded(pairs: &[(String, String)], charset: &'static Encoding) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        for (part, separator) in [(name.as_str(), "="), (charset_field(name, value, charset), "")] {
            let lines = line_ends(part);
            let (bytes, _, _) = charset.encode(&lines);
            text.extend(form_urlencoded::byte_serialize(&bytes));
            text.push_str(separator);
        }
    }
    text
}

/// A hidden field of this name carries the charset (HTML).
fn charset_field<'a>(name: &str, value: &'a str, charset: &'static Encoding) -> &'a str {
    if name == "_charset_" && value.is_empty() { charset.name() } else { value }
}

/// Between the parts of a multipart body; what a browser draws at random, and fields of shops never hold.
const BOUNDARY: &str = "----punchgate-virtual-buyer-7e0c1d5b";

/// `multipart/form-data`: its `Content-Type` and the body.
#[must_use]
pub(super) fn multipart(pairs: &[(String, String)], charset: &'static Encoding) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in pairs {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
            line_ends(value)
        );
        body.extend_from_slice(&charset.encode(&part).0);
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// A form body as a server reads it: percent signs undone, then each value decoded.
///
/// - `charset`: what the receiver believes; `None`: UTF-8 where it is, else ISO-8859-1.
#[must_use]
pub(super) fn read_urlencoded(body: &[u8], charset: Option<&'static Encoding>) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let octets =
        |part: &str| -> Vec<u8> { percent_encoding::percent_decode_str(&part.replace('+', " ")).collect() };
    let decode = |part: &str| {
        let octets = octets(part);
        match (charset, std::str::from_utf8(&octets)) {
            (Some(charset), _) => charset.decode_without_bom_handling(&octets).0.into_owned(),
            (None, Ok(text)) => text.to_owned(),
            (None, Err(_)) => octets.iter().copied().map(char::from).collect(),
        }
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// The charset of that name; UTF-8 for an unknown one.
#[must_use]
pub(super) fn named(charset: &str) -> &'static Encoding {
    Encoding::for_label(charset.trim().as_bytes()).unwrap_or(UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_charset_loses_nothing_it_knows_and_escapes_what_it_does_not() {
        let fields = pairs(&[("NEW_ITEM-DESCRIPTION[1]", "Müller 19\" \u{2192}"), ("note", "a\nb")]);
        let latin = urlencoded(&fields, named("iso-8859-1"));
        assert_eq!(latin, "NEW_ITEM-DESCRIPTION%5B1%5D=M%FCller+19%22+%26%238594%3B&note=a%0D%0Ab");
        let back = read_urlencoded(latin.as_bytes(), Some(named("iso-8859-1")));
        assert_eq!(back[0].1, "Müller 19\" &#8594;");
        let utf = urlencoded(&fields, UTF_8);
        assert_eq!(read_urlencoded(utf.as_bytes(), None)[0].1, "Müller 19\" \u{2192}");
        assert_ne!(read_urlencoded(latin.as_bytes(), Some(UTF_8))[0].1, back[0].1, "the wrong charset shows");
    }

    #[test]
    fn the_header_wins_over_the_page() {
        let page = b"<meta charset=\"iso-8859-1\">";
        assert_eq!(charset_of("text/html", page).name(), "windows-1252");
        assert_eq!(charset_of("text/html; charset=utf-8", page), UTF_8);
        assert_eq!(charset_of("text/html", b"<p>"), UTF_8);
    }

    #[test]
    fn a_multipart_body_ends_as_it_should() {
        let (kind, body) = multipart(&pairs(&[("a\"b", "1")]), UTF_8);
        let text = String::from_utf8(body).unwrap();
        assert!(kind.ends_with(BOUNDARY));
        assert!(text.contains("name=\"a%22b\"\r\n\r\n1\r\n") && text.ends_with("--\r\n"), "{text}");
    }
}
