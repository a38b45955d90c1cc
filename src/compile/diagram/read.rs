//! Reading diagrams: what they can come to, given what is known of their variables.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};

use fixedbitset::FixedBitSet;

use super::{Cells, Diagram, Diagrams, HashMap, HashSet, TooLarge, VariableId};

/// For how many parts of a diagram there is room at once while others are read.
const MANY_WAITING: usize = 32;

impl Diagrams {
    /// The values that are still possible.
    pub(crate) fn possible<'c>(&self, diagram: Diagram, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> BTreeSet<u32> {
        let mut values = BTreeSet::new();
        self.walk(diagram, inputs, |at| {
            values.extend(at.value());
        });
        values
    }

    /// Everything on the ways to what is still possible. Of a variable that is known one way is followed, and nothing
    /// has to be remembered; what is met there more than once is told more than once.
    fn walk<'c>(&self, diagram: Diagram, inputs: &dyn Fn(VariableId) -> Cells<'c>, mut meet: impl FnMut(Diagram)) {
        let _: ControlFlow<()> = self.walk_until(diagram, inputs, |at| {
            meet(at);
            ControlFlow::Continue(())
        });
    }

    /// The same until `meet` breaks off.
    fn walk_until<'c, B>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
        mut meet: impl FnMut(Diagram) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        // What a diagram is made of was made before it.
        let mut seen = FixedBitSet::new();
        let (mut next, mut waiting) = (Some(diagram), Vec::new());
        while let Some(at) = next {
            meet(at)?;
            next = match self.branch(at).map(|(variable, children)| (inputs(variable), children)) {
                Some((Cells::One(cell), children)) => Some(children[cell as usize]),
                Some((open, children)) if !seen.contains(at.0 as usize) => {
                    if seen.is_empty() {
                        seen.grow(at.0 as usize + 1);
                        waiting.reserve(MANY_WAITING);
                    }
                    seen.insert(at.0 as usize);
                    match open {
                        Cells::Some(cells) => {
                            waiting.extend(cells.ones().filter_map(|cell| children.get(cell).copied()));
                        }
                        _ => waiting.extend_from_slice(children),
                    }
                    waiting.pop()
                }
                _ => waiting.pop(),
            };
        }
        ControlFlow::Continue(())
    }

    /// Whether a value is still possible.
    pub(crate) fn can_be<'c>(&self, diagram: Diagram, value: u32, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> bool {
        let meet =
            |at: Diagram| if at == Diagram::leaf(value) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        self.walk_until(diagram, inputs, meet).is_break()
    }

    /// The cells that variables can be in where a diagram is true, given what is known: for every
    /// variable that it restricts, those that are left. Nothing where it cannot be true at all.
    pub(crate) fn allowed<'c>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
    ) -> Vec<(VariableId, FixedBitSet)> {
        let mut known = HashMap::default();
        if !self.can_be_true(diagram, inputs, &mut known) {
            return Vec::new();
        }
        let mut left: BTreeMap<VariableId, FixedBitSet> = BTreeMap::new();
        // A way that passes a variable by leaves it free.
        let mut free: Vec<Range<usize>> = Vec::new();
        let first = |diagram: Diagram| self.branch(diagram).map_or(usize::MAX, |(variable, _)| variable.index());
        let pass = |free: &mut Vec<Range<usize>>, from: usize, to: Diagram| {
            let passed = from..first(to);
            if !passed.is_empty() && free.last() != Some(&passed) {
                free.push(passed);
            }
        };
        let mut seen = HashSet::default();
        let mut waiting = vec![diagram];
        while let Some(at) = waiting.pop() {
            let Some((variable, children)) = self.branch(at).filter(|_| seen.insert(at)) else { continue };
            let cells = left.entry(variable).or_insert_with(|| FixedBitSet::with_capacity(children.len()));
            let mut follow = |cell: usize| {
                let child = children[cell];
                if child == Diagram::TRUE || known.get(&child) == Some(&true) {
                    cells.insert(cell);
                    pass(&mut free, variable.index() + 1, child);
                    waiting.push(child);
                }
            };
            match inputs(variable) {
                Cells::One(cell) => follow(cell as usize),
                Cells::Some(some) => some.ones().filter(|cell| *cell < children.len()).for_each(&mut follow),
                Cells::Any => (0..children.len()).for_each(&mut follow),
            }
        }
        left.into_iter().filter(|(variable, _)| free.iter().all(|passed| !passed.contains(&variable.index()))).collect()
    }

    fn can_be_true<'c>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
        known: &mut HashMap<Diagram, bool>,
    ) -> bool {
        let Some((variable, children)) = self.branch(diagram) else { return diagram == Diagram::TRUE };
        if let Some(can) = known.get(&diagram) {
            return *can;
        }
        // Every child is asked, so that all of them are known afterwards.
        let mut can = false;
        match inputs(variable) {
            Cells::One(cell) => can = self.can_be_true(children[cell as usize], inputs, known),
            Cells::Some(some) => {
                for cell in some.ones().filter(|cell| *cell < children.len()) {
                    can |= self.can_be_true(children[cell], inputs, known);
                }
            }
            Cells::Any => {
                for child in children {
                    can |= self.can_be_true(*child, inputs, known);
                }
            }
        }
        known.insert(diagram, can);
        can
    }

    /// The variables that are not known and are tested on the way to what is still possible.
    pub(crate) fn open<'c>(&self, diagram: Diagram, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> BTreeSet<VariableId> {
        let mut tested = self.tested(diagram, inputs);
        tested.retain(|variable| !matches!(inputs(*variable), Cells::One(_)));
        tested
    }

    /// The variables, known or not, that are tested on the way to what is still possible: while none of them
    /// changes, nothing else is possible.
    pub(crate) fn tested<'c>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
    ) -> BTreeSet<VariableId> {
        let mut tested = BTreeSet::new();
        self.walk(diagram, inputs, |at| {
            tested.extend(self.branch(at).map(|(variable, _)| variable));
        });
        tested
    }

    /// The variables that a diagram tests.
    pub(crate) fn variables(&self, diagram: Diagram) -> BTreeSet<VariableId> {
        let mut variables = BTreeSet::new();
        let mut seen = HashSet::default();
        let mut waiting = vec![diagram];
        while let Some(at) = waiting.pop() {
            if let Some((variable, children)) = self.branch(at)
                && seen.insert(at)
            {
                variables.insert(variable);
                waiting.extend_from_slice(children);
            }
        }
        variables
    }

    /// The values that a diagram has somewhere.
    pub(crate) fn values(&self, diagram: Diagram) -> BTreeSet<u32> {
        self.possible(diagram, &|_| Cells::Any)
    }

    /// How many branches diagrams have together, each that they share counted once.
    pub(crate) fn size(&self, diagrams: impl IntoIterator<Item = Diagram>) -> usize {
        let mut seen = HashSet::default();
        let mut waiting: Vec<Diagram> = diagrams.into_iter().collect();
        while let Some(at) = waiting.pop() {
            if let Some((_, children)) = self.branch(at)
                && seen.insert(at)
            {
                waiting.extend_from_slice(children);
            }
        }
        seen.len()
    }

    /// A way to a leaf that tests the fewest variables: each with its cell.
    pub(crate) fn shortest_way(&self, diagram: Diagram, leaf: Diagram) -> Option<BTreeMap<VariableId, u16>> {
        let mut known = HashMap::default();
        self.distance(diagram, leaf, &mut known)?;
        let mut way = BTreeMap::new();
        let mut at = diagram;
        while let Some((variable, children)) = self.branch(at) {
            let far = |child: &Diagram| if *child == leaf { Some(0) } else { known.get(child).copied().flatten() };
            let near =
                children.iter().enumerate().filter_map(|(cell, child)| Some((far(child)?, cell, *child))).min()?;
            way.insert(variable, u16::try_from(near.1).ok()?);
            at = near.2;
        }
        Some(way)
    }

    /// How many tests a leaf is away.
    fn distance(&self, diagram: Diagram, leaf: Diagram, known: &mut HashMap<Diagram, Option<usize>>) -> Option<usize> {
        let Some((_, children)) = self.branch(diagram) else { return (diagram == leaf).then_some(0) };
        if let Some(distance) = known.get(&diagram) {
            return *distance;
        }
        let mut nearest: Option<usize> = None;
        for child in children {
            if let Some(distance) = self.distance(*child, leaf, known) {
                nearest = Some(nearest.map_or(distance + 1, |nearest| nearest.min(distance + 1)));
            }
        }
        known.insert(diagram, nearest);
        nearest
    }

    /// Whether a diagram tests one of some variables, in their order, anywhere.
    pub(crate) fn reads_any(&self, diagram: Diagram, variables: &[VariableId]) -> bool {
        let Some(last) = variables.last() else { return false };
        if diagram.value().is_some() {
            return false;
        }
        let mut seen = FixedBitSet::with_capacity(diagram.0 as usize + 1);
        let mut waiting = vec![diagram];
        while let Some(at) = waiting.pop() {
            if let Some((tested, children)) = self.branch(at)
                && tested <= *last
                && !seen.put(at.0 as usize)
            {
                if variables.binary_search(&tested).is_ok() {
                    return true;
                }
                waiting.extend_from_slice(children);
            }
        }
        false
    }

    /// The tuples of values that diagrams can still take together where conditions hold, which share no
    /// variable with each other. `settle` may put aside values on the way that no longer matter.
    /// Nothing if there would be more than `limit` ways.
    pub(crate) fn possible_where<'c>(
        &self,
        values: &[Diagram],
        conditions: &[Diagram],
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
        settle: &dyn Fn(&mut [Diagram]),
        limit: usize,
    ) -> Option<BTreeSet<Vec<u32>>> {
        let count = values.len();
        let known: RefCell<HashMap<Diagram, bool>> = RefCell::default();
        let can_hold = |condition: Diagram| {
            let possible = || self.can_be(condition, 1, inputs);
            *known.borrow_mut().entry(condition).or_insert_with(possible)
        };
        let accept = |parts: &mut Vec<Diagram>| {
            settle(&mut parts[..count]);
            // Once all values are told, each condition has only to be possible.
            if parts[..count].iter().all(|part| part.value().is_some()) {
                let holds = parts[count..].iter().all(|part| can_hold(*part));
                parts.truncate(count);
                return holds;
            }
            !parts[count..].contains(&Diagram::FALSE)
        };
        let parts: Vec<Diagram> = values.iter().chain(conditions).copied().collect();
        self.possible_together(&parts, inputs, &accept, limit)
    }

    /// The tuples of values that several diagrams can still take together. `accept` is shown the
    /// parts on the way; it can cut a way off, or put aside parts that no longer matter. Nothing
    /// if there would be more than `limit` ways.
    pub(crate) fn possible_together<'c>(
        &self,
        parts: &[Diagram],
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
        accept: &dyn Fn(&mut Vec<Diagram>) -> bool,
        limit: usize,
    ) -> Option<BTreeSet<Vec<u32>>> {
        let mut found = BTreeSet::new();
        let mut seen: HashSet<Vec<Diagram>> = HashSet::default();
        let mut waiting = vec![parts.to_vec()];
        while let Some(mut parts) = waiting.pop() {
            if !accept(&mut parts) || !seen.insert(parts.clone()) {
                continue;
            }
            if seen.len() > limit {
                return None;
            }
            let Some((variable, cells)) = self.first_variable(&parts) else {
                found.insert(parts.iter().filter_map(|part| part.value()).collect());
                continue;
            };
            let mut follow = |cell: usize| {
                waiting.push(parts.iter().map(|part| self.follow(*part, variable, cell)).collect());
            };
            match inputs(variable) {
                Cells::One(cell) => follow(cell as usize),
                Cells::Some(known) => known.ones().filter(|cell| *cell < cells).for_each(&mut follow),
                Cells::Any => (0..cells).for_each(&mut follow),
            }
        }
        Some(found)
    }

    /// The variables on which the value still hangs, given what is known.
    pub(crate) fn support<'c>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
    ) -> Result<BTreeSet<VariableId>, TooLarge> {
        if self.open(diagram, inputs).is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut scratch = Self::with_limits(self.limit, self.limit);
        let restricted = self.restrict(diagram, inputs, &mut scratch, &mut HashMap::default())?;
        let mut support = BTreeSet::new();
        let mut seen = HashSet::default();
        let mut waiting = vec![restricted];
        while let Some(at) = waiting.pop() {
            if let Some((variable, children)) = scratch.branch(at)
                && seen.insert(at)
            {
                support.insert(variable);
                waiting.extend_from_slice(children);
            }
        }
        Ok(support)
    }

    /// The diagram with what is known put in, made in another store. Cells that are ruled out
    /// stand in for one that is not, so that they make no difference.
    fn restrict<'c>(
        &self,
        diagram: Diagram,
        inputs: &dyn Fn(VariableId) -> Cells<'c>,
        into: &mut Self,
        memo: &mut HashMap<Diagram, Diagram>,
    ) -> Result<Diagram, TooLarge> {
        let Some((variable, children)) = self.branch(diagram) else { return Ok(diagram) };
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let result = match inputs(variable) {
            Cells::One(cell) => self.restrict(children[cell as usize], inputs, into, memo)?,
            known => {
                let stand_in = |cell: usize| match known {
                    Cells::Some(cells) if !cells.contains(cell) => cells.ones().next().unwrap_or(cell),
                    _ => cell,
                };
                let mut restricted = Vec::with_capacity(children.len());
                for cell in 0..children.len() {
                    restricted.push(self.restrict(children[stand_in(cell)], inputs, into, memo)?);
                }
                into.test(variable, &restricted)?
            }
        };
        memo.insert(diagram, result);
        Ok(result)
    }

    /// How many combinations of cells give each value. `over` lists the variables that are
    /// combined, in order, with the number of cells that count; `cell` turns the number of such a
    /// cell into a cell. Variables that are not listed must not matter, or be fixed by `fixed`.
    /// Nothing if another variable matters or a count is too large.
    pub(crate) fn count(
        &self,
        diagram: Diagram,
        over: &[(VariableId, Vec<u16>)],
        fixed: &dyn Fn(VariableId) -> Option<u16>,
    ) -> Option<BTreeMap<u32, u128>> {
        let mut memo = HashMap::default();
        self.count_memo(diagram, 0, over, fixed, &mut memo)
    }

    fn count_memo(
        &self,
        diagram: Diagram,
        depth: usize,
        over: &[(VariableId, Vec<u16>)],
        fixed: &dyn Fn(VariableId) -> Option<u16>,
        memo: &mut HashMap<(Diagram, usize), BTreeMap<u32, u128>>,
    ) -> Option<BTreeMap<u32, u128>> {
        if let Some(known) = memo.get(&(diagram, depth)) {
            return Some(known.clone());
        }
        let tested = self.branch(diagram);
        let next = over.get(depth);
        let counts = match (tested, next) {
            (None, None) => std::iter::once((diagram.value()?, 1)).collect(),
            (Some((variable, children)), _) if next.is_none_or(|(listed, _)| variable < *listed) => {
                let cell = fixed(variable)?;
                self.count_memo(*children.get(cell as usize)?, depth, over, fixed, memo)?
            }
            (_, Some((variable, cells))) => {
                let mut counts: BTreeMap<u32, u128> = BTreeMap::new();
                for cell in cells {
                    let child = self.follow(diagram, *variable, *cell as usize);
                    for (value, count) in self.count_memo(child, depth + 1, over, fixed, memo)? {
                        let sum = counts.entry(value).or_default();
                        *sum = sum.checked_add(count)?;
                    }
                }
                counts
            }
            (Some(_), None) => return None,
        };
        memo.insert((diagram, depth), counts.clone());
        Some(counts)
    }
}
