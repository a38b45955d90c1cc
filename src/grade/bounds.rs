//! Bounds: what measures can still be when facts of items are missing.
//!
//! Every item can give to the measures in a few ways, one for each combination of what is missing
//! that makes a difference. The ways of all items are combined, equal results put together on the
//! way, so measures that hang on the same missing fact are bounded together. Missing numbers are
//! intervals.

pub(super) mod interval;
pub(super) mod item;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use self::interval::{ZERO, clamp, contains, exactly, extreme_of, median, only, plus, share};
use self::item::{Way, WayValue, Ways};
use super::frame::Slot;
use super::measure::{WordOrder, as_number};
use crate::compile::diagram::{Diagram, HashSet, VariableId};
use crate::compile::space::{Bounds, Domain, Known, Steps, day};
use crate::framework::{Aggregate, Measure};
use crate::value::{FactValue, Unknown, Value};

/// How many results are kept together.
const MOST_RESULTS: usize = 1 << 12;

/// What a measure asks of an item: diagrams of its filter, its preference, its condition and its
/// value.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) measure: &'a Measure,
    pub(crate) order: &'a WordOrder,
    pub(crate) filter: Diagram,
    pub(crate) prefer: Diagram,
    pub(crate) holds: Diagram,
    /// The cell of the value that it is made of, with the domain of the cell.
    pub(crate) of: Option<(Diagram, VariableId, &'a Domain)>,
    /// Whether that value, where it is missing, can be any in its cell whatever else is: a fact of
    /// the item itself, and neither worked out nor shared with other items.
    pub(crate) by_itself: bool,
}

/// What measures can be together: for each way the cells of each measure, and its value where
/// that is the same whatever is missing.
pub(crate) type Joint = Vec<Vec<(Slot, Option<FactValue>)>>;

/// Works out what measures can be together over items, each of which can give to them in some ways; nothing if there
/// are too many.
pub(crate) fn joint(
    asked: &[Asked<'_>],
    outputs: &[&Domain],
    items: impl IntoIterator<Item = Option<Arc<Ways>>>,
) -> Option<Joint> {
    let mut measures: Vec<States> = asked.iter().map(|asked| States::new(asked.measure)).collect();
    let mut results: Vec<Box<[usize]>> = vec![vec![0; asked.len()].into()];
    for ways in items {
        let ways: Vec<Vec<usize>> = ways?
            .iter()
            .map(|way| measures.iter_mut().zip(way).map(|(states, part)| states.number(part)).collect())
            .collect();
        let mut next: HashSet<Box<[usize]>> = HashSet::default();
        for result in &results {
            for way in &ways {
                let parts = measures.iter_mut().zip(asked).zip(result.iter().zip(way));
                next.insert(parts.map(|((states, asked), (state, part))| states.add(*state, *part, asked)).collect());
            }
            if next.len() > MOST_RESULTS {
                return None;
            }
        }
        results = next.into_iter().collect();
        results.sort_unstable();
        measures.iter_mut().for_each(States::next_item);
    }
    let mut joint = Joint::new();
    let mut seen: HashSet<Vec<(Slot, Option<FactValue>)>> = HashSet::default();
    for result in &results {
        let parts = result.iter().zip(&measures).zip(asked).zip(outputs);
        let way = parts.map(|(((state, states), asked), domain)| {
            let partial = &states.all[*state];
            let slot = partial.slot(asked.measure, domain, asked.order);
            (slot, partial.value(asked.measure, domain, asked.order))
        });
        let way: Vec<_> = way.collect();
        if seen.insert(way.clone()) {
            joint.push(way);
        }
    }
    Some(joint)
}

/// Whether a number of which only bounds are known makes the bounds of measures wider than what
/// they can be.
pub(crate) fn bounded_apart(asked: &[Asked<'_>], variable: VariableId) -> bool {
    let mut made = asked.iter().filter_map(|asked| {
        let (_, of, domain) = asked.of?;
        (of == variable).then_some((asked.measure, domain))
    });
    let wider = |(measure, domain): (&Measure, &Domain)| match (&measure.aggregate, &domain.known) {
        // The weight of an item stands above and below the line.
        (Aggregate::Share { .. }, _) => true,
        // Numbers that may be equal may differ.
        (Aggregate::Distinct(_), Known::Numbers { .. }) => true,
        // A median of whole numbers is whole or half.
        (Aggregate::Median(_), Known::Numbers { steps, .. }) => *steps != Steps::Every,
        _ => false,
    };
    // Two measures made of the same missing number move together; as intervals they do not.
    let of = |asked: &&Asked<'_>| asked.of.is_some_and(|(_, of, _)| of == variable);
    let by_itself = asked.iter().filter(of).all(|asked| asked.by_itself);
    !by_itself || made.clone().count() > 1 || made.any(wider)
}

/// What one measure came to over some of the items, each state once: a state is told by its place.
struct States {
    all: Vec<Partial>,
    places: BTreeMap<Partial, usize>,
    /// What the item at hand can give.
    parts: Vec<Way>,
    /// What a state becomes with a part of the item at hand.
    added: BTreeMap<(usize, usize), usize>,
}

impl States {
    fn new(measure: &Measure) -> Self {
        let start = Partial::start(measure);
        Self {
            all: vec![start.clone()],
            places: BTreeMap::from([(start, 0)]),
            parts: Vec::new(),
            added: BTreeMap::new(),
        }
    }

    fn number(&mut self, part: &Way) -> usize {
        self.parts.iter().position(|known| known == part).unwrap_or_else(|| {
            self.parts.push(part.clone());
            self.parts.len() - 1
        })
    }

    fn add(&mut self, state: usize, part: usize, asked: &Asked<'_>) -> usize {
        *self.added.entry((state, part)).or_insert_with(|| {
            let mut partial = self.all[state].clone();
            partial.add(&self.parts[part], asked.measure, asked.order);
            *self.places.entry(partial).or_insert_with_key(|partial| {
                self.all.push(partial.clone());
                self.all.len() - 1
            })
        })
    }

    fn next_item(&mut self) {
        self.parts.clear();
        self.added.clear();
    }
}

/// A measure over some of the items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Partial {
    Count(usize),
    Any(bool),
    All(usize, bool),
    /// The values, and how many items have one that may be any of them or another.
    Distinct(BTreeSet<Value>, usize),
    Majority(BTreeMap<Value, usize>, usize),
    Sum(Bounds),
    /// The numbers, each between bounds, sorted.
    Numbers(Vec<Bounds>),
    /// The least and the greatest rank of the extreme, if there is a value.
    Extreme(Option<Bounds>),
    /// The weight for which it holds, and that for which it does not.
    Share(Bounds, Bounds),
    NotReported,
    /// Over the preferred items, if there is one, and over the others.
    Preferred(Option<Box<Self>>, Box<Self>),
}

impl Partial {
    fn start(measure: &Measure) -> Self {
        let plain = Self::plain(measure);
        if measure.prefer.is_some() { Self::Preferred(None, Box::new(plain)) } else { plain }
    }

    const fn plain(measure: &Measure) -> Self {
        match &measure.aggregate {
            Aggregate::Count => Self::Count(0),
            Aggregate::Any(_) => Self::Any(false),
            Aggregate::All(_) => Self::All(0, true),
            Aggregate::Distinct(_) => Self::Distinct(BTreeSet::new(), 0),
            Aggregate::Majority(_) => Self::Majority(BTreeMap::new(), 0),
            Aggregate::Sum(_) => Self::Sum(ZERO),
            Aggregate::Median(_) => Self::Numbers(Vec::new()),
            Aggregate::Min(_) | Aggregate::Max(_) => Self::Extreme(None),
            Aggregate::Share { .. } => Self::Share(ZERO, ZERO),
        }
    }

    fn add(&mut self, way: &Way, measure: &Measure, order: &WordOrder) {
        let Way::In(preferred, holds, value) = way else { return };
        if let Self::Preferred(first, others) = self {
            let part = if *preferred { first.get_or_insert_with(|| Box::new(Self::plain(measure))) } else { others };
            part.add(way, measure, order);
            return;
        }
        match self {
            Self::NotReported => return,
            Self::Count(count) => {
                *count += 1;
                return;
            }
            Self::Any(any) => {
                *any |= holds;
                return;
            }
            Self::All(count, all) => {
                *count += 1;
                *all &= holds;
                return;
            }
            Self::Majority(counts, total) => {
                match value {
                    WayValue::Known(value) => {
                        *counts.entry(value.clone()).or_default() += 1;
                        *total += 1;
                    }
                    WayValue::Unknown(Unknown::NotReported) if measure.skip_not_reported => {}
                    WayValue::Unknown(unknown) if *unknown != Unknown::NotReported => {}
                    _ => *total += 1,
                }
                return;
            }
            _ => {}
        }
        match value {
            WayValue::Unknown(Unknown::NotReported) if !measure.skip_not_reported => *self = Self::NotReported,
            WayValue::Unknown(_) => {}
            WayValue::SomeWord => {
                if let Self::Distinct(_, others) = self {
                    *others += 1;
                }
            }
            WayValue::Known(value) => {
                if let Self::Distinct(values, _) = self {
                    values.insert(value.clone());
                    return;
                }
                let rank = match value {
                    Value::Choice(word) => order.rank(word).map(Decimal::from),
                    other => as_number(other),
                };
                if let Some(rank) = rank {
                    self.add_number(measure, *holds, exactly(rank));
                }
            }
            WayValue::Between(bounds) => self.add_number(measure, *holds, *bounds),
        }
    }

    fn add_number(&mut self, measure: &Measure, holds: bool, number: Bounds) {
        match self {
            Self::Sum(sum) => *sum = plus(*sum, number),
            Self::Distinct(_, others) => *others += 1,
            Self::Numbers(numbers) => {
                numbers.push(number);
                numbers.sort_unstable();
            }
            Self::Share(with, without) => {
                let part = if holds { with } else { without };
                *part = plus(*part, number);
            }
            Self::Extreme(extreme) => {
                let greatest = matches!(measure.aggregate, Aggregate::Max(_));
                *extreme = Some(extreme.map_or(number, |before| extreme_of(before, number, greatest)));
            }
            _ => {}
        }
    }

    /// The cells in which the measure may be.
    fn slot(&self, measure: &Measure, domain: &Domain, order: &WordOrder) -> Slot {
        let unknown = |unknown: Unknown| domain.unknown_cell(unknown).map_or(Slot::Open, Slot::One);
        let known = |value: FactValue| domain.cell(&value).map_or(Slot::Open, Slot::One);
        let number = |number: Bounds| Slot::of(domain.overlapping(clamp(measure, number)));
        match self {
            Self::NotReported => unknown(Unknown::NotReported),
            Self::Preferred(first, others) => first.as_ref().unwrap_or(others).slot(measure, domain, order),
            Self::Count(count) => number(exactly(Decimal::from(*count))),
            Self::Any(any) => known((*any).into()),
            Self::All(0, _) | Self::Extreme(None) => unknown(Unknown::None),
            Self::All(_, all) => known((*all).into()),
            Self::Distinct(values, others) => {
                let least = values.len().max((*others).min(1));
                let end = |count: usize| Some((Decimal::from(count), true));
                number(Bounds { low: end(least), high: end(values.len() + others) })
            }
            Self::Sum(sum) => number(*sum),
            Self::Majority(counts, total) => match counts.iter().find(|(_, count)| 2 * **count > *total) {
                Some((value, _)) => known(FactValue::Known(value.clone())),
                None => unknown(Unknown::None),
            },
            Self::Numbers(numbers) => match median(numbers) {
                Some(median) => number(median),
                None => unknown(Unknown::None),
            },
            Self::Extreme(Some(extreme)) => match &domain.known {
                Known::Words { words, .. } => {
                    let mut cells = fixedbitset::FixedBitSet::with_capacity(domain.cells());
                    for (cell, word) in words.iter().enumerate() {
                        let inside = order.rank(word).is_some_and(|rank| contains(*extreme, Decimal::from(rank)));
                        cells.set(cell, inside);
                    }
                    Slot::of(cells)
                }
                _ => number(*extreme),
            },
            Self::Share(with, without) => {
                let mut cells = match share(*with, *without) {
                    Some(share) => domain.overlapping(clamp(measure, share)),
                    None => fixedbitset::FixedBitSet::with_capacity(domain.cells()),
                };
                // Weights that may all be 0 leave no share.
                let may_be_nothing = contains(*with, Decimal::ZERO) && contains(*without, Decimal::ZERO);
                if let Some(none) = domain.unknown_cell(Unknown::None).filter(|_| may_be_nothing) {
                    cells.insert(none as usize);
                }
                Slot::of(cells)
            }
        }
    }

    /// The value of the measure, if it is known.
    fn value(&self, measure: &Measure, domain: &Domain, order: &WordOrder) -> Option<FactValue> {
        let number = |bounds: Bounds| {
            let (number, _) = only(clamp(measure, bounds))?;
            match &domain.known {
                Known::Numbers { date: true, .. } => day(number).map(|day| Value::Date(day).into()),
                _ => Some(number.into()),
            }
        };
        match self {
            Self::NotReported => Some(Unknown::NotReported.into()),
            Self::Preferred(first, others) => first.as_ref().unwrap_or(others).value(measure, domain, order),
            Self::Count(count) => number(exactly(Decimal::from(*count))),
            Self::Any(any) => Some((*any).into()),
            Self::All(0, _) | Self::Extreme(None) => Some(Unknown::None.into()),
            Self::All(_, all) => Some((*all).into()),
            Self::Distinct(values, 0) => number(exactly(Decimal::from(values.len()))),
            Self::Distinct(..) => None,
            Self::Sum(sum) => number(*sum),
            Self::Majority(counts, total) => {
                let most = counts.iter().find(|(_, count)| 2 * **count > *total);
                Some(most.map_or(Unknown::None.into(), |(value, _)| FactValue::Known(value.clone())))
            }
            Self::Numbers(numbers) => match median(numbers) {
                Some(median) => number(median),
                None => Some(Unknown::None.into()),
            },
            Self::Extreme(Some(extreme)) => match &domain.known {
                Known::Words { words, .. } => {
                    let (rank, _) = only(*extreme)?;
                    let word = words.iter().find(|word| order.rank(word).map(Decimal::from) == Some(rank))?;
                    Some(Value::Choice(word.clone()).into())
                }
                _ => number(*extreme),
            },
            Self::Share(with, without) => {
                let ((with, _), (without, _)) = (only(*with)?, only(*without)?);
                match with.checked_div(with.saturating_add(without)) {
                    Some(share) => number(exactly(share)),
                    None => Some(Unknown::None.into()),
                }
            }
        }
    }
}
