//! The endpoints that other systems call.
