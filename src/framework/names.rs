//! What a name in a framework stands for, what values it can take, and where it can be seen.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::built_in::{self, BuiltIn};
use super::{Aggregate, Decision, Derived, Framework, HitPolicy, Measure, Over, Parameter};
use crate::document::shape::Subject;
use crate::name::{Name, Word};
use crate::synthesis::function::Gives;
use crate::value::Unknown;
use crate::vocabulary::{Choices, FactDefinition, FactType};

/// Where a condition is asked, and so what it can mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scope {
    /// Of an evidence item by itself.
    Evidence,
    /// Of an evidence item as it is linked to a claim.
    Link,
    /// Of a claim.
    Claim,
    /// Of a claim that is linked to a claim.
    Child,
}

impl Scope {
    pub(crate) const fn of(subject: Subject) -> Self {
        match subject {
            Subject::Evidence => Self::Evidence,
            Subject::Link => Self::Link,
            Subject::Claim => Self::Claim,
        }
    }

    /// What is asked, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Evidence => "an evidence item",
            Self::Link => "a linked evidence item",
            Self::Claim => "a claim",
            Self::Child => "a claim that another rests on",
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy)]
pub(crate) enum Named<'f> {
    Fact(&'f Arc<FactDefinition>),
    BuiltIn(&'static BuiltIn),
    Parameter(&'f Parameter),
    Derived(&'f Derived),
    Measure(&'f Measure),
    Decision(&'f Decision),
}

impl<'f> Named<'f> {
    /// Whether it is worked out, and not said.
    pub(crate) const fn is_worked_out(self) -> bool {
        matches!(self, Self::Derived(_) | Self::Measure(_) | Self::Decision(_))
    }

    /// The names that it is made of and that are looked up where it is itself, in the order in which they are read.
    pub(crate) fn each_part(self, each: &mut impl FnMut(&'f Name)) {
        match self {
            Self::Decision(decision) => {
                for rule in &decision.rules {
                    rule.when.visit(&mut |test| each(&test.name));
                }
                decision.takes_over().for_each(each);
            }
            Self::Derived(derived) => derived.names().for_each(each),
            Self::Fact(_) | Self::BuiltIn(_) | Self::Parameter(_) | Self::Measure(_) => {}
        }
    }
}

/// The values that something can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueType {
    pub(crate) kind: FactType,
    /// Values that stand beside the order of a decision's values.
    pub(crate) beside: Vec<Word>,
    /// The unknowns that can come out, beside *missing*.
    pub(crate) unknowns: Vec<Unknown>,
}

impl ValueType {
    /// The words of a choice: its values, then those beside the order.
    pub(crate) fn words(&self) -> Vec<&Word> {
        match &self.kind {
            FactType::Choice(choices) => choices.values.iter().chain(&self.beside).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) const fn is_numeric(&self) -> bool {
        matches!(self.kind, FactType::Count | FactType::Number)
    }
}

/// All names of a framework, by the scope in which they can be seen.
///
/// A measure may be called like the fact of items that it sums up: items know the fact, claims
/// the measure.
pub(crate) struct Index<'f> {
    framework: &'f Framework,
    names: HashMap<&'f str, [Option<Named<'f>>; SCOPES.len()], RandomState>,
}

const SCOPES: [Scope; 4] = [Scope::Evidence, Scope::Link, Scope::Claim, Scope::Child];

impl<'f> Index<'f> {
    pub(crate) fn new(framework: &'f Framework) -> Self {
        let all = everything(framework);
        let most = all.size_hint().1.unwrap_or_default();
        let mut names = HashMap::with_capacity_and_hasher(most, RandomState::default());
        for (name, named) in all {
            let places: &mut [Option<Named<'_>>; SCOPES.len()] = names.entry(name).or_default();
            for scope in SCOPES.into_iter().filter(|scope| visible(named, *scope)) {
                places[scope as usize].get_or_insert(named);
            }
        }
        Self { framework, names }
    }

    /// What a name stands for in a scope.
    pub(crate) fn get(&self, scope: Scope, name: &str) -> Option<Named<'f>> {
        self.names.get(name)?[scope as usize]
    }

    /// What a name stands for in some scope.
    pub(crate) fn anywhere(&self, name: &str) -> Option<Named<'f>> {
        SCOPES.iter().find_map(|scope| self.get(*scope, name))
    }

    /// The names that can be seen in a scope.
    pub(crate) fn all(&self, scope: Scope) -> impl Iterator<Item = &'f str> {
        self.names.iter().filter(move |(_, named)| named[scope as usize].is_some()).map(|(name, _)| *name)
    }

    /// The values that a name can take; nothing for a name that cannot be seen in the scope.
    pub(crate) fn value_type(&self, scope: Scope, name: &str) -> Option<ValueType> {
        self.type_of(self.get(scope, name)?, 0)
    }

    /// The words that a group of words of a name's values stands for.
    pub(crate) fn group(&self, scope: Scope, name: &str, word: &str) -> Option<Vec<Word>> {
        let of = |kind: &FactType| match kind {
            FactType::Choice(choices) => choices.groups.get(word).cloned(),
            _ => None,
        };
        match self.get(scope, name)? {
            Named::Fact(fact) => of(&fact.kind),
            Named::Decision(_) | Named::Parameter(_) | Named::Derived(_) => None,
            named @ (Named::BuiltIn(_) | Named::Measure(_)) => of(&self.type_of(named, 0)?.kind),
        }
    }

    fn type_of(&self, named: Named<'f>, depth: usize) -> Option<ValueType> {
        let plain = |kind: FactType, unknowns: Vec<Unknown>| Some(ValueType { kind, beside: Vec::new(), unknowns });
        match named {
            Named::Fact(fact) => plain(fact.kind.clone(), fact.unknowns.clone()),
            Named::BuiltIn(built_in) => plain(built_in.kind(), Vec::new()),
            Named::Parameter(parameter) => {
                use crate::value::Value;
                let kind = match &parameter.value {
                    Value::Flag(_) => FactType::Flag,
                    Value::Number(_) => FactType::Number,
                    Value::Date(_) => FactType::Date,
                    Value::Text(_) => FactType::Text,
                    Value::Choice(_) => FactType::Choice(unordered(parameter.choices.clone())),
                };
                plain(kind, Vec::new())
            }
            Named::Derived(derived) => {
                let kind = match derived.function.gives {
                    Gives::Number => FactType::Number,
                    Gives::Count => FactType::Count,
                    Gives::Choice(words) => {
                        FactType::Choice(unordered(words.iter().map(|word| Word::from(*word)).collect()))
                    }
                };
                plain(kind, self.derived_unknowns(derived, depth))
            }
            Named::Decision(decision) => Some(decision_type(decision)),
            Named::Measure(measure) => self.measure_type(measure, depth),
        }
    }

    /// The unknowns that a function passes on, and *not applicable* where it has no value.
    fn derived_unknowns(&self, derived: &'f Derived, depth: usize) -> Vec<Unknown> {
        let mut passed: Vec<Unknown> = Vec::new();
        let mut seen: Vec<&Name> = Vec::new();
        let mut waiting = vec![derived];
        while let Some(derived) = waiting.pop() {
            for name in derived.names() {
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                match self.get(Scope::of(derived.on), name.as_str()) {
                    Some(Named::Derived(inner)) => waiting.push(inner),
                    Some(named) => passed.extend(self.type_of(named, depth + 1).into_iter().flat_map(|of| of.unknowns)),
                    None => {}
                }
            }
        }
        let all = [Unknown::NotReported, Unknown::NotApplicable, Unknown::None];
        all.into_iter().filter(|unknown| *unknown == Unknown::NotApplicable || passed.contains(unknown)).collect()
    }

    fn measure_type(&self, measure: &Measure, depth: usize) -> Option<ValueType> {
        // A measure over claims can be made of a measure of the claims; not without end. What it is made of is
        // looked at once, for each is made of another.
        let inner = measure.aggregate.of().filter(|_| depth <= self.framework.measures.len());
        let inner = inner.and_then(|name| self.type_of(self.get(inner_scope(measure), name.as_str())?, depth + 1));
        let unreported = inner.as_ref().is_some_and(|inner| inner.unknowns.contains(&Unknown::NotReported));
        // An item that counts and does not report makes the whole *not reported*.
        let not_reported: Vec<Unknown> =
            (unreported && !measure.skip_not_reported).then_some(Unknown::NotReported).into_iter().collect();
        let empty = vec![Unknown::None];
        let both: Vec<Unknown> = not_reported.iter().copied().chain([Unknown::None]).collect();
        let of = |_: &Name| inner.clone();
        let (kind, unknowns) = match &measure.aggregate {
            Aggregate::Count => (FactType::Count, Vec::new()),
            Aggregate::Distinct(_) => (FactType::Count, not_reported),
            Aggregate::Sum(name) => (of(name)?.kind, not_reported),
            Aggregate::Min(name) | Aggregate::Max(name) => (of(name)?.kind, both),
            Aggregate::Median(name) => match of(name)?.kind {
                FactType::Count | FactType::Number => (FactType::Number, both),
                other => (other, both),
            },
            Aggregate::Majority(name) => {
                let inner = of(name)?;
                let words = inner.words().into_iter().cloned().collect();
                let kind = match inner.kind {
                    FactType::Choice(_) => FactType::Choice(unordered(words)),
                    other => other,
                };
                (kind, empty)
            }
            Aggregate::Any(_) => (FactType::Flag, Vec::new()),
            Aggregate::All(_) => (FactType::Flag, empty),
            Aggregate::Share { .. } => (FactType::Number, both),
        };
        Some(ValueType { kind, beside: Vec::new(), unknowns })
    }

    /// What a name is made of, each with the scope in which it is looked up. Parameters are left
    /// out.
    pub(crate) fn parts(&self, named: Named<'f>, scope: Scope) -> Vec<(Scope, Name)> {
        let mut parts: Vec<(Scope, Name)> = Vec::new();
        if let Named::Measure(measure) = named {
            let inner = inner_scope(measure);
            measure.conditions().for_each(|asked| asked.visit(&mut |test| parts.push((inner, test.name.clone()))));
            parts.extend(measure.aggregate.of().map(|name| (inner, name.clone())));
        }
        named.each_part(&mut |name| parts.push((scope, name.clone())));
        parts.retain(|(scope, name)| !matches!(self.get(*scope, name.as_str()), Some(Named::Parameter(_))));
        parts
    }
}

impl Index<'_> {
    /// What a name is made of, at whatever remove, itself left out. What is said of the claims that a claim rests
    /// on is said of others, and not followed further.
    pub(crate) fn made_of(&self, scope: Scope, name: &Name) -> BTreeSet<(Scope, Name)> {
        let parts = |scope: Scope, name: &Name| {
            self.get(scope, name.as_str()).map_or_else(Vec::new, |named| self.parts(named, scope))
        };
        let mut reached = BTreeSet::new();
        let mut waiting = parts(scope, name);
        while let Some((scope, name)) = waiting.pop() {
            if scope != Scope::Child && reached.insert((scope, name.clone())) {
                waiting.extend(parts(scope, &name));
            }
        }
        reached
    }
}

/// The scope in which a measure looks at what it is made of.
pub(crate) const fn inner_scope(measure: &Measure) -> Scope {
    match measure.over {
        Over::Evidence => Scope::Link,
        Over::Claims => Scope::Child,
    }
}

/// All names with what they stand for.
pub(crate) fn everything(framework: &Framework) -> impl Iterator<Item = (&str, Named<'_>)> {
    let built_in = built_in::ALL.iter().map(|known| (known.name, Named::BuiltIn(known)));
    let parameters = framework.parameters.iter().map(|known| (known.name.as_str(), Named::Parameter(known)));
    let facts = framework.facts.iter().map(|known| (known.name.as_str(), Named::Fact(known)));
    let derived = framework.derived.iter().map(|known| (known.name.as_str(), Named::Derived(known)));
    let measures = framework.measures.iter().map(|known| (known.name.as_str(), Named::Measure(known)));
    let decisions = framework.decisions.iter().map(|known| (known.name.as_str(), Named::Decision(known)));
    built_in.chain(parameters).chain(facts).chain(derived).chain(measures).chain(decisions)
}

/// Whether something can be mentioned in a scope.
pub(crate) fn visible(named: Named<'_>, scope: Scope) -> bool {
    let computed = |on: Subject| match scope {
        Scope::Evidence => on == Subject::Evidence,
        Scope::Link => on != Subject::Claim,
        Scope::Claim | Scope::Child => on == Subject::Claim,
    };
    match named {
        Named::Parameter(_) => true,
        Named::BuiltIn(built_in) => match scope {
            Scope::Evidence => built_in.of_evidence,
            Scope::Link => built_in.of_items,
            Scope::Claim => built_in.of_claims,
            Scope::Child => built_in.of_claims || built_in.name == "relation",
        },
        Named::Fact(fact) => match scope {
            Scope::Evidence => fact.subject == Subject::Evidence,
            Scope::Link => true,
            Scope::Claim => fact.subject == Subject::Claim,
            Scope::Child => fact.subject != Subject::Evidence,
        },
        // Decisions and derived values of a claim come after those of its items.
        Named::Derived(derived) => computed(derived.on),
        Named::Decision(decision) => computed(decision.on),
        Named::Measure(_) => matches!(scope, Scope::Claim | Scope::Child),
    }
}

fn unordered(words: Vec<Word>) -> Choices {
    Choices { values: words.into(), ordered: false, best: None, groups: Arc::default() }
}

/// The values of a decision: numbers for a sum, else its words.
pub(crate) fn decision_type(decision: &Decision) -> ValueType {
    if matches!(decision.hit, HitPolicy::Sum { .. }) {
        return ValueType { kind: FactType::Number, beside: Vec::new(), unknowns: Vec::new() };
    }
    let choices =
        Choices { values: decision.values.clone().into(), ordered: true, best: decision.best, groups: Arc::default() };
    ValueType { kind: FactType::Choice(choices), beside: decision.outcomes.clone(), unknowns: Vec::new() }
}
