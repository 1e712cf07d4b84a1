//! `QuoteRequest = QuoteRequestHeader, QuoteItemOut*` (cXML 1.2, Quote.dtd).

use crate::model::trade::{QuoteRequest, QuoteRequestHeader};

use super::content::content;

content! {
    QuoteRequest, essential;
    ;
    header: "QuoteRequestHeader", items: "QuoteItemOut",
}

content! {
    QuoteRequestHeader, essential;
    id @ "requestID", date @ "requestDate", kind @ "type", opens @ "openDate", closes @ "closeDate", currency @ "currency",
    language @ "xml:lang";
    name: "Name", total: "Total", description: "Description", ship_to: "ShipTo" / "Address", contacts: "Contact",
    comments: "Comments", extrinsics: "Extrinsic",
}
