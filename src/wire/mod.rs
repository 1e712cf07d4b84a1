//! FORMATS: bytes ↔ typed documents.

pub mod xml;

pub mod cxml;

pub mod oci;
