//! punchgate: a cXML and OCI punchout gateway.
//!
//! The rings, in order; each may use what stands above it, never what stands below.

pub mod model;

pub mod flow;

pub mod wire;

pub mod shell;
