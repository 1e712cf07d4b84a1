//! DECISIONS, in protocol order: (command, facts, now) → decision or refusal.
//!
//! Pure: no clock, no I/O, no async; time and randomness are arguments. Both protocols share every step.

pub mod secret;

pub mod authenticate;

pub mod setup;

pub mod session;

pub mod catalog;

pub mod pricing;

pub mod cart;

pub mod order;
