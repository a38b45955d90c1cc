//! Difference: whether two frameworks give the same, and what they give where not.

use std::collections::BTreeSet;

use evigrade::{Compiled, check};

use crate::draw::Draw;
use crate::model::{Condition, Hit, Model, Name};
use crate::naive::{Rules, World, judgeable, occurs, points};

/// A framework that is a little different, or says the same otherwise.
pub(crate) fn changed(draw: &mut Draw, model: &Model) -> Model {
    let mut new = model.clone();
    let at = draw.below(new.decisions.len());
    let result = at == new.result();
    let earlier = Model { decisions: new.decisions[..at].to_vec(), ..new.clone() };
    let mut names: Vec<Name> = (0..new.facts.len()).map(Name::Fact).collect();
    names.extend((0..at).map(Name::Decision));
    let decision = &mut new.decisions[at];
    let rule = draw.below(decision.rules.len());
    match draw.below(7) {
        0 => {
            let then = draw.then(&earlier, decision, result);
            decision.rules[rule].then = then;
        }
        1 => {
            let tests = 1 + draw.below(2);
            decision.rules[rule].when = draw.condition(&earlier, &names, tests, false);
        }
        // The same once more changes nothing, save in a sum.
        2 => {
            let again = decision.rules[rule].clone();
            decision.rules.push(again);
        }
        3 => {
            let when = decision.rules[rule].when.clone();
            decision.rules[rule].when = Condition::Not(Box::new(Condition::Not(Box::new(when))));
        }
        4 if decision.rules.len() > 1 => {
            decision.rules.remove(rule);
        }
        5 if decision.hit != Hit::Sum => {
            decision.otherwise = match decision.otherwise {
                Some(_) => None,
                None => Some(draw.then(&earlier, decision, result)),
            };
        }
        6 if model.assumption.is_some() => {
            let facts: Vec<Name> = (0..model.facts.len()).map(Name::Fact).collect();
            new.assumption = if draw.one_in(3) { None } else { Some(draw.condition(&earlier, &facts, 1, false)) };
        }
        _ => decision.rules.swap(0, rule),
    }
    new
}

/// How two frameworks differ: by the rules, as people may judge, and in what they take to be impossible.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    pub(crate) by_rules: BTreeSet<(String, String)>,
    /// Only where there is nothing by the rules.
    pub(crate) judged: BTreeSet<(String, String)>,
    pub(crate) assumed: bool,
}

impl Differences {
    pub(crate) fn none(&self) -> bool {
        *self == Self::default()
    }
}

pub(crate) fn told(old: &Compiled, new: &Compiled) -> Differences {
    let found = check::difference(old, new);
    assert!(found.not_decided.is_empty(), "{found:?}");
    let changes = |judged: bool| {
        let of = found.changes.iter().filter(|change| change.judged == judged);
        of.map(|change| (change.old.clone(), change.new.clone())).collect()
    };
    let told = Differences { by_rules: changes(false), judged: changes(true), assumed: !found.otherwise.is_empty() };
    assert_eq!(told.none(), found.same(), "{found:?}");
    told
}

pub(crate) fn expected(old: &Model, new: &Model) -> Differences {
    let mut expected = Differences::default();
    expected.by_rules = pairs(old, new, BTreeSet::new(), &mut expected.assumed);
    if expected.by_rules.is_empty() {
        let both: BTreeSet<usize> = judgeable(old).union(&judgeable(new)).copied().collect();
        expected.judged = pairs(old, new, both, &mut expected.assumed);
    }
    expected
}

fn pairs(old: &Model, new: &Model, judged: BTreeSet<usize>, assumed: &mut bool) -> BTreeSet<(String, String)> {
    let world = World { judged, all_settings: false };
    let mut pairs = BTreeSet::new();
    let both = [old, new].map(|model| (model, Rules::new(model, false)));
    for point in points(&[old, new], &world) {
        let [one, other] = both.each_ref().map(|(model, rules)| {
            let outcomes = rules.outcomes(&point);
            let value = outcomes[model.result()].value;
            (occurs(model, &point, &outcomes), model.word(model.result(), value))
        });
        *assumed |= one.0 != other.0;
        if one.0 && other.0 && one.1 != other.1 {
            pairs.insert((one.1, other.1));
        }
    }
    pairs
}
