//! `Index = SupplierID+, Comments?, SearchGroup*, IndexItem+` (cXML 1.2): a root of its own.

use crate::model::trade::{
    CatalogIndex, IndexAdd, IndexDelete, IndexDetail, IndexItem, IndexPunchout, PunchoutDetail,
    SearchAttribute, SearchGroup, SearchGroupData,
};

use super::{
    content::{AttributeField, Content, Skipped, attribute, content},
    goods::entry_for_one,
    pen::Pen,
};
use crate::wire::xml::{Element, ReadError};

content! {
    CatalogIndex, essential;
    load @ "loadmode";
    suppliers: "SupplierID" ! yes, comments: "Comments", search_groups: "SearchGroup", items: "IndexItem",
}

content! {
    SearchGroup, optional;
    ;
    name: "Name", attributes: "SearchAttribute",
}

/// `SearchAttribute` with a type, `SearchDataElement` with a value: both `EMPTY`.
impl Content for SearchAttribute {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let value = if element.name() == "SearchDataElement" { "value" } else { "type" };
        Ok(Self { name: attribute(element, "name", skipped)?, value: attribute(element, value, skipped)? })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("name", &self.name);
        AttributeField::put(&self.value, pen, "type");
        pen.attribute("value", self.value.as_deref().unwrap_or_default());
    }
}

content! {
    IndexItem, essential;
    ;
    add: "IndexItemAdd", delete: "IndexItemDelete", punchout: "IndexItemPunchout",
}

content! {
    IndexAdd, essential;
    ;
    id: "ItemID", detail: "ItemDetail", listing: "IndexItemDetail",
}

content! {
    IndexDelete, essential;
    ;
    id: "ItemID",
}

content! {
    IndexPunchout, essential;
    ;
    id: "ItemID", detail: "PunchoutDetail",
}

content! {
    IndexDetail, essential;
    ;
    lead_time_days: "LeadTime", expiration: "ExpirationDate", effective: "EffectiveDate", search_data: "SearchGroupData",
    territories: "TerritoryAvailable",
}

content! {
    SearchGroupData, optional;
    ;
    name: "Name", elements: "SearchDataElement",
}

content! {
    PunchoutDetail, essential, older entry_for_one;
    level @ "punchoutLevel";
    descriptions: "Description" ! yes, url: "URL", classifications: "Classification" ! yes, price: "UnitPrice",
    unit: "UnitOfMeasure", basis: "PriceBasisQuantity", manufacturer: "ManufacturerName",
    manufacturer_part: "ManufacturerPartID", lead_time_days: "LeadTime", expiration: "ExpirationDate", effective: "EffectiveDate",
    search_data: "SearchGroupData", territories: "TerritoryAvailable", extrinsics: "Extrinsic",
}
