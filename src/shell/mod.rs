//! EFFECTS: the only ring that awaits, reads a clock or opens anything.

pub mod catalog;
pub mod cli;
pub mod search;
pub mod store;
