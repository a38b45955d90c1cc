//! Scales: the ordered levels of a framework's result, and results that are not levels.

use std::collections::BTreeMap;

use crate::document::Span;
use crate::name::Word;

/// The levels of a result, worst first, and the outcomes beside them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scale {
    /// The levels, worst first.
    pub levels: Vec<Word>,
    /// Results that are not levels; they are neither better nor worse than a level.
    pub outcomes: Vec<Word>,
    /// How they are shown to people, where that is not the word itself.
    pub labels: BTreeMap<Word, String>,
    /// Where it stands.
    pub span: Span,
}

impl Scale {
    /// How a level or outcome is shown to people: its label, or the word with a capital letter
    /// and spaces.
    ///
    /// ```
    /// # let frameworks = evigrade::Frameworks::built_in();
    /// let grade = frameworks.get("grade").expect("it is built in");
    /// let scale = grade.scale.as_ref().expect("it has levels");
    /// assert_eq!(scale.label("very-low"), "Very low");
    /// ```
    #[must_use]
    pub fn label(&self, word: &str) -> String {
        self.labels.get(word).cloned().unwrap_or_else(|| capitalised(word))
    }

    /// The position of a level, worst first.
    #[must_use]
    pub fn rank(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|known| known == level)
    }
}

/// A word as it begins a line for people: `very-low` becomes `Very low`.
pub(crate) fn capitalised(word: &str) -> String {
    let spaced = word.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
