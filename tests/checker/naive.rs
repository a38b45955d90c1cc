//! What rules give, worked out one combination at a time.

use std::collections::BTreeSet;

use crate::model::{
    Accept, Best, Condition, Decision, Fact, GAP, Hit, MISSING, Model, NOT_APPLICABLE, NOT_REPORTED, Name, Sign, Then,
    Value, number,
};

/// Everything that can be so at once.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) facts: Vec<Value>,
    /// Whether nobody has recorded it: to what asks for that it is missing, to all else it is as above.
    pub(crate) missing: Vec<bool>,
    pub(crate) parameter: Value,
    /// The value of each decision that people judged.
    pub(crate) judged: Vec<Option<Value>>,
}

/// What a decision reads: a fact and a parameter as they are, a decision by its value.
struct Seen<'p> {
    model: &'p Model,
    point: &'p Point,
    decided: &'p [Value],
}

impl Seen<'_> {
    fn value(&self, name: Name, closed: &dyn Fn(usize) -> bool) -> Value {
        match name {
            Name::Fact(at) if self.point.missing[at] && closed(at) => MISSING,
            Name::Fact(at) => self.point.facts[at],
            Name::Parameter => self.point.parameter,
            Name::Decision(at) if self.model.decisions[at].hit == Hit::Sum => number(2 * self.decided[at]),
            Name::Decision(at) => self.decided[at],
        }
    }

    fn holds(&self, asked: &Condition, closed: &dyn Fn(usize) -> bool) -> bool {
        match asked {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, closed)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, closed)),
            Condition::Not(part) => !self.holds(part, closed),
            Condition::Test(name, accepts) => {
                let value = self.value(*name, closed);
                let known = ![MISSING, NOT_REPORTED, NOT_APPLICABLE].contains(&value);
                accepts.iter().any(|accept| match accept {
                    Accept::Is(wanted) => value == *wanted,
                    Accept::Known => known,
                    Accept::Not(values) => known && !values.contains(&value),
                    Accept::Compare(sign, bound) => {
                        known
                            && match sign {
                                Sign::Less => value < *bound,
                                Sign::AtMost => value <= *bound,
                                Sign::More => value > *bound,
                                Sign::AtLeast => value >= *bound,
                            }
                    }
                })
            }
        }
    }

    fn gives(&self, then: Then) -> Value {
        match then {
            Then::Word(value) | Then::Add(value) => value,
            Then::ValueOf(name) => match self.value(name, &|_| false) {
                NOT_REPORTED | NOT_APPLICABLE => GAP,
                value => value,
            },
        }
    }
}

/// What a decision comes to, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) value: Value,
    /// The rules that hold.
    pub(crate) holds: Vec<bool>,
    /// What they give.
    pub(crate) gives: Vec<Value>,
}

fn own(seen: &Seen<'_>, decision: &Decision) -> Own {
    let closed = |fact: usize| decision.asks_for_missing(fact);
    let holds: Vec<bool> = decision.rules.iter().map(|rule| seen.holds(&rule.when, &closed)).collect();
    let gives: Vec<Value> = decision.rules.iter().map(|rule| seen.gives(rule.then)).collect();
    let given: Vec<Value> = holds.iter().zip(&gives).filter(|(holds, _)| **holds).map(|(_, value)| *value).collect();
    let otherwise = decision.otherwise.map_or(GAP, |then| seen.gives(then));
    let extreme = |want_best: bool| {
        if given.contains(&GAP) {
            return GAP;
        }
        let found = if (decision.best == Best::First) == want_best { given.iter().min() } else { given.iter().max() };
        found.copied().unwrap_or(otherwise)
    };
    let value = match decision.hit {
        Hit::First | Hit::Unique => given.first().copied().unwrap_or(otherwise),
        Hit::Worst => extreme(false),
        Hit::Best => extreme(true),
        Hit::Sum => given.iter().sum(),
    };
    Own { value, holds, gives }
}

/// What a decision comes to at a point, for each value that the decisions without an answer that it reads could have.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) all: Vec<Own>,
    /// Its value by its rules, if that does not hang on what has no answer.
    pub(crate) value: Value,
}

impl Outcome {
    /// What is the same whatever a decision without an answer could have been.
    pub(crate) fn settled<T: PartialEq>(&self, what: impl Fn(&Own) -> T) -> Option<T> {
        let first = what(&self.all[0]);
        self.all[1..].iter().all(|own| what(own) == first).then_some(first)
    }
}

/// A framework, with what each of its decisions can give.
pub(crate) struct Rules<'m> {
    model: &'m Model,
    values: Vec<Vec<Value>>,
}

impl<'m> Rules<'m> {
    pub(crate) fn new(model: &'m Model, all_settings: bool) -> Self {
        let mut rules = Self { model, values: Vec::new() };
        for (at, decision) in model.decisions.iter().enumerate() {
            let values = if decision.hit == Hit::Sum { rules.totals(at, all_settings) } else { model.words(at) };
            rules.values.push(values);
        }
        rules
    }

    /// What a sum can come to, whatever it reads.
    fn totals(&self, at: usize, all_settings: bool) -> Vec<Value> {
        let mut totals = BTreeSet::new();
        let decided = self.any_of(vec![GAP; at], at);
        for point in points(&[self.model], &World { judged: BTreeSet::new(), all_settings }) {
            for decided in &decided {
                totals
                    .insert(own(&Seen { model: self.model, point: &point, decided }, &self.model.decisions[at]).value);
            }
        }
        totals.into_iter().collect()
    }

    /// All values that decisions without an answer could have, as far as a decision reads them.
    fn any_of(&self, decided: Vec<Value>, at: usize) -> Vec<Vec<Value>> {
        let mut all = vec![decided.clone()];
        for before in 0..at {
            if decided[before] == GAP && self.model.decisions[at].reads(Name::Decision(before)) {
                all = all
                    .into_iter()
                    .flat_map(|known| {
                        self.values[before].iter().map(move |value| {
                            let mut known = known.clone();
                            known[before] = *value;
                            known
                        })
                    })
                    .collect();
            }
        }
        all
    }

    /// What every decision comes to at a point.
    pub(crate) fn outcomes(&self, point: &Point) -> Vec<Outcome> {
        let model = self.model;
        let mut decided: Vec<Value> = Vec::new();
        let mut outcomes = Vec::new();
        for (at, decision) in model.decisions.iter().enumerate() {
            let all = self.any_of(decided.clone(), at);
            let all: Vec<Own> = all.iter().map(|decided| own(&Seen { model, point, decided }, decision)).collect();
            let mut outcome = Outcome { all, value: GAP };
            outcome.value = outcome.settled(|own| own.value).unwrap_or(GAP);
            decided.push(point.judged[at].unwrap_or(outcome.value));
            outcomes.push(outcome);
        }
        outcomes
    }
}

/// Whether it can be so: what is asked is applicable and nothing else, nothing is so that is assumed never to be, and
/// no judgement goes further than it may.
pub(crate) fn occurs(model: &Model, point: &Point, outcomes: &[Outcome]) -> bool {
    let seen = Seen { model, point, decided: &[] };
    let answered = |(fact, value): (&Fact, &Value)| match &fact.asked {
        Some(asked) => seen.holds(asked, &|_| false) == (*value != NOT_APPLICABLE),
        None => true,
    };
    if !model.facts.iter().zip(&point.facts).all(answered) {
        return false;
    }
    if model.assumption.as_ref().is_some_and(|never| seen.holds(never, &|fact| never.asks_for_missing(fact))) {
        return false;
    }
    model.decisions.iter().enumerate().all(|(at, decision)| match (decision.within, point.judged[at]) {
        (Some(within), Some(judged)) => {
            let given = outcomes[at].value;
            given == GAP || (given - judged).abs() <= within
        }
        _ => true,
    })
}

/// Which combinations are gone through.
pub(crate) struct World {
    /// The decisions that have any of their values.
    pub(crate) judged: BTreeSet<usize>,
    pub(crate) all_settings: bool,
}

/// All combinations that some of these frameworks, which are over the same facts, tell apart.
pub(crate) fn points(models: &[&Model], world: &World) -> Vec<Point> {
    let model = models[0];
    let start =
        Point { facts: Vec::new(), missing: Vec::new(), parameter: 0, judged: vec![None; model.decisions.len()] };
    let mut points = vec![start];
    for (at, fact) in model.facts.iter().enumerate() {
        let mut values: Vec<(Value, bool)> = fact.kind.known().into_iter().map(|value| (value, false)).collect();
        if fact.unknown {
            values.push((NOT_REPORTED, false));
        }
        if models.iter().all(|model| !model.reads(Name::Fact(at))) {
            values.truncate(1);
        }
        if fact.asked.is_some() {
            values.push((NOT_APPLICABLE, false));
        }
        if models.iter().any(|model| model.asks_for_missing(at)) {
            values.extend(values.clone().into_iter().map(|(value, _)| (value, true)));
        }
        points = points
            .into_iter()
            .flat_map(|point| {
                values.iter().map(move |(value, missing)| {
                    let mut point = point.clone();
                    point.facts.push(*value);
                    point.missing.push(*missing);
                    point
                })
            })
            .collect();
    }
    let settings = match model.parameter {
        Some(count) if world.all_settings => {
            if count == 0 {
                2
            } else {
                count
            }
        }
        _ => 1,
    };
    points = points
        .into_iter()
        .flat_map(|point| (0..settings).map(move |parameter| Point { parameter, ..point.clone() }))
        .collect();
    for judged in &world.judged {
        points = points
            .into_iter()
            .flat_map(|point| {
                model.words(*judged).into_iter().map(move |value| {
                    let mut point = point.clone();
                    point.judged[*judged] = Some(value);
                    point
                })
            })
            .collect();
    }
    points
}

/// The decisions that people may judge and others read.
pub(crate) fn judgeable(model: &Model) -> BTreeSet<usize> {
    let read = |at: usize| model.decisions.iter().any(|decision| decision.reads(Name::Decision(at)));
    (0..model.decisions.len()).filter(|at| model.decisions[*at].can_be_judged() && read(*at)).collect()
}
