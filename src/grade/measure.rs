//! Measures: one value made of the values of many items.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::frame::Frame;
use crate::compile::CompiledMeasure;
use crate::compile::diagram::{Diagram, Diagrams};
use crate::compile::space::days;
use crate::framework::names::{Index, inner_scope};
use crate::framework::{Aggregate, Measure};
use crate::name::Word;
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::{Choices, FactType};

/// What an item gives to a measure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contribution {
    /// Whether it counts before those that are not preferred.
    pub(crate) preferred: bool,
    /// Whether what is asked of it holds; true where nothing is asked.
    pub(crate) holds: bool,
    /// The value that the measure is made of, or its weight.
    pub(crate) value: FactValue,
}

/// What an item gives to a measure: nothing if it does not pass the filter.
///
/// Fails where that hangs on something that is missing.
pub(crate) fn contribution(
    measure: &CompiledMeasure,
    diagrams: &Diagrams,
    frame: &Frame,
) -> Result<Option<Contribution>, Undetermined> {
    if !certain(measure.filter.as_ref().map(|(_, holds)| *holds), diagrams, frame)? {
        return Ok(None);
    }
    let preferred = certain(measure.prefer.as_ref().map(|(_, holds)| *holds), diagrams, frame)?;
    let holds = certain(measure.condition.as_ref().map(|(_, holds)| *holds), diagrams, frame)?;
    let value = match measure.of {
        None => FactValue::from(Decimal::ONE),
        Some((variable, _)) => match frame.value(variable) {
            Some(value) if !value.is_missing() => value.clone(),
            _ => return Err(Undetermined),
        },
    };
    Ok(Some(Contribution { preferred, holds, value }))
}

/// That something hangs on what is missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undetermined;

fn certain(condition: Option<Diagram>, diagrams: &Diagrams, frame: &Frame) -> Result<bool, Undetermined> {
    let Some(condition) = condition else { return Ok(true) };
    let possible = diagrams.possible(condition, &frame.inputs());
    match (possible.contains(&0), possible.contains(&1)) {
        (false, _) => Ok(true),
        (true, false) => Ok(false),
        (true, true) => Err(Undetermined),
    }
}

/// The order of the words that a measure is made of.
#[derive(Debug)]
pub(crate) struct WordOrder(Option<Choices>);

impl WordOrder {
    pub(crate) fn of(index: &Index<'_>, measure: &Measure) -> Self {
        let of = measure.aggregate.of();
        let kind = of.and_then(|name| index.value_type(inner_scope(measure), name.as_str())).map(|given| given.kind);
        match kind {
            Some(FactType::Choice(choices)) => Self(Some(choices)),
            _ => Self(None),
        }
    }

    /// The position of a word; nothing for words beside the order, which are left out of it.
    pub(crate) fn rank(&self, word: &Word) -> Option<usize> {
        self.0.as_ref()?.position(word.as_str())
    }
}

/// The value of a measure over what its items give to it.
pub(crate) fn aggregate(measure: &Measure, order: &WordOrder, given: &[Contribution]) -> FactValue {
    let preferred: Vec<Contribution> = given.iter().filter(|item| item.preferred).cloned().collect();
    let given = if preferred.is_empty() { given } else { &preferred };
    let value = match &measure.aggregate {
        Aggregate::Count => FactValue::from(Decimal::from(given.len())),
        Aggregate::Any(_) => given.iter().any(|item| item.holds).into(),
        Aggregate::All(_) if given.is_empty() => Unknown::None.into(),
        Aggregate::All(_) => given.iter().all(|item| item.holds).into(),
        Aggregate::Majority(_) => majority(measure, given),
        Aggregate::Share { .. } => share(measure, given),
        _ => match values(measure, given) {
            Err(unknown) => unknown.into(),
            Ok(values) => of_values(measure, order, &values),
        },
    };
    clamp(measure, value)
}

/// The known values, without items that have none. An item that does not report its value makes
/// the whole *not reported*, unless such items are left out.
fn values<'g>(measure: &Measure, given: &'g [Contribution]) -> Result<Vec<&'g Value>, Unknown> {
    let mut values = Vec::with_capacity(given.len());
    for item in given {
        match &item.value {
            FactValue::Known(value) => values.push(value),
            FactValue::Unknown(Unknown::NotReported) if !measure.skip_not_reported => return Err(Unknown::NotReported),
            FactValue::Unknown(_) => {}
        }
    }
    Ok(values)
}

fn of_values(measure: &Measure, order: &WordOrder, values: &[&Value]) -> FactValue {
    let numbers = || values.iter().filter_map(|value| as_number(value));
    match &measure.aggregate {
        Aggregate::Distinct(_) => {
            let distinct: BTreeSet<&&Value> = values.iter().collect();
            Decimal::from(distinct.len()).into()
        }
        Aggregate::Sum(_) => numbers().fold(Decimal::ZERO, |total, number| total.saturating_add(number)).into(),
        Aggregate::Median(_) => {
            let mut numbers: Vec<Decimal> = numbers().collect();
            numbers.sort_unstable();
            median(&numbers).map_or(Unknown::None.into(), FactValue::from)
        }
        Aggregate::Min(_) => extreme(order, values, false),
        _ => extreme(order, values, true),
    }
}

/// The median of sorted numbers; of an even number of them the mean of the middle two.
pub(crate) fn median(sorted: &[Decimal]) -> Option<Decimal> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(lower.checked_add(upper).map_or(lower, |sum| sum / Decimal::TWO))
}

fn extreme(order: &WordOrder, values: &[&Value], greatest: bool) -> FactValue {
    let rank = |value: &Value| match value {
        Value::Choice(word) => order.rank(word).map(Decimal::from),
        other => as_number(other),
    };
    let ranked = values.iter().filter_map(|value| Some((rank(value)?, *value)));
    let chosen = if greatest { ranked.max_by_key(|(rank, _)| *rank) } else { ranked.min_by_key(|(rank, _)| *rank) };
    chosen.map_or(Unknown::None.into(), |(_, value)| FactValue::Known(value.clone()))
}

/// A number, or a day as its number.
pub(crate) fn as_number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Date(date) => Some(days(*date)),
        _ => None,
    }
}

/// The value that more than half of the items have. Items that do not report it count among all
/// items, unless they are left out; items that have none are left out.
fn majority(measure: &Measure, given: &[Contribution]) -> FactValue {
    let mut counts: BTreeMap<&Value, usize> = BTreeMap::new();
    let mut total = 0;
    for item in given {
        match &item.value {
            FactValue::Known(value) => {
                *counts.entry(value).or_default() += 1;
                total += 1;
            }
            FactValue::Unknown(Unknown::NotReported) if !measure.skip_not_reported => total += 1,
            FactValue::Unknown(_) => {}
        }
    }
    let winner = counts.into_iter().find(|(_, count)| 2 * count > total);
    winner.map_or(Unknown::None.into(), |(value, _)| FactValue::Known(value.clone()))
}

/// The part of the items, by weight, for which what is asked holds.
fn share(measure: &Measure, given: &[Contribution]) -> FactValue {
    let (mut with, mut total) = (Decimal::ZERO, Decimal::ZERO);
    for item in given {
        match &item.value {
            FactValue::Known(value) => {
                let weight = as_number(value).unwrap_or_default();
                total = total.saturating_add(weight);
                if item.holds {
                    with = with.saturating_add(weight);
                }
            }
            FactValue::Unknown(Unknown::NotReported) if !measure.skip_not_reported => {
                return Unknown::NotReported.into();
            }
            FactValue::Unknown(_) => {}
        }
    }
    with.checked_div(total).map_or(Unknown::None.into(), FactValue::from)
}

/// A number, kept within what the measure says.
pub(crate) fn clamp(measure: &Measure, value: FactValue) -> FactValue {
    match (measure.clamp, value.number()) {
        (Some((least, most)), Some(number)) => number.max(least).min(most).into(),
        _ => value,
    }
}
