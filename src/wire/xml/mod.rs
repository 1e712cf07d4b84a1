//! One strict, bounded XML reader and one tree.
