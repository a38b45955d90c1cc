//! What came of the claims of tables.

use super::engine::Engine;
use crate::records::Outcome;

/// What came of claims, in the order in which these were given.
#[derive(Debug)]
pub struct Grades {
    faces: Vec<u32>,
    outcomes: Vec<Outcome>,
    /// The place of each outcome among the words of the result.
    levels: Vec<Option<u16>>,
}

impl Grades {
    pub(super) fn new(engine: &Engine<'_>, faces: Vec<u32>) -> Self {
        let outcomes: Vec<Outcome> = engine.outcomes().cloned().collect();
        let words = engine.words();
        let level = |outcome: &Outcome| {
            let place = words.iter().position(|word| outcome.word() == Some(word.as_str()))?;
            u16::try_from(place).ok()
        };
        Self { levels: outcomes.iter().map(level).collect(), outcomes, faces }
    }

    /// How many claims there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.faces.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faces.is_empty()
    }

    /// What came of a claim; nothing if there are fewer.
    #[must_use]
    pub fn outcome(&self, claim: usize) -> Option<&Outcome> {
        self.outcomes.get(*self.faces.get(claim)? as usize)
    }

    /// What came of each claim as the place of its word among those that the result can be, in the order in which the
    /// framework lists them; nothing of a claim of which no word came.
    pub fn levels(&self) -> impl Iterator<Item = Option<u16>> {
        self.faces.iter().map(|face| self.levels.get(*face as usize).copied().flatten())
    }
}
