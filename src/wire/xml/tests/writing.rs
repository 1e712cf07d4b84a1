//! What the writer writes, and what it does not.

use crate::wire::xml::{Document, Form, WriteError, Writer};

fn written(form: Form, write: impl FnOnce(&mut Writer)) -> Result<String, WriteError> {
    let mut xml = Writer::new(form);
    write(&mut xml);
    let out = xml.finish()?;
    out.parse::<Document>().unwrap_or_else(|error| panic!("{out}: {error}"));
    Ok(out)
}

const PLAIN: Form = Form { indent: false, ascii: false };
const INDENT: Form = Form { indent: true, ascii: false };
const ASCII: Form = Form { indent: false, ascii: true };

#[test]
fn a_whole_document() {
    let document = |xml: &mut Writer| {
        xml.declaration();
        xml.doctype("cXML", "http://xml.cxml.org/schemas/cXML/1.2.063/cXML.dtd");
        xml.element("cXML", &[("payloadID", "1@x")], |xml| {
            xml.optional_attribute("version", None);
            xml.attribute("xml:lang", "de");
            xml.element("Description", &[], |xml| {
                xml.text("Größe <M> & mehr");
                xml.text_element("ShortName", &[], "G");
            });
            xml.empty_element("Empty", &[]);
            xml.element("Items", &[], |xml| xml.text_element("Item", &[("q", "\"1\"\n")], "€"));
        });
    };
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                <!DOCTYPE cXML SYSTEM \"http://xml.cxml.org/schemas/cXML/1.2.063/cXML.dtd\">\n";
    let body = "<cXML payloadID=\"1@x\" xml:lang=\"de\"><Description>Größe &lt;M&gt; &amp; mehr<ShortName>G</ShortName>\
                </Description><Empty/><Items><Item q=\"&quot;1&quot;&#10;\">€</Item></Items></cXML>";
    assert_eq!(written(PLAIN, document).unwrap(), format!("{head}{body}"));
    let ascii = body.replace("öß", "&#xF6;&#xDF;").replace('€', "&#x20AC;");
    assert_eq!(written(ASCII, document).unwrap(), format!("{head}{ascii}"));
    let indented = "<cXML payloadID=\"1@x\" xml:lang=\"de\">\n  <Description>Größe &lt;M&gt; &amp; mehr<ShortName>G</ShortName>\
                    </Description>\n  <Empty/>\n  <Items>\n    <Item q=\"&quot;1&quot;&#10;\">€</Item>\n  </Items>\n</cXML>\n";
    assert_eq!(written(INDENT, document).unwrap(), format!("{head}{indented}"));
}

#[test]
fn what_xml_cannot_carry_is_replaced() {
    let out = written(PLAIN, |xml| xml.text_element("a", &[("b", "\u{0}\u{FFFE}")], "\u{B}x\r]]>")).unwrap();
    assert_eq!(out, "<a b=\"\u{FFFD}\u{FFFD}\">\u{FFFD}x&#13;]]&gt;</a>");
    let out = written(ASCII, |xml| xml.text_element("a", &[], "\u{B}\u{1F600}")).unwrap();
    assert_eq!(out, "<a>&#xFFFD;&#x1F600;</a>");
}

#[test]
fn markup_is_copied_or_made_ascii() {
    let markup = "é<b c='ü'>&amp;<![CDATA[<ä>]]></b><!-- ö --><?p q?><![CDATA[<]]>";
    let wrap = |xml: &mut Writer| xml.element("a", &[], |xml| xml.markup(markup));
    assert_eq!(written(PLAIN, wrap).unwrap(), format!("<a>{markup}</a>"));
    assert_eq!(written(INDENT, wrap).unwrap(), format!("<a>{markup}</a>\n"));
    assert_eq!(
        written(ASCII, wrap).unwrap(),
        "<a>&#xE9;<b c='&#xFC;'>&amp;&lt;&#xE4;&gt;</b><!-- ? --><?p q?><![CDATA[<]]></a>"
    );
    for markup in ["<ä/>", "<b ä=''/>", "<?p ä?>", "<b xmlns:ä='u'/>"] {
        let wrap = |xml: &mut Writer| xml.element("a", &[], |xml| xml.markup(markup));
        assert_eq!(written(ASCII, wrap), Err(WriteError::MarkupNotAscii));
        written(PLAIN, wrap).unwrap();
    }
}

#[test]
fn nothing_that_is_not_well_formed_is_given_out() {
    let fault = |write: fn(&mut Writer)| written(ASCII, write).unwrap_err();
    for (write, expected) in [
        ((|_| {}) as fn(&mut Writer), WriteError::NoRoot),
        (|xml| xml.declaration(), WriteError::NoRoot),
        (|xml| xml.empty_element("a b", &[]), WriteError::Name("a b".into())),
        (|xml| xml.empty_element("", &[]), WriteError::Name("".into())),
        (|xml| xml.empty_element("ä", &[]), WriteError::Name("ä".into())),
        (|xml| xml.empty_element("a", &[("b", ""), ("b", "")]), WriteError::DuplicateAttribute("b".into())),
        (
            |xml| {
                xml.empty_element("a", &[]);
                xml.empty_element("a", &[]);
            },
            WriteError::Misplaced("element"),
        ),
        (
            |xml| {
                xml.empty_element("a", &[]);
                xml.doctype("a", "");
            },
            WriteError::Misplaced("DOCTYPE"),
        ),
        (|xml| xml.text("x"), WriteError::Misplaced("text")),
        (|xml| xml.markup("<a/>"), WriteError::Misplaced("markup")),
        (|xml| xml.attribute("a", ""), WriteError::LateAttribute("a".into())),
        (
            |xml| {
                xml.element("a", &[], |xml| {
                    xml.text("x");
                    xml.attribute("b", "");
                });
            },
            WriteError::LateAttribute("b".into()),
        ),
        (|xml| xml.doctype("a", "\"'"), WriteError::SystemId("\"'".into())),
        (|xml| xml.doctype("a", "ä"), WriteError::SystemId("ä".into())),
    ] {
        assert_eq!(fault(write), expected);
    }
    for markup in ["<b>", "&x;", "<p:b/>", "]]>", "\u{1}", "</a><a>", "<!DOCTYPE a>", "</_><_>", "</_><!-- "]
    {
        let fault = written(PLAIN, |xml| xml.element("a", &[], |xml| xml.markup(markup))).unwrap_err();
        assert!(matches!(fault, WriteError::Markup(_)), "{markup}: {fault}");
    }
}
