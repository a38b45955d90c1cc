//! Dead rules and dead values: what is written and never comes out.

use std::collections::BTreeSet;

use crate::check::world::World;
use crate::compile::decision::Outcome;
use crate::compile::diagram::{Diagram, TooLarge};
use crate::diagnostic::{Code, Diagnostic};
use crate::framework::{HitPolicy, Rule};

/// The rules of a decision that never answer. The cells of a table are no rules: a table is filled in whole.
pub(super) fn rules(world: &mut World<'_>, position: usize) -> Result<Vec<Diagnostic>, TooLarge> {
    let decision = world.decision(position);
    let count = decision.rules.len();
    let alive: BTreeSet<usize> = match decision.hit {
        HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. } => {
            let hits = world.level.decisions[position].hits.ok_or(TooLarge)?;
            let hits = world.expand(hits)?;
            world.comes_to(hits)?.into_iter().map(|hit| hit as usize).collect()
        }
        HitPolicy::Worst | HitPolicy::Best => winners(world, position)?,
        HitPolicy::Sum { .. } => {
            let mut alive = BTreeSet::from([count]);
            for rule in 0..count {
                let holds = world.expand(world.level.decisions[position].rules[rule].holds)?;
                if world.where_it_is(holds, 1)? != Diagram::FALSE {
                    alive.insert(rule);
                }
            }
            alive
        }
    };
    let mut found = Vec::new();
    if !matches!(decision.hit, HitPolicy::Table { .. }) {
        for (number, rule) in decision.rules.iter().enumerate().filter(|(number, _)| !alive.contains(number)) {
            found.push(dead(world, position, number, rule)?);
        }
    }
    if let Some(otherwise) = decision.otherwise.as_ref().filter(|_| !alive.contains(&count)) {
        let message =
            format!("the `otherwise` of `{}` is never reached: a rule answers for all that can occur", decision.name);
        let diagnostic = Diagnostic::warning(Code::DeadRule, message).at(&otherwise.span);
        let subject = format!("{}.otherwise", decision.name);
        found.push(diagnostic.about(&subject).help("take it out, or see which rule answers where it was meant to"));
    }
    Ok(found)
}

/// The rules that give the value that comes out somewhere, under a policy by which the worst or best wins.
fn winners(world: &mut World<'_>, position: usize) -> Result<BTreeSet<usize>, TooLarge> {
    let known = &world.level.decisions[position];
    let value = world.expand(known.value.ok_or(TooLarge)?)?;
    let mut alive = BTreeSet::new();
    let mut none = Diagram::TRUE;
    for (number, rule) in known.rules.iter().enumerate() {
        let holds = world.expand(rule.holds)?;
        let gives = match &rule.outcome {
            Outcome::SameAs(variable, cells) => {
                let given = world.chain.variable(world.level, *variable)?;
                world.chain.diagrams.map(given, &mut |cell| cells.get(cell as usize).copied().unwrap_or(cell))?
            }
            Outcome::Word(cell) => Diagram::leaf(*cell),
            Outcome::Number(_) | Outcome::NumberOf(..) => return Err(TooLarge),
        };
        let wins = world.chain.diagrams.apply(&[holds, gives, value], |parts| {
            let (holds, gives, value) = (parts[0].value()?, parts[1].value()?, parts[2].value()?);
            Some(if holds == 1 && gives == value { Diagram::TRUE } else { Diagram::FALSE })
        })?;
        if world.where_it_is(wins, 1)? != Diagram::FALSE {
            alive.insert(number);
        }
        let fails = world.chain.diagrams.map(holds, &mut |holds| u32::from(holds == 0))?;
        none = world.chain.diagrams.and(none, fails)?;
    }
    if world.where_it_is(none, 1)? != Diagram::FALSE {
        alive.insert(known.rules.len());
    }
    Ok(alive)
}

fn dead(world: &mut World<'_>, position: usize, number: usize, rule: &Rule) -> Result<Diagnostic, TooLarge> {
    let decision = world.decision(position);
    let rules = &world.level.decisions[position].rules;
    let holds = world.expand(rules[number].holds)?;
    let region = world.where_it_is(holds, 1)?;
    let subject = format!("{}.{}", decision.name, rule.id);
    if region == Diagram::FALSE {
        let message =
            format!("the rule `{}` of `{}` never holds: what it asks for cannot occur", rule.id, decision.name);
        let mut diagnostic =
            Diagnostic::warning(Code::DeadRule, message).label(&rule.span, format!("holds when {}", rule.when));
        let anywhere = world.chain.diagrams.map(holds, &mut |holds| u32::from(holds == 1))?;
        if anywhere != Diagram::FALSE {
            for assumption in &world.level.assumptions {
                let rules_out = world.chain.changed(world.level, assumption.holds, &|never| never)?;
                let both = world.chain.diagrams.map(rules_out, &mut |never| u32::from(never == 1))?;
                if world.chain.diagrams.and(both, anywhere)? == anywhere {
                    let known = &world.compiled.framework().assumptions[assumption.index];
                    diagnostic = diagnostic.label(&known.span, "an assumption rules it out");
                }
            }
        }
        return Ok(diagnostic.about(&subject).help("take the rule out, or mend its condition"));
    }
    let message = match decision.hit {
        HitPolicy::Worst | HitPolicy::Best => {
            format!("the rule `{}` of `{}` never decides: wherever it holds, another wins", rule.id, decision.name)
        }
        _ => format!(
            "the rule `{}` of `{}` never answers: wherever it holds, one before it does",
            rule.id, decision.name
        ),
    };
    let mut diagnostic =
        Diagnostic::warning(Code::DeadRule, message).label(&rule.span, format!("holds when {}", rule.when));
    if matches!(decision.hit, HitPolicy::First) {
        let mut left = region;
        for (earlier, known) in decision.rules.iter().zip(rules).take(number) {
            let other = world.expand(known.holds)?;
            let other = world.chain.diagrams.map(other, &mut |holds| u32::from(holds == 1))?;
            let outside = world.chain.diagrams.not(other)?;
            let rest = world.chain.diagrams.and(left, outside)?;
            if rest != left {
                diagnostic = diagnostic.label(&earlier.span, format!("`{}` comes first", earlier.id));
                left = rest;
            }
        }
    }
    Ok(diagnostic.about(&subject).help("take the rule out, or put it before those that shadow it"))
}

/// The values of a decision that nothing gives: no rule, and no judgement.
pub(super) fn values(world: &mut World<'_>, position: usize) -> Result<Option<Diagnostic>, TooLarge> {
    let decision = world.decision(position);
    if decision.can_be_judged() || matches!(decision.hit, HitPolicy::Sum { .. }) {
        return Ok(None);
    }
    let value = world.chain.values[position].ok_or(TooLarge)?;
    let given = world.comes_to(value)?;
    let dead = decision.all_values().enumerate().filter(|(cell, _)| !given.contains(&(*cell as u32)));
    let dead: Vec<String> = dead.map(|(_, word)| format!("`{word}`")).collect();
    if dead.is_empty() {
        return Ok(None);
    }
    let (what, is) = if dead.len() == 1 { ("value", "is") } else { ("values", "are") };
    let message = format!("the {what} {} of `{}` {is} never given", dead.join(", "), decision.name);
    let diagnostic = Diagnostic::warning(Code::DeadValue, message).at(&decision.span).about(decision.name.as_str());
    Ok(Some(diagnostic.help("take it out of the values, or add the rule that gives it")))
}
