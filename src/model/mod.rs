//! WORDS: values that are valid as soon as they exist.

pub mod limits;
