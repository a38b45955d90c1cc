//! Records: what a framework makes of values of the same facts, a record after another.
//!
//! Everything that rules tell apart of a value is which cell it lies in ([`Compiled`]), so that a record is a small number: its
//! [`Key`]. A key is graded once, by the same compiled form as a case, and remembered; of all records after it the level is
//! looked up. The key is also the whole proof of the record, for the proof can be built again from it at any time.
//!
//! ```
//! use evigrade::records::Binding;
//! use evigrade::{Compiled, Frameworks};
//!
//! let frameworks = Frameworks::built_in();
//! let compiled = Compiled::new(frameworks.find("ocebm-2011")?)?;
//! let mut binding = Binding::new(&compiled)?;
//! let question = binding.words("kind", &["efficacy", "harm"])?;
//! let records = binding.records();
//! let key = question.at(0).expect("it is the first word");
//! let outcome = records.outcome(records.grade(key));
//! assert!(!outcome.to_string().is_empty());
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod bodies;
mod column;
mod outcome;
mod read;
mod rendered;
mod text;
mod wide;
mod work;

use std::fmt;
use std::ops::Add;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{PoisonError, RwLock};

use rust_decimal::Decimal;

pub use self::bodies::{Bodies, BodyOfEvidence, Field};
pub(crate) use self::column::Scale;
pub use self::column::{Flags, Numbers, Words};
pub use self::outcome::Outcome;
pub(crate) use self::read::{Reader, unknown_name};
use self::rendered::Rendered;
pub use self::text::{Texts, Unreadable};
pub use self::wide::Wide;
use self::work::Cell;
pub(crate) use self::work::Worker;
use crate::compile::Compiled;
use crate::diagnostic::Refused;
use crate::grade::Proof;
use crate::name::Name;
use crate::value::FactValue;

/// Where a record lies among all that rules tell apart: the sum of the keys of its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// As a number, to be kept.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl From<u64> for Key {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl Add for Key {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

/// How many keys there may be for a place to be kept for each.
const MOST_PLACES: u64 = 1 << 22;
/// The place of a key that was not graded yet.
const UNKNOWN: u8 = u8::MAX;
/// The place of a key whose outcome has a number that does not fit.
const BEYOND: u8 = u8::MAX - 1;

/// The facts of records, bound to a framework one by one.
#[derive(Debug)]
pub struct Binding<'c> {
    worker: Worker<'c>,
    size: u64,
    by_values: bool,
}

impl<'c> Binding<'c> {
    /// Binds records to what a framework makes of claims, or of studies where it appraises these. What comes out is its
    /// result.
    ///
    /// A record of a claim rests on no other claims. What the framework measures of the evidence is bound by its name, or
    /// open.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework has no result.
    pub fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        Ok(Self { worker: Worker::new(compiled)?, size: 1, by_values: false })
    }

    /// The names that can be bound.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.worker.names()
    }

    /// Binds a fact that is one of some words, in the order of the caller's own numbers; also `missing` or another unknown.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name, it was bound before, or it cannot say one of the words.
    pub fn words(&mut self, fact: &str, words: &[&str]) -> Result<Words, Refused> {
        let name = self.worker.name_of(fact)?;
        let values = self.worker.word_values(&name, words)?;
        let keys = self.bind(name, values)?;
        Ok(Words { keys })
    }

    /// Binds a fact that is so or is not; or one of some unknowns, such as `missing`.
    ///
    /// # Errors
    ///
    /// As of words, and [`Refused`] if it is no flag.
    pub fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Result<Flags, Refused> {
        let name = self.worker.name_of(fact)?;
        let values = self.worker.flag_values(&name, unknowns)?;
        let keys = self.bind(name, values)?;
        Ok(Flags::new(&keys, unknowns))
    }

    /// Binds a number; or one of some unknowns, such as `missing`.
    ///
    /// # Errors
    ///
    /// As of words, and [`Refused`] if it is no number, or the framework computes with it, so that more of it matters than
    /// the cell in which it lies; [`Records::grade_values`] takes these.
    pub fn numbers(&mut self, fact: &str, unknowns: &[&str]) -> Result<Numbers, Refused> {
        let name = self.worker.name_of(fact)?;
        let (scale, values) = self.worker.number_values(&name, unknowns)?;
        let known = values.len() - unknowns.len();
        let keys = self.bind(name, values)?;
        self.worker.mark_cut();
        Ok(Numbers::new(scale, &keys, known, unknowns))
    }

    /// Binds a fact of any kind to text.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name, or it was bound before.
    pub fn texts(&mut self, fact: &str) -> Result<Texts, Refused> {
        let name = self.worker.name_of(fact)?;
        let reader = self.worker.reader(&name)?;
        let cells = if self.worker.is_computed_with(&name) { Vec::new() } else { reader.representatives() };
        let keys = match self.bind(name.clone(), cells) {
            Ok(keys) => {
                self.worker.mark_cut();
                keys
            }
            // More of it matters than its cell, or there are more records than can be told apart by a number.
            Err(_) => {
                self.values_of(name)?;
                [Key::default()].into()
            }
        };
        let mut texts = Texts { reader, keys, known: hashbrown::HashMap::default() };
        for word in texts.reader.words() {
            if let Ok(key) = texts.key(&word) {
                texts.known.insert(word.into(), key);
            }
        }
        Ok(texts)
    }

    /// Binds a fact of any kind, for records that are graded by their values alone.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name, or it was bound before.
    pub fn values(&mut self, fact: &str) -> Result<(), Refused> {
        let name = self.worker.name_of(fact)?;
        self.values_of(name)
    }

    fn values_of(&mut self, name: Name) -> Result<(), Refused> {
        self.by_values = true;
        self.bind(name, vec![FactValue::MISSING]).map(|_| ())
    }

    fn bind(&mut self, name: Name, values: Vec<FactValue>) -> Result<Box<[Key]>, Refused> {
        let stride = self.size;
        let (size, places) = self.worker.bind(name, values, stride)?;
        self.size = size;
        Ok(places.into_iter().map(|cell| Key(cell as u64 * stride)).collect())
    }

    /// What works records out, how many keys there are, and whether these tell too little.
    pub(crate) fn parts(self) -> (Worker<'c>, u64, bool) {
        (self.worker, self.size, self.by_values)
    }

    /// What grades records of these facts.
    #[must_use]
    pub fn records(mut self) -> Records<'c> {
        self.worker.write_out();
        let places = if self.size <= MOST_PLACES { usize::try_from(self.size).unwrap_or_default() } else { 0 };
        let mut outcomes = Outcomes::default();
        for word in self.worker.words() {
            outcomes.number(Outcome::level(word));
        }
        Records {
            worker: self.worker,
            size: self.size,
            by_values_alone: self.by_values,
            places: (0..places).map(|_| AtomicU8::new(UNKNOWN)).collect(),
            outcomes: RwLock::new(outcomes),
            by_key: RwLock::default(),
            by_values: RwLock::default(),
            rendered: Rendered::default(),
        }
    }
}

/// What came out so far, each with a number.
#[derive(Debug, Default)]
struct Outcomes {
    all: Vec<Outcome>,
}

impl Outcomes {
    fn number(&mut self, outcome: Outcome) -> u16 {
        let place = self.all.iter().position(|known| *known == outcome).unwrap_or_else(|| {
            self.all.push(outcome);
            self.all.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    fn outcome(&self, number: u16) -> Outcome {
        self.all.get(usize::from(number)).cloned().unwrap_or_else(Outcome::none)
    }
}

/// A cell of a map that is only ever added to.
type Known<K> = RwLock<hashbrown::HashMap<K, u16, foldhash::fast::FixedState>>;

/// Grades records of the same facts.
pub struct Records<'c> {
    worker: Worker<'c>,
    size: u64,
    by_values_alone: bool,
    places: Box<[AtomicU8]>,
    outcomes: RwLock<Outcomes>,
    /// What came of keys that have no place.
    by_key: Known<u64>,
    by_values: Known<Box<[FactValue]>>,
    rendered: Rendered,
}

impl fmt::Debug for Records<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Records").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Records<'_> {
    /// How many records rules tell apart, by the words and unknowns that were bound.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Whether records have to be graded by their values: a fact is bound that the framework computes with, so that keys do
    /// not tell enough.
    #[must_use]
    pub const fn needs_values(&self) -> bool {
        self.by_values_alone
    }

    /// The number of what comes of a record. Numbers from 0 on are those of the words that the result can be, in the order in
    /// which it lists them; those after that are given as outcomes are met.
    ///
    /// A key that is not of this binding is graded as some record of it.
    #[must_use]
    #[inline]
    pub fn grade(&self, key: Key) -> u16 {
        let place = usize::try_from(key.0).ok().and_then(|place| self.places.get(place));
        match place.map(|place| place.load(Ordering::Relaxed)) {
            Some(known) if known < BEYOND => u16::from(known),
            _ => self.grade_new(key),
        }
    }

    #[cold]
    fn grade_new(&self, key: Key) -> u16 {
        if let Some(known) = self.by_key.read().unwrap_or_else(PoisonError::into_inner).get(&key.0) {
            return *known;
        }
        let number = self.number(self.worker.outcome_of_cells(&self.cells(key)));
        let place = usize::try_from(key.0).ok().and_then(|place| self.places.get(place));
        match (place, u8::try_from(number)) {
            (Some(place), Ok(small)) if small < BEYOND => place.store(small, Ordering::Relaxed),
            (place, _) => {
                if let Some(place) = place {
                    place.store(BEYOND, Ordering::Relaxed);
                }
                let mut known = self.by_key.write().unwrap_or_else(PoisonError::into_inner);
                if known.len() < MOST_REMEMBERED {
                    known.insert(key.0, number);
                }
            }
        }
        number
    }

    /// The number of what comes of a record by its values, in the order in which facts were bound. Every fact can be bound
    /// so, also those that the framework computes with.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact.
    pub fn grade_values(&self, values: &[FactValue]) -> Result<u16, Refused> {
        self.worker.check(values)?;
        if let Some(known) = self.by_values.read().unwrap_or_else(PoisonError::into_inner).get(values) {
            return Ok(*known);
        }
        let number = self.number(self.worker.outcome_of_values(&self.worker.given(values)));
        let mut known = self.by_values.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_REMEMBERED {
            known.insert(values.into(), number);
        }
        Ok(number)
    }

    fn number(&self, outcome: Outcome) -> u16 {
        self.outcomes.write().unwrap_or_else(PoisonError::into_inner).number(outcome)
    }

    /// What a number stands for.
    #[must_use]
    pub fn outcome(&self, number: u16) -> Outcome {
        self.outcomes.read().unwrap_or_else(PoisonError::into_inner).outcome(number)
    }

    /// The proof of the result of a record, built again from its key. Of a number that lies in a cell, it shows one that
    /// does; [`Records::proof_with`] shows the number itself. Nothing where the framework does not grade it, or
    /// its facts cannot be together.
    #[must_use]
    pub fn proof(&self, key: Key) -> Option<Proof> {
        self.worker.proof(&self.worker.given(&self.values_of(key)))
    }

    /// The same with the numbers of the record, by the names of their facts: a key with its numbers is all that its proof is
    /// made of. Nothing also where a number is none of this key.
    #[must_use]
    pub fn proof_with(&self, key: Key, numbers: &[(&str, Decimal)]) -> Option<Proof> {
        let mut given = self.worker.given(&self.values_of(key));
        for (name, number) in numbers {
            let number = FactValue::from(*number);
            if !self.worker.lies_in(key.0, name, &number) {
                return None;
            }
            given.insert((*name).into(), number);
        }
        self.worker.proof(&given)
    }

    /// The proof of the result of a record by its values, in the order in which facts were bound.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact.
    pub fn proof_of_values(&self, values: &[FactValue]) -> Result<Option<Proof>, Refused> {
        self.worker.check(values)?;
        Ok(self.worker.proof(&self.worker.given(values)))
    }

    /// A value of each fact with which a record has this key.
    fn values_of(&self, key: Key) -> Vec<FactValue> {
        self.cells(key).into_iter().map(|cell| cell.value.clone()).collect()
    }

    fn cells(&self, key: Key) -> Vec<&Cell> {
        self.worker.cells(key.0)
    }
}

/// Of how many records by their values it is remembered what came of them.
const MOST_REMEMBERED: usize = 1 << 20;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test says what it expects")]

    use super::{Binding, Key};
    use crate::framework::names::{Index, Scope};
    use crate::{Compiled, Frameworks};

    /// A number below another, the same on every machine.
    fn below(state: &mut u64, most: usize) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*state >> 33).unwrap_or_default() % most.max(1)
    }

    /// Whatever is bound, of whatever framework: by their keys records come to what they come to as examples do.
    #[test]
    fn keys_say_what_values_say_under_every_framework() {
        let mut state = 1;
        let mut compared = 0;
        for framework in Frameworks::built_in().iter().filter(|framework| framework.result_decision().is_some()) {
            let compiled = Compiled::new(framework).expect("it compiles");
            let on = framework.result_decision().map(|decision| decision.on).expect("it has a result");
            let index = Index::new(framework);
            let result = framework.result.clone().expect("it has a result");
            let names: Vec<&str> = index.all(Scope::of(on)).filter(|name| result != **name).collect();
            for _ in 0..12 {
                let mut binding = Binding::new(&compiled).expect("it has a result");
                let mut bound = Vec::new();
                for _ in 0..2 + below(&mut state, 10) {
                    let name = names[below(&mut state, names.len())];
                    if let Ok(texts) = binding.texts(name) {
                        bound.push(texts);
                    }
                }
                let records = binding.records();
                if records.needs_values() {
                    continue;
                }
                for _ in 0..20 {
                    let key = bound
                        .iter()
                        .fold(Key::default(), |key, texts| key + texts.keys[below(&mut state, texts.keys.len())]);
                    let values = records.values_of(key);
                    let by_key = records.outcome(records.grade(key));
                    let by_values = records.worker.outcome_of_values(&records.worker.given(&values));
                    assert_eq!(by_key, by_values, "{} {values:?}", framework.id);
                    compared += 1;
                }
            }
        }
        assert!(compared > 1_000, "{compared}");
    }
}
