//! Columns: from the caller's own values to keys.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::Key;
use super::read::representatives;
use crate::compile::space::Domain;
use crate::value::FactValue;

/// The keys of words, in the order in which they were bound.
#[derive(Clone, Debug)]
pub struct Words {
    pub(crate) keys: Box<[Key]>,
}

impl Words {
    /// The key of the word at a place; nothing if there were fewer.
    #[must_use]
    #[inline]
    pub fn at(&self, place: usize) -> Option<Key> {
        self.keys.get(place).copied()
    }

    /// The keys of all of them.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }
}

/// The keys of what is so and what is not.
#[derive(Clone, Debug)]
pub struct Flags {
    pub(crate) keys: [Key; 2],
    pub(crate) unknown: BTreeMap<String, Key>,
}

impl Flags {
    /// By the keys of no, of yes, and of the unknowns.
    pub(crate) fn new(keys: &[Key], unknowns: &[&str]) -> Self {
        let of = |place: usize| keys.get(place).copied().unwrap_or_default();
        Self { keys: [of(0), of(1)], unknown: unknowns_of(unknowns, keys.get(2..).unwrap_or_default()) }
    }

    /// All keys.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().chain(self.unknown.values())
    }

    /// The key of a flag.
    #[must_use]
    #[inline]
    pub const fn of(&self, flag: bool) -> Key {
        self.keys[flag as usize]
    }

    /// The key of an unknown that was bound.
    #[must_use]
    pub fn unknown(&self, word: &str) -> Option<Key> {
        self.unknown.get(word).copied()
    }
}

/// The keys of numbers.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub(crate) scale: Scale,
    pub(crate) keys: Box<[Key]>,
    pub(crate) unknown: BTreeMap<String, Key>,
    /// How many digits after the point it was bound with, where it is given in units of the last.
    decimals: u32,
    /// The place among the numbers that were bound, where they are given in columns.
    place: usize,
}

fn unknowns_of(words: &[&str], keys: &[Key]) -> BTreeMap<String, Key> {
    words.iter().zip(keys).map(|(word, key)| ((*word).to_owned(), *key)).collect()
}

impl Numbers {
    /// By the keys of so many cells, and of the unknowns after them.
    pub(crate) fn new(scale: Scale, keys: &[Key], cells: usize, unknowns: &[&str]) -> Self {
        let (known, unknown) = keys.split_at(cells.min(keys.len()));
        Self { scale, keys: known.into(), unknown: unknowns_of(unknowns, unknown), decimals: 0, place: 0 }
    }

    /// The same in units of the last of so many digits after the point, at a place among all numbers.
    pub(crate) fn in_units(self, decimals: u32, place: usize) -> Self {
        Self { decimals, place, ..self }
    }

    /// The place among the numbers that were bound.
    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    /// The key of a number in units of the last digit with which it was bound; nothing of one that the fact cannot be.
    #[must_use]
    #[inline]
    pub fn of_units(&self, units: i64) -> Option<Key> {
        if self.decimals == 0 { self.of_whole(units) } else { self.of_decimal(Decimal::new(units, self.decimals)) }
    }

    /// Whether any whole number from 0 on, of 32 bits, has the key 0.
    pub(crate) fn takes_all_counts(&self) -> bool {
        let (least, greatest) = self.scale.whole_range;
        let is_any = least <= 0 && greatest >= i64::from(u32::MAX);
        self.decimals == 0 && is_any && *self.keys == [Key::default()]
    }

    /// All keys.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().chain(self.unknown.values())
    }

    /// The key of a whole number; nothing of one that the fact cannot be.
    #[must_use]
    #[inline]
    pub fn of_whole(&self, number: i64) -> Option<Key> {
        let scale = &self.scale;
        if number < scale.whole_range.0 || number > scale.whole_range.1 {
            return None;
        }
        let cell = scale.whole_cuts.iter().map(|cut| usize::from(number >= *cut)).sum::<usize>();
        self.keys.get(cell).copied()
    }

    /// The key of a number as its shortest decimal form says it; nothing of one that the fact cannot be.
    #[must_use]
    pub fn of(&self, number: f64) -> Option<Key> {
        if let Some(whole) = number.to_i64().filter(|whole| *whole as f64 == number) {
            return self.of_whole(whole);
        }
        // The shortest digits that are this number and no other.
        let decimal: Decimal = number.to_string().parse().ok().or_else(|| Decimal::from_f64(number))?;
        // What is next to nothing is not nothing.
        let decimal = if decimal.is_zero() {
            Decimal::new(1, Decimal::MAX_SCALE) * Decimal::from(number.signum() as i64)
        } else {
            decimal
        };
        self.of_decimal(decimal)
    }

    /// The key of a decimal number; nothing of one that the fact cannot be.
    #[must_use]
    pub fn of_decimal(&self, number: Decimal) -> Option<Key> {
        let domain = &self.scale.domain;
        let (least, greatest) = domain.range;
        let below = least.is_some_and(|least| number < least);
        let above = greatest.is_some_and(|greatest| number > greatest);
        if below || above || self.scale.is_whole && !number.is_integer() {
            return None;
        }
        self.keys.get(usize::from(domain.number_cell(number)?)).copied()
    }

    /// The key of an unknown that was bound.
    #[must_use]
    pub fn unknown(&self, word: &str) -> Option<Key> {
        self.unknown.get(word).copied()
    }
}

/// What rules tell apart of a number.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    domain: Domain,
    is_whole: bool,
    /// From which whole number on the cells after the first begin.
    whole_cuts: Box<[i64]>,
    whole_range: (i64, i64),
}

impl Scale {
    /// Of a domain of numbers.
    pub(crate) fn new(domain: Domain, is_whole: bool) -> Self {
        let whole_cuts = domain.cuts().iter().map(|cut| {
            let from = if cut.after { cut.at.floor().saturating_add(Decimal::ONE) } else { cut.at.ceil() };
            from.to_i64().unwrap_or(if from < Decimal::ZERO { i64::MIN } else { i64::MAX })
        });
        let (least, greatest) = domain.range;
        let least = least.and_then(|least| least.ceil().to_i64()).unwrap_or(i64::MIN);
        let greatest = greatest.and_then(|greatest| greatest.floor().to_i64()).unwrap_or(i64::MAX);
        Self { whole_cuts: whole_cuts.collect(), whole_range: (least, greatest), is_whole, domain }
    }

    /// A number of each cell.
    pub(crate) fn representatives(&self) -> Vec<FactValue> {
        representatives(&self.domain, self.domain.known_cells())
    }
}
