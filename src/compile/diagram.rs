//! Decision diagrams: functions from cells of variables to small numbers, shared and reduced.
//!
//! A diagram tests variables in a fixed order, each at most once on a way; equal parts are stored
//! once (hash-consing), so two diagrams are the same function exactly when they are the same
//! reference. (Multi-valued decision diagrams: Srinivasan, Ham, Malik, Brayton 1990.)

use std::collections::{BTreeMap, BTreeSet};

use std::ops::Range;

use fixedbitset::FixedBitSet;
use foldhash::fast::FixedState;

/// Diagrams are looked up very often, and by keys that nobody chooses.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, FixedState>;
type HashSet<K> = std::collections::HashSet<K, FixedState>;

/// A variable, by its place in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VariableId(pub(crate) u16);

impl VariableId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A diagram, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Diagram(u32);

const LEAF: u32 = 1 << 31;

impl Diagram {
    pub(crate) const fn leaf(value: u32) -> Self {
        Self(LEAF | value)
    }

    pub(crate) const FALSE: Self = Self::leaf(0);
    pub(crate) const TRUE: Self = Self::leaf(1);

    /// The value, if it is a leaf.
    pub(crate) const fn value(self) -> Option<u32> {
        if self.0 & LEAF == 0 { None } else { Some(self.0 & !LEAF) }
    }
}

#[derive(Debug)]
struct Branch {
    variable: VariableId,
    first: u32,
    children: u16,
}

/// That a diagram would have more parts than are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// What is known of a variable when a diagram is read.
#[derive(Clone, Copy)]
pub(crate) enum Cells<'c> {
    /// It is in this cell.
    One(u16),
    /// It is in one of these cells.
    Some(&'c FixedBitSet),
    /// It is in any cell.
    Any,
}

/// Where diagrams are kept.
#[derive(Debug, Default)]
pub(crate) struct Diagrams {
    branches: Vec<Branch>,
    children: Vec<Diagram>,
    known: HashMap<(VariableId, Box<[Diagram]>), Diagram>,
    /// How many branches may be made.
    limit: usize,
    /// How many steps of work are left.
    work: usize,
}

impl Diagrams {
    /// An empty store that may grow to so many branches, with so many steps of work.
    pub(crate) fn with_limits(limit: usize, work: usize) -> Self {
        Self { limit, work, ..Self::default() }
    }

    /// Spends a step of work.
    fn spend(&mut self) -> Result<(), TooLarge> {
        self.work = self.work.checked_sub(1).ok_or(TooLarge)?;
        Ok(())
    }

    /// Does something with at most so many steps of the work that is left.
    pub(crate) fn within_work<T>(&mut self, work: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let kept = self.work.saturating_sub(work);
        self.work -= kept;
        let result = act(self);
        self.work += kept;
        result
    }

    /// The variable that a diagram tests first, with what comes of each cell.
    pub(crate) fn branch(&self, diagram: Diagram) -> Option<(VariableId, &[Diagram])> {
        if diagram.value().is_some() {
            return None;
        }
        let branch = &self.branches[diagram.0 as usize];
        let first = branch.first as usize;
        Some((branch.variable, &self.children[first..first + branch.children as usize]))
    }

    /// The diagram that tests a variable first; its children test only later variables.
    pub(crate) fn test(&mut self, variable: VariableId, children: &[Diagram]) -> Result<Diagram, TooLarge> {
        if let [first, rest @ ..] = children
            && rest.iter().all(|child| child == first)
        {
            return Ok(*first);
        }
        let key = (variable, Box::from(children));
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        if self.branches.len() >= self.limit {
            return Err(TooLarge);
        }
        let diagram = Diagram(u32::try_from(self.branches.len()).map_err(|_| TooLarge)?);
        let first = u32::try_from(self.children.len()).map_err(|_| TooLarge)?;
        let count = u16::try_from(children.len()).map_err(|_| TooLarge)?;
        self.branches.push(Branch { variable, first, children: count });
        self.children.extend_from_slice(children);
        self.known.insert(key, diagram);
        Ok(diagram)
    }

    /// The diagram that is true where a variable is in one of these cells.
    pub(crate) fn within(&mut self, variable: VariableId, cells: &FixedBitSet) -> Result<Diagram, TooLarge> {
        let children: Vec<Diagram> =
            (0..cells.len()).map(|cell| if cells.contains(cell) { Diagram::TRUE } else { Diagram::FALSE }).collect();
        self.test(variable, &children)
    }

    /// The diagram whose value is the cell of a variable.
    pub(crate) fn identity(&mut self, variable: VariableId, cells: usize) -> Result<Diagram, TooLarge> {
        let children: Vec<Diagram> = (0..cells as u32).map(Diagram::leaf).collect();
        self.test(variable, &children)
    }

    /// Combines diagrams point by point. `combine` gives the result as soon as it can be told
    /// from the parts it is shown; it must be able to when all of them are leaves.
    pub(crate) fn apply(
        &mut self,
        parts: &[Diagram],
        combine: &mut dyn FnMut(&[Diagram]) -> Option<Diagram>,
    ) -> Result<Diagram, TooLarge> {
        self.apply_memo(parts, combine, &mut HashMap::default())
    }

    fn apply_memo(
        &mut self,
        parts: &[Diagram],
        combine: &mut dyn FnMut(&[Diagram]) -> Option<Diagram>,
        memo: &mut HashMap<Box<[Diagram]>, Diagram>,
    ) -> Result<Diagram, TooLarge> {
        if let Some(result) = combine(parts) {
            return Ok(result);
        }
        if let Some(result) = memo.get(parts) {
            return Ok(*result);
        }
        self.spend()?;
        let Some((variable, cells)) = self.first_variable(parts) else { return Err(TooLarge) };
        let mut children = Vec::with_capacity(cells);
        let mut inner = Vec::with_capacity(parts.len());
        for cell in 0..cells {
            inner.clear();
            inner.extend(parts.iter().map(|part| self.follow(*part, variable, cell)));
            let child = self.apply_memo(&inner.clone(), combine, memo)?;
            children.push(child);
        }
        let result = self.test(variable, &children)?;
        memo.insert(parts.into(), result);
        Ok(result)
    }

    /// The first variable that any of the diagrams tests, and how many cells it has.
    fn first_variable(&self, parts: &[Diagram]) -> Option<(VariableId, usize)> {
        let branches = parts.iter().filter_map(|part| self.branch(*part));
        branches.map(|(variable, children)| (variable, children.len())).min()
    }

    /// What a diagram becomes when a variable, not later than its first, is in a cell.
    fn follow(&self, diagram: Diagram, variable: VariableId, cell: usize) -> Diagram {
        match self.branch(diagram) {
            Some((tested, children)) if tested == variable => children[cell],
            _ => diagram,
        }
    }

    pub(crate) fn and(&mut self, one: Diagram, other: Diagram) -> Result<Diagram, TooLarge> {
        self.choose(one, other, Diagram::FALSE)
    }

    pub(crate) fn or(&mut self, one: Diagram, other: Diagram) -> Result<Diagram, TooLarge> {
        self.choose(one, Diagram::TRUE, other)
    }

    pub(crate) fn not(&mut self, one: Diagram) -> Result<Diagram, TooLarge> {
        self.choose(one, Diagram::FALSE, Diagram::TRUE)
    }

    /// `then` where the condition is true, `otherwise` where it is false.
    pub(crate) fn choose(
        &mut self,
        condition: Diagram,
        then: Diagram,
        otherwise: Diagram,
    ) -> Result<Diagram, TooLarge> {
        self.apply(&[condition, then, otherwise], &mut |parts| match parts {
            [condition, then, otherwise] => match condition.value() {
                Some(1) => Some(*then),
                Some(_) => Some(*otherwise),
                None if then == otherwise => Some(*then),
                None => None,
            },
            _ => None,
        })
    }

    /// The diagram among `cases` that the value of `selector` tells; a value beyond the last
    /// selects the last.
    pub(crate) fn select(&mut self, selector: Diagram, cases: &[Diagram]) -> Result<Diagram, TooLarge> {
        let parts: Vec<Diagram> = std::iter::once(selector).chain(cases.iter().copied()).collect();
        self.apply(&parts, &mut |parts| {
            let (selector, cases) = parts.split_first()?;
            let (last, others) = cases.split_last()?;
            match selector.value() {
                Some(value) => Some(*others.get(value as usize).unwrap_or(last)),
                None if others.iter().all(|case| case == last) => Some(*last),
                None => None,
            }
        })
    }

    /// A diagram with its values changed.
    pub(crate) fn map(&mut self, diagram: Diagram, change: &mut dyn FnMut(u32) -> u32) -> Result<Diagram, TooLarge> {
        self.apply(&[diagram], &mut |parts| parts[0].value().map(|value| Diagram::leaf(change(value))))
    }

    /// The values that are still possible.
    pub(crate) fn possible<'c>(&self, diagram: Diagram, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> BTreeSet<u32> {
        let mut values = BTreeSet::new();
        let mut seen = HashSet::default();
        let mut waiting = vec![diagram];
        while let Some(mut at) = waiting.pop() {
            loop {
                if let Some(value) = at.value() {
                    values.insert(value);
                    break;
                }
                let Some((variable, children)) = self.branch(at) else { break };
                if let Cells::One(cell) = inputs(variable) {
                    at = children[cell as usize];
                    continue;
                }
                if seen.insert(at) {
                    match inputs(variable) {
                        Cells::Some(cells) => {
                            waiting.extend(cells.ones().filter_map(|cell| children.get(cell).copied()))
                        }
                        _ => waiting.extend_from_slice(children),
                    }
                }
                break;
            }
        }
        values
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
        let mut open = BTreeSet::new();
        let mut seen = HashSet::default();
        let mut waiting = vec![diagram];
        while let Some(at) = waiting.pop() {
            let Some((variable, children)) = self.branch(at).filter(|_| seen.insert(at)) else { continue };
            match inputs(variable) {
                Cells::One(cell) => waiting.push(children[cell as usize]),
                Cells::Some(cells) => {
                    open.insert(variable);
                    waiting.extend(cells.ones().filter_map(|cell| children.get(cell).copied()));
                }
                Cells::Any => {
                    open.insert(variable);
                    waiting.extend_from_slice(children);
                }
            }
        }
        open
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

    /// Whether a diagram tests a variable anywhere.
    pub(crate) fn reads(&self, diagram: Diagram, variable: VariableId) -> bool {
        let mut seen = HashSet::default();
        let mut waiting = vec![diagram];
        while let Some(at) = waiting.pop() {
            if let Some((tested, children)) = self.branch(at)
                && tested <= variable
                && seen.insert(at)
            {
                if tested == variable {
                    return true;
                }
                waiting.extend_from_slice(children);
            }
        }
        false
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
