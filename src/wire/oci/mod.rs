//! SAP Open Catalog Interface: the call into the catalog, the form back to the buyer, the catalog as OCI 5 has it.

mod call;
mod fields;
mod form;
pub mod json;
mod product_id;
mod read;
mod spelling;

pub use call::{Call, Function, Habits, charset};
pub use fields::{FIELDS, FieldDef, Kind, definition};
pub use form::{Field, FormRefused, Misfit, ReturnForm, Written, number, return_form, scaled_price};
pub use product_id::{product_id, products_of};
pub use read::read_fields;
