use std::{env, fs, path::PathBuf};

use super::*;
use crate::wire::xml::{Document, Limits};

/// A folder of test data, or `None` outside CI when it is not there.
fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let place = env::var_os(variable).unwrap_or_else(|| default.into());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(place);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(env::var_os("CI").is_none(), "{variable}: nothing at {}", folder.display());
    println!("skipped: nothing at {} ({variable})", folder.display());
    None
}

fn grammar(text: &str) -> Grammar {
    from_dtd(text.as_bytes().to_vec(), &Limits::default()).unwrap()
}

fn findings(grammar: &Grammar, text: &str) -> Vec<String> {
    let document = text.parse::<Document>().unwrap();
    grammar.validate(&document).iter().map(ToString::to_string).collect()
}

#[test]
fn every_dtd_held_is_read_and_deterministic() {
    let Some(folder) = folder("CXML_DTD_DIR", "../shared/cxml-dtd") else { return };
    let mut files = 0;
    for version in
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in fs::read_dir(version).unwrap().map(|entry| entry.unwrap().path()) {
            let grammar = from_dtd(fs::read(&file).unwrap(), &Limits::default())
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            println!("{}: {} elements {:?}", file.display(), grammar.len(), grammar.remarks());
            assert!(grammar.len() > 300);
            files += 1;
        }
    }
    assert!(files >= 14, "{files} files");
}

/// The front end says of every well-formed document what the table says, which libxml2 found.
#[test]
fn the_corpus_has_the_verdicts_of_the_table() {
    let Some(corpus) = folder("CXML_CORPUS_DIR", "../shared/corpus") else { return };
    let Some(dtds) = folder("CXML_DTD_DIR", "../shared/cxml-dtd") else { return };
    let mut grammars = std::collections::HashMap::new();
    let (mut valid, mut invalid, mut not_xml, mut wrong) = (0, 0, 0, Vec::new());
    let table = fs::read_to_string(corpus.join("VALIDITY.tsv")).unwrap();
    for row in table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        let octets = fs::read(corpus.join(row[0])).unwrap();
        let outcome = Document::read(octets, None, &Limits::default());
        let document = match (row[4], outcome) {
            ("valid" | "invalid", Ok(document)) => document,
            ("not-well-formed" | "not-xml", Err(_)) => {
                not_xml += 1;
                continue;
            }
            (verdict, outcome) => {
                wrong.push(format!("{}: {verdict}, but read as {:?}", row[0], outcome.err()));
                continue;
            }
        };
        let file = dtd_file(document_type(&document).name());
        assert_eq!(file, row[3], "{}", row[0]);
        let grammar = grammars.entry(file).or_insert_with(|| {
            from_dtd(fs::read(dtds.join("1.2.071").join(file)).unwrap(), &Limits::default()).unwrap()
        });
        let found = grammar.validate(&document);
        match row[4] {
            "valid" if found.is_empty() => valid += 1,
            "invalid" if !found.is_empty() => invalid += 1,
            verdict => wrong.push(format!("{}: {verdict}, but {found:?}", row[0])),
        }
    }
    println!("valid {valid}, invalid {invalid}, not XML {not_xml}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(valid >= 52 && invalid >= 40 && not_xml >= 55, "the corpus has shrunk");
}

#[test]
fn the_own_grammar_is_whole() {
    let grammar = cxml();
    assert_eq!(grammar.remarks(), Vec::<String>::new());
    assert_eq!(grammar.undeclared(), Vec::<&str>::new());
    assert!(grammar.len() > 350, "{}", grammar.len());
}

/// Documents of which the own grammar says something else than the DTD of 1.2.071, with the reason.
const DIFFERENCES: [(&str, &str); 6] = [
    ("gkrhee+cxml-ruby/invoice_backed_and_unbacked_by_pos.xml", "a Money is empty, which is no amount"),
    ("gkrhee+cxml-ruby/invoice_backed_by_multiple_pos.xml", "a Money is empty"),
    ("gkrhee+cxml-ruby/invoice_taxes_at_line.xml", "a Money is empty"),
    ("gkrhee+cxml-ruby/invoice_taxes_at_line_multiple_taxes.xml", "placeholders for dates and currencies"),
    ("gkrhee+cxml-ruby/invoice_taxes_at_total.xml", "a Money is empty"),
    (
        "punchout-catalogs+punchout-catalog-spryker/TEMPLATE_CxmlSetupRequestProcessorStrategyPlugin.php.2.xml",
        "a placeholder for the Status code",
    ),
];

#[test]
fn the_own_grammar_agrees_on_the_corpus() {
    let Some(corpus) = folder("CXML_CORPUS_DIR", "../shared/corpus") else { return };
    let (mut agreed, mut wrong) = (0, Vec::new());
    let table = fs::read_to_string(corpus.join("VALIDITY.tsv")).unwrap();
    for row in table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        if !matches!(row[4], "valid" | "invalid") {
            continue;
        }
        let octets = fs::read(corpus.join(row[0])).unwrap();
        let document = Document::read(octets, None, &Limits::default()).unwrap();
        let found = cxml().validate(&document);
        let valid = found.iter().all(|violation| violation.kind.is_advice());
        let differs = DIFFERENCES.iter().any(|(name, _)| *name == row[0]);
        if (valid == (row[4] == "valid")) == differs {
            let found = found.iter().map(ToString::to_string).collect::<Vec<_>>();
            wrong.push(format!("{}: {}, but {found:#?}", row[0], row[4]));
        }
        agreed += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed >= 92, "{agreed} documents");
}

#[test]
fn findings_say_what_is_missing_and_what_may_stand() {
    let grammar = grammar(
        "<!ELEMENT Sender (Credential+, UserAgent)> <!ELEMENT Credential (#PCDATA)> <!ELEMENT UserAgent (#PCDATA)>
         <!ELEMENT all (a?, (b | c)*, d)> <!ELEMENT a EMPTY> <!ELEMENT b ANY> <!ELEMENT c EMPTY> <!ELEMENT d EMPTY>",
    );
    for (text, expected) in [
        ("<Sender><Credential/><Credential/><UserAgent/></Sender>", vec![]),
        ("<Sender><Credential/></Sender>", vec!["line 1, column 1: Sender: UserAgent is missing"]),
        ("<Sender/>", vec!["line 1, column 1: Sender: Credential and UserAgent are missing"]),
        (
            "<Sender>\n <UserAgent/></Sender>",
            vec!["line 2, column 2: Sender: Credential is missing before UserAgent"],
        ),
        (
            "<Sender><Credential/><UserAgent/><Credential/></Sender>",
            vec!["line 1, column 34: Sender: Credential stands in the wrong place or too often"],
        ),
        (
            "<all><c/><a/><b/><d/></all>",
            vec!["line 1, column 10: all: a stands in the wrong place or too often"],
        ),
        ("<all><b><all><d/></all>text</b><d/></all>", vec![]),
        ("<all>x<d/></all>", vec!["line 1, column 6: all cannot hold text"]),
        ("<all>&#32;<d/></all>", vec!["line 1, column 6: all cannot hold text"]),
        ("<all><a> </a><d/></all>", vec!["line 1, column 6: a must be empty"]),
        (
            "<all><D/></all>",
            vec!["line 1, column 1: all: d is missing", "line 1, column 6: there is no element D"],
        ),
    ] {
        assert_eq!(findings(&grammar, text), expected, "{text}");
    }
}

#[test]
fn attributes_are_held_to_their_types() {
    let grammar = grammar(
        "<!ELEMENT r (r*)> <!ATTLIST r id ID #IMPLIED to IDREF #IMPLIED all IDREFS #IMPLIED k (a | b) 'a'
         t NMTOKEN #IMPLIED ts NMTOKENS #IMPLIED f CDATA #FIXED '1.0' xmlns:x CDATA #IMPLIED q CDATA #REQUIRED>",
    );
    for (text, expected) in [
        ("<r q='' k=' b ' t=' 1 ' ts='a  b' f='1.0' xmlns:x='u:r'/>", vec![]),
        ("<r/>", vec!["line 1, column 1: r: attribute q is missing"]),
        ("<r q='' z='1'/>", vec!["line 1, column 9: r has no attribute z"]),
        ("<r q='' xmlns='u:r'/>", vec!["line 1, column 9: r has no attribute xmlns"]),
        ("<r q='' k='c'/>", vec!["line 1, column 9: r: k cannot be \"c\""]),
        ("<r q='' t='a b'/>", vec!["line 1, column 9: r: t must be a name, not \"a b\""]),
        ("<r q='' f='1.1'/>", vec!["line 1, column 9: r: f must be \"1.0\""]),
        ("<r q='' id='a'><r q='' to='b'/><r q='' id='b' all='a b'/></r>", vec![]),
        ("<r q='' id='a'><r q='' id='a'/></r>", vec!["line 1, column 24: ID \"a\" stands twice"]),
        ("<r q='' id='1'/>", vec!["line 1, column 9: r: id must be a name, not \"1\""]),
        ("<r q='' to='b'/>", vec!["line 1, column 9: ID \"b\" is referred to but nowhere"]),
    ] {
        assert_eq!(findings(&grammar, text), expected, "{text}");
    }
}

#[test]
fn a_model_that_fits_one_element_twice_still_gives_the_right_verdict() {
    let grammar =
        grammar("<!ELEMENT r ((a, b) | (a, c))> <!ELEMENT a EMPTY> <!ELEMENT b EMPTY> <!ELEMENT c EMPTY>");
    assert_eq!(grammar.remarks(), ["element r: its content model fits a in two ways at once"]);
    assert_eq!(findings(&grammar, "<r><a/><c/></r>"), Vec::<String>::new());
    assert_eq!(findings(&grammar, "<r><a/></r>").len(), 1);
}

#[test]
fn likely_names_are_offered() {
    let grammar = grammar(
        "<!ELEMENT PunchOutSetupResponse EMPTY> <!ATTLIST PunchOutSetupResponse payloadID CDATA #IMPLIED>",
    );
    for text in ["<PunchoutSetupResponse/>", "<PunchOutSetupRepsonse/>", "<PunchOutSetupRespons/>"] {
        let document = text.parse::<Document>().unwrap();
        let hint = grammar.validate(&document)[0].kind.hint();
        assert_eq!(hint.as_deref(), Some("did you mean PunchOutSetupResponse?"), "{text}");
    }
    let document = "<PunchOutSetupResponse payloadId='1'/>".parse::<Document>().unwrap();
    assert_eq!(grammar.validate(&document)[0].kind.hint().as_deref(), Some("did you mean payloadID?"));
}

/// Models and documents made to be slow are not.
#[test]
fn width_and_depth_take_linear_time() {
    let names: Vec<String> = (0..1_500).map(|number| format!("e{number}")).collect();
    let mut text = format!("<!ELEMENT r ({})*>", names.join(" | "));
    assert!(grammar(&text).remarks()[0].contains("too large"));
    let few = names[..500].join(" | ");
    text = format!("<!ELEMENT r ({few})*>");
    for name in &names[..500] {
        text.extend(["<!ELEMENT ", name, " EMPTY>"]);
    }
    let grammar = grammar(&text);
    let elements: String = names[..500].iter().flat_map(|name| ["<", name, "/>"]).collect();
    let document = format!("<r>{}</r>", elements.repeat(40));
    assert_eq!(findings(&grammar, &document), Vec::<String>::new());
}
