//! What a decision is asked: the values of all that it reads, as far as they can occur together.

use std::collections::BTreeSet;

use super::world::World;
use crate::compile::diagram::{Carried, Diagram, Diagrams, HashMap, TooLarge, VariableId};

/// How many branches a region of inputs may have, and how many steps of work may be spent on it.
const LARGEST: usize = 1 << 16;

/// The inputs of a decision: a store of its own, over the variables of the level.
pub(crate) struct Inputs {
    pub(crate) diagrams: Diagrams,
    /// The combinations of inputs that can occur.
    pub(crate) occur: Diagram,
}

impl Inputs {
    /// The inputs that a diagram of the level reads.
    ///
    /// # Errors
    ///
    /// It takes more work than is allowed.
    pub(crate) fn of(world: &mut World<'_>, read: &BTreeSet<VariableId>) -> Result<Self, TooLarge> {
        let order: Vec<VariableId> = read.iter().copied().collect();
        let mut written = Vec::with_capacity(order.len());
        for variable in &order {
            written.push(world.chain.variable(world.level, *variable)?);
        }
        // What is read from each input on.
        let mut later: Vec<BTreeSet<VariableId>> = vec![BTreeSet::new()];
        for diagram in written.iter().rev() {
            let mut with = world.chain.diagrams.variables(*diagram);
            with.extend(later.last().into_iter().flatten());
            later.push(with);
        }
        later.reverse();
        let occurs = world.occurs;
        let mut image = Image {
            world,
            order,
            written,
            later,
            into: Diagrams::with_limits(LARGEST, LARGEST),
            known: HashMap::default(),
        };
        let start = image.narrow(occurs, 0)?;
        let occur = image.from(0, start)?;
        let mut diagrams = image.into;
        diagrams.allow_work(LARGEST * 8);
        Ok(Self { diagrams, occur })
    }

    /// A diagram of the level over the same inputs.
    pub(crate) fn carry(&mut self, world: &World<'_>, diagram: Diagram) -> Result<Diagram, TooLarge> {
        let cells: Vec<Vec<u16>> = world.level.space.iter().map(|(_, variable)| all(variable.domain.cells())).collect();
        self.diagrams.carry(&world.level.diagrams, diagram, &|variable| Carried::To(variable, &cells[variable.index()]))
    }
}

fn all(cells: usize) -> Vec<u16> {
    (0..cells).filter_map(|cell| u16::try_from(cell).ok()).collect()
}

struct Image<'i, 'c> {
    world: &'i mut World<'c>,
    order: Vec<VariableId>,
    /// Every input written out.
    written: Vec<Diagram>,
    /// What this input and those after it are written out over.
    later: Vec<BTreeSet<VariableId>>,
    into: Diagrams,
    known: HashMap<(usize, Diagram), Diagram>,
}

impl Image<'_, '_> {
    /// What is left to say of a region once only the inputs from a position on matter.
    fn narrow(&mut self, region: Diagram, position: usize) -> Result<Diagram, TooLarge> {
        let Self { world, later, .. } = self;
        world.chain.diagrams.exists(region, &|variable| !later[position].contains(&variable))
    }

    /// The inputs from a position on that can occur where a region holds.
    fn from(&mut self, position: usize, region: Diagram) -> Result<Diagram, TooLarge> {
        if region == Diagram::FALSE || position == self.order.len() {
            return Ok(region);
        }
        if let Some(known) = self.known.get(&(position, region)) {
            return Ok(*known);
        }
        let (variable, written) = (self.order[position], self.written[position]);
        let cells = self.world.level.space.get(variable).domain.cells();
        let mut children = Vec::with_capacity(cells);
        for cell in 0..cells as u32 {
            let here = self.world.chain.diagrams.map(written, &mut |value| u32::from(value == cell))?;
            let here = self.world.chain.diagrams.and(here, region)?;
            let here = self.narrow(here, position + 1)?;
            children.push(self.from(position + 1, here)?);
        }
        let result = self.into.test(variable, &children)?;
        self.known.insert((position, region), result);
        Ok(result)
    }
}
