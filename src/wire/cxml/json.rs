//! A document as JSON, for people and scripts: what a reader with the DTD sees, without what must not be shown.
//!
//! An element with text alone is a string. Any other is an object of its attributes, its children by name and its own text under
//! `text`; a child that may stand more than once is always an array. Attributes that are left out have their default. Amounts
//! stay text: no decimal is lost.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::wire::{
    grammar::{cxml, document_type},
    xml::{Document, Element},
};

use super::redact::{hides_attribute, hides_content};

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

/// The whole document, with the kind it is.
#[must_use]
pub fn to_json(document: &Document) -> Json {
    let root = document.root();
    Json::Object(vec![
        ("document".to_owned(), Json::Text(document_type(document).name().to_owned())),
        (root.qualified_name().to_owned(), element(root)),
    ])
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
