//! Why a grade is not another, in a report.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Report;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::side::{Side, titled};
use super::text::{finished, labelled};
use crate::case::ClaimIndex;
use crate::diagnostic::Refused;
use crate::explain::{Answer, WhyNot, why_not};
use crate::grade::{Asked, Grading, Obstacle, Points, Read, Standing};

/// Why a grade is not another, as it is told.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WhyNotReport {
    /// The schema and its version: [`WhyNotReport::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// What the grading was made of.
    #[serde(flatten)]
    pub of: Side,
    /// Why.
    #[serde(flatten)]
    pub why: WhyNot,
}

impl WhyNotReport {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/why-not/1";

    /// Why the grade of a claim is not a level or an outcome.
    ///
    /// # Errors
    ///
    /// The framework has no such level or outcome.
    pub fn new(grading: &Grading<'_>, claim: ClaimIndex, level: &str) -> Result<Self, Refused> {
        let why = why_not(grading, claim, level)?;
        let report = Report::of(grading, []);
        let of = Side::of(&report);
        let Report { case, title, .. } = report;
        Ok(Self { schema: Self::SCHEMA, case, title, of, why })
    }

    /// The report as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The report as a person reads it: a decision a block.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        self.of.lines(page, &mut lines);
        lines.push(String::new());
        let WhyNot { claim, label, wanted_label, .. } = &self.why;
        let said = match self.why.answer {
            Answer::Has => format!("{claim} is {label}: that is what was asked for."),
            Answer::NotGraded => {
                format!("{claim} is not graded: {}", self.why.reason.as_deref().unwrap_or_default())
            }
            Answer::Open => format!("{claim} is {label}: it can still be {wanted_label}. What it hangs on:"),
            Answer::Worse => format!("{claim} is {label}. Why it is not {wanted_label} or better:"),
            Answer::Other => format!("{claim} is {label}. Why it is not {wanted_label}:"),
        };
        lines.extend(wrapped(&said, page.width));
        let mut told = BTreeSet::new();
        for obstacle in &self.why.obstacles {
            lines.push(String::new());
            block(obstacle, page, &mut told, &mut lines);
        }
        finished(lines)
    }
}

/// What was told before, by name: it is not told again.
type Told<'r> = BTreeSet<&'r str>;

fn block<'r>(obstacle: &'r Obstacle, page: &Page, told: &mut Told<'r>, lines: &mut Vec<String>) {
    let none = anstyle::Style::new();
    let title = obstacle.title.as_deref().unwrap_or_else(|| obstacle.decision.as_str());
    let name = painted(page.palette.heading, &format!("{title} of {}", obstacle.on));
    lines.push(format!("{name} = {}", painted(page.palette.value, &obstacle.value.to_string())));
    if let Some(judgement) = &obstacle.judgement {
        let text = format!("by {} on {}: {}", judgement.by, judgement.on, judgement.reason);
        labelled(page, 2, 7, "judged", &text, none, lines);
        lines.push(format!("{}{}", " ".repeat(9), painted(page.palette.faint, &judgement.at.to_string())));
        return;
    }
    if let Some(points) = &obstacle.sum {
        labelled(page, 2, 7, "points", &sentence(points), none, lines);
    }
    for (label, rules) in [("holds", &obstacle.holds), ("fails", &obstacle.fails)] {
        for rule in rules {
            standing(label, rule, page, told, lines);
        }
    }
}

fn sentence(points: &Points) -> String {
    let mut parts = Vec::new();
    parts.extend(points.start.as_ref().map(|start| format!("starts at {start}")));
    match (&points.needs, &points.missing) {
        (Some(needs), Some(missing)) => match missing.strip_prefix('-') {
            Some(over) => parts.push(format!("needs {needs} or less, which is {over} less")),
            None => parts.push(format!("needs {needs}, which is {missing} more")),
        },
        (Some(needs), None) => parts.push(format!("needs {needs}")),
        _ => {}
    }
    parts.join("; ")
}

fn standing<'r>(label: &str, rule: &'r Standing, page: &Page, told: &mut Told<'r>, lines: &mut Vec<String>) {
    let none = anstyle::Style::new();
    let mut text = format!("{} gives {}", rule.rule, rule.gives);
    if label == "holds" {
        text.push_str(": ");
        text.push_str(&rule.because);
    } else if rule.conditions.is_empty() {
        text.push_str(", and another goes before it");
    }
    labelled(page, 2, 7, label, &text, none, lines);
    for asked in &rule.conditions {
        condition(label, asked, page, told, lines);
    }
}

fn condition<'r>(label: &str, asked: &'r Asked, page: &Page, told: &mut Told<'r>, lines: &mut Vec<String>) {
    let none = anstyle::Style::new();
    let text = if label == "holds" {
        format!("for {}", asked.actual)
    } else {
        format!("needs {}; {}", asked.condition, asked.actual)
    };
    labelled(page, 9, 2, "", &text, none, lines);
    for read in &asked.reads {
        if told.insert(read.name.as_str()) {
            made_of(read, page, lines);
        }
    }
}

/// Where a fact stands; of a measure what counts and what it leaves out.
fn made_of(read: &Read, page: &Page, lines: &mut Vec<String>) {
    let none = anstyle::Style::new();
    if let Some(at) = &read.at {
        lines.push(format!("{}{}", " ".repeat(13), painted(page.palette.faint, &at.to_string())));
    }
    for item in &read.of {
        let facts = item.facts.iter().map(|read| format!("{} is {}", read.name, read.value));
        let decided = item.from.iter().map(|proof| match &proof.rule {
            Some(rule) => format!("{} is {} (by {rule})", proof.decision, proof.value),
            None => format!("{} is {}", proof.decision, proof.value),
        });
        let said: Vec<String> = facts.chain(decided).collect();
        labelled(page, 13, 7, "counts", &format!("{}: {}", item.id, said.join(", ")), none, lines);
    }
    let mut left_out: Vec<(&str, Vec<&str>)> = Vec::new();
    for left in &read.left_out {
        match left_out.iter_mut().find(|(condition, _)| *condition == left.condition) {
            Some((_, ids)) => ids.push(&left.id),
            None => left_out.push((&left.condition, vec![&left.id])),
        }
    }
    for (condition, ids) in left_out {
        let needs = if condition.is_empty() { String::new() } else { format!(": needs {condition}") };
        labelled(page, 13, 11, "leaves out", &format!("{}{needs}", ids.join(", ")), none, lines);
    }
    for part in &read.from {
        labelled(page, 13, 6, "of", &format!("{} = {}", part.name, part.value), none, lines);
        made_of(part, page, lines);
    }
}
