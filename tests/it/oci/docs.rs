//! Every example of docs/OCI.md does what it says.

use super::*;

/// Bodies of the blocks of a kind, in order.
fn blocks(kind: &str) -> Vec<&'static str> {
    let text = include_str!("../../../docs/OCI.md");
    let begin = format!("```{kind}\n");
    text.split(begin.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap().trim()).collect()
}

#[tokio::test]
async fn the_calls_of_the_page_are_answered_as_it_says() {
    let shop = Shop::start("oci-docs", json!({})).await;
    let (calls, answers) = (blocks("call"), blocks("answer"));
    assert!(calls.len() > 6 && calls.len() == answers.len());
    for (call, answer) in calls.into_iter().zip(answers) {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let reply = send("POST", &shop.address(), &form, call.replace('…', &shop.password)).await;
        let page = Page::of(reply);
        let mut lines = answer.lines();
        assert_eq!(page.reply.status.as_u16().to_string(), lines.next().unwrap(), "{call}: {}", page.text);
        for line in lines {
            if line == "no form" {
                assert_eq!(page.count("form"), 0, "{call}");
            } else if let Some((name, value)) = line.split_once(" = ") {
                assert_eq!(page.value(name).as_deref(), Some(value), "{call}: {name}");
            } else {
                let (name, value) = line.split_once(": ").unwrap();
                let parts = value.split('…');
                assert!(parts.clone().all(|part| page.reply.header(name).contains(part)), "{call}: {line}");
            }
        }
    }
}

#[test]
fn the_field_map_of_the_page_is_one() {
    use punchgate::{
        model::{ids::ProfileId, profile::Protocol},
        shell::profiles::Profiles,
    };
    let toml = blocks("toml").remove(0);
    let overrides: serde_json::Map<String, Value> = toml::from_str(toml).unwrap();
    let id = ProfileId::parse("sap-srm").unwrap();
    let profile = Profiles::built_in().unwrap().with(&id, &overrides).unwrap();
    assert_eq!((profile.protocol, profile.fields.len()), (Protocol::Oci, 5));
}

#[test]
fn the_widths_of_the_page_are_those_that_are_kept() {
    let text = include_str!("../../../docs/OCI.md").replace(" to 3 10", "");
    for field in punchgate::wire::oci::FIELDS {
        if let (Some(width), true) = (
            field.width(),
            !matches!(field.name, "QUANTITY" | "PRICE" | "CUST_FIELD1" | "CUST_FIELD2" | "CUST_FIELD3"),
        ) {
            assert!(text.contains(&format!("{} {width}", field.name)), "{} {width}", field.name);
        }
    }
}
