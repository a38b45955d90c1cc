//! What a fact could say instead: a value for each that makes a difference to the grades that hang on it.

use std::collections::BTreeSet;

use crate::case::ClaimIndex;
use crate::compile::space::Known;
use crate::grade::again::Again;
use crate::grade::hangs::Holder;
use crate::value::{FactValue, Unknown};
use crate::vocabulary::{FactDefinition, FactType};

/// What a fact could say instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instead {
    pub(super) value: FactValue,
    /// Values that make no difference to it.
    pub(super) or: Vec<FactValue>,
    /// How many values it is away: in the order of the list, or in cells of the number; 1 where there is no order, or
    /// where the fact is not known now.
    pub(super) steps: usize,
}

/// What a fact of a claim or item could say instead of what it says. What is not known is never proposed, except that a
/// question does not arise which is asked only sometimes. Dates and free words stay as they are.
pub(super) fn instead(
    again: &Again<'_>,
    fact: &FactDefinition,
    of: Holder,
    claims: &BTreeSet<ClaimIndex>,
    current: &FactValue,
) -> Vec<Instead> {
    if matches!(fact.kind, FactType::Date | FactType::Text | FactType::OpenChoice) {
        return Vec::new();
    }
    let Some(domain) = again.domain(fact, of, claims) else { return Vec::new() };
    let now = domain.cell(current).filter(|_| current.known().is_some());
    let in_order = !matches!(&fact.kind, FactType::Choice(choices) if !choices.ordered);
    let steps = |cell: u16| now.filter(|_| in_order).map_or(1, |now| usize::from(cell.abs_diff(now)).max(1));
    let is_number = matches!(domain.known, Known::Numbers { .. });
    let asked = |cell: u16| again.asked(&fact.name, cell);
    let known = u16::try_from(domain.known_cells()).unwrap_or(u16::MAX);
    let mut found: Vec<(u16, Instead)> = Vec::new();
    // Where several numbers have to move together the nearest may not be far enough, and even one in the same cell may
    // make room: both edges of each cell are tried, and what a sum would need of this number alone.
    for cell in (0..known).filter(|cell| is_number || now != Some(*cell)) {
        let steps = steps(cell);
        if is_number {
            let edges = [domain.edge(cell, false), domain.edge(cell, true)];
            let values: BTreeSet<FactValue> = edges.into_iter().flatten().collect();
            let values = if values.is_empty() { domain.value_in(cell).into_iter().collect() } else { values };
            let far = again.sums_cut(fact).into_iter().filter(|number| domain.holds(cell, *number));
            let values: BTreeSet<FactValue> = values.into_iter().chain(far.map(FactValue::from)).collect();
            let values = values.into_iter().filter(|value| value != current);
            found.extend(values.map(|value| (cell, Instead { value, or: Vec::new(), steps })));
            continue;
        }
        let Some(value) = domain.only_value(cell) else { continue };
        let asks = asked(cell);
        if asks.is_some() && now.is_some_and(|now| asked(now) == asks) {
            continue;
        }
        match found.iter_mut().find(|(other, _)| asks.is_some() && asked(*other) == asks) {
            // The nearest stands for those that make no difference.
            Some((other, same)) if steps < same.steps => {
                same.or.push(std::mem::replace(&mut same.value, value));
                (*other, same.steps) = (cell, steps);
            }
            Some((_, same)) => same.or.push(value),
            None => found.push((cell, Instead { value, or: Vec::new(), steps })),
        }
    }
    let mut found: Vec<Instead> = found.into_iter().map(|(_, instead)| instead).collect();
    let falls_away = FactValue::from(Unknown::NotApplicable);
    if fact.asked_when.is_some() && *current != falls_away {
        found.push(Instead { value: falls_away, or: Vec::new(), steps: 1 });
    }
    found
}
