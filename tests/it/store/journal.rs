//! The journal on disk: cut, flipped, full, failing.
