//! Measures: what is counted over a body of evidence, or over the claims that a claim rests on.

use rust_decimal::Decimal;

use super::{Change, Condition};
use crate::document::Span;
use crate::name::{FrameworkId, Name};

/// A number, flag or value over a body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Measure {
    /// Its name.
    pub name: Name,
    /// How it is made.
    pub aggregate: Aggregate,
    /// Over what.
    pub over: Over,
    /// Only items for which this holds.
    pub filter: Option<Condition>,
    /// If this holds for some of the items that pass the filter, only those for which it does.
    pub prefer: Option<Condition>,
    /// Whether items that do not report the value are left out; otherwise one of them makes the
    /// whole measure *not reported*.
    pub skip_not_reported: bool,
    /// The least and the greatest value that comes out.
    pub clamp: Option<(Decimal, Decimal)>,
    /// What it counts.
    pub about: Option<String>,
    /// The framework that declares it.
    pub origin: FrameworkId,
    /// Who replaced an inherited one, and why.
    pub change: Option<Change>,
    /// Where it stands.
    pub span: Span,
}

/// What a measure runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The evidence in the body.
    Evidence,
    /// The claims linked to the claim.
    Claims,
}

/// The keys that tell how a measure is made; it has exactly one of them.
pub(crate) const AGGREGATES: [&str; 10] =
    ["count", "distinct", "sum", "min", "max", "median", "majority", "any", "all", "share"];

/// How a measure is made of the items that pass its filter.
#[derive(Clone, Debug)]
pub enum Aggregate {
    /// How many.
    Count,
    /// How many different values.
    Distinct(Name),
    /// The sum; 0 over nothing.
    Sum(Name),
    /// The least value; *none* over nothing.
    Min(Name),
    /// The greatest value; *none* over nothing.
    Max(Name),
    /// The median; of an even number of values the mean of the middle two. *None* over nothing.
    Median(Name),
    /// The value that more than half of the items have; *none* if no value does.
    Majority(Name),
    /// Whether it holds for some item; no over nothing.
    Any(Condition),
    /// Whether it holds for every item; *none* over nothing.
    All(Condition),
    /// The part of the items, by weight, for which it holds; *none* over nothing.
    Share {
        /// What has to hold.
        holds: Condition,
        /// The weight of an item; 1 each if there is none.
        weight: Option<Name>,
    },
}

impl Measure {
    /// Every condition that it asks of an item.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.filter.iter().chain(&self.prefer).chain(self.aggregate.condition())
    }
}

impl Aggregate {
    /// The word for it in files.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Distinct(_) => "distinct",
            Self::Sum(_) => "sum",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::Median(_) => "median",
            Self::Majority(_) => "majority",
            Self::Any(_) => "any",
            Self::All(_) => "all",
            Self::Share { .. } => "share",
        }
    }

    /// The name whose values it is made of.
    #[must_use]
    pub const fn of(&self) -> Option<&Name> {
        match self {
            Self::Distinct(name)
            | Self::Sum(name)
            | Self::Min(name)
            | Self::Max(name)
            | Self::Median(name)
            | Self::Majority(name) => Some(name),
            Self::Share { weight, .. } => weight.as_ref(),
            Self::Count | Self::Any(_) | Self::All(_) => None,
        }
    }

    /// The condition that it asks of every item.
    #[must_use]
    pub const fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Any(condition) | Self::All(condition) | Self::Share { holds: condition, .. } => Some(condition),
            _ => None,
        }
    }
}

impl Measure {
    /// How it is made, in words.
    pub(crate) fn made(&self) -> String {
        let over = match self.over {
            Over::Evidence => "the evidence",
            Over::Claims => "the linked claims",
        };
        let mut made = match &self.aggregate {
            Aggregate::Count => format!("how many of {over}"),
            Aggregate::Distinct(of) => format!("how many different {of} over {over}"),
            Aggregate::Sum(of) => format!("the sum of {of} over {over}"),
            Aggregate::Min(of) => format!("the least {of} over {over}"),
            Aggregate::Max(of) => format!("the greatest {of} over {over}"),
            Aggregate::Median(of) => format!("the median of {of} over {over}"),
            Aggregate::Majority(of) => format!("the {of} of more than half of {over}"),
            Aggregate::Any(holds) => format!("whether for any of {over} {holds}"),
            Aggregate::All(holds) => format!("whether for all of {over} {holds}"),
            Aggregate::Share { holds, weight: None } => format!("the share of {over} for which {holds}"),
            Aggregate::Share { holds, weight: Some(weight) } => {
                format!("the share of {over}, weighed by {weight}, for which {holds}")
            }
        };
        if let Some(filter) = &self.filter {
            made.push_str(&format!("; only where {filter}"));
        }
        if let Some(prefer) = &self.prefer {
            made.push_str(&format!("; if there are such, only where {prefer}"));
        }
        if let Some((least, most)) = &self.clamp {
            made.push_str(&format!("; kept within {least} and {most}"));
        }
        made
    }
}
