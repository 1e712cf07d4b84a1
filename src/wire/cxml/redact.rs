//! Where a document holds what must not be kept: overwritten at equal length in every stored copy.

use crate::wire::xml::{Document, Span};

/// Elements whose whole content is a credential.
const SECRET: [&str; 3] = ["SharedSecret", "DigitalSignature", "CredentialMac"];

/// Attributes of payment elements that are card data.
const CARD: [(&str, &str); 5] = [
    ("PCard", "number"),
    ("PCard", "expiration"),
    ("PaymentToken", "number"),
    ("PaymentToken", "expiration"),
    ("PaymentToken", "token"),
];

/// Words behind which a credential may stand in a text that is no document.
const WORDS: [&str; 6] = ["secret", "password", "passwd", "token", "pcard", "credentialmac"];

/// Whether the content of an element of this name is a credential.
pub(super) fn hides_content(element: &str) -> bool {
    SECRET.contains(&element)
}

/// Whether this attribute is card data.
pub(super) fn hides_attribute(element: &str, attribute: &str) -> bool {
    CARD.contains(&(element, attribute))
}

/// The places of credentials and card data.
#[must_use]
pub fn secret_spans(document: &Document) -> Vec<Span> {
    let mut spans = Vec::new();
    for element in document.root().descendants() {
        let name = element.name();
        if SECRET.contains(&name) {
            spans.push(element.content_span());
        }
        for (_, attribute) in CARD.iter().filter(|(of, _)| *of == name) {
            spans.extend(element.attribute_named(attribute).map(|attribute| attribute.value_span()));
        }
    }
    spans
}

/// Hides what may be a credential in a text that is not well-formed: everything between a secret's tags, or from
/// its start tag to the end.
#[must_use]
pub fn redact_text(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut hidden = String::with_capacity(text.len());
    let mut at = 0;
    // Where each word stands next: looked for again only once it is behind, so that many of one do not cost many of all.
    let mut next = WORDS.map(|word| (word, Some(0)));
    loop {
        let rest = lower.get(at..).unwrap_or_default();
        for (word, place) in &mut next {
            if place.is_some_and(|place| place <= at) {
                *place = rest.find(*word).map(|start| at + start);
            }
        }
        let ends = next.iter().filter_map(|(word, place)| place.map(|place| place + word.len() - at));
        let Some(start) = ends.min() else { break };
        let tail = rest.get(start..).unwrap_or_default();
        let length = tail.find('<').map_or(tail.len(), |end| end.max(1));
        hidden.push_str(text.get(at..at + start).unwrap_or_default());
        hidden.extend(
            text.get(at + start..at + start + length)
                .unwrap_or_default()
                .chars()
                .map(|c| if matches!(c, '>' | '=' | '"' | '\'' | '\n') { c } else { '*' }),
        );
        at += start + length;
    }
    hidden.push_str(text.get(at..).unwrap_or_default());
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_card_numbers_are_overwritten_at_equal_length() {
        let text = r#"<cXML><Sender><Credential domain="D"><Identity>me</Identity><SharedSecret>s3&amp;t</SharedSecret></Credential></Sender><PCard number="4111" expiration="2030-01-01"/></cXML>"#;
        let document = text.parse::<Document>().unwrap();
        let copy = document.redacted(&secret_spans(&document));
        assert_eq!(copy.len(), text.len());
        assert_eq!(
            copy,
            r#"<cXML><Sender><Credential domain="D"><Identity>me</Identity><SharedSecret>********</SharedSecret></Credential></Sender><PCard number="****" expiration="**********"/></cXML>"#
        );
    }

    #[test]
    fn a_broken_text_shows_no_secret() {
        for text in [
            "<SharedSecret>hush</SharedSecret",
            "<sharedsecret>hush",
            "PASSWORD=hush&x=1",
            "<SharedSecret >hush & <",
            "token=\"hush\"",
        ] {
            let hidden = redact_text(text);
            assert!(!hidden.contains("hush"), "{hidden}");
        }
        assert_eq!(redact_text("<a>plain</a>"), "<a>plain</a>");
    }
}
