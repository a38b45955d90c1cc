//! How far a better grade is at least: the fewest groups of facts that have to change, read off the diagram.
//!
//! What has no fact in common that could change is a group of its own, so a way to a good leaf costs at least one
//! change for each group of which something is otherwise on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::movable::Movable;
use crate::case::ClaimIndex;
use crate::compile::chain::Chain;
use crate::compile::diagram::{Cells, Diagram, HashMap, VariableId};
use crate::document::shape::Subject;
use crate::grade::frame::Frame;
use crate::grade::{ClaimState, Grading, hangs};

/// How many places on ways are looked at; where there are more, what was found so far is the bound.
const MOST_PLACES: usize = 1 << 14;
/// How many groups are told apart.
const MOST_GROUPS: u32 = 64;

/// The grade of a claim, written out over facts and measures.
pub(super) struct Written {
    chain: Arc<Chain>,
    value: Diagram,
    /// The facts that can change on which each variable can hang.
    hangs: Vec<(VariableId, FixedBitSet)>,
    /// What is possible at most, whatever changes.
    reachable: Arc<ClaimState>,
}

impl Written {
    /// Nothing where it is too large to be written out.
    pub(super) fn new(
        grading: &Grading<'_>,
        claim: ClaimIndex,
        movable: &Movable<'_>,
        reachable: Arc<ClaimState>,
    ) -> Option<Self> {
        let compiled = grading.framework();
        let position = grading.result_position()?;
        let results = &grading.state(claim).frame.results;
        let judged = compiled.claims.decisions.iter().zip(results).filter(|(_, result)| result.judged.is_some());
        let opaque: BTreeSet<VariableId> = judged.map(|(decision, _)| decision.output).collect();
        let chain = compiled.chain(Subject::Claim, &opaque, &BTreeSet::from([position]))?;
        let value = chain.values[position]?;
        let variables = chain.diagrams.variables(value).into_iter();
        let hangs = variables
            .map(|variable| (variable, movable.of(&hangs::of_variable(grading, claim, variable))))
            .filter(|(_, facts)| !facts.is_clear())
            .collect();
        Some(Self { chain, value, hangs, reachable })
    }

    /// The group of each variable that can still change, as a bit.
    fn groups(&self, fixed: &FixedBitSet) -> HashMap<VariableId, u64> {
        let mut parts: Vec<(FixedBitSet, Vec<VariableId>)> = Vec::new();
        for (variable, facts) in &self.hangs {
            let mut facts = facts.clone();
            facts.difference_with(fixed);
            if facts.is_clear() {
                continue;
            }
            let mut variables = vec![*variable];
            parts.retain_mut(|(other, with)| {
                let apart = other.is_disjoint(&facts);
                if !apart {
                    facts.union_with(other);
                    variables.append(with);
                }
                apart
            });
            parts.push((facts, variables));
        }
        let bits = (0..).map(|group: u32| 1_u64 << group.min(MOST_GROUPS - 1));
        let each = parts.into_iter().zip(bits);
        each.flat_map(|((_, variables), bit)| variables.into_iter().map(move |variable| (variable, bit))).collect()
    }
}

/// How many changes it takes at least to a leaf that is good; nothing if it cannot be reached with so many.
pub(super) fn least(
    written: &Written,
    is_good: &dyn Fn(u32) -> bool,
    frame: &Frame,
    fixed: &FixedBitSet,
    most: usize,
) -> Option<usize> {
    let diagrams = &written.chain.diagrams;
    let reachable = &written.reachable.frame;
    let groups = written.groups(fixed);
    let mut seen: HashMap<(Diagram, u64), ()> = HashMap::default();
    let mut waiting = vec![(written.value, 0_u64)];
    for cost in 0..=most {
        let mut next = Vec::new();
        while let Some((at, changed)) = waiting.pop() {
            if seen.insert((at, changed), ()).is_some() {
                continue;
            }
            if seen.len() > MOST_PLACES {
                return Some(cost);
            }
            let Some((variable, children)) = diagrams.branch(at) else {
                if at.value().is_some_and(is_good) {
                    return Some(cost);
                }
                continue;
            };
            for (cell, child) in children.iter().enumerate() {
                if is_in(frame.slot(variable).cells(), cell) {
                    waiting.push((*child, changed));
                } else if let Some(group) = groups.get(&variable)
                    && is_in(reachable.slot(variable).cells(), cell)
                {
                    let with = changed | group;
                    if with == changed { waiting.push((*child, changed)) } else { next.push((*child, with)) }
                }
            }
        }
        waiting = next;
    }
    None
}

fn is_in(cells: Cells<'_>, cell: usize) -> bool {
    match cells {
        Cells::One(one) => usize::from(one) == cell,
        Cells::Some(some) => some.contains(cell),
        Cells::Any => true,
    }
}
