//! Derived values: what host functions compute.

use rust_decimal::Decimal;

use super::Change;
use crate::document::Span;
use crate::document::shape::Subject;
use crate::name::{FrameworkId, Name};
use crate::synthesis::function::Function;

/// A value that a host function computes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Derived {
    /// Its name.
    pub name: Name,
    /// What it is computed for.
    pub on: Subject,
    /// The host function.
    pub function: &'static Function,
    /// Its arguments, in the order of the function's own list.
    pub arguments: Vec<Vec<Argument>>,
    /// What it says.
    pub about: Option<String>,
    /// Where the computation comes from.
    pub cites: Option<String>,
    /// The framework that declares it.
    pub origin: FrameworkId,
    /// Who replaced an inherited one, and why.
    pub change: Option<Change>,
    /// Where it stands.
    pub span: Span,
}

impl Derived {
    /// The names that it is computed from.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.arguments.iter().flatten().filter_map(|argument| match argument {
            Argument::Name(name) => Some(name),
            Argument::Number(_) => None,
        })
    }
}

/// An argument of a host function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The value of a fact, a measure, a parameter or another derived value.
    Name(Name),
    /// A number.
    Number(Decimal),
}
