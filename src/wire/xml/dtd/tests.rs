use std::fmt::Write as _;

use super::*;
use crate::wire::xml::{Flaw, Limit, ReadErrorKind, check};

fn read(text: &str) -> Result<Declarations, ReadError> {
    Declarations::read(text.as_bytes().to_vec(), &Limits::default())
}

fn model(text: &str) -> String {
    match &read(text).unwrap().elements[0].content {
        ContentDeclaration::Children(expression) => expression.to_string(),
        other => format!("{other:?}"),
    }
}

fn flaw(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn content_models() {
    assert_eq!(model("<!ELEMENT a EMPTY>"), "Empty");
    assert_eq!(model("<!ELEMENT a ANY >"), "Any");
    assert_eq!(model("<!ELEMENT a (#PCDATA)>"), "Mixed([])");
    assert_eq!(model("<!ELEMENT a ( #PCDATA | b|x:c )* >"), r#"Mixed(["b", "x:c"])"#);
    assert_eq!(model("<!ELEMENT a ((b?,c)+|(d*,(e|f)?,g))>"), "((b?, c)+ | (d*, (e | f)?, g))");
    assert_eq!(flaw("<!ELEMENT a (b,c|d)>"), "line 1, column 17: expected \",\", \"|\" or \")\"");
    assert_eq!(flaw("<!ELEMENT a (#PCDATA|b)>"), "line 1, column 24: expected \"*\"");
    assert_eq!(flaw("<!ELEMENT a ()>"), "line 1, column 14: not a name");
    assert_eq!(flaw("<!ELEMENT a (b)"), "line 1, column 16: expected >");
}

#[test]
fn parameter_entities_stand_for_parts_of_declarations() {
    let text = r#"<!ENTITY % more ",(c | d)"> <!ENTITY % kind '(x | y)'> <!ENTITY % more "ignored">
        <!ENTITY % decl "<!ELEMENT a (b %more;, e)>"> %decl;
        <!ATTLIST a k %kind; "x" l CDATA #FIXED '&v;'> <!ATTLIST a k CDATA #REQUIRED>"#;
    assert!(flaw(text).ends_with("entity v is not declared"));
    let declarations = read(&format!("<!ENTITY v \"1.2\">{text}")).unwrap();
    let ContentDeclaration::Children(content) = &declarations.elements[0].content else { panic!() };
    assert_eq!(content.to_string(), "(b, (c | d), e)");
    let attributes = &declarations.attributes["a"];
    assert_eq!(attributes[0].kind, AttributeKind::OneOf(vec!["x".into(), "y".into()]));
    assert_eq!(attributes[0].presence, Presence::Default("x".into()));
    assert_eq!(attributes[1].presence, Presence::Fixed("1.2".into()));
    assert_eq!(attributes.len(), 2);
}

#[test]
fn conditional_sections_are_taken_or_passed_over() {
    let text = "<!ENTITY % on 'INCLUDE'><!ENTITY % off 'IGNORE'>
        <![%off;[ <!ELEMENT x EMPTY> <![INCLUDE[ <nonsense> ]]> ]]>
        <![ %on; [ <!ELEMENT a (b)> <![IGNORE[ ]]> <![INCLUDE[ <!ELEMENT b EMPTY> ]]> ]]>";
    let names: Vec<_> = read(text).unwrap().elements.into_iter().map(|element| element.name).collect();
    assert_eq!(names, ["a".into(), Box::from("b")]);
    assert_eq!(
        flaw("<![INCLUDE[ <!ELEMENT a (b)>"),
        "line 1, column 29: a conditional section is not closed"
    );
    assert_eq!(flaw("]]>"), "line 1, column 1: expected a declaration");
}

#[test]
fn expansion_is_bounded() {
    let limits = Limits { bytes: 200_000, ..Limits::default() };
    let read = |text: &str| Declarations::read(text.as_bytes().to_vec(), &limits);
    let mut bomb = "<!ENTITY % a0 'xxxxxxxxxx'>".to_owned();
    for level in 1..30 {
        let before = level - 1;
        let _ = write!(bomb, "<!ENTITY % a{level} '%a{before};%a{before};'>");
    }
    assert!(matches!(read(&bomb).unwrap_err().kind, ReadErrorKind::Limit { limit: Limit::Expansion, .. }));
    let mut silent = "<!ENTITY e0 ''>".to_owned();
    for level in 1..64 {
        let before = level - 1;
        let _ = write!(silent, "<!ENTITY e{level} '&e{before};&e{before};'>");
    }
    silent += "<!ATTLIST a b CDATA '&e60;'>";
    let error = read(&silent).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::Limit { limit: Limit::Expansion, .. }), "{error}");
    let nested = "(".repeat(100_000);
    let error = read(&format!("<!ELEMENT a {nested}")).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::Limit { limit: Limit::ContentDepth, .. }));
    assert_eq!(flaw("<!ENTITY % a '&#37;a;'> %a;"), "line 1, column 25: entity a refers to itself");
}

/// `check` expands nothing, so bombs are as quick as any other document.
#[test]
fn a_bomb_is_well_formed_unless_it_refers_to_itself() {
    let mut bomb = "<!DOCTYPE a [<!ENTITY e0 'ha<b/>'>".to_owned();
    for level in 1..200 {
        let before = level - 1;
        let _ = write!(bomb, "<!ENTITY e{level} '&e{before};&e{before};'>");
    }
    check(format!("{bomb}]><a>&e199;</a>"), None, &Limits::default()).unwrap();
    let value = check(format!("{bomb}]><a b='&e199;'/>"), None, &Limits::default()).unwrap_err();
    assert_eq!(
        value.kind,
        Flaw::InEntity {
            name: "e0".into(),
            problem: "\"<\" in an attribute value must be written &lt;".into()
        }
        .into()
    );
    let circle = check(
        "<!DOCTYPE a [<!ENTITY e '&f;'><!ENTITY f '&e;'>]>\n<a>&e;</a>".to_owned(),
        None,
        &Limits::default(),
    );
    assert!(circle.unwrap_err().to_string().starts_with("line 2, column 4: entity "));
}
