//! Requests for quotes, and quotes.

use serde::{Deserialize, Serialize};

use super::{
    address::{Address, Contact},
    charge::{Price, Shipping, Tax},
    item::{ItemClass, ItemDetail, ItemId, ItemType},
    order::OrderKind,
    text::{Comments, Description, DocumentNumber, Extrinsic, Localized, Moment},
};
use crate::model::{ids::PayloadId, money::Currency, party::Identity, quantity::Quantity};

/// What the buyer wants a quote for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteRequest {
    /// What holds for all of it.
    pub header: QuoteRequestHeader,
    /// Its lines.
    pub items: Vec<QuoteItem>,
}

/// What holds for a whole request for quotes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteRequestHeader {
    /// The buyer's number of it.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Moment,
    /// First, changed or taken back.
    pub kind: OrderKind,
    /// From when quotes are taken.
    pub opens: Option<Moment>,
    /// Until when quotes are taken.
    pub closes: Option<Moment>,
    /// In which currency.
    pub currency: Option<Currency>,
    /// In which language.
    pub language: Option<String>,
    /// What it is called.
    pub name: Option<Localized>,
    /// What it is expected to come to.
    pub total: Option<Price>,
    /// In words.
    pub description: Option<Description>,
    /// Where the goods go.
    pub ship_to: Option<Address>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A line that a quote is wanted or made for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteItem {
    /// What is said about it; in quotes alone, which must have it.
    pub kind: Option<QuoteType>,
    /// How many.
    pub quantity: Quantity,
    /// Its number.
    pub line_number: Option<u32>,
    /// Number of the group it belongs to.
    pub parent_line_number: Option<u32>,
    /// When it is wanted.
    pub requested_delivery: Option<Moment>,
    /// Goods or a service.
    pub class: Option<ItemClass>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Which article, where that is known.
    pub id: Option<ItemId>,
    /// What is known about it.
    pub detail: ItemDetail,
    /// Where it goes.
    pub ship_to: Option<Address>,
    /// Freight.
    pub shipping: Option<Shipping>,
    /// Tax.
    pub tax: Option<Tax>,
    /// What the line comes to.
    pub total: Option<Price>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Whether it stands in for another.
    pub alternative: Option<Alternative>,
    /// Agreed fields; quotes alone have them.
    pub extrinsics: Vec<Extrinsic>,
}

/// Whether a line stands in for another.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Whether it does.
    pub kind: AlternativeType,
    /// The line that it stands in for.
    pub basic_line: Option<String>,
}

choice! {
    /// Whether a line stands in for another.
    AlternativeType, "alternativeType";
    /// It does not.
    None = "noAlternative",
    /// Others stand in for it.
    Basic = "basicLine",
    /// It does.
    Alternative = "alternativeLine",
}

/// What the supplier, or the buyer in reply, says to a request for quotes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// What holds for all of it.
    pub header: QuoteHeader,
    /// Its lines.
    pub items: Vec<QuoteItem>,
}

/// What holds for a whole quote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteHeader {
    /// What it says.
    pub kind: QuoteType,
    /// The supplier's number of it.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Moment,
    /// In which currency.
    pub currency: Option<Currency>,
    /// In which language.
    pub language: Option<String>,
    /// Who quotes.
    pub organization: Vec<Identity>,
    /// The sum.
    pub total: Option<Price>,
    /// Where the goods go.
    pub ship_to: Option<Address>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// What was asked for.
    pub request: Option<QuoteRequestReference>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// What a quote says.
    QuoteType, "type";
    /// It is accepted.
    Accept = "accept",
    /// It is refused.
    Reject = "reject",
    /// It is changed.
    Update = "update",
    /// It is the last word.
    Final = "final",
    /// It has won.
    Award = "award",
}

/// A request for quotes, by its number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct QuoteRequestReference {
    /// The buyer's number.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Moment,
    /// payloadID of its document.
    pub payload: Option<PayloadId>,
}
