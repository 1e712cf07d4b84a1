//! The W3C conformance suite (James Clark's documents and those on namespaces) and documents made to do harm.

use std::{fs, path::Path};

use super::vectors;
use crate::wire::xml::{Document, Limits, ReadError, ReadErrorKind, Source, check};

/// The lines of a table, cut into columns, without its head.
fn table(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn read(path: &Path) -> Result<Document, ReadError> {
    Document::read(fs::read(path).unwrap(), None, &Limits::default())
}

#[test]
fn without_doctype_every_verdict_is_reached() {
    let Some(vectors) = vectors() else { return };
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in table(&vectors.join("xmlconf/expected.tsv")).iter().filter(|row| row[9] == "no") {
        let outcome = read(&vectors.join(&row[0]));
        match (row[1].as_str(), &outcome) {
            ("accept", Ok(_)) => accepted += 1,
            ("reject" | "reject-ns", Err(_)) => refused += 1,
            (verdict, outcome) => {
                wrong.push(format!("{}: {verdict}, but {:?}", row[0], outcome.as_ref().err()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((accepted, refused), (15, 103));
}

#[test]
fn with_doctype_declarations_are_refused_as_such() {
    let Some(vectors) = vectors() else { return };
    let (mut accepted, mut declared, mut refused, mut wrong) = (0, 0, 0, Vec::new());
    for row in table(&vectors.join("xmlconf/expected.tsv")).iter().filter(|row| row[9] == "yes") {
        let outcome = read(&vectors.join(&row[0]));
        match (row[1].as_str(), &outcome) {
            (_, Err(ReadError { kind: ReadErrorKind::InternalSubset, .. })) => declared += 1,
            ("accept" | "either" | "accept-if-ns-off" | "skip", Ok(_)) => accepted += 1,
            ("reject" | "reject-ns" | "skip" | "either", Err(_)) => refused += 1,
            // Its entity would be declared in the external subset; we do not look there, and refuse what we cannot resolve.
            _ if row[0].ends_with("valid/not-sa/031.xml") => refused += 1,
            (verdict, outcome) => {
                wrong.push(format!("{}: {verdict}, but {:?}", row[0], outcome.as_ref().err()));
            }
        }
    }
    println!("accepted {accepted}, declarations {declared}, refused otherwise {refused}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(declared > 200);
}

#[test]
fn what_is_made_to_do_harm_is_refused() {
    let Some(vectors) = vectors() else { return };
    let mut wrong = Vec::new();
    for row in table(&vectors.join("attacks/expected.tsv")) {
        if !row[0].starts_with("dos-and-xxe/") && !row[0].starts_with("entities/") {
            continue;
        }
        let outcome = read(&vectors.join("attacks").join(&row[0]));
        let kind = outcome.as_ref().err().map(|error| &error.kind);
        let right = match row[1].as_str() {
            "accept" => kind.is_none(),
            "reject" => matches!(kind, Some(ReadErrorKind::InternalSubset | ReadErrorKind::NotWellFormed(_))),
            "reject-limit" => matches!(kind, Some(ReadErrorKind::Limit { .. })),
            "reject-limit-or-accept" => matches!(kind, None | Some(ReadErrorKind::Limit { .. })),
            other => panic!("unknown verdict {other}"),
        };
        if !right {
            wrong.push(format!("{}: {}, but {kind:?}", row[0], row[1]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where [`check`] and the suite differ, with the reason.
const EXCEPTIONS: [(&str, &str); 2] = [
    (
        "eduni/namespaces/1.0/011.xml",
        "two prefixes have one namespace name only once an entity in it is expanded",
    ),
    (
        "eduni/namespaces/1.0/012.xml",
        "two prefixes have one namespace name only once an ATTLIST makes it a token",
    ),
];

#[test]
fn check_reaches_every_verdict() {
    let Some(vectors) = vectors() else { return };
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in table(&vectors.join("xmlconf/expected.tsv")) {
        let outcome = check(fs::read(vectors.join(&row[0])).unwrap(), None, &Limits::default());
        if let Some((_, reason)) = EXCEPTIONS.iter().find(|(name, _)| row[0].ends_with(name)) {
            assert_ne!(row[1] == "accept", outcome.is_ok(), "{}: no exception any more ({reason})", row[0]);
            continue;
        }
        match (row[1].as_str(), &outcome) {
            ("accept", Ok(())) => accepted += 1,
            ("reject" | "reject-ns", Err(_)) => refused += 1,
            ("either" | "accept-if-ns-off" | "skip", _) => {}
            (verdict, outcome) => {
                wrong.push(format!("{}: {verdict}, but {:?}", row[0], outcome.as_ref().err()));
            }
        }
    }
    println!("accepted {accepted}, refused {refused}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(accepted + refused + EXCEPTIONS.len() >= 392, "accepted {accepted}, refused {refused}");
}

/// What is read is what the suite says, in James Clark's canonical form.
///
/// Its documents all have internal subsets; where these declare nothing that changes content, they are cut out first.
#[test]
fn content_is_what_the_suite_says() {
    let Some(vectors) = vectors() else { return };
    let mut compared = 0;
    for row in table(&vectors.join("xmlconf/expected.tsv")).iter().filter(|row| row[4] == "none") {
        let Some(canonical) = row.get(10).filter(|path| !path.is_empty()) else { continue };
        let Ok(source) = Source::decode(fs::read(vectors.join(&row[0])).unwrap(), None) else { continue };
        let Some(text) = without_declarations(source.text()) else { continue };
        let document: Document = text.parse().unwrap_or_else(|error| panic!("{}: {error}", row[0]));
        let expected = fs::read_to_string(vectors.join(canonical)).unwrap();
        assert_eq!(super::reading::canonical(&document), expected, "{}", row[0]);
        compared += 1;
    }
    assert!(compared > 50, "compared {compared}");
}

/// `text` without its internal subset, unless that declares entities, notations or attributes.
fn without_declarations(text: &str) -> Option<String> {
    let (head, rest) = text.split_once(" [")?;
    let (subset, tail) = rest.split_once("]>")?;
    let plain =
        !["<!ENTITY", "<!ATTLIST", "<!NOTATION", "<?"].iter().any(|declared| subset.contains(declared));
    plain.then(|| format!("{head}>{tail}"))
}
