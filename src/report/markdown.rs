//! Reports as Markdown.

use super::text::{run, spoken};
use super::{ClaimReport, Report, open};
use crate::explain::{Label, outline};

/// The grades of a case as Markdown: a table of its claims, and the verdict.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut lines = header(report);
    lines.push("| Claim | Level | Direction | Why |".to_owned());
    lines.push("| --- | --- | --- | --- |".to_owned());
    for claim in &report.claims {
        let direction = claim.direction.as_deref().map_or_else(String::new, spoken);
        let cells = [claim.id.as_str(), claim.label.as_str(), direction.as_str(), claim.because.as_str()];
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
    }
    lines.push(String::new());
    for claim in &report.claims {
        let notes = claim.open_in_short().into_iter().chain(claim.passed_over_in_short());
        lines.extend(notes.map(|note| format!("- {}", escaped(&note))));
        for item in &claim.items {
            lines.push(format!("- `{}` for `{}`: {}.", item.id, claim.id, escaped(&item.label)));
        }
    }
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    if let Some(verdict) = &report.verdict {
        lines.push(format!("**Verdict: {}**", escaped(&verdict.label)));
        lines.push(String::new());
    }
    lines.push(format!("Case `{}`", report.case_digest));
    lines.push(format!("Framework `{}`", report.framework.digest));
    lines.join("\n") + "\n"
}

/// The proof of every claim in the report, as nested lists.
#[must_use]
pub fn explanation(report: &Report) -> String {
    let mut lines = header(report);
    for claim in &report.claims {
        lines.push(format!("## {}: {}", escaped(&claim.id), escaped(&claim.label)));
        lines.push(String::new());
        lines.push(escaped(&claim.text));
        lines.push(String::new());
        summary(claim, &mut lines);
        for proof in claim.proof.iter().chain(claim.items.iter().map(|item| &item.proof)) {
            for line in outline(proof) {
                let indent = "  ".repeat(line.depth);
                let mut text = match (line.label, &line.value) {
                    (Label::Decision, Some(value)) => format!("**{}: {}**", escaped(&line.text), escaped(value)),
                    _ => format!("*{}* {}", line.label.word(), escaped(&line.text)),
                };
                if let Some(at) = &line.at {
                    text.push_str(&format!(" (`{at}`)"));
                }
                if let Some(source) = &line.source {
                    text.push_str(&format!(" from {}", escaped(source)));
                }
                lines.push(format!("{indent}- {text}"));
            }
            lines.push(String::new());
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

fn header(report: &Report) -> Vec<String> {
    let framework = &report.framework;
    let mut lines = vec![format!("# {}", escaped(&report.title)), String::new()];
    if let Some(question) = &report.question {
        lines.extend([escaped(question), String::new()]);
    }
    lines.push(format!(
        "`{}` under `{}` ({}, {}); {}.",
        report.case,
        framework.id,
        escaped(&framework.title),
        escaped(&framework.edition()),
        escaped(&run(report))
    ));
    lines.push(String::new());
    lines
}

fn summary(claim: &ClaimReport, lines: &mut Vec<String>) {
    if let Some(reason) = &claim.reason {
        lines.push(format!("- Not graded: {}", escaped(reason)));
    }
    if let Some(direction) = &claim.direction {
        lines.push(format!("- Direction: {}", escaped(&spoken(direction))));
    }
    lines.extend(open::in_markdown(&claim.open));
    let counted: Vec<String> = claim.evidence.counted.iter().map(|counted| format!("`{}`", counted.id)).collect();
    let counted = if counted.is_empty() { "nothing".to_owned() } else { counted.join(", ") };
    lines.push(format!("- Counts: {counted}"));
    for left in &claim.evidence.left_out {
        lines.push(format!("- Leaves out `{}`: {}", left.id, escaped(&left.because)));
    }
    lines.push(String::new());
}

/// A text in which what stands between backticks is code, and no other sign has a meaning.
pub(crate) fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let code = |part: &str| format!("`{}`", part.replace('|', "\\|").replace(['\n', '\r'], " "));
    let part = |(position, part): (usize, &&str)| if position % 2 == 0 { escaped(part) } else { code(part) };
    parts.iter().enumerate().map(part).collect()
}

/// A text whose signs have no meaning in Markdown.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
