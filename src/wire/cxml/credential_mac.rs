//! `CredentialMac`: a proof by a third party that both sides trust (cXML 1.2 "Credential").
//!
//! Read and shown, never verified: how it is computed is not confirmed by any document we could read.

use crate::wire::xml::{Document, Element};

use super::item::label;

/// What a `CredentialMac` says about itself. Its value stays where it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CredentialMac {
    /// Local name of the party it stands in: `From`, `To`, `Sender`.
    pub party: String,
    /// `@type`
    pub kind: String,
    /// `@algorithm`
    pub algorithm: String,
    /// `@creationDate`, as written.
    pub created: String,
    /// `@expirationDate`, as written.
    pub expires: String,
}

/// Every `CredentialMac` of the Header.
#[must_use]
pub fn credential_macs(document: &Document) -> Vec<CredentialMac> {
    let header = document.root().all("Header").next();
    let parties = header.into_iter().flat_map(Element::children);
    parties.flat_map(|party| in_party(party).map(move |mac| read(party, mac))).collect()
}

/// Those of one party.
pub(super) fn in_party(party: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    party.all("Credential").flat_map(|credential| credential.all("CredentialMac"))
}

fn read(party: Element<'_>, mac: Element<'_>) -> CredentialMac {
    let text = |name| label(mac.attribute(name).unwrap_or_default());
    CredentialMac {
        party: party.name().to_owned(),
        kind: text("type"),
        algorithm: text("algorithm"),
        created: text("creationDate"),
        expires: text("expirationDate"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_facts_are_read_wherever_it_stands() {
        let text = r#"<cXML><Header><From/><Sender><Credential domain="D"><Identity>a</Identity><CredentialMac
            type="FromSenderCredentials" algorithm="HMAC-SHA1-96" creationDate="2026-11-01T00:00:00+00:00"
            expirationDate="2026-12-01T00:00:00+00:00">MnXkusp8Jj0lw3mf</CredentialMac></Credential></Sender></Header></cXML>"#;
        let macs = credential_macs(&text.parse().unwrap());
        let [mac] = macs.as_slice() else { panic!("{macs:?}") };
        assert_eq!((mac.party.as_str(), mac.kind.as_str()), ("Sender", "FromSenderCredentials"));
        assert_eq!((mac.algorithm.as_str(), &mac.expires[..10]), ("HMAC-SHA1-96", "2026-12-01"));
        assert!(credential_macs(&"<cXML/>".parse().unwrap()).is_empty());
    }
}
