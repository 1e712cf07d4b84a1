//! The demo: a sample supplier and what it needs.

pub mod catalog;
