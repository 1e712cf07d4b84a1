//! `ShipNoticeRequest = ShipNoticeHeader, ShipControl*, ShipNoticePortion*` (cXML 1.2, Fulfill.dtd).

use crate::model::trade::{
    Route, ShipControl, ShipNotice, ShipNoticeHeader, ShipNoticeItem, ShipNoticePortion, ShipmentIdentifier,
    TermsOfDelivery, Valued,
};

use super::content::content;

content! {
    ShipNotice, essential;
    ;
    header: "ShipNoticeHeader", controls: "ShipControl", portions: "ShipNoticePortion",
}

content! {
    ShipNoticeHeader, essential;
    id @ "shipmentID", operation @ "operation", notice @ "noticeDate", shipment @ "shipmentDate", delivery @ "deliveryDate",
    shipment_type @ "shipmentType", fulfillment @ "fulfillmentType", requested_delivery @ "requestedDeliveryDate";
    service_levels: "ServiceLevel", refers_to: "DocumentReference", contacts: "Contact", comments: "Comments",
    terms: "TermsOfDelivery", packaging: "Packaging", extrinsics: "Extrinsic", references: "IdReference",
}

content! {
    ShipControl, essential;
    start @ "startDate";
    carriers: "CarrierIdentifier" ! yes, identifiers: "ShipmentIdentifier" ! yes, packages: "PackageIdentification", routes: "Route",
    contacts: "Contact", comments: "Comments", extrinsics: "Extrinsic",
}

content! {
    ShipmentIdentifier, optional, text value, absent Self::default();
    domain @ "domain", date @ "trackingNumberDate", url @ "trackingURL";
}

content! {
    Route, optional;
    method @ "method", means @ "means", start @ "startDate", end @ "endDate";
    contacts: "Contact",
}

content! {
    TermsOfDelivery, optional;
    ;
    code: "TermsOfDeliveryCode", payment: "ShippingPaymentMethod", transport: "TransportTerms", comments: "Comments",
}

content! {
    Valued, optional, text text, absent Self::default();
    value @ "value";
}

content! {
    ShipNoticePortion, essential;
    ;
    order: "OrderReference", agreement: "MasterAgreementReference" | "MasterAgreementIDInfo", contacts: "Contact",
    comments: "Comments", extrinsics: "Extrinsic", items: "ShipNoticeItem",
}

content! {
    ShipNoticeItem, essential;
    quantity @ "quantity", line_number @ "lineNumber", parent_line_number @ "parentLineNumber",
    own_line_number @ "shipNoticeLineNumber", item_type @ "itemType", composite_type @ "compositeItemType";
    id: "ItemID", detail: "ShipNoticeItemDetail", unit: "UnitOfMeasure" ! yes, packaging: "Packaging", batches: "Batch",
    supplier_batches: "SupplierBatchID", comments: "Comments", extrinsics: "Extrinsic",
}
