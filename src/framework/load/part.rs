//! The parts of a framework file as they stand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::document::Span;
use crate::document::reader::{Literal, Located};
use crate::document::shape::Subject;
use crate::framework::example::Tests;
use crate::framework::study::StudyPart;
use crate::framework::{Aggregate, Argument, Condition, Over, Provenance, Scale, ScopeRule, Start, Then};
use crate::name::{FrameworkId, Name, RuleId, Word};
use crate::synthesis::function::Function;
use crate::synthesis::{MethodPart, PooledNumber, ResultPart};
use crate::value::Unknown;

use crate::vocabulary::{BetterEnd, Means};

/// A framework file as it stands.
pub(in crate::framework) struct Pack {
    pub(in crate::framework) id: Located<FrameworkId>,
    pub(in crate::framework) title: String,
    pub(in crate::framework) edition: String,
    pub(in crate::framework) aliases: Vec<Located<FrameworkId>>,
    pub(in crate::framework) in_force_from: Option<Date>,
    pub(in crate::framework) guide: Option<String>,
    pub(in crate::framework) cites: Vec<String>,
    pub(in crate::framework) status: Option<Provenance>,
    pub(in crate::framework) result: Option<Located<Name>>,
    pub(in crate::framework) direction: Option<Located<Name>>,
    pub(in crate::framework) outputs: Vec<Located<Name>>,
    pub(in crate::framework) extends: Option<Located<FrameworkId>>,
    pub(in crate::framework) uses: Vec<Located<FrameworkId>>,
    pub(in crate::framework) change: Option<String>,
    pub(in crate::framework) scale: Option<Scale>,
    pub(in crate::framework) types: BTreeMap<Name, TypePart>,
    pub(in crate::framework) parameters: Vec<ParameterPart>,
    pub(in crate::framework) facts: Vec<FactPart>,
    pub(in crate::framework) derived: Vec<DerivedPart>,
    pub(in crate::framework) measures: Vec<MeasurePart>,
    pub(in crate::framework) decisions: Vec<DecisionPart>,
    pub(in crate::framework) studies: Vec<StudyPart>,
    pub(in crate::framework) scope: Vec<ScopeRule>,
    pub(in crate::framework) assumptions: Vec<AssumptionPart>,
    pub(in crate::framework) tests: Tests,
    pub(in crate::framework) says: Says,
    pub(in crate::framework) span: Span,
}

/// What a file says, for the digest of its framework.
#[derive(Clone, Debug)]
pub(in crate::framework) enum Says {
    /// Its canonical text.
    Text(String),
    /// The digest, which is known.
    Digest(&'static str),
}

#[derive(Clone, Debug)]
pub(in crate::framework) struct TypePart {
    pub(in crate::framework) values: Vec<Located<Word>>,
    pub(in crate::framework) ordered: bool,
    pub(in crate::framework) best: Option<BetterEnd>,
    pub(in crate::framework) groups: BTreeMap<Word, Vec<Located<Word>>>,
    pub(in crate::framework) unknowns: Option<Vec<Unknown>>,
}

pub(in crate::framework) struct ParameterPart {
    pub(in crate::framework) name: Located<Name>,
    pub(in crate::framework) value: Option<Located<Literal>>,
    pub(in crate::framework) choices: Vec<Word>,
    pub(in crate::framework) least: Option<Decimal>,
    pub(in crate::framework) greatest: Option<Decimal>,
    pub(in crate::framework) about: Option<String>,
    pub(in crate::framework) cites: Option<String>,
    pub(in crate::framework) status: Option<Provenance>,
    pub(in crate::framework) synthesis: Option<MethodPart>,
    pub(in crate::framework) change: Option<String>,
    pub(in crate::framework) span: Span,
}

pub(in crate::framework) struct FactPart {
    pub(in crate::framework) name: Located<Name>,
    pub(in crate::framework) subject: Subject,
    /// The name of its type, or `None` for values listed with the fact itself.
    pub(in crate::framework) type_name: Option<Located<Name>>,
    pub(in crate::framework) listed: Option<TypePart>,
    pub(in crate::framework) unknowns: Option<Vec<Unknown>>,
    pub(in crate::framework) unit: Option<String>,
    pub(in crate::framework) least: Option<Decimal>,
    pub(in crate::framework) greatest: Option<Decimal>,
    pub(in crate::framework) default: Option<Located<Literal>>,
    pub(in crate::framework) ask: String,
    pub(in crate::framework) asked_when: Option<Condition>,
    pub(in crate::framework) changed_by: Option<Vec<Means>>,
    pub(in crate::framework) result: Option<ResultPart>,
    pub(in crate::framework) synthesis: Option<PooledNumber>,
    pub(in crate::framework) synthesised_when: Option<Condition>,
}

pub(in crate::framework) struct DerivedPart {
    pub(in crate::framework) name: Located<Name>,
    pub(in crate::framework) on: Subject,
    pub(in crate::framework) function: &'static Function,
    pub(in crate::framework) arguments: Vec<Vec<Argument>>,
    pub(in crate::framework) about: Option<String>,
    pub(in crate::framework) cites: Option<String>,
    pub(in crate::framework) change: Option<String>,
}

pub(in crate::framework) struct MeasurePart {
    pub(in crate::framework) name: Located<Name>,
    pub(in crate::framework) aggregate: Aggregate,
    pub(in crate::framework) over: Over,
    pub(in crate::framework) filter: Option<Condition>,
    pub(in crate::framework) prefer: Option<Condition>,
    pub(in crate::framework) skip_not_reported: bool,
    pub(in crate::framework) clamp: Option<(Decimal, Decimal)>,
    pub(in crate::framework) about: Option<String>,
    pub(in crate::framework) change: Option<String>,
}

pub(in crate::framework) struct DecisionPart {
    pub(in crate::framework) name: Located<Name>,
    pub(in crate::framework) title: Option<String>,
    pub(in crate::framework) on: Option<Subject>,
    pub(in crate::framework) values: Option<Vec<Located<Word>>>,
    pub(in crate::framework) best: Option<BetterEnd>,
    pub(in crate::framework) outcomes: Option<Vec<Located<Word>>>,
    pub(in crate::framework) hit: Option<&'static str>,
    pub(in crate::framework) rules: Vec<RulePart>,
    pub(in crate::framework) otherwise: Option<RulePart>,
    pub(in crate::framework) start: Option<Start>,
    pub(in crate::framework) clamp: Option<(Decimal, Decimal)>,
    pub(in crate::framework) inputs: Vec<Located<Name>>,
    pub(in crate::framework) status: Option<Provenance>,
    pub(in crate::framework) cites: Option<String>,
    pub(in crate::framework) judgement: Option<&'static str>,
    pub(in crate::framework) within: Option<u32>,
    pub(in crate::framework) amend: bool,
    pub(in crate::framework) drop: Vec<Located<RuleId>>,
    pub(in crate::framework) change: Option<String>,
    pub(in crate::framework) span: Span,
}

#[derive(Clone)]
pub(in crate::framework) struct RulePart {
    pub(in crate::framework) id: Located<RuleId>,
    pub(in crate::framework) when: Condition,
    pub(in crate::framework) then: Then,
    pub(in crate::framework) because: String,
    pub(in crate::framework) proposes: bool,
    pub(in crate::framework) status: Option<Provenance>,
    pub(in crate::framework) cites: Option<String>,
    pub(in crate::framework) before: Option<Located<RuleId>>,
    pub(in crate::framework) span: Span,
}

pub(in crate::framework) struct AssumptionPart {
    pub(in crate::framework) id: Located<Name>,
    pub(in crate::framework) never: Condition,
    pub(in crate::framework) because: String,
}
