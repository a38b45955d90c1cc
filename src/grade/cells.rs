//! The cells of a fact: which of its values make a difference to grading.
//!
//! Rules cut a number where they mention it. A number that is added up, or of which something is computed, makes a
//! difference where the sum or what is computed is cut: those cuts are followed back to the number, with all else
//! as it is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rust_decimal::Decimal;

use super::again::Again;
use super::frame::Frame;
use super::hangs::Holder;
use crate::case::ClaimIndex;
use crate::compile::CompiledMeasure;
use crate::compile::diagram::VariableId;
use crate::compile::level::{CompiledArgument, CompiledDerived, Level};
use crate::compile::space::{Cut, Domain, Known, days, range_of};
use crate::framework::names::Scope;
use crate::framework::{Aggregate, Over};
use crate::name::Name;
use crate::synthesis::function::Arguments;
use crate::value::{FactValue, Value};
use crate::vocabulary::{FactDefinition, FactType};

/// How often something may be made of something else on the way from a number to a rule.
const DEEPEST: usize = 8;

/// Where a number is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Claim(ClaimIndex),
    /// An item, by the place of its link among those that count for a claim.
    Item(ClaimIndex, usize),
}

/// Where a number is cut, by where it is read, its name, and how many steps away a rule may be.
type AtPlaces = BTreeMap<(Place, Name, usize), Arc<BTreeSet<Cut>>>;

/// Where numbers are cut, as far as it was looked up: by the claims whose grades hang on them.
#[derive(Debug, Default)]
pub(super) struct KnownCuts(Mutex<BTreeMap<BTreeSet<ClaimIndex>, AtPlaces>>);

impl KnownCuts {
    fn get(&self, claims: &BTreeSet<ClaimIndex>, at: &(Place, Name, usize)) -> Option<Arc<BTreeSet<Cut>>> {
        // Nothing is left half done where a thread fails.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(claims)?.get(at).cloned()
    }

    fn put(&self, claims: &BTreeSet<ClaimIndex>, at: (Place, Name, usize), cuts: &Arc<BTreeSet<Cut>>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(claims) {
            known.insert(claims.clone(), AtPlaces::new());
        }
        if let Some(places) = known.get_mut(claims) {
            places.insert(at, Arc::clone(cuts));
        }
    }
}

impl Again<'_> {
    /// The cells of a fact of a claim or item, as far as the grades of some claims hang on it; nothing if no rule
    /// reads it.
    pub(crate) fn domain(&self, fact: &FactDefinition, of: Holder, claims: &BTreeSet<ClaimIndex>) -> Option<Domain> {
        let compiled = self.grading.compiled;
        let name = fact.name.as_str();
        let levels =
            [(&compiled.items, Scope::Link), (&compiled.claims, Scope::Claim), (&compiled.children, Scope::Child)];
        let mut found =
            levels.into_iter().filter_map(|(level, scope)| Some((level.space.value_of(name)?, level, scope)));
        let Some((variable, level, scope)) = found.next() else {
            // No rule reads it; it may still hang on it whether numbers are taken from results.
            let value_type = self.index.value_type(Scope::Claim, name)?;
            let opens = compiled.framework().opens_synthesis(name);
            return opens.then(|| Domain::new(&value_type, (None, None), &[], &BTreeSet::new(), &BTreeSet::new()));
        };
        let domain = &level.space.get(variable).domain;
        if !matches!(fact.kind, FactType::Count | FactType::Number | FactType::Date) {
            return Some(domain.clone());
        }
        let mut cuts: BTreeSet<Cut> = cuts_of(domain).collect();
        let places: Vec<Place> = match of {
            Holder::Claim(claim) => vec![Place::Claim(claim)],
            Holder::Item(item) => {
                let places = |claim: &ClaimIndex| {
                    let claim = *claim;
                    self.positions(claim, item).map(move |position| Place::Item(claim, position))
                };
                claims.iter().flat_map(places).collect()
            }
        };
        for place in places {
            cuts.extend(self.cuts(place, &fact.name, claims, 0).iter().copied());
        }
        let value_type = self.index.value_type(scope, name)?;
        Some(Domain::new(&value_type, range_of(&self.index, scope, name, 0), &[], &cuts, &BTreeSet::new()))
    }

    /// The numbers at which sums over evidence are cut that a fact of items is added up in, and the whole numbers next
    /// to them.
    pub(crate) fn sums_cut(&self, fact: &FactDefinition) -> BTreeSet<Decimal> {
        let compiled = self.grading.compiled;
        let variable = compiled.items.space.value_of(fact.name.as_str());
        let of_fact = |measure: &&CompiledMeasure| variable.is_some() && measure.of.map(|(of, _)| of) == variable;
        let sums = compiled.measures.iter().filter(of_fact).filter(|measure| {
            measure.over == Over::Evidence
                && matches!(compiled.framework().measures[measure.index].aggregate, Aggregate::Sum(_))
        });
        let cuts = sums.flat_map(|measure| cuts_of(&compiled.claims.space.get(measure.output).domain));
        let around = |at: Decimal| [Some(at), at.checked_sub(Decimal::ONE), at.checked_add(Decimal::ONE)];
        cuts.flat_map(|cut| around(cut.at)).flatten().collect()
    }

    fn level_and_frame(&self, place: Place) -> Option<(&Level, &Frame)> {
        let compiled = self.grading.compiled;
        match place {
            Place::Claim(claim) => Some((&compiled.claims, &self.grading.state(claim).frame)),
            Place::Item(claim, position) => Some((&compiled.items, self.grading.state(claim).items.get(position)?)),
        }
    }

    /// Where a number is cut that is read at a place: by rules, and by the rules that read what is made of it.
    fn cuts(&self, place: Place, name: &Name, claims: &BTreeSet<ClaimIndex>, depth: usize) -> Arc<BTreeSet<Cut>> {
        let at = (place, name.clone(), depth);
        self.known_cuts.get(claims, &at).unwrap_or_else(|| {
            let cuts = Arc::new(self.cuts_at(place, name, claims, depth));
            self.known_cuts.put(claims, at, &cuts);
            cuts
        })
    }

    fn cuts_at(&self, place: Place, name: &Name, claims: &BTreeSet<ClaimIndex>, depth: usize) -> BTreeSet<Cut> {
        let mut cuts = BTreeSet::new();
        let Some((level, frame)) = self.level_and_frame(place).filter(|_| depth < DEEPEST) else { return cuts };
        let variable = level.space.value_of(name.as_str());
        cuts.extend(variable.into_iter().flat_map(|variable| cuts_of(&level.space.get(variable).domain)));
        for derived in variable.iter().flat_map(|variable| made_of(level, *variable)) {
            let output = level.space.get(derived.output);
            let outer = self.cuts(place, &output.name, claims, depth + 1);
            if let Some(variable) = variable {
                let function =
                    Computed { again: self, derived, frame, variable, cuts: outer.iter().copied().collect() };
                cuts.extend(function.cuts(&level.space.get(variable).domain));
            }
        }
        match place {
            Place::Item(claim, position) => {
                let (states, level) = (&self.grading.state(claim).items, &self.grading.compiled.items);
                let others = || states.iter().enumerate().filter(|(other, _)| *other != position);
                let others: Vec<&Frame> = others().map(|(_, frame)| frame).collect();
                cuts.extend(self.measured(Over::Evidence, level, name, &others, claim, claims, depth));
            }
            Place::Claim(claim) => {
                // Its items see a fact of the claim too, and claims that rest on it read what comes of it.
                if self.grading.compiled.items.space.value_of(name.as_str()).is_some()
                    && self.grading.compiled.framework().fact(name.as_str()).is_some()
                {
                    for position in 0..self.grading.state(claim).items.len() {
                        cuts.extend(self.cuts(Place::Item(claim, position), name, claims, depth + 1).iter().copied());
                    }
                }
                for parent in claims.iter().copied().filter(|parent| *parent != claim) {
                    let children = &self.grading.state(parent).children;
                    if children.iter().any(|(_, child, _)| *child == claim) {
                        let others = children.iter().filter(|(_, child, _)| *child != claim);
                        let others: Vec<&Frame> = others.map(|(_, _, frame)| frame).collect();
                        let level = &self.grading.compiled.children;
                        cuts.extend(self.measured(Over::Claims, level, name, &others, parent, claims, depth));
                    }
                }
            }
        }
        cuts
    }

    /// Where a number is cut by what is measured of it and of others: a sum less what the others come to, a least,
    /// greatest or middle value where it is cut itself.
    #[allow(clippy::too_many_arguments, reason = "what is measured, of what, for which claim")]
    fn measured(
        &self,
        over: Over,
        level: &Level,
        name: &Name,
        others: &[&Frame],
        claim: ClaimIndex,
        claims: &BTreeSet<ClaimIndex>,
        depth: usize,
    ) -> BTreeSet<Cut> {
        let compiled = self.grading.compiled;
        let mut cuts = BTreeSet::new();
        let Some(variable) = level.space.value_of(name.as_str()) else { return cuts };
        for measure in &compiled.measures {
            if measure.over != over || measure.of.is_none_or(|(of, _)| of != variable) {
                continue;
            }
            let definition = &compiled.framework().measures[measure.index];
            let outer = self.cuts(Place::Claim(claim), &definition.name, claims, depth + 1);
            let rest: Option<Decimal> = match definition.aggregate {
                Aggregate::Sum(_) => {
                    let counts = |frame: &&&Frame| {
                        measure
                            .filter
                            .as_ref()
                            .is_none_or(|(_, holds)| level.diagrams.possible(*holds, &frame.inputs()).contains(&1))
                    };
                    let number = |frame: &&Frame| frame.value(variable).and_then(FactValue::number);
                    let mut known = others.iter().filter(counts).filter_map(number);
                    known.try_fold(Decimal::ZERO, Decimal::checked_add)
                }
                Aggregate::Min(_) | Aggregate::Max(_) | Aggregate::Median(_) => Some(Decimal::ZERO),
                _ => None,
            };
            for cut in outer.iter() {
                cuts.extend(rest.and_then(|rest| Some(Cut { at: cut.at.checked_sub(rest)?, after: cut.after })));
            }
        }
        cuts
    }
}

fn cuts_of(domain: &Domain) -> impl Iterator<Item = Cut> {
    let cuts = match &domain.known {
        Known::Numbers { cuts, .. } => cuts.as_slice(),
        _ => &[],
    };
    cuts.iter().copied()
}

/// The derived values that are made of a variable directly.
fn made_of(level: &Level, variable: VariableId) -> impl Iterator<Item = &CompiledDerived> {
    level.derived.iter().filter(move |derived| {
        let is_it = |argument: &CompiledArgument| matches!(argument, CompiledArgument::Variable(of) if *of == variable);
        derived.arguments.iter().flatten().any(is_it)
    })
}

/// What is computed of a number, with all else as it is known.
struct Computed<'c> {
    again: &'c Again<'c>,
    derived: &'c CompiledDerived,
    frame: &'c Frame,
    variable: VariableId,
    /// Where what comes out is cut.
    cuts: Vec<Cut>,
}

/// In which cell what comes out lies.
#[derive(PartialEq, Eq)]
enum Out {
    Nothing,
    Between(usize),
    Word(Value),
}

impl Computed<'_> {
    /// Where the number is cut: it is sought between the numbers of a grid, to so many decimal places.
    fn cuts(&self, of: &Domain) -> Vec<Cut> {
        /// How many decimal places a cut may have.
        const PLACES: u32 = 6;
        let Known::Numbers { date, steps, .. } = &of.known else { return Vec::new() };
        let places = if *steps == crate::compile::space::Steps::Every { PLACES } else { 0 };
        let Ok(unit) = Decimal::try_new(1, places) else { return Vec::new() };
        let in_units = |number: Decimal| number.checked_div(unit).and_then(|units| i128::try_from(units.floor()).ok());
        let mut grid: BTreeSet<i128> = self.others().into_iter().filter_map(in_units).collect();
        if *date {
            grid.extend(
                grid.clone()
                    .into_iter()
                    .flat_map(|at| (1..=8).flat_map(move |far| [at - (1 << (2 * far)), at + (1 << (2 * far))])),
            );
        } else {
            let powers = (0..14).map(|power| 10_i128.pow(power));
            let points = powers.flat_map(|power| [power, power * 2, power * 5]);
            grid.extend(points.flat_map(|point| [point, -point]).chain([0]));
        }
        grid.extend(grid.clone().into_iter().flat_map(|at| [at - 1, at + 1]));
        let (least, greatest) = of.range;
        let (least, greatest) = (least.and_then(in_units), greatest.and_then(in_units));
        grid.extend(least.into_iter().chain(greatest));
        grid.retain(|at| least.is_none_or(|least| *at >= least) && greatest.is_none_or(|greatest| *at <= greatest));
        let number = |units: i128| Decimal::try_from_i128_with_scale(units, places).ok();
        let out = |units: i128| number(units).and_then(|number| self.out(number, *date));
        let mut cuts = Vec::new();
        let mut before: Option<(i128, Option<Out>)> = None;
        for at in grid {
            let here = out(at);
            if let Some((before, came_out)) = before.filter(|(_, came_out)| *came_out != here) {
                let (mut low, mut high) = (before, at);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if out(middle) == came_out { low = middle } else { high = middle }
                }
                if let (Some(low), Some(high)) = (number(low), number(high)) {
                    let (low, high) = (low.normalize(), high.normalize());
                    let after = low.scale() < high.scale();
                    cuts.push(Cut { at: if after { low } else { high }, after });
                }
            }
            before = Some((at, here));
        }
        cuts
    }

    /// The numbers that the function is given beside this one: it may turn where they are.
    fn others(&self) -> Vec<Decimal> {
        let value = |argument: &CompiledArgument| match argument {
            CompiledArgument::Value(value) => number_of(value),
            CompiledArgument::Variable(variable) if *variable != self.variable => {
                self.frame.value(*variable).and_then(number_of)
            }
            CompiledArgument::Variable(_) => None,
        };
        self.derived.arguments.iter().flatten().filter_map(value).collect()
    }

    /// What comes out for a number; nothing if something else is not known.
    fn out(&self, number: Decimal, date: bool) -> Option<Out> {
        let this = if date { Value::Date(crate::compile::space::day(number)?) } else { Value::Number(number) };
        let value = |argument: &CompiledArgument| match argument {
            CompiledArgument::Value(value) => value.known().cloned(),
            CompiledArgument::Variable(variable) if *variable == self.variable => Some(this.clone()),
            CompiledArgument::Variable(variable) => self.frame.value(*variable)?.known().cloned(),
        };
        let arguments = self.derived.arguments.iter().map(|given| given.iter().map(value).collect());
        let arguments: Vec<Vec<Value>> = arguments.collect::<Option<_>>()?;
        let framework = self.again.grading.compiled.framework();
        let function = framework.derived[self.derived.index].function;
        Some(match function.compute(&Arguments(&arguments)) {
            None => Out::Nothing,
            Some(Value::Number(number)) => Out::Between(self.cuts.partition_point(|cut| !cut.left_of(number))),
            Some(other) => Out::Word(other),
        })
    }
}

fn number_of(value: &FactValue) -> Option<Decimal> {
    match value {
        FactValue::Known(Value::Number(number)) => Some(*number),
        FactValue::Known(Value::Date(date)) => Some(days(*date)),
        _ => None,
    }
}
