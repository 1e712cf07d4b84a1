//! What the reader makes of a text, what it refuses and where.

use std::fmt::Write as _;

use crate::wire::xml::{Document, Element, Flaw, Limit, Limits, Node, ReadError, ReadErrorKind};

/// James Clark's canonical form, without notations: sorted attributes, no comments, everything escaped.
pub(super) fn canonical(document: &Document) -> String {
    let mut out = String::new();
    let mut open = Vec::new();
    let everything = document.nodes().flat_map(|node| {
        let inner: Vec<_> = node.element().into_iter().flat_map(Element::descendant_nodes).collect();
        std::iter::once(node).chain(inner)
    });
    for node in everything {
        let start = match node {
            Node::Element(element) => element.span().start,
            Node::Text(piece) | Node::Comment(piece) | Node::Instruction { content: piece, .. } => {
                piece.span().start
            }
        };
        while let Some((end, name)) = open.pop_if(|(end, _)| *end <= start) {
            let _: usize = end;
            write!(out, "</{name}>").unwrap();
        }
        match node {
            Node::Element(element) => {
                write!(out, "<{}", element.qualified_name()).unwrap();
                let mut attributes: Vec<_> = element
                    .attributes()
                    .map(|attribute| (attribute.qualified_name().to_owned(), attribute.value()))
                    .chain(element.declarations().map(|(prefix, uri)| match prefix {
                        Some(prefix) => (format!("xmlns:{prefix}"), uri),
                        None => ("xmlns".to_owned(), uri),
                    }))
                    .collect();
                attributes.sort();
                for (name, value) in attributes {
                    write!(out, " {name}=\"{}\"", escaped(value)).unwrap();
                }
                out.push('>');
                open.push((element.span().end, element.qualified_name()));
            }
            Node::Text(piece) => out.push_str(&escaped(piece.value)),
            Node::Comment(_) => {}
            Node::Instruction { target, content } => write!(out, "<?{target} {}?>", content.value).unwrap(),
        }
    }
    for (_, name) in open.into_iter().rev() {
        write!(out, "</{name}>").unwrap();
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

fn refusal(text: &str) -> ReadError {
    text.parse::<Document>().expect_err(text)
}

/// The message with its place, and the caret's column.
fn told(text: &str) -> String {
    refusal(text).to_string()
}

#[test]
fn a_tree_with_places() {
    let text = "<?xml version='1.0'?>\n<!DOCTYPE cXML SYSTEM \"http://x/cXML.dtd\">\n<!-- c --><cXML a='1'\n  b = \"&lt;ü\">\
                t&amp;<![CDATA[<]]>\r\n<Ö x:y='2' xmlns:x='u'/><?p q r?>\n</cXML >\n<!--d-->";
    let document: Document = text.parse().unwrap();
    assert_eq!(
        canonical(&document),
        "<cXML a=\"1\" b=\"&lt;ü\">t&amp;&lt;&#10;<Ö x:y=\"2\" xmlns:x=\"u\"></Ö><?p q r?>&#10;</cXML>"
    );
    let doctype = document.doctype().unwrap();
    assert_eq!(
        (doctype.name, doctype.public_id, doctype.system_id),
        ("cXML", None, Some("http://x/cXML.dtd"))
    );
    let root = document.root();
    let place = |(line, column), span: std::ops::Range<usize>, starts: &str| {
        let position = document.position(span.start);
        assert_eq!((position.line, position.column), (line, column));
        assert!(text[span].starts_with(starts));
    };
    place((3, 11), root.span(), "<cXML a");
    place((4, 8), root.attribute_named("b").unwrap().value_span(), "&lt;ü");
    let inner = root.required("Ö").unwrap();
    place((5, 1), inner.span(), "<Ö");
    place((5, 9), inner.attribute_named("x:y").unwrap().value_span(), "2");
    assert_eq!(&text[root.attribute_named("b").unwrap().value_span()], "&lt;ü");
    assert_eq!(inner.attribute_named("x:y").unwrap().namespace(), Some("u"));
    assert_eq!(inner.parent(), Some(root));
    assert_eq!(document.nodes().count(), 3);
}

#[test]
fn refusals_name_the_place() {
    assert_eq!(told(""), "line 1, column 1: there is no root element");
    assert_eq!(
        told("<a>\n  <b></a>"),
        "line 2, column 6: </a> closes nothing here: <b>, opened in line 2, must be closed first"
    );
    assert_eq!(told("<a>\n<b/>"), "line 2, column 5: element a, opened in line 1, is not closed");
    assert_eq!(told("<a/>\nx"), "line 2, column 1: text outside of the root element");
    assert_eq!(told("<a/><b/>"), "line 1, column 5: a second root element b");
    assert_eq!(told("<ä>&nbsp;</ä>"), "line 1, column 4: entity nbsp is not declared");
    assert_eq!(
        told("<a>AT&T</a>"),
        "line 1, column 6: \"&\" begins no reference; as text it must be written &amp;"
    );
    assert_eq!(
        told("<a>1 < 2</a>"),
        "line 1, column 6: \"<\" begins no tag; as text it must be written &lt;"
    );
    assert_eq!(told("<a b=\"1 c=\"2\">x</a>"), "line 1, column 12: expected white space, \">\" or \"/>\"");
    assert_eq!(told("<a b=\"1>x</a>"), "line 1, column 10: \"<\" in an attribute value must be written &lt;");
    assert_eq!(told("<a>\u{1}</a>"), "line 1, column 4: character U+0001 is not allowed in XML");
    assert_eq!(told("<a>\u{FFFF}</a>"), "line 1, column 4: character U+FFFF is not allowed in XML");
    assert_eq!(
        told("\n<?xml version='1.0'?><a/>"),
        "line 2, column 1: an XML declaration is allowed at the very start only"
    );
    assert_eq!(told("<a><p:b/></a>"), "line 1, column 5: namespace prefix p is not declared");
    assert_eq!(
        told("<!DOCTYPE a [\n<!ENTITY b 'c'>]><a/>"),
        "line 2, column 1: the DOCTYPE has an internal subset with declarations, which are not accepted"
    );
}

#[test]
fn each_rule_has_its_flaw() {
    let flaw = |text: &str| match refusal(text).kind {
        ReadErrorKind::NotWellFormed(flaw) => flaw,
        other => panic!("{text}: {other}"),
    };
    let twice = |name: &str| Flaw::DuplicateAttribute(name.into());
    for (text, expected) in [
        ("<a b='' b=''/>", twice("b")),
        ("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", twice("q:b")),
        ("<a>]]></a>", Flaw::CdataEndInText),
        ("<a>x]]&gt;]]></a>", Flaw::CdataEndInText),
        ("<a><!-- -- --></a>", Flaw::DoubleHyphen),
        ("<a><!-- ---></a>", Flaw::DoubleHyphen),
        ("<!--->", Flaw::Unclosed("a comment")),
        ("<a><![CDATA[x]]</a>", Flaw::Unclosed("a CDATA section")),
        ("<a><?x ></a>", Flaw::Unclosed("a processing instruction")),
        ("<a", Flaw::Unclosed("a tag")),
        ("<a></a", Flaw::Unclosed("an end tag")),
        ("<a>&#x41", Flaw::Reference),
        ("<a>&", Flaw::Reference),
        ("<![CDATA[]]><a/>", Flaw::CdataOutsideRoot),
        ("<a/>&amp;", Flaw::TextOutsideRoot),
        ("\u{FEFF}<a/>", Flaw::TextOutsideRoot),
        ("<!DOCTYPE a>\u{FEFF}<a/>", Flaw::TextOutsideRoot),
        ("</a>", Flaw::StrayEndTag("a".into())),
        ("<a></a b='c'>", Flaw::Expected("\">\"")),
        ("<a></ a>", Flaw::Name),
        ("<a b/>", Flaw::Expected("\"=\" and a value")),
        ("<a b=c/>", Flaw::Expected("a quoted value")),
        ("<a / b='c'>", Flaw::Expected("\"/>\"")),
        ("<a b='1'c='2'/>", Flaw::Expected("white space, \">\" or \"/>\"")),
        ("<a 1='2'/>", Flaw::Name),
        ("<a><?1 x?></a>", Flaw::Name),
        ("<a><?p:q x?></a>", Flaw::Name),
        ("<a><?XmL x?></a>", Flaw::ReservedTarget("XmL".into())),
        ("<a><?xml version='1.0'?></a>", Flaw::MisplacedDeclaration),
        ("<a/><!DOCTYPE a>", Flaw::MisplacedDoctype),
        ("<!DOCTYPE a><!DOCTYPE a><a/>", Flaw::MisplacedDoctype),
        ("<!doctype a><a/>", Flaw::UnknownMarkup),
        ("<a><!ELEMENT></a>", Flaw::UnknownMarkup),
        ("<!DOCTYPE a SYSTEM 'x' <a/>", Flaw::Expected(">")),
        ("<!DOCTYPE a SYSTEM x><a/>", Flaw::Expected("a quoted value")),
        ("<!DOCTYPE a PUBLIC 'x'><a/>", Flaw::Expected("white space")),
        ("<!DOCTYPE a PUBLIC 'ü' ''><a/>", Flaw::Expected("a public identifier")),
        ("<!DOCTYPE a", Flaw::Unclosed("the DOCTYPE")),
        ("<a xmlns:p=''/>", Flaw::NamespaceDeclaration("p=\"\"".into())),
        ("<a xmlns:xml='u'/>", Flaw::NamespaceDeclaration("xml=\"u\"".into())),
        ("<xmlns:a/>", Flaw::UnknownPrefix("xmlns".into())),
        ("<a><b xmlns:p='u'/><p:c/></a>", Flaw::UnknownPrefix("p".into())),
    ] {
        assert_eq!(flaw(text), expected, "{text}");
    }
}

#[test]
fn tolerated_forms() {
    for text in [
        "<!DOCTYPE a [ ]><a/>",
        "<!DOCTYPE a PUBLIC \"-//X//Y\" 'z' ><a/>",
        "<!DOCTYPE p:a SYSTEM '>'><a/>",
        "<a><!----><?x?><![CDATA[]]></a>",
        "<a>]] > ]&#93;></a>",
        "<a b=\"'>\" c='\">'/>",
        "<a xmlns='u'><b xmlns=''/></a>",
        "<a xml:lang='de' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='u' xmlns='u' b='' p:b=''/>",
        " \n<a/>\n ",
    ] {
        text.parse::<Document>().unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn every_limit_is_told_apart() {
    let limits = Limits { bytes: 60, depth: 3, nodes: 5, attributes: 2, name_bytes: 6, value_bytes: 8 };
    let limit = |text: &str| match Document::read(text, None, &limits) {
        Ok(_) => None,
        Err(ReadError { kind: ReadErrorKind::Limit { limit, .. }, position }) => {
            Some((limit, position.column))
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(limit("<a><b><c/></b>12345678</a>"), None);
    assert_eq!(limit(&"x".repeat(61)), Some((Limit::Bytes, 1)));
    assert_eq!(limit("<a><b><c><d/></c></b></a>"), Some((Limit::Depth, 10)));
    assert_eq!(limit("<a><b/><b/><b/><b/><b/></a>"), Some((Limit::Nodes, 20)));
    assert_eq!(limit("<a b='' c='' d=''/>"), Some((Limit::Attributes, 14)));
    assert_eq!(limit("<a><abcdefg/></a>"), Some((Limit::Name, 5)));
    assert_eq!(limit("<a abcdefg=''/>"), Some((Limit::Name, 4)));
    assert_eq!(limit("<a><?abcdefg?></a>"), Some((Limit::Name, 6)));
    assert_eq!(limit("<a b='123456789'/>"), Some((Limit::Value, 7)));
    assert_eq!(limit("<a>1234&lt;9</a>"), Some((Limit::Value, 4)));
    assert_eq!(limit("<a><!--123456789--></a>"), Some((Limit::Value, 8)));
}

#[test]
fn many_attributes_are_still_compared() {
    let attributes: Vec<_> = (0..100).map(|i| format!(" a{i}=''")).collect();
    let attributes = attributes.concat();
    assert!(format!("<r{attributes}/>").parse::<Document>().is_ok());
    let error = refusal(&format!("<r{attributes} a50='' a3=''/>"));
    assert_eq!(error.kind, ReadErrorKind::NotWellFormed(Flaw::DuplicateAttribute("a50".into())));
}

#[test]
fn children_are_found_by_name_whatever_the_order() {
    let document: Document =
        "<r><c>2</c> <b k='1'/>\n<c>3</c><x:b xmlns:x='u'/><d> 4<!-- --> 5\n</d></r>".parse().unwrap();
    let root = document.root();
    assert_eq!(root.required("b").unwrap().required_attribute("k").unwrap(), "1");
    assert_eq!(root.all("c").map(Element::text).collect::<Vec<_>>(), ["2", "3"]);
    assert_eq!(root.optional("e").unwrap(), None);
    assert_eq!(root.optional_in("u", "b").unwrap().unwrap().qualified_name(), "x:b");
    let d = root.required("d").unwrap();
    assert_eq!((d.text(), d.trimmed_text()), (" 4 5\n".into(), "4 5".into()));
    assert_eq!(root.string_value(), "2 \n3 4 5\n");
    assert_eq!(root.descendants().map(Element::name).collect::<String>(), "rcbcbd");
    assert_eq!(root.required("e").unwrap_err().to_string(), "line 1, column 1: element r has no e");
    assert_eq!(
        root.optional("c").unwrap_err().to_string(),
        "line 2, column 1: element r has more than one c"
    );
    assert_eq!(
        root.required_attribute("k").unwrap_err().to_string(),
        "line 1, column 1: element r has no attribute k"
    );
    assert_eq!(
        d.parse_trimmed_text(str::parse::<u8>).unwrap_err().to_string(),
        "line 2, column 27: element d: invalid digit found in string"
    );
    assert_eq!(
        root.required("b").unwrap().parse_attribute("k", |_| Err::<(), _>("no")).unwrap_err().to_string(),
        "line 1, column 16: element b, attribute k: no"
    );
    assert_eq!(root.required("b").unwrap().parse_required_attribute("k", str::parse), Ok(1_u8));
}

#[test]
fn any_content_is_kept_to_the_letter() {
    for content in
        ["", "x", " <b c='&amp;'/>&lt;<![CDATA[]]>", "<![CDATA[<a>]]><!-- </a> -->", "<b>\r\n</b><?p?>"]
    {
        let text = format!("<r><a>{content}</a ><b/></r>");
        let document: Document = text.parse().unwrap();
        let a = document.root().required("a").unwrap();
        assert_eq!(a.markup(), content);
        assert_eq!(&text[a.span()], a.outer_markup());
    }
    let document: Document = "<r><a/></r>".parse().unwrap();
    assert_eq!(document.root().required("a").unwrap().markup(), "");
}

#[test]
fn namespaces_resolve_in_scope() {
    let document: Document =
        "<r xmlns='d' xmlns:p='1'><p:a xmlns:p='2'><p:b p:c='' d=''/><e xmlns=''/></p:a><p:f/></r>"
            .parse()
            .unwrap();
    let seen: Vec<_> =
        document.root().descendants().map(|e| (e.qualified_name(), e.namespace().unwrap_or("-"))).collect();
    assert_eq!(seen, [("r", "d"), ("p:a", "2"), ("p:b", "2"), ("e", "-"), ("p:f", "1")]);
    let b = document.root().descendants().find(|e| e.name() == "b").unwrap();
    assert_eq!(b.attributes().map(|a| a.namespace()).collect::<Vec<_>>(), [Some("2"), None]);
    assert_eq!(b.namespace_of_prefix(Some("p")), Some("2"));
    assert_eq!(b.namespace_of_prefix(None), Some("d"));
    let e = document.root().descendants().find(|e| e.name() == "e").unwrap();
    assert_eq!(e.namespace_of_prefix(None), None);
}

#[test]
fn secrets_are_overwritten_in_place() {
    let text = "<a><SharedSecret>gehe&#105;m</SharedSecret><b c='ü'/></a>";
    let document: Document = text.parse().unwrap();
    let root = document.root();
    let redacted = document.redacted(&[
        root.required("SharedSecret").unwrap().content_span(),
        root.required("b").unwrap().attribute_named("c").unwrap().value_span(),
    ]);
    assert_eq!(redacted, "<a><SharedSecret>***********</SharedSecret><b c='**'/></a>");
    assert_eq!(redacted.len(), text.len());
}
