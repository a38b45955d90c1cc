//! What comes of a record.

use std::fmt;

use crate::grade::Status;
use crate::name::Word;

/// What comes of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// What the framework says of it.
    Status(Status),
    /// Its facts cannot be together, for this reason.
    Contradiction(String),
}

impl Outcome {
    pub(crate) const fn level(word: Word) -> Self {
        Self::Status(Status::Graded(word))
    }

    pub(crate) const fn none() -> Self {
        Self::Status(Status::Undetermined { possible: Vec::new(), gap: true, exact: true })
    }

    /// The level, or what stands beside the levels, if it is determined.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Status(Status::Graded(word)) => Some(word.as_str()),
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    /// The level; the levels that are possible with `|` between them; `not-applicable`; `no-answer` where no rule answers;
    /// `contradiction`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(Status::Graded(word)) => formatter.write_str(word.as_str()),
            Self::Status(Status::NotApplicable(_)) => formatter.write_str("not-applicable"),
            Self::Status(Status::Undetermined { possible, gap, .. }) => {
                let mut words: Vec<&str> = possible.iter().map(Word::as_str).collect();
                if *gap {
                    words.push("no-answer");
                }
                formatter.write_str(&words.join("|"))
            }
            Self::Contradiction(_) => formatter.write_str("contradiction"),
        }
    }
}
