//! Whether two frameworks count the same: what measures are made of, and what they and the scope ask.

use std::collections::BTreeSet;

use super::joint::{Joint, Side};
use super::{Difference, MOST_WORK, both_judged, told_boxes};
use crate::compile::diagram::{Diagram, TooLarge, VariableId};
use crate::compile::space::Domain;
use crate::compile::{AskedOfItems, Compiled};
use crate::document::shape::Subject;
use crate::framework::{Accept, Argument, Derived, Measure, Operand, Over};

/// Tells what is counted, derived, or left alone otherwise.
pub(super) fn compare(old: &Compiled, new: &Compiled, found: &mut Difference) {
    let (one, other) = (old.framework(), new.framework());
    for measure in &one.measures {
        let Some(same) = other.measures.iter().find(|known| known.name == measure.name) else { continue };
        if told(old, measure) != told(new, same) {
            found.otherwise.push(format!("the measure `{}` is made otherwise", measure.name));
        }
    }
    for derived in &one.derived {
        let Some(same) = other.derived.iter().find(|known| known.name == derived.name) else { continue };
        if derived.function.name != same.function.name || arguments(old, derived) != arguments(new, same) {
            found.otherwise.push(format!("`{}` is derived otherwise", derived.name));
        }
    }
    if (!one.scope.is_empty() || !other.scope.is_empty()) && !same_scope(old, new, found).unwrap_or(false) {
        found.not_decided.push("whether both leave the same claims alone".to_owned());
    }
    for judged in [false, true] {
        if items(old, new, judged, found).is_err() {
            let how = if judged { "as people may judge" } else { "by the rules" };
            found.not_decided.push(format!("whether both count the same items {how}"));
        }
    }
}

/// What a measure does with what it is given, and what it asks of child claims, with the parameters filled in.
fn told(compiled: &Compiled, measure: &Measure) -> (&'static str, Option<String>, String, Vec<String>) {
    let mut conditions = Vec::new();
    if measure.over == Over::Claims {
        for condition in measure.conditions() {
            conditions.push(condition.to_string());
            for test in condition.tests() {
                let operands = test.accepts.iter().flat_map(Accept::operands);
                let named = operands.filter_map(Operand::parameter).chain([&test.name]);
                conditions.extend(named.filter_map(|name| compiled.parameters().get(name)).map(ToString::to_string));
            }
        }
    }
    let how = format!("{:?} {:?} {}", measure.over, measure.clamp, measure.skip_not_reported);
    (measure.aggregate.word(), measure.aggregate.of().map(ToString::to_string), how, conditions)
}

fn arguments(compiled: &Compiled, derived: &Derived) -> Vec<String> {
    let shown = |argument: &Argument| match argument {
        Argument::Name(name) => match compiled.parameters().get(name) {
            Some(value) => value.to_string(),
            None => name.to_string(),
        },
        Argument::Number(number) => number.to_string(),
    };
    derived.arguments.iter().flatten().map(shown).collect()
}

/// Whether both leave the same claims alone; tells which they do not, where that can be seen.
fn same_scope(old: &Compiled, new: &Compiled, found: &mut Difference) -> Result<bool, TooLarge> {
    let read = |compiled: &Compiled| -> BTreeSet<VariableId> {
        compiled.scope.iter().flat_map(|(_, holds)| compiled.claims.diagrams.variables(*holds)).collect()
    };
    let decided = |compiled: &Compiled| read(compiled).into_iter().any(|id| compiled.claims.position_of(id).is_some());
    if decided(old) || decided(new) {
        return Ok(false);
    }
    let (old_read, new_read) = (read(old), read(new));
    let mut joint = Joint::new([&old.claims.space, &new.claims.space], [&old_read, &new_read], MOST_WORK)?;
    let mut left = [Diagram::FALSE; 2];
    for (side, compiled) in [(Side::Old, old), (Side::New, new)] {
        for (_, holds) in &compiled.scope {
            let holds = joint.carry(side, &compiled.claims.diagrams, *holds)?;
            left[side as usize] = joint.diagrams.or(left[side as usize], holds)?;
        }
    }
    for (side, id) in [(0, found.old.clone()), (1, found.new.clone())] {
        let graded = joint.diagrams.not(left[1 - side])?;
        let only = joint.diagrams.and(left[side], graded)?;
        if only != Diagram::FALSE {
            let told = told_boxes(&mut joint, only, Diagram::TRUE)?;
            found.otherwise.push(format!("only `{id}` leaves claims alone with {}", told.sentence()));
        }
    }
    Ok(true)
}

/// Holds what the measures ask of items against each other.
fn items(old: &Compiled, new: &Compiled, judged: bool, found: &mut Difference) -> Result<(), TooLarge> {
    let opaque = if judged { both_judged(old, new, Subject::Link, &[]) } else { [BTreeSet::new(), BTreeSet::new()] };
    if judged && opaque[0].is_empty() {
        return Ok(());
    }
    let one = old.write_contributions(&opaque[0]).ok_or(TooLarge)?;
    let other = new.write_contributions(&opaque[1]).ok_or(TooLarge)?;
    let name = |compiled: &Compiled, asked: &AskedOfItems| {
        compiled.framework().measures[compiled.measures[asked.measure].index].name.clone()
    };
    for asked in &one.asked {
        let measure = name(old, asked);
        let Some(same) = other.asked.iter().find(|known| name(new, known) == measure) else { continue };
        let parts =
            [[asked.filter, asked.prefer, asked.holds, asked.of], [same.filter, same.prefer, same.holds, same.of]];
        let read = |diagrams: &crate::compile::diagram::Diagrams, parts: [Diagram; 4]| -> BTreeSet<VariableId> {
            parts.into_iter().flat_map(|part| diagrams.variables(part)).collect()
        };
        let (old_read, new_read) = (read(&one.chain.diagrams, parts[0]), read(&other.chain.diagrams, parts[1]));
        let mut joint = Joint::new([&old.items.space, &new.items.space], [&old_read, &new_read], MOST_WORK)?;
        let told = [joint.can_be_told(Side::Old)?, joint.can_be_told(Side::New)?];
        let told = joint.diagrams.and(told[0], told[1])?;
        for (position, (before, after)) in parts[0].into_iter().zip(parts[1]).enumerate() {
            let mut before = joint.carry(Side::Old, &one.chain.diagrams, before)?;
            let mut after = joint.carry(Side::New, &other.chain.diagrams, after)?;
            if position == 3 {
                let of = [of(old, asked), of(new, same)];
                // A fact is what it is; what was decided is compared by its words.
                if of.iter().flatten().all(|(_, is_fact)| *is_fact) {
                    continue;
                }
                let mut words = Vec::new();
                before = by_word(&mut joint, before, of[0], &mut words)?;
                after = by_word(&mut joint, after, of[1], &mut words)?;
            }
            let differs = joint.diagrams.apply(&[told, before, after], |parts| {
                if parts[0] == Diagram::FALSE || parts[1] == parts[2] {
                    return Some(Diagram::FALSE);
                }
                parts.iter().all(|part| part.value().is_some()).then_some(Diagram::TRUE)
            })?;
            if differs != Diagram::FALSE {
                let told = told_boxes(&mut joint, differs, told)?;
                found.otherwise.push(format!("`{measure}` takes items otherwise when {}", told.sentence()));
                break;
            }
        }
    }
    Ok(())
}

/// What a measure is made of: its domain, and whether it is a fact.
fn of<'c>(compiled: &'c Compiled, asked: &AskedOfItems) -> Option<(&'c Domain, bool)> {
    let (variable, _) = compiled.measures[asked.measure].of?;
    let computed = compiled.items.position_of(variable).is_some() || compiled.items.is_derived(variable);
    Some((&compiled.items.space.get(variable).domain, !computed))
}

/// A diagram of cells with each cell told by its word.
fn by_word(
    joint: &mut Joint,
    cells: Diagram,
    of: Option<(&Domain, bool)>,
    words: &mut Vec<String>,
) -> Result<Diagram, TooLarge> {
    let Some((domain, _)) = of else { return Ok(cells) };
    joint.diagrams.map(cells, &mut |cell| {
        let word = u16::try_from(cell).map_or_else(|_| String::new(), |cell| domain.shown(cell));
        let known = words.iter().position(|known| *known == word).unwrap_or_else(|| {
            words.push(word);
            words.len() - 1
        });
        known as u32
    })
}
