//! Choosing boxes: the fewest of a list that cover a region.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::{CellCount, FactBox};
use crate::compile::diagram::{Diagram, Diagrams, TooLarge};

/// How many parts of a region are told apart.
const MOST_PARTS: usize = 600;
/// How many choices are followed.
const MOST_CHOICES: usize = 4_000;

/// The fewest boxes that cover the region, and whether that is certain. The boxes together cover it.
pub(super) fn choose(
    diagrams: &mut Diagrams,
    region: Diagram,
    candidates: &[FactBox],
    cells: &CellCount<'_>,
) -> Result<(Vec<FactBox>, bool), TooLarge> {
    let mut inside = Vec::with_capacity(candidates.len());
    let mut useful = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let here = candidate.diagram(diagrams, cells)?;
        let here = diagrams.and(here, region)?;
        if here != Diagram::FALSE {
            inside.push(here);
            useful.push(candidate);
        }
    }
    let order = |position: &usize| (useful[*position].sides.len(), *position);
    let parts = parts(diagrams, region, &inside)?;
    let (mut chosen, certain) = match parts {
        Some(parts) => Search::new(&parts, &useful).run(),
        None => (greedy(diagrams, region, &inside, &useful)?, false),
    };
    chosen.sort_by_key(order);
    Ok((chosen.into_iter().map(|position| useful[position].clone()).collect(), certain))
}

/// The region cut into parts that the same boxes cover: for each part those boxes.
fn parts(diagrams: &mut Diagrams, region: Diagram, inside: &[Diagram]) -> Result<Option<Vec<FixedBitSet>>, TooLarge> {
    // Leaf 0 is outside; every other leaf is a set of boxes.
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(), Vec::new()];
    let mut known: BTreeMap<Vec<u32>, u32> = BTreeMap::from([(Vec::new(), 1)]);
    let mut by_set = region;
    for (position, here) in inside.iter().enumerate() {
        let position = u32::try_from(position).map_err(|_| TooLarge)?;
        by_set = diagrams.apply(&[by_set, *here], |parts| {
            let (set, here) = (parts[0], parts[1].value());
            if set == Diagram::FALSE || here == Some(0) {
                return Some(set);
            }
            let (set, _) = (set.value()?, here?);
            let mut with = sets[set as usize].clone();
            with.push(position);
            let next = sets.len() as u32;
            let leaf = *known.entry(with.clone()).or_insert(next);
            if leaf == next {
                sets.push(with);
            }
            Some(Diagram::leaf(leaf))
        })?;
        if sets.len() > MOST_PARTS {
            return Ok(None);
        }
    }
    let mut left: Vec<u32> = diagrams.values(by_set).into_iter().filter(|leaf| *leaf > 0).collect();
    left.sort_unstable();
    let parts = left.into_iter().map(|leaf| {
        let mut boxes = FixedBitSet::with_capacity(inside.len());
        sets[leaf as usize].iter().for_each(|position| boxes.insert(*position as usize));
        boxes
    });
    Ok(Some(parts.collect()))
}

/// Takes the box that covers the most of what is left, until nothing is; size is told by the share of the
/// region's diagram that is gone.
fn greedy(
    diagrams: &mut Diagrams,
    region: Diagram,
    inside: &[Diagram],
    useful: &[&FactBox],
) -> Result<Vec<usize>, TooLarge> {
    let mut order: Vec<usize> = (0..inside.len()).collect();
    order.sort_by_key(|position| useful[*position].sides.len());
    let mut left = region;
    let mut chosen = Vec::new();
    for position in order {
        let outside = diagrams.not(inside[position])?;
        let rest = diagrams.and(left, outside)?;
        if rest != left {
            chosen.push(position);
            left = rest;
        }
        if left == Diagram::FALSE {
            break;
        }
    }
    // What others cover is not needed.
    let mut position = 0;
    while position < chosen.len() {
        let mut others = Diagram::FALSE;
        for other in chosen.iter().enumerate().filter(|(other, _)| *other != position).map(|(_, other)| *other) {
            others = diagrams.or(others, inside[other])?;
        }
        if diagrams.and(others, region)? == region {
            chosen.remove(position);
        } else {
            position += 1;
        }
    }
    Ok(chosen)
}

/// The search for the fewest boxes: branch and bound over the part that the fewest boxes cover.
struct Search<'s> {
    parts: &'s [FixedBitSet],
    /// What a box costs: one, and a little for each variable that it mentions.
    costs: Vec<usize>,
    best: Option<(usize, Vec<usize>)>,
    left: usize,
}

impl<'s> Search<'s> {
    /// More variables than any box mentions.
    const BOX: usize = 1 << 16;

    fn new(parts: &'s [FixedBitSet], useful: &[&FactBox]) -> Self {
        let costs = useful.iter().map(|one| Self::BOX + one.sides.len()).collect();
        Self { parts, costs, best: None, left: MOST_CHOICES }
    }

    fn run(mut self) -> (Vec<usize>, bool) {
        let all: Vec<usize> = (0..self.parts.len()).collect();
        self.follow(&all, 0, &mut Vec::new());
        let certain = self.left > 0;
        (self.best.map(|(_, chosen)| chosen).unwrap_or_default(), certain)
    }

    fn follow(&mut self, open: &[usize], cost: usize, chosen: &mut Vec<usize>) {
        if self.best.as_ref().is_some_and(|(best, _)| cost + self.least(open) >= *best) {
            return;
        }
        let hardest = open.iter().min_by_key(|part| self.parts[**part].count_ones(..));
        let Some(hardest) = hardest else {
            self.best = Some((cost, chosen.clone()));
            return;
        };
        // Out of choices, the first way to the end is still followed.
        if self.left == 0 && self.best.is_some() {
            return;
        }
        self.left = self.left.saturating_sub(1);
        let covers = |position: usize| open.iter().filter(|part| self.parts[**part].contains(position)).count();
        let mut ways: Vec<usize> = self.parts[*hardest].ones().collect();
        ways.sort_by_key(|position| (std::cmp::Reverse(covers(*position)), self.costs[*position]));
        for position in ways {
            let rest: Vec<usize> = open.iter().copied().filter(|part| !self.parts[*part].contains(position)).collect();
            chosen.push(position);
            self.follow(&rest, cost + self.costs[position], chosen);
            chosen.pop();
        }
    }

    /// What the parts that are left cost at least: parts that share no box need one each.
    fn least(&self, open: &[usize]) -> usize {
        let mut taken: Option<FixedBitSet> = None;
        let mut least = 0;
        for part in open {
            let boxes = &self.parts[*part];
            if taken.as_ref().is_none_or(|taken| taken.is_disjoint(boxes)) {
                least += Self::BOX;
                match &mut taken {
                    Some(taken) => taken.union_with(boxes),
                    None => taken = Some(boxes.clone()),
                }
            }
        }
        least
    }
}
