//! Which document a cXML document is, and which DTD file holds it.

use crate::wire::xml::{Document, Element};

/// The element that names the kind of document: the one in `Request` or `Message`, the one beside a response's `Status`, or the root.
#[must_use]
pub fn document_type(document: &Document) -> Element<'_> {
    let root = document.root();
    let Some(wrapper) = root.children().find(|child| {
        ["request", "message", "response"].iter().any(|name| child.name().eq_ignore_ascii_case(name))
    }) else {
        return root;
    };
    wrapper.children().find(|child| child.name() != "Status").unwrap_or(wrapper)
}

/// The DTD file that declares this kind of document, as published from 1.2.020 on. Each file stands alone.
#[must_use]
pub fn dtd_file(document_type: &str) -> &'static str {
    match document_type {
        "ConfirmationRequest"
        | "ShipNoticeRequest"
        | "ReceiptRequest"
        | "ServiceEntryRequest"
        | "SalesOrderRequest"
        | "TimeCardRequest"
        | "TimeCardInfoRequest"
        | "OrderStatusRequest"
        | "ComponentConsumptionRequest"
        | "ProductReplenishmentMessage" => "Fulfill.dtd",
        "InvoiceDetailRequest" => "InvoiceDetail.dtd",
        "QuoteRequest" | "QuoteMessage" => "Quote.dtd",
        "PaymentRemittanceRequest"
        | "PaymentRemittanceStatusUpdateRequest"
        | "PaymentProposalRequest"
        | "TradeRequest"
        | "PaymentBatchRequest"
        | "PaymentReceiptConfirmationRequest"
        | "ChargeFileRequest" => "PaymentRemittance.dtd",
        "ContractRequest" | "ContractStatusUpdateRequest" => "Contract.dtd",
        "TransportRequest" | "TransportConfirmation" => "Logistics.dtd",
        _ => "cXML.dtd",
    }
}
