//! What a fact could say instead: of a choice a value for each that makes a difference, of a number those at the edges
//! of what the rules tell apart.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::compile::Compiled;
use crate::compile::diagram::VariableId;
use crate::compile::level::{CompiledArgument, Level};
use crate::compile::space::{Cut, Known};
use crate::document::shape::Subject;
use crate::framework::{Aggregate, Measure};
use crate::grade::frame::Frame;
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::{Choices, FactDefinition, FactType};

/// What a fact could say instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instead {
    pub(super) value: FactValue,
    /// Values that make no difference to it.
    pub(super) or: Vec<FactValue>,
    /// How many values it is away: in the order of the list or of the numbers; 1 where there is no order, or where the
    /// fact is not known now.
    pub(super) steps: usize,
}

/// Where a fact is read: the frame that it stands in, and those of the items beside it.
pub(super) struct Place<'p> {
    pub(super) compiled: &'p Compiled,
    /// The claim's frame, or that of the item as it bears on a claim.
    pub(super) own: &'p Frame,
    /// The items that count for the same claims, without this one.
    pub(super) beside: Vec<&'p Frame>,
}

impl Place<'_> {
    const fn level(&self, subject: Subject) -> &Level {
        self.compiled.level(subject)
    }
}

/// What a fact could say instead of what it says. What is not known is never proposed, except that a question does not
/// arise which is asked only sometimes. Dates and free words stay as they are.
pub(super) fn instead(place: &Place<'_>, fact: &FactDefinition, current: &FactValue) -> Vec<Instead> {
    let plain = |value: Value, steps: usize| Instead { value: value.into(), or: Vec::new(), steps };
    let mut found = match &fact.kind {
        FactType::Flag => [true, false].map(|flag| plain(Value::Flag(flag), 1)).to_vec(),
        FactType::Choice(choices) => words(place, fact, choices, current),
        FactType::Count | FactType::Number => numbers(place, fact, current),
        FactType::Date | FactType::Text | FactType::OpenChoice => return Vec::new(),
    };
    if fact.asked_when.is_some() {
        found.push(Instead { value: Unknown::NotApplicable.into(), or: Vec::new(), steps: 1 });
    }
    found.retain(|instead| instead.value != *current);
    found
}

/// The variables of a fact, with the level that each stands in.
fn variables<'p>(place: &Place<'p>, fact: &FactDefinition) -> Vec<(&'p Level, VariableId)> {
    let compiled = place.compiled;
    let levels = match fact.subject {
        Subject::Claim => vec![&compiled.claims, &compiled.items, &compiled.children],
        Subject::Evidence | Subject::Link => vec![&compiled.items],
    };
    let of_level = |level: &'p Level| {
        let name = fact.name.as_str();
        let both = [level.space.value_of(name), level.space.closed_of(name)];
        both.into_iter().flatten().map(move |variable| (level, variable))
    };
    levels.into_iter().flat_map(of_level).collect()
}

fn words(place: &Place<'_>, fact: &FactDefinition, choices: &Choices, current: &FactValue) -> Vec<Instead> {
    let read = variables(place, fact);
    let alike = |one: &str, other: &str| {
        read.iter().all(|(level, variable)| {
            let domain = &level.space.get(*variable).domain;
            match (domain.word_cell(one), domain.word_cell(other)) {
                (Some(one), Some(other)) => level.diagrams.alike(*variable, one, other),
                (one, other) => one == other,
            }
        })
    };
    let now = match current {
        FactValue::Known(Value::Choice(word)) => Some(word.as_str()),
        _ => None,
    };
    let at = now.filter(|_| choices.ordered).and_then(|now| choices.position(now));
    let mut found: Vec<Instead> = Vec::new();
    for (position, word) in choices.values.iter().enumerate() {
        if now.is_some_and(|now| alike(now, word.as_str())) {
            continue;
        }
        let value = FactValue::Known(Value::Choice(word.clone()));
        let steps = at.map_or(1, |at| at.abs_diff(position));
        let same = found.iter_mut().find(|known| match &known.value {
            FactValue::Known(Value::Choice(known)) => alike(known.as_str(), word.as_str()),
            _ => false,
        });
        match same {
            // The nearest stands for those that make no difference.
            Some(same) if steps < same.steps => {
                let farther = std::mem::replace(&mut same.value, value);
                same.or.push(farther);
                same.steps = steps;
            }
            Some(same) => same.or.push(value),
            None => found.push(Instead { value, or: Vec::new(), steps }),
        }
    }
    found
}

fn numbers(place: &Place<'_>, fact: &FactDefinition, current: &FactValue) -> Vec<Instead> {
    let whole = fact.kind == FactType::Count;
    let mut edges =
        Edges { numbers: BTreeSet::new(), whole, scale: current.number().map_or(0, |number| number.scale()) };
    for (level, variable) in variables(place, fact) {
        edges.cuts_of(level, variable, Decimal::ZERO);
        let frame = if std::ptr::eq(level, place.level(fact.subject)) { Some(place.own) } else { None };
        for derived in &level.derived {
            let arguments = || derived.arguments.iter().flatten();
            let takes = |argument: &CompiledArgument| matches!(argument, CompiledArgument::Variable(taken) if *taken == variable);
            if !arguments().any(takes) {
                continue;
            }
            edges.cuts_of(level, derived.output, Decimal::ZERO);
            for other in arguments().filter(|argument| !takes(argument)) {
                let number = match other {
                    CompiledArgument::Value(value) => value.number(),
                    CompiledArgument::Variable(other) => {
                        frame.and_then(|frame| frame.value(*other)).and_then(FactValue::number)
                    }
                };
                edges.extend(number);
            }
        }
        if fact.subject != Subject::Claim {
            for measure in &place.compiled.measures {
                if measure.of.is_none_or(|(of, _)| of != variable) {
                    continue;
                }
                let definition: &Measure = &place.compiled.framework().measures[measure.index];
                let others = match definition.aggregate {
                    Aggregate::Sum(_) => {
                        let given = place.beside.iter().filter_map(|frame| frame.value(variable)?.number());
                        given.fold(Decimal::ZERO, |sum, number| sum.saturating_add(number))
                    }
                    _ => Decimal::ZERO,
                };
                edges.cuts_of(&place.compiled.claims, measure.output, others);
            }
        }
    }
    // The farthest that it can be, for where several have to go there together.
    edges.numbers.extend(fact.least.into_iter().chain(fact.greatest));
    edges.numbers.extend(whole.then_some(Decimal::ZERO));
    let fits = |number: &Decimal| {
        fact.least.is_none_or(|least| *number >= least)
            && fact.greatest.is_none_or(|greatest| *number <= greatest)
            && (!whole || number.is_integer() && *number >= Decimal::ZERO)
    };
    let numbers: Vec<Decimal> = edges.numbers.into_iter().filter(fits).collect();
    let now = current.number();
    let between = |number: Decimal, now: Decimal| {
        let (low, high) = (number.min(now), number.max(now));
        numbers.iter().filter(|between| **between > low && **between < high).count()
    };
    let each = numbers.iter().map(|number| Instead {
        value: FactValue::from(*number),
        or: Vec::new(),
        steps: now.map_or(1, |now| 1 + between(*number, now)),
    });
    each.collect()
}

/// Numbers on both sides of what the rules tell apart.
struct Edges {
    numbers: BTreeSet<Decimal>,
    whole: bool,
    /// The decimal places of the number as it is.
    scale: u32,
}

impl Edges {
    /// Those at the cuts of a variable, less what comes from elsewhere.
    fn cuts_of(&mut self, level: &Level, variable: VariableId, less: Decimal) {
        let Known::Numbers { cuts, .. } = &level.space.get(variable).domain.known else { return };
        for Cut { at, .. } in cuts.clone() {
            self.extend(at.checked_sub(less));
        }
    }

    /// A number, and the next on either side.
    fn extend(&mut self, number: Option<Decimal>) {
        let Some(number) = number else { return };
        let next = if self.whole { Decimal::ONE } else { Decimal::new(1, self.scale.max(number.scale()).min(28)) };
        let around = [number.checked_sub(next), Some(number), number.checked_add(next)];
        self.numbers.extend(around.into_iter().flatten().map(|number| number.normalize()));
    }
}
