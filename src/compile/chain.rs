//! Chains: decisions written out over facts and measures alone.
//!
//! A decision that reads other decisions is a small table, but two of the decisions it reads may
//! hang on the same fact. Written out over what is not decided, it tells exactly which values are
//! still possible when facts are missing, and what can be proved of the whole framework.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{CompiledDecision, GAP};
use super::diagram::{Diagram, Diagrams, HashMap, TooLarge, VariableId};
use super::legal::Legal;
use super::level::{Level, Step};

/// How many branches the diagrams of a chain may have together.
const LARGEST: usize = 1 << 19;
/// How many steps of work a chain may take.
const MOST_WORK: usize = 1 << 22;

/// The decisions of a level, written out.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) diagrams: Diagrams,
    /// For every decision of the level that was asked for its value: a cell of its output, for a
    /// sum a position in its totals, or [`GAP`].
    pub(crate) values: Vec<Option<Diagram>>,
    /// What can occur at all.
    pub(crate) legal: Legal,
    /// All parts of that together.
    pub(crate) whole: Diagram,
    /// For every decision the parts of that which bear on its value.
    pub(crate) bearing: Vec<Vec<Diagram>>,
}

impl Chain {
    /// Writes decisions of a level out, and those that they are made of. Those in `opaque` are
    /// taken as they are: somebody decided them, and nothing is asked of the rules.
    pub(crate) fn new(
        level: &Level,
        opaque: &BTreeSet<VariableId>,
        wanted: &BTreeSet<usize>,
    ) -> Result<Self, TooLarge> {
        let mut writer = Writer { level, diagrams: Diagrams::with_limits(LARGEST, MOST_WORK), cells: BTreeMap::new() };
        let mut values = vec![None; level.decisions.len()];
        let needed = needed(level, opaque, wanted);
        for step in &level.steps {
            let Step::Decision(position) = *step else { continue };
            let decision = &level.decisions[position];
            if needed.contains(&position) {
                values[position] = Some(writer.write(decision, opaque.contains(&decision.output))?);
            }
        }
        let mut holds = Vec::with_capacity(level.assumptions.len());
        for assumption in &level.assumptions {
            // Where it hangs on a decision for which no rule answers, nothing is contradicted.
            let never = writer.expand(assumption.holds)?;
            holds.push(writer.diagrams.map(never, &mut |value| u32::from(value != 1))?);
        }
        let legal = Legal::new(&mut writer.diagrams, holds)?;
        let whole = legal.whole(&mut writer.diagrams)?;
        let bearing = values.iter().map(|value| {
            let reads = value.map(|value| writer.diagrams.variables(value)).unwrap_or_default();
            legal.bearing_on(&reads)
        });
        let bearing = bearing.collect();
        Ok(Self { diagrams: writer.diagrams, values, legal, whole, bearing })
    }

    /// A condition of the level, written out: 0 false, 1 true, [`GAP`] where it hangs on a
    /// decision for which no rule answers.
    pub(crate) fn condition(&mut self, level: &Level, condition: Diagram) -> Result<Diagram, TooLarge> {
        self.changed(level, condition, &|value| value)
    }

    /// A diagram of the level with its values changed, written out; [`GAP`] where it hangs on a decision for
    /// which no rule answers.
    pub(crate) fn changed(
        &mut self,
        level: &Level,
        diagram: Diagram,
        change: &dyn Fn(u32) -> u32,
    ) -> Result<Diagram, TooLarge> {
        let mut writer = Writer { level, diagrams: std::mem::take(&mut self.diagrams), cells: BTreeMap::new() };
        let result = self.cells_of_decisions(level, &mut writer);
        let result = result.and_then(|()| writer.expand_memo(diagram, change, &mut HashMap::default()));
        self.diagrams = writer.diagrams;
        result
    }

    /// A variable of the level, written out: its cell, or [`GAP`].
    pub(crate) fn variable(&mut self, level: &Level, variable: VariableId) -> Result<Diagram, TooLarge> {
        let cells = level.space.get(variable).domain.cells();
        match level.decisions.iter().position(|decision| decision.output == variable) {
            None => self.diagrams.identity(variable, cells),
            Some(position) => {
                let decision = &level.decisions[position];
                cells_of(&mut self.diagrams, level, decision, self.values[position].ok_or(TooLarge)?)
            }
        }
    }

    fn cells_of_decisions(&mut self, level: &Level, writer: &mut Writer<'_>) -> Result<(), TooLarge> {
        for (decision, value) in level.decisions.iter().zip(&self.values) {
            if let Some(value) = value {
                let cells = cells_of(&mut writer.diagrams, level, decision, *value)?;
                writer.cells.insert(decision.output, cells);
            }
        }
        Ok(())
    }
}

/// Decisions with all that they are made of; what the level's assumptions ask of is always needed.
fn needed(level: &Level, opaque: &BTreeSet<VariableId>, wanted: &BTreeSet<usize>) -> BTreeSet<usize> {
    let decided: BTreeMap<VariableId, usize> =
        level.decisions.iter().enumerate().map(|(position, decision)| (decision.output, position)).collect();
    let read =
        |diagram: Diagram| level.diagrams.variables(diagram).into_iter().filter_map(|id| decided.get(&id).copied());
    let mut needed = BTreeSet::new();
    let assumed = level.legal.parts.iter().flat_map(|part| read(part.holds));
    let mut waiting: Vec<usize> = wanted.iter().copied().chain(assumed).collect();
    while let Some(position) = waiting.pop() {
        let decision = &level.decisions[position];
        if needed.insert(position) && !opaque.contains(&decision.output) {
            waiting.extend(decision.value.into_iter().flat_map(read));
        }
    }
    needed
}

/// The value of a decision as a cell of its variable.
fn cells_of(
    diagrams: &mut Diagrams,
    level: &Level,
    decision: &CompiledDecision,
    value: Diagram,
) -> Result<Diagram, TooLarge> {
    if decision.totals.is_empty() {
        return Ok(value);
    }
    let domain = &level.space.get(decision.output).domain;
    diagrams.map(value, &mut |value| {
        let total = decision.totals.get(value as usize);
        total.and_then(|total| domain.number_cell(*total)).map_or(GAP, u32::from)
    })
}

struct Writer<'w> {
    level: &'w Level,
    diagrams: Diagrams,
    /// For every decision that was written out, its value as a cell of its variable.
    cells: BTreeMap<VariableId, Diagram>,
}

impl Writer<'_> {
    fn write(&mut self, decision: &CompiledDecision, opaque: bool) -> Result<Diagram, TooLarge> {
        if opaque {
            // Its variable is left in place.
            let cells = self.level.space.get(decision.output).domain.cells();
            return self.diagrams.identity(decision.output, cells);
        }
        let value = self.expand(decision.value.ok_or(TooLarge)?)?;
        let cells = cells_of(&mut self.diagrams, self.level, decision, value)?;
        self.cells.insert(decision.output, cells);
        Ok(value)
    }

    /// A diagram over variables of the level with decisions written out.
    fn expand(&mut self, diagram: Diagram) -> Result<Diagram, TooLarge> {
        self.expand_memo(diagram, &|value| value, &mut HashMap::default())
    }

    fn expand_memo(
        &mut self,
        diagram: Diagram,
        change: &dyn Fn(u32) -> u32,
        memo: &mut HashMap<Diagram, Diagram>,
    ) -> Result<Diagram, TooLarge> {
        let Some((variable, children)) = self.level.diagrams.branch(diagram) else {
            return Ok(diagram.value().map_or(diagram, |value| Diagram::leaf(change(value))));
        };
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let mut cases = Vec::with_capacity(children.len() + 1);
        for child in children {
            cases.push(self.expand_memo(*child, change, memo)?);
        }
        let selector = match self.cells.get(&variable) {
            Some(cells) => *cells,
            None => self.diagrams.identity(variable, children.len())?,
        };
        // Where no rule answers, the value is told only if every value would give the same.
        let agreed = self.agreed(&cases)?;
        cases.push(agreed);
        let result = self.diagrams.select(selector, &cases)?;
        memo.insert(diagram, result);
        Ok(result)
    }

    fn agreed(&mut self, cases: &[Diagram]) -> Result<Diagram, TooLarge> {
        self.diagrams.apply(&cases.to_vec(), |parts| {
            let (first, rest) = parts.split_first()?;
            if rest.iter().all(|part| part == first) {
                return Some(*first);
            }
            parts.iter().all(|part| part.value().is_some()).then_some(Diagram::leaf(GAP))
        })
    }
}
