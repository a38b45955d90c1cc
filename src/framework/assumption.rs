//! Assumptions and scope: what cannot occur, and what is not graded.

use super::Condition;
use crate::document::Span;
use crate::name::{FrameworkId, Name};

/// A combination of facts that cannot occur. It is held against every case, and what is proved
/// of the rules is proved for all other combinations.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Assumption {
    /// Its id.
    pub id: Name,
    /// What cannot be.
    pub never: Condition,
    /// Why it cannot be.
    pub because: String,
    /// The fact whose `asked-when` it comes of, if it is not stated as an assumption.
    pub asked_of: Option<Name>,
    /// The framework that declares it.
    pub origin: FrameworkId,
    /// Where it stands.
    pub span: Span,
}

/// Claims that a framework does not grade.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScopeRule {
    /// Which claims.
    pub when: Condition,
    /// Why they are not graded.
    pub because: String,
    /// Where it stands.
    pub span: Span,
}
