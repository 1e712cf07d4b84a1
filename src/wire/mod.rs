//! FORMATS: bytes ↔ typed documents.

pub mod csv;
pub mod grammar;
pub mod xml;

pub mod cxml;

pub mod feed;

pub mod oci;

pub mod transport;

pub mod signature;

#[cfg(test)]
mod totals;
