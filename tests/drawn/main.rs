//! Corpora, tables, records and sessions under random frameworks, held against cases.
//!
//! Frameworks and cases are drawn as `tests/properties.rs` draws them, one framework for each seed. What is told of a
//! claim in another way than by a case is held against what a case tells of it. Every framework that fails is counted,
//! and the shortest failures are shown.
//!
//! The draws are the same in every run. To draw others, or more, set `SEED`, the first seed, and `COUNT`, how many seeds
//! there are from it on.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it expects, and what it saw"
)]

#[path = "../properties/case.rs"]
mod case;
#[path = "../properties/condition.rs"]
mod condition;
#[path = "../properties/draw.rs"]
mod draw;
#[path = "../properties/generate.rs"]
mod generate;
#[allow(dead_code, reason = "tests/properties.rs asks more of it")]
#[path = "../properties/model.rs"]
mod model;
#[allow(dead_code, reason = "tests/properties.rs asks more of it")]
#[path = "../properties/number.rs"]
mod number;
#[allow(dead_code, reason = "tests/properties.rs asks more of it")]
#[path = "../properties/write.rs"]
mod write;

mod binding;
mod columns;
mod corpora;
mod expected;
mod hold;
mod records;
mod sessions;
