//! The demo: a sample supplier, three buyers, and everything to try on loopback.

pub mod catalog;
pub mod parties;
pub mod run;
pub mod seed;
