//! `QuoteMessage = QuoteMessageHeader, QuoteItemIn*` (cXML 1.2, Quote.dtd).

use crate::model::trade::{Quote, QuoteHeader, QuoteRequestReference};

use super::content::content;

content! {
    Quote, essential;
    ;
    header: "QuoteMessageHeader", items: "QuoteItemIn",
}

content! {
    QuoteHeader, essential;
    kind @ "type", id @ "quoteID", date @ "quoteDate", currency @ "currency", language @ "xml:lang";
    organization: "OrganizationID" / "Credential", total: "Total", ship_to: "ShipTo" / "Address", contacts: "Contact",
    request: "QuoteRequestReference", comments: "Comments", extrinsics: "Extrinsic",
}

content! {
    QuoteRequestReference, optional;
    id @ "requestID", date @ "requestDate";
    payload: "DocumentReference",
}
