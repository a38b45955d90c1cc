//! Claims in a report.

use serde::{Serialize, Serializer};

use super::body::BodyReport;
use crate::case::{ClaimIndex, LinkEnd};
use crate::document::shape::Subject;
use crate::framework::Scale;
use crate::grade::told::NO_ANSWER;
use crate::grade::{Grading, OpenFact, Proof, ProofValue, Status};

/// A claim and its grade.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ClaimReport {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The proposition.
    pub text: String,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How the level is shown to people; for an open grade what is still possible.
    pub label: String,
    /// Whether it is graded.
    pub status: Graded,
    /// For an open grade: the worst and the best level that are still possible.
    pub range: Option<[String; 2]>,
    /// For an open grade: every level and outcome that is still possible, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// For an open grade: whether `possible` is exact, or may hold too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
    /// For an open grade: whether it may be that no rule answers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
    /// For a claim that the framework does not grade: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The direction of effect, which is no part of the level.
    pub direction: Option<String>,
    /// Other outputs of the framework.
    pub outputs: Vec<Output>,
    /// The facts that would settle an open grade.
    pub open: Vec<OpenFact>,
    /// The evidence that counts, and what does not and why.
    pub evidence: BodyReport,
    /// For a framework that appraises items and not claims: the items that count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemReport>,
    /// Why the grade is what it is, in a sentence.
    #[serde(skip)]
    pub because: String,
    /// Why the grade is what it is, down to the facts; nothing in a summary.
    pub proof: Option<Proof>,
}

/// How much a report tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Grades and the reason for each.
    Summary,
    /// The proofs as well.
    Proofs,
}

/// An item of evidence, appraised by a framework that appraises items.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ItemReport {
    /// Its id.
    pub id: String,
    /// Its level, if it is settled.
    pub level: Option<String>,
    /// How that is shown to people; for an open one what is still possible.
    pub label: String,
    /// Why.
    pub proof: Proof,
}

/// Another output of a framework.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Output {
    /// The decision.
    pub decision: String,
    /// Its title.
    pub title: String,
    /// Its value, if it is settled.
    pub value: Option<String>,
}

/// Whether a claim is graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Graded {
    /// It has a level, or an outcome beside the levels.
    Graded,
    /// What is missing leaves it open.
    Undetermined,
    /// The framework does not grade such claims.
    NotApplicable,
}

impl Graded {
    /// The word for it in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Graded => "graded",
            Self::Undetermined => "undetermined",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Serialize for Graded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl ClaimReport {
    /// The report of a claim.
    pub(super) fn new(grading: &Grading<'_>, index: ClaimIndex, detail: Detail) -> Self {
        let claim = grading.case().claim(index);
        let framework = grading.framework().framework();
        let grade = grading.grade(index);
        let scale = framework.scale.as_ref();
        let outputs = framework.outputs.iter().map(|name| Output {
            decision: name.as_str().to_owned(),
            title: framework
                .decision(name.as_str())
                .and_then(|decision| decision.title.clone())
                .unwrap_or_else(|| name.as_str().to_owned()),
            value: grade.output(name.as_str()).map(|word| word.as_str().to_owned()),
        });
        let mut report = Self {
            id: claim.id.as_str().to_owned(),
            kind: claim.kind.as_str().to_owned(),
            text: claim.text.clone(),
            level: None,
            label: grade.label(),
            status: Graded::Graded,
            range: None,
            possible: Vec::new(),
            exact: None,
            gap: false,
            reason: None,
            direction: grade.direction().map(|word| word.as_str().to_owned()),
            outputs: outputs.collect(),
            open: grade.open(),
            evidence: BodyReport::new(grading, index),
            items: items(grading, index),
            because: String::new(),
            proof: if detail == Detail::Proofs { grading.proof(index) } else { None },
        };
        report.because = match (&report.proof, grading.because(index)) {
            (Some(proof), _) => proof.because.clone(),
            (None, because) => because.unwrap_or_default(),
        };
        match grade.status() {
            Status::Graded(word) => report.level = Some(word.as_str().to_owned()),
            Status::Undetermined { possible, gap, exact } => {
                report.status = Graded::Undetermined;
                report.possible = possible.iter().map(|word| word.as_str().to_owned()).collect();
                report.range = range(scale, &report.possible);
                (report.gap, report.exact) = (gap, Some(exact));
            }
            Status::NotApplicable(reason) => {
                report.status = Graded::NotApplicable;
                report.because.clone_from(&reason);
                report.reason = Some(reason);
            }
        }
        report
    }

    /// The missing facts that would settle an open grade, by the item or claim that they are of.
    pub(super) fn open_by_subject(&self) -> Vec<(&str, Vec<&str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for open in &self.open {
            match groups.iter_mut().find(|(of, _)| *of == open.of) {
                Some((_, names)) => names.push(open.name.as_str()),
                None => groups.push((&open.of, vec![open.name.as_str()])),
            }
        }
        groups
    }

    /// What is missing, in a sentence that names a few of the facts and counts the rest.
    pub(super) fn open_in_short(&self) -> Option<String> {
        /// The facts that are named.
        const NAMED: usize = 4;
        let all: Vec<String> = self
            .open_by_subject()
            .iter()
            .flat_map(|(of, names)| names.iter().map(move |name| format!("{name} of {of}")))
            .collect();
        let (named, rest) = all.split_at(all.len().min(NAMED));
        let are = if all.len() == 1 { "is" } else { "are" };
        match (named, rest.len()) {
            ([], _) => None,
            (named, 0) => Some(format!("{} is open: {} {are} missing.", self.id, named.join(", "))),
            (named, more) => {
                let named = named.join(", ");
                Some(format!("{} is open: {named} and {more} more are missing; `explain` names them all.", self.id))
            }
        }
    }
}

/// The items of a body, where the framework appraises items.
fn items(grading: &Grading<'_>, claim: ClaimIndex) -> Vec<ItemReport> {
    let framework = grading.framework().framework();
    if grading.framework().grades() == Subject::Claim {
        return Vec::new();
    }
    let Some(result) = &framework.result else { return Vec::new() };
    let appraised = grading.body(claim).counted.iter().filter_map(|link| {
        let LinkEnd::Evidence(item) = grading.case().link(*link).from else { return None };
        let proof = grading.proof_of_item(claim, *link, result.as_str())?;
        let scale = framework.scale.as_ref();
        let (level, label) = match &proof.value {
            ProofValue::Known(word) => (Some(word.clone()), label(scale, word)),
            ProofValue::Possible(words, gap) => {
                let mut labels: Vec<String> = words.iter().map(|word| label(scale, word)).collect();
                labels.extend(gap.then(|| NO_ANSWER.to_owned()));
                (None, labels.join(" or "))
            }
        };
        Some(ItemReport { id: grading.case().item(item).id.as_str().to_owned(), level, label, proof })
    });
    appraised.collect()
}

fn label(scale: Option<&Scale>, word: &str) -> String {
    scale.map_or_else(|| word.to_owned(), |scale| scale.label(word))
}

/// The worst and the best level among those that are possible; outcomes beside the levels have no
/// place in a range.
fn range(scale: Option<&Scale>, possible: &[String]) -> Option<[String; 2]> {
    let scale = scale?;
    let rank = |word: &&String| scale.rank(word);
    let levels = || possible.iter().filter(|word| scale.rank(word).is_some());
    Some([levels().min_by_key(rank)?.clone(), levels().max_by_key(rank)?.clone()])
}
