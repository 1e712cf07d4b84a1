//! Overwriting what must not be kept.

use super::Span;

/// A copy of `text` with every byte of `spans` replaced by `*`, line ends excepted: offsets and line numbers stay what they are.
///
/// Spans may overlap and come in any order; one that cuts a character takes all of it.
#[must_use]
pub fn redact(text: &str, spans: &[Span]) -> String {
    let mut hidden: Vec<Span> = spans.iter().filter(|span| span.start < span.end).cloned().collect();
    hidden.sort_unstable_by_key(|span| (span.start, span.end));
    let mut copy = String::with_capacity(text.len());
    let mut at = 0;
    for span in hidden {
        let start = floor(text, span.start).max(at);
        let end = ceil(text, span.end).max(start);
        copy.push_str(text.get(at..start).unwrap_or_default());
        let covered = text.get(start..end).unwrap_or_default().bytes();
        copy.extend(covered.map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' }));
        at = end;
    }
    copy.push_str(text.get(at..).unwrap_or_default());
    copy
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn ceil(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_lines_stay() {
        let text = "<a>sécret\r\nx</a>";
        assert_eq!(redact(text, &[3..13, 3..4]), "<a>*******\r\n*</a>");
        assert_eq!(redact("é€", &[1..2, 2..3]), "*****");
        assert_eq!(redact("abc", &[2..99, 0..1, 1..1]), "*b*");
    }
}
