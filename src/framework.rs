//! How things are graded: a framework (rule pack) is a TOML file of facts, parameters, measures
//! and decision tables.
//!
//! This module reads frameworks and puts together those that extend or use others. It knows
//! names and types; what the rules mean is worked out by [`crate::compile`].

mod assumption;
mod build;
pub(crate) mod built_in;
pub(crate) mod condition;
mod decision;
mod derived;
mod edition;
mod example;
mod inherit;
pub(crate) mod literal;
mod load;
mod measure;
mod misplaced;
mod monotone;
pub(crate) mod names;
mod parameter;
mod scale;
mod set;
pub(crate) mod shapes;
mod shelf;
mod study;
pub(crate) mod template;
mod validate;

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::assumption::{Assumption, ScopeRule};
pub use self::condition::{Accept, Comparison, Condition, Operand, Test};
pub use self::decision::{Decision, HitPolicy, JudgementPolicy, Rule, Start, Then};
pub use self::derived::{Argument, Derived};
pub use self::example::{Enumeration, Example, Expected, Given};
pub(crate) use self::measure::AGGREGATES;
pub use self::measure::{Aggregate, Measure, Over};
pub use self::monotone::{Monotone, Towards};
pub use self::parameter::Parameter;
pub use self::scale::Scale;
pub use self::set::Frameworks;
pub use self::study::StudyTemplate;
use crate::diagnostic::{Problems, Setting};
use crate::document::Span;
use crate::name::{FrameworkId, Name};
use crate::vocabulary::FactDefinition;

/// How many whole numbers a count may take that is added up in a sum.
pub(crate) const WIDEST_SUMMAND: usize = 100;

/// The most values that a fact can have.
pub(crate) const MOST_VALUES: usize = 1000;

/// The scope in which an assumption is asked.
pub(crate) fn assumption_scope(index: &names::Index<'_>, assumption: &Assumption) -> names::Scope {
    validate::scope_of(index, &assumption.never)
}

/// The names that the engine provides to the conditions of every framework, each with what it says.
///
/// ```
/// assert!(evigrade::framework::provided().any(|(name, _)| name == "published"));
/// ```
pub fn provided() -> impl Iterator<Item = (&'static str, &'static str)> {
    built_in::ALL.iter().map(|provided| (provided.name, provided.about))
}

/// How sure a rule or a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Checked against a text or code that was read.
    Verified,
    /// From memory, well known.
    Memory,
    /// A convention: the source leaves it open.
    Convention,
    /// From memory, details may differ; not to be relied on.
    Draft,
}

impl Provenance {
    pub(crate) const WORDS: [(&'static str, Self); 4] = [
        ("verified", Self::Verified),
        ("memory", Self::Memory),
        ("convention", Self::Convention),
        ("draft", Self::Draft),
    ];

    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Memory => "memory",
            Self::Convention => "convention",
            Self::Draft => "draft",
        }
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// Who replaced something inherited, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The framework that replaced it.
    pub by: FrameworkId,
    /// Why.
    pub why: String,
}

/// A framework, with all that it extends and uses put in place.
///
/// Names of what comes from a used framework are qualified with its id, as in `rob2.overall`;
/// facts are not, for they mean the same everywhere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Framework {
    /// Its id.
    pub id: FrameworkId,
    /// Its title.
    pub title: String,
    /// Which edition of the source it follows.
    pub edition: String,
    /// Other names to ask for it by. Frameworks that share one are editions of one thing.
    pub aliases: Vec<FrameworkId>,
    /// The first day on which it is in force, until the next edition is; if there is none it always was.
    pub in_force_from: Option<Date>,
    /// What it is for and how to use it.
    pub guide: Option<String>,
    /// The documents that it follows.
    pub cites: Vec<String>,
    /// How sure its rules are, where a rule does not say otherwise.
    pub status: Provenance,
    /// The frameworks that it extends, the nearest first.
    pub extends: Vec<FrameworkId>,
    /// The frameworks that it uses, directly or not.
    pub uses: Vec<FrameworkId>,
    /// Why it differs from the framework that it extends.
    pub change: Option<String>,
    /// The levels of its result; a pack of shared facts has none.
    pub scale: Option<Scale>,
    /// The decision whose value is the grade; a pack of shared facts has none.
    pub result: Option<Name>,
    /// The decision whose value is the direction of effect.
    pub direction: Option<Name>,
    /// Other decisions whose values are part of the result.
    pub outputs: Vec<Name>,
    /// What has to be known.
    pub facts: Vec<Arc<FactDefinition>>,
    /// Numbers and choices that the source leaves open.
    pub parameters: Vec<Parameter>,
    /// Values that host functions compute.
    pub derived: Vec<Derived>,
    /// What is counted over bodies of evidence.
    pub measures: Vec<Measure>,
    /// The rules.
    pub decisions: Vec<Decision>,
    /// Kinds of studies that could be done, those of frameworks that it extends and uses among them.
    pub studies: Vec<StudyTemplate>,
    /// Claims that it does not grade.
    pub scope: Vec<ScopeRule>,
    /// Combinations of facts that cannot occur.
    pub assumptions: Vec<Assumption>,
    /// SHA-256 over what it says, including all that it extends and uses. Its examples and
    /// enumerations change nothing of that.
    pub digest: String,
    /// Where it stands.
    pub span: Span,
    /// The names under which judgements may name its decisions: its id and aliases, and those of what it
    /// extends.
    pub(crate) origins: Vec<FrameworkId>,
    pub(self) types: std::collections::BTreeMap<Name, load::TypePart>,
    /// What it is tested by; of a built-in framework read when it is first asked for.
    pub(self) tests: Arc<OnceLock<example::Tests>>,
}

impl Framework {
    /// Whether it grades anything, or only holds facts and decisions that others use.
    #[must_use]
    pub const fn grades(&self) -> bool {
        self.result.is_some()
    }

    fn tests(&self) -> &example::Tests {
        self.tests.get_or_init(|| load::read_tests(self.span.file(), &mut Problems::default()))
    }

    /// Worked examples, its own alone.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.tests().examples
    }

    /// Counts over all combinations, its own alone.
    #[must_use]
    pub fn enumerations(&self) -> &[Enumeration] {
        &self.tests().enumerations
    }

    /// What it states of monotonicity, its own alone.
    #[must_use]
    pub fn monotone(&self) -> &[Monotone] {
        &self.tests().monotone
    }

    /// The levels that its file sets for what checks find in it.
    #[must_use]
    pub fn levels(&self) -> &[Setting] {
        &self.tests().levels
    }

    /// The decision of this name.
    #[must_use]
    pub fn decision(&self, name: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.name == name)
    }

    /// The decisions that are its own, or inherited, and not those of a framework that it uses.
    pub(crate) fn own_decisions(&self) -> impl Iterator<Item = &str> {
        self.decisions.iter().filter(|own| own.origins.contains(&self.id)).map(|own| own.name.as_str())
    }

    /// Whether a decision is its own.
    pub(crate) fn owns_decision(&self, name: &str) -> bool {
        self.own_decisions().any(|own| own == name)
    }

    /// The decision whose value is the grade.
    #[must_use]
    pub fn result_decision(&self) -> Option<&Decision> {
        self.decision(self.result.as_ref()?.as_str())
    }

    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The fact of this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Arc<FactDefinition>> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// Whether it hangs on a fact of claims if numbers of results are taken.
    pub(crate) fn opens_synthesis(&self, name: &str) -> bool {
        self.facts.iter().any(|fact| fact.synthesised_when.iter().any(|(other, _)| other == name))
    }
}
