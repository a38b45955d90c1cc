//! Names: the identifiers by which cases and frameworks refer to things.
//!
//! Every kind of thing has a type of its own, so that a claim's id can never be
//! handed to something that wants a source's. All of them are cheap to clone.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest name that is accepted, in characters.
pub const LONGEST_NAME: usize = 100;

/// Whether `text` may serve as a name: letters, digits, `-`, `_` and `.`, beginning with a
/// letter or a digit, at most [`LONGEST_NAME`] characters.
///
/// ```
/// assert!(evigrade::name::is_name("low-dose-naltrexone"));
/// assert!(!evigrade::name::is_name("low dose"));
/// ```
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphanumeric)
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
        && text.chars().count() <= LONGEST_NAME
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }
    )*};
}

names! {
    /// The id of a case.
    CaseId;
    /// The id of a claim, unique in its case.
    ClaimId;
    /// The id of an evidence item, unique in its case.
    EvidenceId;
    /// The id of a source, unique in its case.
    SourceId;
    /// The id of a study: results that share it come from the same participants.
    StudyId;
    /// The id that an author gave to a link, unique in its case.
    LinkId;
    /// A layer of a case, such as `article` or `literature`.
    Layer;
    /// The id of a framework (rule pack).
    FrameworkId;
    /// The name of anything that a condition can mention: a fact, a derived value, a measure,
    /// a decision or a parameter. Unique in its framework.
    Name;
    /// The id of a rule, unique in its decision.
    RuleId;
    /// A value of a choice, a level of a scale or an outcome beside the levels.
    Word;
}

/// The name among `known` that `wrong` was most likely meant to be, if one is near.
///
/// ```
/// let known = ["participants", "design"];
/// assert_eq!(evigrade::name::nearest("particpants", known), Some("participants"));
/// assert_eq!(evigrade::name::nearest("weather", known), None);
/// ```
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut endless = u64::MAX;
    nearest_within(wrong, known, &mut endless)
}

/// The same, as long as there is effort left: letters of the one name times letters of the other.
pub(crate) fn nearest_within<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    effort: &mut u64,
) -> Option<&'a str> {
    let letters = wrong.chars().count();
    if letters > LONGEST_NAME {
        return None;
    }
    let lower = wrong.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let of_name = name.chars().count();
        let farthest = 1 + of_name.min(letters) / 4;
        // As many letters as the lengths differ by have to be put in or left out.
        if of_name.abs_diff(letters) > farthest {
            continue;
        }
        *effort = effort.checked_sub((letters * of_name) as u64)?;
        let distance = strsim::damerau_levenshtein(&lower, &name.to_lowercase());
        if distance <= farthest && best.is_none_or(|best| (distance, name) < best) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}
