//! A line of goods, whether offered, returned, ordered, confirmed or quoted.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    address::{Address, Contact, IdReference},
    charge::{Distribution, Price, Shipping, Tax},
    order::AgreementReference,
    text::{Comments, Description, Domained, Extrinsic, Moment},
};
use crate::model::{
    ids::{SupplierPartAuxiliaryId, SupplierPartId},
    money::Money,
    quantity::{Quantity, UnitOfMeasure},
};

/// Which article.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ItemId {
    /// The supplier's number; a line of a blanket order may have none.
    pub part: Option<SupplierPartId>,
    /// The supplier's second key, as markup.
    pub auxiliary: Option<SupplierPartAuxiliaryId>,
    /// The buyer's number.
    pub buyer_part: Option<String>,
    /// Other numbers.
    pub references: Vec<IdReference>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// How many.
    pub quantity: Quantity,
    /// Its number, counted from 1.
    pub line_number: Option<u32>,
    /// Number of the group it belongs to.
    pub parent_line_number: Option<u32>,
    /// Whether it is a group or belongs to one.
    pub item_type: Option<ItemType>,
    /// Where a group has its price.
    pub composite_type: Option<CompositeType>,
    /// Goods or a service.
    pub class: Option<ItemClass>,
    /// The requisition it came from.
    pub requisition: Option<String>,
    /// Its number in an agreement.
    pub agreement_item: Option<String>,
    /// When it is wanted.
    pub requested_delivery: Option<Moment>,
    /// It was typed in, not picked from a catalog.
    pub ad_hoc: bool,
    /// It goes back to the supplier.
    pub is_return: bool,
    /// Which article.
    pub id: ItemId,
    /// What the buyer knows about it.
    pub detail: Option<ItemDetail>,
    /// Bounds of a line of a blanket order.
    pub blanket: Option<BlanketDetail>,
    /// Who sells it.
    pub supplier: Option<Domained>,
    /// Where it goes.
    pub ship_to: Option<Address>,
    /// Freight.
    pub shipping: Option<Shipping>,
    /// Tax.
    pub tax: Option<Tax>,
    /// Whom it is charged to.
    pub distributions: Vec<Distribution>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Remarks.
    pub comments: Vec<Comments>,
    /// Parts of it with delivery dates of their own.
    pub schedule: Vec<ScheduleLine>,
    /// The agreement it draws on.
    pub agreement: Option<AgreementReference>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

impl Item {
    /// So many of an article, and nothing else.
    #[must_use]
    pub fn new(part: SupplierPartId, quantity: Quantity) -> Self {
        Self {
            quantity,
            line_number: None,
            parent_line_number: None,
            item_type: None,
            composite_type: None,
            class: None,
            requisition: None,
            agreement_item: None,
            requested_delivery: None,
            ad_hoc: false,
            is_return: false,
            id: ItemId { part: Some(part), auxiliary: None, buyer_part: None, references: Vec::new() },
            detail: None,
            blanket: None,
            supplier: None,
            ship_to: None,
            shipping: None,
            tax: None,
            distributions: Vec::new(),
            contacts: Vec::new(),
            comments: Vec::new(),
            schedule: Vec::new(),
            agreement: None,
            extrinsics: Vec::new(),
        }
    }
}

choice! {
    /// Whether a line is a group or belongs to one.
    ItemType, "itemType";
    /// A group.
    Composite = "composite",
    /// A part of a group.
    Item = "item",
    /// A line that only names another.
    Lean = "lean",
}

choice! {
    /// Where a group has its price.
    CompositeType, "compositeItemType";
    /// On the group's own line.
    Group = "groupLevel",
    /// On the lines in it.
    Item = "itemLevel",
}

choice! {
    /// Goods or a service.
    ItemClass, "itemClassification";
    /// Goods.
    Material = "material",
    /// A service.
    Service = "service",
}

/// What is known about an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemDetail {
    /// Price of the basis; none where the line has no readable one.
    pub price: Option<Price>,
    /// What it is, one a language.
    pub descriptions: Vec<Description>,
    /// Most that may be spent.
    pub overall_limit: Option<Money>,
    /// What will probably be spent.
    pub expected_limit: Option<Money>,
    /// Unit of the quantity, in the writer's words.
    pub unit: Option<UnitOfMeasure>,
    /// What the price buys; one unit without.
    pub basis: Option<Basis>,
    /// What kind of thing it is.
    pub classifications: Vec<Classification>,
    /// The maker's number.
    pub manufacturer_part: Option<String>,
    /// The maker.
    pub manufacturer: Option<String>,
    /// Page about it.
    pub url: Option<String>,
    /// Days until it is there.
    pub lead_time_days: Option<Decimal>,
    /// Sizes and weights.
    pub dimensions: Vec<Dimension>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// Bounds of a line of a blanket order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlanketDetail {
    /// What may be drawn, one a language.
    pub descriptions: Vec<Description>,
    /// Most that may be spent.
    pub overall_limit: Option<Money>,
    /// What will probably be spent.
    pub expected_limit: Option<Money>,
    /// Most that is paid.
    pub most: Option<Money>,
    /// Least that is paid.
    pub least: Option<Money>,
    /// Most that is drawn.
    pub most_quantity: Option<Decimal>,
    /// Least that is drawn.
    pub least_quantity: Option<Decimal>,
    /// Price of the basis.
    pub price: Option<Price>,
    /// Unit of the quantities.
    pub unit: Option<UnitOfMeasure>,
    /// What the price buys.
    pub basis: Option<Basis>,
    /// What kind of thing it is.
    pub classifications: Vec<Classification>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// How many of which unit a price buys.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// How many price units.
    pub quantity: Quantity,
    /// Price units in one order unit.
    pub conversion: Decimal,
    /// The price unit.
    pub unit: Option<UnitOfMeasure>,
    /// In words.
    pub description: Option<Description>,
}

/// What kind of thing an article is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// By which scheme.
    pub domain: String,
    /// Code, where the text is a name.
    pub code: Option<String>,
    /// Usually the code.
    pub value: String,
}

impl Default for Classification {
    /// Says nothing: for documents that must hold one.
    fn default() -> Self {
        Self { domain: "UNSPSC".to_owned(), code: None, value: String::new() }
    }
}

/// A size or weight.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    /// How much.
    pub quantity: Decimal,
    /// Of what.
    pub kind: DimensionType,
    /// Its unit.
    pub unit: Option<UnitOfMeasure>,
}

choice! {
    /// What is measured.
    DimensionType, "type";
    /// Length.
    Length = "length",
    /// Width.
    Width = "width",
    /// Height.
    Height = "height",
    /// Weight.
    Weight = "weight",
    /// Volume.
    Volume = "volume",
    /// How high it may be stacked.
    StackHeight = "stackHeight",
    /// Weight with its packaging.
    GrossWeight = "grossWeight",
    /// Volume with its packaging.
    GrossVolume = "grossVolume",
    /// Weight of one with its packaging.
    UnitGrossWeight = "unitGrossWeight",
    /// Weight of one.
    UnitNetWeight = "unitNetWeight",
}

/// A part of a line with a delivery date of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleLine {
    /// How many.
    pub quantity: Decimal,
    /// When.
    pub requested_delivery: Moment,
    /// Its number.
    pub line_number: Option<u32>,
    /// Unit of the quantity.
    pub unit: Option<UnitOfMeasure>,
    /// Where it goes.
    pub ship_to: Option<Address>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}
