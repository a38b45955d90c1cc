//! Levels as numbers of a byte.

use std::sync::Arc;

use arrow_array::types::UInt8Type;
use arrow_array::{DictionaryArray, StringArray, UInt8Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use evigrade::Refused;
use evigrade::records::{Key, Outcome, Records};

use crate::grader::{refused, too_large};

/// The number of what was not graded yet.
pub(crate) const UNKNOWN: u8 = u8::MAX;
/// The number of a row that has no level.
pub(crate) const NONE: u8 = u8::MAX - 1;
/// The key of a row that has none.
pub(crate) const NO_KEY: u64 = u64::MAX;

/// How many keys are kept at hand.
const AT_HAND: usize = 1 << 12;

/// Numbers of the levels of a batch.
#[derive(Debug)]
pub(crate) struct Levels<'r> {
    records: &'r Records<'r>,
    words: Vec<String>,
    /// By the numbers of outcomes.
    by_number: Vec<u8>,
    /// Keys that were met before, each in one place, with their levels.
    at_hand: Vec<(u64, u8)>,
    too_many: bool,
}

impl<'r> Levels<'r> {
    /// Begins with the words that the result can be.
    pub(crate) fn new(records: &'r Records<'r>, words: &[String]) -> Self {
        let (by_number, at_hand) = (Vec::new(), Vec::new());
        Self { records, words: words.to_vec(), by_number, at_hand, too_many: false }
    }

    /// The level of a key.
    pub(crate) fn of_key(&mut self, key: u64) -> u8 {
        if key == NO_KEY {
            return NONE;
        }
        let number = self.records.grade(Key::from(key));
        self.of_number(number)
    }

    /// The level of a key of which there are too many for a table.
    pub(crate) fn of_rare_key(&mut self, key: u64) -> u8 {
        if self.at_hand.is_empty() {
            self.at_hand = vec![(NO_KEY, NONE); AT_HAND];
        }
        let place = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52) as usize;
        match self.at_hand.get(place) {
            Some((known, level)) if *known == key => *level,
            _ => {
                let level = self.of_key(key);
                if let Some(at_hand) = self.at_hand.get_mut(place) {
                    *at_hand = (key, level);
                }
                level
            }
        }
    }

    /// The level of an outcome by its number.
    pub(crate) fn of_number(&mut self, number: u16) -> u8 {
        let place = usize::from(number);
        if place >= self.by_number.len() {
            self.by_number.resize(place + 1, UNKNOWN);
        }
        if self.by_number[place] == UNKNOWN {
            self.by_number[place] = self.of_outcome(&self.records.outcome(number));
        }
        self.by_number[place]
    }

    fn of_outcome(&mut self, outcome: &Outcome) -> u8 {
        if matches!(outcome, Outcome::Contradiction(_)) {
            return NONE;
        }
        let word = outcome.to_string();
        let place = self.words.iter().position(|known| *known == word).unwrap_or_else(|| {
            self.words.push(word);
            self.words.len() - 1
        });
        let level = u8::try_from(place).ok().filter(|level| *level < NONE);
        self.too_many |= level.is_none();
        level.unwrap_or(NONE)
    }

    /// The levels of rows as a column, with the rows that have one.
    pub(crate) fn column(self, levels: Vec<u8>) -> Result<DictionaryArray<UInt8Type>, Refused> {
        if self.too_many {
            return Err(too_large("more different results come of a batch than a byte can number"));
        }
        let nulls = nulls_of(&levels);
        let words = StringArray::from(self.words);
        let levels = UInt8Array::try_new(levels.into(), nulls).map_err(|error| refused(error.to_string()))?;
        DictionaryArray::try_new(levels, Arc::new(words)).map_err(|error| refused(error.to_string()))
    }
}

/// Which rows have a level; nothing where all have.
pub(crate) fn nulls_of(levels: &[u8]) -> Option<NullBuffer> {
    if levels.iter().fold(0, |most, level| most.max(*level)) < NONE {
        return None;
    }
    Some(NullBuffer::new(BooleanBuffer::collect_bool(levels.len(), |row| levels[row] < NONE)))
}
