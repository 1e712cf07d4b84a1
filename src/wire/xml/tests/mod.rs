//! The reader, the handle and the writer together.

mod conformance;
mod hostile;
mod reading;
mod roundtrip;
mod writing;
