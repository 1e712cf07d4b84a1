//! The virtual buyer: plays a procurement system and the browser of its user, against any gateway.

pub mod ask;
pub mod client;
pub mod connection;
mod encode;
mod find;
pub mod hints;
mod page;
