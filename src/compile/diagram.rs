//! Decision diagrams: functions from cells of variables to small numbers, shared and reduced.
//!
//! A diagram tests variables in a fixed order, each at most once on a way; equal parts are stored
//! once (hash-consing), so two diagrams are the same function exactly when they are the same
//! reference. (Multi-valued decision diagrams: Srinivasan, Ham, Malik, Brayton 1990.)

mod carry;
mod read;

use std::hash::{BuildHasher, Hash};

use fixedbitset::FixedBitSet;
use foldhash::fast::FixedState;
use hashbrown::HashTable;

pub(crate) use self::carry::Carried;

/// Diagrams are looked up very often, and by keys that nobody chooses.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, FixedState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, FixedState>;

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

/// How much of what was chosen is remembered from one choice to the next.
const MANY_CHOSEN: usize = 1 << 12;

/// For how much of what is combined there is room at once.
const MANY_COMBINED: usize = 16;

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

impl Branch {
    fn children_in<'d>(&self, children: &'d [Diagram]) -> &'d [Diagram] {
        let first = self.first as usize;
        &children[first..first + self.children as usize]
    }
}

/// A branch with a part of the hash by which it is found.
#[derive(Debug)]
struct Known {
    hash: u32,
    branch: Diagram,
}

impl Known {
    fn hash_of(variable: VariableId, children: &[Diagram]) -> u32 {
        FixedState::default().hash_one((variable, children)) as u32
    }

    /// The part of a hash, spread over all the bits that a table looks at.
    const fn spread(hash: u32) -> u64 {
        (hash as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
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

/// Diagrams that are combined with each other.
pub(crate) trait Parts: Clone + Eq + Hash + AsRef<[Diagram]> + AsMut<[Diagram]> {}

impl<P: Clone + Eq + Hash + AsRef<[Diagram]> + AsMut<[Diagram]>> Parts for P {}

/// Where diagrams are kept.
#[derive(Debug, Default)]
pub(crate) struct Diagrams {
    branches: Vec<Branch>,
    children: Vec<Diagram>,
    /// The branches, found by what they test and by their children.
    known: HashTable<Known>,
    /// What was chosen already.
    chosen: HashMap<[Diagram; 3], Diagram>,
    /// Room for the children of branches that are being made.
    made: Vec<Diagram>,
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

    /// Gives so many steps of work from here on, whatever was spent, and room for as many branches.
    pub(crate) fn allow_work(&mut self, work: usize) {
        self.work = work;
        self.limit = self.branches.len().saturating_add(work);
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
        Some((branch.variable, branch.children_in(&self.children)))
    }

    /// The diagram that tests a variable first; its children test only later variables.
    pub(crate) fn test(&mut self, variable: VariableId, children: &[Diagram]) -> Result<Diagram, TooLarge> {
        if let [first, rest @ ..] = children
            && rest.iter().all(|child| child == first)
        {
            return Ok(*first);
        }
        let hash = Known::hash_of(variable, children);
        let same = |known: &Known| known.hash == hash && self.branch(known.branch) == Some((variable, children));
        if let Some(known) = self.known.find(Known::spread(hash), same) {
            return Ok(known.branch);
        }
        if self.branches.len() >= self.limit {
            return Err(TooLarge);
        }
        let diagram = Diagram(u32::try_from(self.branches.len()).map_err(|_| TooLarge)?);
        let first = u32::try_from(self.children.len()).map_err(|_| TooLarge)?;
        let count = u16::try_from(children.len()).map_err(|_| TooLarge)?;
        self.branches.push(Branch { variable, first, children: count });
        self.children.extend_from_slice(children);
        let known = Known { hash, branch: diagram };
        self.known.insert_unique(Known::spread(hash), known, |known| Known::spread(known.hash));
        Ok(diagram)
    }

    /// The diagram that is true where a variable is in one of these cells.
    pub(crate) fn within(&mut self, variable: VariableId, cells: &FixedBitSet) -> Result<Diagram, TooLarge> {
        self.test_each(variable, (0..cells.len()).map(|cell| Diagram::leaf(u32::from(cells.contains(cell)))))
    }

    /// The diagram whose value is the cell of a variable.
    pub(crate) fn identity(&mut self, variable: VariableId, cells: usize) -> Result<Diagram, TooLarge> {
        self.test_each(variable, (0..cells as u32).map(Diagram::leaf))
    }

    fn test_each(
        &mut self,
        variable: VariableId,
        children: impl Iterator<Item = Diagram>,
    ) -> Result<Diagram, TooLarge> {
        let mut made = std::mem::take(&mut self.made);
        made.extend(children);
        let result = self.test(variable, &made);
        self.keep_room(made);
        result
    }

    /// Keeps the room of a list for the next that is made.
    fn keep_room(&mut self, mut made: Vec<Diagram>) {
        made.clear();
        self.made = made;
    }

    /// Combines diagrams point by point. `combine` gives the result as soon as it can be told
    /// from the parts it is shown; it must be able to when all of them are leaves.
    pub(crate) fn apply<P: Parts>(
        &mut self,
        parts: &P,
        combine: impl FnMut(&P) -> Option<Diagram>,
    ) -> Result<Diagram, TooLarge> {
        self.apply_with(parts, combine, &mut HashMap::default())
    }

    /// The same with what is combined already.
    fn apply_with<P: Parts>(
        &mut self,
        parts: &P,
        mut combine: impl FnMut(&P) -> Option<Diagram>,
        memo: &mut HashMap<P, Diagram>,
    ) -> Result<Diagram, TooLarge> {
        if let Some(result) = combine(parts) {
            return Ok(result);
        }
        let mut made = std::mem::take(&mut self.made);
        let result = self.apply_memo(parts, &mut combine, memo, &mut made);
        self.keep_room(made);
        result
    }

    /// The same with the children of the branches that are being made.
    fn apply_memo<P: Parts>(
        &mut self,
        parts: &P,
        combine: &mut impl FnMut(&P) -> Option<Diagram>,
        memo: &mut HashMap<P, Diagram>,
        made: &mut Vec<Diagram>,
    ) -> Result<Diagram, TooLarge> {
        if let Some(result) = combine(parts) {
            return Ok(result);
        }
        if let Some(result) = memo.get(parts) {
            return Ok(*result);
        }
        self.spend()?;
        if memo.capacity() == 0 {
            memo.reserve(MANY_COMBINED);
        }
        let Some((variable, cells)) = self.first_variable(parts.as_ref()) else { return Err(TooLarge) };
        let first = made.len();
        let mut inner = parts.clone();
        for cell in 0..cells {
            for (inner, part) in inner.as_mut().iter_mut().zip(parts.as_ref()) {
                *inner = self.follow(*part, variable, cell);
            }
            let child = self.apply_memo(&inner, combine, memo, made)?;
            made.push(child);
        }
        let result = self.test(variable, &made[first..])?;
        made.truncate(first);
        inner.as_mut().copy_from_slice(parts.as_ref());
        memo.insert(inner, result);
        Ok(result)
    }

    /// The first variable that any of the diagrams tests, and how many cells it has.
    pub(crate) fn first_variable(&self, parts: &[Diagram]) -> Option<(VariableId, usize)> {
        let branches = parts.iter().filter_map(|part| self.branch(*part));
        branches.map(|(variable, children)| (variable, children.len())).min()
    }

    /// What a diagram becomes when a variable, not later than its first, is in a cell.
    pub(crate) fn follow(&self, diagram: Diagram, variable: VariableId, cell: usize) -> Diagram {
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
        let combine = |[condition, then, otherwise]: &[Diagram; 3]| match condition.value() {
            Some(1) => Some(*then),
            Some(_) => Some(*otherwise),
            None if then == otherwise => Some(*then),
            None if *then == Diagram::TRUE && *otherwise == Diagram::FALSE => Some(*condition),
            None => None,
        };
        let mut chosen = std::mem::take(&mut self.chosen);
        if chosen.len() > MANY_CHOSEN {
            chosen.clear();
        }
        let result = self.apply_with(&[condition, then, otherwise], combine, &mut chosen);
        self.chosen = chosen;
        result
    }

    /// Gives back the room that was only needed while diagrams were made.
    pub(crate) fn finish(&mut self) {
        self.chosen = HashMap::default();
        self.made = Vec::new();
    }

    /// The diagram among `cases` that the value of `selector` tells; a value beyond the last
    /// selects the last.
    pub(crate) fn select(&mut self, selector: Diagram, cases: &[Diagram]) -> Result<Diagram, TooLarge> {
        let Some(last) = cases.len().checked_sub(1) else { return Err(TooLarge) };
        // Leaves stay what they are on every way.
        let open = || cases.iter().filter(|case| case.value().is_none());
        let mut place = 0;
        let mut next = || {
            place += 1;
            place
        };
        let places: Vec<Option<usize>> = cases.iter().map(|case| case.value().is_none().then(&mut next)).collect();
        let told = |parts: &[Diagram]| {
            let at = |case: usize| places[case].map_or(cases[case], |place| parts[place]);
            match parts[0].value() {
                Some(value) => Some(at(last.min(value as usize))),
                None => (0..last).all(|case| at(case) == at(last)).then(|| at(last)),
            }
        };
        match *open().collect::<Vec<_>>().as_slice() {
            [] => self.apply(&[selector], |parts| told(parts)),
            [one] => self.apply(&[selector, *one], |parts| told(parts)),
            [one, other] => self.apply(&[selector, *one, *other], |parts| told(parts)),
            _ => {
                let parts: Vec<Diagram> = std::iter::once(selector).chain(open().copied()).collect();
                self.apply(&parts, |parts| told(parts))
            }
        }
    }

    /// A diagram with its values changed.
    pub(crate) fn map(&mut self, diagram: Diagram, change: &mut dyn FnMut(u32) -> u32) -> Result<Diagram, TooLarge> {
        self.apply(&[diagram], |[part]| part.value().map(|value| Diagram::leaf(change(value))))
    }
}
