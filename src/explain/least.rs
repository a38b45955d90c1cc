//! The least change: the smallest sets of facts that would have to say something else for a claim to reach a level.
//!
//! Nothing is tried at random. A diagram tells which facts were tested on the way to what came out; while none of them
//! changes, nothing else can come out, so one of them belongs to every set that helps. Each is taken in turn, those
//! before it held fast, and the diagrams are read again (the hitting sets of Reiter 1987, Artificial Intelligence 32,
//! 57–95). Sets are sought by size, and a way is given up as soon as the diagram tells that the level is farther away
//! than the changes that are left.

mod distance;
mod movable;
mod search;
mod values;

use std::collections::BTreeSet;

use serde::Serialize;

use self::search::Search;
use super::counterexample::Counterexamples;
use super::studies::{NewStudies, new_studies};
use crate::case::{Case, ClaimIndex};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::grade::again::Again;
use crate::grade::{Run, Status, grade};
use crate::name::{Name, Word, nearest};
use crate::value::FactValue;
use crate::vocabulary::Means;

/// How many facts are changed together at most, unless asked for more.
pub const MOST_CHANGES: usize = 3;

/// A fact that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FactChange {
    /// What it is a fact of.
    pub subject: Subject,
    /// The id of the claim or evidence item; a fact of links is set on all links of the item.
    pub of: String,
    /// Its name.
    pub name: Name,
    /// What it says.
    pub before: FactValue,
    /// What it would say.
    pub after: FactValue,
    /// Other values that make no difference to the one that it would say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<FactValue>,
    /// By what it can change so.
    pub means: Means,
    /// How many values it moves.
    pub steps: usize,
}

/// A set of facts that reach the level when they change together, and do not when one of them stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChangeSet {
    /// The facts, by claim or item and name.
    pub changes: Vec<FactChange>,
    /// The levels that are possible then: the target or better.
    pub levels: Vec<Word>,
    /// All that the facts move together.
    pub steps: usize,
}

impl ChangeSet {
    /// By what the facts can change so.
    #[must_use]
    pub fn means(&self) -> BTreeSet<Means> {
        self.changes.iter().map(|change| change.means).collect()
    }
}

/// How a level can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reached {
    /// The grade is at the level or better as it is.
    Already,
    /// By each of these sets, and by none of fewer facts; the smaller steps first.
    By {
        /// The sets, all of one size. Of those that change the same facts only the ones with the smallest steps.
        sets: Vec<ChangeSet>,
        /// Whether these are all of them: where there is too much to look at, some may be left out.
        all: bool,
    },
    /// By no set of up to so many facts.
    NotWithin {
        /// How many.
        changes: usize,
    },
    /// By no change of facts that can change, however many.
    Never,
}

/// The least change that reaches a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeastChange {
    /// The claim.
    pub claim: String,
    /// The level to reach.
    pub target: Word,
    /// What is possible as it is; nothing where no rule may answer.
    pub now: Vec<Word>,
    /// How the level can be reached by facts that say something else.
    pub facts: Reached,
    /// How it can be reached by new studies, for each kind that the framework knows; none where it is reached already.
    pub studies: Vec<NewStudies>,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// How many facts are changed together at most.
    pub changes: usize,
    /// How many new studies are tried together at most.
    pub studies: usize,
}

impl Default for Most {
    /// [`MOST_CHANGES`] and [`MOST_STUDIES`](super::MOST_STUDIES).
    fn default() -> Self {
        Self { changes: MOST_CHANGES, studies: super::studies::MOST_STUDIES }
    }
}

/// A claim, and the levels that would do for it.
pub(super) struct Target {
    pub(super) claim: ClaimIndex,
    pub(super) good: BTreeSet<Word>,
}

impl Target {
    /// The words that a claim can come to, if it is graded and a rule answers whatever is missing.
    pub(super) fn levels_of(&self, status: &Status) -> Option<Vec<Word>> {
        match status {
            Status::Graded(word) => Some(vec![word.clone()]),
            Status::Undetermined { possible, gap: false, .. } => Some(possible.clone()),
            Status::Undetermined { .. } | Status::NotApplicable(_) => None,
        }
    }

    /// Whether all that is possible is good.
    pub(super) fn is_reached(&self, levels: &Option<Vec<Word>>) -> bool {
        levels.as_ref().is_some_and(|levels| levels.iter().all(|word| self.good.contains(word)))
    }

    fn is_good(&self, status: &Status) -> bool {
        self.is_reached(&self.levels_of(status))
    }
}

/// The smallest sets of facts that would have to say something else for a claim to be at a level or better. Each was
/// graded in full.
///
/// Facts change by what the framework says can change them
/// ([`means_from`](crate::vocabulary::FactDefinition::means_from)); a judged fact changes like one that is written, and a
/// decision that somebody judged stays. Numbers move to the edges of what rules tell apart: of their own cells, and of
/// those of sums and computed values that they are part of, followed back to the number.
///
/// # Errors
///
/// There is no such claim or level, the framework does not grade the claim, or the case cannot be graded.
pub fn least_change(
    (case, compiled, run): (&Case, &Compiled, &Run),
    claim: &str,
    level: &str,
    most: Most,
) -> Result<LeastChange, Refused> {
    let grading = grade(case, compiled, run)?;
    let Some(index) = case.find_claim(claim) else {
        let message = format!("case `{}` has no claim `{claim}`", case.id());
        let near = nearest(claim, case.claims().iter().map(|known| known.id.as_str()));
        return Err(Diagnostic::error(Code::UnknownClaim, message).did_you_mean(near).into());
    };
    let scale = compiled.framework().scale.as_ref();
    let levels: &[Word] = scale.map_or(&[], |scale| &scale.levels);
    let Some(rank) = levels.iter().position(|known| known == level) else {
        let message = format!("`{}` has no level `{level}`", compiled.framework().id);
        let diagnostic = Diagnostic::error(Code::UnknownValue, message);
        return Err(diagnostic.one_of(level, levels.iter().map(Word::as_str)).into());
    };
    let good: BTreeSet<Word> = levels[rank..].iter().cloned().collect();
    let target = Target { claim: index, good };
    let status = grading.grade(index).status();
    if let Status::NotApplicable(reason) = &status {
        let message = format!("`{claim}` is not graded: {reason}");
        return Err(Diagnostic::error(Code::UnknownClaim, message).into());
    }
    let now = target.levels_of(&status).unwrap_or_default();
    let (facts, studies) = if target.is_good(&status) {
        (Reached::Already, Vec::new())
    } else {
        let mut counterexamples = Counterexamples::new(&grading, &target);
        let studies = new_studies(&grading, &target, &mut counterexamples, most.studies)?;
        let (again, below) = (Again::new(&grading), grading.below(index));
        let counterexamples = counterexamples.filter(|_| again.counts_alike(&below));
        (Search::new(&again, &target, &below, counterexamples).reached(most.changes), studies)
    };
    Ok(LeastChange { claim: claim.to_owned(), target: levels[rank].clone(), now, facts, studies })
}
