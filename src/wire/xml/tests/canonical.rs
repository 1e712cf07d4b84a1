//! The canonical forms against the published examples, and rules those do not reach.

use std::{fs, path::Path, str::FromStr};

use super::vectors;
use crate::wire::xml::{
    Document, Element, Limits, ReadErrorKind,
    canonical::{Canonical, CanonicalError, Defaults, Form, Part},
};

fn read(path: &Path) -> Document {
    Document::read(fs::read(path).unwrap(), None, &Limits::default()).unwrap()
}

fn form(form: Form) -> Canonical<'static> {
    Canonical { form, ..Canonical::default() }
}

fn with_comments(form: Form) -> Canonical<'static> {
    Canonical { form, comments: true, ..Canonical::default() }
}

fn exclusive(prefixes: &[&str], comments: bool) -> Canonical<'static> {
    let prefixes = prefixes.iter().map(|&prefix| prefix.to_owned()).collect();
    Canonical { form: Form::Exclusive, comments, prefixes, defaults: None }
}

fn whole(document: &Document, canonical: &Canonical<'_>) -> String {
    String::from_utf8(canonical.octets(Part::Document(document), None).unwrap()).unwrap()
}

fn of(element: Element<'_>, canonical: &Canonical<'_>) -> String {
    String::from_utf8(canonical.octets(Part::Element(element), None).unwrap()).unwrap()
}

fn named<'a>(document: &'a Document, name: &str) -> Element<'a> {
    document.root().descendants().find(|element| element.qualified_name() == name).unwrap()
}

/// Canonical XML 1.0 §3.1 and §3.2.
#[test]
fn examples_of_canonical_xml() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/w3c-c14n10-examples");
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for version in [Form::Canonical10, Form::Canonical11, Form::Exclusive] {
        let document = read(&folder.join("31_input.xml"));
        assert_eq!(whole(&document, &form(version)), text("31_c14n.xml"));
        assert_eq!(whole(&document, &with_comments(version)), text("31_c14n-comments.xml"));
        assert_eq!(whole(&read(&folder.join("32_input.xml")), &form(version)), text("32_c14n.xml"));
    }
}

/// Canonical XML 1.0 §3.4 declares attribute types in an internal subset, which is refused; what needs no declaration is exact.
#[test]
fn example_of_character_modifications() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/w3c-c14n10-examples");
    let without = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("<norm") || line.contains("<norm "));
        lines.collect::<Vec<_>>().join("\n")
    };
    for (input, expected) in
        [("34_input.xml", "34_c14n.xml"), ("34_input_validatingParser.xml", "34_c14n_validatingParser.xml")]
    {
        let text = fs::read_to_string(folder.join(input)).unwrap();
        let refused = Document::from_str(&text).unwrap_err();
        assert_eq!(refused.kind, ReadErrorKind::InternalSubset);
        let (_, undeclared) = text.split_once("]>").unwrap();
        let document = Document::from_str(&without(undeclared.trim_start())).unwrap();
        let expected = without(&fs::read_to_string(folder.join(expected)).unwrap());
        assert!(expected.contains("<norm attr="));
        assert_eq!(whole(&document, &form(Form::Canonical10)), expected);
    }
}

/// Interoperability of Canonical XML 1.1; two subtrees of one subset are each a subtree of their own.
#[test]
fn examples_of_canonical_xml_11() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/w3c-c14n11");
    for (case, names) in [
        ("xmlid-1", &["ietf:e1"][..]),
        ("xmlid-2", &["ietf:e11", "ietf:e12"]),
        ("xmllang-1", &["ietf:e1"]),
        ("xmllang-2", &["ietf:e2"]),
        ("xmllang-3", &["ietf:e11"]),
        ("xmllang-4", &["ietf:e11", "ietf:e12"]),
    ] {
        let (kind, _) = case.split_once('-').unwrap();
        let document = read(&folder.join(format!("{kind}-input.xml")));
        let found: String =
            names.iter().map(|name| of(named(&document, name), &form(Form::Canonical11))).collect();
        assert_eq!(found, fs::read_to_string(folder.join(format!("{case}.output"))).unwrap(), "{case}");
    }
}

/// Exclusive XML Canonicalization §2.2.
#[test]
fn examples_of_exclusive_canonicalization() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/exc-c14n-examples");
    for (input, element, canonical, expected) in [
        ("example2_2_1.xml", "n1:elem2", Form::Canonical10, "example2_2_1_c14nized.xml"),
        ("example2_2_1.xml", "n1:elem2", Form::Exclusive, "example2_2_c14nized_exclusive.xml"),
        ("example2_2_2.xml", "n1:elem2", Form::Canonical10, "example2_2_2_c14nized.xml"),
        ("example2_2_2.xml", "n1:elem2", Form::Exclusive, "example2_2_c14nized_exclusive.xml"),
        ("example2_2_3.xml", "p", Form::Exclusive, "example2_2_3_c14nized_exclusive.xml"),
    ] {
        let document = read(&folder.join(input));
        let expected = fs::read_to_string(folder.join(expected)).unwrap();
        assert_eq!(of(named(&document, element), &form(canonical)), expected, "{input}");
    }
}

#[test]
fn merlins_exclusive_signature() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/merlin-exc-c14n-one");
    let document = read(&folder.join("exc-signature.xml"));
    for (number, element, canonical) in [
        (0, "dsig:Object", exclusive(&[], false)),
        (1, "dsig:Object", exclusive(&["bar", "#default"], false)),
        (2, "dsig:Object", exclusive(&[], true)),
        (3, "dsig:Object", exclusive(&["bar", "#default"], true)),
        (4, "dsig:SignedInfo", exclusive(&[], false)),
    ] {
        let expected = fs::read_to_string(folder.join(format!("c14n-{number}.txt"))).unwrap();
        assert_eq!(of(named(&document, element), &canonical), expected, "{number}");
    }
}

/// Interop Y2 declares a default in an internal subset, which is refused; with the default handed over it is exact.
#[test]
fn interoperability_with_a_default() {
    let Some(vectors) = vectors() else { return };
    let folder = vectors.join("c14n/interop-Y2");
    let text = fs::read_to_string(folder.join("signature-joseph-exc.xml")).unwrap();
    assert_eq!(Document::from_str(&text).unwrap_err().kind, ReadErrorKind::InternalSubset);
    let (_, undeclared) = text.split_once("]>").unwrap();
    let document = Document::from_str(undeclared.trim_start()).unwrap();
    let defaults = Defaults::from([("e9".into(), vec![("attr".into(), "default".into())])]);
    for (number, canonical) in
        [(0, form(Form::Canonical10)), (1, exclusive(&[], false)), (2, exclusive(&["a"], false))]
    {
        let canonical = Canonical { defaults: Some(&defaults), ..canonical };
        let expected = fs::read_to_string(folder.join(format!("c14n-{number}.txt"))).unwrap();
        assert_eq!(of(named(&document, "e6"), &canonical), expected, "{number}");
    }
}

/// Canonical XML 1.1 §2.4 and §3.8: which `xml:` attributes an apex takes over.
#[test]
fn inherited_attributes() {
    let text = "<doc xmlns='http://www.ietf.org' xmlns:w3c='http://www.w3.org' xml:base='something/else'><e1>\
                <e2 xmlns='' xml:id='abc' xml:base='bar/' xml:space='preserve' xml:other='1'><e3 id='E3' xml:base='foo'/></e2>\
                </e1></doc>";
    let document = Document::from_str(text).unwrap();
    let e3 = named(&document, "e3");
    let written = |version| of(e3, &form(version));
    insta::assert_snapshot!(written(Form::Canonical10),
        @r#"<e3 xmlns:w3c="http://www.w3.org" id="E3" xml:base="foo" xml:id="abc" xml:other="1" xml:space="preserve"></e3>"#);
    insta::assert_snapshot!(written(Form::Canonical11),
        @r#"<e3 xmlns:w3c="http://www.w3.org" id="E3" xml:base="something/bar/foo" xml:space="preserve"></e3>"#);
    insta::assert_snapshot!(written(Form::Exclusive), @r#"<e3 id="E3" xml:base="foo"></e3>"#);
    let none = Document::from_str("<r xml:base='abc/'><e xml:base='../'/></r>").unwrap();
    assert_eq!(of(named(&none, "e"), &form(Form::Canonical11)), "<e></e>");
    assert_eq!(whole(&none, &form(Form::Canonical11)), r#"<r xml:base="abc/"><e xml:base="../"></e></r>"#);
}

#[test]
fn one_subtree_can_be_left_out() {
    let text = "<!--a--><r xmlns:p='urn:u'>x<p:s><t/><!--b--></p:s>y<p:s/></r><?z?>";
    let document = Document::from_str(text).unwrap();
    let signature = named(&document, "p:s");
    let less = |part, canonical: &Canonical<'_>| {
        String::from_utf8(canonical.octets(part, Some(signature)).unwrap()).unwrap()
    };
    let all = with_comments(Form::Exclusive);
    assert_eq!(
        less(Part::Document(&document), &all),
        "<!--a-->\n<r>xy<p:s xmlns:p=\"urn:u\"></p:s></r>\n<?z?>"
    );
    assert_eq!(
        less(Part::Element(document.root()), &form(Form::Canonical10)),
        "<r xmlns:p=\"urn:u\">xy<p:s></p:s></r>"
    );
    assert_eq!(less(Part::Element(signature), &all), "");
    let root = all.octets(Part::Document(&document), Some(document.root())).unwrap();
    assert_eq!(root, b"<!--a-->\n\n<?z?>");
    // The same place of another document is not the same element.
    let other = Document::from_str(text).unwrap();
    assert_eq!(all.octets(Part::Document(&other), Some(signature)).unwrap(), whole(&other, &all).as_bytes());
}

#[test]
fn the_default_namespace_is_undone_where_it_was_written() {
    let text = "<a xmlns='urn:u'><b xmlns=''><c xmlns=''/><p:d xmlns:p='urn:v' p:q='1'><e xmlns='urn:u'/></p:d></b></a>";
    let document = Document::from_str(text).unwrap();
    let (d, c) = (named(&document, "p:d"), named(&document, "c"));
    insta::assert_snapshot!(whole(&document, &form(Form::Canonical10)),
        @r#"<a xmlns="urn:u"><b xmlns=""><c></c><p:d xmlns:p="urn:v" p:q="1"><e xmlns="urn:u"></e></p:d></b></a>"#);
    insta::assert_snapshot!(of(d, &form(Form::Canonical10)), @r#"<p:d xmlns:p="urn:v" p:q="1"><e xmlns="urn:u"></e></p:d>"#);
    insta::assert_snapshot!(of(c, &form(Form::Exclusive)), @"<c></c>");
    insta::assert_snapshot!(of(c, &exclusive(&["#default", "unbound"], false)), @"<c></c>");
}

/// Deep and wide documents take no stack, and every element that writes a long namespace anew is soon too much.
#[test]
fn out_of_proportion() {
    let limits = Limits { depth: 100_000, ..Limits::default() };
    let deep = ["<a>".repeat(100_000), "</a>".repeat(100_000)].concat();
    let document = Document::read(deep.clone(), None, &limits).unwrap();
    assert_eq!(whole(&document, &form(Form::Exclusive)), deep);
    let uri = ["urn:", &"u".repeat(100_000)].concat();
    let text = format!("<r xmlns:p='{uri}'>{}</r>", "<p:e/>".repeat(10_000));
    let document = Document::from_str(&text).unwrap();
    let refused = form(Form::Exclusive).octets(Part::Document(&document), None).unwrap_err();
    assert_eq!(refused, CanonicalError::TooLong { allowed: 8 * text.len() + (1 << 16) });
    whole(&document, &form(Form::Canonical10));
}

#[test]
fn relative_namespaces_have_no_canonical_form() {
    for (uri, relative) in
        [("a/b", true), ("..", true), ("1a:b", true), ("a/b:c", true), ("urn:a", false), ("x-y:", false)]
    {
        let document = Document::from_str(&format!("<p:a xmlns:p='{uri}'/>")).unwrap();
        let found = form(Form::Exclusive).octets(Part::Document(&document), None);
        let refused = Err(CanonicalError::RelativeNamespace(uri.into()));
        assert!(if relative { found == refused } else { found.is_ok() }, "{uri}");
    }
}
