//! Random trees written and read, random texts read.

use proptest::prelude::*;

use crate::wire::xml::{Document, Element, Form, Limits, Node, Source, Writer, lossy};

#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Element { name: String, attributes: Vec<(String, String)>, content: Vec<Tree> },
    Text(String),
}

/// Any characters XML can carry.
fn characters() -> impl Strategy<Value = String> {
    let common = prop_oneof![
        Just(' '),
        Just('\n'),
        Just('\r'),
        Just('\t'),
        Just('<'),
        Just('>'),
        Just('&'),
        Just('"'),
        Just('\''),
        Just(']'),
        Just('-'),
        Just('ü'),
        Just('€'),
        Just('\u{FFFD}'),
        Just('\u{1F600}'),
        Just('\u{85}'),
        Just('a'),
    ];
    let any = any::<char>().prop_map(|c| if crate::wire::xml::chars::is_char(c) { c } else { 'x' });
    proptest::collection::vec(prop_oneof![3 => common, 1 => any], 0..12).prop_map(String::from_iter)
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z_][A-Za-z0-9._-]{0,6}".prop_filter("reserved", |name| name != "xmlns")
}

fn attributes() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::btree_map(name(), characters(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn element(content: impl Strategy<Value = Vec<Tree>>) -> impl Strategy<Value = Tree> {
    (name(), attributes(), content).prop_map(|(name, attributes, content)| Tree::Element {
        name,
        attributes,
        content,
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = element(Just(Vec::new()));
    let inner = leaf.prop_recursive(6, 60, 6, |inner| {
        let part = prop_oneof![inner, characters().prop_map(Tree::Text)];
        element(proptest::collection::vec(part, 0..6))
    });
    inner.prop_map(joined)
}

/// Texts beside each other are one text, an empty one is none.
fn joined(tree: Tree) -> Tree {
    let Tree::Element { name, attributes, content } = tree else { return tree };
    let mut parts: Vec<Tree> = Vec::new();
    for part in content.into_iter().map(joined) {
        match (parts.last_mut(), part) {
            (Some(Tree::Text(before)), Tree::Text(text)) => before.push_str(&text),
            (_, Tree::Text(text)) if text.is_empty() => {}
            (_, part) => parts.push(part),
        }
    }
    Tree::Element { name, attributes, content: parts }
}

fn write(xml: &mut Writer, tree: &Tree) {
    match tree {
        Tree::Text(text) => xml.text(text),
        Tree::Element { name, attributes, content } => {
            let attributes: Vec<_> = attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
            xml.element(name, &attributes, |xml| content.iter().for_each(|part| write(xml, part)));
        }
    }
}

fn read(element: Element<'_>) -> Tree {
    Tree::Element {
        name: element.name().to_owned(),
        attributes: element.attributes().map(|a| (a.name().to_owned(), a.value().to_owned())).collect(),
        content: element
            .nodes()
            .filter_map(|node| match node {
                Node::Element(element) => Some(read(element)),
                Node::Text(text) => Some(Tree::Text(text.value.to_owned())),
                _ => None,
            })
            .collect(),
    }
}

/// Markup that is mostly wrong.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        4 => proptest::sample::select(vec![
            "<a>", "</a>", "<a/>", "<a", ">", "/>", "<", "&", ";", "&amp;", "&#", "x41;", "<!--", "-->", "--", "-", "<![CDATA[",
            "]]>", "]", "<?xml version='1.0'?>", "<?", "?>", "<?p q", "<!DOCTYPE", "<!DOCTYPE a SYSTEM 'x'>", "[", "'", "\"", "=",
            " b='1'", " b=\"", " xmlns='u'", " xmlns:p='u'", "<p:a>", "</p:a>", "<!", "<!D", "\r\n", "\r", "\n", " ", "ü", "\u{FEFF}",
            "\u{0}", "\u{FFFF}", "text", "<a b='&lt;'>", "<?>", "<!>", "<!-->", "<![", "<!d>", "</", "</>",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(scrap, 0..14).prop_map(|scraps| scraps.concat())
}

/// Looks at all that the handle can tell, which must hold together for any document that was read.
fn explore(document: &Document) {
    let text = document.text();
    for element in document.root().descendants() {
        assert_eq!(&text[element.span()], element.outer_markup());
        assert!(element.outer_markup().starts_with(&format!("<{}", element.qualified_name())));
        assert_eq!(&text[element.content_span()], element.markup());
        assert!(document.position(element.span().start) == element.position());
        let pieces: String = element
            .nodes()
            .map(|node| match node {
                Node::Element(child) => {
                    assert_eq!(child.parent(), Some(element));
                    child.outer_markup()
                }
                Node::Text(piece) | Node::Comment(piece) | Node::Instruction { content: piece, .. } => {
                    &text[piece.span()]
                }
            })
            .collect();
        assert_eq!(pieces, element.markup());
        for attribute in element.attributes() {
            let raw = &text[attribute.value_span()];
            assert!(raw.contains(['&', '\r', '\n', '\t']) || raw == attribute.value());
            assert_eq!(element.attribute(attribute.qualified_name()), Some(attribute.value()));
            assert_eq!(
                attribute.prefix().and_then(|p| element.namespace_of_prefix(Some(p))),
                attribute.namespace()
            );
        }
        assert_eq!(element.namespace_of_prefix(element.prefix()), element.namespace());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What was written is what is read, in every form that adds no white space.
    #[test]
    fn written_then_read_is_equal(tree in tree(), ascii in any::<bool>()) {
        let mut xml = Writer::new(Form { indent: false, ascii });
        write(&mut xml, &tree);
        let out = xml.finish().unwrap();
        prop_assert!(!ascii || out.is_ascii());
        let document: Document = out.parse().unwrap();
        prop_assert_eq!(read(document.root()), tree);
        explore(&document);

        // Copied as markup it is still the same.
        let mut copy = Writer::new(Form { indent: false, ascii: true });
        copy.element("copy", &[], |xml| xml.markup(document.root().outer_markup()));
        let copy: Document = copy.finish().unwrap().parse().unwrap();
        prop_assert_eq!(read(copy.root().children().next().unwrap()), read(document.root()));
    }

    /// Indenting adds white space between elements and nothing else.
    #[test]
    fn indented_is_stable(tree in tree()) {
        let write = |tree: &Tree| {
            let mut xml = Writer::new(Form { indent: true, ascii: false });
            write(&mut xml, tree);
            xml.finish().unwrap()
        };
        let once = write(&tree);
        prop_assert_eq!(&once, &write(&tree));
        let document: Document = once.parse().unwrap();
        let names = |document: &Document| document.root().descendants().map(|e| e.name().to_owned()).collect::<Vec<_>>();
        let mut plain = Writer::new(Form::default());
        super::roundtrip::write(&mut plain, &tree);
        let plain: Document = plain.finish().unwrap().parse().unwrap();
        prop_assert_eq!(names(&document), names(&plain));
    }

    /// The same document in another encoding is the same document.
    #[test]
    fn encodings_do_not_matter(tree in tree()) {
        let mut xml = Writer::new(Form::default());
        write(&mut xml, &tree);
        let text = xml.finish().unwrap();
        let octets: Vec<u8> = text.encode_utf16().fold(vec![0xFF, 0xFE], |mut octets, unit| {
            octets.extend(unit.to_le_bytes());
            octets
        });
        let document = Document::read(octets.clone(), None, &Limits::default()).unwrap();
        prop_assert_eq!(read(document.root()), tree);
        prop_assert_eq!(document.octets(), octets);
    }

    /// Whatever arrives, nothing panics, and a place is always within the text.
    #[test]
    fn scraps_never_panic(text in scraps()) {
        match text.parse::<Document>() {
            Ok(document) => explore(&document),
            Err(error) => {
                prop_assert!(error.position.offset <= text.len());
                prop_assert!(text.is_char_boundary(error.position.offset));
                let _ = error.excerpt(&text, 40).to_string();
            }
        }
    }

    /// Neither do octets in any encoding.
    #[test]
    fn octets_never_panic(
        octets in proptest::collection::vec(any::<u8>(), 0..40),
        charset in proptest::option::of(proptest::sample::select(vec!["utf-8", "utf-16", "utf-16be", "latin1", "cp1252", "ascii"])),
    ) {
        let text = lossy(&octets, charset);
        match Source::decode(octets, charset) {
            Ok(source) => prop_assert_eq!(source.text(), text),
            Err(error) => prop_assert!(error.position.offset <= text.len()),
        }
    }
}
