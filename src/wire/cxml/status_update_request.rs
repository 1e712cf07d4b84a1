//! `StatusUpdateRequest = DocumentReference?, Status, (…Status)?, Extrinsic*` (cXML 1.2).

use crate::model::trade::{
    DocumentInfo, DocumentStatus, IntegrationStatus, InvoiceStatus, PaymentStatus, StatusReport, StatusUpdate,
};

use super::content::content;

content! {
    StatusUpdate, essential;
    ;
    document: "DocumentReference", status: "Status", payment: "PaymentStatus", sourcing: "SourcingStatus", invoice: "InvoiceStatus",
    other: "DocumentStatus", integration: "IntegrationStatus", extrinsics: "Extrinsic",
}

content! {
    StatusReport, essential, text cause;
    code @ "code", text @ "text", language @ "xml:lang";
}

/// `PaymentStatus = PCard, Total, …`: the card is neither read nor written, so that a payment's status is never sent from here.
fn never(_: &PaymentStatus, _: &str) -> bool {
    false
}

content! {
    PaymentStatus, optional, fits never;
    order @ "orderID", kind @ "type", time @ "transactionTimestamp", failed @ "isFailed";
    total: "Total",
}

content! {
    InvoiceStatus, essential;
    kind @ "type", due @ "paymentNetDueDate";
    invoice: "InvoiceIDInfo", partial: "PartialAmount" / "Money", comments: "Comments",
}

content! {
    DocumentStatus, optional;
    kind @ "type";
    document: "DocumentInfo", comments: "Comments",
}

content! {
    DocumentInfo, optional;
    id @ "documentID", kind @ "documentType", date @ "documentDate";
}

content! {
    IntegrationStatus, optional;
    kind @ "documentStatus";
}
