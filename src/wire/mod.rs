//! FORMATS: bytes ↔ typed documents.

pub mod xml;
