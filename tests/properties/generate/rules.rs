//! Random decisions.

use crate::condition::Asking;
use crate::draw::{Draw, Gene};
use crate::model::{BESIDE, Condition, Decision, Hit, Kind, Model, Name, On, Rule, Scope, Then};
use crate::number::Number;

/// A decision without its rules. A result takes the words of the scale.
pub(super) fn shell(gene: &Gene, on: On, levels: Option<usize>) -> Decision {
    let draw = &mut Draw::new(gene);
    draw.below(100);
    let values = levels.unwrap_or_else(|| 2 + draw.below(3));
    let hit = match draw.below(9) {
        0..=2 => Hit::First,
        3 => Hit::Worst,
        4 => Hit::Best,
        5 | 6 if levels.is_none() => Hit::Sum { start: Then::Number(Number::ZERO), clamp: None },
        7 => Hit::Table,
        _ => Hit::Unique,
    };
    let sum = matches!(hit, Hit::Sum { .. });
    let firm = draw.chance(if sum { 85 } else { 40 });
    let beside = levels.is_some() || !sum && draw.chance(30);
    let best_first = levels.is_none() && draw.chance(50);
    Decision { on, hit, values, beside, best_first, rules: Vec::new(), otherwise: None, inputs: Vec::new(), firm }
}

/// Whether a decision, as far as it is drawn, may have no value.
fn may_gap(model: &Model, name: Name) -> bool {
    matches!(name, Name::Decision(decision) if !model.decisions[decision].firm)
}

/// Draws the rules of a decision, which sees so many decisions before it.
pub(super) fn rules_of(model: &Model, before: usize, mut decision: Decision, gene: &Gene, rules: &[Gene]) -> Decision {
    let draw = &mut Draw::new(gene);
    for _ in 0..7 {
        draw.below(100);
    }
    let scope = match decision.on {
        On::Evidence => Scope::Evidence,
        On::Link => Scope::Link,
        On::Claim => Scope::Claim,
    };
    let mut names = model.plain_names(scope);
    if decision.on == On::Claim {
        names.extend((0..model.measures.len()).map(Name::Measure));
    }
    let earlier = (0..before).map(Name::Decision).filter(|name| model.visible(*name, scope));
    let readable = |name: &Name| match name {
        Name::Decision(other) => model.decisions[*other].firm || !decision.firm && !model.decisions[*other].is_sum(),
        _ => true,
    };
    names.extend(earlier.filter(readable));
    names.sort_by_key(|name| matches!(name, Name::Parameter(_) | Name::Kind | Name::Relation));
    let asking = Asking { model, names: &names, missing: true };
    match decision.hit.clone() {
        Hit::Sum { .. } => sum(model, &mut decision, draw, rules, &asking),
        Hit::Table => table(model, &mut decision, draw, rules, &asking),
        Hit::Unique => unique(model, &mut decision, draw, rules, &asking),
        _ => each(model, &mut decision, rules, &asking),
    }
    if !decision.is_sum() && (decision.firm || draw.chance(50)) {
        let literal = decision.clone();
        decision.otherwise = Some(then(model, &literal, draw, &names));
    }
    decision
}

/// What a rule gives.
fn then(model: &Model, decision: &Decision, draw: &mut Draw<'_>, names: &[Name]) -> Then {
    let words = decision.words();
    let ranked = matches!(decision.hit, Hit::Worst | Hit::Best);
    let fits = |name: &Name| {
        let typed = model.typed(*name);
        let inside = match &typed.kind {
            Kind::Words { words: given, .. } => {
                given.iter().all(|word| words.contains(word)) && !(ranked && given.contains(&BESIDE))
            }
            _ => false,
        };
        let known = typed.unknowns.is_empty() && !may_gap(model, *name);
        inside && (known || !decision.firm) && !matches!(name, Name::Parameter(_))
    };
    let taken: Vec<Name> = names.iter().copied().filter(fits).collect();
    if draw.chance(25)
        && let Some(name) = draw.maybe(&taken)
    {
        return Then::ValueOf(name);
    }
    // Values beside the order have no place among worse and better ones.
    Then::Word(draw.pick(if ranked { &words[..decision.values] } else { &words }))
}

fn sum(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let summand = |name: &Name| match name {
        Name::Decision(other) => model.decisions[*other].is_sum(),
        Name::Measure(_) => {
            let typed = model.typed(*name);
            let Name::Measure(measure) = name else { return false };
            typed.kind == Kind::Count
                && model.measures[*measure].clamp.is_some()
                && (typed.unknowns.is_empty() || !decision.firm)
        }
        _ => false,
    };
    let summands: Vec<Name> = asking.names.iter().copied().filter(summand).collect();
    let number = |draw: &mut Draw<'_>| match draw.maybe(&summands) {
        Some(name) if draw.chance(35) => Then::ValueOf(name),
        _ => Then::Number(Number::whole(draw.between(-1, 2))),
    };
    let start = number(draw);
    let clamp = draw.chance(40).then(|| {
        let least = draw.between(-1, 1);
        (least, least + draw.between(0, 3))
    });
    decision.hit = Hit::Sum { start, clamp };
    for gene in rules {
        let draw = &mut Draw::new(gene);
        let then = number(draw);
        decision.rules.push(Rule { when: asking.some(draw), then });
    }
}

fn first(model: &Model, decision: &mut Decision, rules: &[Gene], asking: &Asking<'_>) {
    decision.hit = Hit::First;
    each(model, decision, rules, asking);
}

fn each(model: &Model, decision: &mut Decision, rules: &[Gene], asking: &Asking<'_>) {
    for gene in rules {
        let draw = &mut Draw::new(gene);
        let then = then(model, decision, draw, asking.names);
        let when = if draw.chance(5) { Condition::always() } else { asking.some(draw) };
        decision.rules.push(Rule { when, then });
    }
}

/// Rules of which at most one holds: each wants another value of the same name.
fn unique(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let parts = asking.parting();
    let Some(name) = draw.maybe(&parts) else {
        return first(model, decision, rules, asking);
    };
    let values = asking.values(name);
    for (gene, value) in rules.iter().zip(&values) {
        let draw = &mut Draw::new(gene);
        let then = then(model, decision, draw, asking.names);
        let mut when = vec![asking.is(name, *value)];
        if draw.chance(40) {
            when.push(asking.test(draw));
        }
        decision.rules.push(Rule { when: Condition::All(when), then });
    }
}

fn table(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let parts = asking.parting();
    let Some(outer) = draw.maybe(&parts) else {
        return first(model, decision, rules, asking);
    };
    let second = if draw.chance(60) { draw.maybe(&parts).filter(|second| *second != outer) } else { None };
    let mut draws: Vec<Draw<'_>> = rules.iter().map(Draw::new).collect();
    let outcome = |draw: &mut Draw<'_>| Then::Word(draw.pick(&decision.words()));
    let mut cells = Vec::new();
    for (position, value) in asking.values(outer).into_iter().enumerate() {
        let count = draws.len();
        let draw = &mut draws[position % count];
        if draw.chance(15) {
            continue;
        }
        let here = asking.is(outer, value);
        match second {
            Some(second) if !draw.chance(20) => {
                for inner in asking.values(second) {
                    if !draw.chance(15) {
                        let when = Condition::All(vec![here.clone(), asking.is(second, inner)]);
                        cells.push(Rule { when, then: outcome(draw) });
                    }
                }
            }
            _ => {
                let when = Condition::All(vec![here]);
                cells.push(Rule { when, then: outcome(draw) });
            }
        }
    }
    if cells.is_empty() {
        return first(model, decision, rules, asking);
    }
    decision.inputs = std::iter::once(outer).chain(second).collect();
    decision.rules = cells;
}
