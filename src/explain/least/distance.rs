//! How far a better grade is at least: the fewest groups of facts that have to change, read off the diagram.
//!
//! What has no fact in common that could change is a group of its own, so a way to a good leaf costs at least one
//! change for each group of which something is otherwise on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::diagram::{Cells, Diagram, Diagrams, HashMap, VariableId};
use crate::grade::frame::Frame;
use crate::grade::hangs::FactAt;

/// How many places on ways are looked at; where there are more, what was found so far is the bound.
const MOST_PLACES: usize = 1 << 14;
/// How many groups are told apart.
const MOST_GROUPS: usize = 64;

/// The group of each variable that can change.
pub(super) fn groups(
    hangs: &BTreeMap<VariableId, BTreeSet<FactAt>>,
    fixed: &BTreeSet<FactAt>,
) -> BTreeMap<VariableId, usize> {
    let mut parts: Vec<(BTreeSet<&FactAt>, Vec<VariableId>)> = Vec::new();
    for (variable, facts) in hangs {
        let mut facts: BTreeSet<&FactAt> = facts.difference(fixed).collect();
        if facts.is_empty() {
            continue;
        }
        let mut variables = vec![*variable];
        let (shared, apart): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(other, _)| !other.is_disjoint(&facts));
        parts = apart;
        for (other, with) in shared {
            facts.extend(other);
            variables.extend(with);
        }
        parts.push((facts, variables));
    }
    let numbered = parts.into_iter().enumerate();
    let each = numbered.flat_map(|(group, (_, variables))| {
        variables.into_iter().map(move |variable| (variable, group.min(MOST_GROUPS - 1)))
    });
    each.collect()
}

/// How many changes it takes at least to a leaf that is good; nothing if it cannot be reached with so many.
pub(super) fn least(
    diagrams: &Diagrams,
    diagram: Diagram,
    is_good: &dyn Fn(u32) -> bool,
    frame: &Frame,
    reachable: &Frame,
    group: &BTreeMap<VariableId, usize>,
    most: usize,
) -> Option<usize> {
    let mut seen: HashMap<(Diagram, u64), ()> = HashMap::default();
    let mut waiting = vec![(diagram, 0_u64)];
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
                } else if let Some(group) = group.get(&variable)
                    && is_in(reachable.slot(variable).cells(), cell)
                {
                    let with = changed | 1 << group;
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
