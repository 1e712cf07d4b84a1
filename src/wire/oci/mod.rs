//! SAP Open Catalog Interface: the call into the catalog, the form back to the buyer.

mod call;
mod form;

pub use call::Call;
pub use form::{Field, ReturnForm, number, read_fields, return_form};
