//! Tests that cross module borders, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_docs_in_private_items,
    reason = "a test that is wrong about something fails"
)]

mod admin;
mod buyer;
mod canonical;
mod catalog;
mod catalog_upload;
mod charges;
mod cli;
mod complexity;
mod corpus;
mod exports;
mod findings;
mod fuzz_corpus;
mod kill;
mod kill_index;
mod languages;
mod leak;
mod oci;
mod onboarding;
mod orders;
mod pictures;
mod readiness;
mod retention;
mod server;
mod setup;
mod signature;
mod signed;
mod signing;
mod store;
mod storefront;
mod support;
mod transport;
mod validate;
