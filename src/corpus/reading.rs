//! Reading lanes: what a measure of a claim is, and where that lies among what rules tell apart.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lanes::{Kind, Part, Place, Plan};
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
    Count(Box<[Option<u64>]>),
    /// By how many there are and for how many it holds, a row for each number of items.
    Holds(Box<[Option<u64>]>),
    /// The sums from which on the cells after the first begin.
    Sum { cuts: Box<[i64]>, not_reported: Option<u64> },
    /// The keys of the values, in the order in which one is looked for, and of none and not reported.
    Values { order: Box<[(usize, Option<u64>)]>, none: Option<u64>, not_reported: Option<u64>, is_majority: bool },
    /// Nothing.
    None,
}

impl Reading {
    /// Of a measure whose cells add these to the key of a claim.
    pub(super) fn new(compiled: &Compiled, index: &Index<'_>, part: Part, keys: Box<[u64]>) -> Self {
        let compiled_measure = &compiled.measures[part.measure];
        let measure = compiled.framework().measures[compiled_measure.index].clone();
        let domain = compiled.claims.space.get(compiled_measure.output).domain.clone();
        let order = WordOrder::of(index, &measure);
        let mut reading = Self { part, measure, domain, order, keys, fast: Fast::None };
        reading.fast = reading.looked_up();
        reading
    }

    fn looked_up(&self) -> Fast {
        let key = |value: FactValue| self.key_of(&value);
        match &self.part.kind {
            Kind::Count => Fast::Count((0..=MOST_LOOKED_UP).map(|count| key(self.counted(count))).collect()),
            Kind::Holds => {
                let all = (0..=MOST_LOOKED_UP).flat_map(|count| (0..=MOST_LOOKED_UP).map(move |holds| (count, holds)));
                Fast::Holds(all.map(|(count, holds)| key(self.held(count, holds.min(count)))).collect())
            }
            Kind::Sum if self.measure.clamp.is_none() => match self.sum_cuts() {
                Some(cuts) => Fast::Sum { cuts, not_reported: key(Unknown::NotReported.into()) },
                None => Fast::None,
            },
            Kind::Values(values) => {
                let is_majority = match &self.measure.aggregate {
                    Aggregate::Majority(_) => true,
                    Aggregate::Min(_) | Aggregate::Max(_) => false,
                    _ => return Fast::None,
                };
                let ranked = values.iter().enumerate().map(|(place, value)| (self.rank(value), place, value));
                let mut ranked: Vec<_> = ranked.filter(|(rank, ..)| is_majority || rank.is_some()).collect();
                ranked.sort_by_key(|(rank, ..)| *rank);
                if matches!(self.measure.aggregate, Aggregate::Max(_)) {
                    ranked.reverse();
                }
                let order = ranked.into_iter().map(|(_, place, value)| (place, key(value.clone()))).collect();
                let (none, not_reported) = (key(Unknown::None.into()), key(Unknown::NotReported.into()));
                Fast::Values { order, none, not_reported, is_majority }
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

    /// What a claim with this row adds to its key; nothing where no rule tells it.
    pub(super) fn key(&self, plan: &Plan, row: &[u64]) -> Option<u64> {
        let at = self.place(row);
        match &self.fast {
            Fast::Count(keys) => {
                if let Some(key) = keys.get(Plan::lane(row, at.lane) as usize) {
                    return *key;
                }
            }
            Fast::Holds(keys) => {
                let (count, holds) = (Plan::lane(row, at.lane), Plan::lane(row, at.lane + 1));
                if count <= MOST_LOOKED_UP {
                    return *keys.get((count * (MOST_LOOKED_UP + 1) + holds) as usize)?;
                }
            }
            Fast::Sum { cuts, not_reported } => {
                if Plan::lane(row, at.lane) > 0 {
                    return *not_reported;
                }
                let sum = row[plan.sum(at.sum)].cast_signed();
                let cell: usize = cuts.iter().map(|cut| usize::from(sum >= *cut)).sum();
                return self.keys.get(cell).copied();
            }
            Fast::Values { order, none, not_reported, is_majority: false } => {
                if Plan::lane(row, at.lane) > 0 {
                    return *not_reported;
                }
                let found = order.iter().find(|(place, _)| Plan::lane(row, at.lane + 1 + place) > 0);
                return found.map_or(*none, |(_, key)| *key);
            }
            Fast::Values { order, none, is_majority: true, .. } => {
                let count = |place: usize| u64::from(Plan::lane(row, at.lane + 1 + place));
                let total = u64::from(Plan::lane(row, at.lane)) + order.iter().map(|(place, _)| count(*place)).sum::<u64>();
                let found = order.iter().find(|(place, _)| 2 * count(*place) > total);
                return found.map_or(*none, |(_, key)| *key);
            }
            Fast::None => {}
        }
        self.key_of(&self.value(plan, row))
    }

    fn key_of(&self, value: &FactValue) -> Option<u64> {
        self.keys.get(usize::from(self.domain.cell(value)?)).copied()
    }

    fn place(&self, row: &[u64]) -> Place {
        match self.part.preferred {
            Some((counted, preferred)) if Plan::lane(row, counted) > 0 => preferred,
            _ => self.part.all,
        }
    }

    /// What the measure is of a claim with this row.
    fn value(&self, plan: &Plan, row: &[u64]) -> FactValue {
        let at = self.place(row);
        let lane = |place: usize| Plan::lane(row, at.lane + place);
        let sum = |place: usize| {
            let sum = row[plan.sum(at.sum + place)].cast_signed();
            Decimal::new(sum, self.part.decimals)
        };
        let given = |value: FactValue, holds: bool| Contribution { preferred: true, holds, value };
        let not_reported = (lane(0) > 0).then(|| given(Unknown::NotReported.into(), false));
        match &self.part.kind {
            Kind::Count => self.counted(lane(0)),
            Kind::Holds => self.held(lane(0), lane(1)),
            Kind::Sum => self.made_of(not_reported.into_iter().chain([given(sum(0).into(), false)])),
            Kind::WeighedShare => {
                let parts = [given(sum(1).into(), true), given((sum(0) - sum(1)).into(), false)];
                self.made_of(not_reported.into_iter().chain(parts))
            }
            // The others made of values are looked up.
            Kind::Values(_) if lane(0) > 0 => Unknown::NotReported.into(),
            Kind::Values(values) => {
                let different = (0..values.len()).filter(|place| lane(1 + place) > 0).count();
                clamp(&self.measure, Decimal::from(different).into())
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
