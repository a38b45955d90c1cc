//! Open questions, ranked: by how much each missing fact would narrow a grade if it became known.
//!
//! Every answer that a fact can have is graded: the case with the fact filled in. An answer is a value of a choice or
//! a flag, a cell of a number, or an unknown that the fact can be (*not reported*, *not applicable*, *none*). One that
//! the assumptions do not allow is none: the case with it is refused.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::again::Again;
use super::hangs::Holder;
use super::{Grade, OpenFact, Status};
use crate::document::shape::Subject;
use crate::value::{FactValue, Unknown};
use crate::vocabulary::FactType;

/// How many answers are tried for one claim, over all of its open facts.
const MOST_ANSWERS: usize = 2_000;

/// A missing fact on which a grade hangs, and how much the grade hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenQuestion {
    /// The fact.
    #[serde(flatten)]
    pub fact: OpenFact,
    /// How much it would narrow the grade. Nothing where it was not worked out: the fact is one that the engine makes
    /// of other things, such as a day of publication, or the open facts have more answers than are tried. It is not
    /// read back from reports.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub narrows: Option<Narrowing>,
}

/// How much a fact would narrow a grade if it became known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Narrowing {
    /// How many levels and outcomes are possible without it; that no rule may answer counts as one.
    pub of: usize,
    /// How many of them the answers rule out, all answers together. By the number of answers, this is what one rules
    /// out on average: [`Narrowing::expected`].
    pub ruled_out: usize,
    /// How many the answer rules out that rules out the fewest.
    pub guaranteed: usize,
    /// The answers that it can have; at least one.
    pub answers: Vec<OpenAnswer>,
}

/// An answer that a missing fact can have, and what is possible then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OpenAnswer {
    /// The answer as people read it: of a number the cell that it lies in.
    pub answer: String,
    /// The value that was tried; of a number one that lies in the cell.
    pub value: FactValue,
    /// The levels and outcomes that are possible then, in the order of the scale; none if the framework does not
    /// grade the claim then.
    pub possible: Vec<String>,
    /// Whether it may be that no rule answers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

impl Narrowing {
    /// By how many levels the set of those that are possible becomes smaller on average, each answer weighing the
    /// same.
    ///
    /// It is exact but for the last of its 28 digits; [`Narrowing::ruled_out`] and the number of answers are exact.
    #[must_use]
    pub fn expected(&self) -> Decimal {
        Decimal::from(self.ruled_out).checked_div(Decimal::from(self.answers.len())).unwrap_or_default()
    }

    /// The same as people read it, to two decimal places.
    #[must_use]
    pub fn expected_shown(&self) -> String {
        format!("{:.2}", self.expected().round_dp(2))
    }

    /// Whether one narrows more than another: expected first, then guaranteed.
    fn compare(&self, other: &Self) -> Ordering {
        let share = |one: &Self, other: &Self| one.ruled_out.saturating_mul(other.answers.len());
        share(self, other).cmp(&share(other, self)).then(self.guaranteed.cmp(&other.guaranteed))
    }
}

impl Serialize for Narrowing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("of", &self.of)?;
        map.serialize_entry("expected", &FactValue::from(self.expected().round_dp(2).normalize()))?;
        map.serialize_entry("guaranteed", &self.guaranteed)?;
        map.serialize_entry("ruled_out", &self.ruled_out)?;
        map.serialize_entry("answers", &self.answers)?;
        map.end()
    }
}

/// The levels and outcomes that are possible, as far as a claim is graded, and whether it may be that no rule answers.
fn possible(grade: &Grade<'_>) -> (Vec<String>, bool) {
    match grade.status() {
        Status::Graded(word) => (vec![word.to_string()], false),
        Status::Undetermined { possible, gap, .. } => (possible.iter().map(ToString::to_string).collect(), gap),
        Status::NotApplicable(_) => (Vec::new(), false),
    }
}

/// How many things are possible; one at least.
fn size(possible: &[String], gap: bool) -> usize {
    (possible.len() + usize::from(gap)).max(1)
}

/// The open questions of a grade, ranked.
pub(super) fn questions(grade: &Grade<'_>) -> Vec<OpenQuestion> {
    let open = grade.open();
    if open.is_empty() {
        return Vec::new();
    }
    let again = Again::new(grade.grading);
    let mut left = MOST_ANSWERS;
    let mut questions: Vec<OpenQuestion> = open
        .into_iter()
        .map(|fact| OpenQuestion { narrows: narrowing(&again, grade, &fact, &mut left), fact })
        .collect();
    questions.sort_by(|one, other| {
        let order = match (&one.narrows, &other.narrows) {
            (Some(one), Some(other)) => other.compare(one),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        order.then_with(|| (&one.fact.of, &one.fact.name).cmp(&(&other.fact.of, &other.fact.name)))
    });
    questions
}

/// What a fact would narrow; nothing if it cannot be filled in, or if more answers would have to be tried than are left.
fn narrowing(again: &Again<'_>, grade: &Grade<'_>, fact: &OpenFact, left: &mut usize) -> Option<Narrowing> {
    let case = again.grading.case;
    let definition = again.grading.compiled.framework().fact(fact.name.as_str())?;
    let of = match (fact.subject, case.find_claim(&fact.of), case.find_item(&fact.of)) {
        (Subject::Claim, Some(claim), _) | (Subject::Link, Some(claim), None) => Holder::Claim(claim),
        (_, _, Some(item)) => Holder::Item(item),
        _ => return None,
    };
    let domain = again.domain(definition, of, &grade.grading.below(grade.claim))?;
    let count = domain.cells();
    *left = left.checked_sub(count)?;
    let (before, gap) = possible(grade);
    let size_before = size(&before, gap);
    let mut answers = Vec::new();
    // Answers of which conditions ask the same come to the same.
    let mut known: BTreeMap<Vec<bool>, Option<(Vec<String>, bool)>> = BTreeMap::new();
    let is_asked = matches!(definition.kind, FactType::Flag | FactType::Choice(_) | FactType::OpenChoice);
    let (mut ruled_out, mut guaranteed) = (0, size_before);
    for cell in (0..count).filter_map(|cell| u16::try_from(cell).ok()) {
        let Some(value) = domain.value_in(cell) else { continue };
        // Of a count none is the same as 0.
        if definition.kind == FactType::Count && value == FactValue::Unknown(Unknown::None) {
            continue;
        }
        let filled = case.filled(&fact.of, definition, value.clone());
        let bodies = again.bodies(&filled);
        let asked = again.asked(&fact.name, cell).filter(|_| is_asked && again.same_bodies(&bodies));
        let come_to = || again.grade(&filled, &[of], bodies).ok().map(|graded| possible(&graded.grade(grade.claim)));
        let found = match asked {
            Some(asked) => known.entry(asked).or_insert_with(come_to).clone(),
            None => come_to(),
        };
        let Some((possible, gap)) = found else { continue };
        // Where a rule asks whether the fact is missing, an answer can make possible what was not.
        let narrowed = size_before.saturating_sub(size(&possible, gap));
        ruled_out += narrowed;
        guaranteed = guaranteed.min(narrowed);
        answers.push(OpenAnswer { answer: domain.shown(cell), value, possible, gap });
    }
    (!answers.is_empty()).then_some(Narrowing { of: size_before, ruled_out, guaranteed, answers })
}
