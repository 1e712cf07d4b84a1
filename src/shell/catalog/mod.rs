//! Catalogs, price lists and stock on disk.
//!
//! ```text
//! <data>/catalogs/<supplier>/<version>/    products.table, families.table, categories.json,
//!                                          facets.json, facts.bin, index/, pictures/ (where they are fetched)
//! <data>/catalogs/<supplier>/staged/<number>/ the same and staged.json: built, not published
//! <data>/pricelists/<agreement>/<version>/ prices.table
//! <data>/stock/<supplier>.table
//! ```
//! A version is written once and never changed; the store holds its manifest. Stock is live.

pub mod categories;
pub mod error;
mod facts;
pub mod folder;
pub mod import;
mod older;
pub mod photos;
pub mod prices;
mod record;
pub mod staged;
pub mod stock;
pub mod synonyms;
mod table;
#[cfg(test)]
pub(crate) mod test_dir;
pub mod version;

pub use categories::{Category, CategoryId, CategoryTree};
pub use error::CatalogError;
pub use folder::{Hold, sweep};
pub use import::{Diff, ImportReport, LineError, LineProblem};
pub use photos::Photo;
pub use prices::{PriceList, PriceListManifest, PriceListWriter};
pub use staged::{Fetched, Staged};
pub use stock::{StockTable, StockWriter};
pub use table::Seal;
pub use version::{Catalog, CatalogManifest, CatalogWriter, Published};
