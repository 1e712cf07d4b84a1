//! Crashes, simulated from a seed.
