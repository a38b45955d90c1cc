//! A small model of frameworks and cases, with nothing of the engine in it.

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

impl Model {
    /// The decision whose value is the grade.
    pub(crate) const fn result(&self) -> usize {
        self.decisions.len() - 1
    }

    pub(crate) fn claim_decisions(&self) -> impl Iterator<Item = usize> {
        (0..self.decisions.len()).filter(|decision| self.decisions[*decision].on == On::Claim)
    }

    pub(crate) fn item_decisions(&self) -> impl Iterator<Item = usize> {
        (0..self.decisions.len()).filter(|decision| self.decisions[*decision].on != On::Claim)
    }

    pub(crate) fn typed(&self, name: Name) -> Typed {
        use Unknown::{None as Nothing, NotApplicable, NotReported};
        let plain = |kind: Kind, unknowns: &[Unknown]| Typed { kind, unknowns: unknowns.to_vec(), missing: false };
        let words = |words: &[&'static str]| Kind::Words { words: words.to_vec(), ordered: 0, groups: false };
        match name {
            Name::Fact(fact) => {
                let fact = &self.facts[fact];
                Typed { kind: fact.kind.clone(), unknowns: fact.unknowns.clone(), missing: fact.default.is_none() }
            }
            Name::Parameter(parameter) => match self.parameters[parameter] {
                Value::Flag(_) => plain(Kind::Flag, &[]),
                Value::Number(_) => plain(Kind::Number, &[]),
                Value::Day(_) => plain(Kind::Date, &[]),
                _ => plain(words(&WORDS[..2]), &[]),
            },
            Name::Kind => plain(words(&KINDS), &[]),
            Name::Relation => plain(words(&RELATIONS), &[]),
            Name::Derived(derived) => {
                let kind =
                    if self.derived[derived].function == "interval-against" { words(&AGAINST) } else { Kind::Number };
                plain(kind, &[NotReported, NotApplicable, Nothing])
            }
            Name::Decision(decision) => {
                let decision = &self.decisions[decision];
                let kind = match decision.hit {
                    Hit::Sum { .. } => Kind::Number,
                    _ => Kind::Words { words: decision.words(), ordered: decision.values, groups: false },
                };
                plain(kind, &[])
            }
            Name::Measure(measure) => {
                let inner = |name: &Name| self.typed(*name).kind;
                // What stands beside the order of a decision's values has no rank.
                let ranked = |name: &Name| match inner(name) {
                    Kind::Words { words, ordered, .. } => {
                        Kind::Words { words: words[..ordered].to_vec(), ordered, groups: false }
                    }
                    other => other,
                };
                match &self.measures[measure].aggregate {
                    Aggregate::Count => plain(Kind::Count, &[]),
                    Aggregate::Distinct(_) => plain(Kind::Count, &[NotReported]),
                    Aggregate::Sum(name) => plain(inner(name), &[NotReported]),
                    Aggregate::Min(name) | Aggregate::Max(name) => plain(ranked(name), &[NotReported, Nothing]),
                    Aggregate::Median(_) | Aggregate::Share(..) => plain(Kind::Number, &[NotReported, Nothing]),
                    Aggregate::Majority(name) => match inner(name) {
                        Kind::Words { words: known, .. } => plain(words(&known), &[Nothing]),
                        other => plain(other, &[Nothing]),
                    },
                    Aggregate::Any(_) => plain(Kind::Flag, &[]),
                    Aggregate::All(_) => plain(Kind::Flag, &[Nothing]),
                }
            }
        }
    }

    /// Whether a name can be mentioned in a scope.
    pub(crate) fn visible(&self, name: Name, scope: Scope) -> bool {
        let computed = |on: On| match scope {
            Scope::Evidence => on == On::Evidence,
            Scope::Link => on != On::Claim,
            Scope::Claim | Scope::Child => on == On::Claim,
        };
        match name {
            Name::Parameter(_) => true,
            Name::Fact(fact) => match (self.facts[fact].on, scope) {
                (_, Scope::Link) => true,
                (on, Scope::Evidence) => on == On::Evidence,
                (on, Scope::Claim) => on == On::Claim,
                (on, Scope::Child) => on != On::Evidence,
            },
            Name::Derived(derived) => computed(self.derived[derived].on),
            Name::Decision(decision) => computed(self.decisions[decision].on),
            Name::Measure(_) => matches!(scope, Scope::Claim | Scope::Child),
            Name::Kind => scope != Scope::Evidence,
            Name::Relation => matches!(scope, Scope::Link | Scope::Child),
        }
    }

    /// The facts, parameters, derived values and built-in names that can be mentioned in a scope.
    pub(crate) fn plain_names(&self, scope: Scope) -> Vec<Name> {
        let facts = (0..self.facts.len()).map(Name::Fact);
        let parameters = (0..self.parameters.len()).map(Name::Parameter);
        let derived = (0..self.derived.len()).map(Name::Derived);
        let all = facts.chain(derived).chain([Name::Kind, Name::Relation]).chain(parameters);
        all.filter(|name| self.visible(*name, scope)).collect()
    }

    /// Every set of conditions that is asked together.
    pub(crate) fn asked_together(&self) -> Vec<Vec<&Condition>> {
        let mut sets: Vec<Vec<&Condition>> = Vec::new();
        sets.extend(self.decisions.iter().map(|decision| decision.rules.iter().map(|rule| &rule.when).collect()));
        sets.extend(self.measures.iter().map(Measure::conditions));
        sets.extend(self.scope.iter().map(|condition| vec![condition]));
        sets.extend(self.assumptions.iter().map(|condition| vec![condition]));
        sets
    }

    /// The facts of which some rule asks whether they are missing: to say them changes what is asked.
    pub(crate) fn asked_missing(&self) -> Vec<usize> {
        let mut facts = Vec::new();
        for condition in self.asked_together().into_iter().flatten() {
            for (name, accepts) in condition.tests() {
                if let Name::Fact(fact) = name
                    && accepts.iter().any(Accept::asks_missing)
                {
                    facts.push(fact);
                }
            }
        }
        facts
    }

    /// The facts that assumptions bind to others.
    pub(crate) fn assumed(&self) -> Vec<usize> {
        let mut facts = Vec::new();
        let fact = |name: Name| if let Name::Fact(fact) = name { Some(fact) } else { None };
        for condition in self.assumptions.iter().chain(self.facts.iter().filter_map(|fact| fact.asked_when.as_ref())) {
            facts.extend(condition.tests().into_iter().filter_map(|(name, _)| fact(name)));
        }
        facts.extend((0..self.facts.len()).filter(|fact| self.facts[*fact].asked_when.is_some()));
        facts
    }
}
