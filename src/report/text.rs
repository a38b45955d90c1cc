//! Reports as text for a terminal.

use std::collections::BTreeMap;

use super::page::{Page, padded, painted, width, wrapped};
use super::side::titled;
use super::table::{self, Cell, Column};
use super::{ClaimReport, FrameworkReport, Graded, Report, open};
use crate::explain::{Label, Line, outline};
use crate::name::Layer;

/// The grades of a case: a table of its claims, and the verdict.
#[must_use]
pub fn text(report: &Report, page: &Page) -> String {
    let mut lines = header(report, page);
    lines.push(String::new());
    table(report, page, &mut lines);
    notes(report, page, &mut lines);
    if let Some(verdict) = &report.verdict {
        lines.push(String::new());
        let settled = verdict.level.is_some();
        let style = if settled { page.palette.value } else { page.palette.open };
        lines.push(format!("{} {}", painted(page.palette.heading, "Verdict:"), painted(style, &verdict.label)));
        if let Some(claim) = report.claims.iter().find(|claim| claim.id == verdict.claim) {
            lines.extend(wrapped(&claim.because, page.width));
        }
    }
    finished(lines)
}

/// The proof of every claim in the report, as a person reads it.
#[must_use]
pub fn explanation(report: &Report, page: &Page) -> String {
    let mut lines = header(report, page);
    for claim in &report.claims {
        lines.push(String::new());
        lines.push(painted(page.palette.heading, &format!("{} ({})", claim.id, claim.kind)));
        lines.extend(wrapped(&claim.text, page.width));
        lines.push(String::new());
        let mut facts = vec![("grade", claim.label.clone(), grade_style(claim.status, page))];
        if let Some(reason) = &claim.reason {
            facts.push(("because", reason.clone(), anstyle::Style::new()));
        }
        if let Some(direction) = &claim.direction {
            facts.push(("direction", spoken(direction), anstyle::Style::new()));
        }
        for output in &claim.outputs {
            let value = output.value.as_deref().map_or_else(|| "open".to_owned(), spoken);
            facts.push(("", format!("{}: {value}", output.title), anstyle::Style::new()));
        }
        for (item, output, value) in claim.outputs_of_items() {
            facts.push(("", format!("{item}: {}: {}", output.title, spoken(value)), anstyle::Style::new()));
        }
        for (position, line) in open::in_lines(&claim.open).into_iter().enumerate() {
            facts.push((if position == 0 { "missing" } else { "" }, line, page.palette.open));
        }
        for (label, text, style) in facts {
            labelled(page, 0, 11, label, &text, style, &mut lines);
        }
        evidence(claim, page, &mut lines);
        let proofs = claim.proof.iter().chain(claim.items.iter().map(|item| &item.proof));
        for proof in proofs {
            lines.push(String::new());
            for line in outline(proof) {
                proof_line(&line, page, &mut lines);
            }
        }
    }
    finished(lines)
}

/// A word of a scale as it is said in a sentence: hyphens become spaces.
pub(crate) fn spoken(word: &str) -> String {
    word.replace('-', " ")
}

/// The lines of a page, without spaces at their ends.
pub(super) fn finished(lines: Vec<String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn header(report: &Report, page: &Page) -> Vec<String> {
    let mut lines = Vec::new();
    titled(&report.case, &report.title, page, &mut lines);
    lines.extend(report.question.iter().flat_map(|question| wrapped(question, page.width)));
    lines.extend(under(&report.framework, page));
    lines.extend(wrapped(&run(report), page.width));
    lines
}

/// The framework that was graded under.
pub(super) fn under(framework: &FrameworkReport, page: &Page) -> Vec<String> {
    wrapped(&format!("under {}: {}, {}", framework.id, framework.title, framework.edition()), page.width)
}

/// The day and the layers that a run took into account.
pub(super) fn taken(as_of: Option<&str>, layers: Option<&[Layer]>) -> String {
    let day = as_of.map_or_else(|| "as of any day".to_owned(), |date| format!("as of {date}"));
    format!("{day}; {}", self::layers(layers))
}

/// The layers that a run took.
pub(super) fn layers(layers: Option<&[Layer]>) -> String {
    match layers {
        Some([]) => "no layers".to_owned(),
        Some(layers) => format!("layers {}", layers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        None => "all layers".to_owned(),
    }
}

/// The person under whose judgements it was graded, to go on a line with what else the run took.
pub(super) fn judged_by(appraiser: Option<&str>) -> String {
    appraiser.map_or_else(String::new, |name| format!("; as judged by {name}"))
}

/// What the run took into account, in a line.
pub(super) fn run(report: &Report) -> String {
    taken_and_set(report.as_of.as_deref(), report.layers.as_deref(), &report.framework)
        + &judged_by(report.appraiser.as_deref())
}

/// The day and the layers that a run took into account, and the parameters that were set for it.
pub(crate) fn taken_and_set(as_of: Option<&str>, layers: Option<&[Layer]>, framework: &FrameworkReport) -> String {
    let mut parts = vec![taken(as_of, layers)];
    parts.extend(framework.set.iter().map(|(name, value)| format!("{name} set to {value}")));
    parts.join("; ")
}

pub(super) fn grade_style(status: Graded, page: &Page) -> anstyle::Style {
    match status {
        Graded::Graded => page.palette.value,
        Graded::Undetermined => page.palette.open,
        Graded::NotApplicable => page.palette.faint,
    }
}

fn table(report: &Report, page: &Page, lines: &mut Vec<String>) {
    let columns = [
        Column { heading: "Claim", most: 24 },
        Column { heading: "Level", most: 18 },
        Column { heading: "Direction", most: 16 },
        Column { heading: "Why", most: usize::MAX },
    ];
    let none = anstyle::Style::new();
    let row = |claim: &ClaimReport| {
        let direction = claim.direction.as_deref().map_or_else(String::new, spoken);
        vec![
            (claim.id.clone(), page.palette.heading),
            (claim.label.clone(), grade_style(claim.status, page)),
            (direction, none),
            (claim.because.clone(), none),
        ]
    };
    let rows: Vec<Vec<Cell>> = report.claims.iter().map(row).collect();
    lines.extend(table::table(page, 0, &columns, &rows));
}

/// What is open, what the items of an item framework came to, and how much evidence counts.
fn notes(report: &Report, page: &Page, lines: &mut Vec<String>) {
    let mut said = Vec::new();
    for claim in &report.claims {
        said.extend(claim.open_in_short());
        said.extend(claim.passed_over_in_short());
        for item in &claim.items {
            said.push(format!("{} for {}: {}", item.id, claim.id, item.label));
        }
    }
    let counted: usize = report.claims.iter().map(|claim| claim.evidence.counted.len()).sum();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for left in report.claims.iter().flat_map(|claim| &claim.evidence.left_out) {
        *reasons.entry(&left.reason).or_default() += 1;
    }
    let left: usize = reasons.values().sum();
    let mut evidence = format!("{counted} of {} links from evidence count", counted + left);
    if left > 0 {
        let reasons: Vec<String> =
            reasons.into_iter().map(|(reason, count)| format!("{count} {}", told(reason, count == 1))).collect();
        evidence.push_str("; ");
        evidence.push_str(&reasons.join(", "));
    }
    evidence.push('.');
    said.push(evidence);
    lines.push(String::new());
    for note in said {
        lines.extend(wrapped(&note, page.width));
    }
}

fn told(reason: &str, one: bool) -> &str {
    let (singular, plural) = match reason {
        "set-aside" => ("is set aside", "are set aside"),
        "layer" => ("belongs to another layer", "belong to another layer"),
        "not-yet-published" => ("was published later", "were published later"),
        "retracted" => ("is retracted", "are retracted"),
        "undercut" => ("is undercut", "are undercut"),
        "restates" => ("restates another", "restate another"),
        "same-study" => ("is of a study that counts already", "are of studies that count already"),
        other => (other, other),
    };
    if one { singular } else { plural }
}

fn evidence(claim: &ClaimReport, page: &Page, lines: &mut Vec<String>) {
    let ids: Vec<String> = claim
        .evidence
        .counted
        .iter()
        .map(|counted| match counted.relation.as_str() {
            "supports" => counted.id.clone(),
            relation => format!("{} ({})", counted.id, spoken(relation)),
        })
        .collect();
    let ids = if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
    labelled(page, 0, 11, "counts", &ids, anstyle::Style::new(), lines);
    for left in &claim.evidence.left_out {
        let text = format!("{}: {}", left.id, left.because);
        labelled(page, 0, 11, "leaves out", &text, anstyle::Style::new(), lines);
    }
}

/// A text with a faint word before it, wrapped beside that word.
pub(crate) fn labelled(
    page: &Page,
    indent: usize,
    label_columns: usize,
    label: &str,
    text: &str,
    style: anstyle::Style,
    lines: &mut Vec<String>,
) {
    let columns = page.width.saturating_sub(indent + label_columns);
    for (position, line) in wrapped(text, columns).iter().enumerate() {
        let label = if position == 0 { label } else { "" };
        let label = painted(page.palette.faint, &padded(label, label_columns));
        lines.push(format!("{}{label}{}", " ".repeat(indent), painted(style, line)));
    }
}

fn proof_line(line: &Line, page: &Page, lines: &mut Vec<String>) {
    // Deep trees keep to the page: beyond a point lines no longer move to the right.
    let indent = 2 * line.depth.min(12);
    let none = anstyle::Style::new();
    if line.label == Label::Decision {
        let value = line.value.as_deref().unwrap_or_default();
        let text = format!("{} = {value}", line.text);
        for (position, part) in wrapped(&text, page.width.saturating_sub(indent)).iter().enumerate() {
            let hang = if position == 0 { indent } else { indent + 2 };
            let shown = match part.rsplit_once(" = ") {
                Some((name, value)) if position == 0 => {
                    format!("{} = {}", painted(page.palette.heading, name), painted(page.palette.value, value))
                }
                _ => part.clone(),
            };
            lines.push(format!("{}{shown}", " ".repeat(hang)));
        }
        return;
    }
    let label = line.label.word();
    labelled(page, indent, width(label) + 1, label, &line.text, none, lines);
    let place = match (&line.at, &line.source) {
        (Some(at), Some(source)) => format!("{at}, from {source}"),
        (Some(at), None) => at.to_string(),
        (None, Some(source)) => format!("from {source}"),
        (None, None) => return,
    };
    for part in wrapped(&place, page.width.saturating_sub(indent + 4)) {
        lines.push(format!("{}{}", " ".repeat(indent + 4), painted(page.palette.faint, &part)));
    }
}
