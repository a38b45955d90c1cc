//! Comparisons: two gradings of a case side by side, with the path by which each claim moved.

use serde::Serialize;

use super::change::moved;
use super::page::{Page, painted, wrapped};
use super::text::{finished, labelled, taken_and_set, under};
use super::{ClaimChange, ClaimReport, FrameworkReport, Report};
use crate::explain::Step;
use crate::grade::Grading;
use crate::name::Layer;

/// Two gradings, and what is otherwise in the second.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Comparison};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
///
///     [[source]]
///     id = "a-trial"
///     title = "A trial of aspirin"
///
///     [[evidence]]
///     id = "result"
///     source = "a-trial"
///     design = "parallel-rct"
///     participants = 60
///     risk-of-bias = "low"
///
///     [[evidence.link]]
///     supports = "efficacy"
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("ahrq-soe")?)?;
/// let without = case.without("result")?;
/// let run = Run::default();
/// let comparison = Comparison::new(&grade(&case, &framework, &run)?, &grade(&without, &framework, &run)?);
/// let efficacy = &comparison.claims[0];
/// assert_eq!(efficacy.left[0].id, "result");
/// let path: Vec<String> = efficacy.path.iter().map(|step| format!("{} {} -> {}", step.name, step.before, step.after)).collect();
/// assert_eq!(path[0], "studies 1 -> 0");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The schema and its version: [`Comparison::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// What the first grading was made of.
    pub before: Side,
    /// What the second was made of.
    pub after: Side,
    /// The claims of both, in the order of the second; those that only the first has come last.
    pub claims: Vec<ClaimChange>,
}

/// What a grading was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// The day as of which evidence counts.
    pub as_of: Option<String>,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<Layer>>,
    /// The framework.
    pub framework: FrameworkReport,
    /// SHA-256 over what the case says.
    pub case_digest: String,
}

impl Comparison {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/comparison/1";

    /// Holds two gradings against each other. Claims are the same if their ids are.
    #[must_use]
    pub fn new(before: &Grading<'_>, after: &Grading<'_>) -> Self {
        let (before, after) = (Report::new(before), Report::new(after));
        let of = |claims: &'_ [ClaimReport], id: &str| claims.iter().position(|claim| claim.id == id);
        let mut claims: Vec<ClaimChange> = Vec::new();
        for claim in &after.claims {
            let was = of(&before.claims, &claim.id).map(|position| &before.claims[position]);
            claims.extend(ClaimChange::between(was, Some(claim)));
        }
        for claim in before.claims.iter().filter(|claim| of(&after.claims, &claim.id).is_none()) {
            claims.extend(ClaimChange::between(Some(claim), None));
        }
        let side = |report: Report| Side {
            as_of: report.as_of,
            layers: report.layers,
            framework: report.framework,
            case_digest: report.case_digest,
        };
        let (case, title) = (after.case.clone(), after.title.clone());
        Self { schema: Self::SCHEMA, case, title, before: side(before), after: side(after), claims }
    }

    /// Whether some claim's grade is another in the second grading.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.claims.iter().any(|claim| claim.moved)
    }

    /// The comparison as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every part is a text, a number or a list of such: nothing that JSON cannot hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The comparison as a person reads it: the claims whose grade moved, then those of which only the proof is
    /// another, each with its path; then the others.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        let title = format!("{}: {}", self.case, self.title);
        lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
        if self.before.same_but_case(&self.after) {
            self.after.lines(page, &mut lines);
        } else {
            for (word, side) in [("before", &self.before), ("after", &self.after)] {
                lines.push(painted(page.palette.faint, word));
                side.lines(page, &mut lines);
            }
        }
        let none = anstyle::Style::new();
        let (moves, rest): (Vec<&ClaimChange>, Vec<&ClaimChange>) = self.claims.iter().partition(|claim| claim.moved);
        let (proofs, same): (Vec<&ClaimChange>, Vec<&ClaimChange>) =
            rest.into_iter().partition(|claim| claim.differs());
        for claim in moves {
            lines.push(String::new());
            match (&claim.before, &claim.after) {
                (before, Some(after)) => moved(&claim.id, before.as_ref(), after, page, &mut lines),
                (Some(before), None) => lines.push(format!("  {}: {}, and is no longer there", claim.id, before.label)),
                (None, None) => {}
            }
            claim.lines(&self.claims, page, &mut lines);
        }
        for claim in proofs {
            lines.push(String::new());
            let label = claim.after.as_ref().map_or("", |grade| grade.label.as_str());
            lines.extend(
                wrapped(&format!("{}: {label} as before, by another proof", claim.id), page.width.saturating_sub(2))
                    .iter()
                    .map(|line| format!("  {line}")),
            );
            claim.lines(&self.claims, page, &mut lines);
        }
        if !same.is_empty() {
            lines.push(String::new());
            let told = |claim: &&ClaimChange| {
                format!("{}: {}", claim.id, claim.after.as_ref().map_or("", |grade| grade.label.as_str()))
            };
            let same: Vec<String> = same.iter().map(told).collect();
            labelled(page, 2, 7, "still", &same.join("; "), none, &mut lines);
        }
        finished(lines)
    }
}

impl Side {
    fn same_but_case(&self, other: &Self) -> bool {
        (&self.as_of, &self.layers, &self.framework) == (&other.as_of, &other.layers, &other.framework)
    }

    fn lines(&self, page: &Page, lines: &mut Vec<String>) {
        lines.extend(under(&self.framework, page));
        let run = taken_and_set(self.as_of.as_deref(), self.layers.as_deref(), &self.framework);
        lines.extend(wrapped(&run, page.width));
    }
}

impl ClaimChange {
    /// What entered and left, and the path; of another claim, whose own path is told beside, only what it came to.
    fn lines(&self, claims: &[Self], page: &Page, lines: &mut Vec<String>) {
        let none = anstyle::Style::new();
        if !self.entered.is_empty() {
            labelled(page, 4, 8, "enters", &self.entered.join(", "), none, lines);
        }
        for gone in &self.left {
            labelled(page, 4, 8, "leaves", &format!("{}: {}", gone.id, gone.because), none, lines);
        }
        let told_there = |position: usize, step: &Step| {
            let other = step.of != self.id && claims.iter().any(|claim| claim.id == step.of);
            other && self.path[position + 1..].iter().any(|later| later.of == step.of)
        };
        let path = self.path.iter().enumerate().filter(|(position, step)| !told_there(*position, step));
        for (position, (_, step)) in path.enumerate() {
            labelled(page, 4, 8, if position == 0 { "by" } else { "" }, &step_of(step, &self.id), none, lines);
        }
    }
}

/// A step of a path, as it is told of a claim.
fn step_of(step: &Step, claim: &str) -> String {
    let mut text = step.name.to_string();
    if step.of != claim {
        text.push_str(&format!(" of {}", step.of));
    }
    if step.before == step.after {
        text.push_str(&format!(" {}, as before", step.after));
    } else {
        text.push_str(&format!(" {} becomes {}", step.before, step.after));
    }
    match (&step.rule_before, &step.rule_after) {
        (Some(before), Some(after)) if before != after => text.push_str(&format!(" (by {after}, before by {before})")),
        (_, Some(after)) => text.push_str(&format!(" (by {after})")),
        _ => {}
    }
    let lists = [("with", &step.entered), ("without", &step.left)];
    for (word, ids) in lists.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        text.push_str(&format!(", {word} {}", ids.join(", ")));
    }
    text
}
