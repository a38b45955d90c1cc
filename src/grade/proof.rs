//! Proofs: the tree of decisions, rules and facts behind a grade.
//!
//! A proof is plain data. It is built on demand from the frames that grading left behind, by the
//! same compiled conditions that decided.

mod against;
mod build;

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::against::{Asked, Obstacle, Points, Standing};
pub(super) use self::build::{because_of_claim, obstacles, of_claim, sentence_of_claim};
pub(crate) use self::build::{of_computed, of_item};
use crate::case::Locator;
use crate::document::Place;
use crate::document::shape::Subject;
use crate::framework::{Change, Provenance};
use crate::name::{EvidenceId, Name, RuleId, SourceId};
use crate::value::FactValue;

/// Why a decision came out as it did.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Proof {
    /// The decision.
    pub decision: Name,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The evidence item or claim that was decided on.
    pub on: String,
    /// What holds in the end.
    pub value: ProofValue,
    /// The rule that gave it; of several that hold together the one that counts.
    pub rule: Option<RuleId>,
    /// What the rule says, with values filled in.
    pub because: String,
    /// What the rules gave, where a person decided otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<ProofValue>,
    /// What a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<JudgementMade>,
    /// Whether the rules only propose, and nobody has judged yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposal: bool,
    /// For a sum: where it started, and what came out before it was clamped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Sum>,
    /// Every rule that holds; where facts are missing, every rule that may.
    pub rules: Vec<Fired>,
    /// The rules that do not hold, each with the condition that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
    /// The facts, derived values and measures that were read.
    pub facts: Vec<Read>,
    /// The decisions that were read.
    pub from: Vec<Self>,
    /// Who changed the decision, and why, where a framework inherits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Whether this proof was given before in the same tree; its details are left out here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_before: bool,
}

impl Proof {
    /// The proof of a decision on the same claim or item that this one read, directly or by way of
    /// others: what a domain came to, if the grade hangs on it.
    ///
    /// ```
    /// use evigrade::{Case, Compiled, Frameworks, Run, grade};
    ///
    /// let frameworks = Frameworks::built_in();
    /// let case = Case::from_toml("case.toml", r#"
    ///     [case]
    ///     id = "aspirin"
    ///     title = "Aspirin for headache"
    ///     conclusion = "efficacy"
    ///
    ///     [[claim]]
    ///     id = "efficacy"
    ///     kind = "efficacy"
    ///     text = "Aspirin relieves headache."
    /// "#, &frameworks)?;
    /// let framework = Compiled::new(frameworks.find("grade")?)?;
    /// let grading = grade(&case, &framework, &Run::default())?;
    /// let proof = grading.verdict().and_then(|verdict| verdict.proof()).expect("it is graded");
    /// assert_eq!(proof.find("design").expect("it is read").value.to_string(), "no-design");
    /// assert!(proof.find("imprecision").is_none(), "without a study nobody asks");
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    #[must_use]
    pub fn find(&self, decision: &str) -> Option<&Self> {
        let found = |proof: &&Self| proof.decision == decision && !proof.given_before;
        self.from.iter().find(found).or_else(|| self.from.iter().find_map(|proof| proof.find(decision)))
    }

    fn write(&self, depth: usize, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = if depth == 0 { String::new() } else { format!("\n{}", "  ".repeat(depth)) };
        write!(formatter, "{before}{} = {}: {}", self.decision, self.value, self.because)?;
        let mut new = self.from.iter().filter(|proof| !proof.given_before);
        new.try_for_each(|proof| proof.write(depth + 1, formatter))
    }
}

impl fmt::Display for Proof {
    /// The decisions alone, one a line: `name = value: why`, each below the one that read it. No
    /// facts and no places in files, so that it stays the same as long as the reasons do;
    /// [`explain::outline`](crate::explain::outline) tells the whole.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(0, formatter)
    }
}

/// The value of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofValue {
    /// This value.
    Known(String),
    /// One of these values, and perhaps none of them, where no rule answers.
    Possible(Vec<String>, bool),
}

impl Serialize for ProofValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            possible: &'a [String],
            gap: bool,
        }
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Possible(possible, gap) => Shown { possible, gap: *gap }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ProofValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shown {
            Known(String),
            Possible { possible: Vec<String>, gap: bool },
        }
        Ok(match Shown::deserialize(deserializer)? {
            Shown::Known(value) => Self::Known(value),
            Shown::Possible { possible, gap } => Self::Possible(possible, gap),
        })
    }
}

impl fmt::Display for ProofValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => formatter.pad(value),
            Self::Possible(values, gap) => {
                let mut shown = values.clone();
                if *gap {
                    shown.push("no answer".to_owned());
                }
                formatter.pad(&shown.join(" or "))
            }
        }
    }
}

/// Where a sum started, and what came out before it was clamped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sum {
    /// Where it started.
    #[serde(serialize_with = "number", deserialize_with = "crate::value::read_number")]
    pub start: Decimal,
    /// What the rules that hold added up to.
    #[serde(serialize_with = "number", deserialize_with = "crate::value::read_number")]
    pub raw: Decimal,
}

fn number<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    crate::value::serialize_number(*number, serializer)
}

/// What a person decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JudgementMade {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub on: String,
    /// Whether it closes a question on which several people judged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adjudicated: bool,
    /// Where it stands.
    pub at: Place,
    /// What others judged of the same, by day and name; of each person what that person says, not how often.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherJudgement>,
}

/// What somebody else decided of the same thing: it does not count, or says the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OtherJudgement {
    /// What was decided: the value of the fact or decision.
    pub value: FactValue,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub on: String,
    /// Whether it closes the question for all who do not grade under one person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adjudicated: bool,
    /// Where it stands.
    pub at: Place,
}

/// A rule that holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fired {
    /// The rule.
    pub rule: RuleId,
    /// What it gives.
    pub gives: String,
    /// What it says, with values filled in.
    pub because: String,
    /// How sure the rule is.
    pub status: Provenance,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cites: Option<String>,
    /// Where it stands.
    pub at: Place,
}

/// A rule that does not hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failed {
    /// The rule.
    pub rule: RuleId,
    /// The condition that failed.
    pub condition: String,
    /// What is the case instead.
    pub actual: String,
}

/// Something that was read: a fact, a derived value, a measure or a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Read {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: ReadValue,
    /// The unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// The source that it cites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<Locator>,
    /// What a person decided of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<JudgementMade>,
    /// What stood there before a person decided otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrode: Option<FactValue>,
    /// Whether nobody said it and it holds by default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_default: bool,
    /// For what follows from results put together: how and of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthesis: Option<SynthesisUsed>,
    /// For what would follow from results, had these been put together: why they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_synthesised: Option<String>,
    /// For a parameter: where its value comes from, and whether the run set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<ParameterUsed>,
    /// For a measure: how it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Cow<'static, str>>,
    /// For a measure: the items and claims that it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<ReadItem>,
    /// For a measure: the items and claims that do not pass its filter, with what they fail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// For a derived value: what it was computed from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Self>,
    /// For a derived value: whether the same tree says already what it was computed from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_before: bool,
    /// Who changed the measure, derived value or parameter, and why, where a framework inherits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// The value of something that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadValue {
    /// This value.
    Known(FactValue),
    /// It hangs on what is missing: one of these.
    Possible(Vec<String>),
}

impl Serialize for ReadValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            possible: &'a [String],
        }
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Possible(possible) => Shown { possible }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ReadValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shown {
            Possible { possible: Vec<String> },
            Known(FactValue),
        }
        Ok(match Shown::deserialize(deserializer)? {
            Shown::Known(value) => Self::Known(value),
            Shown::Possible { possible } => Self::Possible(possible),
        })
    }
}

impl fmt::Display for ReadValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(formatter),
            Self::Possible(possible) => formatter.pad(&possible.join(" or ")),
        }
    }
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterUsed {
    /// How sure it is.
    pub status: Provenance,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cites: Option<String>,
    /// Whether it was set for this run.
    pub set_for_run: bool,
}

/// An item or claim that a measure is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReadItem {
    /// Whether it is an evidence item or a claim.
    pub subject: Subject,
    /// Its id.
    pub id: String,
    /// The facts of it that were read.
    pub facts: Vec<Read>,
    /// The decisions on it that were read.
    pub from: Vec<Proof>,
}

/// Of which results a fact follows, and how they were put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SynthesisUsed {
    /// How, such as `random effects (REML)`.
    pub method: String,
    /// The items of the results.
    pub of: Vec<EvidenceId>,
}

/// An item or claim that does not pass a measure's filter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its id.
    pub id: String,
    /// The condition that failed.
    pub condition: String,
    /// What is the case instead.
    pub actual: String,
}
