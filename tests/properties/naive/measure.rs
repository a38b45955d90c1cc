//! Derived values and measures of the reference evaluator.

use super::{Asked, Place, World};
use crate::model::{Aggregate, Argument, Condition, From, Kind, Measure, Unknown, Value};
use crate::number::Number;

impl World<'_> {
    pub(super) fn derived(&mut self, place: Place, derived: usize) -> Value {
        let derived = self.model.derived[derived].clone();
        let mut given: Vec<Vec<Value>> = Vec::new();
        for (_, arguments) in &derived.arguments {
            let mut values = Vec::new();
            for argument in arguments {
                values.push(match argument {
                    Argument::Number(number) => Value::Number(*number),
                    Argument::Name(name) => self.value(place, *name).expect("no argument is a decision"),
                });
            }
            given.push(values);
        }
        let gravest = given.iter().flatten().filter_map(|value| match value {
            Value::Unknown(unknown) => Some(*unknown),
            _ => None,
        });
        match gravest.min() {
            Some(unknown) => Value::Unknown(unknown),
            None => host_function(derived.function, &given).unwrap_or(Value::Unknown(Unknown::NotApplicable)),
        }
    }

    pub(super) fn measure(&mut self, claim: usize, measure: usize) -> Value {
        let measure = self.model.measures[measure].clone();
        let links: Vec<(usize, From)> = self.case.links_to(claim).map(|(number, link)| (number, link.from)).collect();
        let mut places = Vec::new();
        for (link, from) in links {
            match from {
                From::Item(_) if !measure.over_claims => places.push(Place::Item(link)),
                From::Claim(child) if measure.over_claims && !self.out_of_scope(child) => {
                    places.push(Place::Child(link));
                }
                _ => {}
            }
        }
        let asked = Asked::of(&measure.conditions(), true);
        let pass = |world: &mut Self, places: &[Place], condition: &Option<Condition>| -> Vec<Place> {
            let passes = |place: &Place| match condition {
                Some(condition) => world.holds(*place, condition, &asked).unwrap_or(false),
                None => true,
            };
            places.iter().copied().filter(passes).collect()
        };
        let mut places = pass(self, &places, &measure.filter);
        if measure.prefer.is_some() {
            let preferred = pass(self, &places, &measure.prefer);
            if !preferred.is_empty() {
                places = preferred;
            }
        }
        let value = self.aggregate(&measure, &places, &asked);
        match (measure.clamp, value) {
            (Some((least, greatest)), Value::Number(number)) => {
                Value::Number(number.max(Number::whole(least)).min(Number::whole(greatest)))
            }
            _ => value,
        }
    }

    fn aggregate(&mut self, measure: &Measure, places: &[Place], asked: &Asked) -> Value {
        let nothing = Value::Unknown(Unknown::None);
        let mut holding = Vec::new();
        if let Some(condition) = measure.aggregate.condition() {
            for place in places {
                holding.push(self.holds(*place, condition, asked).unwrap_or(false));
            }
        }
        let whole = |count: usize| Number::whole(count as i128);
        match &measure.aggregate {
            Aggregate::Count => return Value::Number(whole(places.len())),
            Aggregate::Any(_) => return Value::Flag(holding.contains(&true)),
            Aggregate::All(_) if places.is_empty() => return nothing,
            Aggregate::All(_) => return Value::Flag(!holding.contains(&false)),
            Aggregate::Share(_, None) => {
                let with = holding.iter().filter(|holds| **holds).count();
                return whole(with).by(whole(places.len())).map_or(nothing, Value::Number);
            }
            _ => {}
        }
        let of = measure.aggregate.of().expect("all others are made of something");
        let plain = Asked { any: true, ..Asked::default() };
        let mut values = Vec::new();
        for place in places {
            values.push(self.asked(*place, of, &plain).unwrap_or(nothing));
        }
        let not_reported = values.iter().filter(|value| **value == Value::Unknown(Unknown::NotReported)).count();
        if let Aggregate::Majority(_) = measure.aggregate {
            let known: Vec<Value> =
                values.iter().copied().filter(|value| !matches!(value, Value::Unknown(_))).collect();
            let total = known.len() + if measure.skip { 0 } else { not_reported };
            let most = known.iter().find(|value| 2 * known.iter().filter(|other| other == value).count() > total);
            return most.copied().unwrap_or(nothing);
        }
        if not_reported > 0 && !measure.skip {
            return Value::Unknown(Unknown::NotReported);
        }
        if let Aggregate::Share(..) = measure.aggregate {
            let (mut with, mut total) = (Number::ZERO, Number::ZERO);
            for (value, holds) in values.into_iter().zip(holding) {
                if let Value::Number(weight) = value {
                    total = total.plus(weight);
                    with = if holds { with.plus(weight) } else { with };
                }
            }
            return with.by(total).map_or(nothing, Value::Number);
        }
        let mut known: Vec<Value> = values.into_iter().filter(|value| !matches!(value, Value::Unknown(_))).collect();
        known.sort_unstable();
        match &measure.aggregate {
            Aggregate::Distinct(_) => {
                known.dedup();
                Value::Number(whole(known.len()))
            }
            Aggregate::Sum(_) => Value::Number(numbers(&known).into_iter().fold(Number::ZERO, Number::plus)),
            Aggregate::Median(_) => {
                let numbers = numbers(&known);
                match numbers.len() {
                    0 => nothing,
                    count if count % 2 == 1 => Value::Number(numbers[count / 2]),
                    count => {
                        let both = numbers[count / 2 - 1].plus(numbers[count / 2]);
                        Value::Number(both.times(Number::quarters(2)))
                    }
                }
            }
            _ => {
                // Words have a rank if they are in order; those beside the order have none.
                if let Kind::Words { words, ordered, .. } = self.model.typed(of).kind {
                    let rank = |value: &Value| words[..ordered].iter().position(|word| Value::Word(word) == *value);
                    known.retain(|value| rank(value).is_some());
                    known.sort_by_key(rank);
                }
                let chosen = if matches!(measure.aggregate, Aggregate::Max(_)) { known.last() } else { known.first() };
                chosen.copied().unwrap_or(nothing)
            }
        }
    }
}

fn numbers(values: &[Value]) -> Vec<Number> {
    let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
    values.iter().filter_map(number).collect()
}

fn host_function(function: &str, given: &[Vec<Value>]) -> Option<Value> {
    let all = numbers(&given.concat());
    if let ([Value::Day(from)], Some([Value::Day(to)])) = (given[0].as_slice(), given.get(1).map(Vec::as_slice)) {
        return Some(Value::Number(Number::whole(i128::from(to - from))));
    }
    Some(match function {
        "sum" => Value::Number(all.into_iter().fold(Number::ZERO, Number::plus)),
        "product" => Value::Number(all.into_iter().fold(Number::ONE, Number::times)),
        "smallest" => Value::Number(all.into_iter().min()?),
        "largest" => Value::Number(all.into_iter().max()?),
        "difference" => Value::Number(all[0].minus(all[1])),
        "ratio" => Value::Number(all[0].by(all[1])?),
        "absolute" => Value::Number(all[0].absolute()),
        "rounded" => Value::Number(all[0].rounded()),
        "interval-against" => match (all[0], all[1], all[2]) {
            (low, high, _) if low > high => return None,
            (_, high, threshold) if high < threshold => Value::Word("below"),
            (low, _, threshold) if low > threshold => Value::Word("above"),
            _ => Value::Word("across"),
        },
        other => panic!("there is no host function `{other}`"),
    })
}
