//! Facts that are read from text, as tables and lines of JSON hold them.

use std::fmt;

use hashbrown::HashMap;

use super::Key;
use super::read::Reader;
use crate::value::FactValue;

/// Why text is no value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// Why not.
    pub reason: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Unreadable {}

/// A fact that is bound to text.
#[derive(Debug)]
pub struct Texts {
    pub(super) reader: Reader,
    /// The key of each cell, and last that of what is missing.
    pub(super) keys: Box<[Key]>,
    /// Words that were read already.
    pub(super) known: HashMap<Box<str>, Key, foldhash::fast::FixedState>,
}

impl Texts {
    /// The key of a value as text tells it: a word, a number, a date as `2020-01-31`, `true` or `yes` and the like, an unknown
    /// such as `not-reported`; empty text is missing.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if the fact cannot be what the text says.
    pub fn key(&self, text: &str) -> Result<Key, Unreadable> {
        if let Some(key) = self.known.get(text) {
            return Ok(*key);
        }
        self.value(text).map(|value| self.key_of(&value))
    }

    /// The value as text tells it.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if the fact cannot be what the text says.
    pub fn value(&self, text: &str) -> Result<FactValue, Unreadable> {
        self.reader.value(text)
    }

    fn key_of(&self, value: &FactValue) -> Key {
        let cell = self.reader.cell(value).unwrap_or(self.keys.len() - 1);
        self.keys.get(cell).copied().unwrap_or_default()
    }
}
