//! References, line ends and white space, XML 1.0 §2.11, §3.3.3 and §4.1.

use super::{
    Flaw,
    chars::{is_char, ncname_len},
    dtd::{Entities, Place},
    error::Fault,
};

/// What the reference at `at` stands for, and the offset behind its semicolon.
///
/// A character for character references and the five predefined entities; nothing for an entity of the document's own, which is
/// noted in `entities`.
pub(super) fn reference(
    text: &str,
    at: usize,
    entities: &mut Entities,
    place: Place,
) -> Result<(Option<char>, usize), Fault> {
    let flaw = |flaw| Fault::new(flaw, at);
    let rest = text.get(at..).unwrap_or_default();
    if let Some((c, length)) = character(rest).map_err(flaw)? {
        return Ok((Some(c), at + length));
    }
    let length = ncname_len(rest.get(1..).unwrap_or_default());
    if length == 0 || rest.as_bytes().get(length + 1) != Some(&b';') {
        return Err(flaw(Flaw::Reference));
    }
    entities.refer(rest.get(1..=length).unwrap_or_default(), at, place).map_err(flaw)?;
    Ok((None, at + length + 2))
}

/// The character that the reference at the start of `text` stands for, and the reference's length.
pub(super) fn character(text: &str) -> Result<Option<(char, usize)>, Flaw> {
    if let Some(digits) = text.strip_prefix("&#x") {
        return number(digits, 16).map(|(c, length)| Some((c, length + 4)));
    }
    if let Some(digits) = text.strip_prefix("&#") {
        return number(digits, 10).map(|(c, length)| Some((c, length + 3)));
    }
    let named = |&(name, c): &(&str, char)| text.starts_with(name).then_some((c, name.len()));
    Ok([("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')]
        .iter()
        .find_map(named))
}

/// The character with the number at the start of `digits`, and how many digits it has; a semicolon must follow.
fn number(digits: &str, radix: u32) -> Result<(char, usize), Flaw> {
    let length = digits.bytes().position(|b| !char::from(b).is_digit(radix)).unwrap_or(digits.len());
    if length == 0 || digits.as_bytes().get(length) != Some(&b';') {
        return Err(Flaw::Reference);
    }
    let digits = digits.get(..length).unwrap_or_default();
    let value = u32::from_str_radix(digits, radix).ok();
    value
        .and_then(char::from_u32)
        .filter(|&c| is_char(c))
        .map(|c| (c, length))
        .ok_or_else(|| Flaw::CharacterReference(shorten(digits, radix)))
}

/// A character reference for a message; long ones end in `…`.
fn shorten(digits: &str, radix: u32) -> Box<str> {
    let sign = if radix == 16 { "&#x" } else { "&#" };
    match digits.get(..16) {
        Some(start) if digits.len() > 16 => format!("{sign}{start}…;").into(),
        _ => format!("{sign}{digits};").into(),
    }
}

/// Appends `text` with its line ends as line feeds.
pub(super) fn push_lines(text: &str, out: &mut String) {
    let mut pieces = text.split('\r');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        if !piece.starts_with('\n') {
            out.push('\n');
        }
        out.push_str(piece);
    }
}

/// Appends the attribute value at `start..end` with references resolved and white space as spaces.
pub(super) fn push_value(
    text: &str,
    start: usize,
    end: usize,
    entities: &mut Entities,
    out: &mut String,
) -> Result<(), Fault> {
    let mut at = start;
    loop {
        let rest = text.get(at..end).unwrap_or_default();
        let Some(plain) = rest.find(['&', '\t', '\n', '\r']) else {
            out.push_str(rest);
            return Ok(());
        };
        out.push_str(rest.get(..plain).unwrap_or_default());
        let special = rest.get(plain..).unwrap_or_default();
        at += plain;
        if special.starts_with('&') {
            let (c, behind) = reference(text, at, entities, Place::Value)?;
            out.extend(c);
            at = behind;
        } else {
            out.push(' ');
            at += if special.starts_with("\r\n") { 2 } else { 1 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(text: &str, at: usize) -> Result<(char, usize), Fault> {
        super::reference(text, at, &mut Entities::default(), Place::Content)
            .map(|(c, behind)| (c.unwrap(), behind))
    }

    #[test]
    fn references() {
        for (text, c) in [
            ("&amp;", '&'),
            ("&apos;", '\''),
            ("&#13;", '\r'),
            ("&#x1F600;", '\u{1F600}'),
            ("&#0000000065;", 'A'),
        ] {
            assert_eq!(reference(text, 0).unwrap(), (c, text.len()));
        }
        for wrong in ["&", "&;", "& ;", "&amp", "&#;", "&#x;", "&#xg;", "&#1a;", "&#X41;", "&#+5;", "&a:b;"] {
            let kind = reference(wrong, 0).unwrap_err().kind;
            assert_eq!(kind, Flaw::Reference.into(), "{wrong}");
        }
        for nothing in ["&#0;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#4294967361;", "&#8;"] {
            let kind = reference(nothing, 0).unwrap_err().kind;
            assert_eq!(kind, Flaw::CharacterReference(nothing.into()).into());
        }
        assert_eq!(reference("&nbsp;", 0).unwrap_err().kind, Flaw::UnknownEntity("nbsp".into()).into());
    }

    #[test]
    fn line_ends_and_value_white_space() {
        let mut out = String::new();
        push_lines("a\r\nb\rc\n\r\r\nd\r", &mut out);
        assert_eq!(out, "a\nb\nc\n\n\nd\n");
        out.clear();
        let value = "a\r\nb\tc\n\nd&#10;&lt;";
        push_value(value, 0, value.len(), &mut Entities::default(), &mut out).unwrap();
        assert_eq!(out, "a b c  d\n<");
    }
}
