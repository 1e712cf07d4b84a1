//! WORDS: values that are valid as soon as they exist.

pub mod error;

pub mod hook_url;
pub mod ids;
pub mod language;
pub mod money;
pub mod quantity;
pub mod units;

pub mod agreement;
pub mod catalog;
pub mod charges;
pub mod field_map;
pub mod party;
pub mod profile;
pub mod signature;

pub mod trade;

pub mod limits;

pub use error::FieldError;
