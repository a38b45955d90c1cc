//! Boxes: a region of facts as people can read it.
//!
//! A box says of some variables in which cells they are, and nothing of the others. A region is told by the
//! fewest boxes that cover it; among as few, by those that mention the fewest variables. A box may also
//! cover what cannot occur, if that makes it simpler. (Two-level minimisation of multiple-valued
//! functions: Rudell and Sangiovanni-Vincentelli 1987; prime boxes are found on the diagram, as in
//! Coudert and Madre 1992.)

mod choose;
mod prime;

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use self::choose::choose;
use self::prime::Primes;
use crate::compile::diagram::{Diagram, Diagrams, TooLarge, VariableId};

/// For some variables the cells that they can be in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FactBox {
    pub(crate) sides: BTreeMap<VariableId, Side>,
}

/// The cells that a variable can be in.
pub(crate) type Side = Vec<u16>;

impl FactBox {
    /// The diagram that is true in it.
    pub(crate) fn diagram(&self, diagrams: &mut Diagrams, cells: &CellCount<'_>) -> Result<Diagram, TooLarge> {
        let mut inside = Diagram::TRUE;
        for (variable, side) in self.sides.iter().rev() {
            let mut bits = FixedBitSet::with_capacity(cells(*variable));
            side.iter().for_each(|cell| bits.insert(usize::from(*cell)));
            let side = diagrams.within(*variable, &bits)?;
            inside = diagrams.and(side, inside)?;
        }
        Ok(inside)
    }
}

/// How many cells a variable has.
pub(crate) type CellCount<'c> = dyn Fn(VariableId) -> usize + 'c;

/// Boxes that cover a region.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cover {
    pub(crate) boxes: Vec<FactBox>,
    /// Whether it is certain that no fewer boxes would do.
    pub(crate) fewest: bool,
}

/// How many prime boxes are looked at.
const MOST_PRIMES: usize = 400;
/// How many boxes are made where there are too many prime ones.
const MOST_BOXES: usize = 400;

/// Covers a region, which may stretch over what is `free`: nobody cares what is said there.
///
/// # Errors
///
/// It takes more work than the store allows.
pub(crate) fn cover(
    diagrams: &mut Diagrams,
    region: Diagram,
    free: Diagram,
    cells: &CellCount<'_>,
) -> Result<Cover, TooLarge> {
    if region == Diagram::FALSE {
        return Ok(Cover { boxes: Vec::new(), fewest: true });
    }
    let allowed = diagrams.or(region, free)?;
    let (candidates, all) = match Primes::of(diagrams, allowed, MOST_PRIMES)? {
        Some(primes) => (primes, true),
        None => (grown(diagrams, region, allowed, cells)?, false),
    };
    let (chosen, certain) = choose(diagrams, region, &candidates, cells)?;
    Ok(Cover { boxes: chosen, fewest: all && certain })
}

/// Boxes that cover a region, each grown as far as it can be.
fn grown(
    diagrams: &mut Diagrams,
    region: Diagram,
    allowed: Diagram,
    cells: &CellCount<'_>,
) -> Result<Vec<FactBox>, TooLarge> {
    let mut left = region;
    let mut boxes = Vec::new();
    while left != Diagram::FALSE && boxes.len() < MOST_BOXES {
        let Some(way) = diagrams.shortest_way(left, Diagram::TRUE) else { break };
        let mut one = FactBox { sides: way.into_iter().map(|(variable, cell)| (variable, vec![cell])).collect() };
        let variables: Vec<VariableId> = one.sides.keys().copied().collect();
        for variable in variables {
            grow(diagrams, &mut one, variable, allowed, cells)?;
        }
        let inside = one.diagram(diagrams, cells)?;
        let outside = diagrams.not(inside)?;
        left = diagrams.and(left, outside)?;
        boxes.push(one);
    }
    if left == Diagram::FALSE { Ok(boxes) } else { Err(TooLarge) }
}

/// Grows a box along a variable: to all of its cells, or else by each that can be added.
fn grow(
    diagrams: &mut Diagrams,
    one: &mut FactBox,
    variable: VariableId,
    allowed: Diagram,
    cells: &CellCount<'_>,
) -> Result<(), TooLarge> {
    let Some(side) = one.sides.remove(&variable) else { return Ok(()) };
    let outside = diagrams.not(allowed)?;
    let fits = |diagrams: &mut Diagrams, one: &FactBox| -> Result<bool, TooLarge> {
        let inside = one.diagram(diagrams, cells)?;
        Ok(diagrams.and(inside, outside)? == Diagram::FALSE)
    };
    if fits(diagrams, one)? {
        return Ok(());
    }
    let mut grown = side;
    for cell in (0..cells(variable)).filter_map(|cell| u16::try_from(cell).ok()) {
        if grown.contains(&cell) {
            continue;
        }
        let mut wider = grown.clone();
        wider.push(cell);
        wider.sort_unstable();
        one.sides.insert(variable, wider.clone());
        if fits(diagrams, one)? {
            grown = wider;
        }
    }
    one.sides.insert(variable, grown);
    Ok(())
}
