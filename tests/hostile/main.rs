//! Hostile input: whatever the text of a case or framework is, it is taken or refused with messages.
//! Nothing panics, overflows the stack or takes long.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test says what it expects"
)]

mod corpus;
mod deep;
mod frameworks;
mod harness;
mod large;
mod mutants;
mod odd;
mod paths;
