//! Lines of goods: `ItemIn`, `ItemOut`, `QuoteItemIn`, `QuoteItemOut` and what is in them.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::{
    model::{
        ids::SupplierPartAuxiliaryId,
        trade::{
            Alternative, Basis, Batch, BlanketDetail, Classification, CompositeType, Dimension, Item,
            ItemDetail, ItemId, PackageRange, Packaging, PunchoutDetail, QuoteItem, ScheduleLine,
        },
    },
    wire::xml::{Element, ReadError},
};

use super::{
    content::{AttributeField, ChildField, Content, Skipped, Way, attribute, child, content},
    item::any,
    pen::Pen,
};

/// What a price of some basis is for one order unit; the basis converts order units to price units.
pub(super) fn for_one(amount: Decimal, basis: &Basis) -> Decimal {
    let price = amount.checked_mul(basis.conversion);
    price.and_then(|price| price.checked_div(basis.quantity.value())).unwrap_or(amount).normalize()
}

/// Gives a price for one unit to readers who know no price basis.
macro_rules! without_basis {
    ($name:ident, $type:ty, $($price:ident).+) => {
        pub(super) fn $name(value: &$type, pen: &Pen<'_>) -> Option<$type> {
            let basis = value.basis.as_ref().filter(|_| !pen.knows("PriceBasisQuantity"))?;
            let mut plain = value.clone();
            if let Some(price) = &mut plain.$($price).+ {
                price.money.amount =
                    $crate::wire::cxml::goods::for_one(price.money.amount, basis);
            }
            plain.basis = None;
            Some(plain)
        }
    };
}
pub(super) use without_basis;

without_basis!(detail_for_one, ItemDetail, price);
without_basis!(blanket_for_one, BlanketDetail, price);
without_basis!(entry_for_one, PunchoutDetail, price);

/// `ItemDetail` must have a price; the shorter `ShipNoticeItemDetail` need not.
fn has_price(detail: &ItemDetail, element: &str) -> bool {
    detail.price.is_some() || element == "ShipNoticeItemDetail"
}

/// Readers who know no groups get those lines of a group that carry its price.
fn ungrouped<'a>(items: &'a [Item], pen: &Pen<'_>, name: &str) -> Cow<'a, [Item]> {
    let grouped = |item: &Item| item.item_type.is_some() || item.parent_line_number.is_some();
    if pen.knows_attribute_of(name, "parentLineNumber") || !items.iter().any(grouped) {
        return Cow::Borrowed(items);
    }
    let group_of = |item: &Item| {
        let group = item.parent_line_number?;
        items.iter().find(|above| above.line_number == Some(group))
    };
    let priced_in_parts = |group: &Item| group.composite_type == Some(CompositeType::Item);
    let has_parts =
        |item: &Item| items.iter().any(|part| group_of(part).is_some_and(|group| std::ptr::eq(group, item)));
    let carries_price = |item: &&Item| match group_of(item) {
        Some(group) => priced_in_parts(group),
        None => !(priced_in_parts(item) && has_parts(item)),
    };
    Cow::Owned(items.iter().filter(carries_price).cloned().collect())
}

content! {
    Item, essential, listed ungrouped;
    quantity @ "quantity", line_number @ "lineNumber", parent_line_number @ "parentLineNumber", item_type @ "itemType",
    composite_type @ "compositeItemType", class @ "itemClassification", requisition @ "requisitionID",
    agreement_item @ "agreementItemNumber", requested_delivery @ "requestedDeliveryDate", ad_hoc @ "isAdHoc", is_return @ "isReturn";
    id: "ItemID", detail: "ItemDetail", blanket: "BlanketItemDetail", supplier: "SupplierID", ship_to: "ShipTo" / "Address",
    shipping: "Shipping", tax: "Tax", distributions: "Distribution", contacts: "Contact", comments: "Comments",
    schedule: "ScheduleLine", agreement: "MasterAgreementReference" | "MasterAgreementIDInfo", extrinsics: "Extrinsic",
}

content! {
    ItemId, essential;
    ;
    part: "SupplierPartID" ! yes, auxiliary: "SupplierPartAuxiliaryID", buyer_part: "BuyerPartID", references: "IdReference",
}

/// `SupplierPartAuxiliaryID = ANY`
impl Content for SupplierPartAuxiliaryId {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        Self::parse(any(element).trim()).map_err(|error| element.invalid(error))
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.markup(self.as_str());
    }

    fn is_blank(element: Element<'_>) -> bool {
        element.markup().trim().is_empty()
    }
}

content! {
    ItemDetail, essential, fits has_price, older detail_for_one;
    ;
    price: "UnitPrice", descriptions: "Description" ! yes, overall_limit: "OverallLimit" / "Money",
    expected_limit: "ExpectedLimit" / "Money", unit: "UnitOfMeasure" ! yes, basis: "PriceBasisQuantity",
    classifications: "Classification" ! yes, manufacturer_part: "ManufacturerPartID", manufacturer: "ManufacturerName", url: "URL",
    lead_time_days: "LeadTime", dimensions: "Dimension", extrinsics: "Extrinsic",
}

content! {
    BlanketDetail, essential, older blanket_for_one;
    ;
    descriptions: "Description" ! yes, overall_limit: "OverallLimit" / "Money", expected_limit: "ExpectedLimit" / "Money",
    most: "MaxAmount" / "Money", least: "MinAmount" / "Money", most_quantity: "MaxQuantity", least_quantity: "MinQuantity",
    price: "UnitPrice", unit: "UnitOfMeasure", basis: "PriceBasisQuantity", classifications: "Classification",
    extrinsics: "Extrinsic",
}

/// `PriceBasisQuantity = UnitOfMeasure, Description?`; without a factor order unit and price unit are the same.
impl Content for Basis {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let factor: Option<Decimal> = attribute(element, "conversionFactor", skipped)?;
        Ok(Self {
            quantity: attribute(element, "quantity", skipped)?,
            conversion: factor.filter(|factor| *factor > Decimal::ZERO).unwrap_or(Decimal::ONE),
            unit: child(element, "UnitOfMeasure", None, skipped)?,
            description: child(element, "Description", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        AttributeField::put(&self.quantity, pen, "quantity");
        AttributeField::put(&self.conversion, pen, "conversionFactor");
        ChildField::put(&self.unit, pen, "UnitOfMeasure", Way { through: None, always: true });
        ChildField::put(&self.description, pen, "Description", Way::default());
    }
}

content! {
    Classification, optional, text value, absent Self::default();
    domain @ "domain", code @ "code";
}

content! {
    Dimension, optional;
    quantity @ "quantity", kind @ "type";
    unit: "UnitOfMeasure" ! yes,
}

content! {
    ScheduleLine, optional;
    quantity @ "quantity", requested_delivery @ "requestedDeliveryDate", line_number @ "lineNumber";
    unit: "UnitOfMeasure" ! yes, ship_to: "ShipTo" / "Address", extrinsics: "Extrinsic",
}

content! {
    QuoteItem, essential;
    kind @ "type", quantity @ "quantity", line_number @ "lineNumber", parent_line_number @ "parentLineNumber",
    requested_delivery @ "requestedDeliveryDate", class @ "itemClassification", item_type @ "itemType";
    id: "ItemID", detail: "ItemDetail", ship_to: "ShipTo" / "Address", shipping: "Shipping", tax: "Tax", total: "Total",
    contacts: "Contact", comments: "Comments", alternative: "Alternative", extrinsics: "Extrinsic",
}

content! {
    Alternative, optional;
    kind @ "alternativeType", basic_line @ "basicLineNumber";
}

content! {
    Packaging, optional;
    ;
    codes: "PackagingCode" ! yes, dimensions: "Dimension", description: "Description", level: "PackagingLevelCode",
    package_type: "PackageTypeCodeIdentifierCode", serial: "ShippingContainerSerialCode",
    outer_serial: "ShippingContainerSerialCodeReference", marks: "ShippingMark", extrinsics: "Extrinsic",
}

content! {
    PackageRange, optional;
    first @ "rangeBegin", last @ "rangeEnd";
}

content! {
    Batch, optional;
    production @ "productionDate", expiration @ "expirationDate", origin @ "originCountryCode";
    buyer: "BuyerBatchID", supplier: "SupplierBatchID",
}
