//! Reading lanes: what a measure of a claim is, and where that lies among what rules tell apart.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lanes::{At, Kind, Part, Place, Plan};
use crate::compile::Compiled;
use crate::compile::space::{Domain, Known};
use crate::framework::names::Index;
use crate::framework::{Aggregate, Measure};
use crate::grade::measure::{Contribution, WordOrder, aggregate, clamp};
use crate::value::{FactValue, Unknown, Value};

/// Up to how many items counts and shares are looked up rather than worked out.
const MOST_LOOKED_UP: u32 = 64;

/// Reads a measure from rows.
#[derive(Debug)]
pub(super) struct Reading {
    part: Part,
    measure: Measure,
    domain: Domain,
    order: WordOrder,
    /// What a value adds to the key of a claim, by its cell.
    keys: Box<[u64]>,
    fast: Fast,
}

/// What is looked up instead of being worked out.
#[derive(Debug)]
enum Fast {
    /// By how many there are.
    Count { count: At, keys: Box<[u64]> },
    /// By how many there are and for how many it holds, a row for each number of items.
    Holds { count: At, holds: At, keys: Box<[u64]> },
    /// The sums from which on the cells after the first begin.
    Sum { sum: usize, cuts: Box<[i64]> },
    /// The keys of the values, in the order in which one is looked for, and of none.
    First { order: Box<[(At, u64)]>, none: u64 },
    /// The same for the value that more than half have.
    Majority { values: Box<[(At, u64)]>, none: u64 },
    /// Nothing.
    None,
}

/// The key of what no rule tells, and of what is not told by rows.
pub(super) const NO_KEY: u64 = u64::MAX;

impl Reading {
    /// Of a measure whose cells add these to the key of a claim.
    pub(super) fn new(compiled: &Compiled, index: &Index<'_>, plan: &Plan, part: Part, keys: Box<[u64]>) -> Self {
        let compiled_measure = &compiled.measures[part.measure];
        let measure = compiled.framework().measures[compiled_measure.index].clone();
        let domain = compiled.claims.space.get(compiled_measure.output).domain.clone();
        let order = WordOrder::of(index, &measure);
        let mut reading = Self { part, measure, domain, order, keys, fast: Fast::None };
        reading.fast = reading.looked_up(plan);
        reading
    }

    fn looked_up(&self, plan: &Plan) -> Fast {
        let Part { all, preferred, .. } = &self.part;
        if preferred.is_some() {
            return Fast::None;
        }
        let key = |value: FactValue| self.key_of(&value).unwrap_or(NO_KEY);
        let at = |place: usize| plan.at(all.lane + place);
        match &self.part.kind {
            Kind::Count => {
                let keys = (0..=MOST_LOOKED_UP).map(|count| key(self.counted(count))).collect();
                Fast::Count { count: at(0), keys }
            }
            Kind::Holds => {
                let pairs =
                    (0..=MOST_LOOKED_UP).flat_map(|count| (0..=MOST_LOOKED_UP).map(move |holds| (count, holds)));
                let keys = pairs.map(|(count, holds)| key(self.held(count, holds.min(count)))).collect();
                Fast::Holds { count: at(0), holds: at(1), keys }
            }
            Kind::Sum if self.measure.clamp.is_none() => match self.sum_cuts() {
                Some(cuts) => Fast::Sum { sum: plan.sum(all.sum), cuts },
                None => Fast::None,
            },
            Kind::Values(values) => {
                let of = |place: usize| (at(place), key(values[place].clone()));
                let none = key(Unknown::None.into());
                let ranked = || {
                    let ranked = (0..values.len()).filter_map(|place| Some((self.rank(&values[place])?, place)));
                    let mut ranked: Vec<(usize, usize)> = ranked.collect();
                    ranked.sort_unstable();
                    ranked.into_iter().map(|(_, place)| of(place))
                };
                match &self.measure.aggregate {
                    Aggregate::Majority(_) => Fast::Majority { values: (0..values.len()).map(of).collect(), none },
                    Aggregate::Min(_) => Fast::First { order: ranked().collect(), none },
                    Aggregate::Max(_) => Fast::First { order: ranked().rev().collect(), none },
                    _ => Fast::None,
                }
            }
            Kind::Sum | Kind::WeighedShare => Fast::None,
        }
    }

    fn rank(&self, value: &FactValue) -> Option<usize> {
        match value {
            FactValue::Known(Value::Choice(word)) => self.order.rank(word),
            _ => None,
        }
    }

    /// The whole sums, in units of the last digit, from which on the cells after the first begin.
    fn sum_cuts(&self) -> Option<Box<[i64]>> {
        let Known::Numbers { cuts, date: false, .. } = &self.domain.known else { return None };
        let unit = Decimal::from(10_u64.checked_pow(self.part.decimals)?);
        let from = |cut: &crate::compile::space::Cut| {
            let at = cut.at.checked_mul(unit)?;
            let from = if cut.after { at.floor().checked_add(Decimal::ONE)? } else { at.ceil() };
            from.to_i64()
        };
        cuts.iter().map(from).collect()
    }

    /// Takes note of lanes with more bits.
    pub(super) fn widen(&mut self, plan: &Plan) {
        self.fast = self.looked_up(plan);
    }

    /// What a claim with this row adds to its key; nothing where no rule tells it.
    #[inline]
    pub(super) fn key(&self, plan: &Plan, row: &[u64]) -> Option<u64> {
        let key = self.fast_key(plan, row).unwrap_or_else(|| self.slow_key(plan, row));
        (key != NO_KEY).then_some(key)
    }

    #[inline]
    fn fast_key(&self, plan: &Plan, row: &[u64]) -> Option<u64> {
        if let Some(lane) = self.part.all.not_reported
            && plan.lane(row, lane) > 0
        {
            return None;
        }
        match &self.fast {
            Fast::Count { count, keys } => count_key(*count, keys, row),
            Fast::Holds { count, holds, keys } => holds_key(*count, *holds, keys, row),
            Fast::Sum { sum, cuts } => self.sum_key(*sum, cuts, row),
            Fast::First { order, none } => Some(first_key(order, *none, row)),
            Fast::Majority { values, none } => Some(majority_key(values, *none, row)),
            Fast::None => None,
        }
    }

    /// Adds to the keys of claims what their rows tell; they come to no key where no rule tells it.
    pub(super) fn add_keys(&self, plan: &Plan, rows: &[u64], keys: &mut [u64]) {
        let of = keys.iter_mut().zip(rows.chunks_exact(plan.width()));
        let slow = |row: &[u64]| self.slow_key(plan, row);
        // What is looked up is told apart once, and not for each row.
        match &self.fast {
            _ if self.part.all.not_reported.is_some() => {
                add_each(of, |row| self.key(plan, row).unwrap_or(NO_KEY));
            }
            Fast::Count { count, keys } => {
                add_each(of, |row| count_key(*count, keys, row).unwrap_or_else(|| slow(row)))
            }
            Fast::Holds { count, holds, keys } => {
                add_each(of, |row| holds_key(*count, *holds, keys, row).unwrap_or_else(|| slow(row)));
            }
            Fast::Sum { sum, cuts } => {
                add_each(of, |row| self.sum_key(*sum, cuts, row).unwrap_or_else(|| slow(row)));
            }
            Fast::First { order, none } => add_each(of, |row| first_key(order, *none, row)),
            Fast::Majority { values, none } => add_each(of, |row| majority_key(values, *none, row)),
            Fast::None => add_each(of, slow),
        }
    }

    #[inline]
    fn sum_key(&self, sum: usize, cuts: &[i64], row: &[u64]) -> Option<u64> {
        let sum = row[sum].cast_signed();
        let cell: usize = cuts.iter().map(|cut| usize::from(sum >= *cut)).sum();
        self.keys.get(cell).copied()
    }

    #[inline(never)]
    fn slow_key(&self, plan: &Plan, row: &[u64]) -> u64 {
        self.key_of(&self.value(plan, row)).unwrap_or(NO_KEY)
    }

    fn key_of(&self, value: &FactValue) -> Option<u64> {
        self.keys.get(usize::from(self.domain.cell(value)?)).copied()
    }

    fn place(&self, plan: &Plan, row: &[u64]) -> Place {
        match self.part.preferred {
            Some((counted, preferred)) if plan.lane(row, counted) > 0 => preferred,
            _ => self.part.all,
        }
    }

    /// What the measure is of a claim with this row.
    fn value(&self, plan: &Plan, row: &[u64]) -> FactValue {
        let at = self.place(plan, row);
        let lane = |place: usize| plan.lane(row, at.lane + place);
        let sum = |place: usize| {
            let sum = row[plan.sum(at.sum + place)].cast_signed();
            Decimal::new(sum, self.part.decimals)
        };
        let given = |value: FactValue, holds: bool| Contribution { preferred: true, holds, value };
        let is_missed = at.not_reported.is_some_and(|lane| plan.lane(row, lane) > 0);
        let not_reported = is_missed.then(|| given(Unknown::NotReported.into(), false));
        match &self.part.kind {
            Kind::Count => self.counted(lane(0)),
            Kind::Holds => self.held(lane(0), lane(1)),
            Kind::Sum => self.made_of(not_reported.into_iter().chain([given(sum(0).into(), false)])),
            Kind::WeighedShare => {
                let parts = [given(sum(1).into(), true), given((sum(0) - sum(1)).into(), false)];
                self.made_of(not_reported.into_iter().chain(parts))
            }
            Kind::Values(values) => {
                let one = |value: &FactValue| given(value.clone(), false);
                let times = values.iter().enumerate().map(|(place, value)| (value, lane(place) as usize));
                let missed = at.not_reported.map_or(0, |lane| plan.lane(row, lane) as usize);
                let missed = std::iter::repeat_n(given(Unknown::NotReported.into(), false), missed);
                self.made_of(times.flat_map(|(value, times)| std::iter::repeat_n(one(value), times)).chain(missed))
            }
        }
    }

    fn made_of(&self, given: impl Iterator<Item = Contribution>) -> FactValue {
        aggregate(&self.measure, &self.order, &given.collect::<Vec<_>>())
    }

    fn counted(&self, count: u32) -> FactValue {
        clamp(&self.measure, Decimal::from(count).into())
    }

    /// What is made of so many items, for some of which it holds.
    fn held(&self, count: u32, holds: u32) -> FactValue {
        let value: FactValue = match &self.measure.aggregate {
            Aggregate::Any(_) => (holds > 0).into(),
            Aggregate::All(_) if count == 0 => Unknown::None.into(),
            Aggregate::All(_) => (holds == count).into(),
            _ => Decimal::from(holds).checked_div(count.into()).map_or(Unknown::None.into(), FactValue::from),
        };
        clamp(&self.measure, value)
    }
}

#[inline]
fn count_key(count: At, keys: &[u64], row: &[u64]) -> Option<u64> {
    keys.get(count.of(row) as usize).copied()
}

#[inline]
fn holds_key(count: At, holds: At, keys: &[u64], row: &[u64]) -> Option<u64> {
    let (count, holds) = (count.of(row), holds.of(row));
    if count > MOST_LOOKED_UP {
        return None;
    }
    keys.get((count * (MOST_LOOKED_UP + 1) + holds) as usize).copied()
}

/// The key of the first value that there is. All are looked at: nothing is to be guessed about rows.
#[inline]
fn first_key(order: &[(At, u64)], none: u64, row: &[u64]) -> u64 {
    order.iter().rev().fold(none, |found, (at, key)| if at.of(row) > 0 { *key } else { found })
}

/// The key of the value that more than half have: there is one such at most.
#[inline]
fn majority_key(values: &[(At, u64)], none: u64, row: &[u64]) -> u64 {
    let total: u32 = values.iter().map(|(at, _)| at.of(row)).sum();
    let is_most = |at: &At| u64::from(at.of(row)) * 2 > total.into();
    values.iter().fold(none, |found, (at, key)| if is_most(at) { *key } else { found })
}

/// Adds to keys what rows give; what was no key stays so.
#[inline]
fn add_each<'a>(of: impl Iterator<Item = (&'a mut u64, &'a [u64])>, given: impl Fn(&[u64]) -> u64) {
    for (key, row) in of {
        *key = key.saturating_add(given(row));
    }
}
