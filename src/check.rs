//! Checking: what can be told of a framework or a case without grading.
//!
//! Loading already refuses what is wrong. A check looks further: a framework without examples, a
//! claim that nothing bears on, a secondary outcome shown while the primary one is null. What it
//! finds are warnings; the binary's `--deny` makes them fail.

mod case;
mod framework;

pub use self::case::case;
pub use self::framework::framework;
