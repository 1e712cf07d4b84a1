//! `Response = Status, (response element)?`: no Header, an id of its own, always valid, always HTTP 200.

use crate::{
    model::{
        profile::CxmlVersion,
        trade::{Answer, StartPage},
    },
    wire::xml::{Document, Element, Form, ReadError, WriteError, Writer},
};

use super::{
    content::content,
    envelope::{Stamp, timestamp},
    status::Status,
};

content! {
    Answer, essential;
    ;
    status: "Status", start_page: "PunchOutSetupResponse" / "StartPage", profile: "ProfileResponse",
}

content! {
    StartPage, essential;
    ;
    url: "URL",
}

/// An answer that holds a `Status` alone.
#[must_use]
pub fn answer(status: &Status, stamp: &Stamp, version: &CxmlVersion) -> String {
    respond(status, stamp, version, |_| {}).unwrap_or_default()
}

/// `PunchOutSetupResponse = StartPage(URL)`.
pub fn setup_answer(
    status: &Status,
    start_page: &str,
    stamp: &Stamp,
    version: &CxmlVersion,
) -> Result<String, WriteError> {
    respond(status, stamp, version, |xml| {
        xml.element("PunchOutSetupResponse", &[], |xml| {
            xml.element("StartPage", &[], |xml| xml.text_element("URL", &[], start_page));
        });
    })
}

/// A response with what `content` writes behind its `Status`.
pub(super) fn respond(
    status: &Status,
    stamp: &Stamp,
    version: &CxmlVersion,
    content: impl FnOnce(&mut Writer),
) -> Result<String, WriteError> {
    document(stamp, version, |xml| {
        xml.element("Response", &[], |xml| {
            let code = status.code.code().to_string();
            let attributes = [("code", code.as_str()), ("text", status.code.text()), ("xml:lang", "en")];
            xml.text_element("Status", &attributes, &status.cause);
            if status.code.is_success() {
                content(xml);
            }
        });
    })
}

/// A whole document of the declared version.
pub(super) fn document(
    stamp: &Stamp,
    version: &CxmlVersion,
    content: impl FnOnce(&mut Writer),
) -> Result<String, WriteError> {
    document_as(Form { indent: true, ascii: false }, "cXML.dtd", stamp, version, content)
}

/// A whole document, laid out as `form` says, whose grammar is in the file `dtd`.
pub(super) fn document_as(
    form: Form,
    dtd: &str,
    stamp: &Stamp,
    version: &CxmlVersion,
    content: impl FnOnce(&mut Writer),
) -> Result<String, WriteError> {
    let mut xml = Writer::new(form);
    xml.declaration();
    let number = version.as_str();
    xml.doctype("cXML", &system_id(number, dtd));
    let at = timestamp(stamp.at);
    let attributes = [
        ("payloadID", stamp.payload_id.as_str()),
        ("timestamp", at.as_str()),
        ("version", number),
        ("xml:lang", "en"),
    ];
    xml.element("cXML", &attributes, content);
    xml.finish()
}

/// Where the grammar of a version is said to be; nobody fetches it.
pub(super) fn system_id(version: &str, dtd: &str) -> String {
    format!("http://xml.cxml.org/schemas/cXML/{version}/{dtd}")
}

/// A `Status` as the buyer's system reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReceivedStatus {
    /// `@code`.
    pub code: u16,
    /// `@text`, and the element's content where it says more.
    pub words: String,
}

impl ReceivedStatus {
    /// 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.code >= 200 && self.code < 300
    }
}

impl std::fmt::Display for ReceivedStatus {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Status {} {}", self.code, self.words)
    }
}

/// Reads the `Status` of any response.
pub fn read_status(document: &Document) -> Result<ReceivedStatus, ReadError> {
    status(document.root().required("Response")?)
}

/// `Response = Status, …`
pub(super) fn status(response: Element<'_>) -> Result<ReceivedStatus, ReadError> {
    let status = response.required("Status")?;
    let text = status.attribute("text").unwrap_or_default().trim();
    let content = status.trimmed_text();
    let words = match (text, content.as_ref()) {
        ("", more) => more.to_owned(),
        (text, more) if more.is_empty() || more.eq_ignore_ascii_case(text) => text.to_owned(),
        (text, more) => format!("{text}: {more}"),
    };
    Ok(ReceivedStatus {
        code: status.parse_required_attribute("code", |code| code.trim().parse::<u16>())?,
        words,
    })
}
