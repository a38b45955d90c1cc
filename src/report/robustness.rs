//! Robustness in a report.

use serde::Serialize;

use super::Report;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::side::{Side, titled};
use super::table::{Cell, Column, table};
use super::text::{finished, labelled};
use crate::case::ClaimIndex;
use crate::explain::{Move, Robustness, Stepped, Towards, robustness};
use crate::grade::Grading;

/// How grades stand up to single steps, as it is told.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RobustnessReport {
    /// The schema and its version: [`RobustnessReport::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// What the grading was made of.
    #[serde(flatten)]
    pub of: Side,
    /// The claims, the most fragile first.
    pub claims: Vec<Robustness>,
}

impl RobustnessReport {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/robustness/1";

    /// The robustness of some claims of a grading.
    #[must_use]
    pub fn new(grading: &Grading<'_>, claims: impl IntoIterator<Item = ClaimIndex>) -> Self {
        let report = Report::of(grading, []);
        let of = Side::of(&report);
        let Report { case, title, .. } = report;
        let claims = robustness(grading, claims);
        Self { schema: Self::SCHEMA, case, title, of, claims }
    }

    /// The report as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The report as a person reads it: of one claim every step that moves its grade, of several how many there are.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        self.of.lines(page, &mut lines);
        lines.push(String::new());
        match self.claims.as_slice() {
            [claim] => one(claim, page, &mut lines),
            claims => several(claims, page, &mut lines),
        }
        finished(lines)
    }
}

fn several(claims: &[Robustness], page: &Page, lines: &mut Vec<String>) {
    let columns = [
        Column { heading: "Claim", most: 24 },
        Column { heading: "Grade", most: 18 },
        Column { heading: "Moved by", most: 16 },
        Column { heading: "Down", most: 8 },
        Column { heading: "Up", most: 8 },
        Column { heading: "Aside", most: usize::MAX },
    ];
    let none = anstyle::Style::new();
    let row = |claim: &Robustness| {
        let counts = [Towards::Down, Towards::Up, Towards::Aside].map(|towards| claim.count(towards).to_string());
        let moved = if claim.graded { format!("{} of {}", claim.moves.len(), claim.steps) } else { "-".to_owned() };
        let [down, up, aside] = if claim.graded { counts } else { ["-", "-", "-"].map(str::to_owned) };
        vec![
            (claim.claim.clone(), page.palette.heading),
            (claim.label.clone(), page.palette.value),
            (moved, none),
            (down, none),
            (up, none),
            (aside, none),
        ]
    };
    let rows: Vec<Vec<Cell>> = claims.iter().map(row).collect();
    lines.extend(table(page, 0, &columns, &rows));
}

fn one(claim: &Robustness, page: &Page, lines: &mut Vec<String>) {
    if !claim.graded {
        lines.extend(wrapped(&format!("{}: the framework does not grade it.", claim.claim), page.width));
        return;
    }
    let heading = painted(page.palette.heading, &claim.claim);
    lines.push(format!("{heading}: {}", painted(page.palette.value, &claim.label)));
    let steps = if claim.steps == 1 { "step" } else { "steps" };
    let said = match (claim.moves.len(), claim.steps) {
        (_, 0) => "No single step can be taken.".to_owned(),
        (0, tried) => format!("None of {tried} single {steps} moves the grade."),
        (1, tried) => format!("1 of {tried} single {steps} moves the grade:"),
        (moves, tried) => format!("{moves} of {tried} single {steps} move the grade:"),
    };
    lines.extend(wrapped(&said, page.width));
    for towards in [Towards::Down, Towards::Up, Towards::Aside] {
        let mut steps: Vec<(&Move, Vec<&str>)> = Vec::new();
        for step in claim.moves.iter().filter(|step| step.towards == towards) {
            // Steps of one fact that come to the same are told together.
            let same = |(other, _): &&mut (&Move, Vec<&str>)| {
                step.name.is_some()
                    && (&other.of, &other.name, other.kind, &other.label)
                        == (&step.of, &step.name, step.kind, &step.label)
            };
            match steps.iter_mut().find(same) {
                Some((_, afters)) => afters.extend(step.after.as_deref()),
                None => steps.push((step, step.after.as_deref().into_iter().collect())),
            }
        }
        for (step, afters) in steps {
            let none = anstyle::Style::new();
            let text = format!("{} if {}", step.label, sentence(step, &afters.join(", ")));
            labelled(page, 2, 7, towards.word(), &text, none, lines);
            if let Some(at) = &step.at {
                lines.push(format!("{}{}", " ".repeat(13), painted(page.palette.faint, &at.to_string())));
            }
        }
    }
}

/// What would be otherwise: one of the values, if there are several.
fn sentence(step: &Move, after: &str) -> String {
    let before = step.before.as_deref().unwrap_or_default();
    match (&step.name, step.kind) {
        (Some(name), Stepped::Fact) => format!("{name} of {} were not {before} but {after}", step.of),
        (Some(name), _) => format!("{name} of {} were judged not {before} but {after}", step.of),
        (None, _) => format!("{} were left out", step.of),
    }
}
