//! A small model of frameworks and cases, with nothing of the engine in it.

#[path = "model/names.rs"]
mod names;

use std::collections::BTreeMap;

use crate::number::Number;

/// Words that facts and decisions take; every list is a beginning of this one.
pub(crate) const WORDS: [&str; 4] = ["aa", "bb", "cc", "dd"];
/// A word beside the order of a decision's values.
pub(crate) const BESIDE: &str = "out";
pub(crate) const KINDS: [&str; 2] = ["ka", "kb"];
pub(crate) const RELATIONS: [&str; 4] = ["supports", "refutes", "bears-on", "rests-on"];
/// Groups of words, usable where all of them are values.
pub(crate) const GROUPS: [(&str, &[&str]); 2] = [("early", &["aa", "bb"]), ("ends", &["aa", "cc"])];
pub(crate) const AGAINST: [&str; 3] = ["below", "across", "above"];
/// Days that rules mention, as days of the year 2020.
pub(crate) const DAYS: [i64; 3] = [10, 20, 40];

/// A framework.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) parameters: Vec<Value>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) assumptions: Vec<Condition>,
    pub(crate) scope: Vec<Condition>,
    /// How many levels the scale has.
    pub(crate) levels: usize,
    /// Whether rules show the first fact that they can see.
    pub(crate) shows: bool,
}

/// What a condition can mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Name {
    Parameter(usize),
    Fact(usize),
    Derived(usize),
    Measure(usize),
    Decision(usize),
    Kind,
    Relation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum On {
    Evidence,
    Link,
    Claim,
}

/// Where a condition is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Evidence,
    Link,
    Claim,
    Child,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unknown {
    // The gravest first.
    Missing,
    NotReported,
    NotApplicable,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Value {
    Flag(bool),
    Word(&'static str),
    Number(Number),
    /// A day of the year 2020.
    Day(i64),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Flag,
    /// Words, of which the first so many are in order.
    Words {
        words: Vec<&'static str>,
        ordered: usize,
        groups: bool,
    },
    Count,
    Number,
    Date,
}

/// The values that a name can take.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) kind: Kind,
    pub(crate) unknowns: Vec<Unknown>,
    /// Whether it may be asked whether it is missing.
    pub(crate) missing: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) on: On,
    pub(crate) kind: Kind,
    pub(crate) unknowns: Vec<Unknown>,
    pub(crate) least: Option<i128>,
    pub(crate) greatest: Option<i128>,
    pub(crate) default: Option<Value>,
    pub(crate) asked_when: Option<Condition>,
    /// Whether every case states it.
    pub(crate) always: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Derived {
    pub(crate) on: On,
    pub(crate) function: &'static str,
    /// The arguments, by the name of the parameter.
    pub(crate) arguments: Vec<(&'static str, Vec<Argument>)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument {
    Name(Name),
    Number(Number),
}

#[derive(Clone, Debug)]
pub(crate) struct Measure {
    pub(crate) aggregate: Aggregate,
    pub(crate) over_claims: bool,
    pub(crate) filter: Option<Condition>,
    pub(crate) prefer: Option<Condition>,
    pub(crate) skip: bool,
    pub(crate) clamp: Option<(i128, i128)>,
}

#[derive(Clone, Debug)]
pub(crate) enum Aggregate {
    Count,
    Distinct(Name),
    Sum(Name),
    Min(Name),
    Max(Name),
    Median(Name),
    Majority(Name),
    Any(Condition),
    All(Condition),
    Share(Condition, Option<Name>),
}

#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) on: On,
    pub(crate) hit: Hit,
    /// How many of the words are its values.
    pub(crate) values: usize,
    pub(crate) beside: bool,
    pub(crate) best_first: bool,
    pub(crate) rules: Vec<Rule>,
    pub(crate) otherwise: Option<Then>,
    /// For a table: what is looked up by.
    pub(crate) inputs: Vec<Name>,
    /// Whether it always has a value, however the facts are.
    pub(crate) firm: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Hit {
    First,
    Unique,
    Worst,
    Best,
    Sum { start: Then, clamp: Option<(i128, i128)> },
    Table,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) when: Condition,
    pub(crate) then: Then,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Then {
    Word(&'static str),
    Number(Number),
    ValueOf(Name),
}

#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Name, Vec<Accept>),
}

#[derive(Clone, Debug)]
pub(crate) enum Accept {
    Is(Operand),
    Group(&'static str),
    Known,
    Compare(Vec<(Comparison, Operand)>),
    Not(Vec<Self>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand {
    Value(Value),
    Parameter(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) claims: Vec<Claim>,
    pub(crate) items: Vec<Facts>,
    pub(crate) links: Vec<Link>,
    pub(crate) judgements: Vec<Judgement>,
}

/// Stated facts, by their number; the rest is missing.
pub(crate) type Facts = BTreeMap<usize, Value>;

#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) kind: &'static str,
    pub(crate) facts: Facts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Item(usize),
    Claim(usize),
}

/// A link from an item or a claim to the claim that it bears on.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) from: From,
    pub(crate) to: usize,
    pub(crate) relation: &'static str,
    pub(crate) facts: Facts,
}

#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) on: Judged,
    pub(crate) decision: usize,
    pub(crate) value: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Claim(usize),
    Item(usize),
    /// By the number of the link.
    Link(usize),
}

/// Where a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Site {
    Claim(usize, usize),
    Item(usize, usize),
    Link(usize, usize),
}

impl Name {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Parameter(number) => format!("p{number}"),
            Self::Fact(number) => format!("f{number}"),
            Self::Derived(number) => format!("v{number}"),
            Self::Measure(number) => format!("m{number}"),
            Self::Decision(number) => format!("d{number}"),
            Self::Kind => "kind".to_owned(),
            Self::Relation => "relation".to_owned(),
        }
    }
}

impl Case {
    pub(crate) fn facts(&self, site: Site) -> &Facts {
        match site {
            Site::Claim(claim, _) => &self.claims[claim].facts,
            Site::Item(item, _) => &self.items[item],
            Site::Link(link, _) => &self.links[link].facts,
        }
    }

    pub(crate) fn facts_mut(&mut self, site: Site) -> &mut Facts {
        match site {
            Site::Claim(claim, _) => &mut self.claims[claim].facts,
            Site::Item(item, _) => &mut self.items[item],
            Site::Link(link, _) => &mut self.links[link].facts,
        }
    }

    pub(crate) fn links_to(&self, claim: usize) -> impl Iterator<Item = (usize, &Link)> {
        self.links.iter().enumerate().filter(move |(_, link)| link.to == claim)
    }

    /// A claim with all that it rests on.
    pub(crate) fn below(&self, claim: usize) -> Vec<usize> {
        let mut claims = vec![claim];
        let mut at = 0;
        while at < claims.len() {
            for (_, link) in self.links_to(claims[at]) {
                if let From::Claim(child) = link.from
                    && !claims.contains(&child)
                {
                    claims.push(child);
                }
            }
            at += 1;
        }
        claims
    }
}

impl Site {
    pub(crate) const fn fact(self) -> usize {
        match self {
            Self::Claim(_, fact) | Self::Item(_, fact) | Self::Link(_, fact) => fact,
        }
    }
}

impl Condition {
    pub(crate) const fn always() -> Self {
        Self::All(Vec::new())
    }

    pub(crate) fn tests(&self) -> Vec<(Name, &[Accept])> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Test(name, accepts) => vec![(*name, accepts)],
        }
    }
}

impl Accept {
    /// Whether it asks whether something is missing.
    pub(crate) fn asks_missing(&self) -> bool {
        match self {
            Self::Is(Operand::Value(Value::Unknown(Unknown::Missing))) => true,
            Self::Not(parts) => parts.iter().any(Self::asks_missing),
            _ => false,
        }
    }
}

impl Aggregate {
    pub(crate) const fn of(&self) -> Option<Name> {
        match self {
            Self::Distinct(name)
            | Self::Sum(name)
            | Self::Min(name)
            | Self::Max(name)
            | Self::Median(name)
            | Self::Majority(name) => Some(*name),
            Self::Share(_, weight) => *weight,
            Self::Count | Self::Any(_) | Self::All(_) => None,
        }
    }

    pub(crate) const fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Any(condition) | Self::All(condition) | Self::Share(condition, _) => Some(condition),
            _ => None,
        }
    }
}

impl Measure {
    pub(crate) fn conditions(&self) -> Vec<&Condition> {
        self.filter.iter().chain(&self.prefer).chain(self.aggregate.condition()).collect()
    }
}

impl Decision {
    /// Its words, those beside the order last.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        WORDS[..self.values].iter().copied().chain(self.beside.then_some(BESIDE)).collect()
    }

    pub(crate) const fn is_sum(&self) -> bool {
        matches!(self.hit, Hit::Sum { .. })
    }
}
