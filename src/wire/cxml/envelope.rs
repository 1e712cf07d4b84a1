//! `cXML` = Header with From, To, Sender; then one Request (cXML 1.2, "Envelope").

use jiff::Timestamp;

use crate::{
    flow::{authenticate::Claim, secret::Secret},
    model::{FieldError, ids::PayloadId, limits, party::Identity},
    wire::xml::{Document, Element, ReadError, ReadErrorKind},
};

use super::{
    item::label,
    status::{Refusal, StatusCode},
};

/// A received document up to its request.
pub struct Envelope<'a> {
    /// `@payloadID`, where there is one.
    pub payload_id: Option<PayloadId>,
    /// `@version`, as written.
    pub version: Option<&'a str>,
    /// `@xml:lang`, as written.
    pub language: Option<&'a str>,
    /// Who says to be what.
    pub claim: Claim,
    /// `Sender/UserAgent`, as written.
    pub user_agent: Option<String>,
    /// `Request/@deploymentMode="test"`.
    pub test: bool,
    /// `Request`.
    pub wrapper: Element<'a>,
    /// The one element in it.
    pub request: Element<'a>,
}

/// Longest domain and identity together.
const IDENTITY_BYTES: usize = 500;

/// Id and time of a document that punchgate writes.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// `@payloadID`.
    pub payload_id: PayloadId,
    /// `@timestamp`.
    pub at: Timestamp,
}

/// `2026-11-23T12:00:00+00:00`: with a numeric offset, never `Z`.
#[must_use]
pub fn timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// `cXML = (Header, Request)`; anything else is not a request for us.
pub fn read_envelope(document: &Document) -> Result<Envelope<'_>, Refusal> {
    let root = document.root();
    if root.name() != "cXML" {
        let hint =
            if root.name().eq_ignore_ascii_case("cXML") { " (upper and lower case count)" } else { "" };
        return Err(misplaced(
            root,
            &format!("the root element is {}, not cXML{hint}", root.qualified_name()),
        ));
    }
    let payload_id = match root.attribute("payloadID").map(str::trim) {
        None | Some("") => None,
        Some(_) => root.parse_attribute("payloadID", PayloadId::parse)?,
    };
    let Some(wrapper) = root.optional("Request")? else {
        let found = root.children().map(Element::name).find(|name| *name != "Header").unwrap_or("nothing");
        return Err(misplaced(root, &format!("a Request is expected here, the document holds {found}")));
    };
    let header = root.required("Header")?;
    let sender = header.required("Sender")?;
    let claim = Claim {
        to: identities(header.required("To")?)?,
        from: identities(header.required("From")?)?,
        sender: credentials(sender)?,
    };
    let mut requests = wrapper.children();
    let request = requests.next().ok_or_else(|| misplaced(wrapper, "the Request is empty"))?;
    if let Some(second) = requests.next() {
        return Err(misplaced(second, "a Request holds one document, this is a second one"));
    }
    Ok(Envelope {
        payload_id,
        version: root.attribute("version"),
        language: root.attribute("xml:lang"),
        claim,
        user_agent: sender.optional("UserAgent")?.map(|agent| label(&agent.text())),
        test: wrapper
            .attribute("deploymentMode")
            .is_some_and(|mode| mode.trim().eq_ignore_ascii_case("test")),
        wrapper,
        request,
    })
}

fn misplaced(element: Element<'_>, problem: &str) -> Refusal {
    let at = element.position();
    Refusal::open(StatusCode::NotAcceptable, format!("line {}, column {}: {problem}", at.line, at.column))
}

/// `Credential = Identity, (SharedSecret | DigitalSignature | CredentialMac)?`, one or more for the same party.
///
/// A vendor's own sample holds two `Identity` in one `Credential`: each counts.
fn credentials(party: Element<'_>) -> Result<Vec<(Identity, Option<Secret>)>, ReadError> {
    some(party, "Credential")?;
    let mut found = Vec::new();
    for credential in party.all("Credential") {
        let domain = credential.attribute("domain").unwrap_or_default().trim();
        let secret = credential.optional("SharedSecret")?.map(|secret| Secret::new(&secret.string_value()));
        some(credential, "Identity")?;
        for identity in credential.all("Identity") {
            let identity =
                Identity { domain: domain.to_owned(), identity: identity.string_value().trim().to_owned() };
            if found.len() >= limits::CREDENTIALS
                || identity.domain.len() + identity.identity.len() > IDENTITY_BYTES
            {
                let problem = FieldError::Malformed {
                    field: "Credential",
                    expected: "one of at most 16 with identities of at most 500 bytes",
                };
                return Err(credential.invalid(problem));
            }
            found.push((identity, secret.clone()));
        }
    }
    Ok(found)
}

/// Refuses an element that has not at least one such child.
pub(super) fn some(element: Element<'_>, child: &str) -> Result<(), ReadError> {
    match element.all(child).next() {
        Some(_) => Ok(()),
        None => Err(element.refuse(ReadErrorKind::Missing {
            element: element.qualified_name().into(),
            child: child.into(),
        })),
    }
}

fn identities(party: Element<'_>) -> Result<Vec<Identity>, ReadError> {
    Ok(credentials(party)?.into_iter().map(|(identity, _)| identity).collect())
}
