//! What can be so: the decisions of a level written out over what can be known, with where that can
//! occur.
//!
//! What is proved of rules is proved in a world. In the world *by rules* nobody has judged anything; in the
//! *judged* world every decision that people may judge can have any value that they may give it, so it
//! holds all that a case can come to. In both, facts, measures and derived values can be whatever their types
//! and ranges allow, save where an assumption says that it cannot be.

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::FactBox;
use super::shown::shown_box;
use crate::compile::Compiled;
use crate::compile::chain::Chain;
use crate::compile::decision::GAP;
use crate::compile::diagram::{Diagram, TooLarge, VariableId};
use crate::compile::level::Level;
use crate::compile::space::Role;
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::framework::{Decision, JudgementPolicy};
use crate::value::Unknown;

/// The leaf of what cannot occur.
const NOWHERE: u32 = GAP - 2;
/// How many steps of work the checks of a world may take beside writing it out.
pub(crate) const MOST_WORK: usize = 1 << 23;

/// The decisions of a level written out, and where that can occur.
pub(crate) struct World<'c> {
    pub(crate) compiled: &'c Compiled,
    pub(crate) on: Subject,
    pub(crate) level: &'c Level,
    pub(crate) chain: Chain,
    /// Where the facts, and what people judged, can occur together.
    pub(crate) occurs: Diagram,
    /// The decisions that have their own values here.
    pub(crate) judged: BTreeSet<VariableId>,
}

impl<'c> World<'c> {
    /// Writes out the decisions of a level at these positions, with those that they are made of; those that
    /// are judged have whatever value they may be given.
    ///
    /// # Errors
    ///
    /// It takes more work than is allowed.
    pub(crate) fn new(
        compiled: &'c Compiled,
        on: Subject,
        judged: BTreeSet<VariableId>,
        wanted: &BTreeSet<usize>,
    ) -> Result<Self, TooLarge> {
        let level = compiled.level(on);
        let mut chain = Chain::new(level, &judged, wanted)?;
        chain.diagrams.allow_work(MOST_WORK);
        let occurs = chain.whole;
        let mut world = Self { compiled, on, level, chain, occurs, judged };
        world.stay_coherent()?;
        world.stay_within(wanted)?;
        Ok(world)
    }

    /// What is asked whether it is missing has a variable more, which is the value where it is not
    /// missing.
    fn stay_coherent(&mut self) -> Result<(), TooLarge> {
        let index = Index::new(self.compiled.framework());
        let scope = Scope::of(self.on);
        for (closed, variable) in self.level.space.iter().filter(|(_, variable)| variable.role == Role::Closed) {
            let Some(open) = self.level.space.value_of(variable.name.as_str()) else { continue };
            let always = match index.get(scope, variable.name.as_str()) {
                // With a default nothing is missing.
                Some(Named::Fact(fact)) => fact.default.is_some(),
                // What was written out is no variable any more.
                Some(Named::Decision(_)) => continue,
                _ => false,
            };
            let missing = variable.domain.unknown_cell(Unknown::Missing);
            let cells = self.level.space.get(open).domain.cells();
            let diagrams = &mut self.chain.diagrams;
            let mut cases = Vec::with_capacity(cells + 1);
            for cell in 0..variable.domain.cells() {
                let is_missing = missing.is_some_and(|missing| usize::from(missing) == cell);
                cases.push(if is_missing {
                    if always { Diagram::FALSE } else { Diagram::TRUE }
                } else {
                    let mut same = fixedbitset::FixedBitSet::with_capacity(cells);
                    same.set(cell.min(cells.saturating_sub(1)), true);
                    diagrams.within(open, &same)?
                });
            }
            let coherent = diagrams.split(closed, &cases)?;
            self.occurs = self.chain.diagrams.and(coherent, self.occurs)?;
        }
        Ok(())
    }

    /// A judgement may be bound to some steps from what the rules give.
    fn stay_within(&mut self, wanted: &BTreeSet<usize>) -> Result<(), TooLarge> {
        for position in 0..self.level.decisions.len() {
            let known = &self.level.decisions[position];
            let decision = decision(self.compiled, known.index);
            let JudgementPolicy::Allowed { within: Some(within) } = decision.judgement else { continue };
            let needed = wanted.contains(&position) || self.chain.values[position].is_some();
            if !needed || !self.judged.contains(&known.output) {
                continue;
            }
            let ranked = decision.values.len();
            let given = self.expand(known.value.ok_or(TooLarge)?)?;
            let decided =
                self.chain.diagrams.identity(known.output, self.level.space.get(known.output).domain.cells())?;
            let near = self.chain.diagrams.apply(&[given, decided], |[given, decided]| {
                let (given, decided) = (given.value()?, decided.value()?);
                let near = match (given, decided) {
                    (GAP, _) => true,
                    _ if (given as usize) < ranked && (decided as usize) < ranked => given.abs_diff(decided) <= within,
                    _ => given == decided,
                };
                Some(if near { Diagram::TRUE } else { Diagram::FALSE })
            })?;
            self.occurs = self.chain.diagrams.and(near, self.occurs)?;
        }
        Ok(())
    }

    /// Facts as people read them.
    pub(crate) fn shown_facts(&self, way: &BTreeMap<VariableId, u16>) -> String {
        let sides = way.iter().map(|(variable, cell)| (*variable, vec![*cell])).collect();
        shown_box(&self.level.space, &FactBox { sides })
    }

    /// A diagram of the level, written out: its value, or [`GAP`] where it hangs on a decision for which no
    /// rule answers.
    pub(crate) fn expand(&mut self, diagram: Diagram) -> Result<Diagram, TooLarge> {
        self.chain.condition(self.level, diagram)
    }

    /// The values that a diagram can come to; what comes out where it cannot occur is left out.
    pub(crate) fn comes_to(&mut self, diagram: Diagram) -> Result<BTreeSet<u32>, TooLarge> {
        let occurs = self.occurs;
        let nowhere = Diagram::leaf(NOWHERE);
        let there = self.chain.diagrams.choose(occurs, diagram, nowhere)?;
        let mut values = self.chain.diagrams.values(there);
        values.remove(&NOWHERE);
        Ok(values)
    }

    /// Where a diagram has a value, as far as it can occur.
    pub(crate) fn where_it_is(&mut self, diagram: Diagram, value: u32) -> Result<Diagram, TooLarge> {
        let there = self.chain.diagrams.map(diagram, &mut |known| u32::from(known == value))?;
        self.chain.diagrams.and(there, self.occurs)
    }

    /// A value of the decision at a position, as people read it.
    pub(crate) fn shown_value(&self, position: usize, value: u32) -> String {
        self.level.shown_value(position, value)
    }

    /// The decision at a position of the level.
    pub(crate) fn decision(&self, position: usize) -> &'c Decision {
        decision(self.compiled, self.level.decisions[position].index)
    }
}

/// The decisions of a level that people may judge.
pub(crate) fn judgeable(compiled: &Compiled, on: Subject) -> BTreeSet<VariableId> {
    let decisions = compiled.level(on).decisions.iter();
    decisions.filter(|known| decision(compiled, known.index).can_be_judged()).map(|known| known.output).collect()
}

fn decision(compiled: &Compiled, index: usize) -> &Decision {
    &compiled.framework().decisions[index]
}
