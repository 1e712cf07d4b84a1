//! Texts in ISO-8859-1: what it has stays, the rest is respelled.
//!
//! Browsers write a character that the page's charset lacks as `&#8364;`, and what they call ISO-8859-1 is Windows-1252,
//! whose `€` and `–` a receiver in the real one does not know. So only the real one's characters leave here.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Whether ISO-8859-1 has it.
#[must_use]
pub(super) const fn is_latin_1(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}')
}

/// The text in characters of ISO-8859-1, and whether some character had no spelling and became `?`.
#[must_use]
pub(super) fn latin_1(text: &str) -> (String, bool) {
    let mut lost = false;
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        if is_latin_1(c) {
            spelled.push(c);
        } else if let Some(known) = known(c) {
            spelled.push_str(known);
        } else if let Some(base) = taken_apart(c) {
            spelled.push_str(&base);
        } else {
            lost = true;
            spelled.push('?');
        }
    }
    (spelled, lost)
}

/// Without its accents (`ő` → `o`), or in plain letters (`ﬁ` → `fi`).
fn taken_apart(c: char) -> Option<String> {
    let mut buffer = [0; 4];
    let parts = DecomposingNormalizerBorrowed::new_nfkd().normalize(c.encode_utf8(&mut buffer));
    let mut base = String::new();
    for part in parts.chars().filter(|part| !matches!(part, '\u{300}'..='\u{36f}')) {
        match known(part) {
            _ if is_latin_1(part) => base.push(part),
            Some(known) => base.push_str(known),
            None => return None,
        }
    }
    (!base.is_empty()).then_some(base)
}

/// Signs and letters with a customary spelling.
const fn known(c: char) -> Option<&'static str> {
    Some(match c {
        '€' => "EUR",
        '\u{2010}'..='\u{2015}' | '−' | '•' => "-",
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' => "'",
        '“' | '”' | '„' | '‟' | '″' => "\"",
        '…' => "...",
        '⌀' | '∅' => "Ø",
        'Ω' | '\u{2126}' => "Ohm",
        'μ' => "µ",
        'α' => "alpha",
        'β' => "beta",
        'Δ' | '\u{2206}' => "Delta",
        'π' => "pi",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "<>",
        '≈' => "~",
        '∞' => "infinite",
        '√' => "sqrt",
        '‰' => "o/oo",
        '→' => "->",
        '←' => "<-",
        '⁄' | '∕' => "/",
        '∙' | '⋅' => "·",
        'œ' => "oe",
        'Œ' => "OE",
        'ł' => "l",
        'Ł' => "L",
        'đ' => "d",
        'Đ' => "D",
        'ħ' => "h",
        'Ħ' => "H",
        'ı' => "i",
        'ŋ' => "ng",
        'ŧ' => "t",
        'ẞ' => "SS",
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_latin_1_lacks_is_respelled() {
        assert_eq!(latin_1("Größe 19\" ½ × µ"), ("Größe 19\" ½ × µ".to_owned(), false));
        assert_eq!(
            latin_1("5 € – „Őrség“ … ﬁlter™ ≥ 2 Ω"),
            ("5 EUR - \"Orség\" ... filterTM >= 2 Ohm".to_owned(), false)
        );
        assert_eq!(latin_1("Łódź œuvre ④"), ("Lódz oeuvre 4".to_owned(), false));
        assert_eq!(latin_1("扳手 A"), ("?? A".to_owned(), true));
    }
}
