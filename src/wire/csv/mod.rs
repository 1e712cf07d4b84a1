//! CSV of catalogs, price lists and stock: one row ↔ one value. The columns are described in `docs/IMPORT.md`.
//!
//! Files are read in `shell::catalog::import`; here a row is a header and some texts.

mod cells;
pub mod currencies;
mod details;
mod price;
mod product;
mod read;
mod row;
mod stock;
mod write;

pub use cells::{attribute, attribute_text, escaped};
pub use price::{PRICE_COLUMNS, price, price_row};
pub use product::{DELETE, PRODUCT_COLUMNS, product, product_of_cells, product_row};
pub use read::{Encoding, ReadError, Reader, Record};
pub use row::{Column, Header, HeaderError, Mapping, Problem, Reason, Row};
pub use stock::{STOCK_COLUMNS, stock, stock_row};
pub use write::line;
