//! Characters and names, XML 1.0 §2.2 and §2.3, Namespaces in XML §3.

/// May begin a name; the colon is not counted, names are checked as `QName` parts.
const NAME_START: u8 = 1;
/// May continue a name.
const NAME: u8 = 2;
/// White space: space, tab, line feed, carriage return.
const SPACE: u8 = 4;
/// Cannot be passed over when an attribute value is scanned: a quote, `<`, `&`, or white space that is normalised.
const VALUE_STOP: u8 = 8;

const CLASSES: [u8; 256] = classes();

#[allow(clippy::indexing_slicing)] // evaluated at build time
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => NAME_START | NAME,
            b'0'..=b'9' | b'-' | b'.' => NAME,
            b' ' => SPACE,
            b'\t' | b'\n' | b'\r' => SPACE | VALUE_STOP,
            b'"' | b'\'' | b'<' | b'&' => VALUE_STOP,
            _ => 0,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

fn has(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// Production `S`: space, tab, line feed or carriage return.
pub(super) fn is_space(byte: u8) -> bool {
    has(byte, SPACE)
}

/// Whether scanning an attribute value must stop and look at this byte.
pub(super) fn stops_value(byte: u8) -> bool {
    has(byte, VALUE_STOP)
}

/// Production `Char`: what a document may hold at all.
pub(super) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Production `NameStartChar` without the colon.
const fn starts_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// Production `NameChar` without the colon.
const fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Length in bytes of the `NCName` at the start of `text`; zero when there is none.
pub(super) fn ncname_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|&b| has(b, NAME_START) || b >= 0x80) {
        return 0;
    }
    let ascii = bytes.iter().position(|&b| !has(b, NAME)).unwrap_or(bytes.len());
    if bytes.get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, first)) if starts_name(first) => {
            chars.find(|&(_, c)| !continues_name(c)).map_or(text.len(), |(at, _)| at)
        }
        _ => 0,
    }
}

/// A `QName` at the start of some text: `length` bytes, of which the first `prefix` stand before the colon (0: no prefix).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct QName {
    pub(super) length: usize,
    pub(super) prefix: usize,
}

/// The `QName` at the start of `text`, or `None` when no name stands there or its colons are misplaced.
pub(super) fn qname(text: &str) -> Option<QName> {
    let first = ncname_len(text);
    if first == 0 {
        return None;
    }
    if text.as_bytes().get(first) != Some(&b':') {
        return Some(QName { length: first, prefix: 0 });
    }
    let local = ncname_len(text.get(first + 1..)?);
    let length = first + 1 + local;
    (local > 0 && text.as_bytes().get(length) != Some(&b':')).then_some(QName { length, prefix: first })
}

/// Length in bytes of the `Nmtoken` at the start of `text`; zero when there is none.
pub(super) fn nmtoken_len(text: &str) -> usize {
    text.find(|c| c != ':' && !continues_name(c)).unwrap_or(text.len())
}

/// Whether `text` is a `Name`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    is_token(text) && text.starts_with(|c| c == ':' || starts_name(c))
}

/// Whether `text` is an `Nmtoken`.
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && nmtoken_len(text) == text.len()
}

/// Length of the white space at the start of `bytes`.
pub(super) fn space_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|&b| !is_space(b)).unwrap_or(bytes.len())
}

/// `text` without XML white space at both ends.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_fifth_edition() {
        assert_eq!(qname("cXML>"), Some(QName { length: 4, prefix: 0 }));
        assert_eq!(qname("ds:Signature Id"), Some(QName { length: 12, prefix: 2 }));
        assert_eq!(qname("Größe=''"), Some(QName { length: 7, prefix: 0 }));
        assert_eq!(qname("値:値"), Some(QName { length: 7, prefix: 3 }));
        for wrong in ["", "1a", ":a", "a:", "a:1", "a:b:c", "-a", ".a", "\u{b7}a", "×a", "\u{2c00}:\u{300}"]
        {
            assert_eq!(qname(wrong), None, "{wrong:?}");
        }
        assert_eq!(ncname_len("a\u{b7}\u{300}×"), "a\u{b7}\u{300}".len());
    }
}
