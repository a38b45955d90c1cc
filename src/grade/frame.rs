//! Frames: what is known of every variable of a level.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use crate::compile::diagram::{Cells, VariableId};
use crate::value::FactValue;

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// It is in this cell.
    One(u16),
    /// It is in one of these cells.
    Some(FixedBitSet),
    /// It may be in any cell.
    Open,
}

impl Slot {
    pub(crate) const fn cells(&self) -> Cells<'_> {
        match self {
            Self::One(cell) => Cells::One(*cell),
            Self::Some(cells) => Cells::Some(cells),
            Self::Open => Cells::Any,
        }
    }

    pub(crate) const fn is_one(&self) -> bool {
        matches!(self, Self::One(_))
    }

    /// What is in one or in the other, of a variable of so many cells.
    pub(crate) fn join(&self, other: &Self, cells: usize) -> Self {
        let mut joined = FixedBitSet::with_capacity(cells);
        for slot in [self, other] {
            match slot {
                Self::Open => return Self::Open,
                Self::One(cell) => joined.insert(*cell as usize),
                Self::Some(some) => joined.union_with(some),
            }
        }
        Self::of(joined)
    }

    /// The slot of a set of cells: of one cell that cell.
    pub(crate) fn of(cells: FixedBitSet) -> Self {
        match (cells.minimum(), cells.count_ones(..)) {
            (Some(cell), 1) => u16::try_from(cell).map_or(Self::Open, Self::One),
            (None, _) => Self::Open,
            _ => Self::Some(cells),
        }
    }
}

/// A value that a decision gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    /// A cell of its own variable.
    Cell(u16),
    /// A total.
    Number(Decimal),
}

/// The answers that are still possible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Possible {
    pub(crate) answers: BTreeSet<Answer>,
    /// Whether it may be that no rule answers.
    pub(crate) gap: bool,
}

impl Possible {
    /// The answer, if there is exactly one.
    pub(crate) fn one(&self) -> Option<Answer> {
        let mut answers = self.answers.iter();
        match (answers.next(), answers.next(), self.gap) {
            (Some(answer), None, false) => Some(*answer),
            _ => None,
        }
    }

    pub(crate) fn union(&mut self, other: &Self) {
        self.answers.extend(&other.answers);
        self.gap |= other.gap;
    }
}

/// What came of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct DecisionResult {
    /// What the rules give.
    pub(crate) computed: Possible,
    /// What a person decided instead, or an example gives.
    pub(crate) judged: Option<Answer>,
}

impl DecisionResult {
    /// Whether it is open what holds.
    pub(crate) fn is_loose(&self) -> bool {
        self.judged.is_none() && self.computed.one().is_none()
    }

    /// What holds in the end.
    pub(crate) fn possible(&self) -> Possible {
        match self.judged {
            Some(answer) => Possible { answers: BTreeSet::from([answer]), gap: false },
            None => self.computed.clone(),
        }
    }
}

/// What is known of every variable of a level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub(crate) slots: Vec<Slot>,
    /// The value of every variable, where it is known which.
    pub(crate) values: Vec<Option<FactValue>>,
    /// What came of every decision of the level.
    pub(crate) results: Vec<DecisionResult>,
    /// Whether what is said to be possible is exactly that, and not merely no less.
    pub(crate) exact: bool,
}

impl Frame {
    pub(crate) fn slot(&self, variable: VariableId) -> &Slot {
        &self.slots[variable.index()]
    }

    pub(crate) fn value(&self, variable: VariableId) -> Option<&FactValue> {
        self.values[variable.index()].as_ref()
    }

    pub(crate) fn inputs<'f>(&'f self) -> impl Fn(VariableId) -> Cells<'f> {
        move |variable| self.slot(variable).cells()
    }

    /// The variables that are not known.
    pub(crate) fn open(&self) -> impl Iterator<Item = VariableId> {
        let open = self.slots.iter().enumerate().filter(|(_, slot)| !slot.is_one());
        open.filter_map(|(position, _)| u16::try_from(position).ok().map(VariableId))
    }

    /// Whether everything that is not decided is known.
    pub(crate) fn is_closed(&self) -> bool {
        self.slots.iter().all(Slot::is_one)
    }
}

/// What is put into a frame before anything is looked up, by variable.
pub(crate) type Preset = BTreeMap<VariableId, (Slot, Option<FactValue>)>;
