//! `validate`, `explain`, `show` and `xml check` as they are called.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

const SETUP: &str = r#"<cXML payloadID="1@x" timestamp="2026-11-23T09:30:00+01:00">
<Header>
<From><Credential domain="D"><Identity>a</Identity></Credential></From>
<To><Credential domain="D"><Identity>b</Identity></Credential></To>
<Sender><Credential domain="D"><Identity>a</Identity><SharedSecret>hush-hush</SharedSecret></Credential></Sender>
</Header>
<Request deploymentMode="production"><PunchOutSetupRequest operation="create"><BuyerCookie>c</BuyerCookie>
<BrowserFormPost><URL>https://buyer.example/</URL></BrowserFormPost></PunchOutSetupRequest></Request>
</cXML>
"#;

/// Runs the binary with `input` on its standard input.
fn punchgate(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_punchgate"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn findings_come_with_excerpt_caret_code_and_hint() {
    let output = punchgate(&["validate", "-"], SETUP);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output), @r#"
    standard input:5:1: error G005: Sender: UserAgent is missing
    5 | <Sender><Credential domain="D"><Identity>a</Identity><SharedSecret>*********</SharedSecret></Creden…
      | ^
    hint: add UserAgent at the end of Sender

    standard input: PunchOutSetupRequest: errors 1, advice 0 (punchgate's grammar and rules)
    "#);
    let right = SETUP.replace("</Credential></Sender>", "</Credential><UserAgent>u</UserAgent></Sender>");
    assert_eq!(punchgate(&["validate", "-"], &right).status.code(), Some(0));
    let advice = right.replace("<BrowserFormPost><URL>https://buyer.example/</URL></BrowserFormPost>", "");
    assert_eq!(punchgate(&["validate", "-"], &advice).status.code(), Some(0));
    assert_eq!(punchgate(&["validate", "--strict", "-"], &advice).status.code(), Some(1));
    let newer = right.replace("</PunchOutSetupRequest>", r#"<ItemOut quantity="1" itemType="item"><ItemID><SupplierPartID>1</SupplierPartID></ItemID></ItemOut></PunchOutSetupRequest>"#);
    assert_eq!(punchgate(&["validate", "-"], &newer).status.code(), Some(0));
    let output = punchgate(&["validate", "--version", "1.2.014", "-"], &newer);
    assert!(text(&output).contains("error G016: ItemOut: itemType came with version"), "{}", text(&output));
}

#[test]
fn every_format_holds_the_finding() {
    let json = punchgate(&["validate", "--format", "json", "-"], SETUP);
    assert_eq!(json.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let finding = &json["files"][0]["findings"][0];
    assert_eq!((finding["code"].as_str(), finding["line"].as_u64()), (Some("G005"), Some(5)));
    let sarif = punchgate(&["validate", "--format", "sarif", "-"], SETUP);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "G005");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "G005");
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 5);
    let junit = punchgate(&["validate", "--format", "junit", "-"], SETUP);
    let junit: punchgate::wire::xml::Document = text(&junit).parse().unwrap();
    assert_eq!(junit.root().attribute("failures"), Some("1"));
}

#[test]
fn what_is_not_xml_is_a_finding_and_what_cannot_be_read_is_not() {
    let output = punchgate(&["validate", "-"], "<cXML><a></cXML>");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains(":1:10: error X028: "), "{}", text(&output));
    let output = punchgate(&["validate", "/nowhere/at-all.xml"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("/nowhere/at-all.xml: "));
    assert_eq!(punchgate(&["validate", "--dtd", "/nowhere", "-"], SETUP).status.code(), Some(2));
}

/// With `--dtd` the verdict is the DTD's alone; folders by version and single folders are both found.
#[test]
fn the_official_dtds_judge_alone() {
    let place = std::env::var("CXML_DTD_DIR").unwrap_or_else(|_| "../shared/cxml-dtd".to_owned());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "no DTDs at {}", folder.display());
        println!("skipped: no DTDs at {}", folder.display());
        return;
    }
    let folder = folder.to_str().unwrap();
    let output = punchgate(&["validate", "--dtd", folder, "-"], SETUP);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("G005: Sender: UserAgent is missing"));
    assert!(text(&output).contains("1.2.071/cXML.dtd"), "{}", text(&output));
    let older = punchgate(&["validate", "--dtd", folder, "--version", "1.2.014", "-"], SETUP);
    assert!(text(&older).contains("1.2.014/cXML.dtd"));
    let single = punchgate(&["validate", "--dtd", &format!("{folder}/1.2.050"), "-"], SETUP);
    assert!(text(&single).contains("(cXML.dtd)"), "{}", text(&single));
    assert_eq!(
        punchgate(&["validate", "--dtd", folder, "--version", "1.2.099", "-"], SETUP).status.code(),
        Some(2)
    );
}

#[test]
fn codes_are_explained_and_documents_shown_without_secrets() {
    let output = punchgate(&["explain", "g005"], "");
    assert!(text(&output).starts_with("G005: Element is incomplete"));
    assert_eq!(punchgate(&["explain", "G000"], "").status.code(), Some(1));
    let output = punchgate(&["show", "-"], SETUP);
    assert_eq!(output.status.code(), Some(0));
    assert!(!text(&output).contains("hush"));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["document"], "PunchOutSetupRequest");
    assert_eq!(json["content"]["operation"], "create");
    assert_eq!(json["sender"][0]["proof"], "********");
    let output = punchgate(&["show", "--tree", "-"], SETUP);
    assert!(!text(&output).contains("hush"));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["cXML"]["Request"]["PunchOutSetupRequest"]["operation"], "create");
    assert_eq!(punchgate(&["show", "-"], "<a>").status.code(), Some(1));
}

#[test]
fn xml_check_judges_internal_subsets() {
    let good = "<!DOCTYPE a [<!ENTITY e 'text'>]>\n<a>&e;</a>";
    let output = punchgate(&["xml", "check", "-"], good);
    assert_eq!((output.status.code(), text(&output)), (Some(0), "standard input: well-formed\n"));
    let output = punchgate(&["xml", "check", "-"], "<!DOCTYPE a [<!ENTITY e '<b>'>]>\n<a>&e;</a>");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output), @r"
    standard input:2:4: error X043: within entity e: </_> closes nothing here: <b>, opened in line 1, must be closed first
    2 | <a>&e;</a>
      |    ^
    ");
    assert_eq!(punchgate(&["xml", "check", "/nowhere.xml"], "").status.code(), Some(2));
}
