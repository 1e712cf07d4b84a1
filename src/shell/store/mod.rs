//! The store: `get`, `range`, `commit`.
