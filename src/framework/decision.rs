//! Decisions: decision tables with a hit policy.

use std::fmt;

use rust_decimal::Decimal;

use super::{Change, Condition, Provenance};
use crate::document::Span;
use crate::document::shape::Subject;
use crate::name::{FrameworkId, Name, RuleId, Word};
use crate::vocabulary::BetterEnd;

/// A decision table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decision {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<String>,
    /// What is decided on.
    pub on: Subject,
    /// The values that it can take, in order; empty for a sum.
    pub values: Vec<Word>,
    /// Which end of the values is the better one, if either is.
    pub best: Option<BetterEnd>,
    /// Values that stand beside the order.
    pub outcomes: Vec<Word>,
    /// How rules that hold together are combined.
    pub hit: HitPolicy,
    /// The rules, in order. The cells of a table are rules too.
    pub rules: Vec<Rule>,
    /// What it gives when no rule answers.
    pub otherwise: Option<Rule>,
    /// Where its rules come from.
    pub cites: Option<String>,
    /// Whether people may decide otherwise.
    pub judgement: JudgementPolicy,
    /// The framework that declares it, and those that it extends.
    pub origins: Vec<FrameworkId>,
    /// Who changed an inherited one, and why.
    pub change: Option<Change>,
    /// Where it stands.
    pub span: Span,
}

impl Decision {
    /// All values and outcomes, values first.
    pub fn all_values(&self) -> impl Iterator<Item = &Word> {
        self.values.iter().chain(&self.outcomes)
    }

    /// Whether people may decide it, by one of its values; a sum has none.
    #[must_use]
    pub const fn can_be_judged(&self) -> bool {
        !matches!(self.judgement, JudgementPolicy::Refused) && !matches!(self.hit, HitPolicy::Sum { .. })
    }

    /// The names whose values its rules and its start take over.
    pub(crate) fn takes_over(&self) -> impl Iterator<Item = &Name> {
        let of_rule = |rule| match rule {
            &Rule { then: Then::ValueOf(ref name, _), .. } => Some(name),
            _ => None,
        };
        let start = match &self.hit {
            HitPolicy::Sum { start: Start::ValueOf(name, _), .. } => Some(name),
            _ => None,
        };
        self.rules.iter().chain(&self.otherwise).filter_map(of_rule).chain(start)
    }

    /// What a rule of it gives, in words.
    pub(crate) fn gives(&self, rule: &Rule) -> String {
        match &rule.then {
            Then::Value(word) => word.to_string(),
            Then::ValueOf(name, _) => format!("the value of {name}"),
            Then::Number(number) if matches!(self.hit, HitPolicy::Sum { .. }) && number.is_sign_positive() => {
                format!("+{number}")
            }
            Then::Number(number) => number.to_string(),
        }
    }

    /// The rule of this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().chain(&self.otherwise).find(|rule| rule.id == id)
    }
}

/// How rules that hold together are combined.
#[derive(Clone, Debug)]
pub enum HitPolicy {
    /// The first rule that holds answers.
    First,
    /// At most one rule may hold; two that can hold together are an error.
    Unique,
    /// The worst value among the rules that hold.
    Worst,
    /// The best value among the rules that hold.
    Best,
    /// What the rules that hold add up to.
    Sum {
        /// Where the sum starts.
        start: Start,
        /// The least and the greatest value that comes out.
        clamp: Option<(Decimal, Decimal)>,
    },
    /// A lookup: the cells are rules of which at most one holds.
    Table {
        /// What is looked up by.
        inputs: Vec<Name>,
    },
}

impl HitPolicy {
    /// The word for it in files.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Unique => "unique",
            Self::Worst => "worst",
            Self::Best => "best",
            Self::Sum { .. } => "sum",
            Self::Table { .. } => "table",
        }
    }
}

impl fmt::Display for HitPolicy {
    /// How rules that hold together are combined, in a clause.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => formatter.write_str("the first rule that holds answers"),
            Self::Unique => formatter.write_str("the one rule that holds answers"),
            Self::Worst => formatter.write_str("the worst of the rules that hold answers"),
            Self::Best => formatter.write_str("the best of the rules that hold answers"),
            Self::Sum { start, clamp } => {
                match start {
                    Start::Number(number) => write!(formatter, "the rules that hold are added up, from {number}")?,
                    Start::ValueOf(name, _) => write!(formatter, "the rules that hold are added up, from {name}")?,
                }
                clamp.map_or(Ok(()), |(least, most)| write!(formatter, ", kept within {least} and {most}"))
            }
            Self::Table { inputs } => {
                let inputs: Vec<String> = inputs.iter().map(ToString::to_string).collect();
                write!(formatter, "looked up by {}", inputs.join(" and "))
            }
        }
    }
}

/// Where a sum starts.
#[derive(Clone, Debug)]
pub enum Start {
    /// At a number.
    Number(Decimal),
    /// At the value of another sum, or of a measure that takes few values.
    ValueOf(Name, Span),
}

/// Whether people may decide otherwise than the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgementPolicy {
    /// They may.
    Allowed {
        /// By how many steps at most, if that is bounded.
        within: Option<u32>,
    },
    /// They may not.
    Refused,
}

/// A rule.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its id, unique in its decision.
    pub id: RuleId,
    /// When it holds.
    pub when: Condition,
    /// What it gives.
    pub then: Then,
    /// What is said when it fires; `{name}` stands for a value.
    pub because: String,
    /// Whether it only proposes: the source leaves the step to people, and until somebody has
    /// judged, the proof says that the value is a proposal.
    pub proposes: bool,
    /// How sure it is.
    pub status: Provenance,
    /// Where it comes from.
    pub cites: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a rule gives.
#[derive(Clone, Debug)]
pub enum Then {
    /// A value.
    Value(Word),
    /// The value of something else.
    ValueOf(Name, Span),
    /// A number to add.
    Number(Decimal),
}
