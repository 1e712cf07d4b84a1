//! `ConfirmationRequest = ConfirmationHeader, OrderReference, …, ConfirmationItem*` (cXML 1.2, Fulfill.dtd).

use crate::model::trade::{
    Confirmation, ConfirmationHeader, ConfirmationItem, ConfirmationStatus, ScheduleLineReference,
};

use super::{content::content, pen::Pen};

content! {
    Confirmation, essential;
    ;
    header: "ConfirmationHeader", order: "OrderReference", items: "ConfirmationItem",
}

content! {
    ConfirmationHeader, essential;
    id @ "confirmID", operation @ "operation", kind @ "type", notice @ "noticeDate", invoice @ "invoiceID", inco_terms @ "incoTerms",
    version @ "version";
    refers_to: "DocumentReference", total: "Total", shipping: "Shipping", tax: "Tax", contacts: "Contact", comments: "Comments",
    references: "IdReference", extrinsics: "Extrinsic",
}

content! {
    ConfirmationItem, essential;
    quantity @ "quantity", line_number @ "lineNumber", parent_line_number @ "parentLineNumber", item_type @ "itemType",
    composite_type @ "compositeItemType";
    unit: "UnitOfMeasure" ! yes, contacts: "Contact", statuses: "ConfirmationStatus",
}

content! {
    ConfirmationStatus, essential, older either;
    quantity @ "quantity", kind @ "type", shipment @ "shipmentDate", delivery @ "deliveryDate";
    unit: "UnitOfMeasure" ! yes, item: "ItemIn", price: "UnitPrice", tax: "Tax", shipping: "Shipping", batch: "SupplierBatchID",
    schedule: "ScheduleLineReference", comments: "Comments", extrinsics: "Extrinsic",
}

/// A replacement says its price itself: the two never stand side by side.
fn either(status: &ConfirmationStatus, _: &Pen<'_>) -> Option<ConfirmationStatus> {
    let beside = status.price.is_some() || status.tax.is_some() || status.shipping.is_some();
    (status.item.is_some() && beside).then(|| ConfirmationStatus {
        price: None,
        tax: None,
        shipping: None,
        ..status.clone()
    })
}

content! {
    ScheduleLineReference, optional;
    quantity @ "quantity", requested_delivery @ "requestedDeliveryDate", line_number @ "lineNumber";
}
