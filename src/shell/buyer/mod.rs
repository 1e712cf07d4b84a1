//! The virtual buyer: plays a procurement system and the browser of its user, against any gateway.
//!
//! `ask` → `client` → `page` → `find` → the next `ask`: all but the client is pure. `receive` and `judge` take the
//! cart that comes back, `round` goes the whole way.

pub mod ask;
pub mod client;
pub mod connection;
pub mod demo;
mod encode;
pub mod fault;
mod find;
pub mod hints;
pub mod judge;
mod page;
mod pen;
pub mod receive;
pub mod report;
pub mod round;

#[cfg(test)]
mod tests;
