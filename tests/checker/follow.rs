//! Monotonicity: whether a step for the better ever lowers a decision.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evigrade::{Framework, check};

use crate::draw::Draw;
use crate::model::{Best, Hit, Kind, MISSING, Model, NOT_APPLICABLE, Name, Value};
use crate::naive::{Rules, World, occurs, points};
use crate::write;

/// Everything but the name that is followed: facts, which are missing, and what people judged.
type Rest = (Vec<Value>, Vec<bool>, Vec<Option<Value>>);

/// A statement that a decision is never lowered.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) decision: usize,
    pub(crate) name: Name,
    towards: &'static str,
    /// Whether greater values are the better ones.
    rising: bool,
}

/// Something to state of a framework, if it has anything with an order that is read.
pub(crate) fn statement(draw: &mut Draw, model: &Model) -> Option<Statement> {
    let mut names: Vec<(Name, Option<Best>)> = Vec::new();
    for (at, fact) in model.facts.iter().enumerate() {
        let best = match fact.kind {
            Kind::Choice(_) => continue,
            Kind::Ordered(_, best) => best,
            _ => None,
        };
        names.push((Name::Fact(at), best));
    }
    for (at, decision) in model.decisions.iter().enumerate().filter(|(_, decision)| decision.hit != Hit::Sum) {
        names.push((Name::Decision(at), Some(decision.best)));
    }
    names.retain(|(name, _)| model.reads(*name));
    if names.is_empty() {
        return None;
    }
    let (name, best) = names[draw.below(names.len())];
    let (towards, rising) = match (best, draw.below(3)) {
        (Some(best), 0 | 1) => ("better", best == Best::Last),
        (_, 0) => ("less", false),
        _ => ("more", true),
    };
    let others: Vec<usize> = (0..model.decisions.len())
        .filter(|at| model.decisions[*at].hit != Hit::Sum && Name::Decision(*at) != name)
        .collect();
    let decision = if draw.one_in(4) { others[draw.below(others.len())] } else { model.result() };
    (Name::Decision(decision) != name).then_some(Statement { decision, name, towards, rising })
}

impl Statement {
    pub(crate) fn toml(&self) -> String {
        format!(
            "\n[[monotone]]\ndecision = \"d{}\"\n{} = [\"{}\"]\n",
            self.decision,
            self.towards,
            write::name(self.name)
        )
    }

    /// Whether some step lowers the decision.
    pub(crate) fn fails(&self, model: &Model) -> bool {
        self.worlds(model).into_iter().any(|judged| self.fails_in(model, &World { judged, all_settings: false }))
    }

    /// Of a fact nothing is judged. Of a decision all that people may judge; and once more with what is made of it
    /// left to the rules.
    fn worlds(&self, model: &Model) -> Vec<BTreeSet<usize>> {
        let Name::Decision(followed) = self.name else { return vec![BTreeSet::new()] };
        let all = (0..model.decisions.len()).filter(|at| model.decisions[*at].can_be_judged() || *at == followed);
        let all: BTreeSet<usize> = all.filter(|at| *at != self.decision).collect();
        let mut made: BTreeSet<usize> = BTreeSet::new();
        for at in followed + 1..model.decisions.len() {
            let reads = |before: usize| model.decisions[at].reads(Name::Decision(before));
            if reads(followed) || made.iter().any(|before| reads(*before)) {
                made.insert(at);
            }
        }
        let rest: BTreeSet<usize> = all.difference(&made).copied().collect();
        if rest == all { vec![all] } else { vec![all, rest] }
    }

    fn fails_in(&self, model: &Model, world: &World) -> bool {
        let target = &model.decisions[self.decision];
        let questions = match self.name {
            Name::Fact(at) => model.opened_by(at),
            _ => Vec::new(),
        };
        let mut bodies: BTreeMap<Rest, Vec<Body>> = BTreeMap::new();
        let rules = Rules::new(model, world.all_settings);
        for mut point in points(&[model], world) {
            let outcomes = rules.outcomes(&point);
            let value = outcomes[self.decision].value;
            if !occurs(model, &point, &outcomes) || !(0..target.count).contains(&value) {
                continue;
            }
            let rank = if target.best == Best::First { -value } else { value };
            let followed = match self.name {
                Name::Fact(at) if point.missing[at] => continue,
                Name::Fact(at) => std::mem::take(&mut point.facts[at]),
                Name::Decision(at) => point.judged[at].take().expect("it is judged"),
                Name::Parameter => continue,
            };
            // What is unknown, or beside the order, is no step.
            let ordered = match self.name {
                Name::Decision(at) => followed < model.decisions[at].count,
                _ => followed >= 0,
            };
            if ordered {
                let followed = if self.rising { followed } else { -followed };
                let answer = |at: &usize| {
                    let value = std::mem::take(&mut point.facts[*at]);
                    let missing = std::mem::take(&mut point.missing[*at]);
                    [value, if missing { MISSING } else { value }]
                };
                let answers = questions.iter().flat_map(answer).collect();
                let body = Body { followed, answers, rank };
                bodies.entry((point.facts, point.missing, point.judged)).or_default().push(body);
            }
        }
        bodies.values().any(|bodies| bodies.iter().any(|worse| bodies.iter().any(|better| worse.falls_to(better))))
    }
}

/// What differs between bodies that are the same but for what is followed.
struct Body {
    /// The greater the better.
    followed: Value,
    /// The answers to the questions that arise by what is followed; after each, what it is to rules that ask
    /// whether it is missing.
    answers: Vec<Value>,
    rank: Value,
}

impl Body {
    /// Whether the other is better, and graded lower; what both are asked is answered alike.
    fn falls_to(&self, better: &Self) -> bool {
        let alike = |(one, other): (&Value, &Value)| one == other || [*one, *other].contains(&NOT_APPLICABLE);
        self.followed < better.followed
            && self.rank > better.rank
            && self.answers.iter().zip(&better.answers).all(alike)
    }
}

/// What the checker says of the only statement: whether it fails, or nothing if it is not decided.
pub(crate) fn told(framework: &Arc<Framework>) -> Option<bool> {
    let found = check::framework(framework);
    let is = |code: &str| found.iter().any(|found| found.code.word() == code);
    (!is("not-decided")).then(|| is("not-monotone"))
}
