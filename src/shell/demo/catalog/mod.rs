//! The sample catalog: an invented supplier of industrial goods, made from a seed, the same every time.
//!
//! `families/*.toml` describe kinds of goods (texts, sizes, prices); [`grow`] makes every combination a product. No
//! company, brand or product in it exists. GTINs are from the range that shops number themselves (prefix 20).

mod agreements;
mod family;
mod grow;
mod seed;

use std::sync::LazyLock;

use jiff::Timestamp;

pub use agreements::{DemoAgreement, agreements};
pub use family::DemoError;
use family::{Family, Group};

use crate::{
    model::{
        agreement::PriceEntry,
        catalog::{Product, Stock},
        ids::SupplierPartId,
    },
    wire::csv,
};

/// The supplier's name.
pub const SUPPLIER_NAME: &str = "Nordhafen Industrial Supply";

/// One file a top category, in the order of the shop.
const FAMILIES: &[&str] = &[
    include_str!("families/fasteners.toml"),
    include_str!("families/cutting.toml"),
    include_str!("families/hand-tools.toml"),
    include_str!("families/power-tools.toml"),
    include_str!("families/safety.toml"),
    include_str!("families/electrical.toml"),
    include_str!("families/lighting.toml"),
    include_str!("families/fluid.toml"),
    include_str!("families/chemicals.toml"),
    include_str!("families/packaging.toml"),
    include_str!("families/office.toml"),
    include_str!("families/storage.toml"),
    include_str!("families/cleaning.toml"),
    include_str!("families/measuring.toml"),
];

/// All products, in the order of their categories.
pub fn products() -> Result<&'static [Product], DemoError> {
    static PRODUCTS: LazyLock<Result<Vec<Product>, DemoError>> = LazyLock::new(|| {
        let mut families: Vec<Family> = Vec::new();
        for text in FAMILIES {
            let group: Group = toml::from_str(text).map_err(|error| DemoError(error.to_string()))?;
            families.extend(group.families());
        }
        grow::products(&families)
    });
    PRODUCTS.as_deref().map_err(Clone::clone)
}

/// What there is of each: most in stock, some low, some sold out, some not known.
#[must_use]
pub fn stock(products: &[Product], as_of: Timestamp) -> Vec<(SupplierPartId, Stock)> {
    products.iter().map(|product| (product.part.clone(), grow::stock(product, as_of))).collect()
}

/// The catalog as the CSV that an import reads.
#[must_use]
pub fn products_csv(products: &[Product]) -> String {
    let header = csv::line(csv::PRODUCT_COLUMNS.iter().map(|column| column.name));
    products.iter().fold(header, |text, product| text + &csv::line(csv::product_row(product)))
}

/// A price list as the CSV that an import reads.
#[must_use]
pub fn prices_csv(of: &DemoAgreement) -> String {
    let header = csv::line(csv::PRICE_COLUMNS.iter().map(|column| column.name));
    let row =
        |(part, entry): &(SupplierPartId, PriceEntry)| csv::price_row(part, entry, of.agreement.currency);
    of.prices.iter().fold(header, |text, price| text + &csv::line(row(price)))
}

/// The stock as the CSV that an import reads.
#[must_use]
pub fn stock_csv(stock: &[(SupplierPartId, Stock)]) -> String {
    let header = csv::line(csv::STOCK_COLUMNS.iter().map(|column| column.name));
    stock.iter().fold(header, |text, (part, stock)| text + &csv::line(csv::stock_row(part, stock)))
}

#[cfg(test)]
mod tests;
