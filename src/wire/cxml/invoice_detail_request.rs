//! `InvoiceDetailRequest = InvoiceDetailRequestHeader, (InvoiceDetailOrder+ | InvoiceDetailHeaderOrder+), InvoiceDetailSummary`
//! (cXML 1.2, InvoiceDetail.dtd).

use crate::{
    model::trade::{
        HeaderIndicator, Invoice, InvoiceDiscount, InvoiceHeader, InvoiceItem, InvoiceItemReference,
        InvoiceLineShipping, InvoiceOrder, InvoiceOrderSummary, InvoiceOrderSums, InvoicePartner,
        InvoiceShipping, InvoiceSpecialHandling, InvoiceSummary, LineIndicator,
    },
    wire::xml::{Element, ReadError},
};

use super::{
    content::{AttributeField, ChildField, Content, Skipped, Way, attribute, child, content, through},
    goods::without_basis,
    pen::Pen,
};

content! {
    Invoice, essential, older one_form;
    ;
    header: "InvoiceDetailRequestHeader", orders: "InvoiceDetailOrder", summaries: "InvoiceDetailHeaderOrder",
    summary: "InvoiceDetailSummary",
}

/// Lines or sums, never both.
fn one_form(invoice: &Invoice, _: &Pen<'_>) -> Option<Invoice> {
    let both = !invoice.orders.is_empty() && !invoice.summaries.is_empty();
    both.then(|| Invoice { summaries: Vec::new(), ..invoice.clone() })
}

content! {
    InvoiceHeader, essential;
    id @ "invoiceID", information_only @ "isInformationOnly", purpose @ "purpose", operation @ "operation", date @ "invoiceDate";
    header_indicator: "InvoiceDetailHeaderIndicator", line_indicator: "InvoiceDetailLineIndicator", partners: "InvoicePartner",
    refers_to: "DocumentReference", invoice: "InvoiceIDInfo", shipping: "InvoiceDetailShipping", ship_notice: "ShipNoticeIDInfo",
    payment_terms: "PaymentTerm" | "InvoiceDetailPaymentTerm", period: "Period", comments: "Comments", references: "IdReference",
    extrinsics: "Extrinsic",
}

content! {
    HeaderIndicator, essential;
    header_invoice @ "isHeaderInvoice", vat_recoverable @ "isVatRecoverable";
}

content! {
    LineIndicator, essential;
    tax @ "isTaxInLine", special_handling @ "isSpecialHandlingInLine", shipping @ "isShippingInLine",
    discount @ "isDiscountInLine", accounting @ "isAccountingInLine";
}

content! {
    InvoicePartner, optional;
    ;
    contact: "Contact", references: "IdReference",
}

content! {
    InvoiceShipping, optional, older whole_carriage;
    date @ "shippingDate";
    contacts: "Contact", carriers: "CarrierIdentifier", identifiers: "ShipmentIdentifier", ship_notice: "DocumentReference",
}

/// Carriers and their numbers stand together or not at all.
fn whole_carriage(shipping: &InvoiceShipping, _: &Pen<'_>) -> Option<InvoiceShipping> {
    (shipping.carriers.is_empty() != shipping.identifiers.is_empty()).then(|| InvoiceShipping {
        carriers: Vec::new(),
        identifiers: Vec::new(),
        ..shipping.clone()
    })
}

content! {
    InvoiceOrder, essential;
    ;
    order: "InvoiceDetailOrderInfo", items: "InvoiceDetailItem" | "InvoiceDetailServiceItem",
}

content! {
    InvoiceOrderSummary, essential;
    ;
    order: "InvoiceDetailOrderInfo", sums: "InvoiceDetailOrderSummary",
}

content! {
    InvoiceOrderSums, essential;
    number @ "invoiceLineNumber";
    subtotal: "SubtotalAmount" / "Money", tax: "Tax", gross: "GrossAmount" / "Money", discount: "InvoiceDetailDiscount",
    net: "NetAmount" / "Money", comments: "Comments", extrinsics: "Extrinsic",
}

content! {
    InvoiceItemReference, essential, older whole_maker;
    line_number @ "lineNumber";
    id: "ItemID", description: "Description", classifications: "Classification", manufacturer_part: "ManufacturerPartID",
    manufacturer: "ManufacturerName",
}

/// The maker and its number stand together or not at all.
fn whole_maker(reference: &InvoiceItemReference, _: &Pen<'_>) -> Option<InvoiceItemReference> {
    (reference.manufacturer.is_some() != reference.manufacturer_part.is_some())
        .then(|| InvoiceItemReference { manufacturer: None, manufacturer_part: None, ..reference.clone() })
}

content! {
    InvoiceSpecialHandling, optional;
    ;
    description: "Description", money: "Money",
}

content! {
    InvoiceLineShipping, optional;
    ;
    shipping: "InvoiceDetailShipping", money: "Money",
}

content! {
    InvoiceDiscount, optional;
    rate @ "percentageRate";
    money: "Money",
}

content! {
    InvoiceSummary, essential;
    ;
    subtotal: "SubtotalAmount" / "Money", tax: "Tax", special_handling: "SpecialHandlingAmount" / "Money",
    shipping: "ShippingAmount" / "Money", gross: "GrossAmount" / "Money", discount: "InvoiceDetailDiscount",
    modifications: "InvoiceHeaderModifications" / "Modification", net: "NetAmount" / "Money", deposit: "DepositAmount" / "Money",
    due: "DueAmount" / "Money",
}

without_basis!(line_for_one, InvoiceItem, price);

/// `InvoiceDetailItem` and `InvoiceDetailServiceItem`: the same parts, in another order.
impl Content for InvoiceItem {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let service = element.name() == SERVICE;
        let reference = if service { SERVICE_REFERENCE } else { GOODS_REFERENCE };
        Ok(Self {
            number: attribute(element, "invoiceLineNumber", skipped)?,
            quantity: attribute(element, "quantity", skipped)?,
            reference_date: attribute(element, "referenceDate", skipped)?,
            inspection_date: attribute(element, "inspectionDate", skipped)?,
            parent: attribute(element, "parentInvoiceLineNumber", skipped)?,
            item_type: attribute(element, "itemType", skipped)?,
            composite_type: attribute(element, "compositeItemType", skipped)?,
            service,
            reference: child(element, reference, None, skipped)?,
            unit: child(element, "UnitOfMeasure", None, skipped)?,
            price: child(element, "UnitPrice", None, skipped)?,
            basis: child(element, "PriceBasisQuantity", None, skipped)?,
            period: child(element, "Period", None, skipped)?,
            subtotal: child(element, "SubtotalAmount", Some("Money"), skipped)?,
            tax: child(element, "Tax", None, skipped)?,
            special_handling: child(element, "InvoiceDetailLineSpecialHandling", None, skipped)?,
            shipping: child(element, "InvoiceDetailLineShipping", None, skipped)?,
            gross: child(element, "GrossAmount", Some("Money"), skipped)?,
            discount: child(element, "InvoiceDetailDiscount", None, skipped)?,
            modifications: child(element, "InvoiceItemModifications", Some("Modification"), skipped)?,
            net: child(element, "NetAmount", Some("Money"), skipped)?,
            distributions: child(element, "Distribution", None, skipped)?,
            comments: child(element, "Comments", None, skipped)?,
            extrinsics: child(element, "Extrinsic", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        AttributeField::put(&self.number, pen, "invoiceLineNumber");
        AttributeField::put(&self.quantity, pen, "quantity");
        AttributeField::put(&self.reference_date, pen, "referenceDate");
        AttributeField::put(&self.inspection_date, pen, "inspectionDate");
        AttributeField::put(&self.parent, pen, "parentInvoiceLineNumber");
        AttributeField::put(&self.item_type, pen, "itemType");
        AttributeField::put(&self.composite_type, pen, "compositeItemType");
        let (plain, in_money) = (Way::default(), through("Money"));
        if self.service {
            ChildField::put(&self.reference, pen, SERVICE_REFERENCE, plain);
            ChildField::put(&self.subtotal, pen, "SubtotalAmount", in_money);
            ChildField::put(&self.period, pen, "Period", plain);
            if self.price.is_some() {
                self.write_price(pen);
            }
        } else {
            self.write_price(pen);
            ChildField::put(&self.reference, pen, GOODS_REFERENCE, plain);
            ChildField::put(&self.subtotal, pen, "SubtotalAmount", in_money);
        }
        ChildField::put(&self.tax, pen, "Tax", plain);
        ChildField::put(&self.special_handling, pen, "InvoiceDetailLineSpecialHandling", plain);
        ChildField::put(&self.shipping, pen, "InvoiceDetailLineShipping", plain);
        ChildField::put(&self.gross, pen, "GrossAmount", in_money);
        ChildField::put(&self.discount, pen, "InvoiceDetailDiscount", plain);
        ChildField::put(&self.modifications, pen, "InvoiceItemModifications", through("Modification"));
        ChildField::put(&self.net, pen, "NetAmount", in_money);
        ChildField::put(&self.distributions, pen, "Distribution", plain);
        ChildField::put(&self.comments, pen, "Comments", plain);
        ChildField::put(&self.extrinsics, pen, "Extrinsic", plain);
    }

    fn older(&self, pen: &Pen<'_>) -> Option<Self> {
        line_for_one(self, pen)
    }

    fn alias(&self) -> Option<&'static str> {
        self.service.then_some(SERVICE)
    }
}

impl InvoiceItem {
    fn write_price(&self, pen: &mut Pen<'_>) {
        let always = Way { through: None, always: true };
        ChildField::put(&self.unit, pen, "UnitOfMeasure", always);
        ChildField::put(&self.price, pen, "UnitPrice", Way::default());
        ChildField::put(&self.basis, pen, "PriceBasisQuantity", Way::default());
    }
}

const SERVICE: &str = "InvoiceDetailServiceItem";
const SERVICE_REFERENCE: &str = "InvoiceDetailServiceItemReference";
const GOODS_REFERENCE: &str = "InvoiceDetailItemReference";
