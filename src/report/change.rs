//! What is otherwise in one grading of a claim than in another.

use serde::Serialize;

use super::page::{Page, width, wrapped};
use super::text::{grade_style, labelled, spoken};
use super::{ClaimReport, Graded};
use crate::explain::{Step, path};

/// A grade, as it is told beside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GradeTold {
    /// Whether the claim is graded.
    pub status: Graded,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How that is shown to people; for an open grade what is still possible.
    pub label: String,
    /// For an open grade: every level and outcome that is still possible, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// The direction of effect.
    pub direction: Option<String>,
    /// Why, in a sentence.
    pub because: String,
}

impl GradeTold {
    pub(super) fn of(claim: &ClaimReport) -> Self {
        Self {
            status: claim.status,
            level: claim.level.clone(),
            label: claim.label.clone(),
            possible: claim.possible.clone(),
            direction: claim.direction.clone(),
            because: claim.because.clone(),
        }
    }
}

/// A claim in two gradings.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ClaimChange {
    /// Its id.
    pub id: String,
    /// The first grade; nothing if there was none.
    pub before: Option<GradeTold>,
    /// The second grade; nothing if there is none.
    pub after: Option<GradeTold>,
    /// Whether the level or what is possible, or the direction of effect, is another.
    pub moved: bool,
    /// The evidence and claims that count in the second grading alone.
    pub entered: Vec<String>,
    /// Those that count in the first alone.
    pub left: Vec<Gone>,
    /// What is otherwise in the second proof, what is read before what reads it.
    pub path: Vec<Step>,
}

/// Evidence, or a claim, that does not count any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Gone {
    /// Its id.
    pub id: String,
    /// Why.
    pub because: String,
}

impl ClaimChange {
    /// A claim as two reports with proofs tell it, if one of them does.
    pub(super) fn between(before: Option<&ClaimReport>, after: Option<&ClaimReport>) -> Option<Self> {
        let id = after.or(before)?.id.clone();
        let counted = |claim: Option<&ClaimReport>| -> Vec<String> {
            claim.into_iter().flat_map(|claim| &claim.evidence.counted).map(|counted| counted.id.clone()).collect()
        };
        let (counted_before, counted_after) = (counted(before), counted(after));
        let why = |id: &String| {
            let left_out = after.into_iter().flat_map(|claim| &claim.evidence.left_out).find(|left| left.id == *id);
            left_out.map_or_else(|| "it is no longer there".to_owned(), |left| left.because.clone())
        };
        let gone = counted_before.iter().filter(|id| !counted_after.contains(id));
        Some(Self {
            id,
            moved: before.map(grades) != after.map(grades),
            before: before.map(GradeTold::of),
            after: after.map(GradeTold::of),
            left: gone.map(|id| Gone { id: id.clone(), because: why(id) }).collect(),
            entered: counted_after.iter().filter(|id| !counted_before.contains(id)).cloned().collect(),
            path: before.zip(after).map(|(before, after)| steps(before, after)).unwrap_or_default(),
        })
    }

    /// Whether anything is otherwise: the grade, the evidence, or the proof.
    #[must_use]
    pub const fn differs(&self) -> bool {
        self.moved || !(self.entered.is_empty() && self.left.is_empty() && self.path.is_empty())
    }
}

/// What makes a claim's grade another: of the claim, and of its items where a framework appraises those.
fn grades(claim: &ClaimReport) -> (Graded, &str, Option<&str>, Vec<(&str, &str)>) {
    let items = claim.items.iter().map(|item| (item.id.as_str(), item.level.as_deref().unwrap_or(&item.label)));
    // The label of an open grade tells all that is still possible; that of a level is only how it is shown.
    (claim.status, claim.level.as_deref().unwrap_or(&claim.label), claim.direction.as_deref(), items.collect())
}

/// The path of a claim, and where a framework appraises items that of each item that is in both reports.
fn steps(before: &ClaimReport, after: &ClaimReport) -> Vec<Step> {
    let mut steps = Vec::new();
    if let (Some(before), Some(after)) = (&before.proof, &after.proof) {
        steps.extend(path(before, after));
    }
    for item in &after.items {
        if let Some(was) = before.items.iter().find(|was| was.id == item.id) {
            steps.extend(path(&was.proof, &item.proof));
        }
    }
    steps
}

/// A grade that moved, or that is told for the first time.
pub(super) fn moved(id: &str, before: Option<&GradeTold>, after: &GradeTold, page: &Page, lines: &mut Vec<String>) {
    let mut grade = match before {
        Some(before) if before.label != after.label => format!("{} becomes {}", before.label, after.label),
        _ => after.label.clone(),
    };
    if let Some(before) = before.filter(|before| before.direction != after.direction) {
        let direction = |grade: &GradeTold| grade.direction.as_deref().map_or_else(|| "open".to_owned(), spoken);
        grade.push_str(&format!("; direction: {} becomes {}", direction(before), direction(after)));
    }
    let label = format!("{id}:");
    labelled(page, 2, width(&label) + 1, &label, &grade, grade_style(after.status, page), lines);
    lines.extend(wrapped(&after.because, page.width.saturating_sub(4)).iter().map(|line| format!("    {line}")));
}
