use std::collections::HashSet;

use super::*;
use crate::shell::demo::catalog;

fn drawn(drawing: &str, variant: u8) -> String {
    svg(&Picture { drawing: drawing.to_owned(), variant })
}

#[test]
fn every_drawing_is_small_closed_and_complete() {
    let all: Vec<&str> = names().collect();
    assert!(all.len() >= 30, "{}", all.len());
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "twice");
    for name in all.iter().copied().chain(["placeholder"]) {
        for variant in [0, 0x17, 0xf8, 0xff] {
            let text = drawn(name, variant);
            assert!(text.len() < 3000, "{name}: {}", text.len());
            assert!(!text.contains('@'), "{name}: a paint is unknown: {text}");
            for refused in ["<text", "<script", "<style", "<image", "href=", " on"] {
                assert!(!text.contains(refused), "{name}: {refused}");
            }
            assert_nested(&text);
        }
    }
}

/// Tags are closed in the order in which they were opened.
fn assert_nested(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

#[test]
fn every_name_of_the_sample_catalog_has_a_drawing() {
    let known: HashSet<&str> = names().chain(ALIKE.iter().map(|(from, _)| *from)).collect();
    assert!(ALIKE.iter().all(|(_, to)| names().any(|name| name == *to)));
    let used: HashSet<&str> = catalog::products()
        .unwrap()
        .iter()
        .filter_map(|product| product.picture.as_ref().map(|picture| picture.drawing.as_str()))
        .collect();
    let missing: Vec<_> = used.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(drawn("no such thing", 3), drawn("placeholder", 3));
}

#[test]
fn variants_differ_and_a_named_colour_is_taken() {
    assert_ne!(drawn("helmet", 0x03), drawn("helmet", 0x05));
    assert_ne!(drawn("helmet", 0x03), drawn("helmet", 0x13));
    assert!(drawn("helmet", variant(Some("hi-vis yellow"), 0x25)).contains("#efbe2c"));
    assert!(drawn("helmet", variant(Some("navy/royal"), 0x25)).contains("#3c5a8c"));
    assert_eq!(variant(None, 0x2f) & 0xf0, 0x20);
}

#[test]
#[ignore = "writes a sheet to look at: PICTURE_SHEET=file.html"]
fn sheet() {
    let cell = |name: &str, variant: u8| format!("<div>{}<p>{name}</p></div>", drawn(name, variant));
    let cells: String = names()
        .chain(["placeholder"])
        .enumerate()
        .map(|(at, name)| cell(name, u8::try_from(at * 37 % 256).unwrap()))
        .collect();
    let page = format!(
        "<style>body{{margin:8px;font:11px sans-serif}}div{{display:inline-block;width:150px;margin:4px;text-align:center}}p{{margin:2px}}</style>{cells}"
    );
    std::fs::write(std::env::var("PICTURE_SHEET").unwrap(), page).unwrap();
}
