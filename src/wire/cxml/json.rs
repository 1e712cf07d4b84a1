//! A document as JSON, for people and scripts, without what must not be shown: as a typed document, or as the tree it is.
//!
//! Typed, it is what punchgate makes of it: fields by their names in `model::trade`, empty ones left out. As a tree, an element with text alone is a string. Any other is an object of its attributes, its children by name and its own text under
//! `text`; a child that may stand more than once is always an array. Attributes that are left out have their default. Amounts
//! stay text: no decimal is lost.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::wire::{
    grammar::{cxml, document_type},
    xml::{Document, Element, Limits},
};

use super::{
    finding::Finding,
    paper::{Paper, Reading, read_paper},
    redact::{hides_attribute, hides_content},
};

/// What stands for a secret.
const HIDDEN: &str = "********";

/// A JSON value whose members keep their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Json {
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// Any value, with nothing in it that says nothing: no nulls, no empty lists, no empty texts, no indicators that are off.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Json, E> {
        Ok(Json::Text(if yes { "yes" } else { "" }.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Text(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Json>()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            if !value.is_empty() {
                object.push((name, value));
            }
        }
        Ok(Json::Object(object))
    }
}

impl Json {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }

    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// The typed document with its envelope; as a tree, and with the reason, where it has no type or could not be read.
///
/// `skipped` tells what could not be read and did not matter enough to refuse the document.
#[must_use]
pub fn to_typed_json(document: &Document) -> Json {
    let mut members = vec![("document".to_owned(), Json::text(document_type(document).name()))];
    match read_paper(document) {
        None => {
            members.push(("problem".to_owned(), Json::text("this kind of document has no typed form")));
            members.push(tree(document.root()));
        }
        Some(Err(error)) => {
            members.push(("problem".to_owned(), Json::text(error.to_string())));
            members.push(tree(document.root()));
        }
        Some(Ok(Reading { paper, skipped })) => {
            members.extend(envelope(document.root()));
            members.push(("content".to_owned(), content(&paper)));
            if !skipped.is_empty() {
                let told = skipped.iter().map(|error| {
                    let code = Finding::from(error).code;
                    Json::text(format!("{code}: {error}"))
                });
                members.push(("skipped".to_owned(), Json::List(told.collect())));
            }
        }
    }
    Json::Object(members)
}

fn content(paper: &Paper) -> Json {
    let typed = serde_json::to_string(paper).and_then(|text| serde_json::from_str(&text));
    let mut typed = typed.unwrap_or_else(|error| Json::text(error.to_string()));
    // A copy is shown as the document that it is; deeper ones only as trees, so that nobody can nest them without end.
    if let (Paper::Copy(copied), Json::Object(members)) = (paper, &mut typed)
        && let Some(Ok(inner)) =
            copied.document.as_ref().map(|text| Document::read(text.as_str(), None, &Limits::default()))
    {
        members.push(("copy".to_owned(), to_json(&inner)));
    }
    typed
}

/// Who writes to whom, and when.
fn envelope(root: Element<'_>) -> Vec<(String, Json)> {
    let mut members = Vec::new();
    let mut say = |name: &str, text: &str| {
        if !text.trim().is_empty() {
            members.push((name.to_owned(), Json::text(text.trim())));
        }
    };
    for (name, attribute) in [("payload_id", "payloadID"), ("timestamp", "timestamp"), ("version", "version")]
    {
        say(name, root.attribute(attribute).unwrap_or_default());
    }
    let wrapper = root.children().find(|part| matches!(part.name(), "Request" | "Message"));
    say("mode", wrapper.map_or("", |wrapper| wrapper.attribute("deploymentMode").unwrap_or("production")));
    let Some(header) = root.all("Header").next() else { return members };
    for (name, party) in [("from", "From"), ("to", "To"), ("sender", "Sender")] {
        let credentials = header.all(party).flat_map(|party| party.all("Credential"));
        let identities = credentials.map(|credential| {
            let domain = credential.attribute("domain").unwrap_or_default().trim();
            let identity =
                credential.all("Identity").map(|identity| identity.string_value().trim().to_owned());
            Json::Object(vec![
                ("domain".to_owned(), Json::text(domain)),
                ("identity".to_owned(), Json::text(identity.collect::<Vec<_>>().join(" "))),
                ("proof".to_owned(), proof(credential)),
            ])
        });
        members.push((name.to_owned(), Json::List(identities.collect())));
    }
    let agent = header.all("Sender").flat_map(|sender| sender.all("UserAgent")).next();
    if let Some(agent) = agent {
        members.push(("user_agent".to_owned(), Json::text(agent.trimmed_text())));
    }
    members
}

/// How a credential is proven. Of a `CredentialMac` all but the value is told: it is read, and not verified.
fn proof(credential: Element<'_>) -> Json {
    let Some(proof) = credential.children().find(|part| hides_content(part.name())) else {
        return Json::text("none");
    };
    if proof.name() != "CredentialMac" {
        return Json::text(HIDDEN);
    }
    let mut told: Vec<(String, Json)> = proof
        .attributes()
        .map(|attribute| (attribute.qualified_name().to_owned(), Json::text(attribute.value())))
        .collect();
    told.push(("value".to_owned(), Json::text(HIDDEN)));
    Json::Object(told)
}

fn tree(root: Element<'_>) -> (String, Json) {
    (root.qualified_name().to_owned(), element(root))
}

/// The whole document as the tree it is, with the kind it is.
#[must_use]
pub fn to_json(document: &Document) -> Json {
    let kind = Json::text(document_type(document).name());
    Json::Object(vec![("document".to_owned(), kind), tree(document.root())])
}

/// One element; how deep it can go is bounded by the reader's limits.
fn element(element: Element<'_>) -> Json {
    let name = element.qualified_name();
    if hides_content(element.name()) {
        return Json::Text(HIDDEN.to_owned());
    }
    let mut members: Vec<(String, Json)> = Vec::new();
    for attribute in element.attributes() {
        let hidden = hides_attribute(element.name(), attribute.name());
        let value = if hidden { HIDDEN } else { attribute.value() };
        members.push((attribute.qualified_name().to_owned(), Json::Text(value.to_owned())));
    }
    for (attribute, default) in cxml().defaults(name) {
        if element.attribute(attribute).is_none() {
            members.push((attribute.to_owned(), Json::Text(default.to_owned())));
        }
    }
    for child in element.children() {
        let own = child.qualified_name();
        let value = self::element(child);
        match members.iter_mut().find(|(name, _)| name == own) {
            Some((_, Json::List(items))) => items.push(value),
            Some((_, single)) => {
                let first = std::mem::replace(single, Json::List(Vec::new()));
                *single = Json::List(vec![first, value]);
            }
            None if cxml().repeats(name, own) => members.push((own.to_owned(), Json::List(vec![value]))),
            None => members.push((own.to_owned(), value)),
        }
    }
    let text = element.trimmed_text();
    if members.is_empty() {
        return Json::Text(text.into_owned());
    }
    if !text.is_empty() {
        members.push(("text".to_owned(), Json::Text(text.into_owned())));
    }
    Json::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_lists_and_no_secrets() {
        let text = r#"<cXML payloadID="1" timestamp="t"><Header><Sender><Credential domain="D"><Identity>me</Identity>
            <SharedSecret>hush</SharedSecret></Credential><UserAgent/></Sender></Header><Request><OrderRequest>
            <OrderRequestHeader orderID="1" orderDate="d"><Total><Money currency="EUR">1.50</Money></Total>
            <Payment><PCard number="4111" expiration="2030-01-01" name="N"/></Payment></OrderRequestHeader>
            <ItemOut quantity="1"/></OrderRequest></Request></cXML>"#;
        let json = serde_json::to_string(&to_json(&text.parse().unwrap())).unwrap();
        assert!(!json.contains("hush") && !json.contains("4111") && !json.contains("2030"), "{json}");
        for part in [
            r#"{"document":"OrderRequest","cXML":{"payloadID":"1""#,
            r#""Credential":[{"domain":"D","Identity":"me","SharedSecret":"********"}],"UserAgent":"""#,
            r#""Request":{"deploymentMode":"production""#,
            r#""type":"new""#,
            r#""Money":{"currency":"EUR","text":"1.50"}"#,
            r#""ItemOut":[{"quantity":"1"}]"#,
        ] {
            assert!(json.contains(part), "{part} in {json}");
        }
    }
}
