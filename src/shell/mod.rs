//! EFFECTS: the only ring that awaits, reads a clock or opens anything.

pub mod cli;
pub mod store;
