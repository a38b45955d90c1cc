//! Steps that change which questions arise.
//!
//! An answer that gets better may close a question (`asked-when`), or open one. What is asked before the step
//! and after it has the same answer in both; a question that is asked in one of them alone may have any answer
//! there, or none yet, for the other says nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::{Apart, Ranks};
use crate::check::world::World;
use crate::compile::diagram::{Diagram, Diagrams, TooLarge, VariableId};
use crate::compile::level::Level;
use crate::framework::Framework;
use crate::name::Name;
use crate::value::Unknown;

/// A fact that is asked only sometimes.
pub(super) struct Question {
    variable: VariableId,
    cells: u16,
    /// The cell of *not applicable*: it is not asked.
    not_asked: u16,
}

/// The facts of a level that are asked or not by what a name says, at whatever remove.
pub(super) fn opened_by(framework: &Framework, level: &Level, name: &Name) -> Vec<Question> {
    let mut opened: BTreeSet<&Name> = BTreeSet::new();
    let mut next = vec![name];
    while let Some(name) = next.pop() {
        for assumption in &framework.assumptions {
            let Some(fact) = assumption.asked_of.as_ref().filter(|fact| *fact != name) else { continue };
            if assumption.never.tests().iter().any(|test| test.name == *name) && opened.insert(fact) {
                next.push(fact);
            }
        }
    }
    let questions = level.space.iter().filter(|(_, variable)| opened.contains(&variable.name));
    questions
        .filter_map(|(id, variable)| {
            let not_asked = variable.domain.unknown_cell(Unknown::NotApplicable)?;
            let cells = u16::try_from(variable.domain.cells()).ok()?;
            Some(Question { variable: id, cells, not_asked })
        })
        .collect()
}

impl Question {
    /// What can be so of the question in the other body, where this is so in the one.
    fn beside(&self, cell: Option<u16>) -> FixedBitSet {
        let mut cells = FixedBitSet::with_capacity(usize::from(self.cells));
        match cell {
            Some(cell) if cell != self.not_asked => {
                cells.insert(usize::from(cell));
                cells.insert(usize::from(self.not_asked));
            }
            _ => cells.insert_range(..),
        }
        cells
    }
}

/// Whether some step lowers a decision. All steps are looked at in one go, which is much less work than one by one.
pub(super) fn ever_lowered(
    world: &mut World<'_>,
    (value, occurs): (Diagram, Diagram),
    ranks: &Ranks,
    places: &[VariableId],
    steps: &[(u16, u16)],
    questions: &[Question],
) -> Result<bool, TooLarge> {
    let space = &world.level.space;
    let diagrams = &mut world.chain.diagrams;
    let mut by_end: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for (from, to) in steps {
        by_end.entry(*to).or_default().push(*from);
    }
    for least in 1..ranks.count {
        let (before, after) = sides(diagrams, (value, occurs), ranks, least)?;
        let mut stepped = Diagram::FALSE;
        for (to, from) in &by_end {
            let mut here = Diagram::FALSE;
            for from in from {
                let before = diagrams.fix(before, &|known| places.contains(&known).then_some(*from))?;
                here = diagrams.or(here, before)?;
            }
            for place in places {
                let mut cells = FixedBitSet::with_capacity(space.get(*place).domain.cells());
                cells.set(usize::from(*to), true);
                let there = diagrams.within(*place, &cells)?;
                here = diagrams.and(there, here)?;
            }
            stepped = diagrams.or(stepped, here)?;
        }
        let reached = reached(diagrams, stepped, questions)?;
        if diagrams.and(reached, after)? != Diagram::FALSE {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Two bodies, of which the one after a step for the better comes out lower, as far as both can occur.
pub(super) fn lowered(
    world: &mut World<'_>,
    (value, occurs): (Diagram, Diagram),
    ranks: &Ranks,
    (from, to): (BTreeMap<VariableId, u16>, BTreeMap<VariableId, u16>),
    questions: &[Question],
) -> Result<Option<Apart>, TooLarge> {
    let diagrams = &mut world.chain.diagrams;
    for least in 1..ranks.count {
        let (before, after) = sides(diagrams, (value, occurs), ranks, least)?;
        let before = diagrams.fix(before, &|variable| from.get(&variable).copied())?;
        let after = diagrams.fix(after, &|variable| to.get(&variable).copied())?;
        let reached = reached(diagrams, before, questions)?;
        let after = diagrams.and(reached, after)?;
        let Some(after) = diagrams.shortest_way(after, Diagram::TRUE) else { continue };
        let is_question = |variable: VariableId| questions.iter().any(|question| question.variable == variable);
        let mut beside = diagrams.fix(before, &|known| after.get(&known).copied().filter(|_| !is_question(known)))?;
        for question in questions {
            let near = diagrams.within(question.variable, &question.beside(after.get(&question.variable).copied()))?;
            beside = diagrams.and(beside, near)?;
        }
        let Some(before) = diagrams.shortest_way(beside, Diagram::TRUE) else { continue };
        // What only one of the two hangs on is in the other as it is there.
        let mut apart = Apart { worse: from, better: to, both: BTreeMap::new() };
        for variable in before.keys().chain(after.keys()) {
            match (before.get(variable), after.get(variable)) {
                (Some(worse), Some(better)) if worse != better => {
                    apart.worse.insert(*variable, *worse);
                    apart.better.insert(*variable, *better);
                }
                (Some(cell), _) | (None, Some(cell)) => {
                    apart.both.insert(*variable, *cell);
                }
                (None, None) => {}
            }
        }
        return Ok(Some(apart));
    }
    Ok(None)
}

/// Where a value has at least a rank, and where it has a lower one.
fn sides(
    diagrams: &mut Diagrams,
    (value, occurs): (Diagram, Diagram),
    ranks: &Ranks,
    least: u32,
) -> Result<(Diagram, Diagram), TooLarge> {
    let mut side = |high: bool| {
        let there = |value: u32| ranks.rank(value).is_some_and(|rank| (rank >= least) == high);
        let there = diagrams.map(value, &mut |value| u32::from(there(value)))?;
        diagrams.and(there, occurs)
    };
    Ok((side(true)?, side(false)?))
}

/// Where something is true, or would be with questions answered that are not asked, or not asked that are.
fn reached(diagrams: &mut Diagrams, mut here: Diagram, questions: &[Question]) -> Result<Diagram, TooLarge> {
    for question in questions {
        let variable = question.variable;
        let not_asked = diagrams.fix(here, &|known| (known == variable).then_some(question.not_asked))?;
        let whatever = diagrams.exists(here, &|known| known == variable)?;
        let asked = diagrams.or(here, not_asked)?;
        let cases: Vec<Diagram> =
            (0..question.cells).map(|cell| if cell == question.not_asked { whatever } else { asked }).collect();
        here = diagrams.split(variable, &cases)?;
    }
    Ok(here)
}
