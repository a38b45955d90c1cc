//! Gaps, overlaps, dead rules and dead values.

use std::collections::BTreeSet;
use std::sync::Arc;

use evigrade::diagnostic::Severity;
use evigrade::{Framework, check};

use crate::model::{GAP, Hit, Model};
use crate::naive::{Outcome, Rules, World, judgeable, occurs, points};

/// A code and what it is about; of dead values the words as well.
pub(crate) type Verdict = (String, String);

const HELD: [&str; 6] = ["gap", "dead-rule", "dead-value", "overlap", "conflict", "not-decided"];

/// What the checker says.
pub(crate) fn told(framework: &Arc<Framework>) -> BTreeSet<Verdict> {
    let mut told = BTreeSet::new();
    for found in check::framework(framework) {
        let code = found.code.word();
        if !HELD.contains(&code) {
            // What else is an error would be a fault of what was drawn.
            assert!(found.severity < Severity::Error || code == "no-examples", "{found:?}");
            continue;
        }
        let quoted: Vec<&str> = found.message.split('`').skip(1).step_by(2).collect();
        let about = match code {
            // The values come first, and then the decision.
            "dead-value" => {
                let (decision, words) = quoted.split_last().expect("the decision is named");
                format!("{decision}: {}", words.join(" "))
            }
            "overlap" | "conflict" => quoted[..3].join(" "),
            _ => found.subject.expect("it is about something").into_string(),
        };
        // Rules that overlap conflict if they give different values.
        let code = if code == "conflict" { "overlap" } else { code };
        told.insert((code.to_owned(), about));
    }
    told
}

/// Everything that can be so, with what the decisions come to then.
fn all(model: &Model, all_settings: bool) -> Vec<Vec<Outcome>> {
    let world = World { judged: judgeable(model), all_settings };
    let rules = Rules::new(model, all_settings);
    let all = points(&[model], &world).into_iter().filter_map(|point| {
        let outcomes = rules.outcomes(&point);
        occurs(model, &point, &outcomes).then_some(outcomes)
    });
    all.collect()
}

/// The pairs of rules that hold together where one may, by decision; each decision with the pairs.
pub(crate) fn overlaps(model: &Model, all_settings: bool) -> Vec<(usize, BTreeSet<(usize, usize)>)> {
    // How far a judgement may go does not bind while what the rules give is not settled.
    let mut unbound = model.clone();
    unbound.decisions.iter_mut().for_each(|decision| decision.within = None);
    let all = all(&unbound, all_settings);
    let mut found = Vec::new();
    for (at, decision) in model.decisions.iter().enumerate().filter(|(_, decision)| decision.hit == Hit::Unique) {
        let mut pairs = BTreeSet::new();
        for outcomes in &all {
            let holds = |rule: usize| outcomes[at].settled(|own| own.holds[rule]) == Some(true);
            let holding: Vec<usize> = (0..decision.rules.len()).filter(|rule| holds(*rule)).collect();
            for (place, other) in holding.iter().enumerate() {
                pairs.extend(holding[..place].iter().map(|one| (*one, *other)));
            }
        }
        if !pairs.is_empty() {
            found.push((at, pairs));
        }
    }
    found
}

/// What brute force says of a framework in which nothing overlaps.
pub(crate) fn expected(model: &Model) -> BTreeSet<Verdict> {
    let all = all(model, true);
    let mut expected = BTreeSet::new();
    for (at, decision) in model.decisions.iter().enumerate() {
        let seen = || all.iter().map(|outcomes| &outcomes[at]);
        if seen().any(|outcome| outcome.settled(|own| own.value == GAP) == Some(true)) {
            expected.insert(("gap".to_owned(), format!("d{at}")));
        }
        let holds = |outcome: &Outcome, rule: usize| outcome.settled(|own| own.holds[rule]) == Some(true);
        for rule in 0..decision.rules.len() {
            let alive = seen().any(|outcome| match decision.hit {
                Hit::First | Hit::Unique => {
                    outcome.settled(|own| own.holds.iter().position(|holds| *holds)) == Some(Some(rule))
                }
                // What it gives has to be certain, as what comes out has.
                Hit::Worst | Hit::Best => {
                    let gives = outcome.settled(|own| own.gives[rule]).unwrap_or(GAP);
                    holds(outcome, rule) && gives == outcome.value
                }
                Hit::Sum => holds(outcome, rule),
            });
            if !alive {
                expected.insert(("dead-rule".to_owned(), format!("d{at}.r{rule}")));
            }
        }
        let none = |outcome: &Outcome| {
            (0..decision.rules.len()).all(|rule| outcome.settled(|own| own.holds[rule]) == Some(false))
        };
        let none_first = |outcome: &Outcome| outcome.settled(|own| own.holds.iter().any(|holds| *holds)) == Some(false);
        let first = matches!(decision.hit, Hit::First | Hit::Unique);
        let reached = seen().any(|outcome| if first { none_first(outcome) } else { none(outcome) });
        if decision.otherwise.is_some() && !reached {
            expected.insert(("dead-rule".to_owned(), format!("d{at}.otherwise")));
        }
        if decision.refused && decision.hit != Hit::Sum {
            let dead = model.words(at).into_iter().filter(|value| seen().all(|outcome| outcome.value != *value));
            let dead: Vec<String> = dead.map(|value| model.word(at, value)).collect();
            if !dead.is_empty() {
                expected.insert(("dead-value".to_owned(), format!("d{at}: {}", dead.join(" "))));
            }
        }
    }
    expected
}
