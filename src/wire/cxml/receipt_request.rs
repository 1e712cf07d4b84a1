//! `ReceiptRequest = ReceiptRequestHeader, ReceiptOrder+, Total` (cXML 1.2, Fulfill.dtd).

use crate::model::trade::{Receipt, ReceiptHeader, ReceiptItem, ReceiptItemReference, ReceiptOrder};

use super::content::content;

content! {
    Receipt, essential;
    ;
    header: "ReceiptRequestHeader", orders: "ReceiptOrder", total: "Total",
}

content! {
    ReceiptHeader, essential;
    id @ "receiptID", date @ "receiptDate", operation @ "operation";
    refers_to: "DocumentReference", ship_notice: "ShipNoticeIDInfo", comments: "Comments", extrinsics: "Extrinsic",
}

content! {
    ReceiptOrder, essential;
    closed @ "closeForReceiving";
    order: "ReceiptOrderInfo", items: "ReceiptItem",
}

content! {
    ReceiptItem, essential;
    number @ "receiptLineNumber", quantity @ "quantity", kind @ "type", parent @ "parentReceiptLineNumber", item_type @ "itemType",
    composite_type @ "compositeItemType", completed @ "completedIndicator";
    reference: "ReceiptItemReference", rate: "UnitRate", amount: "ReceivedAmount" / "Money", comments: "Comments", batch: "Batch",
    classifications: "Classification", extrinsics: "Extrinsic",
}

content! {
    ReceiptItemReference, essential;
    line_number @ "lineNumber";
    id: "ItemID", description: "Description", ship_notice: "ShipNoticeIDInfo", ship_notice_line: "ShipNoticeLineItemReference",
}
