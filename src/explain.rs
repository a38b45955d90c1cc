//! Explaining: a proof as a person reads it.
//!
//! [`outline`] turns the tree of a [`Proof`](crate::Proof) into lines in reading order: the decision,
//! why it came out so, the rules that hold, what they read and where it stands, the rules that do not
//! hold and the one condition that each of them fails, then the decisions that were read. How the lines
//! look on a terminal or a page is a matter of [`crate::report`].
//!
//! [`path`](fn@path) holds two proofs of the same decision against each other: by which facts, measures and decisions it
//! moved from one to the other. [`Statements`] are what a proof says as a list, with a digest.
//!
//! [`why_not`] tells which decisions stand between a grade and a level, and [`robustness`] which single facts,
//! judgements and items would move a grade if they were one step off.

mod counterexample;
mod least;
mod outline;
mod path;
mod robust;
mod statements;
mod studies;
mod why_not;

pub use self::least::{ChangeSet, FactChange, LeastChange, MOST_CHANGES, Most, Reached, least_change};
pub use self::outline::{Label, Line, outline};
pub use self::path::{Step, path};
pub use self::robust::{Move, Robustness, Stepped, Towards, robustness};
pub use self::statements::{Statement, Statements};
pub use self::studies::{Least, MOST_STUDIES, NewStudies};
pub use self::why_not::{Answer, WhyNot, why_not};
