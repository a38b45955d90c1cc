//! What matters to the result: all on which it hangs, near and far.

use std::collections::BTreeSet;

use super::Compiled;
use super::decision::Outcome;
use super::diagram::VariableId;
use super::level::{Level, Step};
use crate::document::shape::Subject;

/// The variables of a level on which the result hangs, or one of some others.
pub(crate) fn wanted(
    compiled: &Compiled,
    on: Subject,
    others: impl Iterator<Item = VariableId>,
) -> BTreeSet<VariableId> {
    let level = compiled.level(on);
    let decision = compiled.framework().result_decision();
    let result = decision.and_then(|decision| compiled.position(on, &decision.name));
    let mut waiting: Vec<VariableId> = others.collect();
    waiting.extend(result.map(|position| level.decisions[position].output));
    if on == Subject::Claim {
        waiting.extend(compiled.scope.iter().flat_map(|(formula, _)| formula.variables()));
    }
    waiting.extend(level.assumptions.iter().flat_map(|assumption| assumption.never.variables()));
    let mut wanted = BTreeSet::new();
    while let Some(variable) = waiting.pop() {
        if !wanted.insert(variable) {
            continue;
        }
        // Whether it is missing is told of the same name.
        waiting.extend(level.space.value_of(level.space.get(variable).name.as_str()));
        for (step, reads) in level.steps.iter().zip(level.reads()) {
            let output = match step {
                Step::Derived(position) => level.derived[*position].output,
                Step::Decision(position) => level.decisions[*position].output,
            };
            if output == variable {
                waiting.extend(reads);
                waiting.extend(taken(level, *step));
            }
        }
    }
    wanted
}

/// What a decision takes its value from, and what its rules ask.
fn taken(level: &Level, step: Step) -> Vec<VariableId> {
    let Step::Decision(position) = step else { return Vec::new() };
    let decision = &level.decisions[position];
    let asked = decision.rules.iter().flat_map(|rule| rule.formula.variables());
    asked.chain(decision.outcomes().filter_map(Outcome::variable)).collect()
}
