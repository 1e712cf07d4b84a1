//! Every typed document, by its kind.

use serde::Serialize;

use crate::{
    flow::secret::Secret,
    model::{
        party::Identity,
        profile::CxmlVersion,
        trade::{
            Answer, CartMessage, CatalogIndex, CatalogUpload, Confirmation, Copied, Invoice, Order,
            ProfileQuestion, PunchOutSetup, Quote, QuoteRequest, Receipt, ShipNotice, StatusUpdate,
        },
    },
    wire::{
        grammar::{document_type, dtd_file},
        xml::{Document, Element, Form, ReadError, WriteError, Writer},
    },
};

use super::{
    content::{Content, Skipped},
    envelope::Stamp,
    pen::Pen,
    punch_out_setup_request::write_header,
    response::{document_as, system_id},
};

/// What stands around the element that names a kind of document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wrapper {
    /// `cXML = Header, Request`
    Request,
    /// `cXML = Header, Message`
    Message,
    /// `cXML = Response`
    Response,
    /// Nothing: it is the root.
    Nothing,
}

macro_rules! papers {
    ($($(#[$doc:meta])* $kind:ident($type:ty) = $name:literal in $wrapper:ident,)+) => {
        /// A typed document.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Paper {
            $($(#[$doc])* $kind(Box<$type>),)+
        }

        $(impl From<$type> for Paper {
            fn from(content: $type) -> Self {
                Self::$kind(Box::new(content))
            }
        })+

        impl Paper {
            /// Names of the elements of all kinds, each once.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// Name of its element.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)+
                }
            }

            const fn wrapper(&self) -> Wrapper {
                match self {
                    $(Self::$kind(_) => Wrapper::$wrapper,)+
                }
            }

            fn read(element: Element<'_>, skipped: &mut Skipped) -> Option<Result<Self, ReadError>> {
                match element.name() {
                    $($name => Some(<$type>::read(element, skipped).map(Self::from)),)+
                    _ => None,
                }
            }

            fn write(&self, pen: &mut Pen<'_>) {
                match self {
                    $(Self::$kind(content) => content.older(pen).as_ref().unwrap_or(content).write(pen),)+
                }
            }
        }
    };
}

papers! {
    /// What do you take?
    Profile(ProfileQuestion) = "ProfileRequest" in Request,
    /// A buyer's user comes.
    Setup(PunchOutSetup) = "PunchOutSetupRequest" in Request,
    /// A cart goes back.
    Cart(CartMessage) = "PunchOutOrderMessage" in Message,
    /// An order.
    Order(Order) = "OrderRequest" in Request,
    /// What the supplier says to it.
    Confirmation(Confirmation) = "ConfirmationRequest" in Request,
    /// What was sent.
    ShipNotice(ShipNotice) = "ShipNoticeRequest" in Request,
    /// What is owed.
    Invoice(Invoice) = "InvoiceDetailRequest" in Request,
    /// What was received.
    Receipt(Receipt) = "ReceiptRequest" in Request,
    /// What became of a document.
    StatusUpdate(StatusUpdate) = "StatusUpdateRequest" in Request,
    /// What would it cost?
    QuoteRequest(QuoteRequest) = "QuoteRequest" in Request,
    /// It would cost this.
    Quote(Quote) = "QuoteMessage" in Message,
    /// A catalog file.
    CatalogUpload(CatalogUpload) = "CatalogUploadRequest" in Request,
    /// A copy for the record.
    Copy(Copied) = "CopyRequest" in Request,
    /// A catalog.
    Index(CatalogIndex) = "Index" in Nothing,
    /// An answer.
    Answer(Answer) = "Response" in Response,
}

/// A typed document, and what of it could not be read and did not matter enough to refuse it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The document.
    pub paper: Paper,
    /// Where each of those parts is, and what is wrong with it.
    pub skipped: Vec<ReadError>,
}

/// Reads a document into its type; `None`: it is of a kind that has none.
#[must_use]
pub fn read_paper(document: &Document) -> Option<Result<Reading, ReadError>> {
    let kind = document_type(document);
    let in_response = kind.parent().filter(|parent| parent.name() == "Response");
    read_element(in_response.unwrap_or(kind))
}

/// As [`read_paper`], from the element that names the kind.
#[must_use]
pub fn read_element(element: Element<'_>) -> Option<Result<Reading, ReadError>> {
    let mut skipped = Vec::new();
    let read = Paper::read(element, &mut skipped)?;
    Some(read.map(|paper| Reading { paper, skipped }))
}

/// Who writes to whom.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// Who says it.
    pub from: &'a Identity,
    /// To whom.
    pub to: &'a Identity,
    /// Who opens the connection, with the secret; messages go through a browser and never carry one.
    pub sender: Option<(&'a Identity, &'a Secret)>,
    /// `UserAgent`.
    pub user_agent: &'a str,
    /// Nothing of it counts.
    pub test: bool,
}

/// Writes a document for a reader of `version`, with nothing in it that this version does not know.
///
/// # Errors
/// Markup in it that is not well-formed by itself.
pub fn write_paper(
    paper: &Paper,
    letter: &Letter<'_>,
    stamp: &Stamp,
    version: &CxmlVersion,
) -> Result<String, WriteError> {
    let name = paper.name();
    let content = |xml: &mut Writer| paper.write(&mut Pen::new(xml, version, name));
    let form = Form { indent: true, ascii: false };
    let mode = [("deploymentMode", if letter.test { "test" } else { "production" })];
    let wrap = |xml: &mut Writer, sender, wrapper: &str| {
        write_header(xml, letter.from, letter.to, sender, letter.user_agent);
        xml.element(wrapper, &mode, |xml| xml.element(name, &[], content));
    };
    match paper.wrapper() {
        Wrapper::Request => document_as(form, dtd_file(name), stamp, version, |xml| {
            wrap(xml, letter.sender, "Request");
        }),
        Wrapper::Message => document_as(form, dtd_file(name), stamp, version, |xml| {
            wrap(xml, None, "Message");
        }),
        Wrapper::Response => document_as(form, "cXML.dtd", stamp, version, |xml| {
            xml.element(name, &[], content);
        }),
        Wrapper::Nothing => {
            let mut xml = Writer::new(form);
            xml.declaration();
            xml.doctype(name, &system_id(version.as_str(), dtd_file(name)));
            xml.element(name, &[], content);
            xml.finish()
        }
    }
}
