//! Reachability: facts that give each value, and that fewer do not.

use std::sync::Arc;

use evigrade::{Compiled, Framework, check, selftest};

use crate::model::{GAP, Model, NOT_APPLICABLE, NOT_REPORTED, Name, Value};
use crate::naive::{Point, Rules, World, occurs, points};

/// Everything that can be so by the rules, with the value of the result.
fn all(model: &Model) -> Vec<(Point, Value)> {
    let world = World { judged: std::collections::BTreeSet::new(), all_settings: false };
    let rules = Rules::new(model, false);
    let all = points(&[model], &world).into_iter().filter_map(|point| {
        let outcomes = rules.outcomes(&point);
        occurs(model, &point, &outcomes).then(|| (point, outcomes[model.result()].value))
    });
    all.collect()
}

/// Whether stating these facts, and no others, makes the value certain.
fn enough(model: &Model, all: &[(Point, Value)], stated: &[Option<Value>], value: Value) -> bool {
    let fits = |point: &Point| {
        stated.iter().enumerate().all(|(at, stated)| match stated {
            Some(stated) => point.facts[at] == *stated && !point.missing[at],
            None => point.missing[at] || !model.asks_for_missing(at),
        })
    };
    let mut some = false;
    for (_, given) in all.iter().filter(|(point, _)| fits(point)) {
        if *given != value {
            return false;
        }
        some = true;
    }
    some
}

/// Whether so few facts are enough.
fn with_at_most(
    model: &Model,
    all: &[(Point, Value)],
    most: usize,
    stated: &mut Vec<Option<Value>>,
    value: Value,
) -> bool {
    let at = stated.len();
    if at == model.facts.len() {
        return enough(model, all, stated, value);
    }
    let mut choices = vec![None];
    if most > 0 && model.reads(Name::Fact(at)) {
        let fact = &model.facts[at];
        choices.extend(fact.kind.known().into_iter().map(Some));
        choices.extend(fact.unknown.then_some(Some(NOT_REPORTED)));
        choices.extend(fact.asked.is_some().then_some(Some(NOT_APPLICABLE)));
    }
    choices.into_iter().any(|choice| {
        stated.push(choice);
        let found = with_at_most(model, all, most - usize::from(choice.is_some()), stated, value);
        stated.pop();
        found
    })
}

/// Holds what is told of every value; how many were never given, and how many were.
pub(crate) fn hold(
    model: &Model,
    framework: &Arc<Framework>,
    text: &str,
    load: &dyn Fn(&str) -> Arc<Framework>,
) -> [u64; 2] {
    let compiled = Compiled::new(framework).expect("it compiles");
    let all = all(model);
    let reached = check::reach(&compiled);
    let values = model.words(model.result());
    assert_eq!(reached.len(), values.len(), "{text}");
    let mut seen = [0, 0];
    let mut with_examples = text.to_owned();
    for (reached, value) in reached.iter().zip(values) {
        // What would have to be missing cannot be stated in an example.
        let asks = (0..model.facts.len()).any(|fact| model.asks_for_missing(fact));
        if reached.not_decided && asks {
            continue;
        }
        assert!(!reached.not_decided, "{text}");
        let ever = value != GAP && all.iter().any(|(_, given)| *given == value);
        assert_eq!(reached.facts.is_some(), ever, "{reached:?}\n{text}");
        let Some(facts) = &reached.facts else {
            seen[0] += 1;
            continue;
        };
        seen[1] += 1;
        with_examples.push('\n');
        with_examples.push_str(&check::example(framework, reached).expect("it is reached"));
        if let Some(fewer) = facts.len().checked_sub(1).filter(|_| reached.fewest) {
            assert!(!with_at_most(model, &all, fewer, &mut Vec::new(), value), "fewer than {reached:?}\n{text}");
        }
    }
    for test in selftest::framework(&load(&with_examples)).expect("it compiles") {
        assert!(test.passed(), "{:?}\n{with_examples}", test.failure);
    }
    seen
}
