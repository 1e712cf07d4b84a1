//! Faults that the virtual buyer has on demand: what goes wrong in real systems, and what a good gateway does then.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    flow::{
        secret::Secret,
        setup::{IncomingLine, IncomingPrice, ItemKey},
    },
    model::{
        ids::SupplierPartId,
        money::{Currency, Money},
        quantity::{Quantity, UnitOfMeasure},
    },
};

use super::{connection::CxmlLogin, receive::Beside};

/// One thing that is done wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Another secret than agreed
    WrongSecret,
    /// A cXML version that does not exist
    UnknownVersion,
    /// A setup without a DOCTYPE
    NoDoctype,
    /// A byte order mark before the setup
    Bom,
    /// A setup in ISO-8859-1, with a name that shows it
    Latin1,
    /// One payloadID for two setups: once the same bytes, once other content
    SamePayloadId,
    /// The page that takes the cart answers slowly, and the user sends it again
    SlowHook,
    /// The page that takes the cart redirects
    RedirectingHook,
    /// An edit with a line that the shop does not know
    UnknownLine,
    /// An order with another unit
    ChangedUnit,
    /// An order with another price
    ChangedPrice,
    /// An order that pays more freight
    ChangedFreight,
    /// The answer to the order is lost on its way, and the order is sent again
    LostAnswer,
    /// The buyer hangs up before the order is answered, and sends it again
    HangUp,
}

/// Where a fault shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum At {
    /// In the setup.
    Setup,
    /// In the edit of a cart.
    Edit,
    /// When the cart comes back.
    Return,
    /// In the order.
    Order,
}

impl Fault {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 14] = [
        Self::WrongSecret,
        Self::UnknownVersion,
        Self::NoDoctype,
        Self::Bom,
        Self::Latin1,
        Self::SamePayloadId,
        Self::UnknownLine,
        Self::SlowHook,
        Self::RedirectingHook,
        Self::ChangedUnit,
        Self::ChangedPrice,
        Self::ChangedFreight,
        Self::LostAnswer,
        Self::HangUp,
    ];

    /// Where it shows.
    #[must_use]
    pub const fn at(self) -> At {
        match self {
            Self::WrongSecret
            | Self::UnknownVersion
            | Self::NoDoctype
            | Self::Bom
            | Self::Latin1
            | Self::SamePayloadId => At::Setup,
            Self::UnknownLine => At::Edit,
            Self::SlowHook | Self::RedirectingHook => At::Return,
            Self::ChangedUnit
            | Self::ChangedPrice
            | Self::ChangedFreight
            | Self::LostAnswer
            | Self::HangUp => At::Order,
        }
    }

    /// Its name, as the command line and forms write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong-secret",
            Self::UnknownVersion => "unknown-version",
            Self::NoDoctype => "no-doctype",
            Self::Bom => "bom",
            Self::Latin1 => "latin1",
            Self::SamePayloadId => "same-payload-id",
            Self::SlowHook => "slow-hook",
            Self::RedirectingHook => "redirecting-hook",
            Self::UnknownLine => "unknown-line",
            Self::ChangedUnit => "changed-unit",
            Self::ChangedPrice => "changed-price",
            Self::ChangedFreight => "changed-freight",
            Self::LostAnswer => "lost-answer",
            Self::HangUp => "hang-up",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::WrongSecret => "a wrong secret",
            Self::UnknownVersion => "a cXML version that does not exist",
            Self::NoDoctype => "no DOCTYPE",
            Self::Bom => "a byte order mark",
            Self::Latin1 => "ISO-8859-1",
            Self::SamePayloadId => "one payloadID for two setups",
            Self::SlowHook => "a return page that answers slowly",
            Self::RedirectingHook => "a return page that redirects",
            Self::UnknownLine => "an edit with an unknown line",
            Self::ChangedUnit => "another unit in the order",
            Self::ChangedPrice => "another price in the order",
            Self::ChangedFreight => "another freight in the order",
            Self::LostAnswer => "an order whose answer is lost",
            Self::HangUp => "an order that is not waited for",
        }
    }

    /// What a good gateway does then.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::WrongSecret => "Status 401, and the reason for the operator alone",
            Self::UnknownVersion => "taken: what is needed is in every version",
            Self::NoDoctype => "taken: a DOCTYPE says nothing that the document does not",
            Self::Bom => "taken: a byte order mark is allowed in UTF-8",
            Self::Latin1 => "taken, with every letter as it was written",
            Self::SamePayloadId => "the same start page for the same content, another one for other content",
            Self::SlowHook => "the same cart again, never a second one",
            Self::RedirectingHook => "a page that lets the browser follow",
            Self::UnknownLine => "the line is kept and comes back as it was",
            Self::ChangedUnit | Self::ChangedPrice => "taken, with the difference noted for the operator",
            Self::ChangedFreight => {
                "taken, with the difference noted for the operator where the cart said what freight costs"
            }
            Self::LostAnswer | Self::HangUp => {
                "the same answer to the repeat: one order, however often it comes"
            }
        }
    }

    /// The login it plays with.
    #[must_use]
    pub fn login(self, login: &CxmlLogin) -> Cow<'_, CxmlLogin> {
        match self {
            Self::WrongSecret => {
                let secret = Secret::new(&format!("not-{}", login.secret.reveal()));
                Cow::Owned(CxmlLogin { secret, ..login.clone() })
            }
            Self::Latin1 => {
                let mut login = login.clone();
                login.extrinsics.push(("UserFullName".to_owned(), LATIN1_NAME.to_owned()));
                Cow::Owned(login)
            }
            _ => Cow::Borrowed(login),
        }
    }

    /// A setup as it is sent: its octets and what the header says of them.
    #[must_use]
    pub fn spoilt(self, document: &str) -> (Vec<u8>, &'static str) {
        const UTF8: &str = "text/xml; charset=UTF-8";
        match self {
            Self::UnknownVersion => (with_version(document, "1.9.999").into_bytes(), UTF8),
            Self::NoDoctype => (without_doctype(document).into_bytes(), UTF8),
            Self::Bom => ([b"\xef\xbb\xbf", document.as_bytes()].concat(), UTF8),
            Self::Latin1 => (in_latin1(document), "text/xml; charset=ISO-8859-1"),
            _ => (document.as_bytes().to_vec(), UTF8),
        }
    }

    /// The lines of an order or an edit with it.
    #[must_use]
    pub fn lines(self, lines: &[IncomingLine]) -> Vec<IncomingLine> {
        let mut lines = lines.to_vec();
        match self {
            Self::UnknownLine => lines.extend(lines.first().cloned().and_then(unknown)),
            Self::ChangedUnit => {
                if let Some(first) = lines.first_mut() {
                    let other = if first.unit.as_ref().is_some_and(|unit| unit.as_str() == "DZN") {
                        "CS"
                    } else {
                        "DZN"
                    };
                    first.unit = UnitOfMeasure::parse(other).ok();
                }
            }
            Self::ChangedPrice => {
                if let Some(first) = lines.first_mut() {
                    first.price = first.price.map(dearer);
                }
            }
            _ => {}
        }
        lines
    }
}

impl Fault {
    /// What an order with it pays beside its lines.
    ///
    /// - `currency`: of the lines.
    #[must_use]
    pub fn beside(self, beside: Beside, currency: Option<Currency>) -> Beside {
        match (self, currency) {
            (Self::ChangedFreight, Some(currency)) => {
                let was = beside.shipping.unwrap_or(Money::zero(currency));
                let more = Money { amount: Decimal::ONE, currency };
                Beside { shipping: was.plus(more).ok(), ..beside }
            }
            _ => beside,
        }
    }
}

/// A name that is not ASCII, and in ISO-8859-1 not UTF-8.
pub const LATIN1_NAME: &str = "Jürgen Größe";
/// A part that no shop has.
pub const UNKNOWN_PART: &str = "NO-SUCH-PART-0";

fn unknown(like: IncomingLine) -> Option<IncomingLine> {
    let part = SupplierPartId::parse(UNKNOWN_PART).ok()?;
    let line_number = like.line_number.saturating_add(1000);
    Some(IncomingLine {
        line_number,
        item: ItemKey { part, auxiliary: None },
        quantity: Quantity::ONE,
        lock_extrinsic: None,
        ..like
    })
}

fn dearer(price: IncomingPrice) -> IncomingPrice {
    let amount = price.amount.checked_add(Decimal::ONE).unwrap_or(price.amount);
    IncomingPrice { amount, ..price }
}

/// The version in the root and in the DOCTYPE's address.
fn with_version(document: &str, version: &str) -> String {
    let Some((_, rest)) = document.split_once("schemas/cXML/") else { return document.to_owned() };
    let known = rest.split('/').next().unwrap_or_default();
    if known.is_empty() { document.to_owned() } else { document.replace(known, version) }
}

fn without_doctype(document: &str) -> String {
    let Some((before, rest)) = document.split_once("<!DOCTYPE") else { return document.to_owned() };
    let after = rest.split_once('>').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

fn in_latin1(document: &str) -> Vec<u8> {
    let declared = document.replacen("UTF-8", "ISO-8859-1", 1);
    let mut octets = Vec::with_capacity(declared.len());
    for character in declared.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(octet) => octets.push(octet),
            Err(_) => octets.extend(format!("&#{};", u32::from(character)).into_bytes()),
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE cXML SYSTEM \"http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd\">\n<cXML version=\"1.2.014\">ü漢</cXML>";

    #[test]
    fn a_document_is_spoilt_in_one_way_only() {
        let of = |fault: Fault| fault.spoilt(DOCUMENT).0;
        let text = |fault| String::from_utf8(of(fault)).unwrap();
        assert!(text(Fault::UnknownVersion).contains("cXML/1.9.999/cXML.dtd\">\n<cXML version=\"1.9.999\""));
        assert!(!text(Fault::NoDoctype).contains("DOCTYPE") && text(Fault::NoDoctype).contains("<cXML"));
        assert!(of(Fault::Bom).starts_with(b"\xef\xbb\xbf<?xml"));
        let latin1 = of(Fault::Latin1);
        assert!(latin1.windows(9).any(|part| part == b"\xfc&#28450;"), "{latin1:?}");
        assert_eq!(text(Fault::WrongSecret), DOCUMENT);
    }

    #[test]
    fn every_fault_is_listed_under_its_own_name() {
        for fault in Fault::ALL {
            let name = format!("\"{}\"", fault.as_str());
            assert_eq!(serde_json::from_str::<Fault>(&name).unwrap(), fault);
        }
        assert_eq!(Fault::ALL.len(), <Fault as clap::ValueEnum>::value_variants().len());
    }
}
