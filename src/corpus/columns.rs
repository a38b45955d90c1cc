//! Columns of facts, of claims, items or links between claims: what they say of each row as a key.

use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::records::{Flags, Key, Numbers, Words};

/// How many rows are worked on at a time.
pub(super) const BLOCK: usize = 2048;
/// The key of what cannot be: more than all others together, and so little that a million of it can be added up.
pub(super) const IMPOSSIBLE: u64 = 1 << 44;

/// Columns of facts that were bound, all of the same length.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    rows: usize,
    columns: Vec<Column<'a>>,
    /// The numbers in the order in which they were bound, each with its place in that.
    numbers: Vec<(usize, Units<'a>)>,
}

/// Numbers in units of the last of their digits.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    /// Of 64 bits.
    Long(&'a [i64]),
    /// Of 32 bits, none below 0.
    Short(&'a [u32]),
}

impl<'a> From<&'a [i64]> for Units<'a> {
    fn from(units: &'a [i64]) -> Self {
        Self::Long(units)
    }
}

impl<'a> From<&'a [u32]> for Units<'a> {
    fn from(units: &'a [u32]) -> Self {
        Self::Short(units)
    }
}

impl Units<'_> {
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Long(units) => units.len(),
            Self::Short(units) => units.len(),
        }
    }

    #[inline]
    pub(super) fn at(self, row: usize) -> i64 {
        match self {
            Self::Long(units) => units[row],
            Self::Short(units) => units[row].into(),
        }
    }

    /// How many bits tell any of them; nothing where one is below 0.
    pub(super) fn bits(self) -> Option<u32> {
        let all = match self {
            Self::Long(units) => units.iter().fold(0, |all, unit| all | unit.cast_unsigned()),
            Self::Short(units) => units.iter().fold(0, |all, unit| all | unit).into(),
        };
        Some(u64::BITS - all.leading_zeros()).filter(|bits| *bits < u64::BITS)
    }
}

#[derive(Clone, Debug)]
enum Column<'a> {
    /// By their places among the words.
    Words(Box<[u64; 256]>, &'a [u8]),
    Flags(&'a Flags, &'a [bool]),
    Numbers(&'a Numbers, Units<'a>),
    /// Numbers, but those that are told apart by an unknown.
    Unless(&'a Numbers, Units<'a>, &'a str, &'a [bool]),
}

impl Column<'_> {
    fn greatest_key(&self) -> u64 {
        let greatest =
            |keys: &mut dyn Iterator<Item = u64>| keys.filter(|key| *key < IMPOSSIBLE).max().unwrap_or_default();
        match self {
            Self::Words(keys, _) => greatest(&mut keys.iter().copied()),
            Self::Flags(flags, _) => greatest(&mut flags.all_keys().map(|key| key.number())),
            Self::Numbers(numbers, _) | Self::Unless(numbers, ..) => {
                greatest(&mut numbers.all_keys().map(|key| key.number()))
            }
        }
    }
}

impl<'a> Columns<'a> {
    /// Of so many rows.
    #[must_use]
    pub const fn new(rows: usize) -> Self {
        Self { rows, columns: Vec::new(), numbers: Vec::new() }
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// A fact that is one of the words that were bound, by their places.
    #[must_use]
    pub fn words(mut self, words: &Words, places: &'a [u8]) -> Self {
        let mut keys = Box::new([IMPOSSIBLE; 256]);
        for (key, word) in keys.iter_mut().zip(words.keys()) {
            *key = word.number();
        }
        self.columns.push(Column::Words(keys, places));
        self
    }

    /// A fact that is so or is not.
    #[must_use]
    pub fn flags(mut self, flags: &'a Flags, values: &'a [bool]) -> Self {
        self.columns.push(Column::Flags(flags, values));
        self
    }

    /// A number, in units of the last of the digits with which it was bound.
    #[must_use]
    pub fn numbers(mut self, numbers: &'a Numbers, values: impl Into<Units<'a>>) -> Self {
        let values = values.into();
        self.columns.push(Column::Numbers(numbers, values));
        self.with_number(numbers.place(), values)
    }

    /// The same, but an unknown such as `not-reported` in the rows that are marked.
    #[must_use]
    pub fn numbers_unless(
        mut self,
        numbers: &'a Numbers,
        values: impl Into<Units<'a>>,
        unknown: &'a str,
        is_unknown: &'a [bool],
    ) -> Self {
        let values = values.into();
        self.columns.push(Column::Unless(numbers, values, unknown, is_unknown));
        self.with_number(numbers.place(), values)
    }

    fn with_number(mut self, place: usize, values: Units<'a>) -> Self {
        self.numbers.push((place, values));
        self.numbers.sort_by_key(|(place, _)| *place);
        self
    }

    /// The numbers of each row, in the order in which they were bound.
    pub(super) fn units(&self) -> impl Iterator<Item = Units<'a>> {
        self.numbers.iter().map(|(_, units)| *units)
    }

    /// Whether all columns have as many rows as they should, and numbers are all there.
    pub(super) fn check(
        &self,
        what: &str,
        bound: impl Iterator<Item = u64>,
        numbers: Option<usize>,
    ) -> Result<(), Refused> {
        let lengths = self.columns.iter().flat_map(|column| match column {
            Column::Words(_, places) => [places.len(), places.len()],
            Column::Flags(_, values) => [values.len(), values.len()],
            Column::Numbers(_, values) => [values.len(), values.len()],
            Column::Unless(_, values, _, unknown) => [values.len(), unknown.len()],
        });
        for length in lengths {
            if length != self.rows {
                let message = format!("a column of {what} has {length} rows, and there are {}", self.rows);
                return Err(Diagnostic::error(Code::WrongType, message).into());
            }
        }
        let places = self.numbers.iter().map(|(place, _)| *place);
        if let Some(numbers) = numbers.filter(|numbers| !places.eq(0..*numbers)) {
            let message = format!("of {what} {numbers} numbers were bound, and columns do not tell each of them once");
            return Err(Diagnostic::error(Code::WrongType, message)
                .help("give each number that was bound one column")
                .into());
        }
        // Each fact once: by its greatest key one is told from all others but those that can say one thing alone.
        let (mut bound, mut told): (Vec<u64>, Vec<u64>) =
            (bound.collect(), self.columns.iter().map(Column::greatest_key).collect());
        bound.sort_unstable();
        told.sort_unstable();
        if told != bound {
            let facts = bound.len();
            let message = format!("of {what} {facts} facts were bound, and columns do not tell each of them once");
            return Err(Diagnostic::error(Code::WrongType, message)
                .help("give each fact that was bound one column")
                .into());
        }
        Ok(())
    }

    /// The keys of some rows.
    pub(super) fn keys(&self, from: usize, keys: &mut [u64], what: &str) -> Result<(), Refused> {
        keys.fill(0);
        let rows = from..from + keys.len();
        let known = |key: Option<Key>| key.map_or(IMPOSSIBLE, Key::number);
        for column in &self.columns {
            match column {
                Column::Words(words, places) => {
                    for (key, place) in keys.iter_mut().zip(&places[rows.clone()]) {
                        *key += words[usize::from(*place)];
                    }
                }
                Column::Flags(flags, values) => {
                    for (key, value) in keys.iter_mut().zip(&values[rows.clone()]) {
                        *key += flags.of(*value).number();
                    }
                }
                // All are alike, and none is below 0.
                Column::Numbers(numbers, Units::Short(_)) if numbers.takes_all_counts() => {}
                Column::Numbers(numbers, values) => {
                    for (key, row) in keys.iter_mut().zip(rows.clone()) {
                        *key += known(numbers.of_units(values.at(row)));
                    }
                }
                Column::Unless(numbers, values, unknown, is_unknown) => {
                    let unknown = known(numbers.unknown(unknown));
                    for (key, row) in keys.iter_mut().zip(rows.clone()) {
                        *key += if is_unknown[row] { unknown } else { known(numbers.of_units(values.at(row))) };
                    }
                }
            }
        }
        if keys.iter().fold(0, |all, key| all | *key) >= IMPOSSIBLE {
            let bad = keys.iter().position(|key| *key >= IMPOSSIBLE).unwrap_or_default();
            let message = format!("row {} of {what} has a value that its fact cannot be", from + bad);
            return Err(Diagnostic::error(Code::UnknownValue, message).help("rows are counted from 0").into());
        }
        Ok(())
    }

    /// The keys of all rows, of which there are so many kinds.
    pub(super) fn all_keys(&self, size: u64, what: &str) -> Result<Keys, Refused> {
        let mut all =
            if size <= 1 << u8::BITS { Keys::Short(vec![0; self.rows]) } else { Keys::Long(vec![0; self.rows]) };
        let mut keys = [0; BLOCK];
        for from in (0..self.rows).step_by(BLOCK) {
            let rows = from..self.rows.min(from + BLOCK);
            let keys = &mut keys[..rows.len()];
            self.keys(from, keys, what)?;
            match &mut all {
                Keys::Short(all) => all[rows].iter_mut().zip(keys).for_each(|(to, key)| *to = *key as u8),
                Keys::Long(all) => all[rows].copy_from_slice(keys),
            }
        }
        Ok(all)
    }
}

/// The keys of all rows of columns: of few kinds, or of any.
#[derive(Debug)]
pub(super) enum Keys {
    Short(Vec<u8>),
    Long(Vec<u64>),
}

impl Keys {
    #[inline]
    pub(super) fn at(&self, row: usize) -> u64 {
        match self {
            Self::Short(keys) => keys[row].into(),
            Self::Long(keys) => keys[row],
        }
    }
}
