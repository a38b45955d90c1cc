//! Lanes: the small numbers, kept for each claim, of which its measures are told.
//!
//! What an item gives to the measures hangs on its key alone, but for numbers that are added up. So each key is looked at once,
//! and what it gives is a row of words to be added: some lanes to a word, then a word for each sum. Rows can be taken back as
//! well, so that a change costs one subtraction and one addition. Lanes have 16 bits until one of them is half full, then 32.

use super::facts::Facts;
use crate::compile::Compiled;
use rust_decimal::Decimal;

use crate::compile::space::{Domain, Known};
use crate::diagnostic::{Code, Diagnostic, Refused};
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
    /// A sum.
    Sum,
    /// Two sums: of all, and of those for which it holds.
    WeighedShare,
    /// A lane for each value.
    Values(Vec<FactValue>),
}

impl Kind {
    fn lanes(&self) -> usize {
        match self {
            Self::Count => 1,
            Self::Holds => 2,
            Self::Sum | Self::WeighedShare => 0,
            Self::Values(values) => values.len(),
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

/// Where the lanes of a measure are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The first of its lanes.
    pub(super) lane: usize,
    /// The first of its sums.
    pub(super) sum: usize,
    /// The lane of those not reported, where there can be any.
    pub(super) not_reported: Option<usize>,
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

/// Where a lane is in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    word: usize,
    shift: u32,
    mask: u32,
}

impl At {
    #[inline]
    pub(super) const fn of(self, row: &[u64]) -> u32 {
        (row[self.word] >> self.shift) as u32 & self.mask
    }
}

/// The lanes of all measures over items, or over claims.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    parts: Vec<Part>,
    lanes: usize,
    sums: usize,
    /// Whether lanes tell all measures; otherwise no claim is graded by them.
    pub(super) is_whole: bool,
    /// Whether lanes have 32 bits, and not 16.
    is_wide: bool,
}

/// The lane that counts what has to be looked at one by one.
pub(super) const APART: usize = 0;
/// The lane that counts claims whose facts cannot be together.
pub(super) const BROKEN: usize = 1;

/// The highest bit of each lane of 16 bits.
const HALF_FULL: u64 = 0x8000_8000_8000_8000;

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
        // Items are never broken.
        let lanes = if over == Over::Claims { BROKEN + 1 } else { APART + 1 };
        let mut plan = Self { parts: Vec::new(), lanes, sums: 0, is_whole: true, is_wide: false };
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
            let unknowns = of.is_some_and(|of| of.domain.unknowns.contains(&Unknown::NotReported));
            let can_miss = unknowns && !definition.skip_not_reported && !matches!(kind, Kind::Count | Kind::Holds);
            let all = plan.place(&kind, can_miss);
            let preferred = measure.prefer.is_some().then(|| {
                let counted = plan.place(&Kind::Count, false).lane;
                (counted, plan.place(&kind, can_miss))
            });
            let number = number.map(|(place, _)| place);
            plan.parts.push(Part { measure: position, kind, all, preferred, decimals, number });
        }
        plan
    }

    fn place(&mut self, kind: &Kind, can_miss: bool) -> Place {
        let not_reported = can_miss.then_some(self.lanes + kind.lanes());
        let place = Place { lane: self.lanes, sum: self.sums, not_reported };
        self.lanes += kind.lanes() + usize::from(can_miss);
        self.sums += kind.sums();
        place
    }

    /// The measures, each with this plan.
    pub(super) fn parts_of(&self) -> impl Iterator<Item = (&Self, &Part)> {
        self.parts.iter().map(move |part| (self, part))
    }

    /// How many words a row has.
    pub(super) const fn width(&self) -> usize {
        self.lane_words() + self.sums
    }

    const fn lane_words(&self) -> usize {
        self.lanes.div_ceil(if self.is_wide { 2 } else { 4 })
    }

    /// A lane of a row.
    #[inline]
    pub(super) const fn lane(&self, row: &[u64], lane: usize) -> u32 {
        self.at(lane).of(row)
    }

    /// Where a lane is.
    pub(super) const fn at(&self, lane: usize) -> At {
        if self.is_wide {
            At { word: lane / 2, shift: (32 * (lane % 2)) as u32, mask: u32::MAX }
        } else {
            At { word: lane / 4, shift: (16 * (lane % 4)) as u32, mask: u16::MAX as u32 }
        }
    }

    const fn bump(&self, words: &mut [u64], lane: usize) {
        let at = self.at(lane);
        words[at.word] += 1 << at.shift;
    }

    /// The word of a sum.
    #[inline]
    pub(super) const fn sum(&self, sum: usize) -> usize {
        self.lane_words() + sum
    }

    /// Whether lanes of a row may soon have more than they can hold.
    #[inline]
    pub(super) fn is_filling(&self, row: &[u64]) -> bool {
        !self.is_wide && row[..self.lane_words()].iter().fold(0, |all, word| all | word) & HALF_FULL != 0
    }

    /// The bits of the words of a row of which one is set where lanes may soon have more than they can hold.
    pub(super) fn filling_bits(&self) -> Vec<u64> {
        let of_lanes = if self.is_wide { 0 } else { HALF_FULL };
        (0..self.width()).map(|word| if word < self.lane_words() { of_lanes } else { 0 }).collect()
    }

    /// The same lanes with more bits.
    pub(super) fn widen(&mut self) {
        self.is_wide = true;
    }

    /// A row with as many bits as the lanes of another plan have.
    pub(super) fn copy(&self, row: &[u64], other: &Self) -> Vec<u64> {
        let mut words = vec![0; other.width()];
        for lane in 0..self.lanes {
            let at = other.at(lane);
            words[at.word] |= u64::from(self.lane(row, lane)) << at.shift;
        }
        for sum in 0..self.sums {
            words[other.sum(sum)] = row[self.sum(sum)];
        }
        words
    }

    /// A row that adds nothing.
    pub(super) fn nothing(&self) -> Effect {
        Effect { words: vec![0; self.width()], numbers: Vec::new() }
    }

    /// A row that adds to one lane alone.
    pub(super) fn only(&self, lane: usize) -> Effect {
        let mut effect = self.nothing();
        self.bump(&mut effect.words, lane);
        effect
    }

    /// What an item or a linked claim gives, of some numbers of which the value is told beside the key.
    pub(super) fn effect(
        &self,
        compiled: &Compiled,
        over: Over,
        frame: &Frame,
        is_told: &dyn Fn(usize) -> bool,
    ) -> Effect {
        let mut effect = self.nothing();
        let level = compiled.inner(over);
        for part in &self.parts {
            let measure = &compiled.measures[part.measure];
            let given = match contribution(measure, &level.diagrams, frame) {
                Ok(None) => continue,
                Ok(Some(given)) => given,
                Err(_) => return self.only(APART),
            };
            let number = part.number.filter(|number| is_told(*number));
            let mut is_counted = self.add(&mut effect, part, part.all, &given, number);
            if let Some((counted, place)) = part.preferred.filter(|_| given.preferred) {
                self.bump(&mut effect.words, counted);
                is_counted &= self.add(&mut effect, part, place, &given, number);
            }
            if !is_counted {
                return self.only(APART);
            }
        }
        effect
    }

    /// Adds what an item gives to a measure; whether lanes can tell it.
    fn add(&self, effect: &mut Effect, part: &Part, at: Place, given: &Contribution, number: Option<usize>) -> bool {
        match (&part.kind, &given.value) {
            (Kind::Count, _) => self.bump(&mut effect.words, at.lane),
            (Kind::Holds, _) => {
                self.bump(&mut effect.words, at.lane);
                if given.holds {
                    self.bump(&mut effect.words, at.lane + 1);
                }
            }
            // What has no value is left out.
            (_, FactValue::Unknown(unknown)) => {
                if let Some(lane) = at.not_reported.filter(|_| *unknown == Unknown::NotReported) {
                    self.bump(&mut effect.words, lane);
                }
            }
            (Kind::Values(values), known) => match values.iter().position(|value| value == known) {
                Some(place) => self.bump(&mut effect.words, at.lane + place),
                None => return false,
            },
            (Kind::Sum | Kind::WeighedShare, FactValue::Known(value)) => {
                let is_share = matches!(part.kind, Kind::WeighedShare);
                let sums = [Some(at.sum), Some(at.sum + 1).filter(|_| is_share && given.holds)];
                for word in sums.into_iter().flatten().map(|sum| self.sum(sum)) {
                    match (number, whole(value, part.decimals)) {
                        (Some(number), _) => effect.numbers.push((word, number)),
                        (None, Some(whole)) => effect.words[word] = effect.words[word].wrapping_add_signed(whole),
                        (None, None) => return false,
                    }
                }
            }
        }
        true
    }
}

/// Adds what an item gives to a row.
#[inline]
pub(super) fn add(row: &mut [u64], effect: &Effect, numbers: impl Fn(usize) -> i64) {
    for (word, more) in row.iter_mut().zip(&effect.words) {
        *word = word.wrapping_add(*more);
    }
    for (word, number) in &effect.numbers {
        row[*word] = row[*word].wrapping_add_signed(numbers(*number));
    }
}

/// Takes back what was added to a row.
#[inline]
pub(super) fn take(row: &mut [u64], effect: &Effect, numbers: impl Fn(usize) -> i64) {
    for (word, less) in row.iter_mut().zip(&effect.words) {
        *word = word.wrapping_sub(*less);
    }
    for (word, number) in &effect.numbers {
        row[*word] = row[*word].wrapping_sub(numbers(*number).cast_unsigned());
    }
}

/// How far the numbers of items go together, so that no sum of some of them can overflow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Together(u64);

impl Together {
    /// Takes note of numbers that are added.
    ///
    /// # Errors
    ///
    /// [`Refused`] if all together are too many to be added up exactly.
    pub(super) fn add(&mut self, numbers: impl Iterator<Item = i64>) -> Result<(), Refused> {
        let far = numbers.fold(self.0, |far, number| far.saturating_add(number.unsigned_abs()));
        if far > 1 << 62 {
            let message = "the numbers of all items together are more than can be added up exactly";
            return Err(Diagnostic::error(Code::TooLarge, message).help("bind them in a larger unit").into());
        }
        self.0 = far;
        Ok(())
    }

    /// Takes note of numbers that are no longer there.
    pub(super) fn take(&mut self, numbers: impl Iterator<Item = i64>) {
        self.0 = numbers.fold(self.0, |far, number| far.saturating_sub(number.unsigned_abs()));
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

/// A number in units of its last digit, if it is whole so and small enough for many of them to be added up.
fn whole(value: &Value, decimals: u32) -> Option<i64> {
    let unit = Decimal::from(10_u64.checked_pow(decimals)?);
    let number = as_number(value).unwrap_or_default().checked_mul(unit)?;
    if !number.is_integer() {
        return None;
    }
    i64::try_from(number).ok().filter(|number| number.unsigned_abs() < 1 << 31)
}
