//! Tests that cross module borders, in one binary.

mod store;
