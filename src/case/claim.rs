//! Claims: the propositions that are graded.

use super::Facts;
use crate::document::Span;
use crate::name::{ClaimId, FrameworkId, Name, Word};

/// A proposition to be graded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Claim {
    /// Its id, unique in the case.
    pub id: ClaimId,
    /// Its kind: mechanism, efficacy, tolerability, conclusion ... an open list.
    pub kind: Word,
    /// The proposition.
    pub text: String,
    /// In whom (PICO).
    pub population: Option<String>,
    /// What is done (PICO).
    pub intervention: Option<String>,
    /// Compared with what (PICO).
    pub comparator: Option<String>,
    /// Measured how (PICO).
    pub outcome: Option<String>,
    /// Facts of the claim as a whole.
    pub facts: Facts,
    /// What was published, by framework.
    pub expect: Vec<Expectation>,
    /// Where it stands.
    pub span: Span,
}

/// What a published appraisal said of a claim under a framework.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Expectation {
    /// The framework.
    pub framework: FrameworkId,
    /// The decision that it is about; the grade itself if there is none.
    pub output: Option<Name>,
    /// The published level, outcome or value.
    pub result: Word,
    /// Why the framework's rules, applied to the facts, are known to give something else;
    /// nothing where they agree.
    pub known_difference: Option<String>,
    /// Where it stands.
    pub span: Span,
}
