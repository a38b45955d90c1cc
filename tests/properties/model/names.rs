//! What the names of a model stand for, where they can be seen and what they can be.

use super::{
    AGAINST, Accept, Aggregate, Argument, Condition, Hit, KINDS, Kind, Measure, Model, Name, On, RELATIONS, Scope,
    Typed, Unknown, Value, WORDS,
};

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
                let passed = self.passed_on(derived);
                let all = [NotReported, NotApplicable, Nothing];
                let can_be = |unknown: &Unknown| *unknown == NotApplicable || passed.contains(unknown);
                plain(kind, &all.into_iter().filter(can_be).collect::<Vec<_>>())
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
                let measure = &self.measures[measure];
                // One that counts and does not report makes the whole not reported.
                let made_of = measure.aggregate.of();
                let unreported = made_of.is_some_and(|name| self.typed(name).unknowns.contains(&NotReported));
                let reported = measure.skip || !unreported;
                let plain = |kind: Kind, unknowns: &[Unknown]| {
                    let unknowns: Vec<Unknown> =
                        unknowns.iter().copied().filter(|unknown| !reported || *unknown != NotReported).collect();
                    plain(kind, &unknowns)
                };
                match &measure.aggregate {
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

    /// The unknowns that the arguments of a derived value can be.
    fn passed_on(&self, derived: usize) -> Vec<Unknown> {
        let arguments = self.derived[derived].arguments.iter().flat_map(|(_, arguments)| arguments);
        let unknowns = arguments.flat_map(|argument| match argument {
            Argument::Name(Name::Derived(inner)) => self.passed_on(*inner),
            Argument::Name(name) => self.typed(*name).unknowns,
            Argument::Number(_) => Vec::new(),
        });
        unknowns.collect()
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
