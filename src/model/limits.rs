//! Every bound in the product: bytes, depth, lines, lifetimes.
