//! Octets to text, XML 1.0 §4.3.3 and appendix F.
//!
//! The encoding is what the HTTP charset says, else the byte order mark, else the XML declaration, else UTF-8. `text/xml` without a
//! charset follows the XML declaration: that is what senders mean.

use std::fmt;

use super::{EncodingFault, Position, ReadError, ReadErrorKind, error::brief};

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF16_LE_MARK: &[u8] = b"\xFF\xFE";
const UTF16_BE_MARK: &[u8] = b"\xFE\xFF";

/// An encoding that documents are read in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, least significant octet first.
    Utf16Le,
    /// UTF-16, most significant octet first.
    Utf16Be,
    /// ISO-8859-1 proper: octets 80 to 9F are control characters.
    Latin1,
    /// windows-1252: octets 80 to 9F are mostly punctuation, five of them nothing.
    Windows1252,
    /// US-ASCII.
    Ascii,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
            Self::Ascii => "US-ASCII",
        })
    }
}

/// What the name of an encoding means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Label {
    Known(Encoding),
    /// `UTF-16`, the byte order told by the mark.
    Utf16,
}

impl Label {
    /// Reads a name whatever its case and punctuation: `UTF8`, `utf_8`, `Latin1`.
    fn parse(name: &str) -> Result<Self, EncodingFault> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        Ok(Self::Known(match plain.as_str() {
            "utf8" | "unicode11utf8" => Encoding::Utf8,
            "utf16" => return Ok(Self::Utf16),
            "utf16le" => Encoding::Utf16Le,
            "utf16be" => Encoding::Utf16Be,
            "iso88591" | "iso885911987" | "latin1" | "l1" | "isoir100" | "ibm819" | "cp819"
            | "csisolatin1" => Encoding::Latin1,
            "windows1252" | "cp1252" | "xcp1252" | "win1252" => Encoding::Windows1252,
            "usascii" | "ascii" | "us" | "iso646us" | "ansix341968" | "ansix341986" | "ibm367" | "cp367"
            | "csascii" => Encoding::Ascii,
            _ => return Err(EncodingFault::Unsupported(brief(name))),
        }))
    }
}

/// A document as received and as text.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    /// Kept apart only where the text's own bytes differ.
    octets: Option<Vec<u8>>,
    encoding: Encoding,
}

impl Source {
    /// Decodes `octets`; `charset` is the parameter of the HTTP `Content-Type`.
    ///
    /// # Errors
    /// [`ReadErrorKind::Encoding`]; the position counts what could be decoded before it.
    pub fn decode(octets: Vec<u8>, charset: Option<&str>) -> Result<Self, ReadError> {
        let start =
            |fault| ReadError { kind: ReadErrorKind::Encoding(fault), position: Position::find("", 0) };
        let encoding = choose(&octets, charset).map_err(start)?;
        let mark = mark_len(&octets, encoding);
        let octets = match encoding {
            Encoding::Utf8 if mark == 0 => match String::from_utf8(octets) {
                Ok(text) => return Ok(Self { text, octets: None, encoding }),
                Err(error) => error.into_bytes(),
            },
            _ => octets,
        };
        match strict(octets.get(mark..).unwrap_or_default(), encoding) {
            Ok(text) => Ok(Self { text, octets: Some(octets), encoding }),
            Err(Stopped { text, offset }) => Err(ReadError {
                kind: EncodingFault::Undecodable { offset: mark + offset, encoding }.into(),
                position: Position::find(&text, text.len()),
            }),
        }
    }

    /// The text, without byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// The encoding it was received in.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }
}

impl From<String> for Source {
    /// Text that never was anything else.
    fn from(text: String) -> Self {
        Self { text, octets: None, encoding: Encoding::Utf8 }
    }
}

/// The text of `octets` as far as it can be told, U+FFFD for the rest: for an excerpt of what was refused.
///
/// Up to the place of an [`EncodingFault`] the offsets are those of the error.
#[must_use]
pub fn lossy(octets: &[u8], charset: Option<&str>) -> String {
    let encoding = choose(octets, charset).unwrap_or(Encoding::Utf8);
    let octets = octets.get(mark_len(octets, encoding)..).unwrap_or_default();
    let replaced = |c: Option<char>| c.unwrap_or(char::REPLACEMENT_CHARACTER);
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(octets).into_owned(),
        Encoding::Utf16Le | Encoding::Utf16Be => {
            char::decode_utf16(units(octets, encoding)).map(|c| replaced(c.ok())).collect()
        }
        Encoding::Latin1 | Encoding::Windows1252 | Encoding::Ascii => {
            octets.iter().map(|&octet| replaced(single(octet, encoding))).collect()
        }
    }
}

/// The charset parameter of a `Content-Type`: `text/xml; charset="UTF-8"` has `UTF-8`.
#[must_use]
pub fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"').trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

fn choose(octets: &[u8], charset: Option<&str>) -> Result<Encoding, EncodingFault> {
    let marked = marked(octets)?;
    if let Some(charset) = charset.map(str::trim).filter(|charset| !charset.is_empty()) {
        return match Label::parse(charset)? {
            Label::Known(encoding) => Ok(encoding),
            Label::Utf16 => {
                marked.filter(|&mark| mark != Encoding::Utf8).ok_or(EncodingFault::NoByteOrderMark)
            }
        };
    }
    if let Some(encoding) = marked {
        return Ok(encoding);
    }
    if octets.starts_with(b"\0<") || octets.starts_with(b"<\0") {
        return Err(EncodingFault::NoByteOrderMark);
    }
    let Some(declared) = declared(octets) else { return Ok(Encoding::Utf8) };
    match Label::parse(declared)? {
        Label::Known(Encoding::Utf16Le | Encoding::Utf16Be) | Label::Utf16 => {
            Err(EncodingFault::Contradiction(brief(declared)))
        }
        Label::Known(encoding) => Ok(encoding),
    }
}

/// What the byte order mark says.
fn marked(octets: &[u8]) -> Result<Option<Encoding>, EncodingFault> {
    if octets.starts_with(b"\xFF\xFE\0\0") || octets.starts_with(b"\0\0\xFE\xFF") {
        return Err(EncodingFault::Unsupported("UTF-32".into()));
    }
    Ok(if octets.starts_with(UTF8_MARK) {
        Some(Encoding::Utf8)
    } else if octets.starts_with(UTF16_LE_MARK) {
        Some(Encoding::Utf16Le)
    } else if octets.starts_with(UTF16_BE_MARK) {
        Some(Encoding::Utf16Be)
    } else {
        None
    })
}

fn mark_len(octets: &[u8], encoding: Encoding) -> usize {
    let mark = match encoding {
        Encoding::Utf8 => UTF8_MARK,
        Encoding::Utf16Le => UTF16_LE_MARK,
        Encoding::Utf16Be => UTF16_BE_MARK,
        Encoding::Latin1 | Encoding::Windows1252 | Encoding::Ascii => return 0,
    };
    if octets.starts_with(mark) { mark.len() } else { 0 }
}

/// The encoding an XML declaration names, without judging the declaration.
fn declared(octets: &[u8]) -> Option<&str> {
    let declaration = octets.strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|&octet| octet == b'>')?;
    let declaration = str::from_utf8(declaration.get(..end)?).ok()?;
    let after = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|&c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next()
}

/// Where strict decoding stopped: what was decoded, and the octets that took.
struct Stopped {
    text: String,
    offset: usize,
}

fn strict(octets: &[u8], encoding: Encoding) -> Result<String, Stopped> {
    match encoding {
        Encoding::Utf8 => match str::from_utf8(octets) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let offset = error.valid_up_to();
                let text = String::from_utf8_lossy(octets.get(..offset).unwrap_or_default()).into_owned();
                Err(Stopped { text, offset })
            }
        },
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let (mut text, mut offset) = (String::with_capacity(octets.len()), 0);
            for decoded in char::decode_utf16(units(octets, encoding)) {
                match decoded {
                    Ok(c) => {
                        text.push(c);
                        offset += 2 * c.len_utf16();
                    }
                    Err(_) => return Err(Stopped { text, offset }),
                }
            }
            if offset < octets.len() { Err(Stopped { text, offset }) } else { Ok(text) }
        }
        Encoding::Latin1 | Encoding::Windows1252 | Encoding::Ascii => {
            let mut text = String::with_capacity(octets.len());
            for (offset, &octet) in octets.iter().enumerate() {
                match single(octet, encoding) {
                    Some(c) => text.push(c),
                    None => return Err(Stopped { text, offset }),
                }
            }
            Ok(text)
        }
    }
}

fn units(octets: &[u8], encoding: Encoding) -> impl Iterator<Item = u16> + '_ {
    octets.as_chunks().0.iter().map(move |&pair| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes(pair),
        _ => u16::from_le_bytes(pair),
    })
}

/// One octet of an encoding that has a character for each.
fn single(octet: u8, encoding: Encoding) -> Option<char> {
    match (encoding, octet) {
        (_, 0..=0x7F) | (Encoding::Latin1, _) | (Encoding::Windows1252, 0xA0..) => Some(char::from(octet)),
        (Encoding::Windows1252, _) => {
            WINDOWS_1252.get(usize::from(octet - 0x80)).copied().filter(|&c| c != UNDEFINED)
        }
        _ => None,
    }
}

const UNDEFINED: char = char::REPLACEMENT_CHARACTER;

/// Octets 80 to 9F.
const WINDOWS_1252: [char; 32] = [
    '€', UNDEFINED, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', UNDEFINED, 'Ž', UNDEFINED,
    UNDEFINED, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', UNDEFINED, 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(octets: &[u8], charset: Option<&str>) -> Result<(String, Encoding), ReadError> {
        let source = Source::decode(octets.to_vec(), charset)?;
        assert_eq!(source.octets(), octets);
        Ok((source.text().to_owned(), source.encoding()))
    }

    fn fault(octets: &[u8], charset: Option<&str>) -> (EncodingFault, usize, usize) {
        match decode(octets, charset).unwrap_err() {
            ReadError { kind: ReadErrorKind::Encoding(fault), position } => {
                (fault, position.line, position.column)
            }
            other => panic!("{other}"),
        }
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn charset_then_mark_then_declaration_then_utf8() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
        assert_eq!(decode(latin, None).unwrap().1, Encoding::Latin1);
        assert!(decode(latin, None).unwrap().0.contains('é'));
        assert_eq!(decode(latin, Some("windows-1252")).unwrap().1, Encoding::Windows1252);
        assert!(decode(latin, Some("utf-8")).is_err());
        assert_eq!(decode("<a>é</a>".as_bytes(), None).unwrap(), ("<a>é</a>".to_owned(), Encoding::Utf8));
        let marked = b"\xEF\xBB\xBF<?xml version='1.0' encoding='ISO-8859-1'?><a>\xC3\xA9</a>";
        let (text, encoding) = decode(marked, None).unwrap();
        assert!(text.starts_with("<?xml") && text.contains('é'), "{text}");
        assert_eq!(encoding, Encoding::Utf8);
        // An empty charset says nothing.
        assert_eq!(decode(latin, Some(" ")).unwrap().1, Encoding::Latin1);
    }

    #[test]
    fn utf16_needs_its_mark() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>é\u{1F600}</a>";
        for (big, mark, encoding) in
            [(false, UTF16_LE_MARK, Encoding::Utf16Le), (true, UTF16_BE_MARK, Encoding::Utf16Be)]
        {
            let plain = utf16(text, big);
            let marked = [mark, plain.as_slice()].concat();
            for charset in [None, Some("utf-16"), Some("UTF-16LE").filter(|_| !big)] {
                assert_eq!(decode(&marked, charset).unwrap(), (text.to_owned(), encoding));
            }
            assert_eq!(fault(&plain, None).0, EncodingFault::NoByteOrderMark);
            assert_eq!(fault(&plain, Some("UTF-16")).0, EncodingFault::NoByteOrderMark);
        }
        assert_eq!(fault(text.as_bytes(), None).0, EncodingFault::Contradiction("UTF-16".into()));
        assert_eq!(decode(text.as_bytes(), Some("utf8")).unwrap().1, Encoding::Utf8);
    }

    #[test]
    fn names_are_spelt_freely() {
        for (name, encoding) in [
            ("UTF8", Encoding::Utf8),
            ("utf_8", Encoding::Utf8),
            ("Latin1", Encoding::Latin1),
            ("ISO_8859-1:1987", Encoding::Latin1),
            ("iso8859-1", Encoding::Latin1),
            ("CP1252", Encoding::Windows1252),
            ("us-ascii", Encoding::Ascii),
            ("ANSI_X3.4-1968", Encoding::Ascii),
        ] {
            assert_eq!(Label::parse(name), Ok(Label::Known(encoding)), "{name}");
        }
        assert_eq!(fault(b"<a/>", Some("koi8-r")).0, EncodingFault::Unsupported("koi8-r".into()));
    }

    #[test]
    fn undecodable_octets_have_their_place() {
        let undecodable = |offset, encoding| EncodingFault::Undecodable { offset, encoding };
        assert_eq!(fault(b"<a>\n\xC3\xA9\xFF</a>", None), (undecodable(6, Encoding::Utf8), 2, 2));
        assert_eq!(fault(b"\xEF\xBB\xBF<a>\xFF</a>", None), (undecodable(6, Encoding::Utf8), 1, 4));
        assert_eq!(fault(b"<a>\xC3\xA9</a>", Some("ascii")), (undecodable(3, Encoding::Ascii), 1, 4));
        assert_eq!(fault(b"<a>\x80\x81</a>", Some("cp1252")), (undecodable(4, Encoding::Windows1252), 1, 5));
        let lone = [UTF16_LE_MARK, b"<\0a\0\x00\xD8>\0"].concat();
        assert_eq!(fault(&lone, None), (undecodable(6, Encoding::Utf16Le), 1, 3));
        let odd = [UTF16_LE_MARK, b"<\0a"].concat();
        assert_eq!(fault(&odd, None), (undecodable(4, Encoding::Utf16Le), 1, 2));
        assert_eq!(fault(b"\xFF\xFE\0\0<\0\0\0", None).0, EncodingFault::Unsupported("UTF-32".into()));
    }

    #[test]
    fn latin1_is_not_windows_1252() {
        assert_eq!(decode(b"\x80\x9F\xE4", Some("iso-8859-1")).unwrap().0, "\u{80}\u{9F}ä");
        assert_eq!(decode(b"\x80\x9F\xE4", Some("windows-1252")).unwrap().0, "€Ÿä");
    }

    #[test]
    fn lossy_text_agrees_up_to_the_fault() {
        for (octets, charset) in [
            (&b"<a>\n\xC3\xA9\xFF</a>"[..], None),
            (b"<a>\x80\x81</a>", Some("cp1252")),
            (b"\xFF\xFE<\0a", None),
        ] {
            let error = decode(octets, charset).unwrap_err();
            let text = lossy(octets, charset);
            assert_eq!(Position::find(&text, error.position.offset), error.position);
        }
        assert_eq!(lossy(b"<a>\x81</a>", Some("cp1252")), "<a>\u{FFFD}</a>");
    }

    #[test]
    fn charset_comes_out_of_the_content_type() {
        assert_eq!(charset_parameter("text/xml; charset=\"UTF-8\""), Some("UTF-8"));
        assert_eq!(charset_parameter("application/xml;version=1;Charset = latin1 ;x=y"), Some("latin1"));
        assert_eq!(charset_parameter("text/xml"), None);
        assert_eq!(charset_parameter("text/xml; charset="), None);
    }
}
