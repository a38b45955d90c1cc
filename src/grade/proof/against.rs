//! What stands between a decision and a value that it does not give.

use serde::Serialize;

use super::{Fired, JudgementMade, ProofValue, Read};
use crate::document::Place;
use crate::name::{Name, RuleId};

/// A decision that stands between a grade and another one: what it gives, and why not what would help.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Obstacle {
    /// The decision.
    pub decision: Name,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The claim or evidence item that is decided on.
    pub on: String,
    /// What it gives.
    pub value: ProofValue,
    /// The values that would help; of a sum as people read it.
    pub wanted: Vec<String>,
    /// What a person decided; as long as that stands the rules make no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judgement: Option<JudgementMade>,
    /// For a sum: what it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<Points>,
    /// The rules that hold and stand in the way.
    pub holds: Vec<Standing>,
    /// The rules that would help and do not hold, each with all of its conditions that fail.
    pub fails: Vec<Standing>,
}

/// What a sum came to, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Points {
    /// Where it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The least that would help, or the most, where it came to too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// How many points are missing; a negative number is too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// A rule that stands in the way, or would help.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// The rule.
    pub rule: RuleId,
    /// What it gives.
    pub gives: String,
    /// What it says, with values filled in.
    pub because: String,
    /// Where it stands.
    pub at: Place,
    /// Its conditions: of a rule that stands in the way those that hold, of one that would help those that fail.
    /// None of one that would help and holds, where another goes before it.
    pub conditions: Vec<Asked>,
}

/// A condition, and what is the case.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Asked {
    /// The condition.
    pub condition: String,
    /// What is the case.
    pub actual: String,
    /// The facts, measures and derived values that were read to see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Read>,
}

impl Standing {
    pub(super) fn of(fired: Fired, conditions: Vec<Asked>) -> Self {
        let Fired { rule, gives, because, at, .. } = fired;
        Self { rule, gives, because, at, conditions }
    }
}
