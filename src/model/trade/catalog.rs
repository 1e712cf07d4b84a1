//! Catalogs sent to a buyer or a network.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    charge::Price,
    item::{Basis, Classification, ItemDetail, ItemId},
    text::{Comments, Description, Domained, Extrinsic, Localized, Moment},
};
use crate::model::quantity::UnitOfMeasure;

/// A catalog file handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogUpload {
    /// New or in place of an earlier one.
    pub operation: UploadOperation,
    /// Its name: what tells catalogs apart.
    pub name: Localized,
    /// What it is.
    pub description: Description,
    /// The file: `cid:` of a part of the same message.
    pub attachment: String,
    /// Commodity codes.
    pub commodities: Vec<String>,
    /// Publish it without asking.
    pub auto_publish: Option<Switch>,
    /// Who hears of the outcome.
    pub notification: Notification,
}

choice! {
    /// Whether an uploaded catalog is new.
    UploadOperation, "operation";
    /// Fails if there is one of this name.
    New = "new",
    /// Fails if there is none of this name.
    Update = "update",
}

choice! {
    /// Whether something is done.
    Enabled, "enabled";
    /// It is.
    Yes = "true",
    /// It is not.
    No = "false",
}

/// Something that is done or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// Whether it is.
    pub enabled: Enabled,
}

/// Who hears of the outcome of an upload.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// E-mail address.
    pub email: Option<String>,
    /// Whether a document is sent.
    pub post: Option<Switch>,
}

/// A catalog, or the parts of a catalog that a buyer finds in its own search (level 2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogIndex {
    /// Whole, or changes.
    pub load: Option<LoadMode>,
    /// Whose.
    pub suppliers: Vec<Domained>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Fields that can be searched.
    pub search_groups: Vec<SearchGroup>,
    /// Articles.
    pub items: Vec<IndexItem>,
}

choice! {
    /// Whether an index is whole.
    LoadMode, "loadmode";
    /// Whole.
    Full = "Full",
    /// Changes.
    Incremental = "Incremental",
}

/// Fields that can be searched, under a name.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct SearchGroup {
    /// Its name.
    pub name: Localized,
    /// The fields.
    pub attributes: Vec<SearchAttribute>,
}

/// A field that can be searched.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct SearchAttribute {
    /// Its name.
    pub name: String,
    /// Its type or, on an article, its value.
    pub value: Option<String>,
}

/// Articles of one kind: one of the three is filled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexItem {
    /// To be added.
    pub add: Vec<IndexAdd>,
    /// To be taken out.
    pub delete: Vec<IndexDelete>,
    /// To be found there and bought in the shop.
    pub punchout: Vec<IndexPunchout>,
}

/// An article to be added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexAdd {
    /// Which.
    pub id: ItemId,
    /// What is known about it.
    pub detail: ItemDetail,
    /// How it is listed.
    pub listing: IndexDetail,
}

/// An article to be taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexDelete {
    /// Which.
    pub id: ItemId,
}

/// An article to be found there and bought in the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexPunchout {
    /// Which.
    pub id: ItemId,
    /// What is known about it.
    pub detail: PunchoutDetail,
}

/// How an article is listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexDetail {
    /// Days until it is there.
    pub lead_time_days: Decimal,
    /// Until when.
    pub expiration: Option<Moment>,
    /// From when.
    pub effective: Option<Moment>,
    /// Values of its fields.
    pub search_data: Vec<SearchGroupData>,
    /// Where it can be bought.
    pub territories: Vec<String>,
}

/// Values of the fields of a group.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct SearchGroupData {
    /// Which group.
    pub name: Localized,
    /// The values.
    pub elements: Vec<SearchAttribute>,
}

/// What is known about an article that is bought in the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PunchoutDetail {
    /// What it stands for.
    pub level: PunchoutLevel,
    /// What it is, one a language.
    pub descriptions: Vec<Description>,
    /// Where the shop is.
    pub url: String,
    /// What kind of thing it is.
    pub classifications: Vec<Classification>,
    /// Price of the basis.
    pub price: Option<Price>,
    /// Its unit.
    pub unit: Option<UnitOfMeasure>,
    /// What the price buys.
    pub basis: Option<Basis>,
    /// The maker.
    pub manufacturer: Option<String>,
    /// The maker's number.
    pub manufacturer_part: Option<String>,
    /// Days until it is there.
    pub lead_time_days: Option<Decimal>,
    /// Until when.
    pub expiration: Option<Moment>,
    /// From when.
    pub effective: Option<Moment>,
    /// Values of its fields.
    pub search_data: Vec<SearchGroupData>,
    /// Where it can be bought.
    pub territories: Vec<String>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

choice! {
    /// What an entry of an index leads to.
    PunchoutLevel, "punchoutLevel", default Store;
    /// The shop.
    Store = "store",
    /// A main category.
    Aisle = "aisle",
    /// A category.
    Shelf = "shelf",
    /// A product.
    Product = "product",
}
