//! Prime boxes: those that cannot be made larger without leaving a region.

use std::rc::Rc;

use super::FactBox;
use crate::compile::diagram::{Diagram, Diagrams, HashMap, TooLarge, VariableId};

/// How many different ways on from a variable are combined.
const MOST_WAYS: usize = 10;

pub(super) struct Primes<'d> {
    diagrams: &'d mut Diagrams,
    known: HashMap<Diagram, Rc<Vec<FactBox>>>,
    /// How many may still be made.
    left: usize,
}

impl<'d> Primes<'d> {
    /// All prime boxes of a region; nothing if there would be more than `most` on the way.
    pub(super) fn of(
        diagrams: &'d mut Diagrams,
        region: Diagram,
        most: usize,
    ) -> Result<Option<Vec<FactBox>>, TooLarge> {
        let mut primes = Self { diagrams, known: HashMap::default(), left: most };
        Ok(primes.find(region)?.map(|found| found.as_ref().clone()))
    }

    fn find(&mut self, region: Diagram) -> Result<Option<Rc<Vec<FactBox>>>, TooLarge> {
        if let Some(known) = self.known.get(&region) {
            return Ok(Some(Rc::clone(known)));
        }
        let found = match self.diagrams.branch(region) {
            None if region == Diagram::FALSE => Vec::new(),
            None => vec![FactBox::default()],
            Some((variable, children)) => {
                let children = children.to_vec();
                match self.split(variable, &children)? {
                    Some(found) => found,
                    None => return Ok(None),
                }
            }
        };
        match self.left.checked_sub(found.len()) {
            Some(left) => self.left = left,
            None => return Ok(None),
        }
        let found = Rc::new(found);
        self.known.insert(region, Rc::clone(&found));
        Ok(Some(found))
    }

    /// The primes of a region that tests a variable first: a prime of what some cells have in common, with
    /// all cells that hold it.
    fn split(&mut self, variable: VariableId, children: &[Diagram]) -> Result<Option<Vec<FactBox>>, TooLarge> {
        let mut ways: Vec<Diagram> = children.iter().copied().filter(|child| *child != Diagram::FALSE).collect();
        ways.sort_unstable();
        ways.dedup();
        if ways.len() > MOST_WAYS {
            return Ok(None);
        }
        // What is common to the ways of each subset, the same for many of them.
        let mut commons: Vec<Diagram> = Vec::new();
        for subset in 1..1_usize << ways.len() {
            let mut common = Diagram::TRUE;
            for (position, way) in ways.iter().enumerate() {
                if subset & (1 << position) != 0 {
                    common = self.diagrams.and(common, *way)?;
                }
            }
            if common != Diagram::FALSE && !commons.contains(&common) {
                commons.push(common);
            }
        }
        let mut found = Vec::new();
        for common in commons {
            let holding: Vec<usize> = {
                let mut holding = Vec::new();
                for (cell, child) in children.iter().enumerate() {
                    if self.diagrams.and(common, *child)? == common {
                        holding.push(cell);
                    }
                }
                holding
            };
            let Some(inner) = self.find(common)? else { return Ok(None) };
            for one in inner.iter() {
                // It belongs to the largest set of cells that holds it.
                let mut larger = false;
                for (cell, child) in children.iter().enumerate() {
                    if !holding.contains(&cell) && self.holds(one, *child)? {
                        larger = true;
                        break;
                    }
                }
                if larger {
                    continue;
                }
                let mut prime = one.clone();
                if holding.len() < children.len() {
                    let side = holding.iter().filter_map(|cell| u16::try_from(*cell).ok()).collect();
                    prime.sides.insert(variable, side);
                }
                found.push(prime);
            }
        }
        Ok(Some(found))
    }

    /// Whether a box lies within a region: wherever it leaves a way open, the region is there.
    fn holds(&mut self, one: &FactBox, region: Diagram) -> Result<bool, TooLarge> {
        let mut waiting = vec![region];
        let mut seen = Vec::new();
        while let Some(at) = waiting.pop() {
            if at == Diagram::FALSE {
                return Ok(false);
            }
            let Some((variable, children)) = self.diagrams.branch(at) else { continue };
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            match one.sides.get(&variable) {
                Some(side) => waiting.extend(side.iter().filter_map(|cell| children.get(usize::from(*cell)).copied())),
                None => waiting.extend_from_slice(children),
            }
        }
        Ok(true)
    }
}
