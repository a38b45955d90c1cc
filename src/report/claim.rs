//! Claims in a report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::body::BodyReport;
use crate::case::{ClaimIndex, LinkEnd, LinkIndex};
use crate::document::shape::Subject;
use crate::framework::{Framework, Scale};
use crate::grade::told::NO_ANSWER;
use crate::grade::{Grading, OpenQuestion, Proof, ProofValue, Status};
use crate::value::FactValue;

/// A claim and its grade.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// For an open grade: whether `possible` is exact, or may hold too much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
    /// For an open grade: whether it may be that no rule answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
    /// For a claim that the framework does not grade: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The direction of effect, which is no part of the level.
    pub direction: Option<String>,
    /// Other outputs of the framework, as far as they are of claims.
    pub outputs: Vec<Output>,
    /// The missing facts that would settle an open grade: with how much each would narrow it, those first that would
    /// narrow it most; in a summary by what they are of and by name.
    pub open: Vec<OpenQuestion>,
    /// The evidence that counts, and what does not and why.
    pub evidence: BodyReport,
    /// The claims that it rests on, or that bear on it, and that the framework does not grade: they count
    /// for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
    /// For a framework that appraises items and not claims: the items that count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    /// And how much each missing fact would narrow an open grade.
    Questions,
}

/// An item of evidence, appraised by a framework that appraises items.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ItemReport {
    /// Its id.
    pub id: String,
    /// Its level, if it is settled.
    pub level: Option<String>,
    /// How that is shown to people; for an open one what is still possible.
    pub label: String,
    /// Other outputs of the framework, as far as they are of items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// Why.
    pub proof: Proof,
}

/// Another output of a framework.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
        let outputs =
            outputs(framework, |on| on == Subject::Claim, |name| grade.output(name).map(|word| word.to_string()));
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
            outputs,
            open: match detail {
                Detail::Questions => grade.questions(),
                Detail::Summary | Detail::Proofs => {
                    grade.open().into_iter().map(|fact| OpenQuestion { fact, narrows: None }).collect()
                }
            },
            evidence: BodyReport::new(grading, index),
            passed_over: passed_over(grading, index),
            items: items(grading, index),
            because: String::new(),
            proof: if detail == Detail::Summary { None } else { grading.proof(index) },
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

    /// The outputs of items that are settled: the item, the output and its value.
    pub(super) fn outputs_of_items(&self) -> impl Iterator<Item = (&str, &Output, &str)> {
        self.items.iter().flat_map(|item| {
            item.outputs.iter().filter_map(|output| Some((item.id.as_str(), output, output.value.as_deref()?)))
        })
    }

    /// The missing facts that would settle an open grade, by the item or claim that they are of.
    pub(super) fn open_by_subject(&self) -> Vec<(&str, Vec<&str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for OpenQuestion { fact: open, .. } in &self.open {
            match groups.iter_mut().find(|(of, _)| *of == open.of) {
                Some((_, names)) => names.push(open.name.as_str()),
                None => groups.push((&open.of, vec![open.name.as_str()])),
            }
        }
        groups
    }

    /// What counts for nothing because the framework does not grade it, in a sentence.
    pub(super) fn passed_over_in_short(&self) -> Option<String> {
        let one = if self.passed_over.len() == 1 { "it counts" } else { "they count" };
        let ids = self.passed_over.join(", ");
        (!ids.is_empty()).then(|| {
            format!("{} hangs on {ids} too, which the framework does not grade: {one} for nothing here.", self.id)
        })
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

/// The claims behind a graded claim that the framework does not grade.
fn passed_over(grading: &Grading<'_>, claim: ClaimIndex) -> Vec<String> {
    match grading.grade(claim).status() {
        Status::NotApplicable(_) => Vec::new(),
        Status::Graded(_) | Status::Undetermined { .. } => {
            let ids = grading.passed_over(claim).into_iter();
            ids.map(|child| grading.case().claim(child).id.as_str().to_owned()).collect()
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
    let told: BTreeMap<&str, BTreeMap<LinkIndex, String>> = framework
        .outputs
        .iter()
        .map(|name| {
            let known =
                grading.item_values(claim, name.as_str()).into_iter().filter_map(|(link, value)| match value? {
                    FactValue::Known(value) => Some((link, value.to_string())),
                    FactValue::Unknown(_) => None,
                });
            (name.as_str(), known.collect())
        })
        .collect();
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
        // As the proof tells it; what the result does not hang on is not in the proof.
        let value = |name: &str| match proof.find(name).map(|proof| &proof.value) {
            Some(ProofValue::Known(word)) => Some(word.clone()),
            Some(ProofValue::Possible(..)) => None,
            None => told.get(name)?.get(link).cloned(),
        };
        let outputs = outputs(framework, |on| on != Subject::Claim, value);
        Some(ItemReport { id: grading.case().item(item).id.as_str().to_owned(), level, label, outputs, proof })
    });
    appraised.collect()
}

/// The outputs of a framework that are of some subjects.
fn outputs(framework: &Framework, of: impl Fn(Subject) -> bool, value: impl Fn(&str) -> Option<String>) -> Vec<Output> {
    let decisions = framework.outputs.iter().filter_map(|name| framework.decision(name.as_str()));
    decisions
        .filter(|decision| of(decision.on))
        .map(|decision| Output {
            decision: decision.name.as_str().to_owned(),
            title: decision.title.clone().unwrap_or_else(|| decision.name.as_str().to_owned()),
            value: value(decision.name.as_str()),
        })
        .collect()
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
