//! The reader, the handle and the writer together.

mod conformance;
mod reading;
mod roundtrip;
mod writing;
