//! EFFECTS: the only ring that awaits, reads a clock or opens anything.

pub mod app;
pub mod buyer;
pub mod capability;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod directory;
pub mod entropy;
pub mod export;
pub mod onboarding;
pub mod operator;
pub mod pictures;
pub mod profiles;
pub mod proxies;
pub mod records;
pub mod refusals;
pub mod retention;
pub mod search;
pub mod server;
pub mod shops;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod web;
