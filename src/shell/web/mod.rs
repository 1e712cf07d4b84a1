//! HTTP: the protocol endpoints, the storefront, the operator's pages.

pub mod protocol;
pub mod visit;
