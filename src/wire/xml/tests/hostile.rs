//! Shapes that cost a careless reader its stack or quadratic time; at these sizes either would show at once.

use crate::wire::xml::{Document, Limits};

const MANY: usize = 200_000;
const UNBOUNDED: Limits = Limits {
    bytes: usize::MAX,
    depth: usize::MAX,
    nodes: usize::MAX,
    attributes: usize::MAX,
    name_bytes: usize::MAX,
    value_bytes: usize::MAX,
};

fn read(text: String) -> Document {
    Document::read(text, None, &UNBOUNDED).unwrap()
}

#[test]
fn depth_takes_no_stack() {
    let document = read(format!("{}x{}", "<a>".repeat(MANY), "</a>".repeat(MANY)));
    assert_eq!(document.root().descendants().count(), MANY);
    assert_eq!(document.root().string_value(), "x");
    let deepest = document.root().descendants().last().unwrap();
    assert_eq!(std::iter::successors(deepest.parent(), |element| element.parent()).count(), MANY - 1);
    assert_eq!(deepest.namespace_of_prefix(Some("p")), None);
    assert!(document.redacted(&[document.root().content_span()]).ends_with("*</a>"));

    let unclosed = Document::read("<a>".repeat(MANY), None, &UNBOUNDED).unwrap_err();
    assert_eq!(unclosed.position.offset, 3 * MANY);
}

#[test]
fn breadth_takes_linear_time() {
    let piece = "<a b='&lt;'/>&amp;]<!---->";
    let document = read(format!("<r>{}</r>", piece.repeat(MANY)));
    let places = document.root().children().map(|child| child.position().column).max();
    assert_eq!(places, Some("<r>".len() + piece.len() * (MANY - 1) + 1));
    assert_eq!(document.root().text().len(), 2 * MANY);
}

#[test]
fn many_names_in_one_tag_take_no_quadratic_time() {
    let count = 60_000;
    let declarations: Vec<_> = (0..count / 2).map(|i| format!(" xmlns:p{i}='u{i}' p{i}:a=''")).collect();
    let uses: Vec<_> = (0..count / 2).map(|i| format!("<p{i}:b/>")).collect();
    let document = read(format!("<r{}>{}</r>", declarations.concat(), uses.concat()));
    let last = document.root().children().last().unwrap();
    assert_eq!(last.namespace(), Some(format!("u{}", count / 2 - 1).as_str()));

    // What is declared anew at every level is taken back at every level.
    let nested = read(format!("{}{}", "<a xmlns:p='u'>".repeat(MANY), "</a>".repeat(MANY)));
    assert_eq!(nested.root().descendants().last().unwrap().namespace_of_prefix(Some("p")), Some("u"));
}

#[test]
fn values_are_put_together_in_linear_time() {
    let piece = "&#13;\r\n<![CDATA[\r]]>\t";
    let document = read(format!("<r a='{}'>{}</r>", "&amp;\r\n".repeat(MANY), piece.repeat(MANY)));
    assert_eq!(document.root().text().len(), 4 * MANY);
    assert_eq!(document.root().attribute("a").unwrap().len(), 2 * MANY);
}

#[test]
fn what_never_ends_is_searched_once() {
    for start in ["<!--", "<?p ", "<![CDATA[", "<a b='", "</", "&", "<!DOCTYPE a '", "<a "] {
        for filler in ["-", ">", "<", "&", "'", "]", "x", " "] {
            let text = format!("<r>{start}{}", filler.repeat(MANY));
            let error = Document::read(text, None, &UNBOUNDED).unwrap_err();
            assert!(error.excerpt("", 40).text.is_empty());
        }
    }
}

/// A tag of four bytes costs one record, an attribute of five another.
#[test]
fn nodes_are_small() {
    assert!(size_of::<crate::wire::xml::document::Record>() <= 36);
    assert!(size_of::<crate::wire::xml::document::AttributeRecord>() <= 20);
}
