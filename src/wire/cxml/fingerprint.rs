//! What a document says, without how it is written: the same content has the same fingerprint.

use ring::digest::{Context, SHA256};

use crate::wire::xml::{Element, Node};

/// SHA-256 over names, attributes in order of name, and texts without white space at their ends.
///
/// Comments, processing instructions and the order of attributes do not count.
#[must_use]
pub fn fingerprint(element: Element<'_>) -> [u8; 32] {
    let mut hash = Hash { context: Context::new(&SHA256), waiting: Vec::with_capacity(2 * Hash::BLOCK) };
    let mut attributes = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    hash.start(element, &mut attributes);
    for node in element.descendant_nodes() {
        match node {
            Node::Element(inner) => {
                let span = inner.span();
                hash.close(&mut open, span.start);
                hash.start(inner, &mut attributes);
                open.push(span.end);
            }
            Node::Text(piece) => {
                hash.close(&mut open, piece.span().start);
                let text = piece.value.trim();
                if !text.is_empty() {
                    hash.part(b'"', text);
                }
            }
            _ => {}
        }
    }
    hash.close(&mut open, usize::MAX);
    hash.context.update(&hash.waiting);
    let mut digest = [0; 32];
    digest.iter_mut().zip(hash.context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    digest
}

/// Many small parts, hashed some thousand octets at a time.
struct Hash {
    context: Context,
    waiting: Vec<u8>,
}

impl Hash {
    const BLOCK: usize = 4096;

    fn start<'a>(&mut self, element: Element<'a>, attributes: &mut Vec<(&'a str, &'a str)>) {
        self.part(b'<', element.name());
        attributes.clear();
        attributes
            .extend(element.attributes().map(|attribute| (attribute.qualified_name(), attribute.value())));
        attributes.sort_unstable();
        for (name, value) in &*attributes {
            self.part(b'@', name);
            self.part(b'=', value);
        }
    }

    /// Ends the elements that are over where the next node starts.
    fn close(&mut self, open: &mut Vec<usize>, next: usize) {
        while open.pop_if(|end| *end <= next).is_some() {
            self.waiting.push(b'>');
        }
    }

    fn part(&mut self, kind: u8, text: &str) {
        self.waiting.push(kind);
        self.waiting.extend(text.len().to_be_bytes());
        self.waiting.extend(text.as_bytes());
        if self.waiting.len() >= Self::BLOCK {
            self.context.update(&self.waiting);
            self.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::xml::Document;

    fn of(text: &str) -> [u8; 32] {
        fingerprint(text.parse::<Document>().unwrap().root())
    }

    #[test]
    fn writing_does_not_count_saying_does() {
        let base = of(r#"<a x="1" y="2"><b>t</b><c/></a>"#);
        assert_eq!(base, of("<a y='2' x='1'>\n  <b> t </b><!-- c --><c></c>\n</a>"));
        for other in [
            r#"<a x="1" y="2"><b>t<c/></b></a>"#,
            r#"<a x="1" y="2"><b>u</b><c/></a>"#,
            r#"<a x="1" y="3"><b>t</b><c/></a>"#,
            r#"<a x="1" y="2"><c/><b>t</b></a>"#,
        ] {
            assert_ne!(base, of(other), "{other}");
        }
    }
}
