//! Lanes: the small numbers, kept for each claim, of which its measures are told.
//!
//! What an item gives to the measures hangs on its key alone, but for numbers that are added up. So each key is looked at once,
//! and what it gives is a row of words to be added: two lanes of 32 bits to a word, then a word for each sum. Rows can be
//! taken back as well, so that a change costs one subtraction and one addition.

use super::facts::Facts;
use crate::compile::space::{Domain, Known};
use crate::compile::Compiled;
use crate::framework::{Aggregate, Measure, Over};
use crate::grade::frame::Frame;
use crate::grade::measure::{Contribution, as_number, contribution};
use crate::value::{FactValue, Unknown, Value};

/// How a measure is told of its lanes.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// One lane: how many.
    Count,
    /// Two lanes: how many, and for how many it holds.
    Holds,
    /// A lane for those not reported, and a sum.
    Sum,
    /// A lane for those not reported, and two sums: of all, and of those for which it holds.
    WeighedShare,
    /// A lane for those not reported, and one for each value.
    Values(Vec<FactValue>),
}

impl Kind {
    fn lanes(&self) -> usize {
        match self {
            Self::Count | Self::Sum | Self::WeighedShare => 1,
            Self::Holds => 2,
            Self::Values(values) => 1 + values.len(),
        }
    }

    const fn sums(&self) -> usize {
        match self {
            Self::Sum => 1,
            Self::WeighedShare => 2,
            _ => 0,
        }
    }
}

/// The first lane and the first sum of a measure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) lane: usize,
    pub(super) sum: usize,
}

/// A measure and where its lanes are.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The position of the measure among the compiled ones.
    pub(super) measure: usize,
    pub(super) kind: Kind,
    /// Of all items that pass.
    pub(super) all: Place,
    /// Of those that are preferred, with the lane that says how many they are.
    pub(super) preferred: Option<(usize, Place)>,
    /// How many digits after the point its sums have.
    pub(super) decimals: u32,
    /// The place of the number that its sums are made of; nothing where the key tells what is added.
    number: Option<usize>,
}

/// The lanes of all measures over items, or over claims.
#[derive(Debug)]
pub(super) struct Plan {
    parts: Vec<Part>,
    lanes: usize,
    sums: usize,
    /// Whether lanes tell all measures; otherwise no claim is graded by them.
    pub(super) is_whole: bool,
}

/// The lane that counts what has to be looked at one by one.
pub(super) const APART: usize = 0;
/// The lane that counts claims whose facts cannot be together.
pub(super) const BROKEN: usize = 1;

/// What a key gives to the measures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// What is added to the words of a row.
    pub(super) words: Vec<u64>,
    /// Words to which a number is added, with the place of the number.
    pub(super) numbers: Vec<(usize, usize)>,
}

impl Plan {
    /// The lanes of measures over items or over claims, as far as they are wanted.
    pub(super) fn new(compiled: &Compiled, over: Over, facts: &Facts<'_>, is_wanted: &dyn Fn(usize) -> bool) -> Self {
        let mut plan = Self { parts: Vec::new(), lanes: BROKEN + 1, sums: 0, is_whole: true };
        let level = compiled.inner(over);
        for (position, measure) in compiled.measures.iter().enumerate() {
            if measure.over != over || !is_wanted(position) {
                continue;
            }
            let definition = &compiled.framework().measures[measure.index];
            let of = measure.of.map(|(variable, _)| level.space.get(variable));
            let Some(kind) = kind_of(definition, of.map(|variable| &variable.domain)) else {
                plan.is_whole = false;
                continue;
            };
            let number = of.and_then(|variable| facts.number(&variable.name));
            let decimals = number.map_or(0, |(_, decimals)| decimals);
            let preferred = measure.prefer.is_some();
            let all = plan.place(&kind);
            let preferred = preferred.then(|| {
                let counted = plan.place(&Kind::Count).lane;
                (counted, plan.place(&kind))
            });
            let number = number.map(|(place, _)| place);
            plan.parts.push(Part { measure: position, kind, all, preferred, decimals, number });
        }
        plan
    }

    fn place(&mut self, kind: &Kind) -> Place {
        let place = Place { lane: self.lanes, sum: self.sums };
        self.lanes += kind.lanes();
        self.sums += kind.sums();
        place
    }

    /// The measures, each with what it runs over.
    pub(super) fn parts_over(&self, over: Over) -> impl Iterator<Item = (Over, &Part)> {
        self.parts.iter().map(move |part| (over, part))
    }

    /// How many words a row has.
    pub(super) const fn width(&self) -> usize {
        self.lanes.div_ceil(2) + self.sums
    }

    /// A lane of a row.
    pub(super) const fn lane(row: &[u64], lane: usize) -> u32 {
        (row[lane / 2] >> (32 * (lane % 2))) as u32
    }

    /// The word of a sum.
    pub(super) const fn sum(&self, sum: usize) -> usize {
        self.lanes.div_ceil(2) + sum
    }

    /// A row that adds nothing.
    pub(super) fn nothing(&self) -> Effect {
        Effect { words: vec![0; self.width()], numbers: Vec::new() }
    }

    /// A row that adds to one lane alone.
    pub(super) fn only(&self, lane: usize) -> Effect {
        let mut effect = self.nothing();
        bump(&mut effect.words, lane);
        effect
    }

    /// What an item or a linked claim gives.
    pub(super) fn effect(&self, compiled: &Compiled, over: Over, frame: &Frame) -> Effect {
        let mut effect = self.nothing();
        let level = compiled.inner(over);
        for part in &self.parts {
            let measure = &compiled.measures[part.measure];
            let given = match contribution(measure, &level.diagrams, frame) {
                Ok(None) => continue,
                Ok(Some(given)) => given,
                Err(_) => return self.only(APART),
            };
            let skips = compiled.framework().measures[measure.index].skip_not_reported;
            let mut is_told = self.add(&mut effect, part, part.all, &given, skips);
            if let Some((counted, place)) = part.preferred.filter(|_| given.preferred) {
                bump(&mut effect.words, counted);
                is_told &= self.add(&mut effect, part, place, &given, skips);
            }
            if !is_told {
                return self.only(APART);
            }
        }
        effect
    }

    /// Adds what an item gives to a measure; whether lanes can tell it.
    fn add(&self, effect: &mut Effect, part: &Part, at: Place, given: &Contribution, skips: bool) -> bool {
        let words = &mut effect.words;
        match &part.kind {
            Kind::Count => bump(words, at.lane),
            Kind::Holds => {
                bump(words, at.lane);
                if given.holds {
                    bump(words, at.lane + 1);
                }
            }
            Kind::Values(values) => match &given.value {
                FactValue::Unknown(Unknown::NotReported) if !skips => bump(words, at.lane),
                FactValue::Unknown(_) => {}
                known => match values.iter().position(|value| value == known) {
                    Some(place) => bump(words, at.lane + 1 + place),
                    None => return false,
                },
            },
            Kind::Sum | Kind::WeighedShare => match &given.value {
                FactValue::Unknown(Unknown::NotReported) if !skips => bump(words, at.lane),
                FactValue::Unknown(_) => {}
                FactValue::Known(value) => {
                    let is_share = matches!(part.kind, Kind::WeighedShare);
                    let sums = [Some(at.sum), Some(at.sum + 1).filter(|_| is_share && given.holds)];
                    for word in sums.into_iter().flatten().map(|sum| self.sum(sum)) {
                        match (part.number, whole(value)) {
                            (Some(number), _) => effect.numbers.push((word, number)),
                            (None, Some(whole)) => {
                                effect.words[word] = effect.words[word].wrapping_add_signed(whole);
                            }
                            (None, None) => return false,
                        }
                    }
                }
            },
        }
        true
    }
}

/// How a measure is told of lanes; nothing where it is not.
fn kind_of(measure: &Measure, of: Option<&Domain>) -> Option<Kind> {
    Some(match &measure.aggregate {
        Aggregate::Count => Kind::Count,
        Aggregate::Any(_) | Aggregate::All(_) | Aggregate::Share { weight: None, .. } => Kind::Holds,
        // Each item is of a study of its own.
        Aggregate::Distinct(name) if *name == *"study" => Kind::Count,
        Aggregate::Sum(_) => Kind::Sum,
        Aggregate::Share { weight: Some(_), .. } => Kind::WeighedShare,
        Aggregate::Min(_) | Aggregate::Max(_) | Aggregate::Majority(_) | Aggregate::Distinct(_) => {
            Kind::Values(values_of(of?)?)
        }
        Aggregate::Median(_) => return None,
    })
}

/// The values that there are; nothing where there is no end of them.
fn values_of(domain: &Domain) -> Option<Vec<FactValue>> {
    match &domain.known {
        Known::Flag => Some(vec![false.into(), true.into()]),
        Known::Words { words, open: false, .. } => {
            Some(words.iter().map(|word| Value::Choice(word.clone()).into()).collect())
        }
        _ => None,
    }
}

/// A whole number that is small enough for many of them to be added up.
fn whole(value: &Value) -> Option<i64> {
    let number = as_number(value).unwrap_or_default();
    if !number.is_integer() {
        return None;
    }
    i64::try_from(number).ok().filter(|number| number.unsigned_abs() < 1 << 31)
}

fn bump(words: &mut [u64], lane: usize) {
    words[lane / 2] += 1 << (32 * (lane % 2));
}
