//! What a document says, without how it is written: the same content has the same fingerprint.

use ring::digest::{Context, SHA256};

use crate::wire::xml::{Element, Node};

/// SHA-256 over names, attributes in order of name, and texts without white space at their ends.
///
/// Comments, processing instructions and the order of attributes do not count.
#[must_use]
pub fn fingerprint(element: Element<'_>) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    let mut open: Vec<usize> = Vec::new();
    start(&mut context, element);
    for node in element.descendant_nodes() {
        match node {
            Node::Element(inner) => {
                let span = inner.span();
                close(&mut context, &mut open, span.start);
                start(&mut context, inner);
                open.push(span.end);
            }
            Node::Text(piece) => {
                close(&mut context, &mut open, piece.span().start);
                let text = piece.value.trim();
                if !text.is_empty() {
                    part(&mut context, b'"', text);
                }
            }
            _ => {}
        }
    }
    close(&mut context, &mut open, usize::MAX);
    let mut digest = [0; 32];
    digest.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    digest
}

fn start(context: &mut Context, element: Element<'_>) {
    part(context, b'<', element.name());
    let mut attributes: Vec<(&str, &str)> =
        element.attributes().map(|attribute| (attribute.qualified_name(), attribute.value())).collect();
    attributes.sort_unstable();
    for (name, value) in attributes {
        part(context, b'@', name);
        part(context, b'=', value);
    }
}

/// Ends the elements that are over where the next node starts.
fn close(context: &mut Context, open: &mut Vec<usize>, next: usize) {
    while open.last().is_some_and(|end| *end <= next) {
        open.pop();
        context.update(b">");
    }
}

fn part(context: &mut Context, kind: u8, text: &str) {
    context.update(&[kind]);
    context.update(&text.len().to_be_bytes());
    context.update(text.as_bytes());
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
